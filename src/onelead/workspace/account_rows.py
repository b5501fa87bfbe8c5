"""Use cases: the rows of one account, found in the engine, so that a page of one account never reads whole tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.metrics._views import VIEWS
from onelead.tables import assets
from onelead.workspace.acting import with_states
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MOST_ROWS = 20_000
NEAR = 5
CUTOFF = 60
"""Names less alike than this (0 to 100) are no help."""
MOST_NAMES = 20_000
ORDER: dict[str, tuple[tuple[str, bool], ...]] = {
    "assets": (("days_to_end_of_life", False), ("asset_id", False)),
    "projects": (("start_date", True), ("project_id", False)),
    "opportunities": (("close_date", False), ("opportunity_id", False)),
    "service_credits": (("contract_end_date", False), ("source_row", False)),
}
"""Columns that the rows of a table are listed by, and whether the largest comes first; unknown values last."""


def checked(view: View, account_id: str) -> None:
    """Raise UnknownNameError for an account that the viewer may not see: the same words as for one that does not exist."""
    permitted = view.account_filter
    if permitted is not None and account_id not in view.viewer.account_ids:  # type: ignore[operator]  # the filter is made of these
        raise UnknownNameError("account", account_id, [])


def account_rows(view: View, parts: Parts, account_id: str, table: str) -> pl.DataFrame:
    """Rows of one account in ``table``, with their derived columns, without repeats, at most 20,000.

    Tables and their order: assets by end of life, projects the newest first, opportunities by close date, service_credits by the end of
    their contract.

    Raises UnknownNameError for an account that the viewer may not see, or another table.
    """
    checked(view, account_id)
    if table not in ORDER:
        raise UnknownNameError("table of an account", table, list(ORDER))
    return view.once(parts, rows_of_account, account_id, table)


@of_the_snapshot
def rows_of_account(view: View, _: Parts, account_id: str, table: str) -> pl.DataFrame:
    """``account_rows``, whoever asks."""
    rows = VIEWS[table].build(view.snapshot, view.context)
    rows = rows.filter(rows.account_id == account_id)
    if table == "assets":
        rows = rows.mutate(plausible_support_end=assets.plausible_support_end(rows, view.context))
    found = view.snapshot.execute(rows.limit(MOST_ROWS))
    names = [name for name, _down in ORDER[table]]
    return found.sort(names, descending=[down for _name, down in ORDER[table]], nulls_last=True)


def account_actions(view: View, parts: Parts, account_id: str) -> pl.DataFrame:
    """Every action of one account with its state, by rank."""
    checked(view, account_id)
    return with_states(_of(view, "actions", account_id), parts, view.context.as_of).sort("rank")


def account_links(view: View, _: Parts, account_id: str) -> pl.DataFrame:
    """Identity links of one account and of the named accounts below it, with the name of the account proposed; those to review first."""
    checked(view, account_id)
    accounts, links = view.snapshot.table("accounts"), view.snapshot.table("account_links")
    ids = [account_id, *view.snapshot.execute(accounts.filter(accounts.parent_id == account_id).select("account_id"))["account_id"]]
    found = view.snapshot.execute(links.filter(links.account_id.isin(ids)))
    wanted = found["candidate_id"].drop_nulls().unique().sort().to_list()
    names = accounts.filter(accounts.account_id.isin(wanted)) if wanted else accounts.limit(0)
    named = view.snapshot.execute(names.select(candidate_id="account_id", candidate_name="account_name"))
    order = pl.col("status").replace_strict({"review": 0}, default=1)
    joined = found.join(named, on="candidate_id", how="left")
    return joined.sort([order, pl.col("rows"), pl.col("value")], descending=[False, True, False])


def account_row(view: View, _: Parts, given: str) -> dict[str, Any] | None:
    """The top-level account that ``given`` means, with its columns; None where there is none that the viewer may see.

    ``given`` is its id, the id of a named account below it, its name, or a source id or name that is linked to it. ``asked`` is the name
    of the named account asked for, else None.
    """
    accounts = _accounts(view)
    word = given.strip().lower()
    found = view.snapshot.execute(accounts.filter((accounts.account_id == given) | (accounts.account_name.lower() == word)).limit(NEAR))
    rows = found.sort((pl.col("account_id") == given), descending=True).to_dicts() or _linked(view, accounts, word)
    if not rows:
        return None
    row = rows[0]
    if row["parent_id"] is None:
        return {**row, "asked": None}
    above = view.snapshot.execute(accounts.filter(accounts.account_id == row["parent_id"])).to_dicts()
    return {**above[0], "asked": row["account_name"]} if above else {**row, "asked": None}


def nearest_accounts(view: View, _: Parts, given: str) -> list[tuple[str, str]]:
    """Id and name of up to five top-level accounts whose name or id is most like ``given``, of those that the viewer may see."""
    from rapidfuzz import fuzz, process, utils  # a page that finds its account does without

    accounts = _accounts(view)
    known = view.snapshot.execute(accounts.filter(accounts.level == "account").select("account_id", "account_name").limit(MOST_NAMES))
    texts = [f"{name} {key}" for key, name in known.iter_rows()]
    hits = process.extract(given, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=NEAR, score_cutoff=CUTOFF)
    rows = known.rows()
    return [(str(rows[place][0]), str(rows[place][1])) for _, _, place in hits]


def _linked(view: View, accounts: ir.Table, word: str) -> list[dict[str, Any]]:
    links = view.snapshot.table("account_links")
    ids = view.snapshot.execute(links.filter(links.value.lower() == word, links.status != "rejected").select("account_id").distinct())
    if ids.height != 1:
        return []
    return view.snapshot.execute(accounts.filter(accounts.account_id == ids["account_id"].item())).to_dicts()


def _accounts(view: View) -> ir.Table:
    rows = view.snapshot.table("accounts")
    permitted = view.account_filter
    return rows if permitted is None else rows.filter(rows.account_id.isin(permitted or [""]))


def _of(view: View, table: str, account_id: str) -> pl.DataFrame:
    rows = view.snapshot.table(table)
    return view.snapshot.execute(rows.filter(rows.account_id == account_id))
