"""Who should look after which account: the flow is exact, today is counted under the same terms, and nobody gets more than there is room for."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.frames import MemorySnapshot
from tests.workspace._deals import view_of

from onelead.core.errors import UnknownNameError, UsageError, WorkspaceError
from onelead.workspace import open_workspace
from onelead.workspace._flow import most_worth
from onelead.workspace.assigned_today import roster, served
from onelead.workspace.assigning import Terms, assignment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace

PEOPLE = [
    {"person_id": "R1", "person_name": "Ann Ash", "role": "Rep", "region": "North", "capacity": 1, "skills": "Storage"},
    {"person_id": "R2", "person_name": "Ben Birch", "role": "Rep", "region": "South", "capacity": 2, "skills": "Network, Storage"},
    {
        "person_id": "R3",
        "person_name": "Cy Cedar",
        "role": "Rep",
        "region": "South",
        "capacity": 5,
        "skills": None,
        "end_date": "2024-01-01",
    },
    {"person_id": "M1", "person_name": "Dee Dogwood", "role": "Manager", "region": "North", "capacity": 9, "skills": "Storage"},
]
COMPANIES = [("A", "North", "Ann Ash"), ("B", "North", "Ann Ash"), ("C", "South", "Ann Ash"), ("D", "South", "Cy Cedar")]
DEALS = [("A", 100.0, "Storage"), ("B", 1000.0, "Network"), ("C", 400.0, "Network")]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """Ann (North, storage, room for one) has A, B and C; Cy left with D; Ben (South, network and storage) has room for two and nothing."""
    people = [{"manager_id": "M1" if row["role"] == "Rep" else None, "end_date": None, **row} for row in PEOPLE]
    pl.DataFrame(people).write_csv(tmp_path / "people.csv")
    companies = [
        {"customer_id": key, "account_name": f"{key} Works", "region": region, "owner_name": owner, "last_refresh_date": "2024-06-30"}
        for key, region, owner in COMPANIES
    ]
    pl.DataFrame(companies).write_csv(tmp_path / "companies.csv")
    deals = [
        {"opportunity_id": f"O{key}", "customer_id": key, "amount": amount, "product_line": line, "stage": "Proposal"}
        for key, amount, line in DEALS
    ]
    pl.DataFrame(deals).write_csv(tmp_path / "opportunities.csv")
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(*(tmp_path / f"{name}.csv" for name in ("companies", "people", "opportunities")))
        yield opened


def test_the_gain_by_hand(ws: Workspace) -> None:
    """Today Ann serves the most worthy of hers that she has room for: B, 1000 × 0.9, for she knows no networks. C would be worth 400 × 0.8 × 0.9.

    Best: B goes to Ben (another region, knows networks, new: 1000 × 0.8 × 0.95 = 760) or stays with Ann (900). With B at Ann's, Ben takes C
    (400 × 0.95 = 380) and A (100 × 0.8 × 0.95 = 76): 1356 in all. D, worth nothing known, is left, for nobody has room: 456 more than today's 900.
    """
    answer = ws.ask(assignment, Terms(worth="pipeline"))
    rows = {row["account_name"]: row for row in answer["accounts"].iter_rows(named=True)}
    assert {name: row["proposed"] for name, row in rows.items()} == {
        "A Works": "Ben Birch",
        "B Works": "Ann Ash",
        "C Works": "Ben Birch",
        "D Works": None,
    }
    assert rows["A Works"]["served_today"] is None
    assert answer["totals"]["today"] == pytest.approx(900)
    assert answer["totals"]["then"] == pytest.approx(1356)
    assert answer["totals"]["gain"] == pytest.approx(456)
    assert (answer["totals"]["moves"], answer["totals"]["without_today"], answer["totals"]["without_then"]) == (2, 3, 1)
    assert rows["C Works"]["why"] == "Ann Ash has more accounts than capacity; works South; knows network"
    assert answer["people"]["person"].to_list() == ["Ann Ash", "Ben Birch"]  # who left and who leads is not among them


def test_nobody_leaves_the_region_where_that_is_asked(ws: Workspace) -> None:
    """Without A, which lies in Ann's North and not in Ben's South: Ben takes C and D."""
    rows = ws.ask(assignment, Terms(worth="pipeline", strict=True))["accounts"]
    assert dict(rows.select("account_name", "proposed").iter_rows()) == {
        "A Works": None,
        "B Works": "Ann Ash",
        "C Works": "Ben Birch",
        "D Works": "Ben Birch",
    }


def test_a_role_that_nobody_has_and_terms_out_of_range(ws: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="Rep"):
        ws.ask(assignment, Terms(role="Pilot"))
    with pytest.raises(UsageError, match="0 to 1"):
        ws.ask(assignment, Terms(away=80))
    with pytest.raises(UsageError, match="capacity is 0"):
        ws.ask(assignment, Terms(capacity=0))


def test_without_people_it_says_what_to_load(tmp_path: Path) -> None:
    row = {"customer_id": "A", "account_name": "A Works", "last_refresh_date": "2024-06-30"}
    pl.DataFrame([row]).write_csv(tmp_path / "companies.csv")
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(tmp_path / "companies.csv")
        with pytest.raises(WorkspaceError, match="Nobody is known") as error:
            opened.ask(assignment)
    assert "people.csv" in str(error.value.hint)


def test_a_base_from_before_there_were_people_knows_nobodys_skills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners whom the data names stand in for the table: with skills as a list all the same, as the assignment reads them."""
    view, parts = view_of()
    old = {name: view.frame(name) for name in ("accounts", "opportunities")}
    named = pl.DataFrame({"person": ["Ann Ash"], "role": [None], "accounts": [3]}, schema_overrides={"role": pl.String})
    monkeypatch.setattr("onelead.workspace.assigned_today.persons", lambda *_: named)
    found = roster(replace(view, snapshot=MemorySnapshot(old)), parts)
    assert found.schema["skills"] == pl.List(pl.String)


