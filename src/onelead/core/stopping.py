"""A person's wish to end long work: asked in one thread, heeded in another."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from onelead.core.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stop:
    """Work that takes a ``Stop`` calls ``check`` between two steps, and names with ``calling`` what ends a step that waits."""

    def __init__(self) -> None:
        self._asked = False
        self._calls: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def asked(self) -> bool:
        """Whether somebody asked for the end."""
        return self._asked

    def ask(self) -> None:
        """Ask for the end: what waits is ended now, the rest at its next check."""
        with self._lock:
            self._asked = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def check(self) -> None:
        """Raise CancelledError when the end was asked for."""
        if self._asked:
            raise CancelledError("Cancelled.", hint="Nothing was changed.")

    @contextmanager
    def calling(self, end: Callable[[], None]) -> Iterator[None]:
        """While the enclosed work waits, ``ask`` calls ``end`` (at once when it was asked before)."""
        with self._lock:
            if not self._asked:
                self._calls.append(end)
        if self._asked:
            end()
        try:
            yield
        finally:
            with self._lock:
                if end in self._calls:
                    self._calls.remove(end)
