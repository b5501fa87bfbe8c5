"""Deals at moments, leaks and the win chance."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from tests.models.deal_world import AS_OF, at, deal_input, stored, world

from onelead.models import InUse
from onelead.models.bookings.record import booked, read_record
from onelead.models.deals.leaks import find_leaks
from onelead.models.deals.moments import feature_names, moments
from onelead.models.deals.states import read_deals
from onelead.models.deals.training import HELD, PART, Split, naive_rates, with_parts
from onelead.models.win_chance import fit_win_chance, load_win_chance

if TYPE_CHECKING:
    from datetime import datetime

    from onelead.models import ModelOutput


def one_deal() -> dict[str, pl.DataFrame]:
    """Created on 1 January with 100, pushed and cut to 80 on 1 February, in Proposal from 1 March, won on 1 May. Two activities, one contact.

    Its owner lost one deal and won three in 2023, all of other accounts; its account won one on 1 April 2024.
    """

    def state(deal: str, day: datetime, **rest: Any) -> dict[str, Any]:
        return {"opportunity_id": deal, "changed_at": day, "owner_id": "R1", "owner_name": "Ann", **rest}

    history = [
        state("D", at(date(2024, 1, 1)), stage="Discovery", amount=100.0, close_date=date(2024, 4, 1)),
        state("D", at(date(2024, 2, 1)), amount=80.0, close_date=date(2024, 5, 15)),
        state("D", at(date(2024, 3, 1)), stage="Proposal"),
        state("D", at(date(2024, 5, 1)), stage="Closed", is_won=True, close_date=date(2024, 5, 1)),
        *(state(f"P{place}", at(date(2023, 5, 1 + place)), is_won=place > 0) for place in range(4)),
        {**state("S", at(date(2024, 4, 1)), is_won=True), "owner_id": "R2", "owner_name": "Bob"},
    ]
    listed = [
        {"opportunity_id": "D", "account_id": "A", "created_date": date(2024, 1, 1), "is_won": True, "close_date": date(2024, 5, 1)},
        *({"opportunity_id": f"P{place}", "account_id": f"B{place}", "is_won": place > 0} for place in range(4)),
        {"opportunity_id": "S", "account_id": "A", "is_won": True},
    ]
    calls = [(date(2024, 1, 10), "C1", 0.5), (date(2024, 3, 10), "C1", None), (date(2024, 4, 20), "C2", -1.0)]
    done = [
        {"activity_id": str(place), "opportunity_id": "D", "activity_date": day, "contact_id": contact, "sentiment": mood}
        for place, (day, contact, mood) in enumerate(calls)
    ]
    tables = {"opportunities": [{"is_repeat": False, **row} for row in listed], "opportunity_history": history, "activities": done}
    return {name: stored(name, rows) for name, rows in tables.items()}


def test_a_moment_holds_what_was_known_on_its_day() -> None:
    data = deal_input(one_deal())
    row = moments(data, read_deals(data), [date(2024, 3, 15)]).row(0, named=True)
    wanted = {
        "opportunity_id": "D",
        "stage": "Proposal",
        "amount": 80.0,
        "amount_to_first": 0.8,
        "pushes": 1,
        "amount_cuts": 1,
        "owner_changes": 0,
        "age_days": 74,
        "stage_days": 14,
        "days_since_change": 14,
        "days_to_close": 61,
        "activities": 2,
        "recent_activities": 1,
        "contacts": 1,
        "mood": 0.5,
        "days_since_activity": 5,
        "owner_closed": 4,
        "owner_win_rate": 0.75,
        "account_closed": 0,
        "account_win_rate": None,
    }
    assert {name: row[name] for name in wanted} == wanted


def test_only_deals_open_at_the_end_of_the_day_are_moments() -> None:
    data = deal_input(one_deal())
    deals = read_deals(data)
    assert moments(data, deals, [date(2023, 12, 31), date(2024, 1, 1), date(2024, 4, 30), date(2024, 5, 1)])["day"].to_list() == [
        date(2024, 1, 1),
        date(2024, 4, 30),
    ]


def test_identifiers_are_no_features() -> None:
    data = deal_input(one_deal())
    names = feature_names(moments(data, read_deals(data), [date(2024, 3, 15)]), [])
    assert not {"opportunity_id", "account_id", "owner_id", "customer_id"} & set(names)


def test_the_segment_of_the_account_is_no_feature() -> None:
    """Whoever won something is called a customer afterwards: it would tell the outcome."""
    data = deal_input({**one_deal(), "accounts": stored("accounts", [{"account_id": "A", "segment": "Customer", "industry": "Retail"}])})
    names = feature_names(moments(data, read_deals(data), [date(2024, 3, 15)]), [])
    assert "industry" in names
    assert "segment" not in names


def test_an_open_deal_without_history_is_known_today_only() -> None:
    tables = one_deal()
    fresh = stored("opportunities", [{"opportunity_id": "N", "account_id": "A", "stage": "Proposal", "amount": 5.0, "is_repeat": False}])
    data = deal_input({**tables, "opportunities": pl.concat([tables["opportunities"], fresh])})
    deals = read_deals(data)
    assert moments(data, deals, [AS_OF])["opportunity_id"].to_list() == ["N"]
    assert "N" not in moments(data, deals, [AS_OF - timedelta(days=1)])["opportunity_id"]


def loaded_twice() -> dict[str, pl.DataFrame]:
    """Uploads of 1 June and 1 August 2024, no history: one won in 2020, one added as won, one that stands still and one that moved on."""
    first, second = date(2024, 6, 1), date(2024, 8, 1)
    still = {"created_date": date(2024, 3, 1), "close_date": date(2024, 12, 1)}
    listed: list[dict[str, Any]] = [
        {"opportunity_id": "OLD", "created_date": date(2020, 1, 1), "is_won": True, "close_date": date(2020, 5, 1)},
        {"opportunity_id": "ADDED", "created_date": date(2024, 7, 10), "is_won": True, "close_date": date(2024, 7, 20)},
        {"opportunity_id": "STILL", **still, "stage": "Proposal"},
        {"opportunity_id": "MOVED", **still, "stage": "Negotiation"},
    ]
    moved = {"key": "MOVED", "change": "changed", "column": "stage", "before": "Proposal", "after": "Negotiation"}
    news = [
        {"as_of": first, "key": "GONE", "change": "removed"},
        {"as_of": second, **moved},
        {"as_of": second, "key": "ADDED", "change": "added"},
    ]
    calls = [{"activity_id": str(i), "opportunity_id": "STILL", "activity_date": first, "is_repeat": i > 0} for i in range(3)]
    return {
        "opportunities": stored("opportunities", [{"account_id": "A", "amount": 100.0, "is_repeat": False, **row} for row in listed]),
        "changes": stored("changes", [{"table": "opportunities", **row} for row in news]),
        "activities": stored("activities", calls),
    }


def test_what_was_over_when_it_was_first_loaded_ended_on_its_close_date() -> None:
    data = deal_input(loaded_twice())
    assert read_deals(data).ends.select("opportunity_id", "closed").rows() == [("ADDED", date(2024, 7, 20)), ("OLD", date(2020, 5, 1))]
    assert booked(read_record(data), date(2024, 1, 1), AS_OF) == 100.0, "what was won in 2020 is no booking of the first load"


def test_a_deal_that_stood_still_since_the_first_load_is_not_changed_today() -> None:
    data = deal_input(loaded_twice())
    still = moments(data, read_deals(data), [AS_OF]).filter(pl.col("opportunity_id") == "STILL").row(0, named=True)
    assert still["days_since_change"] == (AS_OF - date(2024, 6, 1)).days
    assert still["activities"] == 1, "rows that are repeats do not count"


def test_what_later_loads_changed_is_not_known_between_them() -> None:
    data = deal_input(loaded_twice(), as_of=date(2024, 7, 1))
    rows = moments(data, read_deals(data), [date(2024, 7, 1)]).select("opportunity_id", "stage").rows()
    assert sorted(rows) == [("MOVED", "Proposal"), ("STILL", "Proposal")]


def test_columns_written_at_or_after_closing_are_found_and_others_are_not() -> None:
    leaks = find_leaks(read_deals(deal_input(world())))
    assert [leak.column for leak in leaks] == ["hours"]


def test_accounts_held_out_teach_no_model() -> None:
    data = deal_input(world(200))
    rows = moments(data, read_deals(data), [AS_OF - timedelta(days=days) for days in (400, 300, 200)])
    split = Split(with_parts(rows.with_columns(target=pl.lit(1.0))))
    for measured in (True, False):
        learned, calibrating = split.learning(measured=measured)
        assert not learned[PART].is_in(HELD).any()
        assert not set(learned.filter(calibrating)["group"]) & set(learned.filter(~calibrating)["group"])
    assert split.held["day"].unique().to_list() == [AS_OF - timedelta(days=200)]
    assert split.learning(measured=True)[0]["day"].max() < split.held["day"].min()  # type: ignore[operator]


def test_rates_of_rare_states_lean_on_the_overall_share() -> None:
    """30 of 40 in A won, none of 20 in B: overall 0.5. A: (30 + 10) / 60, B: 10 / 40, unknown: 0.5."""
    learn = pl.DataFrame({"stage": ["A"] * 40 + ["B"] * 20, "target": [1.0] * 30 + [0.0] * 30, "amount": [1.0] * 60})
    found = naive_rates(learn, pl.DataFrame({"stage": ["A", "B", "C"], "amount": [1.0] * 3}), ["stage"])
    assert found.tolist() == [pytest.approx(40 / 60), 0.25, 0.5]


@cache
def learned() -> ModelOutput:
    found = fit_win_chance(deal_input(world()))
    assert found is not None
    return found


class TestWinChance:
    def test_it_learns_what_wins_beyond_the_stage(self) -> None:
        card: Any = learned().card
        assert card["label_source"] == "outcomes"
        assert card["metrics"]["log_loss_saved_against"]["stage"]["low"] > 0
        assert card["metrics"]["model"]["auc"]["value"] > 0.75
        chances = learned().scores.join(world()["opportunities"], left_on="subject_id", right_on="opportunity_id")
        by = {source: part["probability"].mean() for (source,), part in chances.partition_by("lead_source", as_dict=True).items()}
        assert by["Partner"] > by["Web"] + 0.2

    def test_the_leak_is_refused_and_named(self) -> None:
        card: Any = learned().card
        assert [entry["column"] for entry in card["method"]["refused_columns"]] == ["hours"]
        assert "extra: hours" not in [entry["feature"] for entry in card["features"]]
        assert "extra: mood" in [entry["feature"] for entry in card["features"]]

    def test_a_word_stands_in_the_note_of_a_contribution(self) -> None:
        rows = learned().contributions.filter(pl.col("feature") == "lead_source")
        assert set(rows["note"]) <= {"Partner", "Web"}
        assert rows["value"].null_count() == rows.height

    def test_baseline_and_contributions_sum_to_the_log_odds(self) -> None:
        total = learned().contributions.group_by("subject_id").agg(pl.col("contribution").sum())
        both = learned().scores.join(total, on="subject_id")
        odds = both["contribution"].to_numpy() + float(learned().card["baseline_log_odds"])  # type: ignore[arg-type]  # a number on a plain card
        assert np.allclose(1 / (1 + np.exp(-odds)), both["probability"].to_numpy(), atol=1e-4)

    def test_one_learned_anew_that_is_no_better_leaves_the_one_in_use(self) -> None:
        again = fit_win_chance(deal_input(world(), incumbent=InUse(learned().artefact)))
        assert again is not None
        assert again.artefact == learned().artefact
        card: Any = again.card
        assert card["method"]["promoted"] is False
        assert card["metrics"]["drift"]["model_of"] == AS_OF.isoformat()

    def test_a_worse_one_in_use_is_replaced_and_its_drift_noted(self) -> None:
        worse = json.loads(learned().artefact)
        worse["classifier"]["slope"] *= -1
        found = fit_win_chance(deal_input(world(), incumbent=InUse(json.dumps(worse).encode())))
        assert found is not None
        card: Any = found.card
        assert (card["method"]["promoted"], card["metrics"]["drift"]["drifted"]) == (True, True)
        assert found.artefact == learned().artefact
        pinned = fit_win_chance(deal_input(world(), incumbent=InUse(json.dumps(worse).encode(), pinned=True)))
        assert pinned is not None
        assert pinned.artefact == json.dumps(worse).encode()

    def test_one_in_use_that_knows_later_days_is_not_used(self) -> None:
        later = json.loads(learned().artefact)
        later["as_of"] = (AS_OF + timedelta(days=1)).isoformat()
        found = fit_win_chance(deal_input(world(), incumbent=InUse(json.dumps(later).encode())))
        assert found is not None
        assert "incumbent" not in found.card["metrics"]  # type: ignore[operator]

    def test_bytes_restore_the_chances(self) -> None:
        data = deal_input(world())
        today = moments(data, read_deals(data), [AS_OF]).sort("opportunity_id")
        assert load_win_chance(learned().artefact).chance(today).tolist() == learned().scores["probability"].to_list()

    def test_without_a_closed_deal_there_is_nothing_to_say(self) -> None:
        tables = world(20)
        still = tables["opportunities"].with_columns(is_won=pl.lit(None, pl.Boolean))
        assert fit_win_chance(deal_input({"opportunities": still})) is None

    def test_closed_deals_without_history_give_their_share(self) -> None:
        listed = world(100)["opportunities"]
        found = fit_win_chance(deal_input({"opportunities": listed}))
        assert found is not None
        assert found.card["label_source"] == "rates"
        assert found.scores["probability"].unique().to_list() == [pytest.approx(listed["is_won"].mean())]
