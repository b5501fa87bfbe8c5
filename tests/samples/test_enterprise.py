"""The enterprise sample: its tables fit together, what is planted is found, and the true chances are true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from onelead.samples import write
from onelead.tables import deal_history, deals_on
from onelead.tables.changes import TABLE as CHANGES

if TYPE_CHECKING:
    from pathlib import Path

Made = tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame], dict[str, Any]]
COMPANIES = 3_000


def _made(directory: Path, **options: bool) -> Made:
    written = write("enterprise", directory / "e", scale=COMPANIES, seed=3, **options)
    truths = {file.stem: pl.read_parquet(file) for file in (directory / "e.truth").iterdir()}
    return {file.stem: pl.read_parquet(file) for file in written.files}, truths, json.loads(written.truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return _made(tmp_path_factory.mktemp("signal"))


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return _made(tmp_path_factory.mktemp("noise"), no_signal=True)


def _deals(made: Made) -> pl.DataFrame:
    tables, truths, _ = made
    return tables["opportunities"].unique("opportunity_id", keep="first").join(truths["opportunities"], on="opportunity_id")


def test_sizes_and_keys(made: Made) -> None:
    tables, _, truth = made
    assert {name: frame.height for name, frame in tables.items()} == truth["rows"]
    assert tables["companies"].height == COMPANIES
    assert tables["transactions"].height == pytest.approx(20 * COMPANIES, rel=0.1)
    companies = tables["companies"]["customer_id"].implode()
    for name in ("contacts", "opportunities", "transactions", "contracts", "invoices", "payments", "activities"):
        assert tables[name]["customer_id"].drop_nulls().is_in(companies).all(), name
    for name, key in (
        ("transactions", "transaction_id"),
        ("contracts", "contract_id"),
        ("invoices", "invoice_id"),
        ("activities", "activity_id"),
        ("leads", "lead_id"),
    ):
        assert tables[name][key].is_unique().all(), name
    assert tables["opportunities"]["opportunity_id"].is_duplicated().sum() == 2 * truth["repeated_opportunities"]
    renewed = tables["contracts"]["renewal_of"].drop_nulls()
    assert renewed.is_in(tables["contracts"]["contract_id"].implode()).all()
    assert tables["payments"]["invoice_id"].is_in(tables["invoices"]["invoice_id"].implode()).all()


def test_nothing_lies_behind_the_as_of_date(made: Made) -> None:
    tables, _, truth = made
    past = {
        "transactions": ["transaction_date"],
        "activities": ["activity_date"],
        "payments": ["payment_date"],
        "invoices": ["invoice_date", "paid_date"],
        "companies": ["created_date", "churned_date"],
        "opportunities": ["created_date", "stage_date"],
        "opportunity_history": ["changed_at"],
    }
    for name, columns in past.items():
        for column in columns:
            assert str(tables[name][column].cast(pl.Date).max()) <= truth["as_of"], (name, column)
    assert tables["opportunities"].filter(pl.col("is_won").is_not_null())["close_date"].cast(pl.String).max() <= truth["as_of"]


def test_the_history_leads_to_the_list(made: Made) -> None:
    tables, _, truth = made
    states = deal_history(tables["opportunity_history"], CHANGES.empty(), tables["opportunities"])
    now = deals_on(states, pl.Series([truth["as_of"]]).str.to_date()[0])
    listed = tables["opportunities"].unique("opportunity_id", keep="first").sort("opportunity_id")
    for column in ("stage", "close_date", "is_won", "forecast_category", "probability", "amount"):
        assert now.sort("opportunity_id")[column].to_list() == listed[column].to_list(), column


def test_true_chances_are_true(made: Made) -> None:
    """Of the deals of a stage whose chance lies in one fifth, as many are won as the chance says, within four standard errors."""
    _, truths, _ = made
    moments = truths["stages"].join(truths["opportunities"].select("opportunity_id", "will_win"), on="opportunity_id")
    bins = moments.group_by("stage", (pl.col("win_probability") * 5).floor().alias("fifth")).agg(
        pl.len(), pl.col("win_probability").mean().alias("told"), pl.col("will_win").mean().alias("came")
    )
    for row in bins.iter_rows(named=True):
        assert abs(row["told"] - row["came"]) < 4 * np.sqrt(row["told"] * (1 - row["told"]) / row["len"]) + 0.005
    assert bins.height > 20
    assert roc_auc_score(moments["will_win"], moments["win_probability"]) > 0.78


def test_planted_drivers_of_winning_are_found(made: Made) -> None:
    told = made[2]["win"]
    skill = pl.DataFrame({"owner_id": list(told["rep_skill"]), "skill": list(told["rep_skill"].values())})
    deals = _deals(made).join(skill, on="owner_id")
    levels = deals.select("lead_source", pl.col("competitor").fill_null("")).to_dummies()
    fit = LogisticRegression(max_iter=500).fit(
        np.column_stack([deals["skill"], deals["contact_count"], levels.to_numpy()]), deals["will_win"]
    )
    found = dict(zip(["skill", "contacts", *levels.columns], fit.coef_[0], strict=True))
    assert found["skill"] == pytest.approx(told["weights"]["rep_skill"], abs=0.12)
    assert found["contacts"] == pytest.approx(told["weights"]["contacts"], abs=0.12)
    for name, effects in (("lead_source", told["lead_source"]), ("competitor", told["competitor"])):
        got = [found[f"{name}_{level}"] for level in effects]
        assert np.corrcoef(got, list(effects.values()))[0, 1] > 0.9


def test_planted_drivers_of_churn_show_in_the_tables(made: Made) -> None:
    """What the companies' traits are is to be seen in their transactions, invoices and activities; the churned had the higher hazard."""
    tables, truths, _ = made
    companies = truths["companies"].join(tables["companies"].select("customer_id", "is_churned"), on="customer_id")
    assert roc_auc_score(companies["is_churned"], companies["daily_hazard"]) > 0.65
    paid = tables["invoices"].select("customer_id", late=(pl.col("paid_date") - pl.col("due_date")).dt.total_days())
    mood = tables["activities"].select("customer_id", mood="sentiment")
    for name, seen, sign in (("late_payment", paid, 1), ("low_sentiment", mood, -1)):
        mean = seen.drop_nulls().group_by("customer_id").agg(pl.all().mean()).join(companies, on="customer_id")
        assert sign * mean.select(pl.corr(seen.columns[1], name)).item() > 0.75
    day = tables["transactions"].drop_nulls("customer_id").select("customer_id", day=pl.col("transaction_date").to_physical())
    early = day.group_by("customer_id").agg((pl.col("day").mean() - (pl.col("day").min() + pl.col("day").max()) / 2).alias("late"))
    assert early.join(companies, on="customer_id").select(pl.corr("late", "usage_decline")).item() < -0.3


