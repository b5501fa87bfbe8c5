"""Figures of one who looks for oneself: heat maps, how numbers are spread, points. Frame in, figure out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web.figures.plain import plain, short, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from onelead.web._page import Figure


def heat(
    rows: Sequence[object],
    across: Sequence[object],
    cells: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    links: Sequence[Sequence[str | None]],
) -> Figure:
    """A number for each pair, deeper for more; an empty cell has no rows."""
    trace = {
        "type": "heatmap",
        "x": unique([short(name, 18) for name in across]),
        "y": unique([short(name) for name in rows]),
        "z": [list(row) for row in cells],
        "text": [list(row) for row in texts],
        "customdata": [list(row) for row in links],
        "colorscale": [[0, "token:--ol-s1/0.08"], [1, "token:--ol-s1/0.78"]],
        "showscale": False,
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{text}" if len(rows) * len(across) <= 160 else "",  # noqa: PLR2004 - more digits cannot be read
        "textfont": {"color": "token:--ol-text"},
        "hovertemplate": "<b>%{text}</b><br>%{y}<br>%{x}<extra></extra>",
    }
    layout = {
        "xaxis": {"side": "top", "type": "category", "showgrid": False},
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
        "margin": {"l": 4, "r": 4, "t": 8, "b": 4},
    }
    return {"data": [trace], "layout": layout}


def steps(frame: pl.DataFrame, write: Callable[[float | None], str], links: Sequence[str | None]) -> Figure:
    """How often a number falls where: columns low, high, rows; bars without gaps."""
    centres = ((frame["low"] + frame["high"]) / 2).to_list()
    trace = {
        "type": "bar",
        "x": centres,
        "y": frame["rows"].to_list(),
        "width": (frame["high"] - frame["low"]).to_list(),
        "text": [f"{write(low)} to {write(high)}" for low, high in frame.select("low", "high").iter_rows()],
        "textposition": "none",
        "marker": {"color": "token:--ol-s1", "line": {"color": "token:--ol-surface", "width": 1}},
        "customdata": list(links),
        "hovertemplate": "<b>%{y:,}</b> rows<br>%{text}<extra></extra>",
    }
    return {"data": [trace], "layout": {"bargap": 0, "showlegend": False, "yaxis": {"rangemode": "tozero", "title": {"text": "Rows"}}}}


def spreads(frame: pl.DataFrame) -> Figure:
    """Boxes from the five numbers low, q1, middle, q3, high by group; whiskers reach the least and the most."""
    names = unique([short(name) for name in frame["group"]])
    data = [
        {
            "type": "box",
            "name": name,
            "y": [name],
            "orientation": "h",
            "lowerfence": [row["low"]],
            "q1": [row["q1"]],
            "median": [row["middle"]],
            "q3": [row["q3"]],
            "upperfence": [row["high"]],
            "line": {"color": "token:--ol-s1", "width": 1.5},
            "fillcolor": "token:--ol-s1/0.18",
        }
        for name, row in zip(names, frame.iter_rows(named=True), strict=True)
    ]
    return {
        "data": data,
        "layout": {
            "showlegend": False,
            "yaxis": {"autorange": "reversed", "type": "category"},
            "xaxis": {"showgrid": True, "zeroline": False},
        },
    }


def dots(frame: pl.DataFrame, across: str, up: str, text: Sequence[str] | None = None, links: Sequence[str | None] | None = None) -> Figure:
    """Points of the columns x and y."""
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": frame["x"].to_list(),
        "y": frame["y"].to_list(),
        "text": list(text) if text else None,
        "customdata": list(links) if links else None,
        "marker": {"color": "token:--ol-s1", "size": 7, "opacity": 0.6, "line": {"width": 0}},
        "hovertemplate": ("<b>%{text}</b><br>" if text else "") + f"{plain(across)} %{{x:,}}<br>{plain(up)} %{{y:,}}<extra></extra>",
    }
    return {
        "data": [trace],
        "layout": {
            "showlegend": False,
            "xaxis": {"title": {"text": across}, "showgrid": True, "zeroline": False},
            "yaxis": {"title": {"text": up}},
        },
    }
