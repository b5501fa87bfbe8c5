"""Business Metrics: the executive's page: the customer universe, what is at stake, how every metric moved, what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Button, Chart, Column, Filter, Page, Panel, Tile, Tiles
from onelead.web.pages import _board
from onelead.web.pages import _measures as loads
from onelead.workspace.consulting import types_of

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def _lead(ask: Ask) -> str:
    frame = loads.board(ask)
    known = frame.height - frame["value"].null_count()
    since = loads.since(ask)
    return f"{known} of {frame.height} metrics have data" + (f", compared with {ask.fmt.short_date(since)}" if since else "") + "."


PAGE = Page(
    id="business_metrics",
    title="Business Metrics",
    section="Measure",
    icon="report",
    about="What the business runs on: headline numbers with their change, trends, breakdowns, where risk concentrates, what is not known.",
    order=10,
    lead=_lead,
    buttons=(Button("Executive summary", "printer", lambda ask: ask.link("/executive-summary")),),
    filters=(
        Filter("metric", "Metric", loads.metrics, icon="chart-line", default=loads.DEFAULT, hint="Shown as trend and breakdown"),
        Filter("by", "Broken down by", loads.columns, icon="columns", everything="the usual"),
    ),
    blocks=(
        Tiles(
            id="universe",
            title="Customers and opportunities",
            tiles=(
                Tile(
                    label="Customer universe",
                    number=loads.universe,
                    link=lambda ask: ask.rows_link("accounts"),
                    how="Accounts after unification at the top level that the sources give, and the customer ids that the sources write.",
                ),
                Tile(
                    label="High-priority accounts",
                    number=loads.high,
                    micro=loads.high_reading,
                    link=lambda ask: ask.link("/predictive-analytics", **{"class": "High"}),
                    link_text="Show",
                    how="Accounts whose propensity class is High. The page Predictive Analytics says what the class rests on.",
                ),
                Tile(
                    label="Accounts with a renewal",
                    number=loads.renewals,
                    link=lambda ask: ask.link("/action-required", type=types_of("renewals")),
                    link_text="Show",
                    how="Accounts with a waiting action of a renewal type: products near or past their end of life, and contracts that end.",
                ),
                Tile(
                    label="Accounts with cross-sell",
                    number=loads.cross_sell,
                    link=lambda ask: ask.link("/action-required", type=types_of("cross_sell")),
                    link_text="Show",
                    how="Accounts with a waiting action of cross-sell, upsell, refresh or whitespace.",
                ),
                Tile(
                    label="Expected from actions",
                    number=loads.worth,
                    link=lambda ask: ask.link("/action-required"),
                    how="Sum of chance × value over the waiting actions that state a value; the range adds up their low and their high ends.",
                ),
            ),
        ),
        Tiles(
            id="headline",
            title="Headline metrics",
            tiles=tuple(
                Tile(metric=name, micro=loads.line_micro(name))
                for name in ("revenue_at_risk", "open_pipeline_value", "credit_utilization", "support_coverage", "project_success_rate")
            ),
        ),
        Chart(
            id="propensity",
            title="Propensity",
            span=4,
            data=loads.classes,
            figure=loads.classes_figure,
            columns=(Column("class", "Class"), Column("accounts", "Accounts", "count")),
            height=260,
            how="Accounts by propensity class. A click shows them.",
        ),
        Chart(
            id="kinds",
            title="Opportunity types",
            span=8,
            sub="accounts with waiting actions",
            data=loads.kinds,
            figure=loads.kinds_figure,
            columns=(
                Column("kind", "Kind", sub="about"),
                Column("accounts", "Accounts", "count"),
                Column("actions", "Actions", "count"),
                Column("expected_value", "Expected value", "money", estimated="estimated"),
            ),
            height=260,
            how="Accounts with at least one waiting action of a kind. An urgent renewal counts as urgent and as a renewal.",
        ),
        Chart(
            id="trend",
            title="Over snapshots",
            span=6,
            sub=loads.trend_sub,
            data=loads.trend,
            figure=loads.trend_figure,
            columns=(
                Column("as_of", "As of", "date"),
                Column("value", "Value", "number", estimated="estimated"),
                Column("snapshot", "Snapshot", "count"),
            ),
            height=280,
            empty="No snapshot knows this metric.",
            how="The value of the chosen metric as it was published with each snapshot, the newest of each as-of date, under the settings of "
            "then. A click shows the page on that snapshot. Under account filters the newest 6 are computed again over those accounts.",
        ),
        Chart(
            id="parts",
            lazy=True,
            title="Breakdown",
            span=6,
            sub=loads.parts_sub,
            data=loads.parts,
            figure=loads.parts_figure,
            columns=(Column("group", "Group"), Column("value", "Value", "number", estimated="estimated"), Column("rows", "Rows", "count")),
            height=280,
            empty="No row of this metric under these filters.",
            how="The chosen metric by the chosen column, the largest 14. A click shows the rows. Shares and means do not add up to the whole.",
        ),
        Chart(
            id="risk",
            lazy=True,
            title="Where revenue at risk concentrates",
            span=7,
            sub=loads.risk_sub,
            data=loads.risk,
            figure=loads.risk_figure,
            columns=(
                Column("account_name", "Account", link=lambda row, ask: ask.account_link(row["account_id"])),
                Column("value", "Revenue at risk", "money", estimated="estimated"),
                Column("share", "Share", "percent"),
                Column("running", "Running share", "percent"),
                Column("rows", "Products", "count"),
            ),
            height=300,
            metrics=("revenue_at_risk",),
            how="Revenue at risk by account, the largest first, with the share that the accounts up to there hold together.",
        ),
        Panel(
            id="needs",
            title="What needs data",
            span=5,
            template="panels/business_metrics_needs.html",
            data=_board.needs,
            table=_board.needs_rows,
            how="Numbers that a sales leader asks for and that the loaded files cannot give. They are not estimated and not shown as zero.",
        ),
        Panel(
            id="board",
            lazy=True,
            title="All metrics",
            template="panels/business_metrics_board.html",
            data=_board.areas,
            table=_board.board_rows,
            how="Every metric with its value, its change since the newest earlier snapshot that knew it, and its line over snapshots. Green is a "
            "change for the better by the metric's own direction, red one for the worse.",
        ),
    ),
)
