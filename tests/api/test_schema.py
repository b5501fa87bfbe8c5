"""The description holds: schemathesis asks every operation with what it allows and what it refuses, on data and on none."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from tests.api.conftest import served

from onelead.api import api

if TYPE_CHECKING:
    from pathlib import Path

SOAK = bool(os.environ.get("ONELEAD_SOAK"))
EXAMPLES = 100 if SOAK else 3
BOUNDARIES, WITHOUT_DATA, STARTING = (None, None, None) if SOAK else (24, 12, 12)
"""Requests at the boundaries of an operation's parameters: all of them, or so many, spread evenly over good ones and bad ones."""
CONFIG: dict[str, Any] = {
    "seed": 1,
    "checks": {
        # 400 says that a request does not fit the schema, so one that fits must not get it. The others are about the data: a name that
        # is not there, a number compared with a word, nothing loaded.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409", "410", "422"]},
    },
}


MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
STARTS_WORK = {"start_load", "start_refresh"}
"""Operations that begin a load: each of them reads files in a process of its own, so they are asked less often."""


def refused(app: Any, subtests: pytest.Subtests, most: int | None = BOUNDARIES) -> None:
    """Ask every operation for what its description holds: every boundary of every parameter, then drawn requests, good ones and bad ones."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        with subtests.test(name):
            generation = schema.config.generation_for(operation=operation, phase="coverage")
            cases = schema.iter_coverage_cases(operation, generation_modes=MODES, generation_config=generation)
            for case in list(cases)[:STARTING] if name in STARTS_WORK else spread(list(cases), most):
                case.call_and_validate()
            for mode in MODES:
                drawn(operation, mode, 1 if name in STARTS_WORK and not SOAK else EXAMPLES)


def spread(cases: list[Any], most: int | None) -> list[Any]:
    return cases if most is None else cases[:: -(-len(cases) // most) or 1]


def drawn(operation: Any, mode: Any, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, derandomize=not SOAK, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate()

    with contextlib.suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
        ask()


@pytest.mark.slow
@pytest.mark.soak
def test_with_data(loaded: Path, tmp_path: Path, subtests: pytest.Subtests) -> None:
    with served(tmp_path / "ws", loaded) as serving:
        refused(api(serving), subtests)


@pytest.mark.slow
@pytest.mark.soak
def test_with_nothing_loaded(tmp_path: Path, subtests: pytest.Subtests) -> None:
    with served(tmp_path / "ws") as serving:
        refused(api(serving), subtests, WITHOUT_DATA)
