"""One history from two, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from tests.frames import table

from onelead.tables import deal_history, deals_on

NONE: dict[str, list[dict[str, Any]]] = {"opportunity_history": [], "changes": [], "opportunities": []}
HISTORY = [
    {
        "opportunity_id": "a",
        "changed_at": datetime.fromisoformat("2024-01-10T09"),
        "stage": "Prospect",
        "amount": 100.0,
        "close_date": date(2024, 6, 30),
    },
    {"opportunity_id": "a", "changed_at": datetime.fromisoformat("2024-03-01T12"), "stage": "Proposal", "amount": 120.0, "owner_id": "p1"},
    {"opportunity_id": "a", "changed_at": datetime.fromisoformat("2024-03-01T08"), "next_step": "Call"},
    {
        "opportunity_id": "a",
        "changed_at": datetime.fromisoformat("2024-06-30T00"),
        "stage": "Won",
        "is_won": True,
        "forecast_category": "Closed",
    },
    {"opportunity_id": "b", "changed_at": datetime.fromisoformat("2024-02-01T00"), "stage": "Prospect", "amount": 5.0},
]


def _change(
    key: str, day: date, what: str, column: str | None = None, before: str | None = None, after: str | None = None
) -> dict[str, Any]:
    return {
        "table": "opportunities",
        "key": key,
        "load_id": "1",
        "as_of": day,
        "change": what,
        "column": column,
        "before": before,
        "after": after,
    }


def _states(*, first_load: date | None = None, **rows: list[dict[str, Any]]) -> pl.DataFrame:
    frames = {name: table(name, given) for name, given in (NONE | rows).items()}
    return deal_history(frames["opportunity_history"], frames["changes"], frames["opportunities"], first_load=first_load)


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2024, 1, 9), {}),
        (date(2024, 1, 10), {"a": ("Prospect", 100.0, None, None)}),
        (date(2024, 3, 1), {"a": ("Proposal", 120.0, "p1", "Call"), "b": ("Prospect", 5.0, None, None)}),
        (date(2024, 7, 1), {"a": ("Won", 120.0, "p1", "Call"), "b": ("Prospect", 5.0, None, None)}),
    ],
)
def test_a_recorded_history_as_then_known(day: date, known: dict[str, tuple[object, ...]]) -> None:
    """Values hold until another is given; what is out of order in the file is in order here; nothing comes before its time."""
    rows = deals_on(_states(opportunity_history=HISTORY), day).select("opportunity_id", "stage", "amount", "owner_id", "next_step").rows()
    assert {row[0]: row[1:] for row in rows} == known


def test_the_outcome_and_close_date() -> None:
    states = _states(opportunity_history=HISTORY)
    before = deals_on(states, date(2024, 6, 29)).row(0, named=True)
    after = deals_on(states, date(2024, 6, 30)).row(0, named=True)
    assert (before["is_won"], before["forecast_category"], before["close_date"]) == (None, None, date(2024, 6, 30))
    assert (after["is_won"], after["forecast_category"], after["close_date"]) == (True, "Closed", date(2024, 6, 30))


DAYS = (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31))
CHANGES = [
    _change("a", DAYS[1], "changed", "stage", "Prospect", "Proposal"),
    _change("a", DAYS[1], "changed", "amount", "100.0", "150.0"),
    _change("a", DAYS[2], "changed", "amount", "150.0", "90.0"),
    _change("a", DAYS[2], "changed", "next_step", "Call", None),
    _change("a", DAYS[2], "changed", "is_won", None, "true"),
    _change("c", DAYS[1], "added"),
    _change("d", DAYS[1], "removed"),
]
NOW = [
    {"opportunity_id": "a", "stage": "Proposal", "amount": 90.0, "is_won": True, "owner_id": "p1"},
    {"opportunity_id": "b", "stage": "Prospect", "amount": 7.0},
    {"opportunity_id": "c", "stage": "Prospect", "amount": 8.0},
]


def test_uploads_alone_become_a_history() -> None:
    """Three loads: going back from the last one over the changes gives each list as it was."""
    states = _states(changes=CHANGES, opportunities=NOW, first_load=DAYS[0])
    columns = ["opportunity_id", "stage", "amount", "next_step", "is_won"]
    lists = [sorted(deals_on(states, day).select(columns).rows()) for day in DAYS]
    assert lists[0] == [("a", "Prospect", 100.0, "Call", None), ("b", "Prospect", 7.0, None, None)]
    assert lists[1] == [("a", "Proposal", 150.0, "Call", None), ("b", "Prospect", 7.0, None, None), ("c", "Prospect", 8.0, None, None)]
    assert lists[2] == [("a", "Proposal", 90.0, None, True), ("b", "Prospect", 7.0, None, None), ("c", "Prospect", 8.0, None, None)]


def test_without_the_day_of_the_first_load_nothing_is_known_before_the_second() -> None:
    states = _states(changes=CHANGES, opportunities=NOW)
    assert deals_on(states, DAYS[0]).is_empty()
    assert deals_on(states, DAYS[1]).filter(pl.col("opportunity_id") == "a").select("stage", "amount", "is_won").rows() == [
        ("Proposal", 150.0, None)
    ]


def test_both_are_one_history() -> None:
    """The CRM says more of a deal than the loads do, up to the day of a load that tells something newer."""
    states = _states(
        opportunity_history=HISTORY[:2],
        changes=[_change("a", DAYS[2], "changed", "amount", "120.0", "60.0")],
        opportunities=[{"opportunity_id": "a", "stage": "Proposal", "amount": 60.0, "owner_id": "p1"}],
        first_load=date(2024, 3, 2),
    )
    told = [deals_on(states, day).row(0, named=True) for day in (date(2024, 1, 20), date(2024, 3, 3), DAYS[2])]
    assert [(row["stage"], row["amount"], row["owner_id"]) for row in told] == [
        ("Prospect", 100.0, None),
        ("Proposal", 120.0, "p1"),
        ("Proposal", 60.0, "p1"),
    ]


def test_nothing_gives_nothing() -> None:
    assert _states().is_empty()
