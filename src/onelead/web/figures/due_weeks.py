"""Expected value of actions by the week that they are due in. Frame in, figure out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

TONES = {"late": ("--ol-crit", "/"), "soon": ("--ol-warn", "."), "later": ("--ol-s1", ""), "after": ("--ol-s2", "")}
"""When → colour and texture: overdue, within two weeks, later, after the weeks that are shown one by one."""
STEPS = (1, 2, 2.5, 5, 10)
TICKS = 3
LABELS = 4
LETTER, BESIDE, BELOW, TITLE, AFTER = 7.6, 8, 22, 22, 16
"""Pixels: a letter of a tick label at most on average, the gap beside it, the labels below, a title beside, and half of the last label.

The margins are given here, since this is the first chart of a first page: a browser that has to find them out draws the figure twice.
"""


def due_weeks(frame: pl.DataFrame, ask: Ask) -> Figure:
    """A bar a week (columns week, value, count, estimated, when); by number of actions where no value is known. A click filters by the week."""
    fmt, rows = ask.fmt, frame.to_dicts()
    valued = any(row["value"] is not None for row in rows)
    labels = [fmt.short_date(row["week"]) + (" +" if row["when"] == "after" else "") for row in rows]
    heights = [(row["value"] if valued else row["count"]) or 0 for row in rows]
    ticks = _ticks(max(heights, default=0.0), 0.0 if valued else 1.0)
    bars = {
        "type": "bar",
        "x": labels,
        "y": heights,
        "width": min(0.62, 0.16 * len(rows)),
        "hovertext": [_words(row, ask) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [_link(row, ask) for row in rows],
        "marker": _marks([row["when"] for row in rows]),
    }
    written = [fmt.money(tick) if valued else fmt.count(tick) for tick in ticks]
    left = round(max(map(len, written)) * LETTER) + BESIDE + (0 if valued else TITLE)
    fixed = {"automargin": False}
    layout = {
        "xaxis": {"type": "category", "tickangle": 0, "tickvals": labels[:: max(1, -(-len(labels) // LABELS))], **fixed},
        "yaxis": {"tickvals": ticks, "ticktext": written, "rangemode": "tozero", "title": {"text": "" if valued else "Actions"}, **fixed},
        "margin": {"t": 6, "r": AFTER, "b": BELOW, "l": left},
    }
    return {"data": [bars], "layout": layout}


def _words(row: dict[str, Any], ask: Ask) -> str:
    fmt, when = ask.fmt, "after " if row["when"] == "after" else "in the week of "
    return (
        f"<b>{fmt.money(row['value'])}</b>{' est.' if row['estimated'] else ''}<br>"
        f"{fmt.plural(row['count'], 'action')} due {when}{fmt.date(row['week'])}"
    )


def _link(row: dict[str, Any], ask: Ask) -> str:
    """What is due after the last week is no one week: its bar opens the list by due date."""
    after = row["when"] == "after"
    return ask.here(order="due", week=None, open=None) if after else ask.here(week=row["week"], open=None)


def _marks(whens: list[str]) -> dict[str, Any]:
    shapes = [TONES[when][1] for when in whens]
    pattern = {"shape": shapes, "fillmode": "overlay", "fgcolor": "token:--ol-surface", "size": 5, "solidity": 0.25}
    return {"color": [f"token:{TONES[when][0]}" for when in whens], "pattern": pattern}


def _ticks(largest: float, least: float = 0.0) -> list[float]:
    """Zero and at most three round steps of at least ``least`` up to ``largest``."""
    if largest <= 0:
        return [0.0]
    rough = largest / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(next(step * power for step in STEPS if step * power >= rough), least)
    return [step * place for place in range(int(largest / step) + 1)]
