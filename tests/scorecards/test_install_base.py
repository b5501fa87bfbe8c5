"""The built-in install base scorecard, with answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.frames import MemorySnapshot, account, base, context, random_base, snapshot_of

from onelead.core.settings import MetricSettings, Settings
from onelead.features import compute
from onelead.metrics import query
from onelead.scorecards import measures, needed_measures, score, scorecards

CARD = scorecards()["install_base"]
PAST, NEAR, FINE = date(2024, 9, 3), date(2025, 3, 3), date(2025, 3, 4)
"""The day before the as-of date; 180 and 181 days after it."""


def assets_of(owner: str, past: int, near: int, fine: int, supported: int) -> list[dict[str, Any]]:
    ends = [PAST] * past + [NEAR] * near + [FINE] * fine
    return [
        {
            "asset_id": f"{owner}-{place}",
            "account_id": owner,
            "end_of_life_date": end,
            "support_status": "Active Warranty" if place < supported else "Uncovered",
        }
        for place, end in enumerate(ends)
    ]


def health(snapshot: MemorySnapshot, settings: Settings | None = None) -> dict[str, dict[str, Any]]:
    now = context(settings=settings)
    found = score(CARD, measures(snapshot, now, compute(snapshot, now), CARD))
    return {row["account_id"]: {**row, "parts": json.loads(row["parts"])} for row in found.iter_rows(named=True)}


def whole() -> MemorySnapshot:
    return snapshot_of(
        accounts=[account("A"), account("B"), account("C"), {**account("A-1"), "level": "named", "parent_id": "A"}],
        assets=[*assets_of("A", 4, 2, 4, supported=6), *assets_of("B", 0, 0, 2, supported=2)],
        service_credits=[
            {"project_id": "p", "account_id": "A", "purchased_credits": 40.0, "delivered_credits": 10.0},
            {"project_id": "q", "account_id": "A", "purchased_credits": 60.0, "delivered_credits": 15.0},
        ],
        opportunities=[
            {"opportunity_id": "1", "account_id": "A"},
            {"opportunity_id": "2", "account_id": "A"},
            {"opportunity_id": "3", "account_id": "A", "is_won": True},
            *({"opportunity_id": f"b{place}", "account_id": "B"} for place in range(6)),
        ],
    )


def test_every_part_known() -> None:
    """A: 10 assets, 4 past their end, 2 within 180 days, 4 fine → (4 + 0.5 · 2) / 10 · 100 = 50; credits 25 / 100 → 25; 2 open
    opportunities → 40; 6 of 10 supported → 60. 0.4 · 50 + 0.2 · (25 + 40 + 60) = 45: at risk. Points lost: 20, 15, 12, 8.
    """
    found = health(whole())["A"]
    assert found["score"] == 45
    assert found["band"] == "At risk"
    assert (found["measures_used"], found["weight_used"]) == (4, 1)
    assert {name: part["points"] for name, part in found["parts"].items()} == {
        "product_lifecycle": 50,
        "credit_utilization": 25,
        "opportunity_engagement": 40,
        "support_coverage": 60,
    }
    assert found["parts"]["product_lifecycle"]["value"] == 0.5
    assert found["reason"] == "Product lifecycle lowers it most, by 20 points (assets past end of life: 4 of 10, near it: 2)."


def test_a_part_without_data_is_left_out_and_the_rest_weighed_again() -> None:
    """B has no credits. Lifecycle 100 (both fine), 6 opportunities → 100 and not 120, support 100. Weights 40, 20, 20 of 80 → 50, 25, 25;
    the score is 100, and 0.8 of the weight has data.
    """
    found = health(whole())["B"]
    assert (found["score"], found["band"], found["measures_used"], found["weight_used"]) == (100, "Healthy", 3, 0.8)
    assert [part["weight_used"] for part in found["parts"].values()] == [50, 0, 25, 25]
    assert [part["weight"] for part in found["parts"].values()] == [40, 20, 20, 20]
    assert found["parts"]["credit_utilization"]["points"] is None
    assert found["parts"]["credit_utilization"]["reason"] == "Credit utilisation: no data, left out"
    assert found["reason"] == "Nothing lowers it."


def test_no_opportunity_is_known_where_opportunities_were_loaded() -> None:
    """C has no row anywhere: its opportunities are 0, since a list was loaded, and the rest is unknown: a score of 0 on 0.2 of the weight."""
    found = health(whole())["C"]
    assert (found["score"], found["band"], found["measures_used"], found["weight_used"]) == (0, "Critical", 1, 0.2)
    assert found["reason"] == "Opportunity engagement lowers it most, by 100 points (open opportunities: 0)."


def test_no_opportunity_is_unknown_where_none_were_loaded() -> None:
    """Lifecycle (0 + 0.5 · 1) / 1 → 50 with 40, support 0 with 20: (40 · 50 + 20 · 0) / 60 = 33.333333."""
    found = health(snapshot_of(accounts=[account("A")], assets=assets_of("A", 0, 1, 0, supported=0)))["A"]
    assert found["score"] == 33.333333
    assert found["band"] == "Critical"
    assert (found["measures_used"], found["weight_used"]) == (2, 0.6)


def test_an_account_without_data_has_no_score() -> None:
    found = health(snapshot_of(accounts=[account("A")]))["A"]
    assert (found["score"], found["band"], found["measures_used"], found["weight_used"]) == (None, None, 0, 0)
    assert found["reason"] == "Too few measures have data: 0 of at least 1."


def test_assets_without_any_announced_end_tell_nothing_of_the_lifecycle() -> None:
    rows = [{"asset_id": "a", "account_id": "A", "support_status": "Active Warranty"}]
    found = health(snapshot_of(accounts=[account("A")], assets=rows))["A"]
    assert found["parts"]["product_lifecycle"]["points"] is None
    assert found["score"] == 100


def test_more_delivered_than_purchased_counts_as_all() -> None:
    rows = [{"project_id": "p", "account_id": "A", "purchased_credits": 10.0, "delivered_credits": 25.0}]
    assert health(snapshot_of(accounts=[account("A")], service_credits=rows))["A"]["score"] == 100


def test_the_window_before_the_end_is_a_setting() -> None:
    """Within 181 days all 6 assets that are not past their end count half: 0.5 · 6 / 10 → 30."""
    found = health(whole(), Settings(metrics=MetricSettings(expiring_days=181)))["A"]
    assert found["parts"]["product_lifecycle"]["points"] == 30


@pytest.mark.parametrize("name", needed_measures(CARD))
def test_measures_are_the_metrics_by_account(name: str) -> None:
    snapshot = MemorySnapshot(random_base())
    found = measures(snapshot, context(), pl.DataFrame({"account_id": []}), CARD)
    asked = query(snapshot, context(), name, by=["account_id"]).filter(pl.col("account_id").is_not_null())
    both = found.join(asked, on="account_id", how="left")
    expected = both["value"].fill_null(0.0) if name == "open_opportunities" else both["value"]
    assert both[name].to_list() == pytest.approx(expected.to_list(), nan_ok=True)
    assert len(found) == 13


def test_one_query_a_table_and_no_fan_out() -> None:
    tables = random_base()
    one, fanned = MemorySnapshot(tables), MemorySnapshot({**tables, "accounts": pl.concat([tables["accounts"]] * 3)})
    nothing = pl.DataFrame({"account_id": []})
    assert measures(one, context(), nothing, CARD).equals(measures(fanned, context(), nothing, CARD))
    assert one.queries == 3


def test_a_table_that_is_not_there_is_unknown() -> None:
    tables = {name: frame for name, frame in base(accounts=[account("A")]).items() if name != "service_credits"}
    found = measures(MemorySnapshot(tables), context(), pl.DataFrame({"account_id": []}), CARD)
    assert found["credit_utilization"].to_list() == [None]
