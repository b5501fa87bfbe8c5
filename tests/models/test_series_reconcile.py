"""Forecasts that add up, by hand and as a property."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onelead.core.errors import UnknownNameError, UsageError
from onelead.models.series.reconcile import reconcile


def frame(entries: dict[str, tuple[float, float]], steps: int = 1) -> pl.DataFrame:
    """name → mean and half width of 80 %; 95 % is half as wide again."""
    rows = [
        (name, date(2026, 1, 1), step, mean, mean - half, mean + half, mean - 1.5 * half, mean + 1.5 * half, "ensemble")
        for name, (mean, half) in entries.items()
        for step in range(1, steps + 1)
    ]
    columns = ["series", "period", "step", "mean", "low_80", "high_80", "low_95", "high_95", "method"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def means(found: pl.DataFrame) -> dict[str, float]:
    return dict(found.filter(pl.col("step") == 1).select("series", "mean").iter_rows())


def test_equal_certainty_shares_the_gap_equally() -> None:
    """90 against 40 + 20: the gap of 30 is shared by three."""
    found = reconcile(frame({"all": (90, 3), "north": (40, 3), "south": (20, 3)}), [("all", ["north", "south"])])
    assert means(found) == pytest.approx({"all": 80, "north": 50, "south": 30})


def test_the_uncertain_one_moves() -> None:
    """Variances 1 : 1 : 4 share the gap of 30 as 5, 5 and 20; intervals move along and keep their width."""
    found = reconcile(frame({"all": (90, 1), "north": (40, 1), "south": (20, 2)}), [("all", ["north", "south"])])
    assert means(found) == pytest.approx({"all": 85, "north": 45, "south": 40})
    assert found["high_80"].to_list() == pytest.approx([86, 46, 42])
    assert found["low_95"].to_list() == pytest.approx([83.5, 43.5, 37])


def test_two_groupings_of_one_total_agree() -> None:
    entries = {"all": (100, 5), "north": (50, 2), "south": (40, 3), "a": (70, 4), "b": (45, 1), "alone": (7, 1)}
    found = reconcile(frame(entries, steps=3), [("all", ["north", "south"]), ("all", ["a", "b"])])
    value = means(found)
    assert value["north"] + value["south"] == pytest.approx(value["all"])
    assert value["a"] + value["b"] == pytest.approx(value["all"])
    assert value["alone"] == 7
    assert found.select("series", "step").equals(frame(entries, steps=3).select("series", "step"))


def test_levels_stack() -> None:
    entries = {"world": (100, 5), "emea": (30, 2), "apac": (40, 3), "de": (20, 1), "fr": (20, 1)}
    value = means(reconcile(frame(entries), [("world", ["emea", "apac"]), ("emea", ["de", "fr"])]))
    assert value["emea"] + value["apac"] == pytest.approx(value["world"])
    assert value["de"] + value["fr"] == pytest.approx(value["emea"])


def test_what_cannot_be_negative_stops_at_zero() -> None:
    """Parts of 60 + 2 to a total of 30: an equal share would take the small one below zero."""
    entries = {"all": (30.0, 1.0), "big": (60.0, 1.0), "small": (2.0, 1.0)}
    rows = frame(entries).with_columns(pl.col("low_80", "low_95").clip(lower_bound=0))
    value = means(reconcile(rows, [("all", ["big", "small"])]))
    assert value["small"] == 0
    assert value["big"] == pytest.approx(value["all"]) == pytest.approx(45)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e8)), min_size=2, max_size=6),
    st.tuples(st.floats(0, 1e9), st.floats(0, 1e8)),
)
def test_always_adds_up_and_keeps_its_order(parts: list[tuple[float, float]], total: tuple[float, float]) -> None:
    entries = {f"p{number}": part for number, part in enumerate(parts)} | {"all": total}
    rows = frame(entries).with_columns(pl.col("low_80", "low_95").clip(lower_bound=0))
    found = reconcile(rows, [("all", [name for name in entries if name != "all"])])
    value = means(found)
    assert sum(value[name] for name in entries if name != "all") == pytest.approx(value["all"], rel=1e-6, abs=1e-3)
    columns = found.select("low_95", "low_80", "mean", "high_80", "high_95").to_numpy()
    assert np.isfinite(columns).all()
    assert (np.diff(columns, axis=1) >= -1e-6 * (1 + np.abs(columns).max())).all()
    assert columns.min() >= 0


def test_refusals() -> None:
    rows = frame({"all": (90, 3), "north": (40, 3)})
    with pytest.raises(UnknownNameError, match="sooth"):
        reconcile(rows, [("all", ["north", "sooth"])])
    with pytest.raises(UsageError, match="others"):
        reconcile(rows, [("all", ["all"])])
    with pytest.raises(UsageError, match="same steps"):
        reconcile(pl.concat([rows, frame({"south": (1, 1)}, steps=2)]), [("all", ["north", "south"])])
