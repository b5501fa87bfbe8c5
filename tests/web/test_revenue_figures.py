"""Figures of the revenue pages: valid Plotly, colours by token only, marks that lead somewhere, and what they say."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import polars as pl
import pytest

from onelead.web._formats import Formats
from onelead.web.figures import common, deals, forecast, revenue, waterfall

if TYPE_CHECKING:
    from onelead.web._page import Figure

FMT = Formats("en", "USD", date(2024, 9, 4))
MONTHS = [date(2024, 9, 1), date(2024, 10, 1)]

PORTFOLIO = pl.DataFrame(
    {
        "product_category": ["Servers", "Servers", None],
        "state": ["Past end of life", "Current", "Unknown"],
        "assets": [2, 1, 3],
        "value": [30000.0, 15000.0, None],
        "estimated": [True, True, False],
        "unpriced": [0, 0, 3],
    }
)
TOP = pl.DataFrame({"account_id": ["1", "2"], "account_name": ["Alder Foods", "Birk"], "opportunities": [9, 3], "share": [0.75, 0.25]})
LINES = pl.DataFrame({"line": [*"abcdefg", None], "count": [8, 7, 6, 5, 4, 3, 2, 1], "share": [n / 36 for n in (8, 7, 6, 5, 4, 3, 2, 1)]})
DEALS = pl.DataFrame(
    {
        "opportunity_name": ["A", "B", None],
        "account_id": ["1", "2", None],
        "account_name": ["Alder", "Birk", None],
        "value": [1000.0, 250.0, 30.0],
        "probability": [None, None, None],
        "predicted_propensity": ["High", "Low", None],
        "days_to_close": [-3, 40, None],
        "tier": ["Strategic", None, None],
    },
    schema_overrides={"probability": pl.Float64},
)
STAGES = pl.DataFrame(
    {"stage": ["Qualify", None], "deals": [3, 1], "value": [500.0, None], "in_stage_days": [12.0, None]},
)
STEPS = pl.DataFrame({"step": ["new", "cut", "won", "lost"], "value": [50.0, -30.0, -20.0, 0.0], "deals": [1, 2, 1, 0]})
HISTORY = pl.DataFrame(
    {
        "as_of": [date(2024, 8, 1), date(2024, 9, 1)] * 2,
        "name": ["Risk", "Risk", "Pipeline", "Pipeline"],
        "value": [1.0, 2.0, None, 4.0],
        "estimated": [True] * 4,
    }
)
MONTHLY = pl.DataFrame({"month": MONTHS, "value": [10.0, 15.0], "rows": [1, 2], "change": [None, 0.5]})
EXPECTED = pl.DataFrame(
    {"month": MONTHS, "expected": [10.0, None], "low": [5.0, None], "high": [20.0, None], "actions": [1, 2], "estimated": [True, False]}
)
ENDING = pl.DataFrame(
    {"month": MONTHS, "kind": ["support", "credits"], "count": [1, 2], "value": [5.0, 7.0], "estimated": [True, False], "unpriced": [0, 0]}
)
SCHEDULE = pl.DataFrame(
    {
        "month": [None, MONTHS[0]],
        "period": ["Overdue", "2024-09"],
        "deals": [1, 2],
        "value": [10.0, 20.0],
        "unvalued": [0, 0],
        "weighted": [6.0, 12.0],
        "low": [4.0, 8.0],
        "high": [8.0, 16.0],
    }
)


def at(*parts: object) -> str:
    return "/at/" + "/".join(map(str, parts))


FIGURES: dict[str, Figure] = {
    "portfolio": revenue.portfolio(PORTFOLIO, FMT, at),
    "portfolio by assets": revenue.portfolio(PORTFOLIO, FMT, at, "assets"),
    "concentration": revenue.concentration(TOP, FMT, at),
    "donut": revenue.donut(LINES, FMT, at, "open"),
    "lines": revenue.lines(HISTORY, FMT),
    "monthly": revenue.monthly(MONTHLY, FMT, "deal", estimated=True),
    "matrix": deals.matrix(DEALS, FMT, at),
    "stages": deals.stages(STAGES, FMT, at, valued=True),
    "stages by count": deals.stages(STAGES, FMT, at, valued=False),
    "waterfall": waterfall.waterfall(1000.0, 1000.0, STEPS, ("1 Aug", "1 Sep"), FMT, at),
    "expected": forecast.expected(EXPECTED, FMT, at),
    "expected beside the settings": forecast.expected(EXPECTED, FMT, at, EXPECTED),
    "ending": forecast.ending(ENDING, FMT),
    "wave": forecast.ending(ENDING, FMT, "count"),
    "schedule": forecast.schedule(SCHEDULE, FMT, at),
}


def plain(value: Any) -> Any:
    """As the browser resolves it: tokens become colours."""
    if isinstance(value, str):
        return "#123456" if value.startswith("token:") else value
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return {name: plain(entry) for name, entry in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", FIGURES)
def test_it_is_valid_plotly(name: str) -> None:
    go.Figure(plain(FIGURES[name]))


@pytest.mark.parametrize("name", FIGURES)
def test_it_goes_to_the_browser_and_names_no_colour(name: str) -> None:
    text = json.dumps(FIGURES[name], allow_nan=False)
    assert not re.search(r'"(#[0-9a-fA-F]{3,8}|rgba?\()', text)
    assert set(re.findall(r"token:(--[a-z0-9-]+)", text)) <= {
        f"--ol-{name}"
        for name in (
            "s1",
            "s2",
            "s3",
            "s4",
            "s5",
            "s6",
            "crit",
            "warn",
            "good",
            "unknown",
            "brand",
            "accent",
            "text",
            "text-2",
            "text-3",
            "surface",
            "line-strong",
        )
    }


def test_states_differ_by_texture_and_lead_to_their_assets() -> None:
    traces = FIGURES["portfolio"]["data"]
    assert [trace["marker"]["pattern"]["shape"] for trace in traces] == ["/", "", "x"]
    assert traces[0]["customdata"] == ["/at/Servers/Past end of life"]
    assert [note["text"] for note in FIGURES["portfolio"]["layout"]["annotations"]] == [
        "<b>$45K</b><br>3 assets",
        "<b>no price</b><br>3 assets",
    ]


def test_the_first_customer_is_in_the_brands_green() -> None:
    bar = FIGURES["concentration"]["data"][0]
    assert bar["marker"]["color"] == ["token:--ol-brand", "token:--ol-accent"]
    assert bar["text"] == ["<b>9</b>  75%", "<b>3</b>  25%"]


def test_a_ring_has_six_slices_at_most() -> None:
    ring = FIGURES["donut"]["data"][0]
    assert ring["labels"] == [*"abcde", "Other (3)"]
    assert sum(ring["values"]) == 36
    assert ring["customdata"][-1] == "/at/None", "all of them"


def test_many_categories_stand_together() -> None:
    many = pl.concat([PORTFOLIO.head(1).with_columns(product_category=pl.lit(f"c{n:02}")) for n in range(14)])
    shown = revenue.folded(many)
    assert shown["product_category"].n_unique() == revenue.MOST_BARS
    assert shown["value"].sum() == many["value"].sum()
    assert revenue.portfolio(many, FMT, at)["data"][0]["customdata"][-1] == "", "what stands together leads nowhere"


def test_no_chance_is_drawn_where_none_was_learned() -> None:
    axis = FIGURES["matrix"]["layout"]["yaxis"]
    assert axis["ticktext"] == ["Low", "Medium", "High"]
    learned = deals.matrix(DEALS.with_columns(probability=pl.Series([0.9, 0.2, None])), FMT, at)
    assert learned["layout"]["yaxis"]["tickformat"] == ".0%"


def test_the_waterfall_starts_and_ends_where_it_says() -> None:
    bars = FIGURES["waterfall"]["data"][0]
    assert bars["x"] == ["1 Aug", "New", "Cut", "Won", "1 Sep"], "a step without deals is left out"
    tops = [base + height for base, height in zip(bars["base"], bars["y"], strict=True)]
    assert tops == [1000, 1050, 1050, 1020, 1000]
    assert bars["marker"]["pattern"]["shape"] == ["", "", "/", "", ""], "what was lost is hatched, what was won is not"


@pytest.mark.parametrize(
    ("start", "end", "changes", "first"),
    [(100, 100, [], 0), (100, 150, [50], 0), (8130, 8520, [1040, -650], 7000), (1000, 0, [-1000], 0), (9.38e6, 8e6, [3e5, -1.7e6], 6e6)],
)
def test_the_axis_begins_at_zero_unless_steps_would_be_slivers(start: float, end: float, changes: list[float], first: float) -> None:
    assert waterfall.axis_from(start, end, changes) == first


def test_an_axis_of_money_has_the_sign_where_the_locale_puts_it() -> None:
    assert common.money_axis(FMT)["tickprefix"] == "$"
    german = common.money_axis(Formats("de_DE", "EUR"))
    assert (german["tickprefix"], german["ticksuffix"]) == ("", "\xa0€")


def test_estimates_say_so_in_the_hover() -> None:
    assert "est." in FIGURES["monthly"]["data"][0]["hovertext"][0]
    assert "est." in FIGURES["expected"]["data"][0]["hovertext"][0]
    assert "est." in FIGURES["lines"]["data"][0]["hovertext"][0]


def test_the_axis_follows_the_unit() -> None:
    money, counts = (FIGURES[name]["layout"]["yaxis"] for name in ("ending", "wave"))
    assert (money["tickprefix"], money["tickformat"]) == ("$", "~s")
    assert (counts["tickprefix"], counts["tickformat"]) == ("", ",d")
