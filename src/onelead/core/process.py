"""Whether this process is OneLead's own (its command line, its server) or a guest in somebody else's program."""

from __future__ import annotations

import gc
import os

_MARK = "ONELEAD_OWN_PROCESS"
_COLLECT_EVERY = 200_000
"""Objects between two collections. A command makes many that stay (modules, expressions); looking through them again and again is in vain."""


def mark_own_process() -> None:
    """Say that nothing but OneLead runs in this process and its children. Called first thing by the command line.

    In its own process OneLead may load libraries without the parts that it does not use; inside a notebook it may
    not, because the notebook could want those parts later.
    """
    os.environ[_MARK] = "1"
    gc.set_threshold(_COLLECT_EVERY)


def is_own_process() -> bool:
    """True once ``mark_own_process`` was called here or in the process that started this one."""
    return os.environ.get(_MARK) == "1"
