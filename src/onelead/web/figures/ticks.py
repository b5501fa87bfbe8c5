"""Ticks of money and of shares, written by the server: in the reader's locale and as they stand everywhere else ($800K, 49 %)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

MONEY = "~s"
SHARE = ".0%"
"""The tick formats by which a figure says that an axis is money or a share of 0 to 1."""
STEPS = (1, 2, 2.5, 5, 10)
MOST = 5


def with_ticks(figure: Figure, fmt: Formats) -> Figure:
    """``figure`` with tick labels of ``fmt`` on every axis of money or shares; other axes stay."""
    layout = dict(figure.get("layout", {}))
    for name, axis in layout.items():
        if name[1:5] == "axis" and isinstance(axis, dict) and axis.get("tickformat") in {MONEY, SHARE}:
            layout[name] = _written(axis, name[0], figure, fmt)
    return figure | {"layout": layout}


def _written(axis: dict[str, Any], letter: str, figure: Figure, fmt: Formats) -> dict[str, Any]:
    kept = {key: value for key, value in axis.items() if key not in {"tickformat", "tickprefix", "ticksuffix", "nticks", "dtick"}}
    values = sorted(_ends(figure, letter, stacked=figure["layout"].get("barmode") == "stack"))
    if not values:
        return axis if axis["tickformat"] == SHARE else kept
    write = fmt.percent if axis["tickformat"] == SHARE else fmt.money
    if axis.get("type") == "log":
        ticks = _powers(values)
    else:
        low, high = axis.get("range") or (min(values[0], 0.0), max(values[-1], 0.0))
        ticks = steps(low, high)
    return kept | {"tickmode": "array", "tickvals": ticks, "ticktext": [write(tick) for tick in ticks]}


def steps(low: float, high: float) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most six and evenly spaced."""
    if high <= low:
        return [low]
    rough = (high - low) / MOST
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in STEPS if step * power >= rough)
    return [place * step for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _powers(values: list[float]) -> list[float]:
    known = [value for value in values if value > 0]
    if not known:
        return []
    return [10.0**place for place in range(math.floor(math.log10(known[0])), math.ceil(math.log10(known[-1])) + 1)]


def _ends(figure: Figure, letter: str, *, stacked: bool) -> Iterator[float]:
    """Where marks end along an axis; of stacked bars the tops of their piles."""
    piles: dict[tuple[Any, bool], float] = {}
    for trace in figure["data"]:
        more = (trace.get(f"error_{letter}") or {}).get("array") or []
        at = trace.get("x" if letter == "y" else "y") or []
        for place, value in enumerate(trace.get(letter) or []):
            if not isinstance(value, int | float):
                continue
            yield value + (more[place] if place < len(more) else 0.0)
            if stacked and place < len(at):
                pile = (at[place], value < 0)
                piles[pile] = piles.get(pile, 0.0) + value
    yield from piles.values()
