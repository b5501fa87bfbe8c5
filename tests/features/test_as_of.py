"""Nothing that was not known on the as-of date enters a dated feature."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.examples import examples
from tests.frames import AS_OF, MemorySnapshot, account, context, random_base, snapshot_of

from onelead.features import compute, features

UNDATED = ("assets", "service_credits")
DATED = {"projects": "start_date", "opportunities": "created_date"}
OUTCOME = ("stage_status", "end_date")


def later(name: str, as_of: date) -> pl.Expr:
    """Rows of a table that were not known on a date: dated after it, or without a date."""
    return pl.col(DATED[name]).is_null() | (pl.col(DATED[name]) > as_of)


def only_known(tables: dict[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    kept = {name: tables[name].filter(~later(name, as_of)) for name in DATED}
    return {**tables, **kept, **{name: tables[name].clear() for name in UNDATED}}


def altered(tables: dict[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """Every column of every row that was not known changes, and so does how, when and how large running projects end."""
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
        # Every other end is moved, the rest is no longer known.
        pl.when(~running)
        .then(pl.col("end_date"))
        .when(pl.col("source_row") % 2 == 0)
        .then(pl.col("end_date") + pl.duration(days=77))
        .alias("end_date"),
        pl.when(running).then(pl.lit(">$5M")).otherwise(pl.col("size_bucket")).alias("size_bucket"),
        pl.when(running).then(9e9).otherwise(pl.col("value")).alias("value"),
    )
    out["service_credits"] = tables["service_credits"].with_columns(pl.col("purchased_credits") * 3)
    out["assets"] = tables["assets"].with_columns(
        pl.all().exclude("account_id", "is_repeat", "support_start_date").reverse(), pl.lit(as_of).alias("support_start_date")
    )
    return out


@pytest.mark.soak
@settings(max_examples=examples(12, 6), deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
    assert {
        "credit_drawdown",
        "support_coverage",
        "has_active_opportunities",
        "installed_value",
        "total_products",
        "urgency_score",
    }.isdisjoint(found.columns)


@pytest.mark.parametrize("name", ["min_days_to_eol", "total_projects", "rfm_score", "urgency_score"])
def test_the_test_above_can_fail(name: str) -> None:
    """Without dated_only, the rows without a date do change the features: the property is not empty."""
    tables = random_base()
    whole, known = (compute(MemorySnapshot(each), context()) for each in (tables, only_known(tables, AS_OF)))
    assert not whole[name].equals(known[name])


def test_a_renewal_after_the_date_changes_nothing() -> None:
    """Two accounts, equal in all but one thing: 100 days ago the second renewed its support, which overwrote the start. 360 days ago both
    must look the same, or else the features of that day tell who will renew."""
    start = {"1": AS_OF - timedelta(days=1000), "2": AS_OF - timedelta(days=100)}
    assets = [
        {"asset_id": f"{owner}-{place}", "account_id": owner, "support_start_date": day, "end_of_life_date": AS_OF + timedelta(days=900)}
        for owner, day in start.items()
        for place in range(5)
    ]
    projects = [{"project_id": owner, "account_id": owner, "start_date": AS_OF - timedelta(days=900)} for owner in start]
    snapshot = snapshot_of(accounts=[account(owner) for owner in start], assets=assets, projects=projects)
    found = compute(snapshot, context(AS_OF - timedelta(days=360)), dated_only=True).drop("account_id")
    assert found[0].equals(found[1])
    assert found["total_projects"].to_list() == [1, 1]
