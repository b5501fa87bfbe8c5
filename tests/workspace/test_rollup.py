"""The roll-up: known answers by hand as of 2024-09-04, overrides with their history and rights, categories in several spellings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.frames import MemorySnapshot
from tests.models.deal_world import world
from tests.workspace._deals import view_of

from onelead.core.errors import ConflictError, ForbiddenError, UnknownNameError, UsageError
from onelead.core.settings import Settings
from onelead.core.viewer import Viewer
from onelead.store import Store
from onelead.workspace import rollup
from onelead.workspace.calls import category, stated

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace.viewing import View

PEOPLE = [
    {"person_id": f"R{number}", "person_name": f"Rep {number}", "team": "North" if number < 2 else "South", "manager_id": f"M{number // 2}"}
    for number in range(4)
] + [{"person_id": f"M{number}", "person_name": f"Boss {number}", "role": "Manager"} for number in range(2)]
QUOTAS = [
    {"person_id": f"R{number}", "period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30), "amount": 1_000_000.0}
    for number in range(4)
]


@pytest.fixture(scope="module")
def base() -> tuple[View, Any]:
    """A planted world of deals with people and quotas; open deals are in Commit by turns."""
    rows = {name: frame.to_dicts() for name, frame in world(700, seed=5).items()}
    for place, history in enumerate(rows["opportunity_history"]):
        history["forecast_category"] = ("Commit", "Best Case", "Pipeline")[place % 3]
    view, parts = view_of(**rows, people=PEOPLE, quotas=QUOTAS)
    numbers = rollup.numbers(view, parts)  # as a served workspace keeps them
    return replace(view, kept=lambda _publication, _use_case: numbers), parts


@pytest.fixture
def shown(base: tuple[View, Any], tmp_path: Path) -> tuple[View, Any]:
    """The same with records of its own."""
    return base[0], SimpleNamespace(store=Store(f"sqlite:///{tmp_path / 'records.db'}"), settings=Settings())


def row(found: dict[str, Any], level: str, name: str | None = None) -> dict[str, Any]:
    return next(  # type: ignore[no-any-return]
        entry
        for entry in found["rows"].iter_rows(named=True)
        if entry["level"] == level and name in (None, entry["rep"], entry["team"] if level == "team" else None)
    )


def test_reps_add_up_to_teams_and_teams_to_all(shown: tuple[View, Any]) -> None:
    """Sums hold for what is added; the ends of intervals are not. Booked is what was won since 1 July."""
    found = rollup.rollup(*shown)
    frame = found["rows"]
    for name in ("quota", "booked", "commit", "best_case", "model", "most_likely", "deals", "rep_number", "manager_number"):
        reps, teams = (frame.filter(pl.col("level") == level)[name].sum() for level in ("rep", "team"))
        assert reps == pytest.approx(teams)
        assert teams == pytest.approx(row(found, "all")[name])
    north = row(found, "team", "North")
    assert (north["manager"], north["quota"]) == ("Boss 0", 2_000_000)
    deals = world(700, seed=5)["opportunities"]
    won = deals.filter(pl.col("is_won") & (pl.col("close_date") >= date(2024, 7, 1)) & (pl.col("owner_name") == "Rep 1"))
    assert row(found, "rep", "Rep 1")["booked"] == pytest.approx(won["amount"].sum())


def test_categories_in_several_spellings() -> None:
    names = ["Commit", "COMMITTED", "best_case", "BestCase", "Upside", "Most Likely", "Omitted", "Closed", "Pipeline", "whatever", None]
    found = pl.DataFrame({"forecast_category": names}).select(category()).to_series().to_list()
    assert found == ["commit"] * 2 + ["best_case"] * 3 + ["most_likely"] + ["omitted"] * 2 + ["pipeline"] * 3


def test_what_categories_say() -> None:
    """Due by 30 September: commit 100; best case 100 + 200 = 300; most likely 0.9 × 100 + 0.5 × 200 = 190 by past shares, and with a category of
    that name 100 + 50. What is omitted, due later or without an amount counts nowhere.
    """
    day = date(2024, 9, 30)
    rows = [
        ("Commit", 100.0, day),
        ("Best case", 200.0, day),
        ("Omitted", 999.0, day),
        ("Commit", 400.0, date(2024, 10, 1)),
        ("Commit", None, day),
    ]
    frame = pl.DataFrame(rows, schema=["forecast_category", "value", "close_date"], orient="row").with_columns(team=pl.lit("A"))
    found = stated(frame, day, {"commit": 0.9, "best_case": 0.5}, ["team"]).row(0, named=True)
    assert found == {"team": "A", "deals": 2, "commit": 100.0, "most_likely": 190.0, "best_case": 300.0}
    likely = pl.concat([frame, frame.head(1).with_columns(forecast_category=pl.lit("Most likely"), value=pl.lit(50.0))])
    assert stated(likely, day, {}, ["team"]).row(0, named=True)["most_likely"] == 150.0
    assert stated(frame, day, {}, ["team"]).row(0, named=True)["most_likely"] is None


def said(shown: tuple[View, Any], amount: float, **more: str) -> int:
    given = {"side": "rep", "level": "rep", "subject": "R1", "measure": "commit", "reason": "a call", **more}
    return rollup.override(*shown, amount=amount, **given)


def test_a_number_that_was_said_stands_until_it_is_taken_back(shown: tuple[View, Any]) -> None:
    """A rep's number moves the team's sum and, as nobody said otherwise, the manager's; a manager's of the team stands whatever its reps say."""
    before = rollup.rollup(*shown, "commit")
    entry = said(shown, 5_000_000.0)
    after = rollup.rollup(*shown, "commit")
    moved = 5_000_000.0 - row(before, "rep", "Rep 1")["rep_number"]
    for side in ("rep_number", "manager_number"):
        assert row(after, "team", "North")[side] - row(before, "team", "North")[side] == pytest.approx(moved)
    assert row(after, "rep", "Rep 1")["rep_said"]
    assert rollup.rollup(*shown, "best_case")["rows"].equals(rollup.rollup(*shown, "best_case")["rows"])
    assert row(rollup.rollup(*shown, "best_case"), "rep", "Rep 1")["rep_said"] is False
    boss = said(shown, 1.0, side="manager", level="team", subject="North")
    assert row(rollup.rollup(*shown, "commit"), "team", "North")["manager_number"] == 1.0
    newer = said(shown, 6_000_000.0)
    with pytest.raises(ConflictError, match="replaced"):
        rollup.undo_override(*shown, entry)
    rollup.undo_override(*shown, newer)
    rollup.undo_override(*shown, boss)
    assert row(rollup.rollup(*shown, "commit"), "rep", "Rep 1")["rep_number"] == 5_000_000.0, "the one before holds again"
    states = rollup.history(*shown).select("override_id", "state", "whose").rows()
    assert [state for _, state, _ in states] == ["undo", "undo", "taken back", "taken back", "in force"]
    assert states[-1] == (entry, "in force", "Rep 1")


@pytest.mark.parametrize(
    ("user", "role", "side", "level", "subject", "may"),
    [
        ("Rep 1", "rep", "rep", "rep", "R1", True),
        ("Rep 1", "rep", "rep", "rep", "R0", False),
        ("Rep 1", "rep", "manager", "rep", "R1", False),
        ("Boss 0", "manager", "manager", "rep", "R1", True),
        ("Boss 0", "manager", "manager", "team", "North", True),
        ("Boss 0", "manager", "manager", "team", "South", False),
        ("Boss 0", "manager", "rep", "rep", "R1", False),
        ("Vera", "vp", "manager", "team", "South", True),
        ("Ops", "sales_operations", "rep", "rep", "R3", True),
        ("Cora", "consultant", "rep", "rep", "R1", False),
    ],
)
def test_who_may_say_what(
    base: tuple[View, Any], tmp_path: Path, user: str, role: str, side: str, level: str, subject: str, may: bool
) -> None:
    parts = SimpleNamespace(store=Store(f"sqlite:///{tmp_path / 'records.db'}"), settings=Settings())
    view = replace(base[0], viewer=Viewer(user=user, roles=frozenset({role})))
    if may:
        entry = said((view, parts), 10.0, side=side, level=level, subject=subject)
        assert parts.store.overrides().row(0, named=True)["who"] == user
        rollup.undo_override(view, parts, entry)
        assert parts.store.overrides().is_empty()
    else:
        with pytest.raises(ForbiddenError):
            said((view, parts), 10.0, side=side, level=level, subject=subject)


def test_what_no_override_can_be(shown: tuple[View, Any]) -> None:
    with pytest.raises(UnknownNameError):
        said(shown, 1.0, subject="R99")
    with pytest.raises(UsageError, match="reason"):
        said(shown, 1.0, reason="  ")
    with pytest.raises(UsageError, match="0 or more"):
        said(shown, -1.0)
    with pytest.raises(UsageError, match="no rep's number"):
        said(shown, 1.0, level="team", subject="North")
    with pytest.raises(UnknownNameError):
        rollup.undo_override(*shown, 77)
    with pytest.raises(UnknownNameError):
        rollup.rollup(*shown, "guess")
    assert shown[1].store.override_log().is_empty()


def test_two_who_take_the_same_back_do_it_once(shown: tuple[View, Any]) -> None:
    """Both looked at it before either wrote: the second one is told so, and the records are as after the first."""
    store = shown[1].store
    entry, both, told = said(shown, 1.0), Barrier(2), list[str]()
    with ThreadPoolExecutor(2) as pool:

        def take() -> None:
            both.wait()
            try:
                store.undo_override(entry)
            except ConflictError:
                told.append("conflict")

        for waiting in [pool.submit(take) for _ in range(2)]:
            waiting.result()
    assert (told, store.override_log().height) == (["conflict"], 2)


def test_who_sells_in_two_teams_counts_once() -> None:
    """Without a table of people deals name the teams: each person has the one that most of their deals name, so what they say counts once."""
    rows = {name: frame.to_dicts() for name, frame in world(700, seed=5).items()}
    for place, entry in enumerate(rows["opportunities"]):
        entry["team"] = "North" if place % 3 else "South"
    found = rollup.numbers(*view_of(**rows))["rows"]
    reps = found.filter(pl.col("level") == "rep")
    assert reps["subject"].is_unique().all()
    assert reps.height == 4


def test_who_sees_some_accounts_hears_of_oneself_only(
    base: tuple[View, Any], shown: tuple[View, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of a rep counts all their deals: others who see a part of them would learn of the rest."""
    said(shown, 5_000_000.0)
    accounts = frozenset(base[0].frame("opportunities")["account_id"].unique().sort().head(120))
    theirs = rollup.numbers(replace(base[0], viewer=Viewer(account_ids=accounts), kept=None), base[1])
    monkeypatch.setattr(rollup, "numbers", lambda *_: theirs)  # the same for each of them
    for user, role, hears in (
        ("Cora", "consultant", False),
        ("Rep 1", "rep", True),
        ("Boss 0", "manager", True),
        ("Boss 1", "manager", False),
    ):
        some = replace(shown[0], viewer=Viewer(user=user, roles=frozenset({role}), account_ids=accounts), kept=None)
        one = row(rollup.rollup(some, shown[1], "commit"), "rep", "Rep 1")
        assert one["rep_said"] is hears, user
        assert (one["rep_number"] == 5_000_000.0) is hears
        assert rollup.history(some, shown[1]).height == int(hears)


def test_a_base_from_before_the_sales_model_takes_numbers_too(shown: tuple[View, Any]) -> None:
    """Its deals name owners without ids or teams, and there are neither people nor quotas: the roll-up goes by name, and overrides work."""
    view, _ = view_of(**{name: frame.to_dicts() for name, frame in world(700, seed=5).items()})
    old = {name: view.frame(name) for name in ("accounts", "opportunities", "opportunity_history", "changes", "exchange_rates")}
    old["opportunities"] = old["opportunities"].drop("owner_id", "team", "region", "forecast_category", "deal_type", "lead_source")
    before = (replace(view, snapshot=MemorySnapshot(old)), shown[1])
    entry = rollup.override(*before, side="rep", level="rep", subject="Rep 1", measure="commit", amount=7.0, reason="a call")
    assert rollup.history(*before).select("override_id", "whose").rows() == [(entry, "Rep 1")]
