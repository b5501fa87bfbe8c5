"""The further parts of Revenue Focus: opportunities placed, trends, strategy and KPIs."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Panel, Tab, Table
from onelead.web.pages import _revenue_accounts as accounts
from onelead.web.pages import _revenue_focus as data
from onelead.web.pages._revenue_contracts import ATTACHED, GROUPED
from onelead.web.pages._revenue_money import AGEING, PAYERS, QUOTAS

DEALS = Tab(
    "deals",
    "Opportunities",
    (
        Chart(
            id="matrix",
            title="Opportunity scoring matrix",
            sub=data.scoring_sub,
            data=data.scoring_rows,
            figure=data.scoring_figure,
            height=420,
            how="Each open deal by its amount (logarithmic) and by the chance of its account: a calibrated probability where a model learned from "
            "outcomes, else by its class, as a strip: where a mark stands inside a strip means nothing, it only keeps deals from hiding each other. Colour and shape say the time to close, size the account's tier.",
            columns=(
                Column("opportunity_name", "Opportunity"),
                Column("account_name", "Account"),
                Column("stage", "Stage"),
                Column("value", "Amount", "money"),
                Column("probability", "Chance", "percent"),
                Column("predicted_propensity", "Propensity"),
                Column("close_date", "Close date", "date"),
                Column("tier", "Tier"),
            ),
        ),
    ),
)

MONTHS = (
    Column("month", "Month", "date"),
    Column("value", "Value", "money"),
    Column("rows", "Count", "count"),
    Column("change", "On the month before", "percent"),
)
TRENDS = Tab(
    "trends",
    "Trends",
    (
        Chart(
            id="history",
            title="Revenue at risk and pipeline",
            span=6,
            sub="by as-of date of the snapshots",
            data=data.history_rows,
            figure=data.lines_figure,
            metrics=("revenue_at_risk", "open_pipeline_value"),
            how="Computed anew for each kept snapshot as of its own date, all under today's settings, so that a changed price does not look like a "
            "changed business.",
        ),
        Chart(
            id="history-category",
            title="Revenue at risk by category",
            span=6,
            sub="by as-of date of the snapshots",
            data=data.category_rows,
            figure=data.lines_figure,
            metrics=("revenue_at_risk",),
        ),
        Chart(
            id="won-months",
            title="Won by month",
            span=6,
            data=data.won_rows,
            figure=data.won_figure,
            how="Amounts of won opportunities by the month of their close; the change is on the month before.",
            columns=MONTHS,
        ),
        Chart(
            id="project-months",
            title="Services projects by month of start",
            span=6,
            sub=data.project_sub,
            data=data.project_rows,
            figure=data.project_figure,
            metrics=("project_value",),
            how="Value of won and running services projects by the month of their start: stated, else the middle of the size bucket (estimated).",
            columns=MONTHS,
        ),
    ),
)

STRATEGY = Tab(
    "strategy",
    "Strategy and KPIs",
    (
        AGEING,
        QUOTAS,
        PAYERS,
        Table(
            id="attach",
            title="Service attach by category",
            span=6,
            rows=data.attach_rows,
            columns=(
                Column(
                    "product_category",
                    "Category",
                    link=lambda row, ask: ask.rows_link("unsupported_products", f"product_category={row['product_category'] or ''}"),
                ),
                Column("coverage", "Supported", "percent", hint="Assets with active support, of all."),
                Column("uncovered", "Without", "count"),
                Column(
                    "potential", "A year of support", "money", estimated="estimated", hint="On what runs without, by the support share."
                ),
            ),
            sort="-uncovered",
            size=10,
            metrics=("support_coverage",),
            how="Assets without active support, and what a year of support on them would be at the share of the price book (settings; estimated).",
        ),
        Table(
            id="consolidation",
            title="Contracts to consolidate",
            span=6,
            rows=data.consolidation_rows,
            columns=(
                Column("account_name", "Customer", link=lambda row, ask: ask.account_link(row["account_id"])),
                Column("agreements", "Agreements", "count"),
                Column("assets", "Assets", "count"),
                Column("ends", "End dates", "count", hint="Different support ends among them."),
                Column("first_end", "First end", "date", minor=True),
                Column("yearly", "Yearly value", "money", minor=True),
            ),
            sort="-agreements",
            size=10,
            how="Accounts with two or more service agreements on their assets: candidates for one agreement with one end date.",
        ),
        GROUPED,
        ATTACHED,
        Table(
            id="pricing",
            title="Contract price against reference",
            span=6,
            rows=data.pricing_rows,
            columns=(
                Column("account_name", "Customer", link=lambda row, ask: ask.account_link(row["account_id"])),
                Column("stated", "Pays a year", "money"),
                Column("reference", "Reference", "money", hint="Support share × price book on the same assets: an assumption."),
                Column("ratio", "Of reference", "percent", status=lambda row: "warn" if row["low"] else None),
            ),
            size=10,
            how="Stated contract values against the support share of the price book on the same assets. Below 80 % is marked. Market prices are "
            "not in the data.",
        ),
        Panel(
            id="outside",
            title="Competition and market prices",
            span=6,
            template="panels/revenue_focus_missing.html",
            data=lambda _: {},
        ),
        Panel(
            id="kpis",
            title="Key performance indicators",
            template="panels/revenue_focus_kpis.html",
            data=accounts.kpis,
            how="The KPIs of the revenue document. A value links to its definition; a line without one says what to load.",
        ),
    ),
)