def test_leaks_come_at_or_after_the_closing_and_give_it_away(made: Made) -> None:
    tables, _, truth = made
    history = tables["opportunity_history"]
    for column in truth["leaks"]:
        assert history.filter(pl.col("is_won").is_null())[column].null_count() == history.filter(pl.col("is_won").is_null()).height
    closed = tables["opportunities"].filter(pl.col("is_won").is_not_null())
    assert (closed["is_won"] == (closed["paperwork_status"] == "Signed")).all()
    for column in truth["harmless"]:
        assert history.filter(pl.col("is_won").is_null())[column].n_unique() > 1


def test_without_signal_the_outcome_is_drawn(made: Made, noise: Made) -> None:
    """Nothing known before the closing tells the outcome; how deals look does not change."""
    (tables, truths, told), (others, drawn, _) = made, noise
    assert others["companies"]["is_churned"].mean() == pytest.approx(tables["companies"]["is_churned"].mean(), abs=0.04)
    deals, plain = _deals(noise), _deals(made)
    assert told["no_signal"] is False
    assert deals["will_win"].mean() == pytest.approx(plain["will_win"].mean(), abs=0.04)
    for column in ("contact_count", "push_count"):
        assert roc_auc_score(deals["will_win"], deals[column]) == pytest.approx(0.5, abs=0.03)
        assert deals[column].mean() == pytest.approx(plain[column].mean(), abs=0.1)
    lost = deals.group_by("competitor").agg(pl.col("will_win").mean())["will_win"]
    assert lost.max() - lost.min() < 0.08  # type: ignore[operator]
    assert drawn["stages"]["win_probability"].n_unique() == 1
    assert drawn["companies"]["daily_hazard"].n_unique() == 1
    assert truths["companies"]["daily_hazard"].n_unique() > COMPANIES / 2
