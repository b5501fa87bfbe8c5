"""The consolidated sample: 5,678 / 97 / 537 / 2,240 / 286 rows, 25 raw customer ids that are fewer companies, and a model on rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from onelead.workspace.sampling import write_sample
from onelead.workspace.start import start

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any], Path]:
    home = tmp_path_factory.mktemp("consolidated")
    written = write_sample("consolidated", home / "export.xlsx")
    summary = start([home / "export.xlsx"], home / "out")
    return summary, json.loads(written.truth.read_text(encoding="utf-8")), home / "out"


def test_rows(ran: tuple[dict[str, Any], dict[str, Any], Path]) -> None:
    assert ran[0]["rows"] == {"assets": 5678, "opportunities": 97, "service_credits": 537, "projects": 2240, "services": 286}


def test_the_run_finds_the_true_number_of_companies(ran: tuple[dict[str, Any], dict[str, Any], Path]) -> None:
    summary, truth, _ = ran
    assert summary["raw_customer_ids"] == 25
    assert summary["accounts"] == len(truth["accounts"])
    assert summary["accounts"] < 25


def test_rules_not_accuracy(ran: tuple[dict[str, Any], dict[str, Any], Path]) -> None:
    assert ran[0]["propensity"]["label_source"] == "rules"
