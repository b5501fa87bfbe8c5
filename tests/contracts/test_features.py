"""What the features must hold, on every engine."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.frames import AS_OF, MemorySnapshot, base, context, random_base, snapshot_of

from onelead.core.units import Unit
from onelead.features import compute, documented_score, families, features
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from onelead.engines import Engine
    from onelead.features import Feature, FeatureFamily

TYPES = {Unit.COUNT: pl.Int64, Unit.SCORE: pl.Int64, Unit.FLAG: pl.Boolean}


def test_there_are_exactly_41_features() -> None:
    ids = [feature.id for feature in features()]
    assert len(ids) == len(set(ids)) == 41


@pytest.mark.parametrize("feature", features(), ids=lambda feature: feature.id)
def test_it_is_described(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", feature.id)
    assert feature.label
    assert feature.doc.endswith(".")
    assert feature.source


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.id)
def test_a_family_builds_what_it_says(family: FeatureFamily) -> None:
    if family.build is None:
        assert not family.built
        return
    table = family.build(snapshot_of(), context(), False)
    assert set(table.columns) == {"account_id", *family.built}


@pytest.mark.parametrize("dated_only", [False, True])
def test_every_engine_gives_the_same(engine: Engine, dated_only: bool) -> None:
    tables = random_base()
    engine.write("full", tables)
    with closing(engine.open("full", None)) as snapshot:
        found = compute(snapshot, context(), dated_only=dated_only)
    assert_frame_equal(found, compute(MemorySnapshot(tables), context(), dated_only=dated_only), rel_tol=1e-9)
    assert found["account_id"].to_list() == sorted(tables["accounts"].filter(pl.col("level") == "account")["account_id"])
    for feature in features():
        if feature.id in found.columns:
            assert found.schema[feature.id] == TYPES.get(feature.unit, pl.Float64), feature.id
            assert found[feature.id].null_count() < len(found), f"{feature.id} is never known in the random base"


@pytest.mark.parametrize("dated_only", [False, True])
def test_an_account_without_data_knows_nothing(dated_only: bool) -> None:
    tables = {**base(), "accounts": random_base()["accounts"]}
    found = compute(MemorySnapshot(tables), context(), dated_only=dated_only)
    assert len(found) == 13
    assert all(found[name].null_count() == 13 for name in found.columns if name != "account_id")


def test_duplicated_accounts_change_nothing() -> None:
    tables = random_base()
    fanned = {**tables, "accounts": pl.concat([tables["accounts"]] * 2)}
    assert_frame_equal(compute(MemorySnapshot(tables), context()), compute(MemorySnapshot(fanned), context()))


def test_one_query_a_table() -> None:
    snapshot = MemorySnapshot(random_base())
    compute(snapshot, context())
    assert snapshot.queries == 4


def test_contributions_satisfy_their_contract() -> None:
    score, parts = documented_score(compute(MemorySnapshot(random_base()), context(AS_OF)))
    checked = canonical_tables()["contributions"].contract.validate(parts, cast=False)
    assert len(checked) == 6 * len(score)
    assert score["opportunity_propensity_score"].is_between(0, 1).all()


@pytest.mark.parametrize("feature", [feature for feature in features() if feature.dated], ids=lambda feature: feature.id)
def test_a_dated_feature_rests_on_dated_tables(feature: Feature) -> None:
    """Products and credits carry no date on which they came, so no dated feature may come from them."""
    tables = random_base()
    known = compute(
        MemorySnapshot({**tables, "assets": tables["assets"].clear(), "service_credits": tables["service_credits"].clear()}),
        context(),
        dated_only=True,
    )
    assert known[feature.id].equals(compute(MemorySnapshot(tables), context(), dated_only=True)[feature.id])
