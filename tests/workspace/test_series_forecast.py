"""What the page and the API read of the forecast of amounts: rows made by hand, and the step that makes them."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.frames import AS_OF, MemorySnapshot, base, context, snapshot_of
from tests.workspace._deals import NoRecords

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.tables import canonical_tables
from onelead.workspace import series_forecast
from onelead.workspace.series_forecast import by_member, card, dimensions, forecast_of, forecasts, periods, record, said_before, why_none
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from collections.abc import Collection

NOW = date(2024, 8, 31)
STEP = {"back_tests": 3, "off": 0.1, "naive_off": 0.2, "bias": 0.0, "inside_80": 0.8, "inside_95": 1.0}


def row(dimension: str, member: str, span: str, start: date, **more: Any) -> dict[str, Any]:
    known = {"source": "transactions", "period_end": start, "made_on": NOW, "method": "ensemble" if "mean" in more else None}
    return {"dimension": dimension, "member": member, "span": span, "period_start": start, **known, **more}


def around(mean: float) -> dict[str, float]:
    return {"mean": mean, "low_80": mean - 1, "high_80": mean + 1, "low_95": mean - 2, "high_95": mean + 2}


ROWS = [
    *(row("total", "All", "month", date(2023, month, 1), actual=float(month)) for month in range(7, 13)),
    *(row("total", "All", "month", date(2024, month, 1), actual=100.0) for month in range(1, 9)),
    row("total", "All", "month", date(2024, 9, 1), step=1, **around(50)),
    row("total", "All", "quarter", date(2024, 7, 1), actual=200.0, **around(250)),
    row("total", "All", "quarter", date(2024, 10, 1), **around(300)),
    row("total", "All", "30 days", date(2024, 9, 5), **around(60)),
    row("total", "All", "month", date(2024, 8, 1), step=2, actual=100.0, mean=110.0, made_on=date(2024, 6, 30)),
    row("region", "North", "month", date(2024, 8, 1), actual=70.0),
    row("region", "North", "month", date(2024, 9, 1), step=1, **around(20)),
    row("region", "South", "month", date(2024, 8, 1), actual=30.0),
    row("region", "South", "month", date(2024, 9, 1), step=1, **around(30)),
]
CARD = {"metrics": {"by_step": {"total": [{"step": 1, **STEP}, {"step": 2, **STEP}], "parts": [{"step": 1, **STEP, "off": 0.3}]}}}


def asked(rows: list[dict[str, Any]] | None = ROWS, seen: Collection[str] | None = None) -> tuple[View, Any]:
    schema = canonical_tables()["forecasts"].contract.create_empty().schema
    cards = [{"model": "amounts", "label_source": "outcomes", "as_of": AS_OF, "base_id": "b", "summary": "", "card": json.dumps(CARD)}]
    tables = {"model_cards": pl.DataFrame(cards)}
    if rows is not None:
        tables["forecasts"] = pl.DataFrame(rows, schema=schema)
    publication = SimpleNamespace(id=1, base="base", results="results", as_of=AS_OF, settings_version="")
    viewer = Viewer(account_ids=None if seen is None else frozenset(seen))
    return View(MemorySnapshot({**base(), **tables}), publication, context(), viewer), SimpleNamespace(store=NoRecords())  # type: ignore[arg-type]


def test_parts_stand_by_what_they_will_bring() -> None:
    found = by_member(*asked(), "region")
    assert found.select("member", "year_before", "year_ahead").rows() == [("South", 30, 30), ("North", 70, 20)]
    total = by_member(*asked()).row(0, named=True)
    assert total["year_before"] == sum((9, 10, 11, 12)) + 800, "the last twelve months of fourteen"
    assert (total["days_30"], total["days_30_low"], total["days_30_high"]) == (60, 59, 61)
    assert (total["days_60"], total["quarter_1"], total["quarter_2_high"]) == (None, 250, 301)


def test_periods_are_those_of_the_newest_forecast() -> None:
    found = periods(*asked())
    assert found.filter(pl.col("mean").is_not_null())["period_start"].to_list() == [
        date(2024, 9, 5),
        date(2024, 9, 1),
        date(2024, 7, 1),
        date(2024, 10, 1),
    ]
    assert periods(*asked(), "region", "North")["actual"].to_list() == [70.0, None]
    with pytest.raises(UnknownNameError, match="East"):
        periods(*asked(), "region", "East")
    with pytest.raises(UnknownNameError, match="owner"):
        periods(*asked(), "owner")


def test_what_was_said_before_stands_beside_what_came() -> None:
    assert said_before(*asked()).rows() == [(date(2024, 6, 30), date(2024, 8, 1), 2, 110.0, 100.0, pytest.approx(0.1))]
    known = record(*asked())
    assert known["step"].to_list() == [1, 2]
    assert known["parts_off"].to_list() == [0.3, None]


def test_who_may_not_see_every_account_sees_no_totals() -> None:
    few = asked(seen=["1"])
    assert forecasts(*few).is_empty()
    assert card(*few) is None
    assert record(*few).is_empty()
    assert dimensions(*asked()) == ["total", "region"]
    assert dimensions(*asked(rows=None)) == [], "a snapshot of before there were any"
    assert by_member(*asked(rows=None)).is_empty()
    assert periods(*asked(rows=[])).is_empty()


def test_the_first_source_that_knows_enough_is_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two months of transactions are too few, 24 of invoices are enough; who has neither is told how many months there are."""
    bills = [
        {"invoice_id": str(place), "amount": 10.0, "invoice_date": date(2022 + (8 + place) // 12, (8 + place) % 12 + 1, 3)}
        for place in range(24)
    ]
    sales = [{"transaction_id": str(month), "amount": 1.0, "transaction_date": date(2024, month, 1)} for month in (7, 8)]
    monkeypatch.setattr(series_forecast, "forecast_amounts", lambda amounts: (amounts.months, {"model": amounts.source}))
    rows, cards = forecast_of(snapshot_of(invoices=bills, transactions=sales), context())
    assert rows["value"].sum() == 240
    assert cards[0]["model"] == "invoices"
    snapshot = snapshot_of(transactions=sales)
    assert forecast_of(snapshot, context())[1] == []
    shown = View(snapshot, None, context(), Viewer())  # type: ignore[arg-type]  # a stand-in
    assert [(entry["source"], entry["months"], entry["reason"]) for entry in why_none(shown, None)] == [  # type: ignore[arg-type]
        ("transactions", 2, "2 whole months have amounts; a forecast needs 24."),
        ("invoices", 0, "No whole month has an amount."),
        ("opportunities", 0, "No whole month has an amount."),
    ]
