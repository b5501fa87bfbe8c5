"""Features of a few rows, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.frames import AS_OF, MemorySnapshot, account, context, snapshot_of

from onelead.core.settings import Settings
from onelead.features import compute

SENTINEL = date(2099, 12, 31)


def day(offset: int) -> date:
    return AS_OF + timedelta(days=offset)


def of(snapshot: MemorySnapshot, account_id: str = "1", **options: Any) -> dict[str, object]:
    frame = compute(snapshot, options.pop("context", context()), **options)
    return next(record for record in frame.iter_rows(named=True) if record["account_id"] == account_id)


def products(*ends: date | None, **more: object) -> list[dict[str, object]]:
    return [{"asset_id": f"a{place}", "account_id": "1", "end_of_life_date": end, **more} for place, end in enumerate(ends)]


@pytest.mark.parametrize(
    ("ends", "fewest", "mean", "score"),
    [
        ([day(-10), day(20), SENTINEL], -10, 5, 3),
        ([day(364)], 364, 364, 3),
        ([day(365)], 365, 365, 2),
        ([day(729)], 729, 729, 2),
        ([day(730)], 730, 730, 1),
        ([SENTINEL, None], None, None, 1),
        ([None], None, None, None),
    ],
)
def test_days_to_end_of_life(ends: list[date | None], fewest: int | None, mean: int | None, score: int | None) -> None:
    """−10 and 20 days give the minimum −10 and the mean 5; the sentinel is in neither.

    Urgency: below 365 days 3, below 730 days 2, else 1; nothing announced is 1, nothing stated is unknown.
    """
    found = of(snapshot_of(accounts=[account("1")], assets=products(*ends)))
    assert (found["min_days_to_eol"], found["avg_days_to_eol"], found["eol_urgency_score"]) == (fewest, mean, score)


@pytest.mark.parametrize(
    ("support_end", "urgent", "days"),
    [
        (day(0), True, 0),
        (day(89), True, 89),
        (day(90), False, 90),
        (day(-1), False, None),
        (SENTINEL, None, None),
        (date(2060, 1, 1), None, None),
        (None, None, None),
    ],
)
def test_contract_renewal_urgency(support_end: date | None, urgent: bool | None, days: int | None) -> None:
    """Fewer than 90 days is urgent. One that has lapsed is known and not urgent; none announced, and more than 25 years, say nothing."""
    assets = products(day(-1), support_start_date=date(2024, 1, 1), support_end_date=support_end)
    found = of(snapshot_of(accounts=[account("1")], assets=assets))
    assert (found["contract_renewal_urgency"], found["days_to_contract_end"]) == (urgent, days)
    assert found["urgency_score"] == 3 + bool(urgent)


def test_the_earlier_of_support_and_credit_contract_counts() -> None:
    """Support ends in 200 days, the credit contract in 30: 30 days, urgent."""
    snapshot = snapshot_of(
        accounts=[account("1")],
        assets=products(SENTINEL, support_start_date=day(-100), support_end_date=day(200)),
        service_credits=[{"account_id": "1", "contract_end_date": day(30)}],
    )
    found = of(snapshot)
    assert (found["days_to_contract_end"], found["contract_renewal_urgency"], found["urgency_score"]) == (30, True, 2)


def test_credits() -> None:
    """Purchased 10 + 20 = 30, active 6 + 10 = 16: drawdown 14 / 30. Delivered 3 + 9 = 12: rate 0.4, unused 18. 14 / 30 < 0.5 is a risk.

    The third row knows no purchase: it is in none of them.
    """
    rows = [
        {"account_id": "1", "purchased_credits": 10.0, "active_credits": 6.0, "delivered_credits": 3.0},
        {"account_id": "1", "purchased_credits": 20.0, "active_credits": 10.0, "delivered_credits": 9.0},
        {"account_id": "1", "active_credits": 99.0, "delivered_credits": 99.0},
    ]
    found = of(snapshot_of(accounts=[account("1")], service_credits=rows))
    assert found["credit_drawdown"] == pytest.approx(14 / 30)
    assert found["delivery_rate"] == pytest.approx(0.4)
    assert found["unused_credits"] == 18
    assert found["low_utilization_risk"] is True


def test_no_purchase_has_no_drawdown() -> None:
    found = of(snapshot_of(accounts=[account("1")], service_credits=[{"account_id": "1", "purchased_credits": 0.0, "active_credits": 0.0}]))
    assert (found["credit_drawdown"], found["low_utilization_risk"]) == (None, None)


PROJECTS = [
    {"project_id": "p1", "account_id": "1", "start_date": day(-40), "end_date": day(-10), "stage_status": "C", "size_bucket": "<$50k"},
    {"project_id": "p2", "account_id": "1", "start_date": day(-400), "end_date": day(-300), "stage_status": "LOST", "size_bucket": ">$5M"},
    {"project_id": "p3", "account_id": "1", "start_date": day(-20), "end_date": day(50), "stage_status": "C", "size_bucket": "-"},
    {"project_id": "p4", "account_id": "1", "start_date": day(20), "end_date": day(60), "stage_status": "C", "size_bucket": "<$50k"},
    {"project_id": "p5", "account_id": "1", "stage_status": "S", "practice": "A", "country": "DE"},
]


def test_projects() -> None:
    """p4 has not started and is in nothing; p5 has no dates: it counts as a project, not as a start.

    Success 2 (p1, p3), failure 1 (p2): 2 / 3. Starts in the last year p1, p3; in the year before p2. Running: p3.
    Value: p1 25,000; p2 was lost, p3 and p5 have no size. Length of the ended: (30 + 100) / 2 = 65 days.
    """
    found = of(snapshot_of(accounts=[account("1")], projects=PROJECTS))
    assert found["total_projects"] == 4
    assert found["project_success_rate"] == pytest.approx(2 / 3)
    assert (found["days_since_start"], found["days_since_first_start"]) == (20, 400)
    assert (found["projects_last_year"], found["projects_year_before"], found["running_projects"]) == (2, 1, 1)
    assert (found["successful_projects"], found["failed_projects"]) == (2, 1)
    assert (found["project_value"], found["avg_project_days"]) == (25_000, 65)
    assert (found["practice_diversity"], found["geographic_diversity"]) == (1, 1)
    assert (found["recency_score"], found["recent_engagement"]) == (3, True)


def test_projects_on_a_past_date() -> None:
    """200 days ago only p2 had started; it had ended 300 days ago, so its failure was known. 350 days ago it was still running,
    and neither its end nor its size is used.

    The project without dates is in neither.
    """
    snapshot = snapshot_of(accounts=[account("1")], projects=PROJECTS)
    later = of(snapshot, context=context(day(-200)), dated_only=True)
    assert (later["total_projects"], later["failed_projects"], later["project_success_rate"]) == (1, 1, 0)
    assert later["project_value"] is None
    earlier = of(snapshot, context=context(day(-350)), dated_only=True)
    assert (earlier["total_projects"], earlier["failed_projects"], earlier["project_success_rate"]) == (1, None, None)
    assert (earlier["running_projects"], earlier["project_value"], earlier["avg_project_days"]) == (1, None, None)
    assert "credit_drawdown" not in earlier
    assert "has_active_opportunities" not in earlier


@pytest.mark.parametrize(("days", "score"), [(29, 3), (30, 2), (89, 2), (90, 1)])
def test_recency(days: int, score: int) -> None:
    found = of(snapshot_of(accounts=[account("1")], projects=[{"project_id": "p", "account_id": "1", "start_date": day(-days)}]))
    assert found["recency_score"] == score
    assert found["recent_engagement"] is (days < 90)


def test_terciles_are_over_accounts() -> None:
    """1, 2, 2, 5 and 9 interactions: 0, 1, 1, 3 and 4 of 5 accounts have fewer, so 1, 1, 1, 2 and 3. An account without any is unknown."""
    counts = {"1": 1, "2": 2, "3": 2, "4": 5, "5": 9}
    rows = [{"opportunity_id": f"{owner}-{place}", "account_id": owner} for owner, count in counts.items() for place in range(count)]
    frame = compute(snapshot_of(accounts=[account(str(place)) for place in range(1, 7)], opportunities=rows), context())
    assert frame["frequency_score"].to_list() == [1, 1, 1, 2, 3, None]
    assert frame["rfm_score"].to_list() == [None] * 6, "recency is not known"


def test_monetary_is_projects_and_credits() -> None:
    """25,000 + 10 × $500 = 30,000 beats 25,000 and 4,000: scores 3, 2, 1."""
    found = compute(
        snapshot_of(
            accounts=[account("1"), account("2"), account("3")],
            projects=[{"project_id": name, "account_id": name, "size_bucket": "<$50k", "start_date": day(-1)} for name in "12"],
            service_credits=[{"account_id": "1", "purchased_credits": 10.0}, {"account_id": "3", "purchased_credits": 8.0}],
        ),
        context(),
    )
    assert found["monetary_score"].to_list() == [3, 2, 1]
    assert found["rfm_score"].to_list() == [3 + 1 + 3, 3 + 1 + 2, None]


def test_repeats_named_accounts_and_unattributed_rows_do_not_count() -> None:
    """Of three products one repeats a serial number and one has no account: one counts. The named account has no row of its own."""
    assets = [*products(day(5), day(-5)), {"asset_id": "x", "end_of_life_date": day(-99)}]
    assets[1]["is_repeat"] = True
    accounts = [account("1"), {**account("n"), "level": "named", "parent_id": "1"}]
    frame = compute(snapshot_of(accounts=accounts, assets=assets), context())
    assert frame["account_id"].to_list() == ["1"]
    assert (frame["total_products"][0], frame["min_days_to_eol"][0], frame["expired_products"][0]) == (1, 5, 0)


def test_thresholds_are_settings() -> None:
    settings = Settings.model_validate({"features": {"eol_urgent_days": 10, "eol_near_days": 50}})
    snapshot = snapshot_of(accounts=[account("1")], assets=products(day(40)))
    assert of(snapshot, context=context(settings=settings))["eol_urgency_score"] == 2
    assert of(snapshot)["eol_urgency_score"] == 3


def test_the_window_of_expiring_products_is_a_setting() -> None:
    """Ends in 0, 180 and 181 days: two within 180 days, one within 10, three within 181. The one past is expired."""
    snapshot = snapshot_of(accounts=[account("1")], assets=products(day(-1), day(0), day(180), day(181)))
    counts = {
        days: of(snapshot, context=context(settings=Settings.model_validate({"metrics": {"expiring_days": days}})))["expiring_products"]
        for days in (10, 180, 181)
    }
    assert counts == {10: 1, 180: 2, 181: 3}
    assert of(snapshot)["expired_products"] == 1
