"""Figures that any frame can take: bars, lines, shares of a whole. Frame in, figure out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.web._page import Figure

SERIES = 6
"""At most so many colours; what is more is drawn in the last one."""
LONG = 26
QUIET = {"showgrid": False, "showticklabels": False, "zeroline": False, "showline": False}
HEAD = 1.16
PAD = "\u00a0\u00a0"
"""Between the end of a bar and its number."""


def colour(place: int) -> str:
    """The colour of a series by its place."""
    return f"token:--ol-s{min(place, SERIES - 1) + 1}"


def short(text: object, length: int = LONG) -> str:
    """A name that fits beside a bar; unknown is said."""
    words = "Unknown" if text is None else str(text)
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def bars(
    names: Sequence[object],
    values: Sequence[float | None],
    texts: Sequence[str],
    links: Sequence[str | None],
    *,
    tokens: Sequence[str] | None = None,
    unit: str = "",
) -> Figure:
    """Horizontal bars from the top, each with its number beside it and its link."""
    ticks = unique([short(name) for name in names])
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [value or 0 for value in values],
        "y": ticks,
        "text": list(texts),
        "texttemplate": f"{PAD}%{{text}}",
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": list(tokens) if tokens else "token:--ol-s1"},
        "customdata": list(links),
        "hovertext": ["Unknown" if name is None else str(name) for name in names],
        "hovertemplate": f"<b>%{{text}}</b>{' ' + unit if unit else ''}<br>%{{hovertext}}<extra></extra>",
    }
    top = max((value for value in values if value is not None), default=0.0)
    low = min((value for value in values if value is not None), default=0.0)
    layout = {
        "xaxis": {**QUIET, "range": [min(0.0, low * HEAD), (top or 1.0) * HEAD]},
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
        "bargap": max(0.34, 0.86 - 0.1 * len(ticks)),  # few bars do not become blocks
        "showlegend": False,
        "margin": {"l": 4, "r": 12, "t": 4, "b": 4},
    }
    return {"data": [trace], "layout": layout}


def columns(
    frame: pl.DataFrame, across: str, series: str | None, write: Callable[[float | None], str], link: Callable[[dict[str, Any]], str | None]
) -> Figure:
    """Vertical bars of the column value by ``across``, side by side by ``series``."""
    data = []
    for place, (name, part) in enumerate(_parts(frame, series)):
        data.append(
            {
                "type": "bar",
                "name": short(name),
                "x": [tick(entry) for entry in part[across]],
                "y": part["value"].to_list(),
                "text": [write(value) for value in part["value"]],
                "textposition": "none" if series else "outside",
                "cliponaxis": False,
                "marker": {"color": colour(place)},
                "customdata": [link(row) for row in part.iter_rows(named=True)],
                "hovertemplate": "<b>%{text}</b><br>%{x}" + (f"<br>{plain(name)}" if series else "") + "<extra></extra>",
            }
        )
    return {
        "data": data,
        "layout": {
            "showlegend": bool(series),
            "barmode": "group",
            "yaxis": {"rangemode": "tozero"},
            "xaxis": {"type": "category"},
            **_legend(series),
        },
    }


def lines(
    frame: pl.DataFrame, across: str, series: str | None, write: Callable[[float | None], str], link: Callable[[dict[str, Any]], str | None]
) -> Figure:
    """The column value over ``across`` (dates, numbers or words, in their order), a line for each of ``series``."""
    data = []
    for place, (name, part) in enumerate(_parts(frame, series)):
        ordered = part.filter(part[across].is_not_null()).sort(across)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": short(name),
                "x": [tick(entry) for entry in ordered[across]],
                "y": ordered["value"].to_list(),
                "text": [write(value) for value in ordered["value"]],
                "line": {"color": colour(place), "width": 2},
                "marker": {"size": 6, "color": colour(place)},
                "customdata": [link(row) for row in ordered.iter_rows(named=True)],
                "hovertemplate": "<b>%{text}</b><br>%{x}" + (f"<br>{plain(name)}" if series else "") + "<extra></extra>",
            }
        )
    dates = frame.schema[across].is_temporal()
    return {
        "data": data,
        "layout": {
            "showlegend": bool(series),
            "xaxis": {"type": "date"} if dates else _in_order(frame, across),
            "yaxis": {"rangemode": "tozero"},
            **_legend(series),
        },
    }


def donut(
    names: Sequence[object],
    values: Sequence[float | None],
    texts: Sequence[str],
    links: Sequence[str | None],
    *,
    tokens: Sequence[str] | None = None,
    middle: str = "",
) -> Figure:
    """Shares of a whole, in the order given; the words in the ``middle`` say what the whole is."""
    trace = {
        "type": "pie",
        "hole": 0.62,
        "sort": False,
        "direction": "clockwise",
        "labels": unique([short(name) for name in names]),
        "values": [max(value or 0.0, 0.0) for value in values],
        "text": list(texts),
        "textinfo": "none",
        "marker": {
            "colors": list(tokens) if tokens else [colour(place) for place in range(len(names))],
            "line": {"color": "token:--ol-surface", "width": 2},
        },
        "customdata": list(links),
        "hovertemplate": "<b>%{text}</b> %{percent}<br>%{label}<extra></extra>",
    }
    legend = {"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.06, "yanchor": "top"}
    return {
        "data": [trace],
        "layout": {
            "showlegend": True,
            "legend": legend,
            "annotations": [_in_the_middle(middle)] if middle else [],
            "margin": {"l": 4, "r": 4, "t": 8, "b": 8},
        },
    }


def _in_the_middle(words: str) -> Figure:
    return {
        "text": words,
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "align": "center",
        "font": {"size": 13, "color": "token:--ol-text"},
    }


def _in_order(frame: pl.DataFrame, across: str) -> Figure:
    known = frame[across].drop_nulls().unique().sort()
    return {"type": "category", "categoryorder": "array", "categoryarray": [tick(entry) for entry in known]}


def _parts(frame: pl.DataFrame, series: str | None) -> list[tuple[object, pl.DataFrame]]:
    """The rows of each series, the series with the most rows first; those beyond the colours are left to the table."""
    if series is None:
        return [("", frame)]
    order = (
        frame.group_by(series, maintain_order=True).agg(pl.col("rows").sum().alias("all")).sort("all", descending=True, maintain_order=True)
    )
    names = order[series].to_list()[:SERIES]
    return [(name, frame.filter(pl.col(series).eq_missing(pl.lit(name, dtype=frame.schema[series])))) for name in names]


def tick(value: object) -> object:
    """A value as a place on an axis."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return "Unknown" if value is None else "Yes" if value else "No"
    return str(value)


def _legend(series: str | None) -> dict[str, Any]:
    # the legend stands on the axis and grows upwards, however many lines it takes on a phone
    above = {"legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}} if series else {}
    return {"margin": {"l": 4, "r": 8, "t": 10, "b": 4}, **above}


def plain(text: object) -> str:
    """Words inside a hover template, where Plotly reads signs of its own."""
    return str("Unknown" if text is None else text).replace("<", "‹").replace(">", "›").replace("%{", "% {")


def unique(names: list[str]) -> list[str]:
    """Names that differ: bars of the same name would be one."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else name + "\u200b" * (seen[name] - 1))
    return out
