"""Changes from load to load: what a repeated id and another currency do to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from onelead.workspace.deal_facts import deal_facts

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace

HEAD = "opportunity_id,product_line,stage,amount,currency\n"
DAYS = (date(2024, 8, 28), date(2024, 9, 4))


def news(ws: Workspace, tmp_path: Path, *exports: str) -> list[tuple[object, ...]]:
    for day, rows in zip(DAYS, exports, strict=True):
        (tmp_path / "opportunities.csv").write_text(HEAD + rows, encoding="utf-8")
        ws.load(tmp_path / "opportunities.csv", as_of=day)
    return ws.changes().select("key", "column", "before", "after").rows()


def test_another_order_of_rows_that_share_an_id_is_no_change(ws: Workspace, tmp_path: Path) -> None:
    """A stands twice, for Server and for Storage; the second export lists Storage first, one line at another amount."""
    found = news(ws, tmp_path, "A,Server,,10,\nA,Storage,,20,\nB,Server,,5,\n", "A,Storage,,25,\nA,Server,,10,\nB,Storage,,5,\n")
    assert ("B", "product_line", "Server", "Storage") in found
    assert not [row for row in found if row[0] == "A" and row[1] == "product_line"]
    assert ("A", "amount", "10.0", "25.0") in found, "the amounts are others, so what counts now is told"


def test_a_changed_line_of_a_repeated_id_is_a_change(ws: Workspace, tmp_path: Path) -> None:
    found = news(ws, tmp_path, "A,Server,,10,\nA,Storage,,20,\n", "A,Cloud,,10,\nA,Storage,,20,\n")
    assert found == [("A", "product_line", "Server", "Cloud")]


def test_an_amount_in_another_currency_was_neither_cut_nor_raised(ws: Workspace, tmp_path: Path) -> None:
    """A: 100 USD became 80 EUR. B: 100 without a currency is 100 USD here, and became 80 USD. C: 100 USD became 80 USD."""
    found = news(ws, tmp_path, "A,,,100,USD\nB,,,100,\nC,,,100,USD\n", "A,,,80,EUR\nB,,,80,USD\nC,,,80,usd\n")
    assert ("A", "currency", "USD", "EUR") in found
    moved = {row["opportunity_id"]: row["amount_cut"] for row in ws.ask(deal_facts).iter_rows(named=True)}
    assert moved["A"] is None
    assert (round(moved["B"], 6), round(moved["C"], 6)) == (0.2, 0.2)
