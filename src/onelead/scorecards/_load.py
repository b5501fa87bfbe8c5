"""Scorecards from their files: the built-in ones, and those of a workspace."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import ValidationError

from onelead.core.errors import SettingsError, nearest
from onelead.features import features
from onelead.metrics import dimensions, metrics
from onelead.scorecards._card import Scorecard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

HINT = "See the built-in scorecards for the shape of a file."


def scorecards(extra: Path | None = None) -> dict[str, Scorecard]:
    """Every scorecard by id: the built-in ones, and the ``*.toml`` of the directory ``extra``, which win over built-in ones of the same id.

    A directory that does not exist holds none. Raises SettingsError that names file and field.
    """
    found = dict(_builtin())
    if extra is not None and extra.is_dir():
        found |= _by_id(sorted(extra.glob("*.toml")))
    return found


@cache
def _builtin() -> dict[str, Scorecard]:
    entries = files("onelead.scorecards").joinpath("builtin").iterdir()
    return _by_id(sorted((entry for entry in entries if entry.name.endswith(".toml")), key=lambda entry: entry.name))


def _by_id(entries: list[Traversable] | list[Path]) -> dict[str, Scorecard]:
    found: dict[str, Scorecard] = {}
    homes: dict[str, str] = {}
    for entry in entries:
        card = read(entry.name, entry.read_bytes())
        check_sources(entry.name, card)
        if card.id in found:
            raise SettingsError(f"{entry.name}: id {card.id!r} is already used by {homes[card.id]}.", hint="Give one of them another id.")
        found[card.id], homes[card.id] = card, entry.name
    return found


def read(name: str, content: bytes) -> Scorecard:
    """The scorecard in the file ``name``. Raises SettingsError that names the file and each field that is wrong."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} is not valid TOML: {error}.", hint=HINT, file=name) from error
    try:
        return Scorecard.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(_problem(part["loc"], part["type"], part["msg"], part["input"], raw) for part in error.errors())
        raise SettingsError(f"{name}: {problems}.", hint=HINT, file=name) from error


def check_sources(name: str, card: Scorecard) -> None:
    """Raise SettingsError, naming file and measure, for an input that is neither a metric by account nor a feature."""
    known = known_inputs()
    for measure in card.measures:
        for source in measure.inputs:
            if source not in known:
                close = nearest(source, known)
                hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else "List metrics and features to choose one."
                text = f"{name}: measure {measure.id!r} uses {source!r}, which is neither a metric by account nor a feature."
                raise SettingsError(text, hint=hint, file=name, field=measure.id)


@cache
def known_inputs() -> frozenset[str]:
    """Ids that a measure may be made of: metrics of what belongs to accounts, and numeric features."""
    return frozenset({name for name in metrics() if "account_id" in dimensions(name)} | {feature.id for feature in features()})


def _problem(place: tuple[int | str, ...], kind: str, message: str, value: object, raw: Mapping[str, object]) -> str:
    """One mistake in words, with its place as "categories[product_lifecycle].measures[current_share].points"."""
    name = ""
    here: object = raw
    for step in place:
        here = _inside(here, step)
        label = here.get("id", step) if isinstance(step, int) and isinstance(here, dict) else step
        name += f"[{label}]" if isinstance(step, int) else f".{step}"
    name = name.removeprefix(".") or "the scorecard"
    text = message.removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return f"there is no field {name}"
    if kind == "missing":
        return f"{name} is missing"
    if isinstance(value, dict | list):
        return f"{name}: {text[:1].lower()}{text[1:]}"
    return f"{name} is {value!r}: {text[:1].lower()}{text[1:]}"


def _inside(here: object, step: int | str) -> object:
    """What a file holds at ``step``; None where the step is a name that only the checking knows."""
    if isinstance(here, dict):
        return here.get(step, here)
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None
