"""Properties of the list: a total order, no duplicates, and accounts that do not disturb one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.rules import world

from onelead.rules import recommend
from onelead.tables.actions import ActionContract

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNTS = ("A", "B", "C")
DAYS = st.one_of(st.none(), st.integers(-3000, 3000))


def _asset(account_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "account_id": st.just(account_id),
            "product_category": st.sampled_from([None, "WLAN HW", "x86 Premium Servers", "Other", "wlan hw"]),
            "end_of_life_date": DAYS.map(lambda days: None if days is None else world.day(days)),
            "support_end_date": DAYS.map(lambda days: None if days is None else world.day(days)),
            "contract_value": st.one_of(st.none(), st.sampled_from([0.0, 10.0, 1e9])),
            "support_status": st.sampled_from([None, "Active Warranty", "Uncovered"]),
            "is_repeat": st.booleans(),
        }
    )


def _credit(account_id: str | None) -> st.SearchStrategy[dict[str, Any]]:
    number = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.5, 100.0]))
    return st.fixed_dictionaries(
        {
            "account_id": st.just(account_id),
            "purchased_credits": number,
            "delivered_credits": number,
            "active_credits": number,
            "expiry_bucket": st.sampled_from([None, "0-45", "46-90", ">180", "soon"]),
            "contract_end_date": DAYS.map(lambda days: None if days is None else world.day(days)),
        }
    )


@st.composite
def tables(draw: Callable[..., Any], accounts: tuple[str, ...] = ACCOUNTS) -> dict[str, list[dict[str, Any]]]:
    assets = [row for name in accounts for row in draw(st.lists(_asset(name), max_size=5))]
    for number, row in enumerate(assets):
        row["asset_id"] = f"{row['account_id']}-{number}"
    found = {
        "assets": assets,
        "service_credits": [row for name in (*accounts, None) for row in draw(st.lists(_credit(name), max_size=2))],
        "opportunities": [{"account_id": name, "opportunity_id": f"O{name}"} for name in accounts if draw(st.booleans())],
        "scores": [world.score(name, draw(st.sampled_from(["High", "Medium", "Low"]))) for name in accounts],
    }
    return {**found, "accounts": [world.account(name) for name in accounts]}


many = settings(max_examples=examples(25, 12), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.soak
@many
@given(tables())
def test_ranks_are_a_total_order_by_priority_then_expected_value(rows: dict[str, Any]) -> None:
    actions = recommend(world.given(**rows))
    ActionContract.validate(actions)
    assert actions["rank"].to_list() == list(range(1, actions.height + 1))
    keys = [(-row["priority"], row["expected_value"] is None, -(row["expected_value"] or 0.0)) for row in actions.iter_rows(named=True)]
    assert keys == sorted(keys)
    for _, group in actions.group_by("account_id", maintain_order=True):
        assert group["account_rank"].to_list() == list(range(1, group.height + 1))


@pytest.mark.soak
@many
@given(tables())
def test_what_holds_for_every_list(rows: dict[str, Any]) -> None:
    given_ = world.given(**rows)
    actions = recommend(given_)
    assert actions["action_id"].is_unique().all()
    renewals = actions.filter(pl.col("type").is_in(["critical_renewal", "urgent_renewal", "service_expiration", "planned_renewal"]))
    assert renewals.select(pl.struct("account_id", "subject").is_unique().all()).item()
    assert set(actions["account_id"].drop_nulls()) == set(ACCOUNTS), "every account has an action"
    alone = actions.filter(pl.len().over("account_id") > 1)
    assert "general_follow_up" not in alone["type"].to_list()
    money = actions.drop_nulls("expected_value")
    assert (money["expected_value_low"] <= money["expected_value"] + 1e-9).all()
    assert (money["expected_value"] <= money["expected_value_high"] + 1e-9).all()


@pytest.mark.soak
@settings(many, max_examples=examples(12, 6))
@given(tables(), tables(("X", "Y")))
def test_other_accounts_change_nobody_elses_ids(rows: dict[str, Any], more: dict[str, Any]) -> None:
    # Whether a table was delivered at all is a fact of the workspace: here all are, for somebody else.
    rows["assets"].append(world.asset("W-1", "W"))
    rows["opportunities"].append({"account_id": "W", "opportunity_id": "OW"})
    rows["accounts"].append(world.account("W"))
    both = {name: [*rows[name], *(row for row in more[name] if row["account_id"] is not None)] for name in rows}
    before, after = recommend(world.given(**rows)), recommend(world.given(**both))
    kept = after.filter(~pl.col("account_id").fill_null("-").is_in(["X", "Y"]))
    assert sorted(kept["action_id"]) == sorted(before["action_id"])
