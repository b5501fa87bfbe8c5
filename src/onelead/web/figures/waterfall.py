"""Figure of what changed: the open pipeline then and now, and the steps between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web.figures.common import PLAIN, money_axis, texture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

BREAK_FROM = 2.5
"""Where the lowest level is this many times the largest step, the axis begins above zero (and the card says so)."""
ENDS = "token:--ol-s3"
WORDS = {"left the list": "Left", "pulled in": "Pulled<br>in", "pushed out": "Pushed<br>out", "exchange rates": "Rates"}
"""Words under the bars, short enough for a phone."""

NEUTRAL = {"won": "token:--ol-s2", "exchange rates": "token:--ol-unknown", "left the list": "token:--ol-unknown"}
"""Colours of steps that are neither a gain nor a loss of the pipeline's own."""


@dataclass(frozen=True)
class _Bar:
    name: str
    base: float
    height: float
    text: str
    colour: str
    url: str = ""
    deals: str = ""
    down: bool = False


def axis_from(start: float, end: float, changes: Sequence[float]) -> float:
    """Where the axis of a waterfall begins: zero, unless the steps would be slivers; then a round number below all that is drawn."""
    level, lowest = start, min(start, end)
    for change in changes:
        level += change
        lowest = min(lowest, level)
    largest = max((abs(change) for change in changes), default=0.0)
    if not largest or lowest < BREAK_FROM * largest:
        return 0.0
    room = lowest - largest
    unit = 10.0 ** max(len(str(int(room))) - 1, 0)
    return float(int(room / unit) * unit)


def waterfall(start: float, end: float, steps: pl.DataFrame, names: tuple[str, str], fmt: Formats, link: Callable[[str], str]) -> Figure:
    """``steps``: step, value, deals, in their order; steps without deals are left out. ``names`` are the words below both ends."""
    bars = _bars(start, end, steps.filter(pl.col("deals") > 0).to_dicts(), names, fmt, link)
    base = bars[0].base
    trace = {
        "type": "bar",
        "x": [bar.name for bar in bars],
        "y": [bar.height for bar in bars],
        "base": [bar.base for bar in bars],
        "width": 0.78,
        "text": ["", *(f"<b>{bar.text}</b>" for bar in bars[1:-1]), ""],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "outside",
        "cliponaxis": False,
        "textfont": {"size": 12, "color": "token:--ol-text"},
        "marker": {"color": [bar.colour for bar in bars], "pattern": texture(["/" if bar.down else "" for bar in bars])},
        "customdata": [bar.url for bar in bars],
        "hovertext": [f"<b>{bar.text}</b><br>{bar.name.replace('<br>', ' ')}{', ' + bar.deals if bar.deals else ''}" for bar in bars],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    notes = [
        {"x": place, "y": bar.base + bar.height, "yshift": 10, "showarrow": False, "text": f"<b>{bar.text}</b>"}
        | {"font": {"size": 12, "color": "token:--ol-text"}}
        for place, bar in ((0, bars[0]), (len(bars) - 1, bars[-1]))
    ]
    top = max(bar.base + bar.height for bar in bars)
    layout = {
        "xaxis": {"type": "category", "autotickangles": [0, 60, 90], "tickfont": {"size": 11}},
        # where the steps' words do not fit (a phone), they go; the hover and the table still say them
        "uniformtext": {"mode": "hide", "minsize": 9},
        "yaxis": money_axis(fmt) | {"range": [base, base + (top - base) * 1.12 or 1], "nticks": 5},
        "margin": PLAIN,
        "shapes": _joints(start, steps.filter(pl.col("deals") > 0)["value"].to_list()),
        "annotations": notes,
        "showlegend": False,
    }
    return {"data": [trace], "layout": layout}


def _bars(
    start: float, end: float, rows: list[dict[str, Any]], names: tuple[str, str], fmt: Formats, link: Callable[[str], str]
) -> list[_Bar]:
    base = axis_from(start, end, [row["value"] for row in rows])
    bars = [_Bar(names[0], base, start - base, fmt.money(start), ENDS)]
    level = start
    for row in rows:
        value, step = row["value"], row["step"]
        colour = NEUTRAL.get(step, "token:--ol-s1" if value > 0 else "token:--ol-crit")
        low, down = min(level, level + value), value < 0 and step not in NEUTRAL
        deals = fmt.plural(row["deals"], "deal")
        bars.append(_Bar(WORDS.get(step, step.capitalize()), low, abs(value), fmt.signed(value, "money"), colour, link(step), deals, down))
        level += value
    return [*bars, _Bar(names[1], base, end - base, fmt.money(end), ENDS)]


def _joints(start: float, changes: Sequence[float]) -> list[dict[str, Any]]:
    """Thin lines from bar to bar at the level reached."""
    levels = [start]
    for change in changes:
        levels.append(levels[-1] + change)
    line = {"color": "token:--ol-line-strong", "width": 1}
    return [
        {"type": "line", "x0": place + 0.39, "x1": place + 0.61, "y0": level, "y1": level, "line": line}
        for place, level in enumerate(levels)
    ]
