"""The tables of Customer 360: what an account has, row by row, and the list that it is chosen from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from onelead.web._page import Column, Table
from onelead.web.pages import _account_work as work
from onelead.web.pages import _customer_360 as loads
from onelead.web.pages._pipeline_deals import HOW, SLIP, WIN

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status


def _priority_status(row: Row) -> Status | None:
    return {"crit": "crit", "warn": "warn", "good": "good"}.get(row["status"] or "")  # type: ignore[return-value]


def _state_status(row: Row) -> Status | None:
    return {
        "Won": "good",
        "Success": "good",
        "Healthy": "good",
        "Lost": "warn",
        "Failure": "warn",
        "At risk": "warn",
        "Critical": "crit",
    }.get(  # type: ignore[return-value]
        row.get("state") or row.get("stage") or ""
    )


def _money_status(row: Row) -> Status | None:
    return {"Healthy": "good", "At risk": "warn", "Critical": "crit"}.get(row["financial_health"] or "")  # type: ignore[return-value]


def _life_status(row: Row) -> Status | None:
    return {"Past end of life": "crit", "Expiring": "warn", "Current": "good"}.get(row["lifecycle_state"] or "", "unknown")  # type: ignore[return-value]


def _support_status(row: Row) -> Any:  # noqa: ANN401 - a status
    return loads.support_status(row)


def _link_status(row: Row) -> Status | None:
    return {"To review": "warn", "Rejected": "unknown"}.get(row["status"], "good")  # type: ignore[return-value]


def _record(kind: str, key: str) -> Any:  # noqa: ANN401 - a link of a row
    return lambda row, ask: ask.link("/record", kind=kind, id=row[key]) if row[key] else None


ASSET_TABLE = Table(
    id="assets",
    title="All assets",
    how="The account's rows of the install base. Left is the time from the as-of date to the end of life; the value is the contract value, else the price book's, and then marked.",
    rows=loads.asset_rows,
    columns=(
        Column("product", "Product", sub="what", link=_record("asset", "asset_id")),
        Column("lifecycle_state", "Life cycle", "badge", status=_life_status),
        Column("end_of_life", "End of life", "date", hint="A dash where none is announced."),
        Column("days_to_end_of_life", "Days left", "count"),
        Column("end_of_service", "End of service", "date", minor=True),
        Column("support", "Support", "badge", status=_support_status),
        Column("plausible_support_end", "Support ends", "date", minor=True, hint="A dash where none is announced or it is implausible."),
        Column("unit_value", "Value", "money", estimated="is_estimated"),
    ),
    sort="end_of_life",
    search=("product", "asset_id", "product_category", "support"),
    empty="No assets of this account are loaded.",
)


def _deal_columns(ask: Ask) -> tuple[Column, ...]:
    """Chances only where a model told any."""
    told = loads.deals(ask).select("win", "slip").count().sum_horizontal().item()
    columns = (
        Column("name", "Opportunity", sub="product_line", link=_record("opportunity", "opportunity_id")),
        Column("state", "State", "badge", status=_state_status),
        Column("stage", "Stage"),
        Column("amount", "Amount", "money"),
        WIN,
        SLIP,
        Column("close_date", "Closes", "date"),
        Column("created_date", "Created", "date", minor=True),
        Column("owner_name", "Owner", minor=True),
    )
    return tuple(column for column in columns if told or column not in (WIN, SLIP))


DEALS = Table(
    id="deals",
    title="Opportunities",
    how="The account's rows of the opportunity list, the first of each id. Amount, stage and dates show where the list states them; chances where a model "
    "told them. " + HOW,
    rows=loads.deals,
    columns=_deal_columns,
    search=("name", "opportunity_id", "product_line", "owner_name"),
    total=("amount",),
    foot="Stages, amounts and dates stand where the export states them.",
    empty="No opportunities of this account are loaded.",
)
PROJECTS = Table(
    id="projects",
    title="Projects",
    how="The account's services projects, joined by ST ID, opportunity, customer id or name. The value is the middle of the size bucket, an estimate.",
    rows=loads.projects,
    columns=(
        Column("name", "Project", sub="practice", link=_record("project", "project_id")),
        Column("stage", "Stage", "badge", status=_state_status),
        Column("financial_health", "Financial status", "badge", status=_money_status),
        Column("start_date", "Started", "date"),
        Column("end_date", "Ends", "date"),
        Column("is_overdue", "Overdue", "flag", minor=True),
        Column("project_value", "Value", "money", estimated="is_estimated"),
        Column("responsible_person", "Responsible", minor=True),
    ),
    sort="-start_date",
    search=("name", "project_id", "practice", "responsible_person"),
    empty="No projects of this account are loaded.",
)
CREDITS = Table(
    id="credits",
    title="Service credits",
    how="Credit rows that reach the account through their project or their own ST ID. Unused is purchased less delivered.",
    rows=partial(loads.rows, table="service_credits"),
    columns=(
        Column("project_name", "Project", sub="practice"),
        Column("purchased_credits", "Purchased", "count"),
        Column("converted_credits", "Converted", "count"),
        Column("delivered_credits", "Delivered", "count"),
        Column("unused_credits", "Unused", "count", hint="Purchased less delivered."),
        Column("unused_credit_value", "Value unused", "money", hint="At the price of a credit in the settings: an estimate."),
        Column("contract_end_date", "Contract ends", "date"),
    ),
    sort="-unused_credits",
    search=("project_name", "practice"),
    total=("purchased_credits", "converted_credits", "delivered_credits", "unused_credits"),
    foot="Values of credits are estimates: unused credits at the price of a credit in the settings.",
    empty="No service credits of this account are loaded, or none reach it.",
)
LINKS = Table(
    id="links",
    title="How its ids and names were joined",
    how="Each source id or name that means this account, by which method, how sure, and with which evidence.",
    rows=loads.links,
    columns=(
        Column("value", "Id or name", sub="kind"),
        Column("status", "Status", "badge", status=_link_status),
        Column("method", "Found by"),
        Column("confidence", "How sure", "percent"),
        Column("evidence", "Evidence"),
        Column("candidate_name", "May also mean", minor=True),
        Column("rows", "Rows", "count"),
    ),
    search=("value", "evidence"),
    size=50,
    link=("Review identities", lambda ask: ask.link("/data-insights", tab="identities")),
    empty="Nothing is linked to this account.",
)
EVENTS = Table(
    id="events",
    title="History",
    how="Dated facts of the account: projects, ends of support and life, deals, changes from load to load, and what was done with its actions.",
    rows=work.history,
    columns=(
        Column("date", "Date", "date"),
        Column("title", "Event", sub="detail", status=_priority_status),
        Column("kind", "Kind", "badge"),
        Column("amount", "Amount", "money", minor=True),
        Column("when", "When", minor=True),
    ),
    sort="-date",
    size=50,
    search=("title", "detail", "kind"),
    empty="No dated events of this account.",
)
CHOOSER = Table(
    id="list",
    title="Accounts",
    how="Top-level accounts with revenue at risk, propensity and waiting actions, as the ranked list has them.",
    rows=loads.chooser,
    when=loads.open_list,
    columns=(
        Column("account_name", "Account", sub="place"),
        Column("revenue_at_risk", "Revenue at risk", "money", estimated="revenue_at_risk_estimated"),
        Column("annual_value", "Annual value", "money", estimated="annual_value_estimated"),
        Column("tier", "Tier", "badge", minor=True),
        Column("predicted_propensity", "Propensity", "badge"),
        Column("assets", "Assets", "count"),
        Column("expired_products", "Expired", "count"),
        Column("actions", "Waiting actions", "count"),
        Column("top_priority", "Top priority", "count", minor=True),
    ),
    size=25,
    search=("account_name", "account_id", "source_ids", "place"),
    row_link=lambda row, ask: ask.account_link(row["account_id"]),
    foot="The most revenue at risk first, then by propensity. Search takes names and source ids.",
)
