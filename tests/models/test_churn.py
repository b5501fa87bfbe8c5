"""Churn, renewal and lifetime value: planted drivers come back, dates are read as they were known, and the model in use gives way only to a better one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.models import churn_world as churn
from tests.models.deal_world import AS_OF, stored

from onelead.models import InUse, ModelOutput, models
from onelead.models.buying import forecast as buying
from onelead.models.churn.features import FEATURES
from onelead.models.churn.known import known_on
from onelead.models.churn.terms import account_spells, company_spells, contract_spells, yearly_values
from onelead.models.churn.undated import flagged
from onelead.models.survival.spells import spells


@cache
def found(model: str) -> ModelOutput:
    output = models()[model].fit(churn.churn_input(churn.world()))
    assert output is not None
    return output


def test_the_planted_driver_comes_back_and_the_risk_ranks_who_is_sad() -> None:
    output = found("churn_risk")
    size = output.contributions.group_by("feature").agg(pl.col("contribution").abs().mean()).sort("contribution", descending=True)
    assert size["feature"][0] == "mood"
    moods = output.contributions.filter(pl.col("feature") == "mood")
    assert moods.filter(pl.col("value") < -0.5)["contribution"].min() > 0  # type: ignore[operator]  # a number
    assert moods.filter(pl.col("value") > 0.5)["contribution"].max() < 0  # type: ignore[operator]  # a number
    year = output.scores.filter(pl.col("horizon_days") == 365).join(moods.select("subject_id", mood="value"), on="subject_id", how="inner")
    sad, glad = (year.filter(side)["probability"].mean() for side in (pl.col("mood") < 0, pl.col("mood") > 0))
    assert sad - glad > 0.35  # type: ignore[operator]  # numbers


def test_the_card_tells_how_good_it_was_on_later_data_beside_time_alone() -> None:
    card: Any = found("churn_risk").card
    metrics = card["metrics"]
    assert metrics["measured_on"].startswith("later data")
    assert metrics["model"]["auc"]["value"] > metrics["baselines"]["kaplan_meier"]["auc"]["value"] + 0.1
    assert metrics["log_loss_saved_against"]["kaplan_meier"]["value"] > 0
    assert metrics["log_loss_saved_in_folds"]["low"] > 0
    assert {entry["feature"] for entry in card["features"]} <= set(FEATURES)
    assert card["signal"] is True
    assert "AUC" in card["summary"]


def test_risk_grows_with_time_and_lies_in_its_interval() -> None:
    for model in ("churn_risk", "renewal_risk"):
        rows = found(model).scores
        wide = rows.filter(pl.col("horizon_days") > 0).sort("horizon_days").group_by("subject_id").agg("probability")
        assert wide.select((pl.col("probability").list.diff().list.drop_nulls().list.min() >= 0).all()).item()
        assert rows.select((pl.col("probability").is_between("probability_low", "probability_high")).all()).item()
    term = found("renewal_risk").scores
    assert set(term["horizon_days"]) == {0, 30, 90, 180, 365}
    assert term.filter(pl.col("horizon_days") == 0)["probability"].null_count() == 0


def test_without_dates_the_flag_teaches_and_nothing_later_is_looked_at() -> None:
    output = models()["churn_risk"].fit(churn.churn_input(churn.without_days(churn.world())))
    assert output is not None
    assert output.scores["basis"].unique().to_list() == ["flag"]
    assert output.scores["horizon_days"].unique().to_list() == [0]
    assert {entry["feature"] for entry in output.card["features"]} <= {"industry", "employees"}  # type: ignore[attr-defined]  # a list
    assert set(output.contributions["subject_kind"]) == {"account"}


@pytest.mark.parametrize(("incumbent", "kept"), [("pinned", True), ("fresh", False), ("too little since", True)])
def test_the_model_in_use_gives_way_only_to_a_better_one(incumbent: str, kept: bool) -> None:
    since = {"pinned": 30, "fresh": 0, "too little since": 5}[incumbent]
    earlier = models()["renewal_risk"].fit(churn.churn_input(known_by(AS_OF - timedelta(days=since)), as_of=AS_OF - timedelta(days=since)))
    assert earlier is not None
    assert earlier.artefact
    used = InUse(earlier.artefact, pinned=incumbent == "pinned")
    output = models()["renewal_risk"].fit(churn.churn_input(churn.world(), incumbent=used))
    assert output is not None
    assert (output.artefact == earlier.artefact) is (kept or since == 0)
    verdict: Any = output.card["method"]
    assert verdict["in_use"]["kept"] is kept


def known_by(day: date) -> dict[str, pl.DataFrame]:
    """The world as an export of that day had it."""
    tables = churn.world()
    late = [pl.when(pl.col(name) <= day).then(pl.col(name)).alias(name) for name in ("cancelled_date",)]
    contracts = tables["contracts"].filter(pl.col("start_date") <= day).with_columns(late)
    companies = tables["companies"].with_columns(churned_date=pl.when(pl.col("churned_date") <= day).then("churned_date"))
    companies = companies.with_columns(is_churned=pl.col("churned_date").is_not_null())
    return {**tables, "contracts": contracts, "companies": companies}


def contract(name: str, start: int, end: int, **more: object) -> dict[str, Any]:
    """A contract from so many days before the as-of date to so many before it (negative: after)."""
    days = {"start_date": AS_OF - timedelta(days=start), "end_date": AS_OF - timedelta(days=end)}
    return {"contract_id": name, "account_id": name[0], "is_repeat": False, "annual_value": 120.0, **days, **more}


def test_contracts_that_renew_each_other_are_one() -> None:
    rows = [
        contract("a1", 800, 436), contract("a2", 435, 71, renewal_of="a1"), contract("a3", 70, -294, renewal_of="a2"), contract("b1", 500, 136),
        contract("c1", 380, 16), contract("d1", 400, 36, auto_renew=True), contract("e1", 300, -65, cancelled_date=AS_OF - timedelta(days=9)),
    ]  # fmt: skip
    table = contract_spells(churn.churn_input({"contracts": stored("contracts", rows)}))
    told = {
        row["subject"]: ((AS_OF - row["start"]).days, row["end"] and (AS_OF - row["end"]).days, row["seen_until"])
        for row in table.to_dicts()
    }
    assert told == {
        "a3": (800, None, None),  # three terms, one contract
        "b1": (500, 136, None),  # ended, nothing renewed it
        "c1": (380, None, AS_OF - timedelta(days=16)),  # may still be renewed: not known since its last day
        "d1": (400, None, None),  # goes on unless somebody cancels it
        "e1": (300, 9, None),  # cancelled before its term was over
    }
    assert table["seen_from"].unique().to_list() == [AS_OF - timedelta(days=136)]
    alone = [contract("a1", 800, 436, product_id="P"), contract("a2", 430, 66, product_id="P"), contract("a3", 600, 36, product_id="Q")]
    table = contract_spells(churn.churn_input({"contracts": stored("contracts", [*alone, contract("z1", 9, -9, renewal_of=None)])}))
    assert sorted(zip(table["subject"], (AS_OF - start for start in table["start"]), strict=True)) == [
        ("a2", timedelta(days=800)), ("a3", timedelta(days=600)), ("z1", timedelta(days=9)),
    ]  # fmt: skip


def test_an_account_leaves_with_its_last_company_or_contract() -> None:
    def company(account: str, left: int | None, **more: object) -> dict[str, Any]:
        day = None if left is None else AS_OF - timedelta(days=left)
        return {
            "account_id": account,
            "customer_id": account + str(left),
            "created_date": AS_OF - timedelta(days=700),
            "churned_date": day,
            **more,
        }

    rows = [company("A", 90), company("A", 40), company("B", 50), company("B", None), company("C", None, is_churned=True)]
    table = company_spells(churn.churn_input({"companies": stored("companies", rows)}))
    assert dict(zip(table["account_id"], table["end"], strict=True)) == {"A": AS_OF - timedelta(days=40), "B": None}
    ended = [contract("a1", 800, 436), contract("a2", 700, 90), contract("b1", 800, 436), contract("b2", 300, -65)]
    table, told_by = account_spells(churn.churn_input({"contracts": stored("contracts", ended)}))
    assert told_by == "contracts"
    assert dict(zip(table["account_id"], table["end"], strict=True)) == {"a": AS_OF - timedelta(days=90), "b": None}


def test_contracts_tell_who_left_where_companies_hardly_say() -> None:
    tables = dict(churn.world())
    gone = tables["companies"].filter("is_churned")["customer_id"].head(3)
    kept = pl.col("customer_id").is_in(gone.implode())
    tables["companies"] = tables["companies"].with_columns(
        churned_date=pl.when(kept).then("churned_date"), is_churned=pl.when(kept).then("is_churned")
    )
    table, told_by = account_spells(churn.churn_input(tables))
    assert told_by == "contracts"
    assert table["end"].count() > 20


def test_contracts_worth_nothing_have_a_lifetime_value_of_nothing() -> None:
    free = churn.world()["contracts"].with_columns(annual_value=pl.lit(0.0), amount=pl.lit(0.0))
    output = models()["lifetime_value"].fit(churn.churn_input({"contracts": free}))
    assert output is not None
    assert output.scores["value"].to_list() == [0.0] * output.scores.height
    assert "contracts: 0 " in str(output.card["summary"])


def test_who_leaves_on_a_day_to_come_is_a_customer_still() -> None:
    told = [
        (None, None),
        (None, True),
        (None, False),
        (AS_OF, None),
        (AS_OF + timedelta(days=60), None),
        (AS_OF + timedelta(days=60), True),
    ]
    rows = [{"account_id": f"A{place}", "churned_date": day, "is_churned": flag} for place, (day, flag) in enumerate(told)]
    table = flagged(churn.churn_input({"companies": stored("companies", rows)}))
    assert dict(table.select("account_id", "target").iter_rows()) == {"A1": 1.0, "A2": 0.0, "A3": 1.0, "A4": 0.0, "A5": 0.0}


def test_what_is_emptied_when_a_customer_leaves_is_not_looked_at() -> None:
    """All leave at random; of who left, the company's size is no longer stated."""
    rows = churn.world(signal=False)["companies"].with_columns(employees=pl.when(~pl.col("is_churned")).then("employees"))
    output = models()["churn_risk"].fit(churn.churn_input({"companies": rows}))
    assert output is not None
    assert output.card["label_source"] == "rates"


