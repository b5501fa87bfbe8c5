"""Small scorecards for tests."""

from __future__ import annotations

from typing import Any

from onelead.scorecards import Scorecard


def measure(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": name.title(), "source": name, "direction": "up", "points": {"kind": "share"}, **more}


def category(name: str, weight: float, *measures: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "label": name.title(), "weight": weight, "measures": list(measures)}


def card(*categories: dict[str, Any], **more: Any) -> Scorecard:
    return Scorecard.model_validate({"id": "test", "label": "Test", "bands": {}, "categories": list(categories), **more})
