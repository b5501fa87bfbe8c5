"""Answers that are kept under the key of all that they depend on, within a limit of room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from onelead.core.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

R = TypeVar("R")
ANSWER_BYTES = 512 * 2**20
SMALL_ANSWER = 4096
VIEW = 16
"""Bytes that Polars needs for a text beside its letters."""
LISTED = 160
"""Bytes that a value in a list is taken to need."""


class Answers:
    """Answers by key, the least recently used one dropped when they take too much room. One thread computes a key, others wait for it."""

    def __init__(self, limit: int = ANSWER_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._computing: dict[Hashable, threading.Lock] = {}
        self.kept = self.computed = 0
        """How often an answer was kept already, and how often it had to be computed."""

    def get(self, key: Hashable) -> tuple[bool, object]:
        """Whether an answer is kept, and the answer."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return False, None
            self._kept.move_to_end(key)
            return True, found[0]

    def get_or(self, key: Hashable, compute: Callable[[], R]) -> R:
        """The kept answer, else that of ``compute``, which is kept from now on (an error is not)."""
        known, answer = self.get(key)
        if known:
            self.kept += 1
            return answer  # type: ignore[return-value]  # kept under the key of this very question
        with self._lock:
            turn = self._computing.setdefault(key, threading.Lock())
        with turn:
            known, answer = self.get(key)
            if known:
                return answer  # type: ignore[return-value]
            try:
                self.computed += 1
                computed = compute()
                self.put(key, computed)
            finally:
                with self._lock:
                    # who waits still holds this turn; whoever comes now finds the answer, or takes a turn of their own after an error
                    self._computing.pop(key, None)
        return computed

    def put(self, key: Hashable, answer: object) -> None:
        """Keep an answer; not one that would drive all others out."""
        size = _size(answer)
        if size > self._limit // 2:
            return
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._size += size - (replaced[1] if replaced else 0)
            self._kept[key] = (answer, size)
            while self._size > self._limit and len(self._kept) > 1:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._size -= dropped


def _size(answer: object) -> int:
    if isinstance(answer, pl.DataFrame | pl.Series):
        columns = answer.get_columns() if isinstance(answer, pl.DataFrame) else [answer]
        views = sum(VIEW * column.len() for column in columns if column.dtype == pl.String)
        return int(answer.estimated_size()) + views + SMALL_ANSWER
    if isinstance(answer, bytes | str):
        return len(answer) + SMALL_ANSWER
    if isinstance(answer, dict):
        return SMALL_ANSWER + sum(_size(value) for value in answer.values() if isinstance(value, pl.DataFrame | str | bytes | dict | list))
    if isinstance(answer, list | tuple):
        return SMALL_ANSWER + sum(LISTED + LISTED * len(entry) if isinstance(entry, dict) else LISTED for entry in answer)
    if isinstance(answer, Viewer):
        return SMALL_ANSWER + LISTED * len(answer.account_ids or ())
    return SMALL_ANSWER + int(getattr(answer, "nbytes", 0))
