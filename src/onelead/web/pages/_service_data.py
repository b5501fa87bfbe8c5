"""Service Recommendations: what its blocks load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._actions import rows_of
from onelead.web._page import Choice, Micro, Missing, Number
from onelead.web.pages._consulting import DROPPED, STEP, details_of, shown
from onelead.workspace.service_gaps import (
    attach_by_category,
    practice_cells,
    practice_values,
    similar_accounts,
    support_gaps,
    support_levels,
    unused_by_practice,
)
from onelead.workspace.service_offers import LISTED, catalogue, gap_table, offer_types, offers, practice_totals, refresh_candidates
from onelead.workspace.service_offers import offer_count as waiting_offers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

GRID_ROWS = 50
SERVICES_NAMED = 8


def cells(ask: Ask) -> pl.DataFrame:
    cells = ask(practice_cells)
    if cells.is_empty():
        raise Missing(
            "No services project names a practice, so nothing can be compared.",
            hint="Load an export with its project sheet: column PRJ Practice, and a customer or territory for each project.",
        )
    chosen = ask.many("practice")
    return cells.filter(pl.col("practice").is_in(list(chosen))) if chosen else cells


def practice_choices(ask: Ask) -> list[Choice]:
    return [Choice(row["practice"], row["practice"], row["Whitespace"]) for row in ask(practice_totals).iter_rows(named=True)]


def type_choices(ask: Ask) -> list[Choice]:
    return [Choice(kind, label) for kind, label in ask(offer_types)]


def of_practice(frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    chosen = ask.many("practice")
    return frame.filter(pl.col("practice").is_in(list(chosen))) if chosen else frame


def offered(ask: Ask, kinds: Sequence[str]) -> pl.DataFrame:
    """The offers of some types under the filters of the page."""
    chosen = tuple(kind for kind in kinds if not ask.many("type") or kind in ask.many("type"))
    return of_practice(ask(offers, chosen, ask.one("sure")), ask)


def offer_list(kinds: Sequence[str], block_id: str) -> Callable[[Ask], dict[str, Any]]:
    """The loader of a list of offers, worked like everywhere: what ``panels/action_part.html`` shows."""

    def load(ask: Ask) -> dict[str, Any]:
        found = offered(ask, kinds)
        first = found.head(shown(ask))
        return {
            "rows": rows_of(first, ask, details_of(ask, ask.one("open"))),
            "count": found.height,
            "capped": found.height == LISTED,
            "segments": [],
            "more": max(min(STEP, found.height - first.height), 0),
            "more_link": ask.here(show=first.height + STEP),
            "more_section": ask.section(block_id, show=first.height + STEP),
            "empty": "Nothing of this kind waits under these filters.",
        }

    return load


def offer_export(kinds: Sequence[str]) -> Callable[[Ask], pl.DataFrame]:
    """The loader of such a list as it is taken away."""
    return lambda ask: offered(ask, kinds).drop(*DROPPED, "goes_with", strict=False)


def offer_count(kinds: Sequence[str]) -> Callable[[Ask], int]:
    return lambda ask: ask(waiting_offers, tuple(kinds))


def refresh_rows(ask: Ask) -> pl.DataFrame:
    return ask(refresh_candidates)


def whitespace_number(ask: Ask) -> Number:
    found = cells(ask)
    open_cells = found.filter(pl.col("state") == "Whitespace")
    known = found.filter(pl.col("state") != "Unknown").height
    if not known:
        return Number(None, reason="Too few similar accounts to compare")
    return Number(open_cells.height)


def whitespace_value(ask: Ask) -> tuple[str, bool] | None:
    values = cells(ask).filter(pl.col("state") == "Whitespace")["value"].drop_nulls()
    return (ask.fmt.money(float(values.sum())), True) if values.len() else None


def whitespace_micro(ask: Ask) -> Micro:
    counts = dict(cells(ask).group_by("state").len().iter_rows())
    tones: dict[str, Status] = {"Bought": "good", "Open opportunity": "info", "Whitespace": "warn", "Unknown": "unknown"}
    shares = tuple((f"{counts[state]} {state.lower()}", float(counts[state]), tone) for state, tone in tones.items() if counts.get(state))
    return Micro(reading=f"{ask.fmt.count(counts.get('Bought', 0))} of {ask.fmt.count(sum(counts.values()))} bought", shares=shares)


def credit_value(ask: Ask) -> tuple[str, bool] | None:
    rows = ask(unused_by_practice)
    return (ask.fmt.money(float(rows["value"].sum())), True) if rows.height else None


def gap_rows(ask: Ask) -> pl.DataFrame:
    cells(ask)
    return ask(gap_table)


def gaps_sub(ask: Ask) -> str:
    """How many accounts, and the unused credits that no row of theirs counts."""
    accounts = ask.fmt.plural(gap_rows(ask).height, "account")
    homeless = int(ask(unused_by_practice).filter(pl.col("account_id").is_null())["unused"].sum() or 0)
    reach = "reaches" if homeless == 1 else "reach"
    return f"{accounts}; {ask.fmt.plural(homeless, 'unused credit')} {reach} no account" if homeless else accounts


def total_rows(ask: Ask) -> pl.DataFrame:
    cells(ask)
    return of_practice(ask(practice_totals), ask)


def attach_rows(ask: Ask) -> pl.DataFrame:
    frame = ask(attach_by_category)
    if frame.is_empty():
        raise Missing("No installed product has reached an account.", hint="Load an export with its install base sheet.")
    return of_practice(frame, ask)


def attach_status(row: Row) -> Status | None:
    return "unknown" if row["practice"] is None else None


def support_rows(ask: Ask) -> pl.DataFrame:
    frame = ask(support_gaps)
    levels = ask(support_levels)
    others = pl.concat_str(
        pl.col("highest").cast(pl.String) + pl.lit(f" {levels[-1].lower()}"),
        pl.col("middle").cast(pl.String) + pl.lit(f" {' or '.join(levels[1:-1]).lower()}") if len(levels) > 2 else pl.lit(""),  # noqa: PLR2004
        separator=" · ",
    )
    return frame.with_columns(beside=others)


def grid_data(ask: Ask) -> dict[str, Any]:
    every = cells(ask)
    order = every.group_by("account_id", "account_name", maintain_order=True).agg((pl.col("state") == "Whitespace").sum().alias("open"))
    order = order.sort("open", "account_name", descending=[True, False], nulls_last=True, maintain_order=True)
    pages = max(1, -(-order.height // GRID_ROWS))
    given = ask.one("page.grid") or "1"
    page = min(max(int(given), 1), pages) if given.isdecimal() else 1
    part = order.slice((page - 1) * GRID_ROWS, GRID_ROWS)
    values = ask(practice_values, tuple(part["account_id"]))
    practices = sorted(every["practice"].unique().to_list())
    found = {(row["account_id"], row["practice"]): row for row in every.join(part, on="account_id", how="semi").iter_rows(named=True)}
    rows = [
        {
            "account": account,
            "name": name or account,
            "open": count,
            "link": ask.account_link(account),
            "cells": [{**found[account, practice], "link": cell_link(found[account, practice], ask, values)} for practice in practices],
        }
        for account, name, count in part.iter_rows()
    ]
    return {"practices": practices, "rows": rows, "count": order.height, "page": page, "pages": pages, "first": (page - 1) * GRID_ROWS + 1}


def _rows_of(cell: Row, kind: str, values: Mapping[tuple[str, str, str], tuple[str, ...]]) -> tuple[str, ...]:
    """Conditions that find the rows of a kind that go with the cell's practice."""
    return tuple(f"{kind}={value}" for value in values.get((cell["account_id"], cell["practice"], kind), ()))


