"""Data Insights, distributions and correlations: choosing a column, and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Chart, Column, Missing, Panel, Table
from onelead.web.figures.common import whole_numbers
from onelead.workspace.correlating import correlations
from onelead.workspace.distributions import described_columns, described_tables, distribution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row

FIRST = {"features": "total_products", "assets": "product_category", "projects": "practice", "opportunities": "product_line"}
KINDS = {"number": "Number", "date": "Date", "category": "Category", "flag": "Yes or no"}
STRONG = 40
FEWEST_FOR_INTERVAL = 4
NORMAL_95 = 1.96
NEARLY_ONE = 0.999_999
TEXT_FITS = 14
FEW = 12
"""Up to so many whole numbers are each written on the axis."""


def chosen_table(ask: Ask) -> str:
    """The table of the address; the first that has rows else."""
    given = ask.one("of")
    tables = ask(described_tables)
    if not tables:
        raise Missing("No table has rows under these filters.")
    return given if given in {name for name, _, _ in tables} else tables[0][0]


def chosen(ask: Ask) -> dict[str, Any]:
    """How the chosen column is spread; a telling column of the table where the address names none."""
    table = chosen_table(ask)
    names = ask(described_columns, table)["column"].to_list()
    given = ask.one("column")
    wanted = next((name for name in (given, FIRST.get(table)) if name in names), None)
    return ask(distribution, table, wanted or str(names[0]))


def chooser(ask: Ask) -> Mapping[str, Any]:
    """The tables to choose from, and the middle of the chosen column."""
    table, found = chosen_table(ask), chosen(ask)
    return {"tables": ask(described_tables), "table": table, "found": found, "kind": KINDS[found["kind"]]}


def bins(ask: Ask) -> pl.DataFrame:
    """Bins of the chosen column."""
    found = chosen(ask)
    frame: pl.DataFrame = found["bins"]
    if found["other"]:
        more = pl.DataFrame([(f"{found['others']:,} others", None, None, found["other"])], schema=frame.schema, orient="row")
        frame = pl.concat([frame, more])
    return frame


def _title(ask: Ask) -> str:
    found = chosen(ask)
    filled = found["rows"] - found["missing"]
    empty = f", {ask.fmt.count(found['missing'])} empty" if found["missing"] else ""
    return f"{found['label']}: {ask.fmt.count(filled)} rows with a value{empty}"


def bins_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars; categories lie down so that their names can be read, numbers and dates stand. The quartiles are marked."""
    found = chosen(ask)
    if found["kind"] in {"category", "flag"}:
        return _lying(frame)
    numbers = found["kind"] == "number" and frame["low"].null_count() == 0
    binned = numbers and bool((frame["high"] > frame["low"]).all())
    x = [(low + high) / 2 for low, high in frame.select("low", "high").iter_rows()] if numbers else frame["label"].to_list()
    bar = {
        "type": "bar",
        "x": x,
        "y": frame["rows"].to_list(),
        "text": frame["label"].to_list(),
        "textposition": "none",
        "marker": {"color": "token:--ol-s1"},
        "hovertemplate": "<b>%{y:,}</b> rows<br>%{text}<extra></extra>",
    }
    if numbers and not binned:  # whole numbers, each a bin of its own
        bar["width"] = [0.9] * frame.height
    layout: dict[str, Any] = {"showlegend": False, "bargap": 0.06 if binned else 0.3}
    layout["yaxis"] = {**whole_numbers(frame["rows"].max()), "title": {"text": "Rows"}}
    layout["xaxis"] = {"showgrid": False, "type": "linear" if numbers else "category", "title": {"text": found["label"]}}
    if numbers and not binned:
        layout["xaxis"] |= {"dtick": 1 if frame["low"].max() - frame["low"].min() <= FEW else None, "tickformat": "d"}  # type: ignore[operator]
    if numbers:
        layout |= _quartiles(found["stats"], ask)
    return {"data": [bar], "layout": layout}


def _lying(frame: pl.DataFrame) -> Figure:
    back = frame.reverse()
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": [str(label)[:60] for label in back["label"].to_list()],
        "x": back["rows"].to_list(),
        "text": [f"{rows:,}" for rows in back["rows"].to_list()],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": ["token:--ol-s6" if label.endswith(" others") else "token:--ol-s1" for label in back["label"].to_list()]},
        "hovertemplate": "<b>%{x:,}</b> rows<br>%{y}<extra></extra>",
    }
    return {
        "data": [bar],
        "layout": {"showlegend": False, "xaxis": {"visible": False}, "yaxis": {"type": "category", "showgrid": False}, "margin": {"r": 48}},
    }