@given(
    st.integers(1, 4).flatmap(lambda n: st.tuples(*([st.lists(st.integers(0, 20), min_size=3, max_size=3)] * n))),
    st.tuples(*([st.integers(0, 3)] * 3)),
)
def test_the_flow_finds_what_trying_everything_finds(worths: tuple[list[int], ...], capacity: tuple[int, int, int]) -> None:
    count = len(worths)
    rows, columns = np.repeat(np.arange(count), 3), np.tile(np.arange(3), count)
    worth = np.array(worths, dtype=float).ravel()
    chosen = most_worth(rows, columns, worth, np.zeros(len(rows), dtype=bool), np.array(capacity), count)
    possible = (
        sum(worths[account][person] for account, person in enumerate(people) if person >= 0)
        for people in product((-1, 0, 1, 2), repeat=count)
        if all(people.count(person) <= capacity[person] for person in range(3))
    )
    assert sum(worths[account][person] for account, person in enumerate(chosen) if person >= 0) == max(possible)
    assert all((chosen == person).sum() <= capacity[person] for person in range(3))
    assert (chosen >= 0).sum() == min(count, sum(capacity))  # nobody is left alone while there is room


def test_accounts_worth_nothing_stay_where_they_are() -> None:
    rows, columns = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    stays = np.array([False, True] * 4)
    assert most_worth(rows, columns, np.zeros(8), stays, np.array([4, 4]), 4).tolist() == [1, 1, 1, 1]


def test_the_most_worthy_are_served_as_far_as_room_goes() -> None:
    """Of the first person's 5, 9 and 7 two are served; the second has no room; -1 is nobody."""
    today = np.array([0, 0, 0, 1, -1])
    assert served(today, np.array([5.0, 9.0, 7.0, 3.0, 8.0]), np.array([2, 0])).tolist() == [False, True, True, False, False]
