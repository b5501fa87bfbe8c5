"""The table of Explore: rows, groups or a pivot, and what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column
from onelead.web._table import guessed_columns
from onelead.web.pages._exploring import answer, crossed, drill, kinds, label, listed, question

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row


def rows(ask: Ask) -> pl.DataFrame:
    """What the table shows: rows, groups, or a pivot."""
    asked = question(ask)
    found = listed(ask) if not asked.by else crossed(ask) if asked.pivoted else answer(ask)
    frame: pl.DataFrame = found["frame"]
    if not asked.by:
        return frame
    parts = [name for name in asked.by if "@" in name and name in frame.columns]
    if parts:
        frame = frame.sort(parts[0], nulls_last=True, maintain_order=True)  # time runs on, whatever the values
    if asked.pivoted:
        return _years(frame, asked.by)
    total = found["total"]["value"]
    shared = frame.with_columns((pl.col("value") / total).alias("share")) if asked.additive and total else frame
    return _years(shared, asked.by)


def _years(frame: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Years are names and not amounts: written without a sign for thousands."""
    return frame.with_columns(pl.col(name).cast(pl.String) for name in by if name.endswith(("@year", "_year")) and name in frame.columns)


def table_columns(ask: Ask) -> tuple[Column, ...]:
    """Columns of the table, by what is shown."""
    asked, known = question(ask), kinds(ask)
    if not asked.by:
        return guessed_columns(listed(ask)["frame"], ask)
    unit = _kind(answer(ask)["unit"])
    if asked.pivoted:
        found = crossed(ask)
        first = Column(asked.by[0], label(asked.by[0]), _group_kind(asked.by[0], known))
        cells = [Column(name, name.strip(), unit) for name in found["totals"]]
        return (first, *cells, Column("Total", "All", unit, estimated="estimated"))
    groups = [Column(name, label(name), _group_kind(name, known)) for name in asked.by]
    value = Column("value", answer(ask)["label"], unit, estimated="estimated")
    share = (Column("share", "Share", "percent"),) if asked.additive else ()
    # where rows are what is counted, the value says it already
    rows_too = () if asked.metric is None and asked.how == "count" and asked.column is None else (Column("rows", "Rows", "count"),)
    return (*groups, value, *share, *rows_too)


def _group_kind(name: str, known: dict[str, str]) -> str:
    if name.endswith("@year"):
        return "text"
    return {"date": "date", "flag": "flag"}.get(known.get(name.partition("@")[0], "text"), "text")


def _kind(unit: str) -> str:
    return {"money": "money", "ratio": "percent", "count": "count", "days": "days"}.get(unit, "number")


def row_link(row: Row, ask: Ask) -> str | None:
    """Where a row of the table leads: the account of a listed row, the rows of a group."""
    asked = question(ask)
    if not asked.by:
        return ask.account_link(row["account_id"]) if row.get("account_id") else None
    return drill(row, ask, asked.by[:1] if asked.pivoted else asked.by)


def foot(ask: Ask) -> dict[str, Any]:
    """What was looked at: rows scanned and returned, groups, what was left off; SQL."""
    asked = question(ask)
    if not asked.by:
        found = listed(ask)
        sql = answer(ask)["sql"] if asked.metric or asked.how == "count" else ""
        return {
            "scanned": found["of"],
            "returned": found["frame"].height,
            "groups": None,
            "capped": found["of"] > found["frame"].height,
            "left_off": 0,
            "sql": sql,
            "total": None,
        }
    found = crossed(ask) if asked.pivoted else answer(ask)
    return {
        "scanned": found["scanned"],
        "returned": found["frame"].height,
        "groups": found["groups"],
        "capped": found["capped"],
        "left_off": found.get("left_off", 0),
        "sql": found["sql"],
        "total": ask.fmt.of(found["total"]["value"], found["unit"]),
        "estimated": found["total"]["estimated"],
        "label": found["label"],
    }
