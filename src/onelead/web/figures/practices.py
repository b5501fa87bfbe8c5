"""Figures on practices: frame in, plain Plotly dict out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.workspace.service_gaps import STATES

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask

TONES = {
    "Bought": "--ol-s1",
    "Open opportunity": "--ol-s2",
    "Whitespace": "--ol-s4",
    "Not indicated": "--ol-line-strong",
    "Unknown": "--ol-sunken",
}


def practice_figure(frame: pl.DataFrame, ask: Ask) -> dict[str, Any]:
    """Accounts of each practice by state, as stacked bars: one trace a state; a click opens the grid of the practice."""
    names = frame["practice"].to_list()
    links = [ask.here(tab="grid", practice=name) for name in names]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": state,
            "y": names,
            "x": frame[state].to_list(),
            "customdata": links,
            "marker": {
                "color": f"token:{TONES[state]}",
                "line": {"color": "token:--ol-line-strong", "width": 1 if state == "Unknown" else 0},
            },
            "hovertemplate": f"<b>%{{x}} accounts</b><br>%{{y}}: {state.lower()}<extra></extra>",
        }
        for state in STATES
    ]
    layout = {
        "barmode": "stack",
        "xaxis": {"showgrid": True, "title": {"text": "Accounts"}, "rangemode": "tozero", "tickformat": ",d"},
        "yaxis": {"showgrid": False, "autorange": "reversed", "ticksuffix": "  "},
        "margin": {"l": 4, "r": 8, "t": 52, "b": 4},
        "legend": {"orientation": "h", "traceorder": "normal", "x": 0, "y": 1.02, "yanchor": "bottom"},
    }
    return {"data": data, "layout": layout}
