"""What every built-in scorecard must hold, on every engine."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal
from tests.frames import MemorySnapshot, base, context, random_base

from onelead.features import compute, features
from onelead.metrics import dimensions, metrics
from onelead.scorecards import Scorecard, measures, needed_measures, score, scorecards
from onelead.tables.health import TABLE

if TYPE_CHECKING:
    from onelead.engines import Engine

CARDS = list(scorecards().values())
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)


@every_card
def test_it_is_described(card: Scorecard) -> None:
    assert scorecards()[card.id] is card
    assert card.doc.endswith(".")
    for measure in card.measures:
        assert measure.doc.endswith("."), measure.id


@every_card
def test_its_weights_sum_to_100(card: Scorecard) -> None:
    assert sum(category.weight for category in card.categories) == 100


@every_card
def test_its_measures_exist(card: Scorecard) -> None:
    known = {name for name in metrics() if "account_id" in dimensions(name)} | {feature.id for feature in features()}
    assert set(needed_measures(card)) <= known


@every_card
def test_it_gives_an_empty_frame_for_no_accounts(card: Scorecard) -> None:
    snapshot = MemorySnapshot(base())
    found = score(card, measures(snapshot, context(), compute(snapshot, context()), card))
    assert found.is_empty()
    TABLE.contract.validate(found, cast=False)


@every_card
def test_accounts_without_data_have_no_score(card: Scorecard) -> None:
    snapshot = MemorySnapshot({**base(), "accounts": random_base()["accounts"]})
    found = score(card, measures(snapshot, context(), compute(snapshot, context()), card))
    assert len(found) == 13
    assert found["score"].null_count() == 13
    TABLE.contract.validate(found, cast=False)


@every_card
def test_it_satisfies_the_contract_and_every_engine_gives_the_same(card: Scorecard, engine: Engine) -> None:
    tables = random_base()
    engine.write("full", tables)
    with closing(engine.open("full", None)) as snapshot:
        there = score(card, measures(snapshot, context(), compute(snapshot, context()), card))
    memory = MemorySnapshot(tables)
    here = score(card, measures(memory, context(), compute(memory, context()), card))
    assert_frame_equal(there.drop("parts"), here.drop("parts"), rel_tol=1e-9)
    checked = TABLE.contract.validate(there, cast=False)
    assert checked["scorecard"].unique().to_list() == [card.id]
    assert checked["score"].is_not_null().any()
    assert set(json.loads(checked["parts"][0])) == {category.id for category in card.categories}
    assert all(text.endswith(".") for text in checked["reason"])
