"""Accounts and contracts as this run's models see them end, what is at stake, and the rows that it rests on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.rules._proposal import KEYS_SHOWN
from onelead.rules._text import json_object

if TYPE_CHECKING:
    from onelead.rules._proposal import RuleInput

SOON, LATER = 90, 180
"""Days ahead that the two chances of an account look."""
GONE_FROM = 0.5
"""From this chance to have stopped buying within a month on, an account that only buys has probably left already."""
BOUGHT_DAYS = 365


def predicted(given: RuleInput, model: str, days: int) -> pl.DataFrame:
    """What a model of this run says so far ahead: subject_id, account_id, chance with its range, stake (money), label_source, basis."""
    rows = given.frames("predictions").filter((pl.col("model") == model) & (pl.col("horizon_days") == days))
    ends = (pl.col(f"probability{end}").alias(f"chance{end}") for end in ("", "_low", "_high"))
    return rows.select("subject_id", "account_id", *ends, "label_source", "basis", stake="value")


def leaving(given: RuleInput) -> pl.DataFrame:
    """Top-level accounts that are likely to leave: account_id, account_name, greeting, chance (180 days) with its range, soon (90 days), stake, first_end.

    ``first_end``: the day on which the first of their running contracts ends without a renewal that is signed, where that is within ``LATER`` days.
    """
    near = predicted(given, "churn_risk", 30).select("account_id", now="chance")
    soon = predicted(given, "churn_risk", SOON).select("account_id", soon="chance")
    told = predicted(given, "churn_risk", LATER).join(near, on="account_id", how="left").join(soon, on="account_id", how="left")
    learned = pl.col("label_source") == "outcomes"
    buys = (pl.col("basis") == "purchases") & (pl.col("label_source") != "none") & (pl.col("now") < GONE_FROM)
    settings = given.context.settings.models
    likely = told.filter(
        (learned | buys) & (pl.col("chance") >= settings.churn_from) & (pl.col("chance") * pl.col("stake") >= settings.churn_worth)
    )
    ends = unrenewed(given).filter(pl.col("end_date") <= given.context.as_of + timedelta(days=LATER))
    first = ends.group_by("account_id").agg(pl.col("end_date").min().alias("first_end"))
    return likely.join(given.top_accounts, on="account_id", how="inner").join(first, on="account_id", how="left").sort("account_id")


def unrenewed(given: RuleInput) -> pl.DataFrame:
    """``running`` contracts that no other names as the one it renews; a renewal to come is known where the data existed by the as-of date."""
    as_of, exported = given.context.as_of, given.context.exported
    rows = given.frames("contracts").filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("cancelled_date").is_null())
    known = rows.filter(pl.lit(exported is None or as_of >= exported) | (pl.col("start_date") <= as_of))
    named = known.filter(pl.col("renewal_of") != pl.col("contract_id")).select(contract_id="renewal_of")
    return running(given).join(named, on="contract_id", how="anti", maintain_order="left")


def running(given: RuleInput) -> pl.DataFrame:
    """Counted contracts of accounts that run on the as-of date, as stored."""
    as_of = given.context.as_of
    rows = given.frames("contracts").filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null())
    open_end = pl.col("end_date").is_null() | (pl.col("end_date") >= as_of)
    uncancelled = pl.col("cancelled_date").is_null() | (pl.col("cancelled_date") > as_of)
    return rows.filter((pl.col("start_date") <= as_of) & open_end & uncancelled)


def with_evidence(given: RuleInput, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (with account_id) with its running contracts, else what the account bought in the last year, else its own entry."""
    as_of = given.context.as_of
    begin = as_of - timedelta(days=BOUGHT_DAYS)
    bought = given.frames("transactions").filter(
        ~pl.col("is_repeat").fill_null(value=False), pl.col("transaction_date").is_between(begin, as_of, closed="right")
    )
    keys = {
        "contracts": (_keys(running(given), "contract_id"), running_where(as_of.isoformat())),
        "transactions": (
            _keys(bought, "transaction_id"),
            {"is_repeat": False, "transaction_date": {">": begin.isoformat(), "<=": as_of.isoformat()}},
        ),
        "accounts": (_keys(given.top_accounts, "account_id"), {"level": "account"}),
    }
    left, parts = frame, []
    for table, (rows, where) in keys.items():
        found = left.join(rows, on="account_id", how="inner")
        parts.append(found.with_columns(evidence_table=pl.lit(table), evidence_where=pl.lit(json.dumps(where, separators=(",", ":")))))
        left = left.join(rows, on="account_id", how="anti")
    return pl.concat(parts)


def running_where(as_of: str) -> dict[str, Any]:
    """The where-object of the contracts that run on ``as_of``."""
    kept = {"any": [{"cancelled_date": None}, {"cancelled_date": {">": as_of}}]}
    return {"is_repeat": False, "start_date": {"<=": as_of}, "any": [{"end_date": None, **kept}, {"end_date": {">=": as_of}, **kept}]}


def one_contract(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (with contract_id) with that contract as its evidence."""
    return frame.with_columns(
        evidence_table=pl.lit("contracts"),
        evidence_count=pl.lit(1, dtype=pl.Int64),
        evidence_keys=pl.concat_list("contract_id"),
        evidence_where=json_object({"contract_id": pl.col("contract_id"), "is_repeat": False}),
    )


def _keys(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    ordered = rows.select("account_id", pl.col(key).alias("key")).sort("key")
    counted = pl.len().cast(pl.Int64).alias("evidence_count")
    return ordered.group_by("account_id", maintain_order=True).agg(counted, pl.col("key").head(KEYS_SHOWN).alias("evidence_keys"))