def _quartiles(stats: dict[str, float], ask: Ask) -> dict[str, Any]:
    low, high = stats["q1"], stats["q3"]
    band = {"type": "rect", "xref": "x", "yref": "paper", "x0": low, "x1": high, "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    line = {"type": "line", "xref": "x", "yref": "paper", "x0": stats["median"], "x1": stats["median"], "y0": 0, "y1": 1}
    words = {"x": stats["median"], "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    return {
        "shapes": [
            {**band, "fillcolor": "token:--ol-s1/0.10"},
            {**line, "line": {"color": "token:--ol-text-2", "width": 1.5, "dash": "dot"}},
        ],
        "annotations": [{**words, "text": f"median {ask.fmt.number(stats['median'])}", "font": {"size": 12, "color": "token:--ol-text-2"}}],
        "margin": {"t": 26},
    }


def columns(ask: Ask) -> pl.DataFrame:
    """Every column of the chosen table with its spread in figures."""
    return ask(described_columns, chosen_table(ask)).with_columns(pl.col("kind").replace_strict(KINDS).alias("kind_label"))


def _column_link(row: Row, ask: Ask) -> str | None:
    return ask.here(of=chosen_table(ask), column=row["column"])


CHOOSER = Panel(id="chooser", title="Column", template="panels/insights_chooser.html", data=chooser, bare=True)
BINS = Chart(
    id="spread",
    title="Distribution",
    sub=_title,
    data=bins,
    figure=bins_figure,
    height=360,
    columns=(Column("label", "Value"), Column("rows", "Rows", "count")),
    empty="The column has no value.",
    how="Every row that you may see is counted; nothing is sampled. Numbers are counted in bins of a round width; the shaded band holds the "
    "middle half, the dotted line is the median. Of categories the 30 most frequent are shown.",
)
COLUMNS = Table(
    id="described",
    title="Columns of the table",
    how="Missing is the share of rows without a value. Distinct values are counted exactly, over every row that you may see.",
    rows=columns,
    row_link=_column_link,
    size=50,
    search=("column", "label"),
    columns=(
        Column("label", "Column", sub="column"),
        Column("kind_label", "Kind", minor=True),
        Column("missing", "Missing", "percent"),
        Column("distinct", "Distinct", "count"),
        Column("lowest", "Lowest", "number", minor=True),
        Column("average", "Average", "number"),
        Column("highest", "Highest", "number", minor=True),
    ),
    foot="Open a row to see how it is spread.",
)


# Correlations ----------------------------------------------------------------------------------------------------------------


def method(ask: Ask) -> str:
    """The kind of correlation."""
    return "spearman" if ask.one("method") == "spearman" else "pearson"


def pairs(ask: Ask) -> pl.DataFrame:
    """Every pair of features once, the strongest first."""
    frame: pl.DataFrame = ask(correlations, method(ask))["pairs"]
    if frame.is_empty():
        raise Missing("No two features vary over these accounts.", hint="Correlations need at least three accounts with different values.")
    return frame


def strongest(ask: Ask) -> pl.DataFrame:
    """Pairs once each, the surest strong ones first: by the lower end of the 95 % interval of their size (Fisher's transformation)."""
    frame = pairs(ask).filter((pl.col("a") < pl.col("b")) & pl.col("r").is_not_null() & (pl.col("n") >= FEWEST_FOR_INTERVAL))
    size = pl.col("r").abs().clip(0, NEARLY_ONE).arctanh()
    at_least = (size - NORMAL_95 / (pl.col("n") - 3).sqrt()).tanh().clip(0, 1)
    order = ["at_least", "n", "label_a"]
    return frame.with_columns(at_least.alias("at_least")).sort(order, descending=[True, True, False]).head(STRONG)


def about(ask: Ask) -> Mapping[str, Any]:
    """What was correlated, and what could not be."""
    found = ask(correlations, method(ask))
    return {"found": found, "method": method(ask)}


def heat(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Features against features; red together in opposite directions, green together."""
    del ask
    names = frame["label_a"].unique(maintain_order=True).to_list()
    by = {(a, b): (r, n) for a, b, r, n in frame.select("label_a", "label_b", "r", "n").iter_rows()}
    z = [[by[a, b][0] for b in names] for a in names]
    pairs_known = [[by[a, b][1] for b in names] for a in names]
    mark: dict[str, Any] = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": [[None if r is None else round(r, 3) for r in row] for row in z],
        "text": pairs_known,
        "zmin": -1,
        "zmax": 1,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "colorscale": [[0, "token:--ol-crit"], [0.5, "token:--ol-surface"], [1, "token:--ol-s1"]],
        "colorbar": {"thickness": 10, "len": 0.5, "outlinewidth": 0, "tickvals": [-1, 0, 1]},
        "hovertemplate": "<b>%{z:.2f}</b> over %{text:,} accounts<br>%{y}<br>%{x}<extra></extra>",
    }
    if len(names) <= TEXT_FITS:
        mark["texttemplate"] = "%{z:.1f}"
    return {
        "data": [mark],
        "layout": {"xaxis": {"tickangle": -45, "showgrid": False}, "yaxis": {"autorange": "reversed", "showgrid": False}},
    }


def _heat_sub(ask: Ask) -> str:
    found = ask(correlations, method(ask))
    used = f"a sample of {ask.fmt.count(found['sampled'])} of " if found["sampled"] else ""
    return f"{len(found['features'])} features over {used}{ask.fmt.plural(found['accounts'], 'account')}"


ABOUT = Panel(id="correlated", title="Correlations", template="panels/insights_correlated.html", data=about, bare=True)
HEAT = Chart(
    id="heat",
    title="Which features move together",
    sub=_heat_sub,
    data=pairs,
    figure=heat,
    height=720,
    columns=(
        Column("label_a", "Feature"),
        Column("label_b", "With"),
        Column("r", "Correlation", "number"),
        Column("n", "Accounts with both", "count"),
    ),
    how="Pearson's correlation measures a straight-line relation, Spearman's one of ranks; each over the accounts where both features are "
    "known. Features with one value only are left out. A correlation is no cause.",
)
STRONGEST = Table(
    id="strongest",
    title="Strongest pairs",
    how="Size at least is the lower end of the 95 % interval of the correlation's size, by Fisher's transformation over the accounts with both.",
    rows=strongest,
    size=25,
    columns=(
        Column("label_a", "Feature"),
        Column("label_b", "With"),
        Column("r", "Correlation", "number"),
        Column("at_least", "Size at least", "number", hint="Lower end of the 95 % interval of the size"),
        Column("n", "Accounts with both", "count"),
    ),
    foot="Few accounts make strong correlations by chance, so pairs are ordered by what the size is at least, at 95 % confidence.",
)
