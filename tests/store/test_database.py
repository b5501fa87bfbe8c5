"""Opening, upgrading, locking, and what goes wrong with a database."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from onelead.core.errors import BusyError, EngineError, StorageFullError, WorkspaceError
from onelead.store import Store, _schema, records_url

if TYPE_CHECKING:
    from pathlib import Path

OPENING = """
import sys, time
import sqlalchemy, polars
start = time.perf_counter()
from onelead.store import Store
store = Store(sys.argv[1])
assert store.current() is None
heavy = [name for name in ("alembic", "pandas", "pyarrow", "ibis", "duckdb") if name in sys.modules]
assert not heavy, heavy
"""


def test_opening_imports_nothing_heavy(url: str) -> None:
    """Neither a new store nor one that is up to date needs Alembic."""
    for _ in range(2):
        subprocess.run([sys.executable, "-c", OPENING, url], check=True)


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    """On both databases: migrating from nothing gives what create_all gives, and the revisions named are those on disk."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from onelead.store.migrations import config, downgrade

    scripts = ScriptDirectory.from_config(config())
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(_schema.REVISIONS)
    made = Store(url)
    with made._db.engine.begin() as connection:
        created = _described(connection)
        downgrade(connection, "base")
    made.close()
    upgraded = Store(url)  # an older store: upgraded on opening
    with upgraded._db.engine.begin() as connection:
        assert _described(connection) == created
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, _schema.metadata) == []
    assert upgraded.version() == 0
    upgraded.remember("m", "k", 1)
    assert upgraded.version() == 1
    upgraded.close()


def _described(connection: sa.Connection) -> dict[str, object]:
    inspector = sa.inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            sorted(map(str, inspector.get_foreign_keys(table))),
            sorted(map(str, inspector.get_unique_constraints(table))),
            sorted(map(str, inspector.get_indexes(table))),
        )
        for table in sorted(inspector.get_table_names())
    }


def test_publications_of_an_older_store_follow_one_another(url: str) -> None:
    """0001 wrote down no rollbacks: the parent of each is the one made before it."""
    from onelead.store.migrations import downgrade

    made = Store(url)
    for _ in range(3):
        made.publish(made.new_layer("base"), made.new_layer("results"), as_of=date(2024, 9, 4), settings_version="v1")
    with made._db.engine.begin() as connection:
        downgrade(connection, "0001")
    made.close()
    upgraded = Store(url)
    assert [(entry.id, entry.parent_id) for entry in upgraded.publications()] == [(3, 2), (2, 1), (1, None)]
    upgraded.close()


def test_a_newer_store_is_refused(url: str) -> None:
    store = Store(url)
    with store._db.engine.begin() as connection:
        connection.execute(sa.update(_schema.alembic_version).values(version_num="9999"))
    store.close()
    with pytest.raises(WorkspaceError, match=r"version 9999.*newer OneLead"):
        Store(url)


CREATING = """
import sys
from onelead.store import Store
Store(sys.argv[1]).decide("split", kind="name", value="x")
"""


def test_many_processes_may_open_a_new_store(url: str) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", CREATING, url]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    store = Store(url)
    assert store.version() == 3
    store.close()


def test_the_lock_names_its_holder(store: Store, url: str) -> None:
    other = Store(url)
    with store.lock("load"):
        with pytest.raises(BusyError, match=rf"load by .* process {os.getpid()}, since \d{{4}}-\d\d-\d\dT"), other.lock():
            pass
        assert other.current() is None, "reading goes on"
    with other.lock("prune"), pytest.raises(BusyError, match="prune by"), store.lock():
        pass
    with store.lock():
        pass
    other.close()


def test_an_error_gives_the_lock_back(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lock():
        raise ZeroDivisionError
    with store.lock():
        pass


HOLDING = """
import sys, time
from onelead.store import Store
store = Store(sys.argv[1])
with store.lock("load"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_holder_gives_the_lock_back(store: Store, url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDING, url], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"process {holder.pid}"), store.lock():
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    for attempt in range(50):  # PostgreSQL needs a moment to see that its client is gone
        try:
            with store.lock():
                return
        except BusyError:
            if attempt == 49:
                raise
            signal.sigtimedwait([], 0.1)


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """SQLite's own limit on pages gives the very error of a full disk."""
    store = Store(records_url(None, tmp_path), clock=lambda: datetime(2024, 9, 4, tzinfo=UTC))
    with store._db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFullError, match="No room left"):
        store.remember("m", "k", "x" * 1_000_000)
    assert store.recall("m", "k") is None
    assert store.version() == 0
    store.close()


def test_what_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("this is a text file, and a long enough one to be looked at " * 20)
    with pytest.raises(WorkspaceError, match=r"records\.db: file is not a database"):
        Store(records_url(None, tmp_path))


def test_a_missing_server_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://ann:s3cr%40t@/db?host={tmp_path}"
    with pytest.raises(EngineError, match=re.escape("ann:***@")) as caught:
        Store(url)
    text = f"{caught.value} {caught.value.__cause__ or ''}"
    assert "s3cr" not in text
    assert "Is the server running" in text


def test_places_of_records(tmp_path: Path) -> None:
    assert records_url(None, tmp_path) == f"sqlite:///{tmp_path}/records.db"
    assert records_url("duckdb://", tmp_path).startswith("sqlite:///")
    assert records_url("postgresql://h/db", tmp_path) == "postgresql://h/db"


def test_readers_do_not_wait_for_writers(url: str) -> None:
    writer, reader = Store(url), Store(url)
    with writer._db.write() as connection:
        connection.execute(sa.text("INSERT INTO memory (namespace, key, value, changed_at) VALUES ('m', 'k', '1', '2024-09-04 00:00:00')"))
        assert reader.recall("m", "k") is None
    assert reader.recall("m", "k") == 1
    writer.close()
    reader.close()


def test_odd_paths_hold_stores(tmp_path: Path) -> None:
    directory = tmp_path / "what? 100% it's #1 é"
    store = Store(records_url(None, directory))
    with store.lock():
        store.remember("m", "k", 1)
    store.close()
    assert sorted(entry.name for entry in directory.iterdir()) == ["records.db", "writer.lock"]
