"""A planted world of customers with contracts, purchases and moods: the sad ones leave, or they leave at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from tests.models.deal_world import AS_OF, deal_input, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.models import ModelInput

DAYS = 900
TERM = 365


@cache
def world(size: int = 240, *, seed: int = 5, signal: bool = True) -> dict[str, pl.DataFrame]:
    """Customers who began in the last ``DAYS`` days. Their mood is planted; a sad one (-1) leaves about thirty times as soon as a glad one (1)."""
    rng = np.random.default_rng(seed)
    mood = rng.choice([-1.0, 1.0], size)
    begun = rng.integers(0, DAYS - 30, size)
    pace = np.exp(np.log(0.0007) - 1.7 * mood * signal)
    stayed = np.ceil(rng.exponential(1 / pace)).astype(int) + 20
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("companies", "contracts", "activities", "transactions")}
    for number in range(size):
        _customer(tables, number, int(begun[number]), int(stayed[number]), float(mood[number]), rng)
    return {name: stored(name, rows) for name, rows in tables.items()}


def _customer(tables: dict[str, list[dict[str, Any]]], number: int, begun: int, stayed: int, mood: float, rng: np.random.Generator) -> None:
    account = {"account_id": f"A{number:04d}", "customer_id": f"C{number:04d}", "is_repeat": False}
    first = AS_OF - timedelta(days=DAYS - begun)
    last = first + timedelta(days=stayed)
    left = last if last <= AS_OF else None
    industry = "Retail" if mood < 0 else "Energy"
    company = {
        **account,
        "created_date": first,
        "churned_date": left,
        "is_churned": left is not None,
        "employees": int(rng.integers(10, 900)),
    }
    tables["companies"].append({**company, "industry": industry if rng.random() < 0.8 else "Health"})
    terms = max(0, (min(stayed, DAYS - begun) - 1)) // TERM + 1
    for term in range(terms):
        start = first + timedelta(days=TERM * term)
        money = {"annual_value": 1000.0 + number, "amount": 1000.0 + number, "term_months": 12}
        gone = left if left is not None and term == terms - 1 else None
        key = {"contract_id": f"K{number:04d}-{term}", "renewal_of": f"K{number:04d}-{term - 1}" if term else None}
        tables["contracts"].append(
            {**account, **key, **money, "start_date": start, "end_date": start + timedelta(days=TERM - 1), "cancelled_date": gone}
        )
    for step in range(0, min(stayed, DAYS - begun) + 1, 45):
        day = first + timedelta(days=step)
        felt = float(np.clip(mood + rng.normal(0, 0.3), -1, 1))
        tables["activities"].append({**account, "activity_id": f"T{number}-{step}", "activity_date": day, "sentiment": felt})
        if rng.random() < 0.7:
            bought = {
                "transaction_id": f"S{number}-{step}",
                "transaction_date": day,
                "product_id": f"P{rng.integers(3)}",
                "amount": 100.0 + number,
            }
            tables["transactions"].append({**account, **bought})


def only(tables: Mapping[str, pl.DataFrame], *names: str) -> dict[str, pl.DataFrame]:
    """Some of the tables."""
    return {name: tables[name] for name in names}


def without_days(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Companies with a flag only: when they left, nobody wrote down."""
    return {"companies": tables["companies"].with_columns(churned_date=pl.lit(None, pl.Date))}


def churn_input(tables: Mapping[str, pl.DataFrame], **more: Any) -> ModelInput:
    """What a model of churn is given."""
    return deal_input(tables, **more)


def turned(data: ModelInput) -> ModelInput:
    """The same rows in another order."""
    return replace(data, frame=lambda name: data.frame(name).reverse())


def with_future(data: ModelInput) -> ModelInput:
    """Everybody is angry the day after the as-of date, and new customers come."""
    later = AS_OF + timedelta(days=1)
    accounts = data.frame("companies")["account_id"].to_list() or data.frame("transactions")["account_id"].unique().sort().to_list()
    fresh = {"customer_id": "new", "account_id": "new", "is_repeat": False}
    rows: dict[str, list[dict[str, Any]]] = {
        "activities": [{"activity_id": f"later {name}", "account_id": name, "activity_date": later, "sentiment": -1.0, "is_repeat": False} for name in accounts],
        "transactions": [{"transaction_id": f"later {name}", "account_id": name, "transaction_date": later, "amount": 9e6, "is_repeat": False} for name in accounts],
        "companies": [{**fresh, "created_date": later}],
        "contracts": [{**fresh, "contract_id": "new", "start_date": later, "end_date": later + timedelta(days=300), "annual_value": 9e6}],
    }  # fmt: skip
    more = {name: pl.concat([data.frame(name), stored(name, added)]) for name, added in rows.items() if not data.frame(name).is_empty()}
    return replace(data, frame=lambda name: more.get(name, data.frame(name)))


def subjects(model: str, data: ModelInput) -> list[str]:
    """Who is asked of: running contracts, or accounts that are not known to have left."""
    contracts = data.frame("contracts")
    if model == "renewal_risk":
        newest = contracts.sort("start_date", "contract_id").unique("account_id", keep="last")
        return sorted(newest.filter(pl.col("cancelled_date").is_null(), pl.col("end_date") >= AS_OF)["contract_id"])
    companies = data.frame("companies")
    if companies.is_empty():
        return sorted(data.frame("transactions")["account_id"].unique())
    return sorted(companies.filter(~pl.col("is_churned"))["account_id"])
