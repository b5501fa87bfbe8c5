"""Revenue Focus: where revenue stands at risk, who brings it, which customers grow, and what to do about each."""

from __future__ import annotations

from onelead.web._page import Button, Chart, Choice, Column, Filter, Page, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _revenue_accounts as accounts
from onelead.web.pages import _revenue_focus as data
from onelead.web.pages import _revenue_tiles as tiles
from onelead.web.pages._next_action import NEXT_ACTION
from onelead.web.pages._revenue_tabs import DEALS, STRATEGY, TRENDS
from onelead.workspace.revenue import STATUSES, concentration, engagement

HEADLINE = Tiles(
    id="tiles",
    title="Headline numbers",
    tiles=(
        Tile(
            label="Total revenue at risk",
            number=tiles.risk,
            status="crit",
            micro=tiles.risk_products,
            link=tiles.risk_link,
            link_text="Open the products",
            how="Value of the assets past their end of life: the contract value, else the replacement value of the price book (estimated). "
            "Assets without a price are counted and left out. Key products hold the most of it.",
        ),
        Tile(
            label="High-value opportunities",
            number=tiles.likely_deals,
            link=tiles.likely_link,
            link_text="Open the pipeline",
            how="Open opportunities of accounts whose calibrated chance is above 80 % (a setting). Only a model that learned from outcomes gives "
            "a chance; where propensity rests on rules or on the documented score, no count is shown.",
        ),
        Tile(
            label="Growth potential",
            number=tiles.growing,
            micro=tiles.growing_names,
            link=tiles.growing_link,
            link_text="Open the opportunities",
            how="Accounts with more opportunities created in the last 91 days than in the 91 before. Without creation dates: accounts to which "
            "the loads of the last 91 days added more opportunities than they removed.",
        ),
        Tile(
            label="Revenue performance",
            number=tiles.performance,
            micro=tiles.performance_parts,
            link=tiles.performance_link,
            link_text="Open the won deals",
            how="Amounts of won opportunities, beside the open pipeline, the win rate, and what is won of the fiscal quarter's quota where quotas are loaded.",
        ),
    ),
)

