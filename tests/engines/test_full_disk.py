"""A full disk is one clear error, and nothing is changed by it.

Without a disk to fill, the system's limit on the size of a file does it: DuckDB and PostgreSQL see their writes refused in the same
place and way. It needs no rights.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import psutil
import pytest

from onelead.core.errors import EngineError, StorageFullError
from onelead.engines import open_engine
from onelead.engines.duckdb import translated

if TYPE_CHECKING:
    from pathlib import Path

WRITING = """
import resource, sys
from pathlib import Path
import polars as pl
from onelead.core.errors import StorageFullError
from onelead.engines import open_engine

engine = open_engine(None, Path(sys.argv[1]))
engine.write("small", {"t": pl.DataFrame({"n": [1]})})
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
big = pl.select(n=pl.int_range(500_000).shuffle(seed=1)).with_columns(x=pl.col("n").sin(), y=pl.col("n").cos())
try:
    engine.write("big", {"t": big})
except StorageFullError as error:
    print(error)
    assert engine.layers() == {"small"}
    assert [entry.name for entry in (Path(sys.argv[1]) / "layers").iterdir()] == ["small.duckdb"]
    engine.write("small_2", {"t": pl.DataFrame({"n": [1]})})
    assert engine.open("small", "small_2").frame("t").item() == 1
else:
    raise AssertionError("written in spite of the limit")
"""


def test_duckdb(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WRITING, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "No room left on the disk while writing layer big; nothing was changed." in done.stdout
    assert "prune" in done.stdout


def limit_files(process: psutil.Process, size: int) -> None:
    """Limit the files of another process, as its own user: that may be another one than the tests', and even root may not simply do it."""
    user, group = process.uids().real, process.gids().real
    other = {"user": user, "group": group, "extra_groups": []} if user != os.getuid() else {}

    def limit() -> None:
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, most))

    subprocess.run(["/bin/true"], check=True, preexec_fn=limit, **other)  # type: ignore[call-overload]


@pytest.mark.postgres
def test_postgres(postgres_url: str, tmp_path: Path) -> None:
    """The server takes the limit over from its parent process when the writing connection is made."""
    import psycopg

    engine = open_engine(postgres_url, tmp_path)
    engine.write("small", {"t": pl.DataFrame({"n": [1]})})
    with psycopg.connect(postgres_url) as connection:
        server = psutil.Process(psutil.Process(connection.info.backend_pid).ppid())
    big = pl.select(n=pl.int_range(1_000_000)).with_columns(x=pl.col("n").sin())
    try:
        limit_files(server, 24_000_000)  # more than a WAL segment, which must not fail
        with pytest.raises(StorageFullError, match="No room left on the database server's disk while writing layer big"):
            engine.write("big", {"t": big})
    finally:
        limit_files(server, resource.RLIM_INFINITY)
    assert engine.layers() == {"small"}
    engine.write("big", {"t": big})
    assert engine.layers() == {"small", "big"}


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (duckdb.IOException('IO Error: Could not write file "x": No space left on device'), StorageFullError, "No room left"),
        (OSError(28, "No space left on device"), StorageFullError, "No room left"),
        (OSError(122, "Disk quota exceeded"), StorageFullError, "No room left"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"), EngineError, "Not enough memory"),
        (PermissionError(13, "Permission denied"), EngineError, "Permission denied"),
    ],
)
def test_errors_are_told_apart(error: Exception, kind: type[Exception], words: str) -> None:
    made = translated(error, "writing")
    assert type(made) is kind
    assert words in str(made)
