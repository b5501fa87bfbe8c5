"""Figures of bookings: by month with their intervals, past quarters beside what came, and errors by week of the quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web.figures.common import LEGEND, UNDER_LEGEND, money_axis, month_name, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import polars as pl

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

PARTS = (("booked", "Booked", "token:--ol-s3"), ("opened", "Open deals", "token:--ol-s1"), ("born", "Deals not yet born", "token:--ol-s2"))
ERRORS = (
    ("error", "This forecast", "token:--ol-s1", "solid"),
    ("by_rate_error", "Stated dates × win rate", "token:--ol-s4", "dash"),
    ("last_quarter_error", "As the quarter before", "token:--ol-text-3", "dot"),
)


def by_month(frame: pl.DataFrame, fmt: Formats, link: Callable[[date, date], str]) -> Figure:
    """Months as stacked means of what is booked, of open deals and of deals not yet born, with the 80 % interval (columns of PERIODS)."""
    rows = frame.to_dicts()
    names = [month_name(row["begin"], fmt) for row in rows]
    data = [_part(rows, names, *part, fmt, link) for part in PARTS if any(row[part[0]] for row in rows)]
    totals = [row["forecast"] for row in rows]
    whisker = {
        "type": "scatter",
        "mode": "markers",
        "name": "Forecast, 80 % interval",
        "x": names,
        "y": totals,
        "marker": {"color": "token:--ol-text", "size": 7, "symbol": "diamond"},
        "error_y": {**spread(totals, [row["low"] for row in rows], [row["high"] for row in rows]), "color": "token:--ol-text"},
        "hovertext": [f"<b>{fmt.money(row['forecast'])}</b>, {fmt.span(row['low'], row['high'])}" for row in rows],
        "hovertemplate": "%{x}: %{hovertext}<extra>80 % interval</extra>",
    }
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": names},
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": [*data, whisker], "layout": layout}


def _part(
    rows: list[dict[str, Any]], names: list[str], column: str, words: str, colour: str, fmt: Formats, link: Callable[[date, date], str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": words,
        "x": names,
        "y": [row[column] for row in rows],
        "marker": {"color": colour},
        "customdata": [link(row["begin"], row["end"]) for row in rows],
        "hovertext": [f"<b>{fmt.money(row[column])}</b>" for row in rows],
        "hovertemplate": f"%{{x}}: %{{hovertext}}<extra>{words}</extra>",
    }


def past(frame: pl.DataFrame, names: Sequence[str], fmt: Formats) -> Figure:
    """Forecasts of past quarters with their 80 % interval beside what came (columns of TRACK, one row a quarter)."""
    rows = frame.to_dicts()
    values = [row["forecast"] for row in rows]
    forecast = {
        "type": "scatter",
        "mode": "markers",
        "name": "Forecast, 80 % interval",
        "x": list(names),
        "y": values,
        "marker": {"color": "token:--ol-s1", "size": 9},
        "error_y": {**spread(values, [row["low"] for row in rows], [row["high"] for row in rows]), "color": "token:--ol-s1"},
        "hovertext": [f"<b>{fmt.money(row['forecast'])}</b>, {fmt.span(row['low'], row['high'])}" for row in rows],
        "hovertemplate": "%{x}: %{hovertext}<extra>Forecast</extra>",
    }
    came = {
        "type": "scatter",
        "mode": "markers",
        "name": "What came",
        "x": list(names),
        "y": [row["actual"] for row in rows],
        "marker": {"symbol": "line-ew-open", "size": 24, "color": "token:--ol-text", "line": {"width": 2, "color": "token:--ol-text"}},
        "hovertext": [f"<b>{fmt.money(row['actual'])}</b>" for row in rows],
        "hovertemplate": "%{x}: %{hovertext}<extra>What came</extra>",
    }
    layout = {
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": list(names)},
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": [forecast, came], "layout": layout}


def errors(frame: pl.DataFrame, fmt: Formats) -> Figure:
    """Errors by week of the quarter as shares of what came, of this forecast and of two simple ones (columns of ``by_week``)."""
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": words,
            "x": frame["week"].to_list(),
            "y": frame[column].to_list(),
            "line": {"color": colour, "width": 2, "dash": dash},
            "marker": {"color": colour, "size": 6},
            "hovertext": [f"<b>{fmt.percent(value)}</b> off" for value in frame[column]],
            "hovertemplate": f"Week %{{x}}: %{{hovertext}}<extra>{words}</extra>",
        }
        for column, words, colour, dash in ERRORS
    ]
    layout = {
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"title": {"text": "Week of the quarter (0: the day before it)"}, "tickformat": "d", "dtick": 2},
        "yaxis": {"tickformat": ".0%", "rangemode": "tozero"},
        "margin": UNDER_LEGEND,
    }
    return {"data": data, "layout": layout}
