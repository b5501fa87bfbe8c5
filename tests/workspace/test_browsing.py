"""Rows of tables and of frames: narrowed, sorted, a page at a time, and only those that the reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.frames import MemorySnapshot, account, base, context

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.browsing import columns_of, default_columns, framed_page, table_page, table_total
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer


def view(viewer: Viewer = LOCAL_ADMIN) -> View:
    """Three assets of two accounts, one of them twice; as of 2024-09-04."""
    assets = [
        {"asset_id": "B", "account_id": "1", "product_category": "WLAN HW", "end_of_life_date": date(2024, 10, 4)},
        {"asset_id": "A", "account_id": "2", "product_category": "Servers", "end_of_life_date": date(2020, 1, 1)},
        {"asset_id": "C", "account_id": "1", "product_category": None},
        {"asset_id": "C", "account_id": "1", "is_repeat": True},
    ]
    accounts = [account("1", country="Japan"), account("2", country="Chile")]
    return View(MemorySnapshot(base(accounts=accounts, assets=assets)), None, context(), viewer)  # type: ignore[arg-type]


def ids(*where: str, sort: tuple[str, ...] = (), shown: View | None = None, **more: int) -> list[str]:
    return table_page(shown or view(), None, "assets", where, sort, ("asset_id",), **more)["asset_id"].to_list()  # type: ignore[arg-type]


def test_rows_come_in_the_order_of_their_key_without_repeats() -> None:
    assert ids() == ["A", "B", "C"]
    assert ids(offset=1, limit=1) == ["B"]


def test_conditions_on_own_derived_and_account_columns() -> None:
    assert ids("product_category=WLAN HW") == ["B"]
    assert ids("product_category=WLAN HW", "product_category=Servers") == ["A", "B"]
    assert ids("product_category=") == ["C"]
    assert ids("days_to_end_of_life<90", "days_to_end_of_life>=0") == ["B"]  # 30 days; A ended in 2020
    assert ids("account.country=Japan") == ["B", "C"]
    assert table_total(view(), None, "assets", ("account_name=Name of 2",)) == 1  # type: ignore[arg-type]


def test_order_puts_the_unknown_last_either_way() -> None:
    assert ids(sort=("end_of_life_date",)) == ["A", "B", "C"]
    assert ids(sort=("-end_of_life_date",)) == ["B", "A", "C"]
    with pytest.raises(UsageError, match="twice"):
        ids(sort=("asset_id", "-asset_id"))


def test_a_narrowed_reader() -> None:
    mine = view(replace(LOCAL_ADMIN, account_ids=frozenset({"1"})))
    assert ids(shown=mine) == ["B", "C"]
    assert table_total(mine, None, "assets") == 2  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        ids("product_category=Servers", shown=mine)
    nobody = view(replace(LOCAL_ADMIN, account_ids=frozenset()))
    assert ids(shown=nobody) == []
    assert table_total(nobody, None, "quarantine") == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("asset=A", UnknownNameError),
        ("product_category=WLAN", UnknownNameError),
        ("days_to_end_of_life<soon", UsageError),
        ("nonsense", UsageError),
        ("asset_id=\x00", UsageError),
    ],
)
def test_conditions_that_cannot_be_read(where: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ids(where)


def test_columns_are_documented() -> None:
    assets = {column.name: column for column in columns_of("assets")}
    assert (assets["unit_value"].type, assets["is_expired"].type, assets["end_of_life_date"].type) == (float, bool, date)
    assert assets["contract_value"].unit == "money"
    assert all(column.doc for column in columns_of("assets"))
    assert "extra" not in {column.name for column in default_columns("assets")}
    with pytest.raises(UnknownNameError, match="'assets'"):
        columns_of("asets")


FRAME = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "value": [1.0, None, 3.0, 3.0],
        "open": [True, False, None, True],
        "day": [date(2024, 1, at) for at in range(1, 5)],
        "words": [["x"], [], None, ["x", "y"]],
    }
)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ((), "abcd"),
        (("value>=3",), "cd"),
        (("value!=3",), "ab"),
        (("value=",), "b"),
        (("value!=",), "acd"),
        (("id=a", "id=d"), "ad"),
        (("open=yes",), "ad"),
        (("open!=true",), "bc"),
        (("day>2024-01-02", "value=3"), "cd"),
    ],
)
def test_frames(where: tuple[str, ...], expected: str) -> None:
    found = framed_page(FRAME, where)
    assert "".join(found["items"]["id"]) == expected
    assert found["total"] == len(expected)


def test_frames_in_order_a_page_at_a_time() -> None:
    page = framed_page(FRAME, sort=("-value",), fields=("id",), offset=1, limit=2)
    assert page["items"].columns == ["id"]
    assert page["items"]["id"].to_list() == ["d", "a"]  # c and d tie and keep their order; unknown comes last
    assert page["total"] == 4


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"where": ("idd=a",)}, UnknownNameError),
        ({"where": ("id=e",)}, UnknownNameError),
        ({"where": ("value>x",)}, UsageError),
        ({"where": ("value>",)}, UsageError),
        ({"where": ("words=x",)}, UsageError),
        ({"sort": ("idd",)}, UnknownNameError),
        ({"sort": ("id", "-id")}, UsageError),
        ({"fields": ("idd",)}, UnknownNameError),
    ],
)
def test_frames_refuse(arguments: dict[str, tuple[str, ...]], error: type[Exception]) -> None:
    with pytest.raises(error):
        framed_page(FRAME, **arguments)
