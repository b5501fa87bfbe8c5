"""Scenarios: each lever moves what it says and nothing else, equal seeds draw equally, kept ones come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from tests.models.deal_world import AS_OF, world
from tests.workspace._deals import view_of

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError
from onelead.core.settings import Settings
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.models.bookings.levers import Levers
from onelead.store import Store
from onelead.workspace import scenario_store as store
from onelead.workspace import scenarios
from onelead.workspace.scenario_evidence import evidence
from onelead.workspace.scenarios import Base

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace.viewing import View

ANN, BEN = Viewer(user="Ann", roles=frozenset({"rep"})), Viewer(user="Ben", roles=frozenset({"rep"}))


@pytest.fixture(scope="module")
def bare() -> tuple[View, Any]:
    """A planted world of deals."""
    rows = {name: frame.to_dicts() for name, frame in world(700, seed=5).items()}
    return view_of(**rows, accounts=[{"account_id": f"A{number:04d}", "industry": "Retail"} for number in range(350)])


@pytest.fixture(scope="module")
def base(bare: tuple[View, Any]) -> Base:
    found = scenarios.base(*bare)
    assert isinstance(found, Base)
    return found


@pytest.fixture(scope="module")
def shown(bare: tuple[View, Any], base: Base) -> tuple[View, Any]:
    """The same; what scenarios start from is kept, as a served workspace keeps it."""
    return replace(bare[0], kept=lambda _publication, _use_case: base), bare[1]


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "DRAWS", 400)


@pytest.fixture
def parts(tmp_path: Path) -> Any:
    return SimpleNamespace(store=Store(f"sqlite:///{tmp_path / 'records.db'}"), settings=Settings())


def year(base: Base, levers: Levers) -> np.ndarray:
    return scenarios._draws(base, levers, AS_OF, 42)["Four quarters"]


def test_equal_levers_draw_equally_and_none_changes_nothing(shown: tuple[View, Any], base: Base) -> None:
    first, again = (scenarios.tried(*shown, Levers(win_rate=1.1)) for _ in range(2))
    assert first["outcomes"].equals(again["outcomes"])
    assert first["effects"].equals(again["effects"])
    assert scenarios.tried(*shown)["effects"].is_empty()
    assert np.array_equal(year(base, Levers()), year(base, Levers(price_effect=-2.0))), "a price effect without a price"


def test_what_multiplies_every_amount_multiplies_every_draw(base: Base) -> None:
    """Deal size × 1.1 and price × 1.1 are 1.1 times each draw; both together 1.21 times."""
    usual = year(base, Levers())
    assert usual.mean() > 0
    for levers, factor in ((Levers(deal_size=1.1), 1.1), (Levers(price=1.1), 1.1), (Levers(price=1.1, deal_size=1.1), 1.21)):
        assert np.allclose(year(base, levers), usual * factor)


@pytest.mark.parametrize(
    ("levers", "sign"),
    [
        (Levers(win_rate=1.2), 1),
        (Levers(win_rate=0.8), -1),
        (Levers(price=1.1, price_effect=-3.0), -1),
        (Levers(reps=2.0, ramp=0.0), 1),
        (Levers(reps=-2.0), -1),
        (Levers(campaign=0.5), 1),
        (Levers(campaign=0.5, campaign_on=("industry", "Retail")), 1),
        (Levers(cycle=0.7), 1),
    ],
)
def test_levers_move_the_sum_as_they_say(base: Base, levers: Levers, sign: int) -> None:
    """Most draws move in the lever's direction: the luck is the same. More deals or better chances never take a draw's deals away."""
    change = year(base, levers) - year(base, Levers())
    assert np.sign(change.mean()) == sign
    if levers.cycle == 1.0 and levers.price == 1.0:
        assert (change * sign >= -1e-6).all()


def test_a_campaign_reaches_its_segment_only(base: Base) -> None:
    assert np.array_equal(year(base, Levers(campaign=0.5, campaign_on=("industry", "Banking"))), year(base, Levers()))
    everywhere, retail = (year(base, Levers(campaign=0.5, campaign_on=on)) for on in (None, ("industry", "Retail")))
    assert np.array_equal(everywhere, retail), "every account here is in retail"


def test_single_deals_are_dropped_and_pulled_in(base: Base) -> None:
    """A dropped deal takes its part away; one pulled into this quarter brings the same over four quarters, but sooner."""
    name = base.ids[int(np.argmax(base.plan.value))]
    dropped = year(base, Levers()) - year(base, Levers(dropped=(name,)))
    assert (dropped >= -1e-6).all()
    assert dropped.max() > 0
    first = [
        scenarios._draws(base, levers, AS_OF, 42)["FY2024 Q3"].mean() for levers in (Levers(), Levers(pulled=((name, date(2024, 9, 20)),)))
    ]
    assert first[1] > first[0]
    nobody = Levers(dropped=("none",), pulled=(("none", date(2024, 9, 20)),))
    assert np.array_equal(year(base, nobody), year(base, Levers()))


def test_each_lever_says_what_it_changes_and_what_speaks_for_it(shown: tuple[View, Any]) -> None:
    """A win rate within what past quarters had was seen before; five times of it, and any price, are assumptions. The last row is all together."""
    effects = scenarios.tried(*shown, Levers(win_rate=5.0, deal_size=1.0001, price=1.05, reps=1.0))["effects"]
    found = {row["lever"]: row for row in effects.iter_rows(named=True)}
    assert list(found) == ["win_rate", "deal_size", "price", "headcount", "together"]
    assert [found[name]["assumption"] for name in ("win_rate", "deal_size", "price", "headcount")] == [True, False, True, True]
    assert "outside" in found["win_rate"]["evidence"]
    assert "within" in found["deal_size"]["evidence"]
    assert found["price"]["evidence"] is None
    assert all(row["changes"] for name, row in found.items() if name != "together")
    assert found["together"]["effect"] > found["win_rate"]["effect"]


def test_leaving_follows_its_hazard() -> None:
    """Chances of 0.5 on 100: the hazard × 2 gives 0.75. Half of it gives 1 − √0.5."""
    leaving = pl.DataFrame({"probability": [0.5] * 400, "value": [100.0] * 400})
    means = [scenarios._lost(leaving, factor, 2000, 1).mean() / 40_000 for factor in (1.0, 2.0, 0.5)]
    assert means == pytest.approx([0.5, 0.75, 1 - 0.5**0.5], abs=0.01)


def test_without_enough_deals_there_are_no_scenarios() -> None:
    assert "60 closed deals" in scenarios.tried(*view_of())["problem"]


def test_scenarios_are_kept_changed_copied_deleted_and_brought_back(parts: Any) -> None:
    given = {"win_rate": 1.1, "pulled": [["D1", "2024-09-20"]], "campaign_on": ["region", "North"], "cycle": 1.0}
    kept = store.save_scenario(parts, ANN, "  More   wins ", given, {"chances": {"refresh": 0.5}})
    assert kept["name"] == "More wins"
    assert kept["levers"] == {"win_rate": 1.1, "pulled": [["D1", "2024-09-20"]], "campaign_on": ["region", "North"]}, "what is moved only"
    assert store.read_levers(kept["levers"]).pulled == (("D1", date(2024, 9, 20)),)
    assert store.read_actions(kept["actions"]).chances == (("refresh", 0.5),)
    copy = store.duplicate_scenario(parts, BEN, kept["id"])
    assert (copy["name"], copy["owner"], copy["levers"]) == ("More wins (copy)", "Ben", kept["levers"])
    assert store.duplicate_scenario(parts, BEN, kept["id"])["name"] == "More wins (copy 2)"
    changed = store.change_scenario(parts, ANN, kept["id"], levers={"churn": 0.5})
    assert (changed["name"], changed["levers"], changed["actions"]) == ("More wins", {"churn": 0.5}, kept["actions"])
    store.delete_scenario(parts, ANN, kept["id"])
    with pytest.raises(UnknownNameError):
        store.scenario(parts, kept["id"])
    assert store.restore_scenario(parts, ANN, kept["id"]) == changed
    with pytest.raises(UnknownNameError):
        store.restore_scenario(parts, ANN, kept["id"])


def test_what_no_scenario_can_be(parts: Any) -> None:
    kept = store.save_scenario(parts, ANN, "One")
    for act in (store.delete_scenario, store.change_scenario):
        with pytest.raises(ForbiddenError):
            act(parts, BEN, kept["id"])
    store.delete_scenario(parts, LOCAL_ADMIN, kept["id"])
    with pytest.raises(ForbiddenError):
        store.restore_scenario(parts, BEN, kept["id"])
    store.save_scenario(parts, BEN, "ONE")
    for wrong in ({"win_rate": 9}, {"reps": -1e9}, {"campaign_on": ["stage", "x"]}, {"pulled": [["D", "soon"]]}):
        with pytest.raises(UsageError):
            store.save_scenario(parts, ANN, "Two", wrong)
    for name in ("one", "", "x" * 81):
        with pytest.raises(UsageError):
            store.save_scenario(parts, ANN, name)
    with pytest.raises(UnknownNameError):
        store.save_scenario(parts, ANN, "Two", {"luck": 2})
    with pytest.raises(UsageError, match="already"):
        store.restore_scenario(parts, ANN, kept["id"])


def test_assumptions_that_bring_very_many_deals(shown: tuple[View, Any], base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many deals begin, draws are compared one by one; what no machine can draw is refused in words."""
    monkeypatch.setattr("onelead.models.bookings.simulate.WORK", 200 * 400)  # as few draws as a large company has
    monkeypatch.setattr("onelead.models.bookings.simulate.DRAWS_LEAST", 100)
    monkeypatch.setattr(scenarios, "BIRTHS_MOST", 5 * 200 * 400)
    assert scenarios.tried(*shown, Levers(reps=20.0))["effects"].height == 2
    for levers in (Levers(price=0.1, price_effect=-10.0), Levers(reps=10_000.0)):
        with pytest.raises(UsageError, match="More deals would begin"):
            scenarios.tried(*shown, levers)


def test_the_evidence_counts_the_deals_that_are_seen(bare: tuple[View, Any]) -> None:
    """Who sees some accounts is not told how many deals began in all of them."""
    some = frozenset(f"A{number:04d}" for number in range(40))
    found = scenarios.base(replace(bare[0], viewer=Viewer(account_ids=some)), bare[1])
    assert isinstance(found, Base)
    own = bare[0].frame("opportunities").filter(pl.col("account_id").is_in(some) & (pl.col("created_date") > AS_OF - timedelta(days=365)))
    said = evidence("headcount", Levers(reps=1.0), found)["evidence"]
    assert said.startswith(f"{own['owner_name'].n_unique()} people began {own.height / own['owner_name'].n_unique():.0f} deals each")
