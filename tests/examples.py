"""How many examples a property is tried with: fewer in a plain run than under `make soak`, which proves the same on more of them."""

from __future__ import annotations

import os

SOAK = os.environ.get("ONELEAD_SOAK") == "1"


def examples(full: int, plain: int) -> int:
    """``full`` under `make soak`, else ``plain``."""
    return full if SOAK else plain
