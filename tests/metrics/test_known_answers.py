"""Metrics of products, credits and projects of a few rows, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

import pytest
from tests.frames import context, snapshot_of
from tests.metrics._answers import ASSETS, PROJECTS, all_of, day, estimated, value

from onelead.core.settings import Settings
from onelead.metrics import query


def test_life_cycle() -> None:
    """Five serial numbers, one of them twice.

    Expired: a (its day was yesterday; b's is today and has not passed). Within 180 days: b and c; within 365 also d.
    Unsupported: a, c (unknown counts as unsupported) and e ("active?" does not start with "Active").
    Current: d (181 days) and e (none announced). Unpriced: d (category not in the book) and e (no category).
    At risk: a, an x86 server, 15,000 by the book, whatever its case.
    """
    answers = {
        "assets": 5,
        "expired_products": 1,
        "expiring_products": 2,
        "expiring_products_365": 3,
        "end_of_service_products": 1,
        "unsupported_products": 3,
        "support_coverage": 2 / 5,
        "expired_share": 1 / 5,
        "expiring_share": 2 / 5,
        "current_share": 2 / 5,
        "unpriced_products": 2,
        "revenue_at_risk": 15_000,
        "portfolio_value": 15_000 + 2 * 1_200,
    }
    assert all_of(snapshot_of(assets=ASSETS), answers) == pytest.approx(answers)


def test_a_contract_value_is_no_estimate() -> None:
    """The expired asset has a contract of 7,000: nothing at risk is estimated, though the portfolio's WLAN assets are."""
    stated = [{**ASSETS[0], "contract_value": 7_000.0}, *ASSETS[1:]]
    snapshot = snapshot_of(assets=stated)
    assert (value(snapshot, "revenue_at_risk"), estimated(snapshot, "revenue_at_risk")) == (7_000, False)
    assert estimated(snapshot, "portfolio_value")
    assert estimated(snapshot_of(assets=ASSETS), "revenue_at_risk")


def test_nothing_expired_is_no_revenue_at_risk_and_unpriced_is_unknown() -> None:
    """No asset expired: 0, for sure. One expired without a price: unknown, not 0. No end of life stated: unknown."""
    assert value(snapshot_of(assets=ASSETS[1:4]), "revenue_at_risk") == 0
    assert not estimated(snapshot_of(assets=ASSETS[1:4]), "revenue_at_risk")
    assert value(snapshot_of(assets=[{"asset_id": "a", "end_of_life_date": day(-1)}]), "revenue_at_risk") is None
    assert value(snapshot_of(assets=[{"asset_id": "a"}]), "revenue_at_risk") is None
    assert value(snapshot_of(assets=[{"asset_id": "a"}]), "expired_products") is None


def test_risk_category_and_lifecycle_state_as_dimensions() -> None:
    """a is Critical (below 0 days); b High (0 days); c at 180 days is Low already; d and e Low. Every group shows 0, not a gap."""
    found = query(snapshot_of(assets=ASSETS), context(), "assets", by=["risk_category"])
    assert dict(found.select("risk_category", "value").iter_rows()) == {"Critical": 1, "High": 1, "Low": 3}
    states = query(snapshot_of(assets=ASSETS), context(), "expired_products", by=["lifecycle_state"])
    assert dict(states.select("lifecycle_state", "value").iter_rows()) == {"Past end of life": 1, "Expiring": 0, "Current": 0}


def test_refresh_candidates_need_the_refresh_table() -> None:
    """WLAN HW has a successor, in whatever case: b and c end within a year. Without a table the number is unknown."""
    settings = Settings.model_validate({"metrics": {"successors": {"wlan hw": "AP-635"}}})
    assert value(snapshot_of(assets=ASSETS), "refresh_candidates", settings) == 2
    empty = Settings.model_validate({"metrics": {"successors": {}}})
    assert value(snapshot_of(assets=ASSETS), "refresh_candidates", empty) is None


CREDITS = [
    {"purchased_credits": 10.0, "converted_credits": 6.0, "delivered_credits": 5.0, "active_credits": 4.0, "contract_end_date": day(90)},
    {"purchased_credits": 30.0, "converted_credits": None, "delivered_credits": 10.0, "active_credits": 8.0, "expiry_bucket": "46-90"},
    {"purchased_credits": None, "converted_credits": 2.0, "delivered_credits": 1.0, "active_credits": 16.0, "expiry_bucket": "91-180"},
    {"purchased_credits": 20.0, "account_id": "1", "active_credits": 32.0, "contract_end_date": day(-1), "expiry_bucket": "0-45"},
]


def test_credits() -> None:
    """Unused: 5 + 20 (the others know only one side), worth 25 × $500. Utilisation over the same rows: 15 / 40.

    Conversion over the first row alone. Expiring: 4 (in 90 days) and 8 (bucket to 90); the last row's end date has passed, and a date
    speaks before a bucket. All rows count, with an account or without.
    """
    answers = {
        "purchased_credits": 60,
        "converted_credits": 8,
        "delivered_credits": 16,
        "active_credits": 60,
        "unused_credits": 25,
        "unused_credit_value": 12_500,
        "credit_utilization": 15 / 40,
        "credit_conversion": 6 / 10,
        "expiring_credits": 12,
    }
    assert all_of(snapshot_of(service_credits=CREDITS), answers) == pytest.approx(answers)


def test_unused_credit_value_is_an_estimate_and_follows_its_price() -> None:
    settings = Settings.model_validate({"prices": {"credit": 100}})
    assert value(snapshot_of(service_credits=CREDITS), "unused_credit_value", settings) == 2_500
    assert estimated(snapshot_of(service_credits=CREDITS), "unused_credit_value")


def test_sums_of_nothing_known_are_unknown() -> None:
    snapshot = snapshot_of(service_credits=[{"account_id": "1"}])
    for metric in ("purchased_credits", "unused_credits", "unused_credit_value", "credit_utilization", "expiring_credits"):
        assert value(snapshot, metric) is None, metric
    zero = snapshot_of(service_credits=[{"purchased_credits": 0.0, "delivered_credits": 0.0}])
    assert value(zero, "unused_credits") == 0
    assert value(zero, "credit_utilization") is None


def test_projects() -> None:
    """Success 2, failure 1; S is open and past its end, X is neither (so 4 is not overdue). The project of next week is not the last one.

    Value: 25,000 for the bucket and 100 as stated; "-" and no bucket are unknown. Practices delivered: A alone.
    The newest export date up to the as-of date is two days old; one in the future does not count.
    """
    answers = {
        "project_count": 5,
        "active_projects": 1,
        "project_success_rate": 2 / 3,
        "overdue_projects": 1,
        "days_since_last_project": 5,
        "healthy_projects": 2,
        "at_risk_projects": 1,
        "critical_projects": 1,
        "healthy_project_share": 2 / 4,
        "at_risk_project_share": 1 / 4,
        "critical_project_share": 1 / 4,
        "project_value": 25_100,
        "unvalued_projects": 3,
        "practices_delivered": 1,
        "freshness_days": 2,
        "unattributed_rows": 4,
    }
    assert all_of(snapshot_of(projects=PROJECTS), answers) == pytest.approx(answers)


def test_project_dimensions() -> None:
    found = query(snapshot_of(projects=PROJECTS), context(), "project_count", by=["stage"])
    assert dict(found.select("stage", "value").iter_rows()) == {"Success": 2, "Failure": 1, "Open": 1, "Excluded": 1}
    years = query(snapshot_of(projects=PROJECTS), context(), "project_count", by=["project_year"])
    assert dict(years.select("project_year", "value").iter_rows()) == {2024: 3, None: 2}
