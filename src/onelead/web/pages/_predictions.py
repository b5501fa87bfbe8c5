"""The predictions of Predictive Analytics: the table by account, and the tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._page import Choice, Column, Micro, Number
from onelead.web.pages._predicting import abstains, by_outcomes, card, everyone
from onelead.workspace.predicting import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status


# The table -------------------------------------------------------------------------------------------------------------


def classes(ask: Ask) -> Sequence[Choice]:
    """Classes with their accounts."""
    counts = dict(everyone(ask).group_by("class").len().iter_rows())
    return [Choice(name, name, counts.get(name, 0)) for name in CLASSES]


def rows(ask: Ask) -> pl.DataFrame:
    """Predictions under the filters of this page."""
    frame = everyone(ask)
    if chosen := ask.many("class"):
        for name in chosen:
            if name not in CLASSES:
                raise UnknownNameError("class", name, CLASSES)
        frame = frame.filter(pl.col("class").is_in(list(chosen)))
    if by_outcomes(ask) and (least := ask.number("chance")) is not None:
        frame = frame.filter(pl.col("probability") >= (least / 100 if least > 1 else least))
    words = pl.format(
        "{} – {}", (100 * pl.col("probability_low")).round(0).cast(pl.Int64), (100 * pl.col("probability_high")).round(0).cast(pl.Int64)
    )
    return frame.with_columns((words + "%").alias("range"), pl.col("opportunity_propensity_score").round(3))


def columns(ask: Ask) -> tuple[Column, ...]:
    """Columns by what the model may say: percentages where they are calibrated, words where they rest on rules."""
    first = (
        Column("account_name", "Account", sub="region"),
        Column("class", "Propensity", "badge", status=_status),
    )
    last = (
        Column(
            "opportunity_propensity_score",
            "Documented score",
            "number",
            hint="Weighted score of the solution document, 0 to 1; no probability.",
        ),
        Column("why", "Pushed most by", hint="+ raises, − lowers.", sortable=False),
    )
    if by_outcomes(ask):
        chance = (
            Column(
                "probability",
                "Chance",
                "percent",
                sub="range",
                hint="Calibrated chance of a won start within the horizon, and its 80 % range.",
            ),
            Column("prediction_confidence", "Confidence", "percent", hint="How sure the class is.", minor=True),
        )
        return (*first, *chance, *last)
    return (
        (*first, Column("sure", "Sureness, by rule", hint="A word, not a percentage: nothing was compared with outcomes."), *last)
        if not abstains(ask)
        else (*first, *last)
    )


# Tiles -----------------------------------------------------------------------------------------------------------------


def class_number(name: str) -> Any:  # noqa: ANN401 - a loader of a tile
    """Accounts of a class."""

    def number(ask: Ask) -> Number:
        frame = everyone(ask)
        return Number(frame.filter(pl.col("class") == name).height, of=f"of {ask.fmt.plural(frame.height, 'account')}")

    return number


def learned(ask: Ask) -> Number:
    """What it learned from, in a word."""
    found = card(ask)
    return Number({"outcomes": "Outcomes", "rules": "Rules", "none": "Abstains"}[found["label_source"]])


def learned_reading(ask: Ask) -> Micro:
    """Of how much it learned."""
    found = card(ask)
    rows_of = (found["learned_from"] or {}).get("accounts") or 0
    return Micro(reading=f"from {ask.fmt.plural(rows_of, 'account')}" if rows_of else "too little to learn from")


def quality(ask: Ask) -> Number:
    """AUC on the hold-out; unknown where nothing was compared with outcomes."""
    metrics = card(ask)["metrics"] or {}
    if "model" not in metrics:
        return Number(None, "score", reason="Never compared with outcomes")
    found = metrics["model"]["auc"]
    naive = metrics["baselines"]["recency_only"]["auc"]["value"]
    return Number(found["value"], "score", of=f"naive {ask.fmt.number(naive)}", low=found["low"], high=found["high"])


def _status(row: Row) -> Status | None:
    known: dict[str, Status] = {"High": "good", "Medium": "info", "Low": "unknown"}
    return known.get(row["class"], "unknown")
