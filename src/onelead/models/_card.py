"""The model card: plain JSON with the same fields for every step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models._base import ModelInput

FIELDS = (
    "model",
    "label_source",
    "summary",
    "question",
    "as_of",
    "base_id",
    "seed",
    "settings",
    "learned_from",
    "features",
    "method",
    "split",
    "metrics",
    "calibration",
    "signal",
    "baseline_log_odds",
    "limits",
    "why_not_higher",
)
"""Every card has them all; what a step has not got is null, not absent. ``signal`` is true only when outcomes showed one."""

QUESTION = "Does the account start a won project or opportunity within the next {days} days?"


def build_card(data: ModelInput, *, label_source: str, summary: str, **parts: object) -> dict[str, object]:
    """A card with all ``FIELDS``; raises TypeError for a part that is no field, so that no figure hides under a private name."""
    if unknown := set(parts) - set(FIELDS):
        raise TypeError(f"not a field of a model card: {sorted(unknown)}")
    settings = data.context.settings.propensity
    card: dict[str, object] = dict.fromkeys(FIELDS)
    card |= {
        "model": "propensity",
        "label_source": label_source,
        "summary": summary,
        "question": QUESTION.format(days=settings.horizon_days),
        "as_of": data.context.as_of.isoformat(),
        "base_id": data.base_id,
        "seed": settings.seed,
        "settings": settings.model_dump(),
        "signal": False,
        "limits": [],
        "why_not_higher": [],
    }
    return card | parts


def cards_frame(cards: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Cards as rows of the model_cards table."""
    rows = [
        {**{name: card[name] for name in ("model", "label_source", "as_of", "base_id", "summary")}, "card": json.dumps(card)}
        for card in cards
    ]
    schema = dict.fromkeys(("model", "label_source", "as_of", "base_id", "summary", "card"), pl.String)
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col("as_of").str.to_date())
