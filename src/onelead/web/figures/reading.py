"""Dates in figures in the order of the reader's language: what the browser writes itself, on axes and in what hovering shows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale

if TYPE_CHECKING:
    from onelead.web._formats import Formats
    from onelead.web._page import Figure

WRITTEN = re.compile(r"%-d %b %[yY]|%b %[yY]")
"""A day or a month as figure functions write it, in the formats of d3: 4 Sep 24, Sep 24."""
FIELDS = {"d": "%-d", "dd": "%d", "M": "%-m", "MM": "%m", "MMM": "%b", "LLL": "%b", "MMMM": "%B", "LLLL": "%B"}
PIECES = re.compile(r"'([^']*)'|(y+|M+|L+|d+)|([^'yMLd]+)")


def with_dates(figure: Figure, fmt: Formats) -> Figure:
    """``figure`` with the formats of its dates as the locale orders them; names of months are the browser's part."""
    if fmt.locale.startswith("en"):
        return figure
    return {key: _written(value, fmt.locale) for key, value in figure.items()}


def _written(value: Any, locale: str) -> Any:  # noqa: ANN401 - any part of a figure
    if isinstance(value, dict):
        return {
            key: WRITTEN.sub(lambda found: d3_format(found[0], locale), inner)
            if isinstance(inner, str) and key in {"tickformat", "hoverformat", "hovertemplate"}
            else _written(inner, locale)
            for key, inner in value.items()
        }
    return [_written(inner, locale) if isinstance(inner, dict) else inner for inner in value] if isinstance(value, list) else value


@lru_cache(maxsize=256)
def d3_format(written: str, locale: str) -> str:
    """A format of d3 in the order and with the points of ``locale``: "%-d %b %y" → "%-d. %b %y" in German."""
    pattern = str(Locale.parse(locale).datetime_skeletons["yMMMd" if "%-d" in written else "yMMM"].pattern)
    year = written[-2:]
    return "".join(
        plain or other or (year if field.startswith("y") else FIELDS.get(field, field)) for plain, field, other in PIECES.findall(pattern)
    )
