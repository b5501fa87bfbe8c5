"""Row rights of metrics, in one place, and queries that are kept whatever the rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import polars as pl

from onelead.metrics._view import rate_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

HANDED_OVER = "permitted_accounts"
"""The table that a kept query joins for row rights; its rows are handed over when it runs."""
SOME_ACCOUNTS: Collection[str] = ("?",)
"""Stands for accounts that are handed over when the query runs: one kept query serves every reader."""
LISTED_ACCOUNTS = 200
"""Up to so many accounts that may be seen are written into a query; more are joined."""


def permitted_rows(rows: ir.Table, account_filter: Collection[str] | None, *, public: bool) -> ir.Table:
    """Row rights, in the one place: only rows of the accounts that may be seen; all rows of nobody where they are ``public``."""
    if account_filter is None or (public and "account_id" not in rows.columns):
        return rows
    if "account_id" not in rows.columns:
        return rows.filter(ibis.literal(value=False))
    if account_filter is SOME_ACCOUNTS:
        return rows.semi_join(ibis.table({"account_id": "string"}, name=HANDED_OVER), "account_id")
    if not account_filter:
        return rows.filter(ibis.literal(value=False))
    if len(account_filter) <= LISTED_ACCOUNTS:
        return rows.filter(rows.account_id.isin(sorted(account_filter)))
    # a list of thousands of literals takes longer to compile than the query to run
    permitted = ibis.memtable(pl.DataFrame({"account_id": sorted(account_filter)}))
    return rows.semi_join(permitted, "account_id")


def handed_over(account_filter: Collection[str] | None) -> dict[str, pl.DataFrame]:
    """The tables that a kept expression names, with their rows."""
    return {HANDED_OVER: pl.DataFrame({"account_id": sorted(account_filter)})} if account_filter else {}


def kept_expression(
    snapshot: Snapshot,
    context: Context,
    question: Hashable,
    build: Callable[[Collection[str] | None], ir.Table],
    account_filter: Collection[str] | None,
) -> ir.Table:
    """What ``build`` makes for the accounts that may be seen; kept under ``question``, so that other accounts need no other one."""
    seen = SOME_ACCOUNTS if account_filter else account_filter
    key = (question, context.as_of, context.settings.version, None if seen is None else len(seen), rate_pairs(snapshot))
    return snapshot.expression(key, lambda: build(seen))


def run(
    snapshot: Snapshot,
    context: Context,
    question: Hashable,
    account_filter: Collection[str] | None,
    build: Callable[[Collection[str] | None], ir.Table],
) -> pl.DataFrame:
    """The rows of ``kept_expression``."""
    return snapshot.execute(kept_expression(snapshot, context, question, build, account_filter), handed_over(account_filter))
