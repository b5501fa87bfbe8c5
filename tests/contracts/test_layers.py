"""What every engine must do alike with layers: whole or not there, written once, found, dropped, and read by those who have them open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onelead.core.errors import EngineError, LayerGoneError, UnknownNameError, UsageError
from onelead.engines import open_current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.engines import Engine

ROWS = pl.DataFrame({"column": ["plain", "", None], "value": [1, None, 3]})


def test_both_layers_are_one_snapshot(engine: Engine) -> None:
    engine.write("base_1", {"assets": pl.DataFrame({"id": [1, 2]})})
    engine.write("results_1", {"scores": pl.DataFrame({"id": [2], "score": [0.5]})})
    snapshot = engine.open("base_1", "results_1")
    assert (snapshot.base_id, snapshot.results_id, snapshot.tables()) == ("base_1", "results_1", ["assets", "scores"])
    joined = snapshot.table("assets").left_join(snapshot.table("scores"), "id").select("id", "score").order_by("id")
    assert snapshot.execute(joined).rows() == [(1, None), (2, 0.5)]
    assert "scores" in snapshot.sql(joined)
    alone = engine.open("base_1", None)
    assert (alone.results_id, alone.tables()) == (None, ["assets"])
    snapshot.close()
    alone.close()


def test_results_win_over_the_base(engine: Engine) -> None:
    engine.write("base_1", {"t": pl.DataFrame({"old": [1]}), "other": pl.DataFrame({"n": [1]})})
    engine.write("results_1", {"t": pl.DataFrame({"new": [2]})})
    snapshot = engine.open("base_1", "results_1")
    assert snapshot.frame("t").to_dicts() == snapshot.execute(snapshot.table("t")).to_dicts() == [{"new": 2}]
    assert snapshot.tables() == ["other", "t"]
    snapshot.close()


def test_unknown_names_are_named(engine: Engine) -> None:
    engine.write("base_1", {"assets": ROWS})
    snapshot = engine.open("base_1", None)
    with pytest.raises(UnknownNameError, match="'assets'"):
        snapshot.table("asets")
    with pytest.raises(UnknownNameError, match="'assets'"):
        snapshot.frame("asets")
    with pytest.raises(UnknownNameError, match="Did you mean 'value'"):
        snapshot.frame("assets", ["valu"])
    with pytest.raises(UsageError, match="array"):
        snapshot.execute(snapshot.table("assets").select(x=ibis.array([1])))
    with pytest.raises(EngineError):
        snapshot.execute(snapshot.table("assets").select(x=ibis._["column"].cast("int64")))
    # a failed statement must not spoil the next one
    assert snapshot.execute(snapshot.table("assets").agg(n=ibis._.count())).item() == ROWS.height
    snapshot.close()


def test_readers_cannot_write(engine: Engine) -> None:
    engine.write("base_1", {"rows": pl.DataFrame({"n": [1]})})
    snapshot = engine.open("base_1", None)
    place = '"base"."main"' if engine.id == "duckdb" else '"layer_base_1"'
    with pytest.raises(Exception, match="read-only"):
        snapshot._connection.execute(f'DELETE FROM {place}."rows"')  # type: ignore[attr-defined]
    snapshot.close()


def test_layers_are_listed_dropped_and_swept(engine: Engine) -> None:
    assert engine.layers() == set()
    assert engine.sweep(set()) == []
    for name in ("base_1", "base_2", "results_1"):
        engine.write(name, {"rows": pl.DataFrame({"n": [1]})})
    assert engine.layers() == {"base_1", "base_2", "results_1"}
    engine.drop("base_2")
    engine.drop("base_2")
    assert engine.sweep({"base_1"}) == ["results_1"]
    assert engine.layers() == {"base_1"}
    with pytest.raises(LayerGoneError, match="results_1"):
        engine.open("base_1", "results_1")
    with pytest.raises(LayerGoneError, match="base_2"):
        engine.open("base_2", None)


def test_a_layer_is_written_once(engine: Engine) -> None:
    engine.write("base_1", {"rows": pl.DataFrame({"n": [1]})})
    with pytest.raises(EngineError, match="already"):
        engine.write("base_1", {"rows": pl.DataFrame({"n": [2]})})
    snapshot = engine.open("base_1", None)
    assert snapshot.frame("rows").item() == 1
    snapshot.close()
    for name in ("Base", "", "../x", "1x", "a" * 49):
        with pytest.raises(UsageError, match="cannot name a layer"):
            engine.write(name, {})


@pytest.mark.parametrize("bad", [pl.DataFrame({"n": [[1]]}), pl.DataFrame({"x" * 64: [1]}), pl.DataFrame()], ids=["list", "name", "empty"])
def test_a_bad_table_leaves_nothing(engine: Engine, bad: pl.DataFrame) -> None:
    with pytest.raises(UsageError):
        engine.write("base_1", {"good": pl.DataFrame({"n": [1]}), "bad": bad})
    assert engine.layers() == set()
    engine.write("base_1", {"good": pl.DataFrame({"n": [1]})})


def test_a_layer_is_invisible_until_it_is_complete(engine: Engine) -> None:
    class Peeking(dict[str, pl.DataFrame]):
        looked = 0

        def items(self) -> Iterator[tuple[str, pl.DataFrame]]:  # type: ignore[override]
            for entry in super().items():
                assert engine.layers() == set()
                with pytest.raises(LayerGoneError):
                    engine.open("base_1", None)
                self.looked += 1
                yield entry

    tables = Peeking(one=pl.DataFrame({"n": [1]}), two=pl.DataFrame({"n": [2]}))
    engine.write("base_1", tables)
    assert tables.looked == 2
    assert engine.layers() == {"base_1"}


def test_an_open_reader_outlives_its_layer(engine: Engine) -> None:
    """A sweep under an open snapshot neither fails nor breaks it; once it is closed nothing is left."""
    engine.write("base_1", {"rows": ROWS})
    snapshot = engine.open("base_1", None)
    engine.sweep(set())
    assert_frame_equal(snapshot.frame("rows"), ROWS)
    assert_frame_equal(snapshot.execute(snapshot.table("rows")), ROWS)
    snapshot.close()
    engine.sweep(set())
    assert engine.layers() == set()


def test_open_current_asks_again(engine: Engine) -> None:
    """A publication that is replaced and pruned between asking and opening costs a second question, no error."""

    class Publication:
        results = "results_1"

        def __init__(self, base: str) -> None:
            self.base = base

    engine.write("base_2", {"rows": pl.DataFrame({"n": [2]})})
    engine.write("results_1", {"more": pl.DataFrame({"n": [1]})})
    answers = iter([Publication("base_1"), Publication("base_2")])
    opened = open_current(lambda: next(answers), engine)
    assert opened is not None
    snapshot, publication = opened
    assert snapshot.base_id == publication.base == "base_2"
    snapshot.close()
    assert open_current(lambda: None, engine) is None
    with pytest.raises(LayerGoneError):
        open_current(lambda: Publication("base_1"), engine, attempts=2)
