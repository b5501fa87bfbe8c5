"""Use cases: how the values of a column are spread: bins of numbers and dates, counts of categories, and what is in the middle."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.features import features
from onelead.tables import canonical_tables
from onelead.workspace.insights import scoped, table_label

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

TABLES = ("features", "assets", "opportunities", "projects", "service_credits", "services", "accounts", "scores")
HIDDEN = frozenset({"extra", "source_file", "source_sheet", "source_row", "account_id", "named_account_id", "is_repeat"})
BINS, CATEGORIES = 24, 30
QUARTERS = {"q1": 0.25, "median": 0.5, "q3": 0.75}
BIN_SCHEMA = {"label": pl.String, "low": pl.Float64, "high": pl.Float64, "rows": pl.Int64}
DAYS = {"year": 366 * 12, "quarter": 92 * 24}
"""Up to how many days dates are counted by the next smaller unit: beyond twelve years by year, beyond six by quarter, else by month."""


def described_tables(view: View, parts: Parts) -> list[tuple[str, str, int]]:
    """Tables whose columns can be looked at, as (table, label, rows the viewer may see); those without rows are left out."""
    del parts
    out = []
    for name in TABLES:
        if name in view.snapshot.tables():
            rows = scoped(view, name)
            count = int(view.snapshot.execute(rows.aggregate(rows=rows.count())).item())
            if count:
                out.append((name, "Features of accounts" if name == "features" else table_label(name), count))
    return out


def described_columns(view: View, parts: Parts, table: str) -> pl.DataFrame:
    """Every column of a table: column, label, kind (number, date, category, flag), rows, missing (share), distinct, lowest, average, highest.

    The last three are null for categories. One query; distinct values are counted exactly.
    """
    del parts
    rows = _table(view, table)
    labels = _column_labels(table)
    shown = [name for name in rows.columns if name not in HIDDEN]
    measures: dict[str, Any] = {"rows": rows.count()}
    for place, name in enumerate(shown):
        column, kind = rows[name], _kind(rows[name])
        measures |= {f"k{place}": column.count(), f"d{place}": column.nunique()}
        if kind == "number":
            measures |= {f"l{place}": _number(column).min(), f"a{place}": _number(column).mean(), f"h{place}": _number(column).max()}
    found = view.snapshot.execute(rows.aggregate(**measures)).row(0, named=True)
    total = found["rows"]
    lines = [
        {
            "column": name,
            "label": labels.get(name, name),
            "kind": _kind(rows[name]),
            "rows": total,
            "missing": 1 - found[f"k{place}"] / total if total else None,
            "distinct": found[f"d{place}"],
            "lowest": found.get(f"l{place}"),
            "average": found.get(f"a{place}"),
            "highest": found.get(f"h{place}"),
        }
        for place, name in enumerate(shown)
    ]
    floats = ("missing", "lowest", "average", "highest")
    return pl.DataFrame(lines, schema_overrides=dict.fromkeys(floats, pl.Float64), infer_schema_length=None)


def distribution(view: View, parts: Parts, table: str, column: str) -> dict[str, Any]:
    """How one column is spread, over every row that the viewer may see (nothing is sampled).

    kind; label; rows; missing (rows without a value); bins: a frame of label, low, high (null for categories), rows; for numbers also
    stats: lowest, q1, median, q3, highest, average; other: rows in categories beyond the first 30, and how many these are.

    Raises UnknownNameError for a table or column that is not there.
    """
    del parts
    rows = _table(view, table)
    shown = [name for name in rows.columns if name not in HIDDEN]
    if column not in shown:
        raise UnknownNameError("column", column, shown)
    kind = _kind(rows[column])
    counts = view.snapshot.execute(rows.aggregate(rows=rows.count(), known=rows[column].count())).row(0, named=True)
    out: dict[str, Any] = {
        "table": table,
        "column": column,
        "kind": kind,
        "label": _column_labels(table).get(column, column),
        "rows": counts["rows"],
        "missing": counts["rows"] - counts["known"],
        "stats": {},
        "other": 0,
        "others": 0,
    }
    if not counts["known"]:
        return {**out, "bins": pl.DataFrame(schema=BIN_SCHEMA)}
    if kind == "number":
        return {**out, **_numbers(view, rows, column)}
    if kind == "date":
        return {**out, "bins": _dates(view, rows, column)}
    return {**out, **_categories(view, rows, column)}


def _table(view: View, table: str) -> ir.Table:
    if table not in TABLES or table not in view.snapshot.tables():
        raise UnknownNameError("table", table, [name for name in TABLES if name in view.snapshot.tables()])
    return scoped(view, table)


def _kind(column: ir.Column) -> str:
    dtype = column.type()
    if dtype.is_boolean():
        return "flag"
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_temporal() else "category"


def _number(column: ir.Column) -> Any:  # noqa: ANN401 - a numeric column, which ibis does not tell from others
    return column.cast("float64")


def _column_labels(table: str) -> dict[str, str]:
    if table == "features":
        return {feature.id: feature.label for feature in features()}
    known = canonical_tables().get(table)
    return {name: name.replace("_", " ").capitalize() for name in known.contract.columns()} if known else {}


def _numbers(view: View, rows: ir.Table, column: str) -> dict[str, Any]:
    values = rows.filter(rows[column].notnull()).select(v=_number(rows[column]))
    measures = {"lowest": values.v.min(), "highest": values.v.max(), "average": values.v.mean(), "distinct": values.v.nunique()}
    measures |= {name: values.v.quantile(share) for name, share in QUARTERS.items()}
    stats = view.snapshot.execute(values.aggregate(**measures)).row(0, named=True)
    low, high, distinct = stats["lowest"], stats["highest"], stats.pop("distinct")
    if distinct <= BINS and high - low <= BINS and float(low).is_integer() and float(high).is_integer():
        counted = view.snapshot.execute(values.group_by("v").aggregate(rows=values.count())).sort("v")
        bins = [(f"{value:g}", value, value, count) for value, count in counted.iter_rows()]
    else:
        bins = _binned(view, values, float(low), float(high))
    return {"stats": stats, "bins": pl.DataFrame(bins, schema=BIN_SCHEMA, orient="row")}


def _binned(view: View, values: ir.Table, low: float, high: float) -> list[tuple[str, float, float, int]]:
    """Counts in bins of a round width, the empty ones between them included."""
    width = _round_width((high - low) / BINS) if high > low else 1.0
    first = math.floor(low / width)
    place = (values.v / ibis.literal(width)).floor().cast("int64")
    counted = dict(view.snapshot.execute(values.mutate(bin=place).group_by("bin").aggregate(rows=lambda t: t.count())).iter_rows())
    last = max(counted)
    return [
        (f"{bin_ * width:g} to {(bin_ + 1) * width:g}", bin_ * width, (bin_ + 1) * width, int(counted.get(bin_, 0)))
        for bin_ in range(min(first, *counted), last + 1)
    ]


def _round_width(width: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9))


def _dates(view: View, rows: ir.Table, column: str) -> pl.DataFrame:
    days = rows.filter(rows[column].notnull()).select(d=rows[column].cast("date"))
    counted = view.snapshot.execute(days.group_by("d").aggregate(rows=days.count()))
    none_from = date.fromisoformat(view.context.settings.reading.no_end_announced_from)
    open_end = int(counted.filter(pl.col("d") >= none_from)["rows"].sum())
    counted = counted.filter(pl.col("d") < none_from)
    low, high = counted["d"].min(), counted["d"].max()
    span = (high - low) if isinstance(low, date) and isinstance(high, date) else timedelta()
    every, pattern = ("1y", "%Y") if span.days > DAYS["year"] else ("1q", "%Y-%m") if span.days > DAYS["quarter"] else ("1mo", "%Y-%m")
    bins = counted.group_by(pl.col("d").dt.truncate(every).alias("d")).agg(pl.col("rows").sum().cast(pl.Int64)).sort("d")
    nothing = pl.lit(None, pl.Float64)
    shown = bins.select(pl.col("d").dt.strftime(pattern).alias("label"), nothing.alias("low"), nothing.alias("high"), "rows")
    if not open_end:
        return shown
    return pl.concat([shown, pl.DataFrame([("No end announced", None, None, open_end)], schema=BIN_SCHEMA, orient="row")])


def _categories(view: View, rows: ir.Table, column: str) -> dict[str, Any]:
    named = rows.filter(rows[column].notnull()).select(label=rows[column].cast("string"))
    grouped = named.group_by("label").aggregate(rows=named.count())
    total = view.snapshot.execute(grouped.aggregate(rows=grouped.rows.sum(), kinds=grouped.count())).row(0, named=True)
    top = view.snapshot.execute(grouped.order_by(ibis.desc("rows"), "label").limit(CATEGORIES))
    bins = top.select("label", pl.lit(None, pl.Float64).alias("low"), pl.lit(None, pl.Float64).alias("high"), pl.col("rows").cast(pl.Int64))
    return {"bins": bins, "other": int(total["rows"] - top["rows"].sum()), "others": int(total["kinds"] - top.height)}
