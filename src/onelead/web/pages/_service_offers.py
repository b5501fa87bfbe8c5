"""Service Recommendations: the tabs of what to offer: grid, cross-sell, upsell, catalogue."""

from __future__ import annotations

import polars as pl

from onelead.web._page import Column, Panel, Tab, Table
from onelead.web.pages import _service_data as data
from onelead.workspace.service_gaps import practice_cells
from onelead.workspace.service_offers import CROSS_SELL, UPSELL

GRID = Tab(
    "grid",
    "Whitespace grid",
    (
        Panel(
            id="why",
            title="Why",
            link=("Close", lambda ask: ask.here(of=None, about=None)),
            template="panels/service_why.html",
            data=data.why_data,
            when=lambda ask: ask.one("of") is not None,
        ),
        Panel(
            id="grid",
            title="Accounts × practices",
            template="panels/service_grid.html",
            data=data.grid_data,
            table=data.grid_rows,
            metrics=("whitespace", "practice_penetration"),
            how="Each cell opens what is behind it: the projects, the open opportunities, or the similar accounts and how many of them bought "
            "the practice. Similar are accounts that share enough of what they run and buy, weighed by the similarity table of the settings.",
        ),
    ),
    count=lambda ask: ask(practice_cells).filter(pl.col("state") == "Whitespace").height,
)

CROSS = Tab(
    "cross",
    "Cross-sell and expansion actions",
    (
        Panel(
            id="cross",
            title="Cross-sell and service expansion",
            template="panels/action_part.html",
            bare=True,
            data=data.offer_list(CROSS_SELL, "cross"),
            table=data.offer_export(CROSS_SELL),
            how="Actions of the types cross-sell, whitespace and service expansion that wait; the reference of action types says when each is raised.",
        ),
    ),
    count=data.offer_count(CROSS_SELL),
)

UP = Tab(
    "upsell",
    "Upsell and refresh",
    (
        Panel(
            id="upsell",
            title="Upsell",
            template="panels/action_part.html",
            bare=True,
            data=data.offer_list(UPSELL, "upsell"),
            table=data.offer_export(UPSELL),
            how="Actions of the types upsell (a higher support level) and refresh (a successor) that wait.",
        ),
        Table(
            id="refresh",
            title="Refresh candidates",
            rows=data.refresh_rows,
            columns=(
                Column("product", "Product", sub="product_category"),
                Column("successor", "Successor"),
                Column("account_name", "Account", link=data.account_of),
                Column("assets", "Assets", kind="count"),
                Column("past", "Past end of life", kind="count", minor=True),
                Column("first", "First end of life", kind="date"),
                Column("value", "Worth", kind="money", estimated="estimated"),
                Column("carried_by", "In the list as", kind="badge", link=data.action_of),
                Column("carried_rank", "Rank", kind="count", minor=True),
                Column("product_category", "Product category", show=False),
            ),
            search=("product", "successor", "account_name"),
            total=("assets", "value"),
            foot="Successors come from the refresh table of the settings, which ships with examples. No money counts twice.",
            empty="No product near its end has a successor in the refresh table (settings, metrics.successors).",
            metrics=("refresh_candidates",),
            how="Products past their end of life or service life, or within two years of it, for which the refresh table names a successor. An account "
            "keeps one renewal action a category: the last columns say which action speaks of them.",
        ),
    ),
    count=data.offer_count(UPSELL),
)

CATALOGUE = Tab(
    "catalogue",
    "Service catalogue",
    (
        Table(
            id="catalogue",
            title="Service catalogue",
            rows=data.catalogue_rows,
            size=50,
            search=("practice", "sub_practice", "service"),
            columns=(
                Column("service", "Service"),
                Column("sub_practice", "Sub-practice", minor=True),
                Column("practice", "Practice"),
                Column("fits", "Fits accounts", kind="count", hint="Accounts whose whitespace or unused credits are of its practice."),
                Column("named_in", "Named in actions", kind="count"),
                Column("accounts", "Accounts of these", kind="count", minor=True),
            ),
            how="Fits: accounts whose whitespace or unused credits are of the service's practice. Named: waiting actions that name the service, "
            "by the words that suit the kind of action.",
        ),
    ),
)
