"""Whatever happens to deals, what changed balances to the cent; and each deal counts where it belongs."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.frames import AS_OF, base, context, table
from tests.workspace._deals import NoRecords, deal
from tests.workspace.test_deal_movements import DOLLARS, balanced, told

from onelead.core.viewer import Viewer
from onelead.workspace.deal_movements import STEPS, pipeline_changes
from onelead.workspace.deal_points import GROUPS, deals_at
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = st.integers(0, 240).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
AMOUNT = st.one_of(st.none(), st.integers(0, 10**9).map(lambda cents: cents / 100))
CURRENCY = st.sampled_from([None, "USD", "EUR", "GBP"])
MOMENTS = st.lists(
    st.tuples(DAY, AMOUNT, CURRENCY, st.one_of(st.none(), DAY), st.sampled_from([None, None, None, True, False]), st.sampled_from("xy")),
    max_size=5,
)
WORLD = st.dictionaries(st.sampled_from("abcdef"), st.tuples(MOMENTS, st.booleans(), st.one_of(st.none(), DAY)), max_size=6)
WIDE = [*DOLLARS, {"currency": "GBP", "rate_date": date(2024, 6, 1), "rate": 1.2345}]


EMPTY = base(exchange_rates=WIDE)


class Plain:
    """The frames of a snapshot without an engine behind them: many worlds are asked."""

    def __init__(self, frames: dict[str, pl.DataFrame]) -> None:
        self._frames = frames

    def tables(self) -> list[str]:
        return list(self._frames)

    def table(self, name: str) -> pl.DataFrame:
        return self._frames[name]  # asked for the names of its columns only

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        return self._frames[name].select(columns or pl.all())


def plain_view(history: list[dict[str, Any]], listed: list[dict[str, Any]]) -> tuple[View, Any]:
    told = {"opportunities": table("opportunities", listed), "opportunity_history": table("opportunity_history", history)}
    publication = SimpleNamespace(id=1, base="base", as_of=AS_OF)
    view = View(Plain(EMPTY | told), publication, context(), Viewer())  # type: ignore[arg-type]  # stand-ins
    return view, SimpleNamespace(store=NoRecords())


@given(WORLD, st.tuples(DAY, DAY).filter(lambda days: days[0] != days[1]), st.one_of(st.none(), DAY), st.sampled_from(GROUPS))
@settings(max_examples=examples(400, 60), deadline=None)
def test_any_history_balances(world: dict[str, Any], days: tuple[date, date], closing: date | None, by: str) -> None:
    """Whatever happened to the deals, in whichever currency: start + the steps = end in whole cents, for each group too."""
    history, listed = [], []
    for key, (moments, in_list, created) in world.items():
        rows = [
            told(key, day, amount=amount, currency=currency, close_date=close, is_won=won, owner_name=owner, stage="Propose")
            for day, amount, currency, close, won, owner in moments
        ]
        history += rows
        if in_list:
            last = rows[-1] if rows else {}
            kept = ("amount", "currency", "close_date", "is_won", "owner_name")
            listed.append(deal(key, created_date=created, **{name: last.get(name) for name in kept}))
    view, parts = plain_view(history, listed)
    found = pipeline_changes(view, parts, since=min(days), until=max(days), closing=closing, by=by)
    assert balanced(found)
    deals = found["deals"]
    assert set(deals["step"]) <= set(STEPS)
    assert (deals.filter(pl.col("step").is_in(["created", "pulled in", "increased"]))["value"] >= 0).all()
    assert (deals.filter(pl.col("step").is_in(["decreased", "pushed out", "lost", "won", "left the list"]))["value"] <= 0).all()
    once = deals.filter(pl.col("step").is_in(["pushed out", "lost", "won", "left the list"]))
    assert once["opportunity_id"].is_unique().all(), "a deal ends once"
    if closing is None:
        assert not set(deals["step"]) & {"pulled in", "pushed out"}
    for side, stood in ((found["start"], deals_at(view, parts, min(days))), (found["end"], deals_at(view, parts, max(days)))):
        counts = pl.col("state") == "open" if closing is None else (pl.col("state") == "open") & (pl.col("close_date") <= closing)
        values = stood.deals.filter(counts)["value"].drop_nulls()
        assert round(100 * side) == sum(round(100 * value) for value in values)
