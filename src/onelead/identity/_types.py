"""What identity takes and gives: the directory of earlier loads and decisions, and the resolution of one load."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

KNOWN_SCHEMA = pl.Schema({"kind": pl.String(), "value": pl.String(), "account_id": pl.String()})
"""What is known by which account, first known first. Kinds are those of account links. Names of named accounts are written
``territory › name``; rows of kind account_id are the ids ever minted, oldest first: each means itself, or what it was merged into."""

DECISION_SCHEMA = pl.Schema(
    {
        "decision": pl.String(),
        "kind": pl.String(),
        "value": pl.String(),
        "other_kind": pl.String(),
        "other_value": pl.String(),
        "decided_by": pl.String(),
        "decided_at": pl.Datetime("us"),
    }
)
"""What people decided, in order; of two that contradict each other the later wins."""

DECISIONS = ("same", "different", "split")

Node = tuple[str, str, str]
"""(kind, territory or "", value): a territory, a customer id, or a name (by key) inside a territory or on its own."""


def territory(value: str) -> Node:
    """The node of a sales territory."""
    return ("territory_id", "", value)


def customer(value: str) -> Node:
    """The node of a customer id."""
    return ("customer_id", "", value)


def named(key: str, inside: str = "") -> Node:
    """The node of a name inside a territory, or of one that stands without any id."""
    return ("name", inside, key)


@dataclass(frozen=True)
class Decision:
    """A person's word: two ids or names are the same customer, are different ones, or one is split off what it was joined to.

    Kinds are ``territory_id``, ``customer_id``, ``name`` or ``account_id``; ``split`` needs no other side.
    """

    decision: Literal["same", "different", "split"]
    kind: str
    value: str
    other_kind: str | None = None
    other_value: str | None = None


@dataclass(frozen=True)
class Directory:
    """What earlier loads and people settled. ``known`` is of KNOWN_SCHEMA, ``decisions`` has the columns of DECISION_SCHEMA."""

    known: pl.DataFrame = field(default_factory=KNOWN_SCHEMA.to_frame)
    decisions: pl.DataFrame = field(default_factory=DECISION_SCHEMA.to_frame)

    def decided(self) -> list[Decision]:
        """The decisions in order."""
        columns = ["decision", "kind", "value", "other_kind", "other_value"]
        return [Decision(*row) for row in self.decisions.select(columns).iter_rows()]


def decisions_frame(decisions: list[Decision]) -> pl.DataFrame:
    """``decisions`` as a frame of DECISION_SCHEMA, without who and when."""
    rows = [(each.decision, each.kind, each.value, each.other_kind, each.other_value, None, None) for each in decisions]
    return pl.DataFrame(rows, schema=DECISION_SCHEMA, orient="row")


@dataclass(frozen=True)
class Resolution:
    """Accounts, links, the fact tables with their accounts, and what to remember for the next load."""

    accounts: pl.DataFrame
    links: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    known: pl.DataFrame
