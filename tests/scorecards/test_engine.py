"""The scoring engine on cards of its own: shapes of points, gaps, bands, and what must hold for any numbers."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.scorecards.cards import card, category, measure

from onelead.core.errors import UnknownNameError
from onelead.scorecards import Scorecard, needed_measures, score, scorecards
from onelead.tables.health import TABLE

INSTALL_BASE = scorecards()["install_base"]
RANGES = {"kind": "ranges", "critical": 3, "healthy": 6}
WORDS = {"kind": "ranges", "critical": 2, "healthy": 2, "text": {"Low": 1, "Medium": 2, "High": 3}}
MIXED = card(
    category("use", 50, measure("a"), measure("b", weight=3, points={"kind": "per_unit", "each": 20})),
    category("care", 30, measure("c", direction="down", points={"kind": "per_unit", "each": 10, "up_to": 80}), measure("d", points=RANGES)),
    category("mood", 20, measure("e", direction="down", points={**RANGES, "critical": 6, "healthy": 3})),
)


def frame(**columns: Any) -> pl.DataFrame:
    count = max(len(values) for values in columns.values())
    return pl.DataFrame({"account_id": [f"{place:03}" for place in range(count)], **columns})


def points_of(entry: dict[str, Any], values: list[Any]) -> list[float | None]:
    return score(card(category("only", 100, entry)), frame(x=values))["score"].to_list()


@pytest.mark.parametrize(
    ("entry", "values", "points"),
    [
        (measure("x"), [-0.1, 0.0, 0.256, 1.0, 7.0, None, math.nan], [0, 0, 25.6, 100, 100, None, None]),
        (measure("x", direction="down"), [-0.1, 0.25, 1.0, 2.0], [100, 75, 0, 0]),
        (measure("x", points={"kind": "per_unit", "each": 20}), [0, 1, 4, 5, 9, None], [0, 20, 80, 100, 100, None]),
        (measure("x", points={"kind": "per_unit", "each": 30, "up_to": 50}), [1, 2], [30, 50]),
        (measure("x", direction="down", points={"kind": "per_unit", "each": 30}), [0, 1, 5], [100, 70, 0]),
        (measure("x", points=RANGES), [2.9, 3, 6, 6.1, None], [0, 50, 50, 100, None]),
        (measure("x", direction="down", points={"kind": "ranges", "critical": 10, "healthy": 5}), [10.1, 10, 5, 4.9], [0, 50, 50, 100]),
        (measure("x", points={**RANGES, "levels": {"critical": 10, "at_risk": 60, "healthy": 90}}), [1, 4, 9], [10, 60, 90]),
        (measure("x", points=WORDS), ["low", " MEDIUM ", "High", "no idea", None], [0, 50, 100, None, None]),
        (measure("x", points=WORDS, direction="down"), ["Low", "Medium", "High", "2.5"], [100, 50, 0, 0]),
        (measure("x", points={"kind": "per_unit", "each": 100}), [True, False, None], [100, 0, None]),
    ],
)
def test_points(entry: dict[str, Any], values: list[Any], points: list[float | None]) -> None:
    assert points_of(entry, values) == points


def test_formula() -> None:
    """(3 · a − b) / (2 · c): a = 2, b = 1, c = 5 → 0.5; c = 0 → no share; b unknown → unknown."""
    formula = {"numerator": {"a": 3, "b": -1}, "denominator": {"c": 2}}
    one = card(category("only", 100, measure("x", source=None, formula=formula)))
    assert needed_measures(one) == ["a", "b", "c"]
    assert score(one, frame(a=[2, 2, 2], b=[1, 1, None], c=[5, 0, 5]))["score"].to_list() == [50, None, None]


def test_categories_and_measures_are_weighed() -> None:
    """use: (1 · 60 + 3 · 20) / 4 = 30; care: c → 80 − 30 = 50, d → 100, mean 75; mood: 50. 0.5 · 30 + 0.3 · 75 + 0.2 · 50 = 47.5.

    Without b and e: use is 60 on its own, weights 50 and 30 of 80: (50 · 60 + 30 · 75) / 80 = 65.625. Data: a is a quarter of 50, care
    all of 30: 0.425.
    """
    found = score(MIXED, frame(a=[0.6, 0.6], b=[1, None], c=[3, 3], d=[7, 7], e=[4, None]))
    assert found["score"].to_list() == [47.5, 65.625]
    assert found["weight_used"].to_list() == [1, 0.425]
    assert found["measures_used"].to_list() == [5, 3]
    assert found["reason"][0] == "Use lowers it most, by 35 points (A: 0.6; B: 1)."
    parts = json.loads(found["parts"][1])
    assert {name: part["weight_used"] for name, part in parts.items()} == {"use": 62.5, "care": 37.5, "mood": 0}
    assert parts["mood"] == {"points": None, "weight": 20, "weight_used": 0, "value": None, "reason": "E: no data, left out"}
    assert parts["use"]["reason"] == "A: 0.6; B: no data, left out"


@pytest.mark.parametrize(("missing", "expected"), [("skip", 80), ("neutral", 65), ("worst", 40)])
def test_treatment_of_gaps(missing: str, expected: float) -> None:
    """Two halves, one of 80 points, the other unknown: 80 alone, (80 + 50) / 2, (80 + 0) / 2. Only one half has data, however it is treated."""
    halves = (category("a", 50, measure("a")), category("b", 50, measure("b")))
    found = score(card(*halves, missing=missing), frame(a=[0.8], b=[None]))
    assert (found["score"][0], found["weight_used"][0], found["measures_used"][0]) == (expected, 0.5, 1)


def test_a_measure_may_treat_its_gap_in_its_own_way() -> None:
    halves = (category("a", 50, measure("a")), category("b", 50, measure("b", missing="worst")))
    found = score(card(*halves), frame(a=[0.8, None], b=[None, 0.5]))
    assert found["score"].to_list() == [40, 50]
    assert found["reason"][0] == "B lowers it most, by 50 points (B: no data, counted as 0 points)."


@pytest.mark.parametrize("missing", ["skip", "neutral", "worst"])
def test_too_few_measures_give_no_score(missing: str) -> None:
    halves = (category("a", 50, measure("a")), category("b", 50, measure("b")))
    found = score(card(*halves, missing=missing, minimum_measures=2), frame(a=[0.8, 0.8], b=[None, 0.6]))
    assert found["score"].to_list() == [None, 70]
    assert found["band"].to_list() == [None, "Healthy"]
    assert found["reason"][0] == "Too few measures have data: 1 of at least 2."


def test_a_category_without_measures_is_left_out() -> None:
    found = score(card(category("a", 95, measure("a")), category("later", 5)), frame(a=[0.8]))
    assert (found["score"][0], found["weight_used"][0]) == (80, 0.95)


def test_bands_begin_where_the_file_says() -> None:
    values = [0.7, 0.6999, 0.4, 0.3999, 0.0]
    only = category("only", 100, measure("x"))
    assert score(card(only), frame(x=values))["band"].to_list() == ["Healthy", "At risk", "At risk", "Critical", "Critical"]
    moved = card(only, bands={"healthy": 90, "at_risk": 69.99})
    assert score(moved, frame(x=values))["band"].to_list() == ["At risk", "At risk", "Critical", "Critical", "Critical"]


def test_70_points_made_of_thirds_are_healthy() -> None:
    """33.4 · 0.7 + 33.3 · 0.7 + 33.3 · 0.7 is not quite 70 in binary; it is in the band."""
    parts = [category(name, weight, measure(name)) for name, weight in (("a", 33.4), ("b", 33.3), ("c", 33.3))]
    found = score(card(*parts), frame(a=[0.7], b=[0.7], c=[0.7]))
    assert (found["score"][0], found["band"][0]) == (70, "Healthy")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnknownNameError, match="'b'"):
        score(MIXED, frame(a=[1.0]))


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.floats(0, 1), st.integers(0, 12).map(float))
rows = st.lists(st.fixed_dictionaries(dict.fromkeys("abcde", numbers)), min_size=1, max_size=6)


def framed(records: list[dict[str, float | None]]) -> pl.DataFrame:
    table = pl.DataFrame(records, schema=dict.fromkeys("abcde", pl.Float64))
    return table.select(pl.Series("account_id", [f"{place:03}" for place in range(len(records))]), pl.all())


def varied(missing: str, minimum: int) -> Scorecard:
    return MIXED.model_copy(update={"missing": missing, "minimum_measures": minimum})


cards = st.builds(varied, st.sampled_from(["skip", "neutral", "worst"]), st.integers(1, 5))


@given(cards, rows)
def test_scores_fit_the_contract_and_the_parts_explain_them(one: Scorecard, records: list[dict[str, float | None]]) -> None:
    found = score(one, framed(records))
    TABLE.contract.validate(found, cast=False)
    for row in found.drop_nulls("score").iter_rows(named=True):
        parts = json.loads(row["parts"]).values()
        assert sum((part["points"] or 0) * part["weight_used"] / 100 for part in parts) == pytest.approx(row["score"], abs=1e-5)
        assert sum(part["weight_used"] for part in parts) == pytest.approx(100)


@given(cards, rows, st.sampled_from("abcde"), st.floats(0, 1e4))
def test_a_better_measure_never_lowers_the_score(one: Scorecard, records: list[dict[str, float | None]], name: str, step: float) -> None:
    better = pl.col(name) + (-step if name in "ce" else step)
    before, after = framed(records), framed(records).with_columns(better)
    both = pl.DataFrame({"before": score(one, before)["score"], "after": score(one, after)["score"]}).drop_nulls()
    assert (both["after"] >= both["before"]).all()


@given(rows)
def test_the_order_of_rows_does_not_matter(records: list[dict[str, float | None]]) -> None:
    forward = framed(records)
    assert_frame_equal(score(MIXED, forward), score(MIXED, forward.reverse()).reverse())


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(0, 2))
def test_a_part_left_out_gives_the_weighted_mean_of_the_rest(values: list[float], gap: int) -> None:
    weights = (50, 30, 20)
    three = card(*(category(name, weight, measure(name)) for name, weight in zip("abc", weights, strict=True)))
    given_values = {name: [None if place == gap else value] for place, (name, value) in enumerate(zip("abc", values, strict=True))}
    rest = [(100 * value, weight) for place, (value, weight) in enumerate(zip(values, weights, strict=True)) if place != gap]
    expected = sum(value * weight for value, weight in rest) / sum(weight for _, weight in rest)
    assert score(three, frame(**given_values))["score"][0] == pytest.approx(expected, abs=1e-5)


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30))
def test_one_expired_asset_less_never_lowers_install_base(total: int, past: int, near: int) -> None:
    past, near = min(past, total), min(near, max(total - past, 0))
    known = {"credit_utilization": [0.5] * 2, "open_opportunities": [1] * 2, "support_coverage": [0.5] * 2}
    found = score(INSTALL_BASE, frame(assets=[total] * 2, expired_products=[past, max(past - 1, 0)], expiring_products=[near] * 2, **known))
    assert found["score"][1] >= found["score"][0]
