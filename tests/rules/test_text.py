"""Words as expressions, against plain Python."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.rules import _text as text


def one(expression: pl.Expr) -> object:
    return pl.select(expression).item()


@given(st.integers(-(10**12), 10**12))
def test_thousands(number: int) -> None:
    assert one(text.thousands(pl.lit(number, dtype=pl.Int64))) == f"{abs(number):,}"


@pytest.mark.parametrize(("number", "expected"), [(0.0, "0"), (2.5, "2.5"), (1234.0, "1,234"), (999.96, "1,000"), (None, None)])
def test_amount(number: float | None, expected: str | None) -> None:
    assert one(text.amount(pl.lit(number, dtype=pl.Float64))) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "today"),
        (1, "in 1 day"),
        (-1, "1 day ago"),
        (14, "in 14 days"),
        (-730, "730 days ago"),
        (-731, "about 2 years ago"),
        (-1983, "about 5 years ago"),
        (2191, "in about 6 years"),
    ],
)
def test_distance(days: int, expected: str) -> None:
    assert one(text.distance(pl.lit(days))) == expected


@pytest.mark.parametrize(
    ("count", "category", "expected"),
    [
        (5, "x86 Premium Servers", "5 x86 Premium Servers"),
        (1, "x86 Premium Servers", "1 asset in x86 Premium Servers"),
        (30, "WLAN HW", "30 WLAN HW assets"),
        (1, "WLAN HW", "1 WLAN HW asset"),
        (1200, None, "1,200 assets without a category"),
    ],
)
def test_products(count: int, category: str | None, expected: str) -> None:
    assert one(text.products(pl.lit(count), pl.lit(category, dtype=pl.String))) == expected


def test_money_and_dates() -> None:
    assert one(text.money(pl.lit(165_000.0), "USD", pl.lit(value=True))) == "$165,000 (estimated)"
    assert one(text.money(pl.lit(1234.5), "CHF", pl.lit(value=False))) in {"1,234 CHF", "1,235 CHF"}
    assert one(text.written_out(pl.lit(date(2024, 9, 4)))) == "4 September 2024"


@given(st.lists(st.text(), max_size=5))
def test_json_lists(texts: list[str]) -> None:
    written = pl.DataFrame({"x": [texts]}, schema={"x": pl.List(pl.String)}).select(text.json_list(pl.col("x"))).item()
    assert json.loads(written) == texts
