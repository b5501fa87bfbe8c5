"""One spelling for each category: "WLAN HW", "Wlan HW" and "WLAN  HW" are one platform, not three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from onelead.tables import Table


def unified(frame: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, list[str]]:
    """``frame`` with one spelling for values of category columns that differ in case or white space only, and a note for each column.

    Category columns are marked in the table's contract. The most frequent spelling stands for all; of equally frequent ones the first by
    the alphabet.
    """
    notes: list[str] = []
    for name, column in table.contract.columns().items():
        if not (column.metadata or {}).get("category"):
            continue
        counts = frame.select(written=name).drop_nulls().group_by("written").len()
        folded = counts.with_columns(pl.col("written").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars().alias("key"))
        best = folded.sort(["len", "written"], descending=[True, False]).unique("key", keep="first", maintain_order=True)
        changed = folded.join(best.select("key", best="written"), on="key").filter(pl.col("written") != pl.col("best")).sort("written")
        if changed.is_empty():
            continue
        frame = frame.with_columns(pl.col(name).replace(changed["written"], changed["best"]))
        first = changed.row(0, named=True)
        notes.append(
            f"{name}: spellings that differ in case or spaces only were made one, such as {first['written']!r} → {first['best']!r}."
        )
    return frame, notes
