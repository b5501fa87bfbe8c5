"""Frames that follow from a snapshot alone, kept within a limit: a snapshot never changes, so they never grow old.

``Serving`` keeps whole answers, but under the version of the operational records too: every action that somebody works makes new
ones. What does not depend on these is kept here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import polars as pl

    from onelead.core.context import Context, Snapshot


class Kept:
    """Frames by key, the least recently used one dropped when they take more than ``limit`` bytes. Do not change a frame in place."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._frames: OrderedDict[Hashable, tuple[pl.DataFrame, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get_or(self, key: Hashable, compute: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The kept frame, else that of ``compute``. Two threads may both compute a new one: the later one stays."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key][0]
        frame = compute()
        size = int(frame.estimated_size())
        with self._lock:
            self._size += size - self._frames.pop(key, (frame, 0))[1]
            self._frames[key] = (frame, size)
            while self._size > self._limit and len(self._frames) > 1:
                self._size -= self._frames.popitem(last=False)[1][1]
        return frame


def under(snapshot: Snapshot, context: Context, *more: Hashable) -> tuple[Hashable, ...]:
    """The key of what follows from a snapshot, a date and the settings. Names of layers are never used twice."""
    return (snapshot.base_id, snapshot.results_id, context.as_of, context.settings.version, *more)
