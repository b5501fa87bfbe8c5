"""Nothing that was not known on the as-of date enters a dated feature."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.frames import AS_OF, MemorySnapshot, context, random_base

from onelead.features import compute, features

DATED = {"assets": "support_start_date", "projects": "start_date", "opportunities": "created_date"}
OUTCOME = ("stage_status", "end_date")


def later(name: str, as_of: date) -> pl.Expr:
    """Rows of a table that were not known on a date: dated after it, or without a date."""
    return pl.col(DATED[name]).is_null() | (pl.col(DATED[name]) > as_of)


def only_known(tables: dict[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    kept = {name: tables[name].filter(~later(name, as_of)) for name in DATED}
    return {**tables, **kept, "service_credits": tables["service_credits"].clear()}


def altered(tables: dict[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """Every column of every row that was not known changes, and so does how running projects end."""
    out = dict(tables)
    for name, column in DATED.items():
        frame = tables[name]
        keep = {"account_id", "is_repeat", column}
        changed = [
            pl.when(later(name, as_of)).then(pl.col(other).reverse()).otherwise(pl.col(other)).alias(other)
            for other in frame.columns
            if other not in keep
        ]
        out[name] = frame.with_columns(*changed)
    running = pl.col("end_date") > as_of
    out["projects"] = out["projects"].with_columns(
        pl.when(running).then(pl.lit("LOST")).otherwise(pl.col("stage_status")).alias("stage_status"),
        pl.when(running).then(pl.col("end_date") + pl.duration(days=77)).otherwise(pl.col("end_date")).alias("end_date"),
    )
    out["service_credits"] = tables["service_credits"].with_columns(pl.col("purchased_credits") * 3)
    return out


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), back=st.integers(0, 1200))
def test_what_came_later_changes_no_dated_feature(seed: int, back: int) -> None:
    day = AS_OF - timedelta(days=back)
    tables = random_base(seed, accounts=5, rows=40)
    known, removed, changed = (
        compute(MemorySnapshot(given_tables), context(day), dated_only=True)
        for given_tables in (tables, only_known(tables, day), altered(tables, day))
    )
    assert_frame_equal(known, removed)
    assert_frame_equal(known, changed)


def test_only_dated_features_are_given() -> None:
    found = compute(MemorySnapshot(random_base()), context(), dated_only=True)
    assert found.columns == ["account_id", *(feature.id for feature in features() if feature.dated)]
    assert {"credit_drawdown", "support_coverage", "has_active_opportunities", "installed_value"}.isdisjoint(found.columns)


@pytest.mark.parametrize("name", ["min_days_to_eol", "total_projects", "rfm_score", "urgency_score"])
def test_the_test_above_can_fail(name: str) -> None:
    """Without dated_only, the rows without a date do change the features: the property is not empty."""
    tables = random_base()
    whole, known = (compute(MemorySnapshot(each), context()) for each in (tables, only_known(tables, AS_OF)))
    assert not whole[name].equals(known[name])