def cell_link(cell: Row, ask: Ask, values: Mapping[tuple[str, str, str], tuple[str, ...]]) -> str:
    if cell["state"] == "Bought":
        return ask.link(
            "/rows",
            metric="project_count",
            rows=(f"practice={cell['practice']}", "is_failure=false"),
            account=cell["account_id"],
            owner=None,
            where=None,
        )
    if cell["state"] == "Open opportunity":
        return ask.link(
            "/rows",
            metric="open_opportunities",
            rows=_rows_of(cell, "product_line", values),
            account=cell["account_id"],
            owner=None,
            where=None,
        )
    return ask.here(tab="grid", of=cell["account_id"], about=cell["practice"]) + "#b-why"


def why_data(ask: Ask) -> dict[str, Any]:
    account, practice = ask.one("of") or "", ask.one("about") or ""
    cell = next(iter(ask(practice_cells).filter((pl.col("account_id") == account) & (pl.col("practice") == practice)).to_dicts()), None)
    if cell is None:
        raise Missing(
            "This account and practice are not in the grid.",
            hint="Choose a cell of the grid.",
            link=ask.here(of=None, about=None),
            link_text="Close",
        )
    services = ask(catalogue).filter(pl.col("practice") == practice).sort("named_in", descending=True, maintain_order=True)
    mine = ask(offers, ("whitespace",)).filter((pl.col("account_id") == account) & (pl.col("subject") == practice))
    return {
        "cell": cell,
        "peers": ask.overall(similar_accounts, account, practice),
        "services": services.head(SERVICES_NAMED).to_dicts(),
        "service_count": services.height,
        "action": next(iter(mine.to_dicts()), None),
        "installed": ask.link(
            "/rows",
            metric="assets",
            rows=_rows_of(cell, "product_category", ask(practice_values, (account,))),
            account=account,
            owner=None,
            where=None,
        ),
        "actions": ask.link("/action-required", open=mine["action_id"][0]) if mine.height else None,
    }


def grid_rows(ask: Ask) -> pl.DataFrame:
    return cells(ask).with_columns(estimated=pl.lit(value=True))


def catalogue_rows(ask: Ask) -> pl.DataFrame:
    frame = ask(catalogue)
    if frame.is_empty():
        raise Missing("No service catalogue is loaded.", hint="Load an export with its services sheet: practice, sub-practice, service.")
    return of_practice(frame, ask)


def account_of(row: Row, ask: Ask) -> str | None:
    return ask.account_link(row.get("account_id"))


def action_of(row: Row, ask: Ask) -> str | None:
    return ask.link("/action-required", account=row["account_id"], owner=None, where=None) if row.get("account_id") else None
