"""Figures of series: what came by month, what is expected as a fan, and what back-tests would have said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web.figures.common import LEGEND, UNDER_LEGEND, money_axis, months_axis

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

FANS = (("95", "token:--ol-s1/0.10"), ("80", "token:--ol-s1/0.22"))


def fan(months: pl.DataFrame, fmt: Formats, link: Callable[[date], str | None]) -> Figure:
    """History as a line, the forecast dashed within its 80 % and 95 % range. ``months``: rows of one series of the table forecasts."""
    rows = months.sort("period_start")
    came, ahead = rows.filter(pl.col("mean").is_null()), rows.filter(pl.col("mean").is_not_null())
    last = came.tail(1)
    days = [day.isoformat() for day in [*last["period_start"], *ahead["period_start"]]]

    def joined(column: str) -> list[float]:
        return [*last["actual"], *ahead[column]]

    bands = [_band(days, joined(f"low_{level}"), joined(f"high_{level}"), level, colour) for level, colour in FANS]
    history = {
        **_line(came["period_start"].to_list(), came["actual"].to_list(), "What came", "token:--ol-text", "solid", fmt),
        "customdata": [link(day) for day in came["period_start"]],
    }
    said = {
        **_line([*last["period_start"], *ahead["period_start"]], joined("mean"), "Forecast", "token:--ol-s1", "dash", fmt),
        "hovertext": [fmt.money(value) for value in last["actual"]]
        + [f"<b>{fmt.money(row['mean'])}</b><br>80 %: {fmt.span(row['low_80'], row['high_80'])}" for row in ahead.iter_rows(named=True)],
    }
    layout = {
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": months_axis(rows["period_start"].to_list()),
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": [trace for pair in bands for trace in pair] + [history, said], "layout": layout}


def _line(days: list[date], values: list[float], name: str, colour: str, dash: str, fmt: Formats) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [day.isoformat() for day in days],
        "y": values,
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "size": 5},
        "hovertext": [f"<b>{fmt.money(value)}</b>" for value in values],
        "hovertemplate": f"%{{x|%b %Y}}: %{{hovertext}}<extra>{name}</extra>",
    }


def _band(days: list[str], low: list[float], high: list[float], level: str, colour: str) -> list[dict[str, Any]]:
    """The lower edge without a line, and the upper one filled down to it."""
    edge = {"type": "scatter", "mode": "lines", "x": days, "line": {"width": 0, "color": colour}, "hoverinfo": "skip"}
    return [
        {**edge, "y": low, "showlegend": False, "name": f"{level} % range, low"},
        {**edge, "y": high, "fill": "tonexty", "fillcolor": colour, "name": f"{level} % range"},
    ]


def said(tested: pl.DataFrame, fmt: Formats, name: Callable[[date], str]) -> Figure:
    """What came in the held-out months as a line, and what each back-test would have said. ``tested``: see ``said_before``."""
    colours = ("token:--ol-s1", "token:--ol-s2", "token:--ol-s3", "token:--ol-s4", "token:--ol-s5", "token:--ol-s6")
    came = tested.unique("period_start").sort("period_start")
    data = [_line(came["period_start"].to_list(), came["actual"].to_list(), "What came", "token:--ol-text", "solid", fmt)]
    for colour, ((made,), part) in zip(colours, tested.sort("made_on", "step").group_by("made_on", maintain_order=True), strict=False):
        days, values = part["period_start"].to_list(), part["mean"].to_list()
        data.append(_line(days, values, f"Known until {name(made)}", colour, "dot", fmt))
    layout = {
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": months_axis(came["period_start"].to_list()),
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": data, "layout": layout}
