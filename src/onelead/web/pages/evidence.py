"""The rows that an action rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Button, Choice, Filter, Missing, Page, Table
from onelead.workspace.evidence import evidence, title_of

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask

PARTS = (Choice("past", "Past end of life"), Choice("unsupported", "Without support"))


def _action(ask: Ask) -> str:
    action = ask.one("action")
    if not action:
        raise Missing("No action is named.", hint="Open the evidence from an action of the list.", link=ask.link("/action-required"))
    return action


def _rows(ask: Ask) -> pl.DataFrame:
    found = ask(evidence, _action(ask), ask.one("part"))
    if not found.columns:
        raise Missing("No rows stand behind this action.", hint="It was raised because nothing is on record for its account.")
    return found


def _lead(ask: Ask) -> str:
    if not ask.one("action"):
        return "Each action names the rows that it was raised for"
    title, account, table = ask(title_of, _action(ask))
    rows = f": its rows in {table.replace('_', ' ')}" if table else ""
    return f"{title}{f', {account}' if account else ''}{rows}"


def _parts(ask: Ask) -> tuple[Choice, ...]:
    """Parts make sense for assets only."""
    return PARTS if ask.one("action") and ask(title_of, _action(ask))[2] == "assets" else ()


PAGE = Page(
    id="evidence",
    title="Evidence",
    section="Act",
    icon="table",
    about="The rows that an action was raised for.",
    hidden=True,
    account_filters=False,
    lead=_lead,
    filters=(Filter("part", "Rows", _parts, icon="table"),),
    buttons=(Button("Open action", "bolt", lambda ask: ask.link("/action-required", open=ask.one("action"))),),
    blocks=(
        Table(
            id="rows",
            title="Rows behind the action",
            rows=_rows,
            size=50,
            search=("asset_id", "product_name", "project_id", "project_description", "opportunity_name", "account_name", "practice"),
            how="The rows of the table that the action's rule found: those of its account that meet the rule's condition on the as-of date "
            "of the snapshot. The columns are those of the loaded files; where a row came from stands last.",
        ),
    ),
)
