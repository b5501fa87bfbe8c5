"""Forecast and What-if: sums by month, what ends when, deals by close, other assumptions. Known answers by hand, as of 2024-09-04."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.frames import AS_OF
from tests.workspace._deals import deal, view_of

from onelead.core.errors import UsageError
from onelead.core.settings import Settings
from onelead.workspace import contracts, forecasting, whatif
from onelead.workspace.whatif import Levers

if TYPE_CHECKING:
    from onelead.workspace import Workspace

ACTION = {
    "account_id": "1",
    "title": "t",
    "why": "w",
    "urgency": "High",
    "timeline": "now",
    "subject": "s",
    "estimated": True,
    "confidence": "High",
    "priority": 5,
    "evidence_count": 1,
    "evidence_keys": "[]",
    "account_rank": 1,
}


def action(rank: int, kind: str, due: date, value: float | None, chance: float) -> dict[str, object]:
    known = value is not None
    return {
        **ACTION,
        "action_id": f"a{rank}",
        "rank": rank,
        "type": kind,
        "due_date": due,
        "chance": chance,
        "value": value,
        "expected_value": value * chance if value is not None else None,
        "expected_value_low": value * chance / 2 if value is not None and known else None,
        "expected_value_high": value * chance * 2 if value is not None else None,
    }


ACTIONS = [
    action(1, "refresh", date(2024, 9, 10), 1000.0, 0.5),
    action(2, "upsell", date(2024, 9, 30), 200.0, 0.1),
    action(3, "refresh", date(2024, 11, 1), None, 0.5),
]


def test_expected_value_by_month_and_type() -> None:
    """September: 1,000 × 0.5 + 200 × 0.1 = 520, from 260 to 1,040. November: one of unknown value, which adds nothing and is not zero."""
    shown = view_of(actions=ACTIONS)
    rows = forecasting.expected_by_month(*shown).select("month", "actions", "expected", "low", "high", "at_stake", "unvalued").rows()
    assert rows == [(date(2024, 9, 1), 2, 520, 260, 1040, 1200, 0), (date(2024, 11, 1), 1, None, None, None, None, 1)]
    types = forecasting.expected_by_type(*shown).select("type", "actions", "expected").rows()
    assert types == [("refresh", 2, 500), ("upsell", 1, 20)]


def test_what_ends_by_month() -> None:
    """Support: an asset of 1,200 by the book ends this month: 0.15 × 1,200 = 180; a stated contract of 50 next month. Credits: (10 − 4) × 500; of a
    contract that delivered more than it sold nothing is left, and of one whose deliveries are unknown the value is.
    What ended yesterday, and a warranty of a hundred years, do not end; end of life counts apart.
    """
    life = date(2024, 10, 9)
    one = {"account_id": "1", "product_category": "WLAN HW", "support_start_date": date(2024, 1, 1)}
    assets = [
        {**one, "asset_id": "a", "support_end_date": date(2024, 9, 30), "end_of_life_date": life},
        {**one, "asset_id": "b", "support_end_date": date(2024, 10, 1), "contract_value": 50.0, "end_of_life_date": date(2099, 12, 31)},
        {**one, "asset_id": "c", "support_end_date": AS_OF - timedelta(days=1)},
        {**one, "asset_id": "d", "support_end_date": date(2124, 9, 30), "product_category": "Tape", "end_of_life_date": life},
    ]
    contracts_of_credits = [
        {"account_id": "1", "purchased_credits": 10.0, "delivered_credits": 4.0, "contract_end_date": date(2024, 9, 4)},
        {"account_id": "1", "purchased_credits": 1.0, "delivered_credits": 3.0, "contract_end_date": date(2024, 9, 4)},
        {"account_id": "1", "purchased_credits": 7.0, "contract_end_date": date(2024, 9, 4)},
    ]
    found = contracts.ending(*view_of(assets=assets, service_credits=contracts_of_credits), 12)
    rows = {
        (row["month"].month, row["kind"]): (row["count"], row["value"], row["estimated"], row["unpriced"])
        for row in found.iter_rows(named=True)
    }
    assert rows == {
        (9, "support"): (1, pytest.approx(180), True, 0),
        (10, "support"): (1, 50, False, 0),
        (9, "credits"): (3, 3000, True, 1),
        (10, "end of life"): (2, 1200, True, 1),
    }
    assert contracts.ending(*view_of(assets=assets), 1)["month"].unique().to_list() == [date(2024, 9, 1)]


OPEN = [
    deal("a", amount=100.0, close_date=date(2024, 9, 3)),
    deal("b", amount=200.0, close_date=date(2024, 9, 4)),
    deal("c", amount=None, close_date=date(2024, 9, 20)),
    deal("d", amount=50.0),
    deal("e", amount=10.0, close_date=date(2025, 1, 2)),
]
CLOSED = [deal(f"w{n}", is_won=True) for n in range(6)] + [deal(f"l{n}", is_won=False) for n in range(4)]


def test_deals_by_close_weighted_by_the_recorded_win_rate() -> None:
    """6 of 10 closed deals were won: 0.6. Overdue 100, September 200 (one deal without an amount), January 10, no date 50."""
    shown = view_of(opportunities=[*OPEN, *CLOSED])
    found = forecasting.deal_schedule(*shown)
    assert found["period"].to_list() == ["Overdue", "2024-09", "2025-01", "No date"]
    assert found["value"].to_list() == [100, 200, 10, 50]
    assert found["unvalued"].to_list() == [0, 1, 0, 0]
    assert found["weighted"].to_list() == pytest.approx([60, 120, 6, 30])
    assert (found["low"] < found["weighted"]).all()
    assert (found["weighted"] < found["high"]).all()


def test_too_few_closed_deals_weigh_nothing() -> None:
    shown = view_of(opportunities=[*OPEN, *CLOSED[:9]])
    assert forecasting.recorded_win_rate(*shown)["enough"] is False
    assert forecasting.deal_schedule(*shown)["weighted"].null_count() == 4
    only_won = view_of(opportunities=CLOSED[:6] * 2, settings=Settings.model_validate({"revenue": {"win_rate_from": 2}}))
    assert forecasting.recorded_win_rate(*only_won)["enough"] is False, "a rate of one is no rate"


def test_the_range_of_the_win_rate() -> None:
    """Beta(7, 5): its 10 % and 90 % quantiles are 0.40 and 0.76 (from tables of the incomplete beta function)."""
    found = forecasting.recorded_win_rate(*view_of(opportunities=CLOSED))
    assert (found["rate"], found["closed"]) == (0.6, 10)
    assert found["low"] == pytest.approx(0.401, abs=0.005)
    assert found["high"] == pytest.approx(0.759, abs=0.005)


def test_without_levers_what_if_is_what_is(loaded: Workspace) -> None:
    """The rules run again give what was published."""
    found = loaded.ask(whatif.what_if)
    assert found["total"] == found["usual"]
    assert found["months"].equals(loaded.ask(forecasting.expected_by_month))


def test_a_chance_moves_its_own_type_only(loaded: Workspace) -> None:
    """Critical renewals at 60 % instead of 50 %: their expected value is 1.2 times as large; nothing else moves, nothing is kept."""
    found = loaded.ask(whatif.what_if, Levers(chances=(("critical_renewal", 0.6),)))
    now, usual = ({row["type"]: row["expected"] for row in found[key].iter_rows(named=True)} for key in ("types", "usual_types"))
    assert now["critical_renewal"] == pytest.approx(1.2 * usual["critical_renewal"])
    assert {kind: value for kind, value in now.items() if kind != "critical_renewal"} == {
        kind: value for kind, value in usual.items() if kind != "critical_renewal"
    }
    assert loaded.ask(whatif.what_if)["total"] == found["usual"]


def test_prices_move_what_rests_on_them(loaded: Workspace) -> None:
    """Twice the price book: renewals of assets double, credits stay; twice the credit price: the other way round."""
    usual = {row["type"]: row["at_stake"] for row in loaded.ask(forecasting.expected_by_type).iter_rows(named=True)}
    book = {row["type"]: row["at_stake"] for row in loaded.ask(whatif.what_if, Levers(price_factor=2.0))["types"].iter_rows(named=True)}
    credit = {row["type"]: row["at_stake"] for row in loaded.ask(whatif.what_if, Levers(credit=1000.0))["types"].iter_rows(named=True)}
    assert book["critical_renewal"] == pytest.approx(2 * usual["critical_renewal"])
    assert book["service_expansion"] == usual["service_expansion"]
    assert credit["critical_renewal"] == usual["critical_renewal"]
    assert credit["service_expansion"] == pytest.approx(2 * usual["service_expansion"])


def test_a_dismissed_action_stays_out_of_a_what_if(loaded: Workspace) -> None:
    before = loaded.ask(whatif.what_if)["total"]
    first = loaded.actions().filter(pl.col("expected_value") > 0).row(0, named=True)
    loaded.dismiss(first["action_id"], "not now")
    after = loaded.ask(whatif.what_if)["total"]
    assert after["actions"] == before["actions"] - 1
    assert after["expected"] == pytest.approx(before["expected"] - first["expected_value"])


@pytest.mark.parametrize(
    "levers",
    [Levers(chances=(("refresh", 1.2),)), Levers(support_share=-0.1), Levers(price_factor=9.0), Levers(credit=-1.0)],
)
def test_assumptions_outside_their_range_are_refused(levers: Levers) -> None:
    with pytest.raises(UsageError):
        whatif.checked(levers)


def test_lever_defaults_are_the_settings(loaded: Workspace) -> None:
    found = loaded.ask(whatif.lever_defaults)
    assert (found["support_share"], found["credit"]) == (0.15, 500)
    chances = {entry["type"]: entry["chance"] for entry in found["chances"]}
    assert chances["critical_renewal"] == 0.5
    assert "map_credits" not in chances, "it has no chance"
