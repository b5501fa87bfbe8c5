"""Shared readings of dates and states, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

from datetime import date

import pytest
from tests.frames import context, snapshot_of

from onelead.tables import assets, opportunities, projects, service_credits

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


EXPORTED = date(2024, 9, 4)
DEALS = [
    {"opportunity_id": f"{won} {close}", "is_won": won, "close_date": close, "stage": "Commit"}
    for won in (True, False, None)
    for close in (date(2024, 2, 1), date(2024, 3, 1), date(2024, 8, 5), None)
]


@pytest.mark.parametrize("day", [date(2024, 3, 1), date(2024, 8, 5), EXPORTED, date(2025, 1, 1)])
def test_deals_read_the_same_in_the_engine_and_in_memory(day: date) -> None:
    on = context(EXPORTED).on(day)
    snapshot = snapshot_of(opportunities=DEALS)
    columns = ["opportunity_id", "is_open", "is_won", "stage", "close_date"]
    rows = opportunities.as_known(snapshot.table("opportunities"), on)
    assert snapshot.execute(rows).select(columns).equals(opportunities.frame_as_known(snapshot.frame("opportunities"), on).select(columns))


@pytest.mark.parametrize(
    ("won", "close", "read"),
    [
        (True, date(2024, 3, 1), (False, True, "Commit", date(2024, 3, 1))),
        (True, date(2024, 3, 2), (True, None, None, None)),
        (False, date(2024, 8, 5), (True, None, None, None)),
        (None, date(2024, 8, 5), (True, None, "Commit", date(2024, 8, 5))),
        (False, None, (False, None, None, None)),
    ],
)
def test_what_was_known_of_a_deal_in_march(won: bool | None, close: date | None, read: tuple[object, ...]) -> None:
    """is_open, is_won, stage, close_date of rows exported in September, as of 2024-03-01."""
    frame = snapshot_of(opportunities=[{"opportunity_id": "a", "is_won": won, "close_date": close, "stage": "Commit"}]).frame(
        "opportunities"
    )
    found = opportunities.frame_as_known(frame, context(EXPORTED).on(date(2024, 3, 1)))
    assert found.select("is_open", "is_won", "stage", "close_date").row(0) == read


def test_an_outcome_without_a_day_is_known_from_the_export_on() -> None:
    frame = snapshot_of(opportunities=[{"opportunity_id": "a", "is_won": False}]).frame("opportunities")
    days = [date(2024, 9, 3), EXPORTED]
    assert [opportunities.frame_as_known(frame, context(EXPORTED).on(day))["is_won"][0] for day in days] == [None, False]
