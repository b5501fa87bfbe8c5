"""The chart of Explore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._page import Missing
from onelead.web.figures import explore as figures
from onelead.web.figures import plain
from onelead.web.pages._exploring import CHARTS, NO_FORM, Question, answer, drill, label, question
from onelead.workspace.exploring import boxes, histogram, points

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure

BARS = 25
SLICES = 8
NUMERIC = frozenset({"histogram", "box", "scatter"})


def drawn(ask: Ask) -> bool:
    """Whether there is a chart."""
    return question(ask).chart != "none"


def chart_rows(ask: Ask) -> pl.DataFrame:
    """The frame behind the chart. Raises Missing where the question does not fit the chart."""
    asked = question(ask)
    if asked.chart not in CHARTS:
        raise UnknownNameError("chart", asked.chart, list(CHARTS))
    if asked.chart in NUMERIC:
        return _numbers(ask, asked)
    if not asked.by:
        raise Missing("A chart needs something to group by.", hint="Choose a column under Group by, or a histogram.")
    if asked.chart == "heat" and len(asked.by) < 2:  # noqa: PLR2004 - rows × columns
        raise Missing("A heat map needs two columns to group by.", hint="Choose a second column.")
    frame: pl.DataFrame = answer(ask)["frame"]
    return frame


def _numbers(ask: Ask, asked: Question) -> pl.DataFrame:
    if asked.column is None:
        raise Missing(f"{CHARTS[asked.chart]} need a column of numbers.", hint="Choose it under Of.")
    if asked.chart == "histogram":
        return ask(histogram, asked.source, asked.column, asked.where)
    if asked.chart == "box":
        return ask(boxes, asked.source, asked.column, asked.by[0].partition("@")[0] if asked.by else None, asked.where)
    if asked.up is None:
        raise Missing("Points need a second column of numbers.", hint="Choose it under Against.")
    frame: pl.DataFrame = ask(points, asked.source, asked.column, asked.up, asked.where)["frame"]
    return frame


def figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The chart of the question."""
    asked = question(ask)
    if asked.chart == "histogram":
        links = [
            ask.here(cond=(*asked.where, f"{asked.column}>={low:g}", f"{asked.column}<{high:g}"), by=None, chart=None, **NO_FORM)
            for low, high in frame.select("low", "high").iter_rows()
        ]
        return figures.steps(frame, ask.fmt.number, links)
    if asked.chart == "box":
        return figures.spreads(frame)
    if asked.chart == "scatter":
        return figures.dots(frame, label(asked.column or ""), label(asked.up or ""))
    return _grouped(frame, ask, asked)


def _grouped(frame: pl.DataFrame, ask: Ask, asked: Question) -> Figure:
    unit = answer(ask)["unit"]

    def write(value: float | None) -> str:
        return ask.fmt.of(value, unit)

    def link(row: dict[str, Any]) -> str:
        return drill(row, ask, asked.by)

    first, second = asked.by[0], asked.by[1] if len(asked.by) > 1 else None
    if asked.chart == "heat" and second:
        return _heat(frame, first, second, write, link)
    if asked.chart == "line":
        return plain.lines(frame, first, second, write, link)
    if second or "@" in first:
        kept = (
            frame.group_by(first, maintain_order=True)
            .agg(pl.col("rows").sum())
            .sort("rows", descending=True, maintain_order=True)
            .head(BARS)[first]
        )
        shown = frame.filter(pl.col(first).is_in(kept.implode(), nulls_equal=True))
        return plain.columns(shown.sort(first, nulls_last=True) if "@" in first else shown, first, second, write, link)
    known = frame.filter(pl.col("value").is_not_null()).head(SLICES if asked.chart == "pie" else BARS)
    links = [link(row) for row in known.iter_rows(named=True)]
    names = [_word(value) for value in known[first]]
    texts = [write(value) for value in known["value"]]
    if asked.chart != "pie":
        return plain.bars(names, known["value"].to_list(), texts, links)
    rest = float(frame.filter(pl.col("value").is_not_null()).slice(SLICES)["value"].sum()) if asked.additive else 0.0
    more = (
        ([*names, "Other"], [*known["value"].to_list(), rest], [*texts, write(rest)], [*links, None])
        if rest
        else (names, known["value"].to_list(), texts, links)
    )
    return plain.donut(*more, middle=f"<b>{write(answer(ask)['total']['value'])}</b>")


def _heat(frame: pl.DataFrame, first: str, second: str, write: Any, link: Any) -> Figure:  # noqa: ANN401 - functions
    def order(name: str) -> list[Any]:
        counted = frame.group_by(name).agg(pl.col("rows").sum()).sort(["rows", name], descending=[True, False], nulls_last=True)
        return counted[name].to_list()[:BARS]

    rows_of, across = order(first), order(second)
    cells = {(row[first], row[second]): row for row in frame.iter_rows(named=True)}
    found = [[cells.get((down, over)) for over in across] for down in rows_of]
    return figures.heat(
        [_word(value) for value in rows_of],
        [_word(value) for value in across],
        [[cell["value"] if cell else None for cell in line] for line in found],
        [[write(cell["value"]) if cell else "" for cell in line] for line in found],
        [[link(cell) if cell else None for cell in line] for line in found],
    )


def _word(value: object) -> object:
    return ("Yes" if value else "No") if isinstance(value, bool) else value


def chart_sub(ask: Ask) -> str:
    """What is drawn, and what is left out of it."""
    asked = question(ask)
    if asked.chart == "scatter" and asked.column and asked.up:
        found = ask(points, asked.source, asked.column, asked.up, asked.where)
        every = f", every {found['every']}th drawn" if found["every"] > 1 else ""
        return f"{ask.fmt.plural(found['of'], 'row')} that know both{every}"
    if asked.chart in NUMERIC or not asked.by:
        return label(asked.column) if asked.column else ""
    found = answer(ask)
    shown = (
        f", the largest {BARS} of {ask.fmt.count(found['groups'])}"
        if found["groups"] > BARS and asked.chart == "bar" and len(asked.by) == 1
        else ""
    )
    return f"{found['label']} by {' and '.join(label(name).lower() for name in asked.by)}{shown}"
