"""The one engine that computes every scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.scorecards import _points
from onelead.scorecards._measures import needed_measures
from onelead.tables.health import BANDS, TABLE

if TYPE_CHECKING:
    from onelead.scorecards._card import Category, Measure, Scorecard

DIGITS = 6
"""Scores are rounded to so many places, so that 70 is 70 and not 69.999… when it is put into a band."""
WORST = 0.0
FULL_WEIGHT = 100.0


def score(card: Scorecard, measures: pl.DataFrame) -> pl.DataFrame:
    """The health of each account by ``card``, in the shape and order of tables/health.py; one row a row of ``measures``.

    ``measures`` holds account_id and a column for each id of ``needed_measures(card)``: numbers, or the words of a range; null (or NaN)
    is unknown. A category's points are the weighted mean of its measures' points, the score the weighted mean of the categories' points;
    what is left out (``missing = "skip"``) has no weight in either. Points and score are 0 to 100.

    Raises UnknownNameError for a column that is not there.
    """
    for name in needed_measures(card):
        if name not in measures.columns:
            raise UnknownNameError("measure", name, measures.columns)
    frame = measures.with_columns(_measured(card, measures.schema))
    frame = frame.with_columns(column for category in card.categories for column in _category(category))
    frame = frame.with_columns(_totals(card))
    # A weight that is used in percent: what the parts are worth after re-weighing.
    used = [(FULL_WEIGHT * _of(part, "part") / pl.col("_parts")).fill_nan(None).alias(f"{_key(part)}.used") for part in card.categories]
    frame = frame.with_columns(used)
    known = pl.col("measures_used") >= card.minimum_measures
    total = pl.sum_horizontal(_of(part, "points") * _of(part, "used") / FULL_WEIGHT for part in card.categories)
    frame = frame.with_columns(pl.when(known & (pl.col("_parts") > 0)).then(total.round(DIGITS).clip(0.0, 100.0)).alias("score"))
    frame = frame.with_columns(_band(card), _reason(card), _parts(card), pl.lit(card.id).alias("scorecard"))
    schema = TABLE.contract.create_empty().schema
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _key(part: Category | Measure) -> str:
    """Prefix of a part's columns; the @ keeps it apart from ids."""
    return f"{'m' if hasattr(part, 'direction') else 'c'}@{part.id}"


def _of(part: Category, name: str) -> pl.Expr:
    return pl.col(f"{_key(part)}.{name}")


def _measured(card: Scorecard, schema: pl.Schema) -> list[pl.Expr]:
    """For each measure its value, whether it has one, its points after the treatment of gaps, and its reason."""
    out = []
    for measure in card.measures:
        key, number = _key(measure), _points.value(measure, schema)
        treatment = measure.missing or card.missing
        gap = {"skip": None, "neutral": card.neutral_points, "worst": WORST}[treatment]
        absent = {"skip": "left out", "neutral": f"counted as {card.neutral_points:g} points", "worst": "counted as 0 points"}[treatment]
        text = pl.when(number.is_not_null()).then(_points.says(measure, number, schema))
        out += [
            number.alias(f"{key}.value"),
            number.is_not_null().alias(f"{key}.known"),
            pl.coalesce(_points.points(measure, number), pl.lit(gap, pl.Float64)).alias(f"{key}.points"),
            text.otherwise(pl.lit(f"{measure.label}: no data, {absent}")).alias(f"{key}.says"),
        ]
    return out


def _category(category: Category) -> list[pl.Expr]:
    """A category's points, the weight that it takes part with, the share of that weight that has data, its value and reason."""
    key, keys = _key(category), {_key(measure): measure.weight for measure in category.measures}
    if not keys:
        nothing = {"points": pl.Float64, "value": pl.Float64}
        empty = [pl.lit(None, kind).alias(f"{key}.{name}") for name, kind in nothing.items()]
        return [
            *empty,
            pl.lit(0.0).alias(f"{key}.part"),
            pl.lit(0.0).alias(f"{key}.data"),
            pl.lit("no measure yet, left out").alias(f"{key}.says"),
        ]
    taking = pl.sum_horizontal(pl.when(pl.col(f"{name}.points").is_not_null()).then(weight).otherwise(0.0) for name, weight in keys.items())
    earned = pl.sum_horizontal(pl.col(f"{name}.points") * weight for name, weight in keys.items())
    known = pl.sum_horizontal(pl.when(pl.col(f"{name}.known")).then(weight).otherwise(0.0) for name, weight in keys.items())
    only = next(iter(keys)) if len(keys) == 1 else None
    return [
        pl.when(taking > 0).then(earned / taking).alias(f"{key}.points"),
        pl.when(taking > 0).then(category.weight).otherwise(0.0).alias(f"{key}.part"),
        (known / sum(keys.values()) * category.weight).alias(f"{key}.data"),
        (pl.col(f"{only}.value") if only else pl.lit(None, pl.Float64)).alias(f"{key}.value"),
        pl.concat_str([pl.col(f"{name}.says") for name in keys], separator="; ").alias(f"{key}.says"),
    ]


def _totals(card: Scorecard) -> list[pl.Expr]:
    known = [pl.col(f"{_key(measure)}.known").cast(pl.Int64) for measure in card.measures]
    return [
        pl.sum_horizontal(known).alias("measures_used"),
        (pl.sum_horizontal(pl.col(f"{_key(part)}.data") for part in card.categories) / FULL_WEIGHT)
        .round(DIGITS)
        .clip(0.0, 1.0)
        .alias("weight_used"),
        pl.sum_horizontal(pl.col(f"{_key(part)}.part") for part in card.categories).alias("_parts"),
    ]


def _band(card: Scorecard) -> pl.Expr:
    found, (healthy, at_risk, critical) = pl.col("score"), BANDS
    named = pl.when(found >= card.bands.healthy).then(pl.lit(healthy)).when(found >= card.bands.at_risk).then(pl.lit(at_risk))
    return pl.when(found.is_not_null()).then(named.otherwise(pl.lit(critical))).alias("band")


def _reason(card: Scorecard) -> pl.Expr:
    """The part that costs the most points after re-weighing, the first of the file among equals."""
    lost = [((FULL_WEIGHT - _of(part, "points")) * _of(part, "used") / FULL_WEIGHT).round(DIGITS) for part in card.categories]
    most = pl.max_horizontal(lost)
    few = pl.format(f"Too few measures have data: {{}} of at least {card.minimum_measures}.", pl.col("measures_used"))
    chosen = pl.when(pl.col("score").is_null()).then(few).when(most <= 0).then(pl.lit("Nothing lowers it."))
    for part, loss in zip(card.categories, lost, strict=True):
        text = pl.format("{} lowers it most, by {} points ({}).", pl.lit(part.label), _points.shown(loss), _of(part, "says"))
        chosen = chosen.when(loss == most).then(text)
    return chosen.otherwise(pl.lit("Nothing lowers it.")).alias("reason")


def _parts(card: Scorecard) -> pl.Expr:
    parts = [
        pl.struct(
            pl.col(f"{_key(part)}.points").alias("points"),
            pl.lit(part.weight).alias("weight"),
            pl.col(f"{_key(part)}.used").fill_null(0.0).alias("weight_used"),
            pl.col(f"{_key(part)}.value").alias("value"),
            pl.col(f"{_key(part)}.says").alias("reason"),
        ).alias(part.id)
        for part in card.categories
    ]
    return pl.struct(parts).struct.json_encode().alias("parts")
