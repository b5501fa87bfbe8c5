"""Headers: spelling, synonyms, likeness, and where the header row is."""

from __future__ import annotations

import pytest

from onelead.sources._headers import Match, Spec, best_match, nearest_header, normalise
from onelead.sources._source import letters

SPEC = Spec(
    "assets",
    {
        "asset_id": ("Serial_Number_Id", "Serial Number"),
        "customer_id": ("Customer ID",),
        "account_name": ("Customer Name",),
        "end_of_life_date": ("Product_End_of_Life_Date",),
        "cost": ("3rd Party Mat Cost",),
    },
    required=("asset_id",),
    minimum=2,
)


def matched(*rows: tuple[str | None, ...]) -> Match:
    match = best_match(rows, [SPEC])
    assert match is not None
    return match


@pytest.mark.parametrize(
    "header", ["Serial_Number_Id", "SERIAL NUMBER ID", " serial-number.id ", "Sérial Number (Id)", "ＳＥＲＩＡＬ number id"]
)
def test_spelling_does_not_count(header: str) -> None:
    assert normalise(header) == "serialnumberid"


def test_other_scripts_keep_their_letters() -> None:
    assert normalise("顧客 名") == "顧客名"


def test_synonyms_and_order() -> None:
    """The usual header wins over its synonym wherever both stand."""
    assert matched(("Customer Name", "Serial Number", None, "Serial_Number_Id")).columns == {"account_name": 0, "asset_id": 3}


def test_likeness_is_strict_and_noted() -> None:
    match = matched(("Serial_Numbr_Id", "Product_End_of_Lief_Date", "Customer ID"))
    assert match.columns == {"asset_id": 0, "end_of_life_date": 1, "customer_id": 2}
    assert match.alike == [("Serial_Numbr_Id", "Serial_Number_Id"), ("Product_End_of_Lief_Date", "Product_End_of_Life_Date")]


@pytest.mark.parametrize("header", ["Customer IDs", "Customer Code", "4th Party Mat Cost", "2rd Party Mat Cost", "Party Mat Cost"])
def test_what_is_not_alike(header: str) -> None:
    assert matched(("Serial_Number_Id", header)).columns == {"asset_id": 0}


@pytest.mark.parametrize("above", [0, 6, 30])
def test_header_row_is_found(above: int) -> None:
    rows = [("Report", None)] * min(above, 1) + [(None, None)] * max(0, above - 1)
    assert matched(*rows, ("Serial Number", "Customer Name"), ("A", "B")).header_row == above


def test_the_better_of_two_header_rows() -> None:
    """A row of group names above, which knows one column, is not the header."""
    rows = (("Customer Name", "Product", None, None), ("Serial Number", "Customer ID", "Customer Name", "Product End of Life Date"))
    assert matched(*rows).header_row == 1


def test_nearest_header() -> None:
    match = matched(("Serial", "Customer ID", "Customer Name", "Product_End_of_Life_Date"))
    assert match.missing == ["asset_id"]
    assert nearest_header(match, "asset_id") == "Serial"


def test_nothing_known() -> None:
    assert best_match([], [SPEC]) is None
    assert not matched(("x", "y")).columns


@pytest.mark.parametrize(("position", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")])
def test_letters(position: int, name: str) -> None:
    assert letters(position) == name
