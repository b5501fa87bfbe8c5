"""Where deals stall, by hand: conversion, days, win rate beside the team's, and what few deals do not say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from tests.frames import AS_OF
from tests.workspace._deals import deal, view_of

from onelead.core.viewer import Viewer
from onelead.workspace.coaching import coaching


def walk(
    person: str, number: int, days: int, *, won: bool | None, team: str = "North", ago: int = 100
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A deal that stood ``days`` in Proposal and then was won or lost, ``ago`` days ago; open for so long with None."""
    key, begun = f"{person}{number}", AS_OF - timedelta(days=ago + days)
    told = {"opportunity_id": key, "account_id": "1", "owner_name": person}
    rows = [{**told, "changed_at": datetime.combine(begun, datetime.min.time()), "stage": "Proposal"}]
    if won is not None:
        rows.append(
            {**told, "changed_at": datetime.combine(begun + timedelta(days=days), datetime.min.time()), "stage": "Closed", "is_won": won}
        )
    closed = None if won is None else begun + timedelta(days=days)
    return deal(key, owner_name=person, team=team, is_won=won, close_date=closed, created_date=begun, amount=10.0, stage="Proposal"), rows


def world() -> dict[str, list[dict[str, Any]]]:
    """Ana loses 18 of 20 after 50 days, Ben and Cem win 15 of 20 after 10; Dee has 3 deals; Eva's team is another one."""
    walks = [walk("Ana", n, 50, won=n < 2) for n in range(20)]
    walks += [walk(person, n, 10, won=n < 15) for person in ("Ben", "Cem") for n in range(20)]
    walks += [walk("Dee", n, 10, won=False) for n in range(3)]
    walks += [walk("Eva", n, 10, won=False, team="South") for n in range(20)]
    walks += [walk("Ana", 90, 60, won=None, ago=0), walk("Ben", 90, 10, won=True, ago=900)]
    return {"opportunities": [entry for entry, _ in walks], "opportunity_history": [row for _, rows in walks for row in rows]}


def asked(viewer: Viewer | None = None, **more: Any) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]], dict[str, Any]]:
    view, parts = view_of(**world())
    if viewer is not None:
        view = type(view)(view.snapshot, view.publication, view.context, viewer)
    found = coaching(view, parts, **more)
    people = {row["person"]: row for row in found["people"].iter_rows(named=True)}
    return people, {row["person"]: row for row in found["cells"].iter_rows(named=True)}, found


def test_conversion_and_days_beside_the_team() -> None:
    """North closed 63 in the year: 2 + 15 + 15 won of 20 + 20 + 20 + 3."""
    people, cells, _ = asked()
    assert cells["Ana"]["rate"] == pytest.approx(0.1)
    assert cells["Ana"]["team_rate"] == pytest.approx(32 / 63)
    assert (cells["Ana"]["verdict"], cells["Ben"]["verdict"], cells["Dee"]["verdict"]) == ("below", "above", "few")
    assert (cells["Ana"]["days"], cells["Ana"]["team_days"], cells["Ana"]["longer"], cells["Ana"]["pace"]) == (50, 10, 1, "below")
    assert cells["Ben"]["pace"] == "above"
    assert people["Ana"]["stalls"] == "Proposal"
    assert people["Ben"]["stalls"] is None
    assert (people["Ana"]["rate"], people["Ana"]["verdict"], people["Ana"]["closed"]) == (0.1, "below", 20)


def test_the_range_is_wilsons() -> None:
    """2 of 20 at 95 %: 2.8 to 30.1 %, as in the tables of Newcombe 1998."""
    people, _, _ = asked()
    assert (people["Ana"]["low"], people["Ana"]["high"]) == (pytest.approx(0.0279, abs=1e-3), pytest.approx(0.3010, abs=1e-3))


def test_a_small_team_is_held_against_everybody() -> None:
    people, cells, _ = asked()
    assert people["Eva"]["team"] == "Everybody"
    assert cells["Eva"]["team_rate"] == pytest.approx(32 / 83)


def test_the_period_counts_what_ended_in_it() -> None:
    people, cells, found = asked(months=None)
    assert (people["Ben"]["closed"], cells["Ben"]["ended"]) == (21, 21)
    assert found["since"] is None
    assert asked()[0]["Ben"]["closed"] == 20


def test_open_deals_that_stand_too_long_are_told() -> None:
    """Won deals: two after 50 days, 31 after 10: the norm is 10, Ana's open one stands for 60."""
    people, cells, found = asked()
    assert (cells["Ana"]["open"], cells["Ana"]["aged"]) == (1, 1)
    assert people["Ana"]["at_risk"] == 1
    assert found["stays"].filter(pl.col("aged"))["opportunity_id"].to_list() == ["Ana90"]


def test_a_narrowing_to_people_keeps_the_team_beside_them() -> None:
    people, cells, found = asked(Viewer(deal_owners=frozenset({"Ana"})))
    assert set(people) == set(cells) == {"Ana"}
    assert cells["Ana"]["team_rate"] == pytest.approx(32 / 63)
    assert set(found["stays"]["person"]) == {"Ana"}


def test_row_rights() -> None:
    _, _, found = asked(Viewer(account_ids=frozenset({"2"})))
    assert all(found[name].is_empty() for name in ("people", "cells", "stays"))
