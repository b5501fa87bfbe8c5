"""Account ids: minted once, kept over merges and splits, the same for the same input."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._types import KNOWN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = tuple[str, str]
"""(kind, value) of ``Directory.known``."""


@dataclass
class Holder:
    """One account, or named account, that needs an id.

    ``keys`` are what it is known by, the founding one first; ``hints`` are further keys that it takes an id over from when nobody else
    has a better claim. ``natural`` is the id that it gets when it is new.
    """

    natural: str
    keys: list[Key]
    hints: list[Key] = field(default_factory=list)


def hashed(text: str) -> str:
    """Id of an account that has no source id: ``N-`` and eight hexadecimal digits of the hash of ``text``."""
    return "N-" + hashlib.sha256(text.encode()).hexdigest()[:8]


class Mint:
    """Gives every holder its id: known ids first, the oldest of several; then new ones."""

    def __init__(self, known: pl.DataFrame) -> None:
        self._rows: list[tuple[str, str, str]] = list(known.select(KNOWN_SCHEMA.names()).iter_rows())
        self._merged: dict[str, str] = {}

    def ids(self, holders: Sequence[Holder]) -> list[str]:
        """The ids, in the order of ``holders``. Call once; then ``remembered`` gives what to know from now on."""
        claims: dict[Key, int] = {}
        for keys in ("keys", "hints"):
            for position, holder in enumerate(holders):
                for key in getattr(holder, keys):
                    claims.setdefault(key, position)
        ids: list[str | None] = [None] * len(holders)
        for account, position in self._owners(claims).items():
            now = ids[position]
            if now is None:
                ids[position] = account
            else:
                self._merged[account] = now
        self._revive(holders, ids)
        self._mint(holders, ids, claims)
        settled = [each for each in ids if each is not None]
        self._remember(holders, settled, claims)
        return settled

    def _owners(self, claims: dict[Key, int]) -> dict[str, int]:
        """Account id → the holder of its first known row that this load holds; oldest id first."""
        owners: dict[str, int] = {}
        for kind, value, account in self._rows:
            if kind != "account_id" and (kind, value) in claims:
                owners.setdefault(account, claims[kind, value])
        return owners

    def _revive(self, holders: Sequence[Holder], ids: list[str | None]) -> None:
        """Give an id that was merged into another account back to its own source id, where only an account without source id holds that."""
        merged = {value: account for kind, value, account in self._rows if kind == "account_id"}
        for position, holder in enumerate(holders):
            now = ids[position]
            if now is None or not now.startswith("N-") or not merged:
                continue
            own = [value for kind, value in holder.keys if kind != "name" and merged.get(value, now) != now and value not in ids]
            if own:
                ids[position] = own[0]
                self._merged[now] = own[0]

    def _mint(self, holders: Sequence[Holder], ids: list[str | None], claims: dict[Key, int]) -> None:
        taken = {each for each in ids if each} | set(self._merged)
        taken |= {part for kind, value, account in self._rows for part in ((account, value) if kind == "account_id" else (account,))}
        aliases = {value for kind, value, _ in self._rows if kind == "account_id"}
        live = {each for each in ids if each}
        first: dict[str, int] = {}
        for kind, value, _ in self._rows:
            if kind in {"territory_id", "customer_id"} and (kind, value) in claims:
                first.setdefault(value, claims[kind, value])
        for position, holder in enumerate(holders):
            if ids[position] is not None:
                continue
            # Only a territory and a customer id of one value share a natural id: the one known first has it, the other the numbered ones.
            # An id that was merged away comes back to its own when a person parts what was merged.
            is_first = first.get(holder.natural, position) == position
            new, count = holder.natural, 1
            while new in live or (new in taken and not (new in aliases and (count > 1 or is_first))):
                count += 1
                new = f"{holder.natural}-{count}"
            ids[position] = new
            taken.add(new)
            live.add(new)

    def _remember(self, holders: Sequence[Holder], ids: list[str], claims: dict[Key, int]) -> None:
        live = set(ids)
        rows: dict[Key, str] = {}
        moved: dict[Key, str] = {}
        for kind, value, account in self._rows:
            now = self._merged.get(account, account)
            if kind == "account_id":
                if value in live:
                    continue
            elif (kind, value) in claims and (kind, value) in holders[claims[kind, value]].keys:
                now = ids[claims[kind, value]]
            # What changes its account goes behind what was there first: the first row of an id stays its founder.
            (rows if now == account else moved)[kind, value] = now
        rows.update(moved)
        for holder, account in zip(holders, ids, strict=True):
            for key in holder.keys:
                rows.setdefault(key, account)
        for old, new in self._merged.items():
            if old not in live:
                rows["account_id", old] = new
        self._rows = [(kind, value, account) for (kind, value), account in rows.items()]

    def remembered(self) -> pl.DataFrame:
        """The rows to hand in as ``Directory.known`` next time, oldest first."""
        return pl.DataFrame(self._rows, schema=KNOWN_SCHEMA, orient="row")

    def aliases(self) -> list[tuple[str, str]]:
        """(merged id, id that it means now)."""
        return [(value, account) for kind, value, account in self._rows if kind == "account_id"]
