"""Chances of deals in a workspace: written by a load, absent where no deal was ever closed, beside the propensity of accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.models.deal_world import AS_OF, world

from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace import serve_workspace
from onelead.workspace.deal_chances import _reasons, chances, weighted_pipeline
from onelead.workspace.model_files import ModelFiles
from onelead.workspace.predicting import _described, model_overview

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
    predicted = ws.table("predictions").filter(pl.col("model") == "win_chance")
    assert sorted(predicted["subject_id"]) == sorted(deals["opportunity_id"])
    assert predicted["label_source"].unique().to_list() == ["rates"]
    assert predicted["probability"].null_count() == 0
    assert {"propensity", "win_chance", "slip_chance"} <= {card["model"] for card in ws.model_cards()}
    assert ws.explain(str(ws.accounts()["account_id"][0]))["model"] == ws.model_cards()[0]["summary"]
    weighed(tmp_path / "ws", deals, predicted)


def weighed(folder: Path, deals: pl.DataFrame, predicted: pl.DataFrame) -> None:
    """The weighted pipeline is the sum of chance × amount of the deals shown; on another date nothing is told."""
    known = deals.join(predicted, left_on="opportunity_id", right_on="subject_id")
    serving = serve_workspace(folder)
    stamp = serving.stamp()
    assert stamp is not None
    with serving.view(LOCAL_ADMIN, stamp) as view:
        shown, worth = chances(view, serving.parts), weighted_pipeline(view, serving.parts)
        assert shown.height == deals.height
        assert worth["value"] == pytest.approx((known["amount"] * known["probability_right"]).sum())
        assert (worth["by"], worth["low"], worth["left"]) == ("rates", None, 0)
        earlier = replace(view, context=view.context.on(AS_OF - timedelta(days=30)))
        assert chances(earlier, serving.parts)["win"].null_count() == chances(earlier, serving.parts).height
    serving.close()


def test_reasons_name_what_pushes_most_and_which_way() -> None:
    def push(feature: str, value: float | None, contribution: float, note: str | None = None) -> dict[str, object]:
        told = {"feature": feature, "value": value, "contribution": contribution, "note": note}
        return {"model": "win_chance", "subject_id": "D", **told}

    rows = [
        push("employees", 1_234_567.0, -0.5),
        push("other features", None, 9.0, "Sum of the 4 weaker features."),
        push("lead_source", None, 0.7, "Partner"),
        push("days_since_activity", None, -0.1),
        push("extra: budget_status", None, 0.05, "Open"),
    ]
    assert _reasons(pl.DataFrame(rows))["why"].to_list() == [
        "+ Lead source: Partner, − Employees: 1,234,567, − Days since the last activity: unknown"
    ]


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
    predicted = ws.table("predictions").filter(pl.col("model") == "win_chance")
    assert predicted["label_source"].unique().to_list() == ["rates"]


def test_all_models_stand_side_by_side_with_what_they_look_at_in_words(ws: Workspace, tmp_path: Path) -> None:
    ws.load(*written(tmp_path / "a", closed=True))
    serving = serve_workspace(tmp_path / "ws")
    stamp = serving.stamp()
    assert stamp is not None
    with serving.view(LOCAL_ADMIN, stamp) as view:
        found = model_overview(view, serving.parts)
        assert found["model"][0] == "propensity"
        told = found.filter(pl.col("model") == "win_chance").row(0, named=True)
        assert (told["label"], told["label_source"], told["auc"]) == ("Win chance", "rates", None)
        card = {"model": "win_chance", "features": [{"feature": "pushes"}, {"feature": "own", "label": "Own words", "doc": "What it is."}]}
        words = _described([card], "win_chance", ["pushes", "own", "total_products"])
    assert words["label"].to_list()[:2] == ["Times pushed", "Own words"]
    assert words["label"][2] != "total_products"
    serving.close()
