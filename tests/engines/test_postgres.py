"""What only the server engine does: locks instead of files, passwords, time limits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import ibis
import polars as pl
import pytest

from onelead.core.errors import BusyError, EngineError
from onelead.engines import open_engine
from onelead.engines._copy import definitions

if TYPE_CHECKING:
    from pathlib import Path

ONE = {"t": pl.DataFrame({"n": [1]})}


@pytest.mark.postgres
def test_dropping_waits_for_no_reader(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url, tmp_path)
    engine.write("base_1", ONE)
    snapshot = engine.open("base_1", None)
    assert engine.sweep(set()) == []
    with pytest.raises(BusyError, match="being read"):
        engine.drop("base_1")
    snapshot.close()
    for _ in range(50):  # the server needs a moment to see the reader go
        if engine.sweep(set()) == ["base_1"]:
            break
    assert engine.layers() == set()


@pytest.mark.postgres
def test_statements_have_a_time_limit(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url, tmp_path, statement_seconds=1)
    engine.write("base_1", {"t": pl.select(n=pl.int_range(20_000))})
    snapshot = engine.open("base_1", None)
    t = snapshot.table("t")
    slow = t.cross_join(t.view().rename(m="n")).agg(x=(ibis._.n.sin() * ibis._.m.cos()).sum())
    with pytest.raises(EngineError, match="gave up reading after 1 s"):
        snapshot.execute(slow)
    assert snapshot.frame("t").height == 20_000
    snapshot.close()


@pytest.mark.postgres
def test_other_schemas_are_left_alone(postgres_url: str, tmp_path: Path) -> None:
    import psycopg

    engine = open_engine(postgres_url, tmp_path)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA mine")
        connection.execute("CREATE SCHEMA layerx")
    engine.write("base_1", ONE)
    assert engine.sweep(set()) == ["base_1"]
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname IN ('mine', 'layerx')").fetchone()
    assert found == (2,)


@pytest.mark.parametrize(
    "url", ["postgresql://ann:s3cr%40t@/db?host={0}", "postgresql://ann@/db?host={0}&password=s3cr%40t", "postgresql://ann:s3cr@t:x@[bad"]
)
def test_a_missing_server_is_named_without_its_password(url: str, tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(EngineError, match="does not answer") as caught:
        open_engine(url.format(tmp_path), tmp_path)
    assert "s3cr" not in str(caught.value)
    assert "***" in str(caught.value)
    assert "Is the server running" in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_driver_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(EngineError, match=r"pip install 'onelead\[postgres\]'"):
        open_engine("postgresql://host/db", tmp_path)


def test_columns_are_quoted() -> None:
    types = {'a "b"': pl.String, "select": pl.Int64}
    assert definitions(types, "C") == '"a ""b""" text COLLATE "C", "select" bigint'  # type: ignore[arg-type]
