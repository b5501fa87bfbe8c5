"""Metrics of a few rows, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from tests.frames import AS_OF, MemorySnapshot, account, base, context, snapshot_of

from onelead.core.settings import Settings
from onelead.metrics import metrics, quality, query, rows, values

SENTINEL = date(2099, 12, 31)


def day(offset: int) -> date:
    return AS_OF + timedelta(days=offset)


def value(snapshot: MemorySnapshot, metric: str, settings: Settings | None = None) -> float | None:
    found = values(snapshot, context(settings=settings), [metric])
    return found["value"][0]


def estimated(snapshot: MemorySnapshot, metric: str) -> bool:
    return bool(values(snapshot, context(), [metric])["estimated"][0])


ASSETS = [
    {
        "asset_id": "a",
        "account_id": "1",
        "end_of_life_date": day(-1),
        "product_category": "x86 Premium servers",
        "support_status": "Expired",
    },
    {"asset_id": "b", "account_id": "1", "end_of_life_date": day(0), "product_category": "WLAN HW", "support_status": "Active Warranty"},
    {"asset_id": "c", "account_id": "2", "end_of_life_date": day(180), "product_category": "WLAN HW", "support_status": None},
    {
        "asset_id": "d",
        "account_id": "2",
        "end_of_life_date": day(181),
        "product_category": "Unheard of",
        "support_status": "Support-Active",
    },
    {"asset_id": "e", "end_of_life_date": SENTINEL, "end_of_service_date": day(-5), "support_status": "active?"},
    {"asset_id": "a", "account_id": "1", "end_of_life_date": day(-1), "is_repeat": True},
]


@pytest.mark.parametrize(
    ("metric", "answer"),
    [
        ("assets", 5),
        ("expired_products", 1),
        ("expiring_products", 2),
        ("expiring_products_365", 3),
        ("end_of_service_products", 1),
        ("unsupported_products", 3),
        ("support_coverage", 2 / 5),
        ("expired_share", 1 / 5),
        ("expiring_share", 2 / 5),
        ("current_share", 2 / 5),
        ("unpriced_products", 2),
        ("revenue_at_risk", 15_000),
        ("portfolio_value", 15_000 + 2 * 1_200),
    ],
)
def test_life_cycle(metric: str, answer: float) -> None:
    """Five serial numbers, one of them twice.

    Expired: a (its day was yesterday; b's is today and has not passed). Within 180 days: b and c; within 365 also d.
    Unsupported: a, c (unknown counts as unsupported) and e ("active?" does not start with "Active").
    Current: d (181 days) and e (none announced). Unpriced: d (category not in the book) and e (no category).
    At risk: a, an x86 server, 15,000 by the book, whatever its case.
    """
    assert value(snapshot_of(assets=ASSETS), metric) == pytest.approx(answer)


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


@pytest.mark.parametrize(
    ("metric", "answer"),
    [
        ("purchased_credits", 60),
        ("converted_credits", 8),
        ("delivered_credits", 16),
        ("active_credits", 60),
        ("unused_credits", 25),
        ("unused_credit_value", 12_500),
        ("credit_utilization", 15 / 40),
        ("credit_conversion", 6 / 10),
        ("expiring_credits", 12),
    ],
)
def test_credits(metric: str, answer: float) -> None:
    """Unused: 5 + 20 (the others know only one side), worth 25 × $500. Utilisation over the same rows: 15 / 40.

    Conversion over the first row alone. Expiring: 4 (in 90 days) and 8 (bucket to 90); the last row's end date has passed, and a date
    speaks before a bucket. All rows count, with an account or without.
    """
    assert value(snapshot_of(service_credits=CREDITS), metric) == pytest.approx(answer)


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


PROJECTS = [
    {"project_id": "1", "stage_status": "C", "practice": "A", "financial_status": "G", "start_date": day(-30), "size_bucket": "<$50k"},
    {"project_id": "2", "stage_status": "LOST", "practice": "B", "financial_status": "R", "start_date": day(-5), "size_bucket": "-"},
    {
        "project_id": "3",
        "stage_status": "S",
        "practice": "A",
        "financial_status": "Y",
        "start_date": day(9),
        "end_date": day(-1),
        "import_date": day(-2),
    },
    {"project_id": "4", "stage_status": "X", "practice": "C", "end_date": day(-9), "value": 100.0, "last_refresh_date": day(3)},
    {"project_id": "5", "stage_status": "C", "practice": "A", "financial_status": "G", "import_date": day(-2), "account_id": "1"},
]


@pytest.mark.parametrize(
    ("metric", "answer"),
    [
        ("project_count", 5),
        ("active_projects", 1),
        ("project_success_rate", 2 / 3),
        ("overdue_projects", 1),
        ("days_since_last_project", 5),
        ("healthy_projects", 2),
        ("at_risk_projects", 1),
        ("critical_projects", 1),
        ("healthy_project_share", 2 / 4),
        ("at_risk_project_share", 1 / 4),
        ("critical_project_share", 1 / 4),
        ("project_value", 25_100),
        ("unvalued_projects", 3),
        ("practices_delivered", 1),
        ("freshness_days", 2),
        ("unattributed_rows", 4),
    ],
)
def test_projects(metric: str, answer: float) -> None:
    """Success 2, failure 1; S is open and past its end, X is neither (so 4 is not overdue). The project of next week is not the last one.

    Value: 25,000 for the bucket and 100 as stated; "-" and no bucket are unknown. Practices delivered: A alone.
    The newest export date up to the as-of date is two days old; one in the future does not count.
    """
    assert value(snapshot_of(projects=PROJECTS), metric) == pytest.approx(answer)


def test_project_dimensions() -> None:
    found = query(snapshot_of(projects=PROJECTS), context(), "project_count", by=["stage"])
    assert dict(found.select("stage", "value").iter_rows()) == {"Success": 2, "Failure": 1, "Open": 1, "Excluded": 1}
    years = query(snapshot_of(projects=PROJECTS), context(), "project_count", by=["project_year"])
    assert dict(years.select("project_year", "value").iter_rows()) == {2024: 3, None: 2}


def test_accounts_identities_and_attach_rate() -> None:
    """Three customers and a named account below one. 3 + 1 + 0 raw ids; two of the three were joined to the first.

    Products at 1 and 2; 1 has a project: half of the two. The project of 3, which has no products, does not count.
    """
    snapshot = snapshot_of(
        accounts=[
            account("1", raw_ids=3),
            account("2", raw_ids=1),
            account("3", raw_ids=0),
            {**account("1a"), "level": "named", "parent_id": "1"},
        ],
        assets=[{"asset_id": "a", "account_id": "1"}, {"asset_id": "b", "account_id": "2"}],
        projects=[{"project_id": "p", "account_id": "1", "practice": "A"}, {"project_id": "q", "account_id": "3", "practice": "B"}],
    )
    expected = {
        "accounts": 3,
        "raw_customer_ids": 4,
        "identities_unified": 2,
        "attach_rate": 0.5,
        "whitespace": 4,
        "practice_penetration": 1 / 3,
    }
    for metric, answer in expected.items():
        assert value(snapshot, metric) == pytest.approx(answer), metric


def test_attach_rate_is_unknown_while_nothing_joins() -> None:
    snapshot = snapshot_of(
        accounts=[account("1")], assets=[{"asset_id": "a", "account_id": "1"}], service_credits=[{"purchased_credits": 1.0}]
    )
    assert value(snapshot, "attach_rate") is None


def test_a_row_with_two_broken_rules_is_one_quarantined_row() -> None:
    broken = {"table": "assets", "source_file": "f", "source_sheet": "s", "reason": "r"}
    entries = [
        {**broken, "source_row": 5, "column": "a"},
        {**broken, "source_row": 5, "column": "b"},
        {**broken, "source_row": 6, "column": "a"},
    ]
    assert value(snapshot_of(quarantine=entries), "quarantined_rows") == 2
    assert value(snapshot_of(), "quarantined_rows") == 0
    assert values(snapshot_of(), context(), ["quarantined_rows"], account_filter={"1"})["value"][0] is None


def test_unattributed_rows_by_table() -> None:
    found = query(snapshot_of(projects=PROJECTS, assets=ASSETS), context(), "unattributed_rows", by=["table"])
    assert dict(found.select("table", "value").iter_rows()) == {"projects": 4, "assets": 1}
    assert len(rows(snapshot_of(projects=PROJECTS), context(), "unattributed_rows")) == 4


def test_links_and_catalogue() -> None:
    link = {"kind": "name", "value": "v", "account_id": "1", "method": "name_alike", "confidence": 0.7, "evidence": "e", "rows": 1}
    links = [{**link, "link_id": "l1", "status": "review"}, {**link, "link_id": "l2", "status": "auto"}]
    snapshot = snapshot_of(
        account_links=links, services=[{"service": "s"}], opportunities=[{"opportunity_id": "o"}, {"opportunity_id": "w", "is_won": True}]
    )
    assert [value(snapshot, name) for name in ("links_to_review", "services", "opportunity_count", "open_opportunities")] == [1, 1, 2, 1]


def test_quality_grades() -> None:
    """Opportunities: names 4 of 4, lines 3 of 4; ids 4 of 4. Mean of the three columns that hold anything: 11 / 12 = 0.917, Good.

    The columns that the source did not deliver are listed and do not count.
    """
    lines = ["P", "P", "P", None]
    opportunities = [{"opportunity_id": f"{place}", "opportunity_name": "n", "product_line": line} for place, line in enumerate(lines)]
    found = quality(snapshot_of(opportunities=opportunities, services=[{"service": "s"}]), context())
    grades = {row["table"]: (row["completeness"], row["grade"]) for row in found.filter(pl.col("column").is_null()).iter_rows(named=True)}
    assert grades["opportunities"] == (pytest.approx(11 / 12), "Good")
    assert grades["services"] == (1, "Excellent")
    assert grades["assets"] == (None, None)
    amount = found.filter((pl.col("table") == "opportunities") & (pl.col("column") == "amount")).row(0, named=True)
    assert (amount["filled"], amount["delivered"]) == (0, False)
    strict = Settings.model_validate({"metrics": {"excellent_from": 0.99, "good_from": 0.98}})
    poor = quality(snapshot_of(opportunities=opportunities), context(settings=strict))
    assert poor.filter(pl.col("column").is_null() & (pl.col("table") == "opportunities"))["grade"][0] == "Poor"


def test_a_table_that_is_not_there_is_unknown() -> None:
    tables = {name: frame for name, frame in base(assets=ASSETS).items() if name != "service_credits"}
    found = values(MemorySnapshot(tables), context())
    assert found.filter(pl.col("metric") == "unused_credits").row(0) == ("unused_credits", None, False, None, None)
    assert found.filter(pl.col("metric") == "assets")["value"][0] == 5


def test_one_query_a_table() -> None:
    snapshot = snapshot_of(assets=ASSETS)
    values(snapshot, context())
    assert snapshot.queries == len({metric.table for metric in metrics().values()})
