"""From what sources delivered to the tables of a new base: merged with what is carried forward, repeats marked, changes recorded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from onelead.sources import PART_ROWS, put_away
from onelead.tables import ASSIGNED, Table, canonical_tables, delivered_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from onelead.sources import Delivery

QUARANTINE = "quarantine"
CHANGES = "changes"


@dataclass(frozen=True)
class Ingredients:
    """What a base is made of: the files (by hash) that each table came from, and the version of everything else that shapes it.

    ``source_rows`` counts the source's rows by table; ``delivers`` remembers which tables each file ever loaded holds.
    """

    files: dict[str, list[str]]
    shaped_by: str
    source_rows: dict[str, int] = field(default_factory=dict)
    delivers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Equal ingredients, equal key."""
        text = json.dumps([{name: sorted(files) for name, files in sorted(self.files.items())}, self.shaped_by])
        return hashlib.sha256(text.encode()).hexdigest()


def merged(new: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Delivered tables of the new base: a delivered one replaces the one before, the others carry forward, the rest is empty.

    All frames have exactly the delivered columns of their table.
    """
    out: dict[str, pl.DataFrame] = {}
    for name, table in delivered_tables().items():
        frame = new.get(name, before.get(name))
        out[name] = pl.DataFrame(schema=table.delivered) if frame is None else _as_delivered(frame, table)
    return out


def _as_delivered(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """``frame`` with the delivered columns; those that an earlier release did not know are null."""
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in table.delivered.items() if name not in frame.columns]
    return frame.with_columns(absent).select(list(table.delivered))


def shrunk(new: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]) -> list[str]:
    """A note for each table that lost more than half of its rows: perhaps this is not the file that was meant."""
    lost = [
        (name, before[name].height, frame.height)
        for name, frame in new.items()
        if name in before and frame.height < before[name].height / 2
    ]
    return [
        f"{name}: {was:,} rows before, {now:,} now. If that is not meant, roll back: onelead snapshots rollback." for name, was, now in lost
    ]


def with_repeats(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """``frame`` with ``is_repeat``: true where an earlier row has the same key. A row without a key repeats nothing."""
    if not table.key:
        return frame.with_columns(pl.lit(value=False).alias("is_repeat"))
    key = pl.struct(table.key) if len(table.key) > 1 else pl.col(table.key[0])
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in table.key)
    return frame.with_columns((known & ~key.is_first_distinct()).alias("is_repeat"))


def stored(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A resolved fact table, or a table that hangs on no account, with exactly its stored columns."""
    table = canonical_tables()[name]
    if not table.fact:
        return frame.select(list(table.delivered))
    keys = pl.DataFrame([frame.get_column(column) for column in table.key or ("source_row",)])
    repeats = with_repeats(keys, table).get_column("is_repeat")
    if frame.height <= PART_ROWS:
        return _whole(frame.with_columns(repeats), table)
    # Part by part, and put away: columns that are cut differently would all be copied to stand side by side.
    parts = (frame.slice(first, PART_ROWS).with_columns(repeats.slice(first, PART_ROWS)) for first in range(0, frame.height, PART_ROWS))
    return pl.concat([put_away(_whole(part, table)) for part in parts], rechunk=False)


def _whole(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """``frame`` with exactly the stored columns; accounts that nobody assigned are null."""
    absent = [pl.lit(None, dtype).alias(column) for column, dtype in ASSIGNED.items() if column not in frame.columns]
    return frame.with_columns(absent).select(list(table.stored))


def changes_between(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], load_id: str, as_of: date) -> pl.DataFrame:
    """What changed in the tables that keep a history: rows added, removed, and columns changed (values as text).

    A table that was empty before gives no changes: a first load is a beginning, not news.
    """
    parts = [_table_changes(canonical_tables()[name], before[name], after[name]) for name in after if _keeps_history(name, before)]
    schema = pl.Schema({column: dtype for column, dtype in canonical_tables()[CHANGES].contract.create_empty().schema.items()})  # noqa: C416 - Schema takes a mapping
    if not parts:
        return pl.DataFrame(schema=schema)
    frame = pl.concat(parts).with_columns(pl.lit(load_id).alias("load_id"), pl.lit(as_of).alias("as_of"))
    return frame.select(list(schema)).sort("table", "key", "change", "column", nulls_last=True)


def _keeps_history(name: str, before: Mapping[str, pl.DataFrame]) -> bool:
    return bool(canonical_tables()[name].history) and name in before and not before[name].is_empty()


def _table_changes(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    key = table.key[0]
    kept = [column for column in table.history if column in before.columns]  # an earlier release may have known fewer
    old, new = (_as_text(frame, kept, key) for frame in (before, after))
    added = new.join(old, on=key, how="anti").select(key, "account_id", change=pl.lit("added"))
    removed = old.join(new, on=key, how="anti").select(key, "account_id", change=pl.lit("removed"))
    both = new.join(old, on=key, how="inner", suffix="_before")
    reordered = _reordered(before, after, kept, key)
    changed = [
        both.filter(~pl.col(column).eq_missing(pl.col(f"{column}_before")) & ~pl.col(key).is_in(reordered[column].implode())).select(
            key, "account_id", change=pl.lit("changed"), column=pl.lit(column), before=pl.col(f"{column}_before"), after=pl.col(column)
        )
        for column in kept
    ]
    frame = pl.concat([added, removed, *changed], how="diagonal")
    missing = [pl.lit(None, pl.String).alias(column) for column in ("column", "before", "after") if column not in frame.columns]
    return (
        frame.with_columns(pl.lit(table.id).alias("table"), *missing)
        .rename({key: "key"})
        .select("table", "key", "change", "column", "before", "after", "account_id")
    )


def _as_text(frame: pl.DataFrame, kept: Sequence[str], key: str) -> pl.DataFrame:
    return frame.filter(~pl.col("is_repeat")).select(key, "account_id", *(pl.col(column).cast(pl.String) for column in kept))


def _reordered(before: pl.DataFrame, after: pl.DataFrame, kept: Sequence[str], key: str) -> dict[str, pl.Series]:
    """By column: repeated keys whose rows hold the same values before and after. Another order of their rows is no change of the first."""
    repeats = pl.concat([frame.filter("is_repeat")[key] for frame in (before, after)]).unique()
    sides = [
        frame.filter(pl.col(key).is_in(repeats.implode())).group_by(key).agg(pl.col(column).cast(pl.String).sort() for column in kept)
        for frame in (before, after)
    ]
    both = sides[0].join(sides[1], on=key, suffix="_now")
    return {column: both.filter(pl.col(column) == pl.col(f"{column}_now"))[key] for column in kept}


def repeated(deliveries: Sequence[Delivery]) -> list[str]:
    """A sentence for each table whose deliveries repeat an id: its rows, its ids, and how many rows repeat one."""
    out = []
    for name, table in delivered_tables().items():
        frames = [delivery.tables[name].select(table.key) for delivery in deliveries if table.key and name in delivery.tables]
        keys = pl.concat(frames).drop_nulls() if frames else None
        if keys is None or (more := keys.height - keys.n_unique()) <= 0:
            continue
        rows = sum(frame.height for frame in frames)
        says = "1 row repeats" if more == 1 else f"{more:,} rows repeat"
        out.append(f"{table.label}: {rows:,} rows, {rows - more:,} {name.replace('_', ' ')}: {says} an id.")
    return out
