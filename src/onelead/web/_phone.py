"""Rows as cards: what becomes of each column where a table is too narrow for columns. Columns and their cells in, a class for each out.

A card has a title and a figure on its first line, short fields three to a line under their labels, longer ones two to a line, and what is
drawn (bars, badges of a page's own) over its full width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.web._page import Column

LINE, MOST = 3, 6
"""Fields of less weight fill the first line of fields; and a card has so many at most, unless what it would leave out is nowhere else."""
FIGURES = ("money", "percent", "points", "count", "number", "days")
"""Kinds that can be the figure of a card, the likeliest first."""
BARS = frozenset({"score", "bar"})
DRAWN = frozenset({"html", "range"})
TITLES = frozenset({"text", "html", "badge", "date"})
TITLE, FIGURE, FULL, BAR, HALF, GONE = "ph-t", "ph-v", "ph-w", "ph-w ph-b", "ph-m", "ph-h"
THIRD_FITS, HALF_FITS = 13, 24
"""Characters that fit into a third and into half of the narrowest card."""


def card_classes(columns: Sequence[Column], lengths: Mapping[str, int], *, leads: bool) -> dict[str, str]:
    """The class of each column's cells by name.

    ``lengths`` are those of the longest text of each column, 0 where no row knows one; ``leads``: the row opens a page that shows the
    rest, so that fields may go.
    """
    title = _declared(columns, "title") or next((found for found in columns if found.kind in TITLES and not found.minor), columns[0])
    left = [column for column in columns if column is not title]
    figure = _declared(left, "value") or _figure(left, lengths)
    fields = sorted((column for column in left if column is not figure), key=lambda column: column.minor or not lengths.get(column.name))
    out = {column.name: _width(column, lengths.get(column.name, 0)) for column in fields}
    beside = [column for column in fields if out[column.name] not in {FULL, BAR} or column.minor]
    out |= {column.name: GONE for column in beside[LINE:] if column.minor} | {column.name: GONE for column in fields[MOST:] if leads}
    out[title.name] = TITLE if figure else f"{TITLE} {FULL}"
    return out if figure is None else out | {figure.name: FIGURE}


def _declared(columns: Sequence[Column], role: str) -> Column | None:
    return next((column for column in columns if column.phone == role), None)


def _figure(columns: Sequence[Column], lengths: Mapping[str, int]) -> Column | None:
    known = [column for column in columns if column.kind in FIGURES and lengths.get(column.name) and not (column.minor or column.phone)]
    return min(known, key=lambda column: FIGURES.index(column.kind), default=None)


def _width(column: Column, length: int) -> str:
    if column.kind in BARS:
        return BAR
    if column.phone == "wide" or column.kind in DRAWN or length > HALF_FITS:
        return FULL
    return HALF if length > THIRD_FITS else ""
