"""Tables of a base: stored in parts as if they were whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from tests.frames import table

from onelead.workspace import basis
from onelead.workspace.basis import stored

if TYPE_CHECKING:
    import pytest


def test_a_long_table_is_stored_in_parts_as_if_it_were_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that comes again in a later part is a repeat there too; accounts that nobody assigned are null."""
    rows = [{"transaction_id": key, "amount": float(place)} for place, key in enumerate(["a", "b", "a", "c", "b", "d", "a"])]
    frame = table("transactions", rows).drop("account_id", "named_account_id", "is_repeat")
    whole = stored("transactions", frame)
    monkeypatch.setattr(basis, "PART_ROWS", 3)
    parts = stored("transactions", frame)
    assert parts.equals(whole)
    assert parts["is_repeat"].to_list() == [False, False, True, False, True, False, True]
    assert parts["account_id"].null_count() == len(rows)
    assert parts.schema == pl.Schema(whole.schema)


def test_rows_of_a_table_without_a_key_repeat_nothing() -> None:
    frame = table("service_credits", [{"purchased_credits": 1.0}] * 3).drop("is_repeat")
    assert stored("service_credits", frame)["is_repeat"].to_list() == [False] * 3
    assert stored("service_credits", frame.clear()).is_empty()
