"""Figures of scenarios: their distributions under each other, and their quarters side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web.figures.common import LEGEND, SERIES, UNDER_LEGEND, money_axis, names_axis, short, spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from onelead.web._formats import Formats
    from onelead.web._page import Figure


def ranges(rows: Sequence[Mapping[str, Any]], fmt: Formats) -> Figure:
    """One line a scenario (name, forecast, low, high, low95, high95): thin to the 95 %, thick to the 80 % ends, the mean as a point."""
    data = []
    for place, row in enumerate(rows):
        colour = SERIES[place % len(SERIES)]
        for low, high, width in (("low95", "high95", 2), ("low", "high", 9)):
            line = {"color": colour, "width": width}
            data.append(
                {"type": "scatter", "mode": "lines", "x": [row[low], row[high]], "y": [place, place], "line": line, "hoverinfo": "skip"}
            )
        words = f"<b>{fmt.money(row['forecast'])}</b><br>80 %: {fmt.span(row['low'], row['high'])}<br>95 %: {fmt.span(row['low95'], row['high95'])}"
        data.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [row["forecast"]],
                "y": [place],
                "text": [fmt.money(row["forecast"])],
                "textposition": "top center",
                "marker": {"color": "token:--ol-text", "size": 9, "symbol": "diamond"},
                "hovertext": [words],
                "hovertemplate": f"%{{hovertext}}<extra>{short(row['name'])}</extra>",
            }
        )
    axis = names_axis([short(row["name"]) for row in rows])
    layout = {
        "showlegend": False,
        "xaxis": {**money_axis(fmt), "rangemode": "normal", "showgrid": True},
        "yaxis": {**axis, "range": [len(rows) - 0.4, -0.6]},
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
    }
    return {"data": data, "layout": layout}


def quarters(frame: pl.DataFrame, fmt: Formats) -> Figure:
    """Quarters of each scenario beside each other with their 80 % interval (columns scenario, label, forecast, low, high)."""
    data = []
    for place, name in enumerate(frame["scenario"].unique(maintain_order=True)):
        rows = frame.filter(frame["scenario"] == name).to_dicts()
        values = [row["forecast"] for row in rows]
        data.append(
            {
                "type": "bar",
                "name": str(name),
                "x": [row["label"] for row in rows],
                "y": values,
                "marker": {"color": SERIES[place % len(SERIES)]},
                "error_y": spread(values, [row["low"] for row in rows], [row["high"] for row in rows]),
                "hovertext": [f"<b>{fmt.money(row['forecast'])}</b>, {fmt.span(row['low'], row['high'])}" for row in rows],
                "hovertemplate": f"%{{x}}: %{{hovertext}}<extra>{short(str(name))}</extra>",
            }
        )
    layout = {
        "barmode": "group",
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"type": "category"},
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": data, "layout": layout}
