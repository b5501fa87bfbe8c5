"""Whether this process is OneLead's own (its command line, its server) or a guest in somebody else's program."""

from __future__ import annotations

import os

_MARK = "ONELEAD_OWN_PROCESS"


def mark_own_process() -> None:
    """Say that nothing but OneLead runs in this process and its children. Called first thing by the command line.

    In its own process OneLead may load libraries without the parts that it does not use; inside a notebook it may
    not, because the notebook could want those parts later.
    """
    os.environ[_MARK] = "1"


def is_own_process() -> bool:
    """True once ``mark_own_process`` was called here or in the process that started this one."""
    return os.environ.get(_MARK) == "1"
