"""The record of the forecast of amounts as a model card: how far off it was, by months ahead, beside last year's values, and what held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.models._card import FIELDS

if TYPE_CHECKING:
    from onelead.models.series.forecast import SeriesForecast
    from onelead.models.series.revenue import Amounts

MODEL = "amounts"
LABEL = {"transactions": "transactions", "invoices": "invoices", "opportunities": "won deals"}


def card(amounts: Amounts, made: SeriesForecast, total: str) -> dict[str, object]:
    """All fields of a card. ``metrics.by_step``: see ``by_step``; once for the total, once over all its parts."""
    record = {
        "total": by_step(made.tested.filter(pl.col("series") == total)),
        "parts": by_step(made.tested.filter(pl.col("series") != total)),
    }
    known = made.record.filter(pl.col("series") == total).row(0, named=True)
    found: dict[str, object] = dict.fromkeys(FIELDS)
    settings = amounts.context.settings
    found |= {
        "model": MODEL,
        "label_source": "outcomes" if record["total"] else "none",
        "summary": _summary(amounts, known["observed"], record["total"]),
        "question": "What will the amounts of the coming months be?",
        "as_of": amounts.context.as_of.isoformat(),
        "seed": settings.propensity.seed,
        "settings": {"fiscal": settings.fiscal.model_dump(mode="json"), "currency": settings.prices.currency},
        "learned_from": {"source": amounts.source, "months": known["observed"], "series": made.card["series"]},
        "method": {"name": made.card["combination"], "members": made.card["members"], "series": made.record.to_dicts()},
        "split": {
            "back_tests": made.card["back_tests"],
            "meaning": "The newest months are held out, forecast from what came before, and compared.",
        },
        "metrics": {"accuracy": made.card["accuracy"], "coverage": made.card["coverage"], "by_step": record},
        "calibration": None,
        "signal": _beats(record["total"]),
        "limits": [*made.card["limits"], *LIMITS],  # type: ignore[misc]  # a list of texts
        "why_not_higher": [],
    }
    return found


LIMITS = (
    "Total and parts hold the same rows: that ranges held on the parts is no independent proof for the total.",
    "Amounts that were booked late are not in their month yet when a forecast is made soon after its end.",
)


def by_step(tested: pl.DataFrame) -> list[dict[str, Any]]:
    """For each number of months ahead: step, back_tests, off, naive_off, bias, inside_80, inside_95.

    off = sum of |actual − forecast| ÷ sum of |actual|; naive_off the same of the values of a year before; bias = sum of (forecast − actual)
    ÷ sum of |actual|; inside_… the share of what came that lay in the range.
    """
    size, actual = pl.col("actual").abs().sum(), pl.col("actual")
    shares = {
        "off": (actual - pl.col("mean")).abs().sum(),
        "naive_off": (actual - pl.col("naive")).abs().sum(),
        "bias": (pl.col("mean") - actual).sum(),
    }
    grouped = tested.group_by("step").agg(
        pl.len().alias("back_tests"),
        *(pl.when(size > 0).then(sums / size).alias(name) for name, sums in shares.items()),
        pl.col("inside_80", "inside_95").mean(),
    )
    return grouped.sort("step").to_dicts()


def _beats(rows: list[dict[str, Any]]) -> bool:
    """Whether the forecast of the total was nearer than last year's values, over all steps."""
    known = [row for row in rows if row["off"] is not None]
    return bool(known) and sum(row["off"] for row in known) < sum(row["naive_off"] for row in known)


def _summary(amounts: Amounts, months: int, rows: list[dict[str, Any]]) -> str:
    begun = f"Amounts of {LABEL[amounts.source]} forecast for a year ahead from {months} whole months."
    if not rows or rows[0]["off"] is None:
        return f"{begun} Nothing could be held out yet, so nobody knows how good it is."
    first = rows[0]
    return f"{begun} Held out, the total was off by {first['off']:.1%} one month ahead; the value of a year before by {first['naive_off']:.1%}."
