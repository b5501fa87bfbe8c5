"""Expressions and statements that were made before: building a query and compiling it takes ten times as long as running it.

Both depend on the columns of the tables only, never on what they hold, so they serve every snapshot of the same shape.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
KEPT = 2_000


class Kept(Generic[T]):
    """The newest things by key. Threads may make one twice, which does no harm."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """What is kept under ``key``, if anything is."""
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Hashable, made: T) -> None:
        """Keep something."""
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._limit:
                self._found.popitem(last=False)

    def get_or(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under ``key``, else what ``make`` makes."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found
