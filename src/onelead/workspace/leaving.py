"""Use cases: who is likely to leave, what is at stake, which contracts end, and what accounts are worth over the next years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.models import ACCOUNT_FEATURES
from onelead.workspace.pipeline import known_sum
from onelead.workspace.stored import models_said
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

CHURN, RENEWAL, LIFETIME = "churn_risk", "renewal_risk", "lifetime_value"
HORIZONS = (30, 90, 180, 365)
LIKELY = 180
"""Days ahead that "likely to leave" looks."""
DAYS_OF_YEAR = 365.25
REST = "other features"
WHY = 3
SMALL = 10
"""Below it a value is told with decimals."""


def account_risks(view: View, parts: Parts) -> pl.DataFrame:
    """Top-level accounts that a model tells of, the largest expected loss first.

    account_id, account_name; risk_<days> with risk_low_<days>, risk_high_<days> for 30, 90, 180 and 365 days; stake (yearly value), expected_loss
    (stake × the chance within a year), basis (dates, flag, purchases), source (outcomes, rates, none), likely (whether the chance within 180 days
    reaches the setting; never where all have the share of all), why (what pushes most); lifetime with lifetime_low, lifetime_high, lifetime_basis.
    A flag without dates tells one chance without a time: it stands in ``risk_any``.
    """
    return view.of_everyone(parts, every_account_risk)


@of_the_snapshot
def every_account_risk(view: View, parts: Parts) -> pl.DataFrame:
    """``account_risks`` of all accounts."""
    told = models_said(view, "predictions", CHURN, LIFETIME)
    churn, life = told.filter(pl.col("model") == CHURN), told.filter(pl.col("model") == LIFETIME)
    ends = [
        pl.col(f"probability{end}").filter(pl.col("horizon_days") == days).first().alias(f"risk{end}_{days or 'any'}")
        for days in (0, *HORIZONS)
        for end in ("", "_low", "_high")
    ]
    facts = {"stake": "value", "basis": "basis", "source": "label_source"}
    wide = churn.group_by("account_id").agg(*ends, *(pl.col(column).first().alias(name) for name, column in facts.items()))
    worth = life.select(
        "account_id",
        lifetime="value",
        lifetime_low="value_low",
        lifetime_high="value_high",
        lifetime_basis="basis",
        lifetime_days="horizon_days",
    )
    top = view.frame("accounts", ["account_id", "account_name", "level"]).filter(pl.col("level") == "account").drop("level")
    frame = top.join(wide, on="account_id", how="left").join(worth, on="account_id", how="left")
    frame = frame.filter(pl.col("source").is_not_null() | pl.col("lifetime_basis").is_not_null())
    likely = (pl.col(f"risk_{LIKELY}") >= parts.settings.models.churn_from) & (pl.col("source") == "outcomes") | (
        (pl.col("basis") == "purchases") & (pl.col(f"risk_{LIKELY}") >= parts.settings.models.churn_from)
    )
    found = frame.with_columns(expected_loss=pl.col("stake") * pl.col(f"risk_{HORIZONS[-1]}"), likely=likely.fill_null(value=False))
    found = found.join(_reasons(models_said(view, "contributions", CHURN)), on="account_id", how="left")
    return found.sort(["expected_loss", f"risk_{LIKELY}", "account_id"], descending=[True, True, False], nulls_last=True)


def risk_totals(view: View, parts: Parts) -> dict[str, Any]:
    """Over the accounts that the viewer may see: told (accounts with a chance), likely, stake (of the likely), expected_loss, lifetime, valued (accounts with a lifetime value), source."""
    frame = account_risks(view, parts)
    told = frame.filter(pl.col(f"risk_{LIKELY}").is_not_null())
    likely = told.filter("likely")
    sums = {
        name: rows.select(known_sum(column)).item() if rows.height else None
        for name, rows, column in (("stake", likely, "stake"), ("expected_loss", told, "expected_loss"), ("lifetime", frame, "lifetime"))
    }
    sources = frame["source"].drop_nulls().unique().to_list()
    return {
        "told": told.height,
        "likely": likely.height,
        **sums,
        "valued": frame["lifetime"].count(),
        "source": "outcomes" if "outcomes" in sources else "rates" if "rates" in sources else "none",
        "from": parts.settings.models.churn_from,
    }  # fmt: skip


def account_outlook(view: View, parts: Parts, account_id: str) -> dict[str, Any] | None:
    """Of one account: its row of ``account_risks``, ``chances`` (days, chance, low, high), ``pushes`` (label, said, push), ``years`` of the lifetime value. None where no model told anything."""
    rows = account_risks(view, parts).filter(pl.col("account_id") == account_id).to_dicts()
    if not rows:
        return None
    row = rows[0]
    chances = [
        {"days": days, "chance": row[f"risk_{days}"], "low": row[f"risk_low_{days}"], "high": row[f"risk_high_{days}"]}
        for days in HORIZONS
        if row[f"risk_{days}"] is not None
    ]
    mine = models_said(view, "contributions", CHURN).filter(pl.col("subject_id") == account_id)
    pushes = _named(mine).select("feature", "label", "doc", "said", "push").to_dicts()
    years = round(row["lifetime_days"] / DAYS_OF_YEAR, 1) if row["lifetime_days"] else None
    return {**row, "chances": chances, "pushes": pushes, "years": years}


def ending_contracts(view: View, parts: Parts) -> pl.DataFrame:
    """Contracts that run, the first to end first, with what the model says: contract_id, account_id, account_name, contract_type, product, end_date, days, auto_renew, yearly (at home), ends (chance to end without a renewal at its term's end), ends_low, ends_high, risk_365."""
    return view.of_everyone(parts, every_ending_contract)


@of_the_snapshot
def every_ending_contract(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """``ending_contracts`` of all accounts."""
    told = models_said(view, "predictions", RENEWAL)
    term = told.filter(pl.col("horizon_days") == 0).select(
        pl.col("subject_id").alias("contract_id"),
        *(pl.col(f"probability{end}").alias(f"ends{end}") for end in ("", "_low", "_high")),
        yearly="value",
    )
    year = told.filter(pl.col("horizon_days") == HORIZONS[-1]).select(contract_id="subject_id", risk_365="probability")
    names = ["contract_id", "account_id", "contract_type", "product_id", "start_date", "end_date", "auto_renew"]
    held = view.snapshot.columns().get("contracts", {})
    if not set(names) <= set(held):
        return pl.DataFrame(
            schema=dict.fromkeys([*names, "account_name", "days", "ends", "ends_low", "ends_high", "yearly", "risk_365"], pl.String)
        )
    frame = view.frame("contracts", [*names, "is_repeat"]).filter(~pl.col("is_repeat").fill_null(value=False)).drop("is_repeat")
    accounts = view.frame("accounts", ["account_id", "account_name"])
    joined = (
        frame.join(term, on="contract_id", how="inner").join(year, on="contract_id", how="left").join(accounts, on="account_id", how="left")
    )
    days = (pl.col("end_date") - pl.lit(view.context.as_of)).dt.total_days()
    return joined.with_columns(days=days).sort("end_date", "contract_id", nulls_last=True)


def _named(pushes: pl.DataFrame) -> pl.DataFrame:
    """Contributions with label, doc and what is said of the account, the strongest first, the sum of the others last."""
    words = pl.DataFrame([(name, *said) for name, said in ACCOUNT_FEATURES.items()], schema=["feature", "label", "doc"], orient="row")
    rest = pl.col("feature") == REST
    number = pl.when(pl.col("value").abs() < SMALL).then(pl.col("value").round(2)).otherwise(pl.col("value").round(0))
    said = pl.when(~rest).then(pl.coalesce("note", number.cast(pl.String).str.strip_suffix(".0"), pl.lit("not known")))
    named = pushes.join(words, on="feature", how="left", maintain_order="left")
    label = pl.coalesce("label", pl.col("feature").str.replace_all("_", " ").str.replace("^o", "O"))
    return named.with_columns(label=label, said=said, push=pl.col("contribution"), rest=rest).sort("rest", -pl.col("push").abs(), "feature")


def _reasons(pushes: pl.DataFrame) -> pl.DataFrame:
    """account_id, why: the strongest pushes in words, + for what raises the risk and − for what lowers it."""
    named = _named(pushes).filter(~pl.col("rest") & (pl.col("push") != 0)).group_by("account_id", maintain_order=True).head(WHY)
    sign = pl.when(pl.col("push") > 0).then(pl.lit("+ ")).otherwise(pl.lit("− "))
    return named.group_by("account_id", maintain_order=True).agg(
        (sign + pl.col("label") + pl.lit(": ") + pl.col("said")).str.join(", ").alias("why")
    )
