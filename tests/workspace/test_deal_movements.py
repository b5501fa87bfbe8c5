"""What changed in the open pipeline between two points: it balances to the cent, and each deal counts where it belongs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.frames import context
from tests.workspace._deals import FIRST, SECOND, deal, loads, view_of

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.deal_movements import STEPS, pipeline_changes
from onelead.workspace.deal_points import GROUPS, deals_at, earlier_snapshots
from onelead.workspace.deals import deal_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Two lists loaded one after the other, to read only."""
    folder = tmp_path_factory.mktemp("twice")
    before, after = loads(folder / "lists")
    with open_workspace(folder / "ws") as opened:
        opened.load(before, as_of=FIRST)
        opened.load(after, as_of=SECOND)
        yield opened


def steps_of(found: dict[str, Any]) -> dict[str, float]:
    return {step: value for step, value in found["steps"].select("step", "value").iter_rows() if value}


def balanced(found: dict[str, Any]) -> bool:
    def cents(value: float) -> int:
        return round(100 * value)

    groups = found["groups"]
    whole = cents(found["start"]) + sum(cents(value) for value in found["steps"]["value"]) == cents(found["end"])
    each = all(
        cents(row["start"]) + sum(cents(row[step.replace(" ", "_")]) for step in STEPS) == cents(row["end"])
        for row in groups.iter_rows(named=True)
    )
    ends = all(sum(cents(value) for value in groups[name]) == cents(found[name]) for name in ("start", "end"))
    return whole and each and ends


def test_what_changed_since_the_last_snapshot(twice: Workspace) -> None:
    """Open then: 100.10 + 200 + 300 + 400 + 500 + 600 + 70 = 2,170.10 (H states no amount). Now: 150.15 + 120 + 300 + 600 + 10 + 1,000 = 2,180.15.

    Increased: A 50.05, D 50 (won at 450 after 400), H 10. Decreased: B 80. Won 450, lost 500, left the list 70, created 1,000.
    """
    found = twice.ask(pipeline_changes)
    assert (found["since"], found["since_snapshot"], found["until"]) == (FIRST, 1, SECOND)
    assert (found["start"], found["end"], found["unvalued"]) == (2170.10, 2180.15, 0)
    assert steps_of(found) == {"created": 1000, "increased": 110.05, "decreased": -80, "won": -450, "lost": -500, "left the list": -70}
    assert balanced(found)


def test_within_a_month_deals_are_pulled_in_and_pushed_out(twice: Workspace) -> None:
    """By 30 September: then A, B, C, D, E, G = 1,570.10; now A, B, F, N = 1,870.15. F comes in with 600, C goes out with 300."""
    found = twice.ask(pipeline_changes, closing=date(2024, 9, 30))
    assert (found["start"], found["end"]) == (1570.10, 1870.15)
    steps = steps_of(found)
    assert (steps["pulled in"], steps["pushed out"]) == (600, -300)
    assert balanced(found)


def test_a_snapshot_and_the_day_of_it_tell_the_same(twice: Workspace) -> None:
    """The history that grew from the two loads gives the first list back."""
    by_number, by_day = twice.ask(pipeline_changes, since=1), twice.ask(pipeline_changes, since=FIRST)
    assert by_day["since_snapshot"] is None
    assert (by_day["start"], steps_of(by_day)) == (by_number["start"], steps_of(by_number))


def test_the_deals_behind_a_step(twice: Workspace) -> None:
    rows = twice.ask(pipeline_changes)["deals"]
    assert set(rows.filter(pl.col("step") == "increased")["opportunity_id"]) == {"A", "D", "H"}
    assert rows.filter(pl.col("step") == "lost")["account_name"].to_list() == ["Alder Foods"]


def test_an_earlier_snapshot_by_number(twice: Workspace) -> None:
    assert twice.ask(earlier_snapshots) == [(1, FIRST)]
    with pytest.raises(UnknownNameError, match="earlier snapshot"):
        twice.ask(pipeline_changes, since=7)
    with pytest.raises(UnknownNameError, match="breakdown"):
        twice.ask(pipeline_changes, by="shoe_size")
    for since, until in ((SECOND, None), (SECOND, FIRST), (FIRST, SECOND + timedelta(days=1))):
        with pytest.raises(UsageError):
            twice.ask(pipeline_changes, since=since, until=until)


