"""A planted world of deals with a history: won by their owner's skill and their source, pushed when they will be lost, or all at random."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.core.context import Context
from onelead.core.settings import Settings
from onelead.models import InUse, ModelInput
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_OF = date(2024, 9, 4)
STAGES = ("Discovery", "Proposal", "Negotiation")
SOURCES = {"Partner": 1.2, "Web": -1.2}
SKILLS = (1.2, 0.4, -0.4, -1.2)


def stored(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """``rows`` as the base holds them."""
    schema = canonical_tables()[name].stored
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def deal_input(
    tables: Mapping[str, pl.DataFrame], *, as_of: date = AS_OF, incumbent: InUse | None = None, settings: Settings | None = None
) -> ModelInput:
    """What a model of deals is given."""

    def frame(name: str) -> pl.DataFrame:
        return tables.get(name, canonical_tables()[name].empty())

    accounts = frame("opportunities")["account_id"].drop_nulls().unique().sort()
    documented = pl.DataFrame({"account_id": accounts, "opportunity_propensity_score": [0.5] * accounts.len()})
    return ModelInput(
        context=Context(as_of, settings or Settings()),
        base_id="base-1",
        features=documented.select("account_id"),
        history=lambda _day: documented.select("account_id"),
        projects=frame("projects"),
        opportunities=frame("opportunities"),
        recorded=pl.DataFrame(schema={"account_id": pl.String, "as_of": pl.Date, "positive": pl.Boolean}),
        documented=documented,
        frame=frame,
        incumbent=incumbent,
    )


@cache
def world(size: int = 1600, *, seed: int = 3, signal: bool = True) -> dict[str, pl.DataFrame]:
    """Deals of ``size // 2`` accounts over 900 days. ``hours`` is written after winning (a leak), ``mood`` at any change (none)."""
    rng = np.random.default_rng(seed)
    listed, history, done = [], [], []
    for number in range(size):
        created = AS_OF - timedelta(days=int(rng.integers(5, 900)))
        rep, source = int(rng.integers(0, len(SKILLS))), str(rng.choice(list(SOURCES)))
        odds = SKILLS[rep] + SOURCES[source] if signal else 0.0
        won = bool(rng.random() < 1 / (1 + np.exp(-odds)))
        deal = {"opportunity_id": f"D{number:04d}", "account_id": f"A{number // 2:04d}", "lead_source": source, "created_date": created}
        states, closed = _life(rng, created, won=won, rep=rep, signal=signal)
        known = [state for state in states if state["changed_at"].date() <= AS_OF]
        over = closed <= AS_OF
        last = {key: value for state in known for key, value in state.items() if value is not None and key != "changed_at"}
        last.pop("extra", None)
        listed.append({**deal, **last, "is_repeat": False, "is_won": won if over else None})
        history += [{"opportunity_id": deal["opportunity_id"], "account_id": deal["account_id"], **state} for state in known]
        done.append({"activity_id": f"T{number}", "opportunity_id": deal["opportunity_id"], "activity_date": created + timedelta(days=3)})
    return {
        "opportunities": stored("opportunities", listed),
        "opportunity_history": stored("opportunity_history", history),
        "activities": stored("activities", [row for row in done if row["activity_date"] <= AS_OF]),
    }


def _life(rng: np.random.Generator, created: date, *, won: bool, rep: int, signal: bool) -> tuple[list[dict[str, Any]], date]:
    """The states of one deal, and the day on which it closes; a lost one is pushed more often."""
    day, plan = created, created + timedelta(days=90)
    amount = float(rng.integers(5, 60)) * 1000
    states: list[dict[str, Any]] = []
    for stage in STAGES:
        if states and rng.random() < (0.6 if signal and not won else 0.2):
            plan += timedelta(days=30)
        mood = json.dumps({"mood": str(rng.choice(["good", "bad"]))})
        owner = {"owner_id": f"R{rep}", "owner_name": f"Rep {rep}"}
        states.append({"changed_at": at(day), "stage": stage, "amount": amount, "close_date": plan, **owner, "extra": mood})
        day += timedelta(days=int(rng.integers(10, 50)))
    end = json.dumps({"mood": str(rng.choice(["good", "bad"])), **({"hours": 40} if won else {})})
    name = "Closed won" if won else "Closed lost"
    states.append({"changed_at": at(day), "stage": name, "close_date": day, "is_won": won, "extra": end})
    return states, day


def at(day: date) -> datetime:
    """The morning of ``day``."""
    return datetime.combine(day, time(9))


def turned(data: ModelInput) -> ModelInput:
    """The same rows in another order."""
    return replace(data, opportunities=data.opportunities.reverse(), frame=lambda name: data.frame(name).reverse())


def with_future(data: ModelInput) -> ModelInput:
    """Every open deal is won the day after the as-of date, in all tables; new deals come, and activities."""
    later = AS_OF + timedelta(days=1)
    opened = data.opportunities.filter(pl.col("is_won").is_null())["opportunity_id"].to_list()
    history = [{"opportunity_id": name, "changed_at": at(later), "stage": "Closed won", "is_won": True} for name in [*opened, "new"]]
    done = [{"activity_id": f"later {name}", "opportunity_id": name, "activity_date": later} for name in opened]
    fresh = stored("opportunities", [{"opportunity_id": "new", "account_id": "A0001", "created_date": later, "is_repeat": False}])
    more = {
        "opportunities": pl.concat([data.opportunities, fresh]),
        "opportunity_history": pl.concat([data.frame("opportunity_history"), stored("opportunity_history", history)]),
        "activities": pl.concat([data.frame("activities"), stored("activities", done)]),
    }
    return replace(data, opportunities=more["opportunities"], frame=lambda name: more.get(name, data.frame(name)))


def subjects(_model: str, data: ModelInput) -> list[str]:
    """Who is asked of: open deals."""
    return sorted(data.opportunities.filter(pl.col("is_won").is_null())["opportunity_id"])
