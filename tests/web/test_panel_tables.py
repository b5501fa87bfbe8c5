"""Tables inside panels become cards on a phone as all others do: each cell says what it is where its header is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize(
    "address",
    [
        "/s/forecast/totals?prices=120",
        "/s/data_insights/snapshots?tab=snapshots",
        "/admin?tab=scorecards",
    ],
)
def test_cells_carry_their_header_onto_a_card(address: str, client: TestClient) -> None:
    tables = re.findall(r"<table class=\"t( cards)?\">(.*?)</table>", client.get(address).text, re.DOTALL)
    assert tables
    for cards, table in tables:
        assert cards, "its rows are no cards on a phone"
        cells = re.findall(r"<td([^>]*)>", table)
        titles = [cell for cell in cells if "ph-t" in cell]
        assert titles, "a card has a title"
        assert all("data-label=" in cell or "ph-t" in cell or "ph-w" in cell for cell in cells)
