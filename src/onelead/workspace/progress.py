"""Named steps of long work: timed, and told to whoever shows progress."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Steps:
    """Seconds by step, in the order they ran; a step that runs twice adds up."""

    def __init__(self, on_step: Callable[[str], None] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_step = on_step

    def tell(self, text: str) -> None:
        """Show ``text`` as what is being done now."""
        if self._on_step is not None:
            self._on_step(text)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the enclosed work as step ``name``."""
        self.tell(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def rounded(self) -> dict[str, float]:
        """Seconds by step, to the millisecond."""
        return {name: round(seconds, 3) for name, seconds in self.seconds.items()}