def test_a_first_load_has_nothing_to_compare_with(ws: Workspace, tmp_path: Path) -> None:
    ws.load(loads(tmp_path / "lists")[0], as_of=FIRST)
    assert ws.ask(pipeline_changes)["since"] is None


def test_row_rights_hold_on_both_sides(twice: Workspace) -> None:
    nobody = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({"none"}))
    with open_workspace(twice.directory, viewer=nobody) as other:
        for since in (None, FIRST):
            found = other.ask(pipeline_changes, since=since)
            assert (found["start"], found["end"]) == (0, 0)
            assert found["deals"].is_empty()
        assert other.ask(deal_data)["rows"] == 0


MARCH, APRIL, MAY = date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1)


def told(key: str, day: date, **more: Any) -> dict[str, Any]:
    return {"opportunity_id": key, "account_id": "1", "changed_at": datetime.combine(day, time(9)), **more}


HISTORY = [
    told("grown", MARCH, stage="Propose", amount=100.0, close_date=date(2024, 6, 1), owner_name="Ana"),
    told("grown", date(2024, 4, 10), amount=130.0, owner_name="Ben"),
    told("euro", MARCH, stage="Propose", amount=1000.0, currency="EUR", close_date=date(2024, 6, 1)),
    told("euro", date(2024, 4, 10), amount=1100.0),
    told("quick", date(2024, 4, 5), stage="Propose", amount=70.0),
    told("quick", date(2024, 4, 20), amount=60.0, stage="Won", is_won=True, close_date=date(2024, 4, 20)),
    told("early", MARCH, stage="Propose", amount=500.0, close_date=date(2024, 9, 1)),
    told("early", date(2024, 4, 25), stage="Won", is_won=True, close_date=date(2024, 4, 25)),
    told("again", MARCH, stage="Lost", amount=9.0, is_won=False, close_date=MARCH),
]
LISTED = [
    deal("grown", amount=130.0, owner_name="Ben", created_date=MARCH, close_date=date(2024, 6, 1)),
    deal("euro", amount=1100.0, currency="EUR", created_date=MARCH, close_date=date(2024, 6, 1)),
    deal("quick", amount=60.0, is_won=True, created_date=date(2024, 4, 5), close_date=date(2024, 4, 20)),
    deal("early", amount=500.0, is_won=True, created_date=MARCH, close_date=date(2024, 4, 25)),
    deal("again", amount=9.0, is_won=False, created_date=MARCH, close_date=MARCH),
    deal("silent", amount=40.0, created_date=date(2024, 4, 15)),
    deal("old", amount=41.0, created_date=date(2024, 1, 15)),
]
DOLLARS = [{"currency": "EUR", "rate_date": MARCH, "rate": 1.0}, {"currency": "EUR", "rate_date": date(2024, 4, 15), "rate": 1.1}]


def between(since: date, until: date, **more: Any) -> dict[str, Any]:
    view, parts = view_of(opportunities=LISTED, opportunity_history=HISTORY, exchange_rates=DOLLARS)
    return pipeline_changes(view, parts, since=since, until=until, **more)


def test_between_two_days_of_the_history() -> None:
    """Open on 1 April: 100 + 1,000 + 500 + 41. Then grown 30; euro 100 × 1.1 by people and 1,000 × 0.1 by the rate; quick came and was won at 60."""
    found = between(APRIL, MAY)
    assert (found["start"], found["end"]) == (1641, 130 + 1210 + 40 + 41)
    assert steps_of(found) == {"created": 100, "increased": 140, "won": -560, "exchange rates": 100}
    assert balanced(found)


def test_won_before_its_time_is_pulled_in() -> None:
    """By 30 June: early was to close in September and was won in April."""
    found = between(APRIL, MAY, closing=date(2024, 6, 30))
    assert (found["start"], found["end"]) == (1100, 1340)
    assert steps_of(found) == {"created": 60, "pulled in": 500, "increased": 140, "won": -560, "exchange rates": 100}


