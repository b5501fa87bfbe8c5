"""What only the embedded engine does: files, leftovers, and what it may import and use."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import ibis
import polars as pl
import pytest

from onelead.core.errors import EngineError
from onelead.engines import open_engine

if TYPE_CHECKING:
    from pathlib import Path

ONE = {"t": pl.DataFrame({"n": [1]})}


def test_leftovers_are_invisible_and_swept(tmp_path: Path) -> None:
    engine = open_engine(None, tmp_path)
    engine.write("base_1", ONE)
    layers = tmp_path / "layers"
    (layers / ".base_2.part").write_bytes(b"half a file")
    (layers / ".base_2.part.wal").write_bytes(b"half a log")
    (layers / ".spill-999999999-0").mkdir()
    (layers / ".spill-999999999-0" / "duckdb_temp").write_bytes(b"x")
    (layers / f".spill-{_living()}-0").mkdir()
    assert engine.layers() == {"base_1"}
    assert engine.sweep({"base_1"}) == [".base_2.part", ".base_2.part.wal", ".spill-999999999-0"]
    assert sorted(entry.name for entry in layers.iterdir()) == [f".spill-{_living()}-0", "base_1.duckdb"]


def _living() -> int:
    return 1


def test_a_leftover_does_not_stop_its_successor(tmp_path: Path) -> None:
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / ".base_1.part").write_bytes(b"half a file")
    engine = open_engine(None, tmp_path)
    engine.write("base_1", ONE)
    snapshot = engine.open("base_1", None)
    assert snapshot.frame("t").item() == 1
    snapshot.close()


def test_a_damaged_layer_is_an_error_that_names_it(tmp_path: Path) -> None:
    engine = open_engine(None, tmp_path)
    engine.write("base_1", ONE)
    (tmp_path / "layers" / "base_1.duckdb").write_bytes(b"no database at all" * 1000)
    with pytest.raises(EngineError, match="opening layers base_1"):
        engine.open("base_1", None)


def test_layers_are_found_where_paths_are_odd(tmp_path: Path) -> None:
    odd = tmp_path / "it's a [dir] é"
    engine = open_engine(None, odd)
    engine.write("base_1", ONE)
    assert engine.layers() == {"base_1"}
    snapshot = engine.open("base_1", None)
    assert snapshot.execute(snapshot.table("t").agg(n=ibis._.n.sum())).item() == 1
    snapshot.close()


def test_nothing_is_fetched_and_memory_is_limited(tmp_path: Path) -> None:
    engine = open_engine(None, tmp_path)
    engine.write("base_1", ONE)
    snapshot = engine.open("base_1", None)
    rows = snapshot._connection.execute("SELECT name, value FROM duckdb_settings()").fetchall()  # type: ignore[attr-defined]
    found = dict(rows)
    assert found["autoinstall_known_extensions"] == found["autoload_known_extensions"] == "false"
    assert "GiB" in found["memory_limit"] or "MiB" in found["memory_limit"]
    assert float(found["memory_limit"].split()[0]) < 3000
    assert 1 <= int(found["threads"]) <= 8
    assert str(tmp_path) in found["temp_directory"]
    snapshot.close()


LIGHT = """
import sys
from pathlib import Path
import polars as pl
from onelead.engines import open_engine
engine = open_engine(None, Path(sys.argv[1]))
engine.write("base_1", {"t": pl.DataFrame({"n": [1], "s": ["x"]})})
snapshot = engine.open("base_1", None)
assert snapshot.frame("t").rows() == [(1, "x")]
assert not {"ibis", "pandas", "pyarrow", "numpy", "psycopg", "sqlalchemy"} & set(sys.modules), "frames need none of them"
import ibis
t = snapshot.table("t").join(ibis.memtable(pl.DataFrame({"n": [1]})), "n")
assert snapshot.execute(t.agg(n=t.n.sum())).item() == 1
assert not {"pandas", "pyarrow"} & set(sys.modules), "nor do expressions"
"""


def test_the_hot_path_is_light(tmp_path: Path) -> None:
    """pandas and pyarrow take a second to import: neither writing nor reading nor expressions may pull them in."""
    subprocess.run([sys.executable, "-c", LIGHT, str(tmp_path)], check=True)
