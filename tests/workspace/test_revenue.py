"""Revenue Focus: engagement, portfolio, what is at risk, growth, tiers, contracts, trends. Known answers by hand, as of 2024-09-04."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.frames import AS_OF, account
from tests.workspace._deals import asset, deal, view_of

from onelead.core.errors import UnknownNameError
from onelead.core.settings import Settings
from onelead.workspace import contracts, revenue, trends, worth

if TYPE_CHECKING:
    from onelead.workspace import Workspace

SCORED = [
    {"account_id": key, "predicted_propensity": "High", "opportunity_propensity_score": 0.5, "label_source": "none"}
    for key in ("1", "2", "3", "4")
]
FOUR = [account(key) for key in ("1", "2", "3", "4")]


def test_what_no_asset_says_is_unknown_and_not_zero() -> None:
    """1 has two assets without an end-of-life date: 2 × 0.5 = 1; 2 has no asset and one open deal: 2; 3 has one dated later: expired 0."""
    bare = {"product_name": "AP", "support_status": "Active"}
    assets = [
        {"asset_id": "x", "account_id": "1", **bare},
        {"asset_id": "y", "account_id": "1", **bare},
        {"asset_id": "z", "account_id": "3", "end_of_life_date": date(2026, 1, 1), **bare},
    ]
    shown = view_of(accounts=FOUR, scores=SCORED, opportunities=[deal("a", account_id="2")], assets=assets)
    found = {row["account_id"]: row for row in revenue.engagement(*shown).to_dicts()}
    assert {key: (row["assets"], row["expired"], row["score"]) for key, row in found.items()} == {
        "1": (2, None, 1.0),
        "2": (None, None, 2.0),
        "3": (1, 0, 0.5),
        "4": (None, None, 0.0),
    }
    assert revenue.at_risk(*shown)["expired"] == 0
    assert revenue.at_risk(*view_of(accounts=FOUR, assets=assets[:2]))["expired"] is None


def test_engagement_score_and_status() -> None:
    """1: 10 open, 2 assets, 1 expired: 20 + 1 − 1.5 = 19.5, a key account that holds expired products too. 2: 5 open: 10, high value.
    3: nothing open, 3 expired of 4: 2 − 4.5 = −2.5, at risk. 4: 1 open: 2, needs engagement.
    """
    opportunities = [deal(f"a{n}", account_id="1") for n in range(10)] + [deal(f"b{n}", account_id="2") for n in range(5)]
    opportunities += [deal("c", account_id="4"), deal("won", account_id="3", is_won=True), deal("a0", account_id="1", is_repeat=True)]
    assets = [asset("x", -1), asset("y", 900), *(asset(f"z{n}", -5, account_id="3") for n in range(3)), asset("z3", 5, account_id="3")]
    found = revenue.engagement(*view_of(accounts=FOUR, scores=SCORED, opportunities=opportunities, assets=assets))
    shown = {row["account_id"]: (row["score"], row["status"], row["at_risk_too"]) for row in found.iter_rows(named=True)}
    assert shown == {
        "1": (19.5, "Key account", True),
        "2": (10, "High value", False),
        "3": (-2.5, "At risk", False),
        "4": (2, "Needs engagement", False),
    }
    assert found["account_id"].to_list() == ["1", "2", "4", "3"], "the highest score first"
    assert found.filter(pl.col("account_id") == "3")["at_risk"].item() == 3600


def test_limits_of_statuses_are_settings() -> None:
    settings = Settings.model_validate({"revenue": {"key_account_from": 1}})
    found = revenue.engagement(*view_of(settings, accounts=FOUR, scores=SCORED, opportunities=[deal("c", account_id="4")]))
    assert found.filter(pl.col("account_id") == "4")["status"].item() == "Key account"


def test_portfolio_by_category_and_state() -> None:
    """WLAN at 1,200: two past, one within 180 days. A server at 15,000 without an announced end is current. Tape has no price."""
    assets = [
        asset("a", -1),
        asset("b", -700),
        asset("c", 180),
        asset("d", None, product_category="x86 Premium Servers"),
        asset("e", 400, product_category="Tape"),
    ]
    found = revenue.portfolio(*view_of(assets=assets))
    rows = {(row["product_category"], row["state"]): (row["assets"], row["value"], row["unpriced"]) for row in found.iter_rows(named=True)}
    assert rows == {
        ("x86 Premium Servers", "Current"): (1, 15000, 0),
        ("WLAN HW", "Past end of life"): (2, 2400, 0),
        ("WLAN HW", "Expiring"): (1, 1200, 0),
        ("Tape", "Current"): (1, None, 1),
    }
    assert found["product_category"].to_list()[0] == "x86 Premium Servers", "the most value first"
    assert revenue.portfolio(*view_of(assets=assets), "Tape").height == 1


def test_revenue_at_risk_names_its_key_products() -> None:
    """Expired: AP ×2 = 2,400, DL360 = 15,000, and a tape without a price: 17,400, the server first, in two territories."""
    assets = [
        asset("a", -1, product_name="AP", territory_id="56001"),
        asset("b", -1, product_name="AP", territory_id="56001"),
        asset("c", -1, product_name="DL360", product_category="x86 Premium Servers", territory_id="56002"),
        asset("d", -1, product_name="Tape", product_category="Tape", territory_id="56001"),
        asset("e", 1, product_name="New"),
    ]
    found = revenue.at_risk(*view_of(assets=assets))
    assert (found["value"], found["estimated"], found["expired"], found["unpriced"]) == (17400, True, 4, 1)
    assert found["products"][:2] == [("DL360", 1), ("AP", 2)]
    assert sorted(found["territories"]) == ["56001", "56002"]


def test_concentration_counts_shares_of_all_open_ones() -> None:
    rows = [deal("a"), deal("b"), deal("c", account_id="2"), deal("d", account_id=None)]
    found = revenue.concentration(*view_of(opportunities=rows))
    assert found.select("account_id", "opportunities", "share").rows() == [("1", 2, 0.5), ("2", 1, 0.25)]


def test_growth_from_creation_dates() -> None:
    """Account 1: one in the last 91 days, none before: grows. Account 2: one before, none after."""
    rows = [deal("a", created_date=AS_OF), deal("b", account_id="2", created_date=AS_OF - timedelta(days=120))]
    found = revenue.growth(*view_of(opportunities=rows))
    assert found["basis"] == "created"
    assert found["rows"].select("account_id", "before", "now", "change").rows() == [("1", 0, 1, 1)]


def test_growth_from_loads_where_nothing_is_dated() -> None:
    """Now 2 open at account 1, of which a load added one: 1 before, 2 now. Account 2 lost one."""
    news = [
        {"table": "opportunities", "key": "b", "load_id": "2", "as_of": AS_OF, "change": "added", "account_id": "1"},
        {"table": "opportunities", "key": "gone", "load_id": "2", "as_of": AS_OF, "change": "removed", "account_id": "2"},
    ]
    found = revenue.growth(*view_of(opportunities=[deal("a"), deal("b")], changes=news))
    assert found["basis"] == "loads"
    assert found["rows"].select("account_id", "before", "now").rows() == [("1", 1, 2)]


def test_growth_is_unknown_without_dates_and_loads() -> None:
    found = revenue.growth(*view_of(opportunities=[deal("a")]))
    assert (found["basis"], found["rows"]) == (None, None)


def test_likely_deals_are_counted_for_a_model_of_outcomes_only() -> None:
    rules = [{**row, "label_source": "rules", "prediction_confidence": 0.99} for row in SCORED[:2]]
    rows = [deal("a"), deal("b"), deal("c", account_id="2")]
    assert revenue.likely(*view_of(scores=rules, opportunities=rows))["count"] is None
    outcomes = [{**row, "label_source": "outcomes", "probability": chance} for row, chance in zip(SCORED, (0.81, 0.8), strict=False)]
    assert revenue.likely(*view_of(scores=outcomes, opportunities=rows))["count"] == 2


def test_month_over_month_fills_gaps_and_compares() -> None:
    won = {"is_won": True}
    rows = [
        deal("a", amount=100.0, close_date=date(2024, 3, 5), **won),
        deal("b", amount=50.0, close_date=date(2024, 5, 5), **won),
        deal("c", amount=75.0, close_date=date(2024, 6, 5), **won),
        deal("d", amount=9.0, close_date=date(2024, 12, 5), **won),
    ]
    found = trends.won_by_month(*view_of(opportunities=rows))
    assert found["value"].to_list() == [100, 0, 50, 75], "April has none; December lies after the as-of date"
    assert found["change"].to_list() == [None, -1, None, 0.5]
    assert trends.won_by_month(*view_of(opportunities=rows), date(2024, 5, 1))["rows"].to_list() == [1, 1]


def test_only_what_the_viewer_may_see() -> None:
    assets = [asset("a", -1), asset("b", -1, account_id="2")]
    rows = [deal("a"), deal("b", account_id="2")]
    shown = view_of(accounts_seen=["2"], scores=SCORED[:2], assets=assets, opportunities=rows)
    assert revenue.engagement(*shown)["account_id"].to_list() == ["2"]
    assert revenue.at_risk(*shown)["expired"] == 1
    assert worth.annual_values(*shown)["account_id"].to_list() == ["2"]
    assert contracts.ending(*shown).is_empty()
    with pytest.raises(UnknownNameError):
        worth.profiles(*shown, ("1",))


def test_the_documents_figures_on_the_sample(loaded: Workspace) -> None:
    """27 expired of 63; WLAN 37, storage 17, servers 7, C-Class 2. History needs a second date."""
    found = loaded.ask(revenue.at_risk)
    assert (found["expired"], found["estimated"]) == (27, True)
    lines = dict(loaded.ask(revenue.product_lines, "installed").select("line", "count").iter_rows())
    assert lines == {"WLAN HW": 37, "Server Storage & Inf": 17, "x86 Premium Servers": 7, "C-Class Units & Enclosures": 2}
    assert loaded.ask(revenue.engagement).height == 10
    assert loaded.ask(trends.history)["as_of"].n_unique() == 1
    assert loaded.ask(revenue.scoring).is_empty()


def test_history_takes_each_snapshot_as_of_its_own_date(loaded: Workspace) -> None:
    loaded.refresh(as_of=date(2019, 1, 1))
    loaded.refresh(as_of=date(2024, 9, 4))
    found = loaded.ask(trends.history, ("expired_products",))
    assert found["as_of"].to_list() == [date(2019, 1, 1), date(2024, 9, 4)]
    assert found["value"][0] < found["value"][1] == 27
    grouped = loaded.ask(trends.history, ("expired_products",), "product_category")
    assert grouped.filter(pl.col("as_of") == date(2024, 9, 4))["value"].sum() == 27
