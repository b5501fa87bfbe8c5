"""A program that the kill and reader tests run: load after load, each published, in the way that a workspace does it.

Arguments: engine URL (empty: embedded), workspace directory, first stamp, how many (0: until killed).
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

from onelead.engines import open_engine
from onelead.store import Store, records_url

KEEP = 2
ROWS = 3_000


def layer(stamp: int) -> pl.DataFrame:
    """Rows whose every column says which publication they belong to; ``check`` is their checksum."""
    rows = pl.int_range(ROWS, eager=True)
    return pl.DataFrame({"row": rows, "stamp": [stamp] * ROWS, "text": [f"publication {stamp}, row {row}" for row in rows]}).with_columns(
        check=pl.col("row") * stamp
    )


def run(url: str | None, directory: Path, first: int, count: int) -> None:
    engine, store = open_engine(url, directory), Store(records_url(url, directory))
    stamp = first
    while not count or stamp < first + count:
        with store.lock("load"):
            store.forget_unfinished()
            engine.sweep(store.live_layers())
            base, results = store.new_layer("base"), store.new_layer("results")
            engine.write(base, {"facts": layer(stamp), "few": layer(stamp).head(3)})
            engine.write(results, {"scores": layer(stamp)})
            store.publish(base, results, as_of=date(2024, 9, 4), settings_version=str(stamp), note=str(stamp))
            store.prune(KEEP)
            engine.sweep(store.live_layers())
        print(stamp, flush=True)  # noqa: T201 - the test counts them
        stamp += 1


if __name__ == "__main__":
    run(sys.argv[1] or None, Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
