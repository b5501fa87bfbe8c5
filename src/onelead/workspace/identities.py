"""Use cases: the review list of identities, and what people decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

STATUSES = ("review", "auto", "decided", "rejected", "all")


def links(view: View, status: str = "review") -> pl.DataFrame:
    """Identity links of one status, the surest first, with the names of both accounts."""
    if status not in STATUSES:
        raise UnknownNameError("status", status, STATUSES)
    frame = view.frame("account_links")
    if status != "all":
        frame = frame.filter(pl.col("status") == status)
    names = view.frame("accounts", ["account_id", "account_name"])
    frame = frame.join(names, on="account_id", how="left").join(
        names.rename({"account_id": "candidate_id", "account_name": "candidate_name"}), on="candidate_id", how="left"
    )
    return frame.sort(["confidence", "rows", "link_id"], descending=[True, True, False])


def decide(view: View, parts: Parts, decision: str, left: str, right: str | None = None) -> None:
    """Remember that two ids or names mean the same customer, different ones, or that one is split off its account.

    ``left`` and ``right`` are source ids, names or account ids as they stand in the links. Without ``right``, "same" accepts and
    "different" rejects what the review list proposes for ``left``. It takes effect with the next load or
    refresh, and wins over every later load.
    """
    kind, value = _link(view, left)
    if decision == "split":
        other_kind, other_value = None, None
    elif right is None:
        other_kind, other_value = "account_id", _candidate(view, kind, value, decision)
    else:
        other_kind, other_value = _link(view, right)
    if (kind, value) == (other_kind, other_value):
        raise UsageError(f"{left!r} and {right!r} are one and the same entry.", hint="Name two different ids or names.")
    parts.store.decide(decision, kind=kind, value=value, other_kind=other_kind, other_value=other_value, by=view.viewer.user)


def _link(view: View, given: str) -> tuple[str, str]:
    """(kind, value) of the link that ``given`` names."""
    frame = view.frame("account_links", ["link_id", "kind", "value", "account_id", "status"])
    exact = frame.filter((pl.col("value") == given) | (pl.col("link_id") == given)).unique(["kind", "value"], maintain_order=True)
    if exact.is_empty():
        exact = frame.filter(pl.col("value").str.to_lowercase() == given.lower()).unique(["kind", "value"], maintain_order=True)
    if exact.is_empty():
        if given in view.frame("accounts", ["account_id"])["account_id"]:
            return "account_id", given
        raise UnknownNameError("source id or name", given, frame["value"].unique().to_list())
    row = exact.row(0, named=True)
    return row["kind"], row["value"]


def _candidate(view: View, kind: str, value: str, decision: str) -> str:
    """The one account that the review list proposes for a link."""
    mine = (pl.col("kind") == kind) & (pl.col("value") == value) & (pl.col("status") == "review") & pl.col("candidate_id").is_not_null()
    proposed = view.frame("account_links").filter(mine)["candidate_id"].unique().to_list()
    if len(proposed) != 1:
        found = "no proposal" if not proposed else f"{len(proposed)} proposals"
        raise UsageError(
            f"There is {found} for {value!r}.", hint=f"Name the other id or name: onelead identities {decision} {value!r} OTHER"
        )
    return str(proposed[0])
