"""Churn risk and contract renewal: who, worth, range, when, and what is left alone."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from tests.rules.world import account, contract, day, ending, ends, given, leaves

from onelead.core.model_settings import ModelSettings
from onelead.core.settings import Settings
from onelead.rules import evidence_rows, recommend


def found(kind: str, settings: Settings | None = None, **changed: Any) -> dict[str, dict[str, Any]]:
    """Actions of a kind in the world of what ends, with some tables changed, by subject or account."""
    world = given(accounts=[account(name) for name in "PQRS"], settings=settings, **{**ending(), **changed})
    actions = recommend(world).filter(pl.col("type") == kind).to_dicts()
    for action in actions:
        assert evidence_rows(action, world.frames).height == action["evidence_count"]
    return {action["subject"] if kind == "contract_renewal" else action["account_id"]: action for action in actions}


class TestChurn:
    def test_what_is_expected_to_be_lost_is_its_worth_and_all_of_it_at_risk(self) -> None:
        """20,000 × 0.4 = 8,000, from 6,000 to 10,000; × the assumed 0.3 that the account stays because of it = 2,400."""
        action = found("churn_risk")["P"]
        assert (action["value"], action["revenue_at_risk"], action["expected_value"], action["estimated"]) == (8_000, 20_000, 2_400, True)
        assert action["expected_value_low"] < 0.3 * 6_000 < 2_400 < 0.3 * 10_000 < action["expected_value_high"]
        assert action["why"] == "The chance that it leaves within 180 days is 40% (30% to 50%), within 90 days 25%; $20,000 a year at stake"
        assert (action["due_date"], action["confidence"]) == (day(20), "High"), "the first contract ends before the 30 days"
        assert json.loads(action["evidence_keys"]) == ["P1", "P2"]
        assert json.loads(action["risk_flags"]) == ["The first of its contracts ends on 24 September 2024 (in 20 days)"]

    def test_who_only_buys_is_shown_its_purchases_of_a_year(self) -> None:
        action = found("churn_risk")["Q"]
        assert (action["evidence_table"], json.loads(action["evidence_keys"]), action["due_date"]) == (
            "transactions",
            ["T10", "T50"],
            day(30),
        )

    @pytest.mark.parametrize(
        "more",
        [
            {"label_source": "rates"},
            {"basis": "purchases", "label_source": "none"},
            {"probability": 0.19},
            {"value": 100.0},
            {"value": None},
        ],
        ids=["the share of all", "nothing learned", "unlikely", "nothing worth", "worth unknown"],
    )
    def test_nothing_is_said_of(self, more: dict[str, Any]) -> None:
        assert found("churn_risk", predictions=[leaves("P", days, 0.4, 20_000.0, **more) for days in (30, 90, 180)]) == {}

    def test_who_has_probably_stopped_to_buy_is_not_likely_to_leave(self) -> None:
        said = [leaves("Q", days, chance, 9_000.0, basis="purchases", label_source="rates") for days, chance in ((30, 0.6), (180, 0.8))]
        assert found("churn_risk", predictions=said) == {}

    def test_thresholds_are_settings(self) -> None:
        for models in (ModelSettings(churn_from=0.51), ModelSettings(churn_worth=8_001.0)):
            assert set(found("churn_risk", Settings(models=models))) <= {"Q"} - ({"Q"} if models.churn_from > 0.5 else set())


class TestRenewal:
    def test_a_contract_that_ends_soon_with_its_chance(self) -> None:
        """10,000 × 0.2 = 2,000, from 1,000 to 2,100; × the assumed 0.5."""
        action = found("contract_renewal")["R1"]
        assert (action["value"], action["revenue_at_risk"], action["expected_value"]) == (2_000, 10_000, 1_000)
        assert (action["account_id"], action["due_date"], action["confidence"]) == ("R", day(60), "High")
        assert action["why"] == (
            "Its term ends on 3 November 2024 (in 60 days); the chance that it is not renewed is 20% (10% to 21%), that it is 80%; it brings $10,000 a year"
        )

    def test_which_contracts(self) -> None:
        """P has a churn action; R3 renews itself; R4 ends later; R5 is cancelled. Of S1 no model says anything: worth unknown, Medium."""
        every = found("contract_renewal")
        assert set(every) == {"R1", "R2", "S1"}
        assert (every["S1"]["value"], every["S1"]["confidence"]) == (None, "Medium")
        assert set(found("contract_renewal", predictions=[ends("P1", 0.4)])) == {"P1", "R1", "S1"}

    def test_thresholds_are_settings(self) -> None:
        settings = Settings(models=ModelSettings(renewal_days=10, auto_renewal_from=0.01))
        assert set(found("contract_renewal", settings)) == {"S1"}
        assert set(found("contract_renewal", Settings(models=ModelSettings(auto_renewal_from=0.01)))) == {"R1", "R2", "R3", "S1"}

    def test_today_and_the_last_day_count(self) -> None:
        rows = [contract(f"S{left}", "S", left) for left in (-1, 0, 90, 91)]
        assert set(found("contract_renewal", contracts=rows, predictions=[])) == {"S0", "S90"}

    def test_a_signed_renewal_leaves_nothing_to_renew(self) -> None:
        """B follows A and is signed; the renewal of C was cancelled."""
        rows = [contract("A", "S", 30), contract("B", "S", 395, renewal_of="A"), contract("C", "S", 30)]
        rows.append(contract("D", "S", 395, renewal_of="C", cancelled_date=day(-1)))
        assert set(found("contract_renewal", contracts=rows, predictions=[])) == {"C"}
