"""Use cases: which accounts a reader looks at: by account, owner, region, country, or any condition on an account's columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.workspace.people import accounts_of
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.core.viewer import Viewer
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PLAIN = ("region", "country", "industry", "territory_id")


def selected_accounts(
    view: View,
    parts: Parts,
    *,
    accounts: Sequence[str] = (),
    owners: Sequence[str] = (),
    conditions: Sequence[str] = (),
) -> tuple[str, ...]:
    """Ids of the accounts (with the named ones below them) that satisfy all that is given; several values of one kind are alternatives.

    ``conditions`` are "column=value" or "column!=value" on columns of an account. Raises UnknownNameError for a column that is not
    there, UsageError for a condition that cannot be read.
    """
    frame = view.frame("accounts")
    top = pl.coalesce("parent_id", "account_id")
    if accounts:
        frame = frame.filter(top.is_in(list(accounts)) | pl.col("account_id").is_in(list(accounts)))
    if owners:
        frame = frame.filter(top.is_in(list(accounts_of(view, parts, tuple(owners)))))
    for column, alternatives, wanted in _read(conditions, frame.columns):
        hit = pl.col(column).cast(pl.String).is_in(alternatives)
        frame = frame.filter(hit.fill_null(value=False) if wanted else ~hit.fill_null(value=False))
    return tuple(sorted(frame["account_id"].to_list()))


@of_the_snapshot
def narrowed_viewer(
    view: View, parts: Parts, *, accounts: Sequence[str] = (), owners: Sequence[str] = (), conditions: Sequence[str] = ()
) -> Viewer:
    """The viewer, narrowed to the accounts of ``selected_accounts``.

    Kept like any answer, so that all questions under one selection share one set of ids: sets of thousands of ids are the larger part of
    a key, and comparing two equal ones takes longer than finding an answer.
    """
    ids = frozenset(selected_accounts(view, parts, accounts=accounts, owners=owners, conditions=conditions))
    seen = view.viewer.account_ids
    return replace(view.viewer, account_ids=ids if seen is None else seen & ids)


@of_the_snapshot
def account_values(view: View, _: Parts, column: str, limit: int = 200) -> list[tuple[str, int]]:
    """Values of an account's column with the number of top-level accounts that have it, the most frequent first."""
    frame = view.frame("accounts").filter(pl.col("level") == "account")
    if column not in frame.columns:
        raise UnknownNameError("column of accounts", column, frame.columns)
    found = frame.filter(pl.col(column).is_not_null()).group_by(pl.col(column).cast(pl.String)).len()
    return [(str(value), int(count)) for value, count in found.sort(["len", column], descending=[True, False]).head(limit).iter_rows()]


@of_the_snapshot
def account_names(view: View, _: Parts, limit: int = 200, holding: str = "", chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Id and name of top-level accounts by name, at most ``limit``: those whose name or id holds some letters, or those of ``chosen`` ids."""
    frame = view.frame("accounts", ["account_id", "account_name", "level"]).filter(pl.col("level") == "account")
    if chosen:
        frame = frame.filter(pl.col("account_id").is_in(list(chosen)))
    if holding:
        text = pl.concat_str("account_name", pl.lit(" "), "account_id").str.to_lowercase()
        frame = frame.filter(text.str.contains(holding.lower(), literal=True))
    return list(frame.sort("account_name").head(limit).select("account_id", "account_name").iter_rows())


@of_the_snapshot
def account_columns(view: View, _: Parts) -> list[str]:
    """Columns of an account that hold at least one value and can be filtered by."""
    frame = view.frame("accounts")
    return [name for name in PLAIN if name in frame.columns and frame[name].null_count() < frame.height]


def _read(conditions: Sequence[str], columns: Sequence[str]) -> list[tuple[str, list[str], bool]]:
    grouped: dict[tuple[str, bool], list[str]] = {}
    for condition in conditions:
        name, equal, value = condition.partition("=")
        wanted = not name.endswith("!")
        name = name.removesuffix("!").removeprefix("account.").strip()
        if not equal or not name:
            raise UsageError(f"{condition!r} is no condition.", hint="Write column=value or column!=value.")
        if name not in columns:
            raise UnknownNameError("column of accounts", name, columns)
        grouped.setdefault((name, wanted), []).append(value.strip())
    return [(name, values, wanted) for (name, wanted), values in grouped.items()]
