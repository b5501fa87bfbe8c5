"""Numbers of earlier snapshots beside those of now: amounts in one currency only, and stored values only where the settings are the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from onelead import metrics as kpis
from onelead.workspace import open_workspace
from onelead.workspace.asking import metric_values
from onelead.workspace.deals import untold
from onelead.workspace.defining import definition, values_before
from onelead.workspace.history import metric_board, metric_history

if TYPE_CHECKING:
    from pathlib import Path

DAYS = (date(2024, 8, 28), date(2024, 9, 4), date(2024, 9, 11))
PIPELINE, COUNT = "open_pipeline_value", "open_opportunities"


def write(file: Path, amounts: dict[str, tuple[float, str]]) -> None:
    rows = [
        {"opportunity_id": key, "opportunity_name": key, "territory_id": "56001", "account_name": "Alder", "amount": amount, "currency": of}
        for key, (amount, of) in amounts.items()
    ]
    pl.DataFrame(rows).write_csv(file)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deals of 100 and then 150 USD, and 30 EUR throughout; before the third load the workspace was set to EUR."""
    place = tmp_path_factory.mktemp("currency")
    for day, amount in zip(DAYS, (100, 150, 150), strict=True):
        if day == DAYS[2]:
            (place / "ws" / "settings.toml").write_text('[prices]\ncurrency = "EUR"\n', encoding="utf-8")
        with open_workspace(place / "ws") as opened:
            write(place / "deals.csv", {"A": (amount, "USD"), "B": (30, "EUR")})
            opened.load(place / "deals.csv", as_of=day)
    return place / "ws"


def test_amounts_of_another_currency_are_no_change(changed: Path) -> None:
    """30 EUR are open now. 150 and 100 USD were open before: 30 − 150 would be no change of anything."""
    with open_workspace(changed) as opened:
        line = opened.ask(metric_history, (PIPELINE,)).sort("as_of")
        assert line.select("value", "other").rows() == [(None, "USD"), (None, "USD"), (30.0, None)]
        board = {row["metric"]: row for row in opened.ask(metric_board).iter_rows(named=True)}
        before: dict[str, Any] = opened.ask(values_before)
        shown = opened.ask(definition, PIPELINE)
    deals = board[PIPELINE]
    assert (deals["value"], deals["before"], deals["change"], deals["other"], deals["line"]) == (30.0, None, None, "USD", [30.0])
    assert (board[COUNT]["change"], board[COUNT]["other"], board[COUNT]["line"]) == (0.0, None, [2.0, 2.0, 2.0])
    assert PIPELINE not in before["values"]
    assert before["other"][PIPELINE] == "USD"
    assert before["values"][COUNT] == 2.0
    assert (shown["before"], shown["other"], shown["since"]) == (None, "USD", DAYS[1])


def test_back_in_the_old_currency_only_what_is_in_it_is_compared(changed: Path, tmp_path: Path) -> None:
    """Set to USD again without a new load: 150 USD now, 100 and 150 before; the snapshot of then in EUR is the one shown."""
    with open_workspace(changed) as opened:
        second = opened.snapshots().filter(pl.col("as_of") == DAYS[1])["snapshot"].item()
    (changed / "settings.toml").unlink()
    with open_workspace(changed) as opened:
        line = opened.ask(metric_history, (PIPELINE,)).sort("as_of")
        assert line["value"].to_list() == [100.0, 150.0, 150.0]
        opened.rollback(second)
        board = {row["metric"]: row for row in opened.ask(metric_board).iter_rows(named=True)}
    assert (board[PIPELINE]["change"], board[PIPELINE]["other"]) == (50.0, None)


def test_stored_values_are_read_and_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "deals.csv", {"A": (100, "USD")})
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(tmp_path / "deals.csv", as_of=DAYS[0])
        monkeypatch.setattr(kpis, "values", lambda *_args, **_more: pytest.fail("computed although it is stored"))
        found = opened.ask(lambda view, _: metric_values(view))
    assert found.filter(pl.col("metric") == PIPELINE).select("value", "currency").row(0) == (100.0, "USD")
    assert found.filter(pl.col("metric") == COUNT)["currency"].item() is None


def test_outcomes_that_nobody_knew_yet_are_counted(tmp_path: Path) -> None:
    """Exported on September 4: W was won on a day that nobody names, D lost in June; in August W's outcome was not known."""
    (tmp_path / "deals.csv").write_text("opportunity_id,is_won,close_date\nW,true,\nD,false,2024-06-01\nO,,\n", encoding="utf-8")
    with open_workspace(tmp_path / "ws") as opened:
        opened.load(tmp_path / "deals.csv", as_of=DAYS[1])
        assert opened.ask(untold) is None
        with opened._view(DAYS[0]) as before:
            assert untold(before, opened._parts) == (1, DAYS[1])
