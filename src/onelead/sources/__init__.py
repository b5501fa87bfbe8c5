"""Layer 2: read anything, detect the format, map to canonical columns: one file a format or system.

The names below are loaded when they are first used: the reading process imports this package too, and needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onelead.sources._conform import PART_ROWS, Conformed, conform
    from onelead.sources._mapped import put_away
    from onelead.sources._raw import RawTable
    from onelead.sources._read import Pending, begin, begin_first, check_quality, expand, file_hash, file_hashes, read, read_all, sources
    from onelead.sources._reader import Reading, read_raw, start
    from onelead.sources._source import Delivery, Source

__all__ = [
    "PART_ROWS",
    "Conformed",
    "Delivery",
    "Pending",
    "RawTable",
    "Reading",
    "Source",
    "begin",
    "begin_first",
    "check_quality",
    "conform",
    "expand",
    "file_hash",
    "file_hashes",
    "put_away",
    "read",
    "read_all",
    "read_raw",
    "sources",
    "start",
]

_HOMES = {
    "_conform": ("PART_ROWS", "Conformed", "conform"),
    "_mapped": ("put_away",),
    "_raw": ("RawTable",),
    "_read": ("Pending", "begin", "begin_first", "check_quality", "expand", "file_hash", "file_hashes", "read", "read_all", "sources"),
    "_reader": ("Reading", "read_raw", "start"),
    "_source": ("Delivery", "Source"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