ENGAGEMENT = Table(
    id="engagement",
    title="Customer engagement",
    rows=data.engagement_rows,
    columns=(
        Column("account_name", "Customer", sub="place", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column("status", "Status", "badge", status=data.status_shape),
        Column("score", "Score", "number", hint="Open opportunities × 2 + assets × 0.5 − expired × 1.5."),
        Column(
            "opportunities",
            "Opportunities",
            "count",
            link=lambda row, ask: ask.rows_link("open_opportunities", f"account_id={row['account_id']}") if row["opportunities"] else None,
            hint="Open ones.",
        ),
        Column(
            "assets",
            "Products",
            "count",
            link=lambda row, ask: ask.rows_link("assets", f"account_id={row['account_id']}") if row["assets"] else None,
            hint="Installed.",
        ),
        Column(
            "expired",
            "Expired",
            "count",
            status=lambda row: "crit" if row["expired"] else None,
            link=lambda row, ask: ask.rows_link("expired_products", f"account_id={row['account_id']}") if row["expired"] else None,
            hint="Past end of life.",
        ),
        Column("at_risk", "At risk", "money", estimated="at_risk_estimated", hint="Value of the expired products."),
        Column("tier", "Tier", "badge", minor=True, hint="By annual value; see Accounts."),
        *NEXT_ACTION,
        Column("play", "What the status asks for", show=False),
        Column("expected_value", "Expected value", "money", estimated="estimated", show=False),
        Column("predicted_propensity", "Propensity", show=False),
        Column("territory_id", "Territory", show=False),
        Column("region", "Region", show=False),
    ),
    sort="-score",
    search=("account_name", "territory_id", "region"),
    how="Score = open opportunities × 2 + installed products × 0.5 − expired products × 1.5, of what is known: a dash is an account without "
    "assets, or without an end-of-life date on any of them, and adds nothing. Key account from 10 open opportunities, high value "
    "from 5 (settings), at risk with expired products, else needs engagement.",
    metrics=("open_opportunities", "assets", "expired_products"),
    foot="The export holds each customer's action plan: status, what it asks for, next action, due date and expected value.",
)

OVERVIEW = Tab(
    "overview",
    "Overview",
    (
        Chart(
            id="portfolio",
            title="Product portfolio value",
            span=7,
            sub=data.portfolio_sub,
            data=data.portfolio_rows,
            figure=data.portfolio_figure,
            height=320,
            how="Installed products by category: past end of life (red, hatched), ending within 180 days (amber, dotted), later or none announced "
            "(green). Value is the contract value, else the price book's replacement value (estimated). A bar opens its assets.",
            metrics=("portfolio_value", "assets"),
            columns=(
                Column("product_category", "Category"),
                Column("state", "Lifecycle"),
                Column("assets", "Assets", "count"),
                Column("value", "Value", "money", estimated="estimated"),
                Column("unpriced", "Without a price", "count"),
            ),
        ),
        Chart(
            id="lines",
            title="Hot product lines",
            span=5,
            sub=lambda ask: "share of installed products" if data.lines_of(ask) == "installed" else "share of open opportunities",
            data=data.line_rows,
            figure=data.line_figure,
            height=320,
            how="Open opportunities by product line, or installed products by category (choose under Product lines by). Beyond six, the smaller "
            "lines stand together as Other.",
            columns=(Column("line", "Product line"), Column("count", "Count", "count"), Column("share", "Share", "percent")),
        ),
        Chart(
            id="concentration",
            title="Top customers by open opportunities",
            span=12,
            sub=lambda ask: f"{len(ask(concentration))} customers with the most",
            data=data.concentration_rows,
            figure=data.concentration_figure,
            height=330,
            how="Open opportunities by account; the share is of all open opportunities, those without an account included.",
            metrics=("open_opportunities",),
            columns=(
                Column("account_name", "Customer"),
                Column("opportunities", "Open opportunities", "count"),
                Column("share", "Share", "percent"),
            ),
        ),
        ENGAGEMENT,
    ),
)

CUSTOMERS = Tab(
    "accounts",
    "Accounts",
    (
        Panel(
            id="compare",
            title="Customers side by side",
            template="panels/revenue_focus_compare.html",
            data=accounts.compared,
            sub="up to four",
            how="Contract value, recurring value and terms come from contract_value and support dates on assets; the pipeline from opportunities; "
            "propensity from the model card. What is not in the data says what to load.",
        ),
        Panel(
            id="tiers",
            title="Customers by annual value",
            template="panels/revenue_focus_tiers.html",
            data=accounts.tier_cards,
            how="Annual value = yearly contract values + a year of support on supported assets without one (the price book's share, estimated) + "
            "services projects started in the last 365 days (stated, else the size bucket, estimated) + deals won in the last 365 days without a "
            "project. Limits are settings.",
        ),
        Table(
            id="worth",
            title="Annual value by customer",
            how="Contract values a year, a year of support where no contract states it, won or running projects that started in the last year, and deals won in it; estimates are marked, and the limits of the tiers are settings.",
            rows=accounts.worth_rows,
            columns=(
                Column("account_name", "Customer", sub="region", link=lambda row, ask: ask.account_link(row["account_id"])),
                Column("tier", "Tier", "badge"),
                Column("value", "Annual value", "money", estimated="estimated"),
                Column("contracts", "Contracts", "money", minor=True, hint="Yearly contract values stated on assets."),
                Column(
                    "support",
                    "Support",
                    "money",
                    estimated="support_estimated",
                    minor=True,
                    hint="A year of support by the price book's share; estimated.",
                ),
                Column(
                    "projects",
                    "Projects",
                    "money",
                    estimated="projects_estimated",
                    minor=True,
                    hint="Started in the last 365 days, by stated value or size bucket.",
                ),
                Column(
                    "deals", "Won deals", "money", minor=True, hint="Closed in the last 365 days, without those that a project came from."
                ),
            ),
            sort="-value",
            search=("account_name",),
        ),
    ),
)

PAGE = Page(
    id="revenue_focus",
    title="Revenue Focus",
    section="Revenue",
    icon="coin",
    order=10,
    about="Where revenue stands at risk, which customers bring it, who grows, and what to do next.",
    lead=lambda ask: f"{ask.fmt.plural(ask(engagement).height, 'customer')}, from what is installed, what is open and what was won",
    filters=(
        Filter("category", "Product category", data.category_choices, icon="package"),
        Filter("tier", "Revenue range", data.tier_choices, icon="coin", many=True, everything="All"),
        Filter("status", "Status", tuple(Choice(name, name) for name in STATUSES), icon="flag", many=True),
        Filter("period", "Period", data.PERIODS, icon="calendar", default="24", hint="How far back the monthly trends reach."),
        Filter("measure", "Portfolio by", (Choice("value", "Value"), Choice("assets", "Assets")), icon="scale", default="value"),
        Filter(
            "lines",
            "Product lines by",
            (Choice("opportunities", "Opportunities"), Choice("installed", "Installed products")),
            icon="chart-donut",
            default="opportunities",
        ),
    ),
    blocks=(HEADLINE,),
    tabs=(OVERVIEW, CUSTOMERS, DEALS, TRENDS, STRATEGY),
    buttons=(
        Button("Executive summary", "report", lambda ask: ask.link("/executive-summary")),
        Button("Pipeline", "filter", lambda ask: ask.link("/pipeline")),
    ),
)
