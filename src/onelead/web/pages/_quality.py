"""Data Insights, quality and quarantine: what the tables show, and the figure of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Chart, Column, Missing, Number, Table, Tile, Tiles
from onelead.workspace.insights import column_completeness, missing_matrix, quarantine_counts, quarantined, table_grades
from onelead.workspace.lineage import freshness

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row, Status

GRADES: dict[str | None, Status] = {"Excellent": "good", "Good": "info", "Poor": "crit"}
FIRST_TABLE = "assets"
HUNDRED = 100.0


def grades(ask: Ask) -> pl.DataFrame:
    """Tables with their grade; those without rows stand as they are."""
    frame = ask(table_grades)
    filled = (pl.col("completeness") * HUNDRED).alias("filled")
    words = pl.format("{} of {}", "columns", "columns_known").alias("delivered")
    return frame.with_columns(filled, words, pl.when(pl.col("rows") == 0).then(pl.lit("Not loaded")).otherwise("grade").alias("grade"))


def columns(ask: Ask) -> pl.DataFrame:
    """Columns of the chosen table, the emptiest first; those that no file delivered at the end."""
    frame = ask(column_completeness, ask.one("table") or FIRST_TABLE)
    order = pl.when(pl.col("delivered")).then("completeness").otherwise(2.0)
    shown = frame.with_columns(
        pl.when(pl.col("delivered")).then(pl.col("completeness") * HUNDRED).alias("filled"),
        pl.when(pl.col("delivered")).then(pl.lit("Delivered")).otherwise(pl.lit("Not delivered")).alias("state"),
        pl.when(pl.col("delivered")).then("missing").alias("missing"),
        order.alias("order"),
    )
    return shown.sort("order", "column").drop("order")


def _columns_sub(ask: Ask) -> str:
    frame = ask(column_completeness, ask.one("table") or FIRST_TABLE)
    return f"{frame['label'][0]}: {frame['delivered'].sum()} of {frame.height} columns delivered"


def gaps(ask: Ask) -> pl.DataFrame:
    """Share missing by table and column."""
    frame = ask(missing_matrix)
    if frame.is_empty():
        raise Missing("No delivered column has a gap.", hint="Columns that no file delivered stand in the list beside this.")
    return frame


def gaps_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Tables across, columns down, the emptiest on top; the darker, the more is missing."""
    tables = frame["label"].unique(maintain_order=True).to_list()
    order = frame.group_by("column", maintain_order=True).agg(pl.col("share").max()).sort("share", "column", descending=[False, True])
    known = {(row["column"], row["label"]): row for row in frame.to_dicts()}
    names = order["column"].to_list()
    cells = [[known.get((name, table)) for table in tables] for name in names]
    links = [[ask.here(table=cell["table"]) if cell else "" for cell in row] for row in cells]
    shares = [[round(cell["share"], 4) if cell else None for cell in row] for row in cells]
    words = [[ask.fmt.percent(cell["share"]) if cell else "" for cell in row] for row in cells]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": tables,
                "y": [name.replace("_", " ") for name in names],
                "z": shares,
                "text": words,
                "texttemplate": "%{text}",
                "textfont": {"size": 11},
                "customdata": links,
                "zmin": 0,
                "zmax": 1,
                "xgap": 3,
                "ygap": 3,
                "hoverongaps": False,
                "showscale": False,
                "colorscale": [[0, "token:--ol-sunken"], [1, "token:--ol-s4"]],
                "hovertemplate": "<b>%{text}</b> missing<br>%{y}, %{x}<extra></extra>",
            }
        ],
        "layout": {"xaxis": {"side": "top", "showgrid": False}, "yaxis": {"showgrid": False}},
    }


def _age(ask: Ask) -> Number:
    found = ask.overall(freshness)
    if found["days"] is None:
        return Number(None, reason="The data names no export date")
    return Number(found["days"], unit="days", of=f"since {ask.fmt.date(found['exported'])}", direction="down")


def _complete(ask: Ask) -> Number:
    frame = ask(table_grades).filter(pl.col("completeness").is_not_null())
    if frame.is_empty():
        return Number(None, reason="No table has rows")
    cells = frame.select(total=pl.col("rows") * pl.col("columns"), missing=pl.col("missing")).sum().row(0, named=True)
    return Number(
        1 - cells["missing"] / cells["total"], unit="ratio", of=f"{ask.fmt.compact(cells['missing'])} cells empty", direction="up"
    )


def _table_link(row: Row, ask: Ask) -> str | None:
    return ask.here(table=row["table"])


