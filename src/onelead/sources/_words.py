"""Counts and lists as sentences need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED = 8


def counted(number: int, noun: str) -> str:
    """``number`` with its noun: "1 column", "2 columns"."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"


def listed(names: Sequence[str]) -> str:
    """``names`` in quotes, at most eight of them, then how many more there are."""
    shown = ", ".join(repr(name) for name in names[:_MOST_LISTED])
    more = len(names) - _MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown
