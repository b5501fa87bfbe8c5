"""Use cases: look for oneself: any metric or table, narrowed, grouped, pivoted and aggregated by the engine."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from onelead import metrics as kpis
from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.registry import pick
from onelead.metrics import Explore
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

GROUPS_MOST = 5_000
"""So many groups at most are given back; what is more is said."""
ACROSS_MOST = 40
POINTS_MOST = 2_000
BINS = 24
MONEY = frozenset({"unit_value", "project_value", "unused_credit_value", "contract_value", "amount", "value"})
LABELS = {"count": "Number", "distinct": "Distinct values", "sum": "Sum", "mean": "Mean", "median": "Median", "min": "Least", "max": "Most"}
_INTERNAL = frozenset({"metric_values", "model_cards"})


def explorable(view: View, parts: Parts) -> list[dict[str, str]]:  # noqa: ARG001 - a use case takes the parts
    """What can be looked into: dicts with source ("metric:ID" or "table:NAME"), label, group, doc."""
    here = set(view.snapshot.tables())
    tables = [
        {"source": f"table:{name}", "label": table.label, "group": "Tables", "doc": table.doc}
        for name, table in canonical_tables().items()
        if name in here and name not in _INTERNAL
    ]
    metrics = [
        {"source": f"metric:{name}", "label": metric.label, "group": metric.area, "doc": metric.definition}
        for name, metric in kpis.metrics().items()
    ]
    return [*tables, *sorted(metrics, key=lambda entry: (entry["group"], entry["label"]))]


def source_columns(view: View, parts: Parts, source: str) -> list[dict[str, str]]:  # noqa: ARG001 - a use case takes the parts
    """Columns of a source: dicts with name, kind (text, number, date, flag), doc."""
    return [{"name": name, "kind": kind, "doc": doc} for name, (kind, doc) in _asked(view, source).schema().items()]


def column_values(view: View, parts: Parts, source: str, column: str, text: str = "", limit: int = 50) -> list[tuple[str, int]]:  # noqa: ARG001
    """Values of a column that contain ``text``, with the number of their rows, the most frequent first."""
    return [(str(value), int(rows)) for value, rows in _asked(view, source).values(column, text, limit).iter_rows()]


def explore(
    view: View,
    parts: Parts,  # noqa: ARG001 - a use case takes the parts
    source: str,
    *,
    where: Sequence[str] = (),
    by: Sequence[str] = (),
    how: str = "count",
    column: str | None = None,
    sort: str = "-value",
) -> dict[str, Any]:
    """A metric, or an aggregate of a table, by up to two columns.

    Returns frame (the columns of ``by``, value, estimated, rows), total (value, estimated, rows over everything), unit, label,
    scanned (rows that satisfy the conditions), groups, capped (whether there are more groups than ``GROUPS_MOST``), sql. Dates may be
    grouped by part: "close_date@month". ``sort`` is "value", "rows" or a column of ``by``, "-" for the largest first.

    Raises UnknownNameError and UsageError as ``Explore`` does, and UsageError for more than two columns.
    """
    if len(by) > 2:  # noqa: PLR2004 - what a pivot can show
        raise UsageError(f"{len(by)} columns are too many.", hint="Group by one or two.")
    asked = _asked(view, source, where)
    clash = {"value", "rows", "estimated"} & {entry.partition("@")[0] for entry in by}
    if clash:
        raise UsageError(f"{source} cannot be grouped by {min(clash)!r}.", hint="value, estimated and rows are names of the result.")
    grouped = asked.grouped(tuple(by), how, column)
    frame = view.snapshot.execute(_ordered(grouped, by, sort)) if by else view.snapshot.execute(grouped)
    total = view.snapshot.execute(asked.grouped((), how, column)) if by else frame
    return {
        "frame": _flagged(asked, frame.head(GROUPS_MOST)).select(*by, "value", "estimated", "rows"),
        "total": _flagged(asked, total).select("value", "estimated", "rows").row(0, named=True),
        "unit": _unit(source, how, column),
        "label": _label(source, how, column),
        "scanned": asked.count(),
        "groups": min(frame.height, GROUPS_MOST),
        "capped": frame.height > GROUPS_MOST,
        "sql": view.snapshot.sql(grouped),
    }


def pivot(
    view: View,
    parts: Parts,
    source: str,
    *,
    rows: str,
    across: str,
    where: Sequence[str] = (),
    how: str = "count",
    column: str | None = None,
) -> dict[str, Any]:
    """Rows × columns → value: ``frame`` with the column of ``rows``, one column for each value of ``across``, and "Total".

    Totals are computed of the rows themselves, never added up of cells, so that means and shares are right. At most 40 values of
    ``across`` become columns, those with the most rows; ``left_off`` counts the others. Also ``totals`` (a value for each column), and
    what ``explore`` says.
    """
    both = explore(view, parts, source, where=where, by=(rows, across), how=how, column=column)
    down = explore(view, parts, source, where=where, by=(rows,), how=how, column=column)
    along = explore(view, parts, source, where=where, by=(across,), how=how, column=column, sort="-rows")
    heads = along["frame"][across].to_list()
    shown = heads[:ACROSS_MOST]
    frame = down["frame"].select(rows, pl.col("value").alias("Total"), "estimated")
    of_head = dict(zip(heads, along["frame"]["value"].to_list(), strict=True))
    totals: dict[str, float | None] = {}
    for head in _in_order(shown):
        name = _free(_word(head), {rows, "Total", "estimated", *totals})
        cell = both["frame"].filter(pl.col(across).eq_missing(pl.lit(head, dtype=both["frame"].schema[across])))
        frame = frame.join(cell.select(rows, pl.col("value").alias(name)), on=rows, how="left", nulls_equal=True, maintain_order="left")
        totals[name] = of_head[head]
    return {
        **down,
        "frame": frame.select(rows, *totals, "Total", "estimated"),
        "totals": totals,
        "left_off": len(heads) - len(shown),
        "capped": both["capped"] or down["capped"],
        "sql": both["sql"],
    }


def histogram(view: View, parts: Parts, source: str, column: str, where: Sequence[str] = ()) -> pl.DataFrame:  # noqa: ARG001
    """How often a number falls where: low, high, rows by bin of equal width (at most 24)."""
    asked = _asked(view, source, where)
    five = view.snapshot.execute(_numeric(asked, column).spread(column, None)).row(0, named=True)
    if five["low"] is None:
        return pl.DataFrame(schema={"low": pl.Float64, "high": pl.Float64, "rows": pl.Int64})
    width = _nice((five["high"] - five["low"]) / BINS) or 1.0
    start = (five["low"] // width) * width
    found = view.snapshot.execute(asked.bins(column, start, width))
    return found.select((start + pl.col("bin") * width).alias("low"), (start + (pl.col("bin") + 1) * width).alias("high"), pl.col("rows"))


def boxes(
    view: View,
    parts: Parts,  # noqa: ARG001 - a use case takes the parts
    source: str,
    column: str,
    by: str | None = None,
    where: Sequence[str] = (),
    limit: int = 20,
) -> pl.DataFrame:
    """Low, q1, middle, q3 and high of a number, by another column (the ``limit`` values with the most rows)."""
    found = view.snapshot.execute(_numeric(_asked(view, source, where), column).spread(column, by).order_by(ibis.desc("rows")).limit(limit))
    frame = found if by else found.with_columns(pl.lit("All").alias("group"))
    return (frame.rename({by: "group"}) if by else frame).select(
        pl.col("group").cast(pl.String), "low", "q1", "middle", "q3", "high", "rows"
    )


def points(view: View, parts: Parts, source: str, across: str, up: str, where: Sequence[str] = ()) -> dict[str, Any]:  # noqa: ARG001
    """Rows as points of two numbers: frame (x, y), of (rows that know both), every (each how manyth is shown, in a stable order)."""
    asked = _asked(view, source, where)
    for name in (across, up):
        _numeric(asked, name)
    if across == up:
        raise UsageError("Both axes are the same column.", hint="Choose two columns.")
    rows = asked.numbers((across, up))
    of = int(view.snapshot.execute(rows.aggregate(rows=rows.count())).item())
    every = max(1, -(-of // POINTS_MOST))
    frame = view.snapshot.execute(rows.filter(rows.place % every == 0).select(x=rows[across].cast("float64"), y=rows[up].cast("float64")))
    return {"frame": frame, "of": of, "every": every}


def explored_rows(
    view: View,
    parts: Parts,  # noqa: ARG001 - a use case takes the parts
    source: str,
    where: Sequence[str] = (),
    limit: int = 1_000,
) -> dict[str, Any]:
    """The rows themselves, at most ``limit``: frame, of (how many there are). Those of a metric are the rows behind its value."""
    asked = _asked(view, source, where)
    asked = replace(asked, behind=asked.metric is not None)
    names = asked.listed()
    return {"frame": replace(asked, names=names).rows(names, limit=limit), "of": asked.count()}


def _asked(view: View, source: str, where: Sequence[str] = ()) -> Explore:
    kind, _, name = source.partition(":")
    if kind == "metric":
        metric = pick(kpis.metrics(), name, "metric")
        return Explore(view.snapshot, view.context, metric.table, tuple(where), view.account_filter, metric.id)
    if kind != "table":
        raise UnknownNameError("kind of source", kind, ["metric", "table"])
    known = [entry for entry in view.snapshot.tables() if entry not in _INTERNAL]
    if name not in known:
        raise UnknownNameError("table", name, known)
    return Explore(view.snapshot, view.context, name, tuple(where), view.account_filter)


def _ordered(grouped: ir.Table, by: Sequence[str], sort: str) -> ir.Table:
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name not in {"value", "rows", *by}:
        raise UnknownNameError("column of the result", name, ["value", "rows", *by])
    first = ibis.desc(name, nulls_first=False) if descending else ibis.asc(name, nulls_first=False)
    rest = [ibis.asc(key, nulls_first=False) for key in by if key != name]
    return grouped.order_by([first, *rest]).limit(GROUPS_MOST + 1)


def _flagged(asked: Explore, frame: pl.DataFrame) -> pl.DataFrame:
    flag = pl.col("estimated").fill_null(value=False) if "estimated" in frame.columns else pl.lit(asked.always_estimated())
    return frame.with_columns(pl.col("value").cast(pl.Float64), (flag & pl.col("value").is_not_null()).alias("estimated"))


def _numeric(asked: Explore, column: str) -> Explore:
    schema = asked.schema()
    if column not in schema:
        raise UnknownNameError("column", column, list(schema))
    if schema[column][0] != "number":
        numbers = [name for name, (kind, _) in schema.items() if kind == "number"]
        raise UsageError(f"{column} holds no numbers.", hint=f"Choose one of: {', '.join(numbers) or 'none here'}.")
    return asked


def _unit(source: str, how: str, column: str | None) -> str:
    kind, _, name = source.partition(":")
    if kind == "metric":
        return kpis.metrics()[name].unit.value
    if how in {"count", "distinct"} or column is None:
        return "count"
    if column in MONEY:
        return "money"
    return "days" if column.startswith("days_") or column == "days" else "number"


def _label(source: str, how: str, column: str | None) -> str:
    kind, _, name = source.partition(":")
    if kind == "metric":
        return kpis.metrics()[name].label
    return "Rows" if how == "count" and column is None else f"{LABELS[how]} of {(column or '').replace('_', ' ')}"


def _word(value: object) -> str:
    if value is None:
        return "Unknown"
    return ("Yes" if value else "No") if isinstance(value, bool) else str(value)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += " "
    return name


def _in_order(values: list[Any]) -> list[Any]:
    known = sorted((value for value in values if value is not None), key=lambda value: (str(type(value)), value))
    return [*known, *([None] if None in values else [])]


def _nice(width: float) -> float:
    """The next of 1, 2, 2.5, 5 × a power of ten."""
    if width <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width * (1 - 1e-9))
