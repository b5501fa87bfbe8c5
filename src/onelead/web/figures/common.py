"""What figures share: colours of series, textures, names beside bars, legends above, months in the reader's words."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.web._formats import Formats

SERIES = tuple(f"token:--ol-s{number}" for number in range(1, 7))
LINE_LENGTH = 20
PLAIN = {"l": 4, "r": 4, "t": 4, "b": 4}
UNDER_LEGEND = {"l": 4, "r": 8, "t": 30, "b": 4}
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
FEW_MONTHS = 8
FEW_COUNTS = 5


def short(name: str | None, missing: str = "Unknown") -> str:
    """A name that fits beside a bar, on a phone too: at most two lines, cut where it is longer."""
    lines = wrap(name or missing, LINE_LENGTH, max_lines=2, placeholder="…")
    return "<br>".join(lines)


def texture(shape: str | Sequence[str]) -> dict[str, Any]:
    """A pattern over a fill, or one for each mark."""
    return {"shape": shape, "fillmode": "overlay", "fgcolor": "token:--ol-surface", "fgopacity": 0.55, "size": 6, "solidity": 0.3}


def names_axis(names: Sequence[str]) -> dict[str, Any]:
    """An axis of names beside bars at 0, 1, 2 …, the first on top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [len(names) - 0.5, -0.5],
        "showgrid": False,
        "tickfont": {"size": 12, "color": "token:--ol-text"},
        "ticklabelstandoff": 8,
    }


def beside(x: float, y: float, text: str, size: int = 12) -> dict[str, Any]:
    """Words to the right of a bar."""
    font = {"size": size, "color": "token:--ol-text"}
    return {"x": x, "y": y, "xanchor": "left", "xshift": 8, "showarrow": False, "text": text, "font": font}


def at_the_edge(y: float, text: str) -> dict[str, Any]:
    """Words at the right edge of the figure, in line with a bar."""
    font = {"size": 12, "color": "token:--ol-text-3"}
    return {"xref": "paper", "x": 1, "y": y, "xanchor": "right", "showarrow": False, "text": text, "font": font}


def money_axis(fmt: Formats) -> dict[str, Any]:
    """An axis of money from zero, with the currency's sign where the reader's locale puts it."""
    before, _, after = fmt.money_full(1).partition("1")
    return {"rangemode": "tozero", "tickformat": "~s", "tickprefix": before, "ticksuffix": after}


def whole_numbers(largest: object) -> dict[str, Any]:
    """An axis of counts from zero: whole steps only, one by one up to five."""
    few = isinstance(largest, int | float) and largest <= FEW_COUNTS
    return {"rangemode": "tozero", "tickformat": ",d", **({"dtick": 1} if few else {})}


def count_axis() -> dict[str, Any]:
    """An axis of whole numbers from zero, without a sign of money."""
    return {"rangemode": "tozero", "tickformat": ",d", "tickprefix": "", "ticksuffix": ""}


def spread(points: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> dict[str, Any]:
    """The ranges of bars as error bars."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - point for point, high in zip(points, highs, strict=True)],
        "arrayminus": [point - low for point, low in zip(points, lows, strict=True)],
        "color": "token:--ol-text-3",
        "thickness": 1.5,
        "width": 5,
    }


def month_name(month: date, fmt: Formats) -> str:
    """A month in the reader's words: Sep 24."""
    return format_date(month, "MMM yy", locale="en_US" if fmt.locale.startswith("en") else fmt.locale)


def months_axis(months: Sequence[date]) -> dict[str, Any]:
    """An axis of months; few of them are named one by one."""
    shown = [month.isoformat() for month in months]
    return {"type": "date", "tickformat": "%b %y", "tickvals": shown if 0 < len(shown) <= FEW_MONTHS else None}
