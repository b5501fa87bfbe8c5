"""Chances of deals in a workspace: written by a load, absent where no deal was ever closed, beside the propensity of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from tests.models.deal_world import world

from onelead.workspace.model_files import ModelFiles

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def written(folder: Path, *, closed: bool) -> list[Path]:
    folder.mkdir()
    tables = dict(world(100))
    if not closed:
        tables = {"opportunities": tables["opportunities"].with_columns(is_won=pl.lit(None, pl.Boolean))}
    files = []
    for name, frame in tables.items():
        rows = frame.with_columns(customer_id=pl.col("account_id")).drop("account_id", "named_account_id", "is_repeat")
        files.append(folder / f"{name}.parquet")
        rows.drop("source_file", "source_sheet", "source_row", "extra").write_parquet(files[-1])
    return files


def test_a_load_writes_the_chance_of_every_open_deal(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*written(tmp_path / "a", closed=True))
    deals = ws.table("opportunities").filter(pl.col("is_won").is_null())
    predicted = ws.table("predictions")
    assert sorted(predicted["subject_id"]) == sorted(deals["opportunity_id"])
    assert predicted["label_source"].unique().to_list() == ["rates"]
    assert predicted["probability"].null_count() == 0
    assert {card["model"] for card in ws.model_cards()} == {"propensity", "win_chance"}
    assert ws.explain(str(ws.accounts()["account_id"][0]))["model"] == ws.model_cards()[0]["summary"]


def test_without_a_closed_deal_no_chance_is_told_and_no_card_left(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*written(tmp_path / "a", closed=False))
    assert ws.table("predictions").is_empty()
    assert [card["model"] for card in ws.model_cards()] == ["propensity"]


def test_what_was_put_back_is_asked_by_the_next_refresh_and_what_cannot_be_read_harms_nothing(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*written(tmp_path / "a", closed=True))
    files = ModelFiles(tmp_path / "ws" / "models")
    files.keep("win_chance", b"of another version")
    published = ws.snapshots().height
    ws.refresh()
    assert ws.snapshots().height == published, "a model that a load kept is no reason to compute anew"
    files.put_back("win_chance", 1)
    ws.refresh()
    assert ws.snapshots().height == published + 1
    assert ws.table("predictions")["label_source"].unique().to_list() == ["rates"]
