"""Figures of the forecast: money by month with its range, what ends when, deals by close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web.figures.common import LEGEND, UNDER_LEGEND, count_axis, money_axis, month_name, months_axis, spread, texture

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

KINDS = (
    ("support", "Support ends", "token:--ol-s1"),
    ("credits", "Credits end", "token:--ol-s2"),
    ("end of life", "End of life", "token:--ol-s3"),
)
OVERDUE = "Overdue"


def expected(months: pl.DataFrame, fmt: Formats, link: Callable[[date], str], usual: pl.DataFrame | None = None) -> Figure:
    """Expected value by month as bars with their range; ``usual`` as a mark across. Frames: month, expected, low, high, actions, estimated."""
    rows = months.filter(pl.col("expected").is_not_null()).to_dicts()
    values = [row["expected"] for row in rows]
    bar = {
        "type": "bar",
        "name": "Expected value",
        "x": [row["month"].isoformat() for row in rows],
        "y": values,
        "marker": {"color": "token:--ol-s1"},
        "error_y": spread(values, [row["low"] for row in rows], [row["high"] for row in rows]),
        "customdata": [link(row["month"]) for row in rows],
        "hovertext": [
            f"<b>{fmt.money(row['expected'])}{' est.' if row['estimated'] else ''}</b><br>{fmt.span(row['low'], row['high'])}<br>"
            f"{fmt.plural(row['actions'], 'action')}"
            for row in rows
        ],
        "hovertemplate": "%{x|%b %Y}: %{hovertext}<extra></extra>",
    }
    layout = {
        "showlegend": usual is not None,
        "legend": LEGEND,
        "xaxis": months_axis([row["month"] for row in rows]),
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": [bar] if usual is None else [bar, _usual(usual, fmt)], "layout": layout}


def _usual(usual: pl.DataFrame, fmt: Formats) -> dict[str, Any]:
    before = usual.filter(pl.col("expected").is_not_null())
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "As the settings have it",
        "x": [month.isoformat() for month in before["month"]],
        "y": before["expected"].to_list(),
        "marker": {"symbol": "line-ew-open", "size": 26, "color": "token:--ol-text", "line": {"width": 2, "color": "token:--ol-text"}},
        "hovertext": [fmt.money(value) for value in before["expected"]],
        "hovertemplate": "<b>%{hovertext}</b> as the settings have it<extra></extra>",
    }


def ending(frame: pl.DataFrame, fmt: Formats, measure: str = "value") -> Figure:
    """What ends by month, stacked by kind, by value or by count. ``frame``: month, kind, count, value, estimated, unpriced."""
    data = []
    for kind, words, colour in KINDS:
        part = frame.filter((pl.col("kind") == kind) & pl.col(measure).is_not_null())
        if part.is_empty():
            continue
        data.append(
            {
                "type": "bar",
                "name": words,
                "x": [month.isoformat() for month in part["month"]],
                "y": part[measure].to_list(),
                "marker": {"color": colour},
                "hovertext": [
                    f"<b>{fmt.money(value)}{' est.' if flag else ''}</b>, {fmt.count(count)}"
                    for value, flag, count in part.select("value", "estimated", "count").iter_rows()
                ],
                "hovertemplate": f"%{{x|%b %Y}}: %{{hovertext}}<extra>{words}</extra>",
            }
        )
    layout = {
        "barmode": "stack",
        "showlegend": len(data) > 1,
        "legend": LEGEND,
        "xaxis": {"type": "date", "tickformat": "%b %y"},
        "yaxis": money_axis(fmt) if measure == "value" else count_axis(),
        "margin": UNDER_LEGEND,
    }
    return {"data": data, "layout": layout}


def schedule(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str]) -> Figure:
    """Open deals by period of close: the whole value, and the part weighted by the recorded win rate with its range, where there is one."""
    rows = frame.filter(pl.col("value").is_not_null()).to_dicts()
    names = [month_name(row["month"], fmt) if row["month"] is not None else row["period"] for row in rows]
    marks: dict[bool, dict[str, Any]] = {True: {"color": "token:--ol-crit", "pattern": texture("/")}, False: {"color": "token:--ol-s3"}}
    # two series, so that the legend shows the mark of each
    whole = []
    for overdue, words in ((True, "Overdue open value"), (False, "Open value")):
        part = [(name, row) for name, row in zip(names, rows, strict=True) if (row["period"] == OVERDUE) is overdue]
        if part:
            whole.append(_whole(words, part, marks[overdue], fmt, link))
    weighed = bool(rows) and rows[0]["weighted"] is not None
    layout = {
        "barmode": "group",
        "bargap": 0.3,
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": names},
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": [*whole, _weighted(rows, names, fmt, link)] if weighed else whole, "layout": layout}


def _whole(
    words: str, part: list[tuple[str, dict[str, Any]]], marker: dict[str, Any], fmt: Formats, link: Callable[[str], str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": words,
        "offsetgroup": "whole",
        "x": [name for name, _ in part],
        "y": [row["value"] for _, row in part],
        "marker": marker,
        "customdata": [link(row["period"]) for _, row in part],
        "hovertext": [f"<b>{fmt.money(row['value'])}</b>, {fmt.plural(row['deals'], 'deal')}" for _, row in part],
        "hovertemplate": "%{x}: %{hovertext}<extra></extra>",
    }


def _weighted(rows: list[dict[str, Any]], names: list[str], fmt: Formats, link: Callable[[str], str]) -> dict[str, Any]:
    values = [row["weighted"] for row in rows]
    return {
        "type": "bar",
        "name": "Weighted by the recorded win rate",
        "offsetgroup": "weighted",
        "x": names,
        "y": values,
        "marker": {"color": "token:--ol-s1"},
        "error_y": spread(values, [row["low"] for row in rows], [row["high"] for row in rows]),
        "customdata": [link(row["period"]) for row in rows],
        "hovertext": [f"<b>{fmt.money(row['weighted'])}</b>, {fmt.span(row['low'], row['high'])}" for row in rows],
        "hovertemplate": "%{x}: %{hovertext}<extra></extra>",
    }
