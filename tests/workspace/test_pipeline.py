"""The pipeline: what loads moved, stages, risks, people, propensity. Known answers by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from tests.frames import AS_OF, MemorySnapshot, context, random_base
from tests.workspace._deals import deal, view_of

from onelead.metrics._views import VIEWS
from onelead.workspace.deals import deals, rates_of, readings
from onelead.workspace.pipeline import owner_board, propensity_pipeline, stages


def test_pages_and_metrics_convert_alike() -> None:
    """Each deal of a base with gaps in dates, amounts and currencies is worth the same in the frame of the pages and in the metrics' SQL."""
    tables = random_base()
    snapshot = MemorySnapshot(tables)
    counted = VIEWS["opportunities"].build(snapshot, context()).select("opportunity_id", "deal_value")
    by_sql = dict(snapshot.execute(counted).iter_rows())
    by_frame = dict(readings(tables["opportunities"], context(), rates_of(snapshot)).select("opportunity_id", "value").iter_rows())
    assert by_sql == pytest.approx(by_frame)
    euros = tables["opportunities"].filter((pl.col("currency") == "EUR") & pl.col("amount").is_not_null())["opportunity_id"]
    assert any(by_frame.get(key) is not None for key in euros)


DEALS = [
    deal("a", stage="Propose", amount=100.0, created_date=date(2024, 8, 5), close_date=date(2024, 9, 1), owner_name="Ana"),
    deal("b", stage="Qualification", amount=50.0, created_date=date(2024, 6, 6), close_date=date(2024, 12, 1), owner_name="Ben"),
    deal("c", stage="Propose", amount=None, created_date=date(2024, 8, 25), owner_name="Ana"),
    deal("d", stage="Signature", amount=70.0, currency="EUR", owner_name="Ben", close_date=AS_OF),
    *(
        deal(
            f"w{n}",
            amount=10.0 * n,
            is_won=True,
            created_date=date(2024, 1, 1),
            close_date=date(2024, 1, 1) + timedelta(days=10 * n),
            owner_name="Ana",
        )
        for n in range(1, 6)
    ),
    deal("l", amount=5.0, is_won=False, owner_name="Ben"),
    deal("later", created_date=date(2024, 9, 5), amount=9.0),
]


def test_stages_in_the_settings_order() -> None:
    """Qualification begins with Qualify; Signature is not named and comes last. c states no amount, d is in euros."""
    found = stages(*view_of(opportunities=DEALS))
    assert found["stage"].to_list() == ["Qualification", "Propose", "Signature"]
    assert found["deals"].to_list() == [1, 2, 1]
    assert found["value"].to_list() == [50, 100, None]
    assert found["overdue"].to_list() == [0, 1, 0]
    assert found["age_days"].to_list() == [90, 20, None]
    assert found["in_stage_days"].null_count() == 3, "nothing was loaded twice"


def test_the_leaderboard() -> None:
    """Ana: won 10 + 20 + 30 + 40 + 50 = 150, open 100 (c states none), 1 overdue. Ben: lost 1, open 50 (d is in euros)."""
    found = {row["owner_name"]: row for row in owner_board(*view_of(opportunities=DEALS)).iter_rows(named=True)}
    assert (found["Ana"]["won_value"], found["Ana"]["open"], found["Ana"]["open_value"], found["Ana"]["overdue"]) == (150, 2, 100, 1)
    assert (found["Ana"]["win_rate"], found["Ben"]["win_rate"]) == (1, 0)
    assert (found["Ben"]["won_value"], found["Ben"]["open_value"]) == (None, 50)


def test_a_deal_created_after_the_as_of_date_is_not_known() -> None:
    assert "later" not in deals(*view_of(opportunities=DEALS))["opportunity_id"]


SCORES = [
    {"account_id": "1", "predicted_propensity": "High", "prediction_confidence": 0.85, "composite_score": 0.7, "label_source": "rules"},
    {"account_id": "2", "predicted_propensity": "Low", "prediction_confidence": 0.55, "composite_score": 0.2, "label_source": "rules"},
]


def scored(rows: list[dict[str, object]], **more: object) -> pl.DataFrame:
    full = [{"opportunity_propensity_score": 0.5, **row} for row in rows]
    return propensity_pipeline(*view_of(scores=full, opportunities=DEALS), **more)  # type: ignore[arg-type]


def test_confidence_and_class_narrow_the_accounts() -> None:
    assert scored(SCORES)["account_id"].to_list() == ["1", "2"]
    assert scored(SCORES, least_confidence=0.6)["account_id"].to_list() == ["1"]
    assert scored(SCORES, levels=("Low", "Medium"))["account_id"].to_list() == ["2"]
    assert scored(SCORES, limit=1).height == 1
    assert scored(SCORES)["word"].to_list() == ["Strong", "Weak"]
    assert scored(SCORES)["opportunities"].to_list() == [4, None]


def test_without_a_model_no_confidence_leaves_anybody_out() -> None:
    bare = [{**row, "prediction_confidence": None, "composite_score": None, "label_source": "none"} for row in SCORES]
    bare[1]["opportunity_propensity_score"] = 0.9
    found = scored(bare, least_confidence=0.99)
    assert found["account_id"].to_list() == ["2", "1"], "ranked by the documented score"
    assert found["word"].to_list() == [None, None]
