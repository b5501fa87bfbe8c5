"""Bookings to come as use cases: what is shown adds up, rights hold, the model's chances count, too little abstains."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.frames import MemorySnapshot
from tests.models.deal_world import world
from tests.workspace._deals import view_of

from onelead.workspace import bookings

if TYPE_CHECKING:
    from onelead.workspace.viewing import View


@cache
def deals() -> dict[str, list[dict[str, Any]]]:
    """A planted world of deals as rows."""
    return {name: frame.to_dicts() for name, frame in world(700, seed=5).items()}


@pytest.fixture(scope="module")
def shown() -> tuple[View, Any]:
    return view_of(**deals())


@pytest.fixture(scope="module")
def found(shown: tuple[View, Any]) -> dict[str, Any]:
    return bookings.forecast(*shown)


def test_periods_and_groups_add_up(found: dict[str, Any]) -> None:
    """Means of owners add up to the whole; three months to their quarter; booked, open and unborn to the forecast."""
    periods, groups = found["periods"], found["groups"]
    whole = periods.select("kind", "key", "forecast", "booked")
    summed = groups.filter(pl.col("level") == "owner").group_by("kind", "key").agg(pl.col("forecast", "booked").sum().name.suffix("_sum"))
    joined = whole.join(summed, on=["kind", "key"])
    assert joined.height == periods.height
    for name in ("forecast", "booked"):
        assert (joined[name] - joined[f"{name}_sum"]).abs().max() == pytest.approx(0, abs=0.01)
    parts = periods.select((pl.col("booked") + pl.col("opened") + pl.col("born") - pl.col("forecast")).abs().max()).item()
    assert parts == pytest.approx(0, abs=0.01)
    months = periods.filter((pl.col("kind") == "month") & (pl.col("key") > "2024-09"))["forecast"].sum()
    quarter = periods.filter(pl.col("key") == "2024-10-01")["forecast"].item()
    assert months == pytest.approx(quarter)
    inside = periods.select(
        (pl.col("low95") <= pl.col("low")) & (pl.col("low") <= pl.col("forecast")) & (pl.col("forecast") <= pl.col("high"))
    )
    assert inside.to_series().all()


def test_who_sees_some_accounts_gets_the_forecast_of_their_deals(found: dict[str, Any], shown: tuple[View, Any]) -> None:
    """Open deals and what is booked are theirs; half the accounts bring less than all, and no owner or account shines through."""
    some = frozenset(f"A{number:04d}" for number in range(0, 350, 2))
    narrow = replace(shown[0], viewer=replace(shown[0].viewer, account_ids=some))
    theirs = bookings.forecast(narrow, shown[1])
    assert 0 < theirs["open"] < found["open"]
    row, whole = (answer["periods"].filter(pl.col("key") == "90").row(0, named=True) for answer in (theirs, found))
    assert 0 < row["forecast"] < whole["forecast"]
    assert 0 < row["born"] < whole["born"]
    only = replace(shown[0], viewer=replace(shown[0].viewer, deal_owners=frozenset({"Rep 1"})))
    assert set(bookings.forecast(only, shown[1])["groups"].filter(pl.col("level") == "owner")["name"]) == {"Rep 1"}


def test_the_chance_of_the_model_counts_where_it_learned(found: dict[str, Any]) -> None:
    """With a learned win chance of 0 of every open deal only what is booked and unborn is left; one from shares alone changes nothing."""
    opened = [row["opportunity_id"] for row in deals()["opportunities"] if row["is_won"] is None]

    def predicted(source: str) -> dict[str, Any]:
        rows = [
            {
                "model": "win_chance",
                "subject_kind": "opportunity",
                "subject_id": name,
                "horizon_days": 0,
                "probability": 0.0,
                "label_source": source,
            }
            for name in opened
        ]
        view, parts = view_of(**deals())
        frames = {**{name: view.frame(name) for name in view.snapshot.tables()}, "predictions": pl.DataFrame(rows)}
        return bookings.forecast(replace(view, snapshot=MemorySnapshot(frames)), parts)

    none = predicted("outcomes")
    assert none["modelled"] == len(opened)
    assert (
        none["periods"].filter(pl.col("key") == "90")["opened"].item()
        < 0.02 * found["periods"].filter(pl.col("key") == "90")["opened"].item()
    )
    assert predicted("rates")["periods"].equals(found["periods"])


def test_without_enough_closed_deals_there_is_no_forecast() -> None:
    view, parts = view_of(opportunities=[row for row in deals()["opportunities"] if row["is_won"] is None])
    answer = bookings.forecast(view, parts)
    assert answer["problem"] is not None
    assert "60 closed deals" in answer["problem"]
    assert "periods" not in answer


def test_the_track_record_is_told_in_figures(shown: tuple[View, Any]) -> None:
    rows = bookings.track_record(*shown)
    track = rows
    kept = replace(shown[0], kept=lambda _publication, _use_case: track), shown[1]
    words = bookings.track_words(*kept)
    rows = rows.filter(pl.col("window") == "quarter")
    assert words["forecasts"] == rows.height > 0
    off = ((rows["forecast"] - rows["actual"]).abs().sum()) / rows["actual"].sum()
    assert words["forecast"] == pytest.approx(off)
    assert bookings.accuracy_by_week(*kept)["quarters"].sum() == rows.height


def test_a_base_from_before_the_sales_model_says_what_it_needs() -> None:
    """Its list has none of the columns that came later, and no history: that is told as any other lack is."""
    view, parts = view_of(opportunities=[{"opportunity_id": "a", "account_id": "1"}])
    old = {name: view.frame(name) for name in ("accounts", "opportunities", "changes")}
    old["opportunities"] = old["opportunities"].drop("owner_id", "team", "region", "forecast_category", "deal_type", "lead_source")
    assert "60 closed deals" in bookings.forecast(replace(view, snapshot=MemorySnapshot(old)), parts)["problem"]
