"""From a measure's inputs to its value, its points and its reason, as Polars expressions."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

import polars as pl

from onelead.scorecards._card import PerUnit, Ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.scorecards._card import Measure

FULL = 100.0
EMPTY: dict[str, float] = {}


def value(measure: Measure, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """The measure's number; null where it is not known."""
    words = measure.points.text if isinstance(measure.points, Ranges) else EMPTY
    if measure.formula is None:
        return _number(measure.inputs[0], schema, words)
    top = _weighted(measure.formula.numerator, schema)
    if not measure.formula.denominator:
        return top
    bottom = _weighted(measure.formula.denominator, schema)
    return pl.when(bottom > 0).then(top / bottom).fill_nan(None)


def points(measure: Measure, number: pl.Expr) -> pl.Expr:
    """0 to 100 points for the number of a measure; null for null. Better numbers never give fewer."""
    how, up = measure.points, measure.direction == "up"
    if isinstance(how, Ranges):
        worse, better = (number < how.critical, number > how.healthy) if up else (number > how.critical, number < how.healthy)
        level = pl.when(worse).then(how.levels.critical).when(better).then(how.levels.healthy).otherwise(how.levels.at_risk)
        return pl.when(number.is_not_null()).then(level)
    limit, each = (how.up_to, how.each) if isinstance(how, PerUnit) else (FULL, FULL)
    earned = (number * each).clip(0.0, limit)
    return earned if up else limit - earned


def says(measure: Measure, number: pl.Expr, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """The measure's reason in words, filled."""
    filled = {"label": pl.lit(measure.label), "value": shown(number), "percent": shown(number * 100, digits=0) + pl.lit(" %")}
    filled |= {name: shown(_number(name, schema, EMPTY)) for name in measure.inputs if name not in filled}
    pieces: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(measure.says):
        pieces += [pl.lit(text), *([filled[name].fill_null("unknown")] if name else [])]
    return pl.concat_str(pieces)


def _number(name: str, schema: Mapping[str, pl.DataType], words: Mapping[str, float]) -> pl.Expr:
    column = pl.col(name)
    if schema[name] != pl.String:
        return column.cast(pl.Float64).fill_nan(None)
    folded = column.str.strip_chars().str.to_lowercase()
    known = {word.strip().lower(): number for word, number in words.items()}
    read = folded.cast(pl.Float64, strict=False).fill_nan(None)
    return pl.coalesce(folded.replace_strict(known, default=None, return_dtype=pl.Float64), read) if known else read


def _weighted(terms: Mapping[str, float], schema: Mapping[str, pl.DataType]) -> pl.Expr:
    total = pl.lit(0.0)
    for name, factor in terms.items():
        total = total + _number(name, schema, EMPTY) * factor
    return total.fill_nan(None)


def shown(number: pl.Expr, digits: int = 1) -> pl.Expr:
    """A number as people read it: no more than ``digits`` places, none for whole numbers."""
    rounded = number.round(digits) + 0.0  # so that a tiny negative number is not written "-0"
    return rounded.cast(pl.String).str.strip_suffix(".0")
