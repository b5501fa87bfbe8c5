"""Other assumptions give what a whole run of the rules under these settings gives, action by action."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from onelead.core.context import Context
from onelead.core.viewer import LOCAL_ADMIN
from onelead.rules import RuleInput, recommend, rules
from onelead.workspace import serve_workspace, whatif
from onelead.workspace.whatif import Levers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.core.settings import Settings
    from onelead.workspace import Serving
    from onelead.workspace.viewing import View

COMPARED = ["action_id", "account_id", "type", "due_date", "chance", "value", "expected_value", "expected_value_low"]
COMPARED += ["expected_value_high", "estimated"]
TRIED = [
    Levers(price_factor=1.37),
    Levers(price_factor=0.0),
    Levers(support_share=0.155),
    Levers(credit=333.33, chances=(("critical_renewal", 0.345), ("service_expansion", 0.0))),
    Levers(price_factor=2.25, support_share=0.07, credit=1.0, chances=(("refresh", 0.9), ("upsell", 1.0))),
]


@pytest.fixture(scope="module")
def served(loaded_once: Path) -> Iterator[Serving]:
    serving = serve_workspace(loaded_once)
    yield serving
    serving.close()


def _given(view: View, settings: Settings) -> RuleInput:
    snapshot = view.snapshot
    frames = {name: snapshot.frame(name) for name in ("accounts", "features", "scores")}
    return RuleInput(
        Context(view.publication.as_of, settings),
        snapshot.base_id,
        frames["accounts"],
        snapshot.frame,
        frames["features"],
        frames["scores"],
        {},
    )


@pytest.mark.parametrize("levers", TRIED)
@pytest.mark.parametrize(
    "successors", [{}, {"WLAN HW": "x86 Premium Servers", "x86 Premium Servers": "Of the future"}], ids=["few", "some"]
)
def test_levers_give_what_a_whole_run_gives(served: Serving, levers: Levers, successors: dict[str, str]) -> None:
    """Every action, to the cent: also where a successor has a price of its own, or none."""
    stamp = served.stamp()
    assert stamp is not None
    with served.view(LOCAL_ADMIN, stamp) as shown:
        usual = shown.context.settings
        metrics = usual.metrics.model_copy(update={"successors": {**usual.metrics.successors, **successors}})
        settings = usual.model_copy(update={"metrics": metrics})
        view = replace(shown, context=replace(shown.context, settings=settings), kept=None)
        found = whatif._waiting(view, served.parts, levers).select(COMPARED).sort("action_id")
        whole = recommend(_given(view, whatif.assumed(settings, levers))).select(COMPARED).sort("action_id")
    assert whole["value"].drop_nulls().len() > 10
    assert_frame_equal(found, whole, check_exact=True)


def test_the_worth_of_unpriced_rules_rests_on_no_lever(served: Serving) -> None:
    """What a rule does not say about itself (``priced``) is not there: its worth stays under other prices."""
    stamp = served.stamp()
    assert stamp is not None
    with served.view(LOCAL_ADMIN, stamp) as shown:
        usual = shown.context.settings
        dear = whatif.assumed(usual, Levers(price_factor=3.0, support_share=0.5, credit=9.0))
        moved = set()
        for rule in rules().values():
            before, after = (rule.propose(_given(shown, settings)).select("value", "value_low", "value_high") for settings in (usual, dear))
            moved |= {rule.id} if not before.equals(after) else set()
    assert moved <= {rule.id for rule in rules().values() if rule.priced}
    assert {"critical_renewal", "service_expansion"} <= moved


def test_a_lever_does_not_run_the_rules_again(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = served.stamp()
    assert stamp is not None
    served.ask(LOCAL_ADMIN, whatif.what_if, stamp, Levers(price_factor=1.1))

    def run_again(_: object) -> None:
        raise AssertionError("the rules ran again")

    monkeypatch.setattr(whatif, "worths", run_again)
    found = served.ask(LOCAL_ADMIN, whatif.what_if, stamp, Levers(chances=(("critical_renewal", 0.9),), support_share=0.2))
    assert found["total"]["expected"] > found["usual"]["expected"]
