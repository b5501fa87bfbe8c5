"""Consultant Enablement: what to say to whom, by kind of conversation, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Button, Column, Page, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _consulting as data
from onelead.web.pages._assigning import TAB as ASSIGNMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask
    from onelead.web._page import Row

PARTS = (
    ("renewals", "Renewals", "What ends: products near or past their end of life, contracts, and accounts that may leave."),
    (
        "cross_sell",
        "Cross-sell and upsell actions",
        "What fits beside: products, platforms and practices that others bought, successors, a higher support level.",
    ),
    ("expansion", "Service expansion", "What was bought and is not used: service credits."),
    ("deals", "Open deals", "Deals that are likely to slip, or stand still."),
    ("relationship", "Relationship", "Who to get back in touch with."),
)


def _list(kind: str, label: str, about: str) -> Tab:
    types = data.types_but(kind)
    panel = Panel(
        id=kind,
        title=label,
        template="panels/action_part.html",
        data=data.actions_of(types, kind),
        table=data.exported_of(types),
        bare=True,
        how=f"{about} The actions of the types {', '.join(types)}, by rank. Worked here or on Action Required, it is the same list.",
    )
    return Tab(kind, label, (panel,), count=data.count_of(kind))


def _tab(kind: str) -> Callable[[Ask], str]:
    return lambda ask: ask.here(tab=kind, open=None, show=None)


def _brief(row: Row, ask: Ask) -> str | None:
    return data.brief_link(row["account_id"], ask)


def _account(row: Row, ask: Ask) -> str | None:
    return ask.account_link(row["account_id"])


PLAN = Panel(
    id="plan",
    title="Action plan by due date",
    template="panels/consulting_plan.html",
    data=data.plan,
    how="Every waiting action by the day it is due: at once is overdue or due within 7 days. Within a step, by rank.",
)
ACCOUNTS = Table(
    id="accounts",
    title="Accounts and their briefs",
    rows=data.accounts,
    search=("account_name", "territory_id", "country"),
    sort="-top_priority",
    columns=(
        Column("account_name", "Account", sub="territory_id", link=_account),
        Column("actions", "Actions", kind="count"),
        Column("top_priority", "Highest priority", kind="count"),
        Column("expected_value", "Expected value", kind="money", estimated="estimated"),
        Column("predicted_propensity", "Propensity", kind="badge", minor=True),
        Column("country", "Country", minor=True),
        Column(
            "brief",
            "Brief",
            link=_brief,
            sortable=False,
            export=False,
            hint="The printable brief: talking points, openers, next steps, risks, services.",
        ),
    ),
    foot="The last column opens the brief of the account.",
    how="One row an account. Expected value is the sum of its waiting actions' chance × value; estimates unless contracts and outcomes are known.",
)

PAGE = Page(
    id="consultant_enablement",
    title="Consultant Enablement",
    section="Act",
    icon="messages",
    order=30,
    about="What to say to whom: renewals, cross-sell, service expansion, each with opener, next steps and services; and the plan by due date.",
    lead=data.lead,
    buttons=(Button("Print plan", "printer", lambda ask: ask.link("/consultant-brief")),),
    blocks=(
        Tiles(
            id="tiles",
            title="Kinds of conversation",
            tiles=tuple(
                Tile(
                    label=label,
                    number=data.number_of(kind),
                    also=data.worth_of(kind),
                    link=_tab(kind),
                    link_text="Open",
                    how=f"{about} Waiting actions of the types {', '.join(data.types_but(kind))}; the amount is the sum of chance × value.",
                )
                for kind, label, about in PARTS
            ),
        ),
    ),
    tabs=(*(_list(*part) for part in PARTS), Tab("plan", "Plan", (PLAN,)), Tab("accounts", "Accounts", (ACCOUNTS,)), ASSIGNMENT),
)
