"""Forecast and What-if: what today's data says about the coming months, and what other assumptions would give."""

from __future__ import annotations

from onelead.web._page import Choice, Filter, Page, Tile, Tiles
from onelead.web.pages import _forecast as data
from onelead.web.pages import _rollup as calls
from onelead.web.pages._forecast_actions import ACTIONS, RANGE
from onelead.web.pages._forecast_bookings import BOOKINGS
from onelead.web.pages._forecast_rollup import CALL, ROLLUP

TILES = Tiles(
    id="tiles",
    title="Headline numbers",
    tiles=(
        Tile(
            label="Expected from actions",
            number=data.total_expected,
            link=lambda ask: ask.link("/action-required"),
            link_text="Open the actions",
            how=f"Sum of chance × value over all waiting actions. {RANGE} Chances are assumptions until outcomes are recorded.",
        ),
        Tile(
            label="Ending soon",
            number=data.ending_soon,
            micro=data.ending_parts,
            status="warn",
            link=lambda ask: ask.here(tab="actions") + "#b-ending",
            link_text="See by month",
            how="A year of support on assets whose support ends, by contract value, else the support share of the price book; and the credits "
            "unused under contracts that end (purchased − delivered, never below zero), at the price of a credit.",
        ),
        Tile(
            label="Reaching end of life",
            number=data.wave_count,
            link=lambda ask: ask.rows_link("expiring_products_365"),
            link_text="Open the assets",
            how="Assets whose announced end of life lies in the coming twelve months, the current one included.",
        ),
        Tile(
            label="Open deals, weighted",
            number=data.weighted,
            link=lambda ask: ask.link("/pipeline"),
            link_text="Open the pipeline",
            how="Amounts of open deals × the recorded win rate of closed ones, with that rate's 80 % interval. One rate for all deals.",
        ),
    ),
)

PAGE = Page(
    id="forecast",
    title="Forecast and What-if",
    section="Revenue",
    icon="trending-up",
    order=30,
    about="What is due, what ends and what may close in the coming months, with ranges, and what other assumptions would give.",
    lead="What is due, what ends and what may close, from today's data and stated assumptions",
    filters=(
        Filter(
            "months",
            "Ahead",
            (Choice("6", "6 months"), Choice("12", "12 months"), Choice("24", "24 months"), Choice("60", "5 years")),
            icon="calendar",
            default="12",
        ),
        CALL,
    ),
    blocks=(TILES,),
    tabs=(ACTIONS, BOOKINGS, ROLLUP),
    posts={"say": calls.say, "unsay": calls.unsay},
)
