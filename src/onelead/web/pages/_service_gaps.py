"""Service Recommendations: the tab of gaps."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Tab, Table
from onelead.web.figures.practices import practice_figure
from onelead.web.pages import _service_data as data
from onelead.workspace.service_gaps import STATES, unused_by_practice

GAPS = Tab(
    "gaps",
    "Gap analysis",
    (
        Chart(
            id="practices",
            title="Practices by what accounts have of them",
            span=7,
            data=data.total_rows,
            figure=practice_figure,
            height=320,
            columns=(
                Column("practice", "Practice"),
                *(Column(state, state, kind="count") for state in STATES),
                Column("penetration", "Penetration", kind="percent"),
                Column("value", "Whitespace value", kind="money"),
            ),
            metrics=("practice_penetration",),
            how="Bought: a project that was not lost. Open opportunity: an open one whose product line goes with the practice. Whitespace: at least "
            "30 % of similar accounts bought it (a setting). Not indicated: fewer did. Unknown: fewer than three similar accounts (a setting).",
        ),
        Table(
            id="attach",
            title="Services on what is installed",
            span=5,
            rows=data.attach_rows,
            size=10,
            columns=(
                Column("product_category", "Product category", sub="practice", status=data.attach_status),
                Column("accounts", "Accounts", kind="count"),
                Column("attached", "With the practice", kind="count"),
                Column("share", "Attached", kind="percent"),
                Column("practice", "Practice", show=False),
            ),
            metrics=("attach_rate",),
            how="Accounts that run the category, and how many of them have a project of the practice that goes with it. Which goes with which is a "
            "table of the settings (practice_of), else the export's practice area, else the words of the practices table.",
        ),
        Table(
            id="accounts",
            title="Gaps by account",
            sub=data.gaps_sub,
            rows=data.gap_rows,
            size=10,
            search=("account_name", "best"),
            total=("whitespace", "whitespace_value", "bare", "unused"),
            columns=(
                Column("account_name", "Account", link=data.account_of),
                Column("bought", "Practices bought", kind="count"),
                Column("whitespace", "Whitespace", kind="bar"),
                Column("whitespace_value", "Typical value", kind="money", estimated="estimated"),
                Column("best", "Largest gap", minor=True),
                Column("best_share", "Similar accounts that bought it", kind="percent", minor=True),
                Column("assets", "Assets", kind="count", minor=True),
                Column("bare", "Without support", kind="count"),
                Column("unused", "Unused credits", kind="count"),
            ),
            foot="A dash is unknown: nothing of that kind reached the account.",
            how="One row an account. Typical value is the median project of each whitespace practice, an estimate.",
        ),
        Table(
            id="support",
            title="Support gaps",
            span=12,
            rows=data.support_rows,
            size=10,
            search=("account_name", "product_category"),
            columns=(
                Column("account_name", "Account", sub="product_category", link=data.account_of),
                Column("lowest", "Without support", kind="count"),
                Column("assets", "Of", kind="count", sub="beside"),
                Column("past", "Past end of life", kind="count", minor=True),
                Column("value", "A year of support", kind="money", estimated="estimated", minor=True),
                Column("product_category", "Product category", show=False),
            ),
            empty="Every product has active support.",
            metrics=("support_coverage", "unsupported_products"),
            how="Products whose support status means no active support (a table of the settings), beside those of the category that are covered. A year "
            "of support is the contract value, else a share of the replacement value (settings).",
        ),
        Table(
            id="credits",
            title="Unused credits and services that fit",
            span=12,
            rows=lambda ask: data.of_practice(ask(unused_by_practice), ask),
            size=10,
            search=("account_name", "practice"),
            total=("unused", "value"),
            columns=(
                Column("account_name", "Account", link=data.account_of),
                Column("practice", "Practice", sub="examples"),
                Column("unused", "Unused", kind="count"),
                Column("value", "Worth", kind="money", estimated="estimated"),
                Column("services", "Services", kind="count", minor=True, hint="Services of the catalogue in this practice."),
            ),
            foot="A dash as account: the credits reach none yet.",
            empty="No unused credits.",
            metrics=("unused_credits", "unused_credit_value"),
            how="Credits purchased and not delivered, and the first services of the catalogue in the practice they were bought for.",
        ),
    ),
)
