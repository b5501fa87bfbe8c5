"""Predictive Analytics: what the model learned from and how good it is, what it looks at, and what it says of each account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Chart, Column, Filter, Page, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _models as models
from onelead.web.pages import _predicting as loads
from onelead.web.pages import _predictions as accounts
from onelead.web.pages._known_columns import POSTS
from onelead.web.pages._models import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask


def _lead(ask: Ask) -> str:
    if ask.one("tab") == "models":
        return "What the models learned from, how good they are beside naive guesses, what they look at, and what they say."
    words = {
        "outcomes": "Chances learned from observed outcomes and measured on dates and accounts that were held out.",
        "rules": "Classes learned from labels made by rules. Agreement with rules is not accuracy, so no percentage is shown.",
        "none": "The model abstains: too little to learn from. Accounts rank by the documented score meanwhile.",
    }
    return words[loads.source(ask)]


def _class_tile(name: str) -> Tile:
    return Tile(
        label=f"{name} propensity",
        number=accounts.class_number(name),
        link=lambda ask: loads.class_link(ask)(name),
        link_text="Show",
        how=f"Accounts of class {name}. High is from 50 %, Medium from 20 % (settings) where the model gives chances; else thirds of what ranks.",
    )


def _importance(block_id: str, span: int, height: int, when: Callable[[Ask], bool]) -> Chart:
    """What the model looks at: beside the calibration where there is one, else over the whole width."""
    return Chart(
        id=block_id,
        title="What the model looks at",
        span=span,
        sub=loads.weights_sub,
        data=loads.weights,
        figure=loads.weights_figure,
        columns=(
            Column("label", "Feature"),
            Column("feature", "Feature id", show=False),
            Column("mean", "Mean push", "number"),
            Column("raises", "Raises, accounts", "count"),
            Column("lowers", "Lowers, accounts", "count"),
            Column("missing", "Unknown for", "percent"),
        ),
        height=height,
        when=when,
        how="Mean size of each feature's contribution to the score over the accounts. It says what the score moves with, not what causes it.",
    )


PROPENSITY = Tab(
    "propensity",
    "Propensity of accounts",
    (
        Tiles(
            id="tiles",
            title="Predictions",
            tiles=(
                Tile(
                    label="Learned from",
                    number=accounts.learned,
                    micro=accounts.learned_reading,
                    how="Observed outcomes where there are enough; else labels made by rules; else the model abstains and says what it needs.",
                ),
                Tile(
                    label="AUC on held-out accounts",
                    number=accounts.quality,
                    how="How often an account that came ranks above one that did not, on dates and accounts that the model had not seen, with its "
                    "90 % range. The naive figure ranks by days since the last start alone.",
                ),
                *(_class_tile(name) for name in ("High", "Medium", "Low")),
            ),
        ),
        Panel(
            id="abstain",
            title="What the model needs",
            template="panels/predictive_analytics_needs.html",
            data=loads.card_view,
            when=lambda ask: not loads.by_outcomes(ask),
            how="A model learns from outcomes once enough accounts have them, below that from rules, and below that it abstains.",
        ),
        Chart(
            id="calibration",
            title="Calibration",
            span=5,
            sub=loads.calibration_sub,
            data=loads.calibrated,
            figure=loads.calibration_figure,
            columns=loads.CALIBRATION_COLUMNS,
            height=320,
            when=loads.by_outcomes,
            how=loads.CALIBRATION,
        ),
        _importance("importance", 7, 320, loads.by_outcomes),
        _importance("importance_rules", 12, 220, lambda ask: not loads.by_outcomes(ask)),
        Chart(
            id="spread",
            title="How predictions spread",
            span=6,
            data=loads.everyone,
            figure=loads.spread_figure,
            columns=(
                Column("account_name", "Account"),
                Column("class", "Class"),
                Column("opportunity_propensity_score", "Documented score", "number"),
            ),
            height=280,
            how="Accounts in steps of 5 points. Where no chance was learned, the documented score is drawn: it is no probability.",
        ),
        Chart(
            id="sureness",
            title="Confidence and propensity",
            span=6,
            sub=loads.sure_sub,
            data=loads.sure_rows,
            figure=loads.sure_figure,
            columns=(Column("account_name", "Account"), Column("class", "Class"), Column("sure", "Sureness")),
            height=280,
            how="How sure the class of each account is. Scores that rest on rules are words: strong, fair, weak.",
        ),
        Table(
            id="predictions",
            title="Predictions by account",
            rows=accounts.rows,
            columns=accounts.columns,
            size=25,
            search=("account_name", "account_id", "region", "why"),
            row_link=lambda row, ask: ask.account_link(row["account_id"]),
            foot="The best first. + raises the score, − lowers it.",
            how="The published scores of the snapshot. Exports hold the columns shown.",
        ),
        Panel(
            id="card",
            title="Model card",
            sub="propensity",
            template="panels/predictive_analytics_card.html",
            data=loads.card_view,
            how="What the model learned from, how it was split and measured, its figures beside naive guesses, and its limits; written when the "
            "snapshot was computed.",
        ),
    ),
)

PAGE = Page(
    id="predictive_analytics",
    title="Predictive Analytics",
    section="Measure",
    icon="brain",
    about="What the models learned from, how good they are beside naive guesses, what they look at, and what they say of accounts and deals.",
    order=20,
    lead=_lead,
    filters=(
        Filter("model", "Model", models.choices, icon="brain", everything="Win chance"),
        Filter("class", "Propensity", accounts.classes, icon="target", many=True),
        Filter("chance", "Chance from", kind="number", icon="ruler-2", everything="0%", hint="Percent; where the model gives chances"),
    ),
    tabs=(PROPENSITY, MODELS),
    posts=POSTS,
)