def test_contracts_of_one_account_get_the_share_that_ended() -> None:
    signed = churn.world()["contracts"].with_columns(account_id=pl.lit("ONLY"))
    output = models()["renewal_risk"].fit(churn.churn_input({"contracts": signed}))
    assert output is not None
    assert output.card["label_source"] == "rates"
    assert "too few accounts" in str(output.card["why_not_higher"])
    assert output.scores["probability"].is_between(0, 1).all()


def test_what_was_known_by_hand() -> None:
    """On day 100 before: two purchases of two products (one lies after it), an invoice paid 20 days late, another unpaid 10 days after it was due."""

    def day(before: int) -> date:
        return AS_OF - timedelta(days=before)

    tables = {
        "transactions": [{"transaction_date": day(at), "product_id": f"P{at}"} for at in (300, 150, 50)],
        "invoices": [
            {"invoice_date": day(200), "due_date": day(170), "paid_date": day(150)}, {"invoice_date": day(140), "due_date": day(110), "paid_date": day(60)},
        ],
        "activities": [{"activity_date": day(120), "sentiment": -0.5}, {"activity_date": day(90), "sentiment": 1.0}],
    }  # fmt: skip
    frames = {
        name: stored(
            name, [{"account_id": "A", "is_repeat": False, f"{name[:-1]}_id": str(place), **row} for place, row in enumerate(rows)]
        )
        for name, rows in tables.items()
    }
    sheet = known_on(churn.churn_input(frames), None, [day(100), AS_OF + timedelta(days=1)]).to_dicts()
    assert sheet == [
        {
            "account_id": "A", "known_on": day(100), "purchases_year": 2.0, "purchases_change": pytest.approx(np.log(2 / 2)), "days_since_purchase": 50.0,
            "products_bought": 2.0, "days_paid_late": (20 + 10) / 2, "overdue_invoices": 1.0, "mood": -0.5, "activities_half_year": 1.0,
            "days_since_activity": 20.0,
        }
    ]  # fmt: skip