TILES = Tiles(
    id="quality-tiles",
    title="Quality",
    tiles=(
        Tile(label="Filled cells", number=_complete, how="Filled cells of all delivered columns of all tables, over all their cells."),
        Tile(metric="unattributed_rows"),
        Tile(metric="quarantined_rows"),
        Tile(label="Age of the data", number=_age, how="Days from the newest export date in the data to today."),
    ),
)
GRADE_TABLE = Table(
    id="grades",
    title="Grade of each table",
    rows=grades,
    row_link=_table_link,
    columns=(
        Column("label", "Table"),
        Column("rows", "Rows", "count"),
        Column("delivered", "Columns delivered", sortable=False, minor=True),
        Column(
            "filled", "Filled, %", "score", status=lambda row: GRADES.get(row["grade"]), hint="Mean share of filled cells over the columns"
        ),
        Column("missing", "Empty cells", "count", minor=True),
        Column("grade", "Grade", "badge", status=lambda row: GRADES.get(row["grade"], "unknown")),
    ),
    foot="Excellent from 95 %, Good from 75 %, else Poor (settings). A column that no file delivered does not lower the grade.",
    how="Completeness of a table is the mean, over its delivered columns, of the share of rows with a value.",
)
COLUMN_TABLE = Table(
    id="columns",
    title="Completeness by column",
    span=7,
    rows=columns,
    sub=_columns_sub,
    size=50,
    search=("column", "doc"),
    columns=(
        Column("column", "Column", sub="doc"),
        Column("filled", "Filled, %", "score"),
        Column("missing", "Empty", "count"),
        Column("state", "State", "badge", status=lambda row: None if row["delivered"] else "unknown", minor=True),
    ),
    how="Rows with a value in the column, over all rows of the table.",
)
GAP_CHART = Chart(
    id="gaps",
    title="What is missing",
    span=5,
    sub="Delivered columns with gaps",
    data=gaps,
    figure=gaps_figure,
    height=620,
    columns=(
        Column("label", "Table"),
        Column("column", "Column"),
        Column("missing", "Empty", "count"),
        Column("rows", "Rows", "count"),
        Column("share", "Missing", "percent"),
    ),
    how="Share of rows without a value, for every delivered column that has gaps; at most the 60 emptiest columns.",
)


# Quarantine ------------------------------------------------------------------------------------------------------------------


def reasons(ask: Ask) -> pl.DataFrame:
    """Reasons, the most frequent first."""
    return ask.overall(quarantine_counts)


def entries(ask: Ask) -> pl.DataFrame:
    """Rows in quarantine, narrowed to a table and a reason where the address says so."""
    return ask.overall(quarantined, ask.one("table"), ask.one("reason"))


def entries_sub(ask: Ask) -> str:
    """What the rows are narrowed to."""
    table, reason = ask.one("table"), ask.one("reason")
    words = [part for part in (table.replace("_", " ") if table else "", reason or "") if part]
    return ", ".join(words) or "all tables and reasons"


def _reason_link(row: Row, ask: Ask) -> str | None:
    return ask.here(table=row["table"], reason=row["reason"])


REASON_TABLE = Table(
    id="reasons",
    title="Why rows are in quarantine",
    how="Rows that broke the contract of their table, counted by column and reason.",
    rows=reasons,
    row_link=_reason_link,
    size=10,
    columns=(
        Column("label", "Table"),
        Column("column", "Column"),
        Column("reason", "Reason"),
        Column("entries", "Broken rules", "count", minor=True),
        Column("rows", "Rows", "bar"),
    ),
    empty="No row of the shown snapshot broke a rule.",
    foot="A row with two broken rules counts in two lines.",
)
ENTRY_TABLE = Table(
    id="quarantine",
    title="Rows in quarantine",
    how="One line for each broken rule of each row, with the place that it came from.",
    sub=entries_sub,
    rows=entries,
    search=("column", "value", "reason", "source_file", "source_sheet", "row"),
    columns=(
        Column("label", "Table", minor=True),
        Column("source_file", "File", sub="source_sheet"),
        Column("source_row", "Row", "count"),
        Column("column", "Column"),
        Column("value", "Value as it came"),
        Column("reason", "Reason"),
        Column("row", "Row as it came", show=False),
    ),
    empty="No row of the shown snapshot broke a rule.",
    foot="The export holds the whole row as it came. Mend the source and load it again.",
    link=("All rows", lambda ask: ask.here(table=None, reason=None)),
)


def quarantine_count(ask: Ask) -> int | None:
    """Rows in quarantine, for the tab."""
    frame: Any = ask.overall(quarantine_counts)
    return int(frame["entries"].sum()) or None
