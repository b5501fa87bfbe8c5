"""Rows as cards on a phone, and digits that stand under each other: worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from onelead.web._digits import digits_of
from onelead.web._formats import Formats
from onelead.web._page import Column
from onelead.web._phone import card_classes

DEALS = (
    Column("rank", "Rank", "count", minor=True),
    Column("deal", "Deal"),
    Column("stage", "Stage"),
    Column("amount", "Amount", "money"),
    Column("close", "Close", "date", minor=True),
    Column("age", "Age", "days", minor=True),
    Column("norm", "Norm", "days", minor=True),
    Column("flags", "Flags", "html"),
    Column("health", "Health", "score"),
)
LENGTHS = {column.name: 9 for column in DEALS}


def test_a_card_has_a_title_a_figure_and_one_line_of_minor_fields() -> None:
    found = card_classes(DEALS, LENGTHS, leads=False)
    assert (found["deal"], found["amount"]) == ("ph-t", "ph-v")
    assert (found["flags"], found["health"]) == ("ph-w", "ph-w ph-b")
    assert [found[name] for name in ("stage", "rank", "close", "age", "norm")] == ["", "", "", "ph-h", "ph-h"]


def test_a_figure_that_no_row_knows_is_none_and_long_texts_take_more_room() -> None:
    found = card_classes(DEALS, LENGTHS | {"amount": 0, "stage": 20, "rank": 40}, leads=False)
    assert found["deal"] == "ph-t ph-w", "alone on its line"
    assert (found["stage"], found["rank"]) == ("ph-m", "ph-w")


def test_a_declared_role_goes_before_the_guess() -> None:
    columns = (
        Column("id", "Id"),
        Column("name", "Name", phone="title"),
        Column("won", "Won", "money"),
        Column("rate", "Rate", "percent", phone="value"),
    )
    found = card_classes(columns, dict.fromkeys(("id", "name", "won", "rate"), 5), leads=False)
    assert found == {"id": "", "name": "ph-t", "won": "", "rate": "ph-v"}


@pytest.mark.parametrize(("leads", "gone"), [(True, 3), (False, 0)])
def test_fields_go_only_where_the_row_leads_to_them(*, leads: bool, gone: int) -> None:
    columns = tuple(Column(f"c{number}", f"C {number}") for number in range(10))
    found = card_classes(columns, {column.name: 5 for column in columns}, leads=leads)
    assert list(found.values()).count("ph-h") == gone


@pytest.mark.parametrize(
    ("kind", "values", "digits"),
    [
        ("number", [31.5, 2.0, None], 1),
        ("number", [0.25, 3.0], 2),
        ("number", [2.0, 3.0], 0),
        ("number", [0.123456], 2),
        ("percent", [0.49, 0.051], 1),
        ("percent", [0.49, 0.051, float("nan")], 1),
        ("percent", [0.495, 0.05], 0),
        ("percent", [0.49, 0.0], 0),
        ("points", [0.06, -0.096], 1),
        ("money", [1.5], None),
    ],
)
def test_a_column_has_one_number_of_digits(kind: str, values: list[float | None], digits: int | None) -> None:
    assert digits_of(kind, pl.Series(values, dtype=pl.Float64)) == digits


def test_whole_numbers_have_no_digits() -> None:
    assert digits_of("number", pl.Series([1, 2])) == 0


def test_numbers_are_written_with_the_digits_of_their_column() -> None:
    english, german = Formats("en"), Formats("de")
    assert [english.number(value, 1) for value in (31.46, 2.0, -0.04)] == ["31.5", "2.0", "0.0"]
    assert [german.percent(value, 1) for value in (0.49, 0.051)] == ["49,0\xa0%", "5,1\xa0%"]
    assert [english.points(value, 1) for value in (0.06, -0.096, 0.0)] == ["+6.0 pts", "−9.6 pts", "0.0 pts"]
    assert [english.percent(value) for value in (0.49, 0.051)] == ["49%", "5.1%"]
