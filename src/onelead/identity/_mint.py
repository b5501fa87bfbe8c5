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

    ``keys`` are what it is known by, the founding one first, each with the id that it founds when it stands alone; ``hints`` are further
    keys that it takes an id over from when nobody else has a better claim. ``natural`` is the id that it gets when it is new.
    """

    natural: str
    keys: dict[Key, str]
    hints: list[Key] = field(default_factory=list)


def hashed(text: str) -> str:
    """Id of an account that has no source id: ``N-`` and eight hexadecimal digits of the hash of ``text``."""
    return "N-" + hashlib.sha256(text.encode()).hexdigest()[:8]


FOUNDER = 2
"""A ``claim`` below this is a founder's."""
RESERVED = 3
"""Claim of a key that is merely known by an id whose founder is known too, but not in this load."""


def claim(natural: str | None, account: str) -> int:
    """How good a key's claim to an id is: 0, the key founds that very id; 1, founds a numbered one of it; 2, is merely known by it."""
    if natural == account:
        return 0
    numbered = natural is not None and account.startswith(f"{natural}-") and account[len(natural) + 1 :].isdigit()
    return 1 if numbered else FOUNDER


class Mint:
    """Gives every holder its id: known ids first, the oldest of several; then new ones.

    An id belongs to whoever holds the key that founded it, wherever decisions moved the other keys meanwhile. So an undone decision
    gives everybody the old id back. No new account gets a ``reserved`` id. Nothing but the age of ids rests on the order of the known rows, and no row ever changes its place.
    """

    def __init__(self, known: pl.DataFrame, reserved: frozenset[str] = frozenset()) -> None:
        self._reserved = reserved
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
        owners = self._owners(holders, claims)
        for account, (position, may_merge) in owners.items():
            now = ids[position]
            if now is None:
                ids[position] = account
            elif may_merge:
                self._merged[account] = now
        self._mint(holders, ids, claims)
        settled = [each for each in ids if each is not None]
        self._remember(holders, settled, claims, list(owners))
        return settled

    def _owners(self, holders: Sequence[Holder], claims: dict[Key, int]) -> dict[str, tuple[int, bool]]:
        """Account id → (the holder of what founded it, whether it may merge with another id of that holder), oldest id first.

        Where the load does not hold the founder, the first known row that it holds decides. A source id that is only missing from this
        load keeps its account id in reserve: that one goes to a holder that has no other, and never merges.
        """
        claimants = self._claimants(holders, claims)
        minted = {value: place for place, (kind, value, _) in enumerate(self._rows) if kind == "account_id"}
        merged = dict(self.aliases())
        found = []
        for account, (rank, place, key) in claimants.items():
            holder = claims.get(key)
            if holder is None:
                continue
            target = claimants.get(merged.get(account, ""))
            if target and claims.get(target[2]) == holder:
                continue  # merged, and still together
            found.append((rank == RESERVED, minted.get(account, place), rank, account, holder))
        return {account: (holder, not reserved) for reserved, _, _, account, holder in sorted(found)}

    def _claimants(self, holders: Sequence[Holder], claims: dict[Key, int]) -> dict[str, tuple[int, int, Key]]:
        """Account id → (how good the claim is, place of the row, key) of the best key that this load holds."""
        naturals = {key: natural for holder in holders for key, natural in holder.keys.items()}
        best: dict[str, tuple[int, int, Key]] = {}
        founders: dict[str, tuple[int, int, Key]] = {}
        missing: set[str] = set()
        for place, (kind, value, account) in enumerate(self._rows):
            key = (kind, value)
            natural = naturals.get(key, None if kind == "name" else value)
            rank = claim(natural, account)
            if kind == "account_id":
                continue
            if key in claims:
                best[account] = min(best.get(account, (rank, place, key)), (rank, place, key))
                if natural is not None:
                    # One that founded a numbered id comes after the one that has the plain id.
                    founders[natural] = min(founders.get(natural, (2, 0, key)), (int(rank == 1), place, key))
            elif rank < FOUNDER:
                missing.add(account)
        # Merged ids, and ids whose founder stands under another though nobody merged them, go back to their founder.
        for account in [*best, *(old for old, _ in self.aliases())]:
            now = best.get(account)
            if (now is None or now[0] == FOUNDER) and account not in missing and account in founders:
                best[account] = (0, *founders[account][1:])
            elif now and now[0] == FOUNDER and account in missing:
                best[account] = (RESERVED, *now[1:])
        return best

    def _mint(self, holders: Sequence[Holder], ids: list[str | None], claims: dict[Key, int]) -> None:
        taken = {each for each in ids if each} | set(self._merged) | self._reserved
        taken |= {part for kind, value, account in self._rows for part in ((account, value) if kind == "account_id" else (account,))}
        aliases = {value for value, _ in self.aliases()}
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

    def _remember(self, holders: Sequence[Holder], ids: list[str], claims: dict[Key, int], oldest: list[str]) -> None:
        live = set(ids)
        rows: dict[Key, str] = {}
        for kind, value, account in self._rows:
            now = self._merged.get(account, account)
            if kind == "account_id" and value in live:
                now = value
            elif (kind, value) in claims and (kind, value) in holders[claims[kind, value]].keys:
                now = ids[claims[kind, value]]
            rows[kind, value] = now
        for holder, account in zip(holders, ids, strict=True):
            for key in holder.keys:
                rows.setdefault(key, account)
        # One row for every id, in the order in which they were minted, whatever becomes of them: their age decides merges.
        for account in [*oldest, *ids]:
            rows.setdefault(("account_id", account), account)
        for old, new in self._merged.items():
            if old not in live:
                rows["account_id", old] = new
        self._rows = [(kind, value, account) for (kind, value), account in rows.items()]

    def remembered(self) -> pl.DataFrame:
        """The rows to hand in as ``Directory.known`` next time, oldest first."""
        return pl.DataFrame(self._rows, schema=KNOWN_SCHEMA, orient="row")

    def aliases(self) -> list[tuple[str, str]]:
        """(merged id, id that it means now)."""
        return [(value, account) for kind, value, account in self._rows if kind == "account_id" and value != account]
