"""Forecast and What-if: what today's data says about the coming months, and what other assumptions would give."""

from __future__ import annotations

from onelead.web._page import Choice, Filter, Page
from onelead.web.pages import _rollup as calls
from onelead.web.pages._forecast_actions import ACTIONS
from onelead.web.pages._forecast_bookings import BOOKINGS
from onelead.web.pages._forecast_rollup import CALL, ROLLUP
from onelead.web.pages._forecast_scenarios import SCENARIOS
from onelead.web.pages._forecast_series import REVENUE
from onelead.web.pages._scenario_acts import POSTS

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
    tabs=(ACTIONS, REVENUE, BOOKINGS, ROLLUP, SCENARIOS),
    posts={"say": calls.say, "unsay": calls.unsay, **POSTS},
)