def test_a_deal_counts_for_the_owner_that_it_has_at_the_end() -> None:
    groups = {row["group"]: row for row in between(APRIL, MAY)["groups"].iter_rows(named=True)}
    assert (groups["Ben"]["start"], groups["Ben"]["increased"], groups["Ben"]["end"]) == (100, 30, 130)
    assert "Ana" not in groups


def test_a_narrowing_to_owners_keeps_what_they_took_over() -> None:
    view, parts = view_of(opportunities=LISTED, opportunity_history=HISTORY, exchange_rates=DOLLARS)
    own = type(view)(view.snapshot, view.publication, view.context, Viewer(deal_owners=frozenset({"Ben"})))
    assert steps_of(pipeline_changes(own, parts, since=APRIL, until=MAY)) == {"increased": 30}


def test_what_was_told_first_stands_for_the_days_before() -> None:
    """A history that begins after the deal was created: the deal was open all the same, at the first amount told; that is counted."""
    view, parts = view_of(
        opportunities=[deal("late", amount=8.0, created_date=MARCH)],
        opportunity_history=[told("late", MAY, stage="Propose", amount=5.0), told("late", date(2024, 6, 1), amount=8.0)],
    )
    stood = deals_at(view, parts, APRIL)
    assert (stood.deals["amount"].to_list(), stood.carried) == ([5.0], 1)
    assert deals_at(view, parts, date(2024, 2, 1)).deals.is_empty()


def test_a_group_without_a_name_and_every_breakdown_balance() -> None:
    for by in GROUPS:
        assert balanced(between(APRIL, MAY, by=by))


BELONGS = {
    "pushed out of the window in another currency": (
        [
            told("d", MARCH, amount=100.0, currency="EUR", close_date=date(2024, 6, 1)),
            told("d", date(2024, 4, 20), close_date=date(2024, 9, 1)),
        ],
        deal("d", amount=100.0, currency="EUR", created_date=MARCH, close_date=date(2024, 9, 1)),
        {"pushed out": -100.0},
    ),
    "pulled into it at a new amount": (
        [
            told("d", MARCH, amount=100.0, close_date=date(2024, 9, 1)),
            told("d", date(2024, 4, 20), amount=80.0, close_date=date(2024, 6, 1)),
        ],
        deal("d", amount=80.0, created_date=MARCH, close_date=date(2024, 6, 1)),
        {"pulled in": 80.0},
    ),
    "lost outside of it": (
        [
            told("d", MARCH, amount=100.0, close_date=date(2024, 9, 1)),
            told("d", date(2024, 4, 20), is_won=False, close_date=date(2024, 4, 20)),
        ],
        deal("d", amount=100.0, is_won=False, created_date=MARCH, close_date=date(2024, 4, 20)),
        {},
    ),
    "closed without an amount, in another currency": (
        [told("d", MARCH, amount=100.0, currency="EUR", close_date=date(2024, 6, 1))],
        deal("d", is_won=True, currency="EUR", created_date=MARCH, close_date=date(2024, 4, 20)),
        {"exchange rates": 10.0, "won": -110.0},
    ),
    "closed, created before the first point, and told of only later": (
        [told("d", date(2024, 4, 20), amount=100.0, is_won=True, close_date=date(2024, 4, 20))],
        deal("d", amount=100.0, is_won=True, close_date=date(2024, 4, 20)),
        {},
    ),
    "reopened": (
        [told("d", MARCH, amount=100.0, is_won=False, close_date=MARCH)],
        deal("d", amount=70.0, created_date=MARCH, close_date=date(2024, 6, 1)),
        {"created": 70.0},
    ),
}


@pytest.mark.parametrize("case", BELONGS)
def test_each_deal_counts_where_it_belongs(case: str) -> None:
    """From 1 April to 1 May, closing by 30 June; a euro is worth 1 dollar in March and 1.1 from 15 April on."""
    history, listed, steps = BELONGS[case]
    view, parts = view_of(opportunities=[listed], opportunity_history=history, exchange_rates=DOLLARS)
    now = type(view)(view.snapshot, SimpleNamespace(**vars(view.publication) | {"as_of": MAY}), context(MAY), view.viewer)  # type: ignore[arg-type]
    found = pipeline_changes(now, parts, since=APRIL, closing=date(2024, 6, 30))
    assert steps_of(found) == pytest.approx(steps)
    assert balanced(found)
