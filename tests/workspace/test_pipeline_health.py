"""Pipeline health by hand: parts, weights, what is left out, and groups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from tests.frames import AS_OF
from tests.workspace._deals import deal, view_of

from onelead.core.settings import Settings
from onelead.workspace.pipeline_health import health_by, pipeline_health

SOON, PAST = AS_OF + timedelta(days=9), AS_OF - timedelta(days=9)
DEALS = [
    deal("a", amount=100.0, close_date=PAST, contact_count=3, owner_name="Ana", team="North"),
    deal("b", amount=300.0, close_date=SOON, contact_count=1, owner_name="Ana", team="North"),
    deal("c", close_date=SOON, contact_count=5, owner_name="Ben", team="North"),
    deal("d", amount=200.0, owner_name="Ben", team="South"),
    deal("w", amount=400.0, is_won=True, close_date=PAST, owner_name="Ana", team="North"),
]
QUOTA = [{"person_id": "p1", "team": "North", "period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30), "amount": 1000.0}]


def of(settings: Settings | None = None, **more: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    found = pipeline_health(*view_of(settings=settings, opportunities=DEALS, **more))
    return found, {row["part"]: row for row in found["parts"].iter_rows(named=True)}


def test_the_score_is_the_weighted_mean_of_what_is_known() -> None:
    """c states no amount and weighs 200, the mean. Overdue: a of a, b, c: 500 of 600 on time. Contacts: b of a, b, c: 300 of 600.

    (15 × 83.3 + 10 × 50) ÷ 25 = 70; the other parts have no data.
    """
    found, parts = of()
    assert parts["overdue"]["points"] == pytest.approx(500 / 6)
    assert parts["single_contact"]["points"] == pytest.approx(50)
    assert found["score"] == pytest.approx(70)
    assert (found["weight"], found["deals"]) == (25, 4)
    assert parts["overdue"]["share"] == pytest.approx(0.6)
    assert sum(row["lost"] or 0 for row in parts.values()) == pytest.approx(30)
    untold = {name for name, row in parts.items() if row["points"] is None}
    assert untold == {"coverage", "stage_age", "open_long", "pushed", "amount_cut", "no_activity", "unchanged", "no_next_step"}


def test_coverage_counts_towards_the_coverage_that_is_wanted() -> None:
    """600 left of 1,000; a, b and c (no amount) close in the quarter: 400 ÷ 600 ÷ 3 of 100 points."""
    _, parts = of(quotas=QUOTA)
    assert parts["coverage"]["number"] == pytest.approx(400 / 600)
    assert parts["coverage"]["points"] == pytest.approx(100 * 400 / 600 / 3)


def test_weights_are_settings() -> None:
    found, parts = of(Settings.model_validate({"risk": {"health_weights": {"overdue": 1.0, "single_contact": 0.0}}}))
    assert found["score"] == pytest.approx(500 / 6)
    assert set(parts) == {"overdue"}


def test_groups_and_the_least_that_a_score_needs() -> None:
    view, parts = view_of(opportunities=DEALS, settings=Settings.model_validate({"risk": {"health_least": 2}}))
    rows = {row["group"]: row for row in health_by(view, parts, "owner_name").iter_rows(named=True)}
    assert rows["Ana"]["score"] == pytest.approx((15 * 75 + 10 * 25) / 25), "a 100 of 400 overdue; b 300 of 400 with one contact"
    assert (rows["Ben"]["score"], rows["Ben"]["deals"]) == (100, 2)
    assert rows["Ana"]["worst"] == "single_contact"
    teams = {row["group"]: row["score"] for row in health_by(view, parts, "team").iter_rows(named=True)}
    assert teams["South"] is None, "one open deal"


def test_without_open_deals_there_is_no_score() -> None:
    found = pipeline_health(*view_of(opportunities=[DEALS[-1]]))
    assert (found["score"], found["deals"]) == (None, 0)
    assert found["parts"]["points"].null_count() == found["parts"].height


def test_row_rights() -> None:
    found = pipeline_health(*view_of(opportunities=DEALS, accounts_seen=["2"]))
    assert (found["score"], found["deals"]) == (None, 0)
    view, parts = view_of(opportunities=DEALS, accounts_seen=["2"], quotas=QUOTA)
    assert health_by(view, parts, "owner_name").filter(pl.col("score").is_not_null()).is_empty()