def test_lifetime_says_what_it_rests_on_and_adds_up() -> None:
    output = found("lifetime_value")
    rows = output.scores
    assert rows["basis"].unique().sort().to_list() == ["contracts", "purchases"]
    assert (rows["basis"] == "purchases").sum() <= 2, "only whose contract waits for its renewal"
    assert rows.select(pl.col("value").is_between("value_low", "value_high").mean()).item() > 0.9
    assert rows["horizon_days"].unique().to_list() == [1096]
    card: Any = output.card
    assert card["method"]["total"] == pytest.approx(rows["value"].sum(), abs=0.01)
    money = card["metrics"]["contracts"]
    assert money["expected"]["model"]["total_ratio"] == pytest.approx(1.0, abs=0.15)
    assert money["expected"]["all_stay"]["total_ratio"] > money["expected"]["model"]["total_ratio"]
    bought = models()["lifetime_value"].fit(churn.churn_input(churn.only(churn.world(), "transactions", "companies")))
    assert bought is not None
    assert bought.scores["basis"].unique().to_list() == ["purchases"]
    left = churn.world()["companies"].filter("is_churned")["account_id"]
    assert not bought.scores["account_id"].is_in(left.implode()).any(), "who is known to have left brings nothing"


def test_what_is_at_stake_is_the_running_contracts_else_a_year_of_purchases() -> None:
    signed = [contract("a1", 300, -65), contract("a2", 300, -65, product_id="Q"), contract("b1", 800, 436)]
    bought = [
        {"transaction_id": f"{at}{name}", "account_id": name, "transaction_date": AS_OF - timedelta(days=at), "amount": 10.0}
        for name in "ab"
        for at in (5, 400)
    ]
    data = churn.churn_input({"contracts": stored("contracts", signed), "transactions": stored("transactions", bought)})
    assert dict(yearly_values(data).sort("account_id").rows()) == {"a": 240.0, "b": 10.0}


def test_who_stopped_to_buy_is_counted_from_today_on() -> None:
    """After no time at all as many are gone as are not alive now; then ever more."""
    rows = churn.world()["transactions"].select("account_id", date="transaction_date", value="amount")
    told = buying.forecast(rows, AS_OF)
    assert told.model is not None
    assert told.seen is not None
    summary = told.seen.summary()
    gone = [told.model.gone(summary, told.seen.as_of, weeks) for weeks in (0.0, 13.0, 52.0)]
    assert gone[0] == pytest.approx(1 - told.accounts["alive"].to_numpy())
    assert (gone[0] < gone[1]).all()
    assert (gone[1] < gone[2]).all()


def test_leaving_was_recorded_from_the_first_who_left_on() -> None:
    table = company_spells(churn.churn_input(churn.world()))
    watched = spells(table, AS_OF)
    assert watched.entry.max() > 0, "who was there before it began counts from then on"
    assert watched.left_out["never watched"] <= 1
