"""Slipping and stalled deals: who, worth, range, when, and what is left alone."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from tests.rules.world import account, day, deals, given, in_stage, prediction

from onelead.core.settings import ActionSettings, Settings
from onelead.rules import Prices, recommend, worth_under, worths


def found(kind: str, settings: Settings | None = None, **changed: Any) -> list[dict[str, Any]]:
    """Actions of a kind on the deals of the world, with some tables changed."""
    actions = recommend(given(accounts=[account("J")], settings=settings, **{**deals(), **changed}))
    return actions.filter(pl.col("type") == kind).to_dicts()


class TestSlipping:
    def test_what_is_expected_to_slip_is_at_stake(self) -> None:
        """50,000 × 0.6 = 30,000, from 25,000 to 40,000; × the assumed 0.3 that acting keeps the date = 9,000."""
        (action,) = found("slipping_deal")
        assert (action["value"], action["revenue_at_risk"], action["expected_value"], action["estimated"]) == (30_000, 30_000, 9_000, True)
        assert action["expected_value_low"] < 0.3 * 25_000 < 9_000 < 0.3 * 40_000 < action["expected_value_high"]
        assert (action["subject"], action["due_date"], action["confidence"]) == ("SLIPS", day(14), "High")
        assert "Core network over $50,000 is to close on 24 September 2024 (in 20 days)" in action["why"]
        assert action["why"].endswith("the chance that it is still open after that day is 60% (50% to 80%)")
        assert json.loads(action["evidence_keys"]) == ["SLIPS"]

    def test_an_earlier_close_date_comes_first_and_a_wide_range_is_less_sure(self) -> None:
        opened = [{**row, "close_date": day(3)} if row["opportunity_id"] == "SLIPS" else row for row in deals()["opportunities"]]
        said = [prediction("slip_chance", "SLIPS", 0.6, 0.3, 0.9)]
        (action,) = found("slipping_deal", opportunities=opened, predictions=said)
        assert (action["due_date"], action["confidence"]) == (day(3), "Medium")

    @pytest.mark.parametrize(
        "said",
        [
            prediction("slip_chance", "SLIPS", 0.49, 0.4, 0.6),
            prediction("slip_chance", "SLIPS", 0.9, None, None, "rates"),
            prediction("win_chance", "SLIPS", 0.9, 0.8, 0.95),
            prediction("slip_chance", "WON1", 0.9, 0.8, 0.95),
        ],
        ids=["unlikely", "a share of past deals", "another model", "a closed deal"],
    )
    def test_nothing_is_said_of(self, said: dict[str, Any]) -> None:
        assert found("slipping_deal", predictions=[said]) == []

    def test_thresholds_are_settings(self) -> None:
        for actions in (ActionSettings(slip_from=0.61), ActionSettings(slip_worth=30_001.0)):
            assert found("slipping_deal", Settings(actions=actions)) == []


class TestStalled:
    def test_a_deal_beyond_the_norm_with_nothing_going_on(self) -> None:
        """In Proposal for 41 days, 80 % of five won deals for at most 40. Worth 8,000 × 0.25, from 0.1 to 0.5."""
        (action,) = found("stalled_deal")
        assert (action["subject"], action["value"], action["due_date"]) == ("STANDS", 2_000, day(30))
        assert action["expected_value"] == 300
        assert action["why"] == (
            "Branch offices over $8,000 has been in Proposal for 41 days, 80% of 5 won deals for at most 40, and nothing has happened "
            "for 41 days; the chance to win it is 25%"
        )
        assert json.loads(action["risk_flags"])[0] == "Its stated close date has passed"

    def test_without_a_chance_the_amount_stands(self) -> None:
        (action,) = found("stalled_deal", predictions=[])
        assert (action["value"], action["confidence"]) == (8_000, "Medium")

    @pytest.mark.parametrize(
        "changed",
        [
            {"opportunity_history": [row for row in deals()["opportunity_history"] if row["opportunity_id"] != "WON4"]},
            {"activities": [{"activity_id": "1", "opportunity_id": "STANDS", "activity_date": day(-29)}]},
            {"opportunity_history": [*deals()["opportunity_history"], {**in_stage("STANDS", -20), "amount": 9_000.0}]},
            {"opportunity_history": [{**row, "stage": "Closing"} if row == in_stage("STANDS", -41) else row for row in deals()["opportunity_history"]]},
        ],
        ids=["no norm from four won deals", "an activity", "a change", "another stage"],
    )  # fmt: skip
    def test_nothing_is_said_with(self, changed: dict[str, Any]) -> None:
        assert found("stalled_deal", **changed) == []

    @pytest.mark.parametrize(("begun", "told"), [("added", True), ("there", False)], ids=["added by a load", "there at the first load"])
    def test_only_stays_whose_beginning_is_known_make_the_norm(self, begun: str, told: bool) -> None:
        """Five deals that loads saw in Proposal for ten days and then won: those of the first load had been there for nobody knows how long."""
        won = [{"account_id": "J", "opportunity_id": f"W{i}", "is_won": True, "stage": "Closed", "close_date": day(-190)} for i in range(5)]
        news: list[dict[str, Any]] = [{"as_of": day(-200 - (begun == "added")), "key": "GONE", "change": "removed"}]
        for deal in won:
            news += [{"as_of": day(-200), "key": deal["opportunity_id"], "change": "added"}] if begun == "added" else []
            for column, before, after in (("stage", "Proposal", "Closed"), ("is_won", None, "true")):
                moved = {"change": "changed", "column": column, "before": before, "after": after}
                news.append({"as_of": day(-190), "key": deal["opportunity_id"], **moved})
        still = [row for row in deals()["opportunities"] if row["opportunity_id"] == "STANDS"]
        rows = [{"table": "opportunities", **row} for row in news]
        actions = found("stalled_deal", opportunities=won + still, changes=rows, opportunity_history=[])
        assert [action["subject"] for action in actions] == (["STANDS"] if told else [])

    def test_an_old_activity_is_none(self) -> None:
        done = [{"activity_id": "1", "opportunity_id": "STANDS", "activity_date": day(-30)}]
        assert "nothing has happened for 30 days" in found("stalled_deal", activities=done)[0]["why"]


def test_a_deal_that_does_both_keeps_the_slipping_action() -> None:
    opened = [{**row, "close_date": day(20), "amount": 50_000.0} for row in deals()["opportunities"] if row["opportunity_id"] == "STANDS"]
    said = [prediction("slip_chance", "STANDS", 0.6, 0.5, 0.8)]
    won = [row for row in deals()["opportunities"] if row.get("is_won")]
    both = {"opportunities": won + opened, "predictions": said}
    assert found("stalled_deal", **both) == []
    (action,) = found("slipping_deal", **both)
    assert any(flag.startswith("Also: Branch offices") for flag in json.loads(action["risk_flags"]))


def test_worth_under_other_prices_is_what_the_rules_say() -> None:
    world = given(accounts=[account("J")], **deals())
    usual = world.context.settings
    columns = ["action_id", "value", "expected_value", "expected_value_low", "expected_value_high"]
    kinds = pl.col("type").is_in(["slipping_deal", "stalled_deal"])
    weighed = worth_under(worths(world), Prices(3.0, 0.5, 7.0), usual.actions, {}).filter(kinds)
    assert weighed.height == 2
    assert weighed.select(columns).sort("action_id").equals(recommend(world).filter(kinds).select(columns).sort("action_id"))
