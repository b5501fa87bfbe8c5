"""Pipeline: which accounts are likeliest, what is open, what changed since the last snapshot, which deals are at risk, who carries them."""

from __future__ import annotations

from onelead.web._page import Button, Chart, Column, Filter, Page, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _pipeline as data
from onelead.web.pages import _pipeline_risk as risk
from onelead.web.pages import _pipeline_tiles as tiles
from onelead.web.pages._next_action import NEXT_ACTION
from onelead.web.pages._pipeline_changes import CHANGES
from onelead.web.pages._pipeline_coaching import COACHING
from onelead.web.pages._pipeline_deals import OPEN_DEALS
from onelead.web.pages._pipeline_health import HEALTH
from onelead.web.pages._pipeline_risk import JUDGED, RISK

DEAL_TILES = Tiles(
    id="deal-tiles",
    title="Headline numbers",
    when=data.has_deals,
    of_deals=True,
    tiles=(
        Tile(metric="open_pipeline_value", of=tiles.open_count, micro=tiles.pipeline_micro),
        Tile(
            label="Weighted",
            number=tiles.weighted,
            micro=tiles.weighted_left,
            link=lambda ask: ask.here(tab="deals") + "#b-open-deals",
            link_text="Show the deals",
            how="Sum of amount × win chance over the open deals; the range adds up the ends of their 80 % intervals, so that it is wider than that of "
            "the sum. Where no model gives chances: the open pipeline × the recorded win rate, from 10 closed deals on (a setting).",
        ),
        Tile(metric="pipeline_coverage", of="of what is left of this quarter's quota"),
        Tile(metric="win_rate", of=tiles.closed_count),
        Tile(metric="sales_cycle_days", of="mean, won", micro=tiles.speed),
    ),
)
ACCOUNT_TILES = Tiles(
    id="account-tiles",
    title="Headline numbers",
    when=data.no_deals,
    tiles=(
        Tile(metric="open_opportunities"),
        Tile(
            label="High propensity",
            number=tiles.classes,
            micro=tiles.class_shares,
            link=lambda ask: ask.here(propensity="High"),
            link_text="Show them",
            how="Accounts of the class High. What the classes rest on (outcomes, rules, or the documented score) stands under the table.",
        ),
        Tile(
            label="Expected value",
            number=tiles.waiting,
            link=lambda ask: ask.link("/action-required"),
            link_text="Open the actions",
            how="Sum of chance × value over the waiting actions of these accounts. Chances are assumptions until outcomes are recorded.",
        ),
    ),
)

ACCOUNTS = Tab(
    "accounts",
    "Accounts by propensity",
    (
        Panel(
            id="source",
            title="What the classes rest on",
            template="panels/pipeline_source.html",
            data=data.source_words,
            bare=True,
        ),
        Table(
            id="propensity",
            title="Accounts by propensity",
            sub=data.account_sub,
            rows=data.account_rows,
            columns=(
                Column("rank", "Rank", "count", minor=True),
                Column("account_name", "Account", sub="place", link=lambda row, ask: ask.account_link(row["account_id"])),
                Column("predicted_propensity", "Propensity", "badge", status=data.level_shape),
                Column(
                    "sure",
                    "Confidence",
                    "html",
                    sortable=False,
                    hint="Filled with a share: a calibrated model. Hollow with a word: a rule.",
                ),
                Column("opportunity_propensity_score", "Documented score", "number", minor=True, hint="0 to 1, weighted as documented."),
                Column(
                    "opportunities",
                    "Open",
                    "count",
                    link=lambda row, ask: (
                        ask.rows_link("open_opportunities", f"account_id={row['account_id']}") if row["opportunities"] else None
                    ),
                    hint="Open opportunities.",
                ),
                Column("open_value", "Open value", "money", minor=True),
                *NEXT_ACTION,
                Column("expected_value", "Expected value", "money", estimated="estimated", hint="Of the account's waiting actions."),
                Column("account_id", "customer_id", show=False),
                Column("prediction_confidence", "prediction_confidence", "number", show=False),
                Column("composite_score", "composite_score", "number", show=False),
                Column("label_source", "label_source", show=False),
            ),
            search=("account_name", "territory_id", "region"),
            how="Accounts whose class is at least as sure as the filter asks for (0.6 unless changed), ranked by composite score, else by the "
            "documented score. The export holds the confidences beside label_source.",
            foot="10 to 200 rows a page; the export holds all of them.",
        ),
        Panel(
            id="needs",
            title="Deals",
            sub="stages, what changed, deals at risk, leaderboard",
            template="panels/pipeline_needs.html",
            data=data.needs,
            when=data.no_deals,
        ),
    ),
)

DEALS = Tab(
    "deals",
    "Deals",
    (
        Chart(
            id="stages",
            title="By stage",
            sub=data.stage_sub,
            data=data.stage_rows,
            figure=data.stage_figure,
            height=310,
            how="Open deals by the stage they are in, in the order of the settings. Time in stage is known where the list says when it began, "
            "or the history or a load does.",
            metrics=("open_pipeline_value", "open_opportunities"),
            columns=(
                Column("stage", "Stage"),
                Column("deals", "Deals", "count"),
                Column("value", "Value", "money"),
                Column("age_days", "Age, median", "days"),
                Column("in_stage_days", "In stage, median", "days"),
                Column("moved", "Of deals", "count"),
                Column("overdue", "Overdue", "count"),
            ),
        ),
        OPEN_DEALS,
        RISK,
        JUDGED,
        Table(
            id="owners",
            title="Leaderboard",
            rows=data.owner_rows,
            columns=(
                Column("owner_name", "Owner", link=lambda row, ask: ask.here(owner=row["owner_name"])),
                Column("won_value", "Won", "money"),
                Column("won", "Deals won", "count"),
                Column("win_rate", "Win rate", "percent"),
                Column("closed", "Of closed", "count", minor=True),
                Column("average_won", "Average won", "money", minor=True),
                Column("open_value", "Open", "money"),
                Column("open", "Deals open", "count", minor=True),
                Column("overdue", "Overdue", "count", status=lambda row: "warn" if row["overdue"] else None),
            ),
            sort="-won_value",
            size=10,
            total=("won_value", "won", "open_value", "open", "overdue"),
            how="Owners as the opportunities name them; amounts in the workspace's currency.",
        ),
    ),
    when=data.has_deals,
)

PAGE = Page(
    id="pipeline",
    title="Pipeline",
    section="Revenue",
    icon="filter",
    order=20,
    about="Which accounts are likeliest, what is open by stage, what changed since the last snapshot, and which deals are at risk.",
    lead=lambda ask: (
        f"{ask.fmt.plural(data.needs(ask)['open'], 'open opportunity', 'open opportunities')}"
        + ("" if data.has_deals(ask) else ", by account: they state no amount, stage or date")
    ),
    filters=(
        Filter(
            "confidence",
            "Confidence",
            data.confidence_choices,
            icon="target",
            default="0.6",
            hint="Words where labels were made by rules, shares where a model learned from outcomes.",
        ),
        Filter("propensity", "Propensity", data.level_choices, icon="trending-up", many=True),
        Filter("risk", "At risk", risk.choices, icon="alert-triangle", many=True, everything="All"),
    ),
    blocks=(DEAL_TILES, ACCOUNT_TILES),
    tabs=(DEALS, CHANGES, HEALTH, COACHING, ACCOUNTS),
    buttons=(Button("Export accounts", "download", lambda ask: ask.export("propensity", "csv")),),
)
