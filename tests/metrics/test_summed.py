"""Aggregates of some accounts from one row for each: the values that a query of the rows themselves would give."""

from __future__ import annotations

import ibis
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onelead.core.places import FEW_ROWS, Places
from onelead.metrics._summed import NotSummedError, Summed

ROWS = pl.DataFrame(
    {
        "account_id": ["a", "a", "b", "b", "c"],
        "amount": [1.0, 3.0, 6.0, None, None],
        "won": [True, False, True, True, None],
        "day": [3, 4, 5, 6, 7],
    }
)
TABLE = ibis.memtable(ROWS)


def measured() -> dict[str, ibis.Scalar]:
    count = TABLE.count(where=TABLE.amount > 100)
    return {
        "total": TABLE.amount.sum(),
        "mean": TABLE.amount.mean(),
        "rows": TABLE.count(),
        "share": TABLE.count(where=TABLE.won) / TABLE.won.count(),
        "some": ibis.ifelse(TABLE.amount.count() > 0, TABLE.amount.sum().fill_null(0.0) * 2, ibis.null("float64")),
        "first": TABLE.day.min(),
        "any": (TABLE.day > 6).any(),
        "nothing": TABLE.amount.sum() / count,
    }


@pytest.mark.parametrize(
    ("accounts", "known"),
    [
        # amounts 1 + 3 + 6 over three known ones; three of four known wins; c has neither
        (["a", "b"], (10.0, 10 / 3, 4, 0.75, 20.0, 3, False, None)),
        (["b", "c"], (6.0, 6.0, 3, 1.0, 12.0, 5, True, None)),
        (["c"], (None, None, 1, None, None, 7, True, None)),
        ([], (None, None, 0, None, None, None, None, None)),
    ],
)
def test_values_of_some_accounts_from_pieces_of_each(accounts: list[str], known: tuple[object, ...]) -> None:
    summed = Summed(measured())
    pieces = TABLE.group_by("account_id").aggregate(**summed.pieces).to_polars()
    found = pieces.filter(pl.col("account_id").is_in(accounts)).select(summed.whole.values())
    assert found.columns == list(measured())
    assert found.row(0) == pytest.approx(known)


@pytest.mark.parametrize(
    "measure",
    [
        TABLE.won.nunique(),
        TABLE.amount.median(),
        (TABLE.amount - TABLE.amount.lag()).sum(),
        TABLE.amount.sum().cast("string"),
    ],
)
def test_what_does_not_follow_from_each_account_is_refused(measure: ibis.Scalar) -> None:
    with pytest.raises(NotSummedError):
        Summed({"value": measure})


@pytest.mark.parametrize("many", [1, FEW_ROWS])
def test_places_of_rows_by_value(many: int) -> None:
    places = Places(pl.concat([ROWS["account_id"], pl.Series([None] * many, dtype=pl.String)]))
    assert places.of(["b", "nobody"]).to_list() == [2, 3]
    assert places.of([]).to_list() == []
    assert_frame_equal(ROWS[places.of(["c", "a"])], ROWS.filter(pl.col("account_id") != "b"))
