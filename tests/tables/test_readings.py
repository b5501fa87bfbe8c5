"""Shared readings of dates and states, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

from datetime import date

import pytest
from tests.frames import context, snapshot_of

from onelead.tables import assets, projects, service_credits

SENTINEL = date(2099, 12, 31)


@pytest.mark.parametrize(
    ("end", "read"), [(date(2024, 10, 1), date(2024, 10, 1)), (SENTINEL, None), (date(2118, 1, 1), None), (None, None)]
)
def test_a_credit_contract_without_an_announced_end_has_none(end: date | None, read: date | None) -> None:
    snapshot = snapshot_of(service_credits=[{"project_id": "P1", "contract_end_date": end}])
    rows = snapshot.table("service_credits")
    assert snapshot.execute(rows.select(end=service_credits.contract_end(rows, context())))["end"].to_list() == [read]


@pytest.mark.parametrize(
    ("start", "end", "read"),
    [
        (date(2020, 1, 1), date(2044, 12, 31), date(2044, 12, 31)),
        (date(2020, 1, 1), date(2045, 1, 2), None),
        (date(1995, 1, 1), date(2041, 1, 1), None),
        (None, date(2060, 1, 1), date(2060, 1, 1)),
        (date(2020, 1, 1), SENTINEL, None),
    ],
)
def test_a_support_end_beyond_25_years_is_not_believed(start: date | None, end: date, read: date | None) -> None:
    """25 years are 9,131.25 days: 2020-01-01 to 2044-12-31 is 9,131 days, to 2045-01-02 it is 9,133."""
    snapshot = snapshot_of(assets=[{"asset_id": "a", "support_start_date": start, "support_end_date": end}])
    rows = snapshot.table("assets")
    assert snapshot.execute(rows.select(end=assets.plausible_support_end(rows, context())))["end"].to_list() == [read]


@pytest.mark.parametrize(
    ("status", "active"),
    [
        ("Active Contract", True),
        ("Active Warranty", True),
        ("Support-Active", True),
        ("Inactive", False),
        ("(null)", False),
        (None, False),
        ("active", False),
    ],
)
def test_support_is_active_when_the_status_begins_so(status: str | None, active: bool) -> None:
    snapshot = snapshot_of(assets=[{"asset_id": "a", "support_status": status}])
    rows = snapshot.table("assets")
    assert snapshot.execute(rows.select(active=assets.is_supported(rows, context())))["active"].to_list() == [active]


@pytest.mark.parametrize(
    ("start", "exported", "known"),
    [
        (date(2024, 9, 4), None, True),
        (date(2024, 9, 5), None, False),
        (date(2024, 12, 1), date(2024, 9, 4), True),
        (date(2024, 12, 1), date(2024, 9, 5), False),
        (date(2017, 1, 1), date(2026, 1, 1), True),
        (None, None, True),
        (None, date(2026, 1, 1), True),
    ],
)
def test_a_project_counts_once_it_was_exported_or_had_started(start: date | None, exported: date | None, known: bool) -> None:
    snapshot = snapshot_of(projects=[{"project_id": "P", "start_date": start, "last_refresh_date": exported}])
    rows = snapshot.table("projects")
    assert snapshot.execute(rows.select(known=projects.is_known(rows, context())))["known"].to_list() == [known]
