"""Stays in stages and the norm of won deals, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from tests.frames import table

from onelead.tables import deal_history, stage_norms, stage_rank, stage_stays, standing

STAGES = ("Prospect", "Propos", "Commit")
AS_OF = date(2024, 5, 1)


def _told(deal: str, day: str, stage: str | None = None, **more: Any) -> dict[str, Any]:
    return {"opportunity_id": deal, "changed_at": datetime.fromisoformat(day), "stage": stage, **more}


def _stays(*rows: dict[str, Any], changes: tuple[dict[str, Any], ...] = ()) -> pl.DataFrame:
    states = deal_history(table("opportunity_history", list(rows)), table("changes", list(changes)), table("opportunities", []))
    return stage_stays(states, AS_OF, STAGES)


WALK = (
    _told("a", "2024-01-01T09", "Prospecting", owner_name="Ann"),
    _told("a", "2024-01-11T09", "Proposal"),
    _told("a", "2024-01-12T09", amount=5.0),
    _told("a", "2024-01-31T23", "Prospecting", owner_name="Bea"),
    _told("a", "2024-02-10T09", "Closed Won", is_won=True),
    _told("a", "2024-03-01T09", "Proposal"),
    _told("b", "2024-04-01T09", "Proposal"),
    _told("b", "2024-05-02T09", "Commit"),
)


def test_each_stay_with_its_days_and_how_it_ended() -> None:
    """A change of the amount ends no stay; going back is told; what comes after the close or the as-of date is not looked at."""
    found = _stays(*WALK).select("opportunity_id", "stage", "entered", "days", "outcome", "won", "owner_name").rows()
    assert found == [
        ("a", "Prospecting", date(2024, 1, 1), 10, "On", True, "Ann"),
        ("a", "Proposal", date(2024, 1, 11), 20, "Back", True, "Ann"),
        ("a", "Prospecting", date(2024, 1, 31), 10, "Won", True, "Bea"),
        ("b", "Proposal", date(2024, 4, 1), 30, None, None, None),
    ]


def test_a_deal_that_left_the_list_stays_no_longer() -> None:
    gone = {"table": "opportunities", "key": "b", "load_id": "1", "as_of": date(2024, 4, 21), "change": "removed"}
    row = _stays(*WALK, changes=(gone,)).filter(pl.col("opportunity_id") == "b").row(0, named=True)
    assert (row["left"], row["days"], row["outcome"]) == (date(2024, 4, 21), 20, "Gone")


def test_what_is_there_now() -> None:
    assert standing(_stays(*WALK)).rows() == [("b", "Proposal", date(2024, 4, 1), 30)]


@pytest.mark.parametrize(("least", "norm"), [(5, 40), (6, None)])
def test_the_norm_is_the_day_by_which_most_won_deals_had_gone_on(least: int, norm: int | None) -> None:
    """Five won deals took 10, 20, 30, 40, 50 days: four of five had gone on by day 40. Lost ones say nothing."""
    rows = []
    for number, days in enumerate((10, 20, 30, 40, 50)):
        rows.append(_told(f"w{number}", "2024-01-01T00", "Proposal"))
        rows.append(_told(f"w{number}", f"{date.fromordinal(date(2024, 1, 1).toordinal() + days)}T00", "Won", is_won=True))
    rows += [_told("l", "2024-01-01T00", "Proposal"), _told("l", "2024-04-30T00", "Lost", is_won=False)]
    norms = stage_norms(_stays(*rows), share=0.8, least=least)
    assert norms.select("stage", "won_deals", "norm_days").rows() == [("Proposal", 5, norm)]


def test_stages_have_places_by_the_beginning_of_their_names() -> None:
    frame = pl.DataFrame({"stage": ["proposal sent", "Prospecting", "Other", None]})
    assert frame.select(stage_rank(STAGES)).to_series().to_list() == [1, 0, 3, 3]


def test_nothing_gives_nothing() -> None:
    assert stage_norms(_stays(), share=0.8, least=1).is_empty()
