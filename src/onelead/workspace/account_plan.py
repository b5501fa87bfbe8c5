"""Use case: the plan of one account, to be printed and handed to its team: where it stands, what to do, by whom and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.metrics._query import permitted
from onelead.metrics._views import VIEWS
from onelead.workspace.account_page import account_head, account_health, exposure, waiting_actions
from onelead.workspace.account_rows import account_rows, checked
from onelead.workspace.timeline import timeline

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ACTIONS, DEALS, AHEAD = 8, 12, 8
PRACTICES = {"practice": pl.String, "bought": pl.Boolean, "share": pl.Float64, "accounts": pl.Int64}


def account_plan(view: View, parts: Parts, account_id: str, card: str, version: str = "") -> dict[str, Any]:
    """Everything that stands in the plan of one account.

    head (``account_head``), health (``account_health``), exposure (by product category), actions (the first eight that wait) and
    action_count, deals (open ones by close date, the first twelve) and deal_count, soon (days of "expiring"), running and overdue (projects that are open now),
    ahead (the next eight dated events), value (sum of the expected values that are known, null where none
    is), unvalued (waiting actions without one), estimated, practices (of ``practices``).

    Raises UnknownNameError for an account that the viewer may not see.
    """
    checked(view, account_id)
    waiting = waiting_actions(view, parts, account_id)
    deals = account_rows(view, parts, account_id, "opportunities").filter("is_open")
    running = account_rows(view, parts, account_id, "projects").filter("is_active")
    events = timeline(view, parts, account_id).filter("ahead").sort("date", "title")
    known = [row for row in waiting if row["expected_value"] is not None]
    return {
        "head": account_head(view, parts, account_id),
        "health": account_health(view, parts, account_id, card, version),
        "exposure": exposure(view, parts, account_id).to_dicts(),
        "actions": waiting[:ACTIONS],
        "action_count": len(waiting),
        "deals": deals.head(DEALS).to_dicts(),
        "deal_count": deals.height,
        "soon": view.context.settings.metrics.expiring_days,
        "running": running.height,
        "overdue": running.filter(pl.col("is_overdue")).height,
        "practices": practices(view, parts, account_id).to_dicts(),
        "ahead": events.head(AHEAD).to_dicts(),
        "value": sum(row["expected_value"] for row in known) if known else None,
        "unvalued": len(waiting) - len(known),
        "estimated": any(row["estimated"] for row in known),
    }


def practices(view: View, _: Parts, account_id: str) -> pl.DataFrame:
    """Practices that any project names: practice, bought (by this account), share and accounts (of those with projects that bought it).

    Projects that were lost are no purchase. Those not bought come first, the most widespread first. No rows for an account without
    projects: what it bought elsewhere is not known. Shares are of the accounts that the viewer may see.
    """
    checked(view, account_id)
    source = VIEWS["projects"]
    rows = permitted(source.build(view.snapshot, view.context), source, view.account_filter)
    kept = rows.filter(rows.account_id.notnull(), rows.practice.notnull(), ~rows.is_failure)
    grouped = kept.group_by("practice").aggregate(accounts=kept.account_id.nunique(), bought=(kept.account_id == account_id).any())
    frame = view.snapshot.execute(grouped)
    every: int = view.snapshot.execute(kept.aggregate(every=kept.account_id.nunique())).item() or 0
    if not frame.height or not frame["bought"].any():
        return pl.DataFrame(schema=PRACTICES)
    shared = frame.with_columns((pl.col("accounts") / max(every, 1)).alias("share"))
    return shared.sort(["bought", "accounts", "practice"], descending=[False, True, False]).select(*PRACTICES)
