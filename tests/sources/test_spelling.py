"""Category spellings that differ in case or white space only become one; other texts stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.settings import Settings
from onelead.sources import read

if TYPE_CHECKING:
    from pathlib import Path


def test_the_most_frequent_spelling_stands_for_all(tmp_path: Path) -> None:
    """Two "WLAN HW", one "Wlan HW", one "WLAN  HW": all WLAN HW. "WLAN HW 2" is another category; names of products are left alone."""
    rows = ["WLAN HW", "Wlan HW", "WLAN HW", "WLAN  HW", "WLAN HW 2"]
    lines = [f"S{place},{category},56001,ap-{place} Wlan  X" for place, category in enumerate(rows)]
    file = tmp_path / "assets.csv"
    file.write_text("\n".join(["asset_id,product_category,territory_id,product_name", *lines]) + "\n")
    delivery = read(file, Settings().load)
    assert delivery.tables["assets"]["product_category"].to_list() == ["WLAN HW"] * 4 + ["WLAN HW 2"]
    assert delivery.tables["assets"]["product_name"].to_list() == [f"ap-{place} Wlan  X" for place in range(5)]
    assert [note for note in delivery.notes if "made one" in note] == [
        "product_category: spellings that differ in case or spaces only were made one, such as 'WLAN  HW' → 'WLAN HW'."
    ]


def test_nothing_is_said_where_nothing_differs(tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    file.write_text("asset_id,product_category,territory_id\nS1,WLAN HW,56001\nS2,Servers,56001\n")
    assert not [note for note in read(file, Settings().load).notes if "made one" in note]
