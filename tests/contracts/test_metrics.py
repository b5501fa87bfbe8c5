"""What every metric must hold, on every engine. A new metric passes this suite or is not one."""

from __future__ import annotations

import re
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.frames import base, context, random_base

import onelead.metrics as package
from onelead.core.units import Direction, Unit
from onelead.engines import open_engine
from onelead.metrics import dimensions, metrics, query, rows, sql, values
from onelead.metrics._views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onelead.core.context import Snapshot

IDS = sorted(metrics())
FILES = {file.stem for file in Path(package.__path__[0]).glob("[a-z]*.py")}


def full() -> dict[str, pl.DataFrame]:
    return random_base()


def fanned_out() -> dict[str, pl.DataFrame]:
    """The same base with every account row three times: a join to it multiplies rows unless it takes care."""
    tables = full()
    return {**tables, "accounts": pl.concat([tables["accounts"]] * 3)}


def opened(url: str | None, directory: Path) -> Iterator[dict[str, Snapshot]]:
    layers = {"full": full(), "empty": base(), "fanned_out": fanned_out()}
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(url, directory)))
        for name, tables in layers.items():
            engine.write(name, tables)
        yield {name: stack.enter_context(closing(engine.open(name, None))) for name in layers}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Snapshot]]:
    yield from opened(None, tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="module")
def server(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Snapshot]]:
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute('CREATE DATABASE "metrics_contract"')
    yield from opened(postgres_server.replace("/postgres?", "/metrics_contract?"), tmp_path_factory.mktemp("server"))
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute('DROP DATABASE "metrics_contract" WITH (FORCE)')


@pytest.fixture(scope="module", params=["embedded", pytest.param("server", marks=pytest.mark.postgres)])
def snapshots(request: pytest.FixtureRequest) -> dict[str, Snapshot]:
    """The layers on each engine in turn."""
    found: dict[str, Snapshot] = request.getfixturevalue(request.param)
    return found


def same(left: pl.DataFrame, right: pl.DataFrame) -> None:
    """Equal but for the last digits of floats."""
    from polars.testing import assert_frame_equal

    assert_frame_equal(left, right, rel_tol=1e-9, check_row_order=False)


@pytest.mark.parametrize("metric_id", IDS)
def test_it_is_described(metric_id: str) -> None:
    metric = metrics()[metric_id]
    assert metric_id in FILES, "the id is the name of the file"
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric_id)
    assert metric.label
    assert metric.definition.endswith(".")
    assert metric.source
    assert metric.area
    assert isinstance(metric.unit, Unit)
    assert isinstance(metric.direction, Direction)
    assert metric.table in VIEWS
    assert metric.columns
    assert metric.unit is not Unit.MONEY or metric.estimated is not False, "money says whether it is an estimate"


def test_all_are_unknown_on_empty_tables(snapshots: dict[str, Snapshot]) -> None:
    known = {name: 0.0 for name, metric in metrics().items() if metric.empty_is_zero}
    for metric_id, value, estimated, _, count in values(snapshots["empty"], context()).iter_rows():
        assert value == known.get(metric_id), metric_id
        assert estimated is False, metric_id
        assert count == 0, metric_id


def test_all_survive_a_join_that_fans_out(snapshots: dict[str, Snapshot]) -> None:
    same(values(snapshots["full"], context()), values(snapshots["fanned_out"], context()))


@pytest.mark.parametrize("metric_id", IDS)
def test_its_groups_survive_a_join_that_fans_out(metric_id: str, embedded: dict[str, Snapshot]) -> None:
    by = [name for name in ("account_name",) if name in dimensions(metric_id)]
    same(*(query(embedded[name], context(), metric_id, by=by) for name in ("full", "fanned_out")))


@pytest.mark.parametrize("metric_id", IDS)
def test_its_rows_are_those_that_it_counts(metric_id: str, snapshots: dict[str, Snapshot]) -> None:
    metric = metrics()[metric_id]
    record = query(snapshots["full"], context(), metric_id).row(0, named=True)
    listed = rows(snapshots["full"], context(), metric_id, limit=None)
    assert len(listed) == record["rows"]
    assert set(metric.columns) <= set(listed.columns)
    if metric.counts_rows and record["value"] is not None:
        assert record["value"] == record["rows"]
    assert len(rows(snapshots["full"], context(), metric_id, limit=1)) == min(1, record["rows"])


@pytest.mark.parametrize("metric_id", IDS)
def test_groups_of_counts_add_up(metric_id: str, embedded: dict[str, Snapshot]) -> None:
    metric = metrics()[metric_id]
    if not metric.counts_rows or "account_id" not in dimensions(metric_id):
        return
    total = query(embedded["full"], context(), metric_id)["value"][0]
    assert query(embedded["full"], context(), metric_id, by=["account_id"])["value"].sum() == (total or 0)


@pytest.mark.parametrize("metric_id", IDS)
def test_row_rights_hide_the_other_accounts(metric_id: str, embedded: dict[str, Snapshot]) -> None:
    seen = rows(embedded["full"], context(), metric_id, limit=None, account_filter=frozenset({"00003"}))
    if metrics()[metric_id].table == "services":
        assert len(seen) == 9, "the catalogue belongs to nobody and is there for everybody"
    elif "account_id" in seen.columns:
        assert set(seen["account_id"]) <= {"00003"}
    else:
        assert seen.is_empty()
    nobody = query(embedded["full"], context(), metric_id, account_filter=frozenset())
    assert metrics()[metric_id].table == "services" or nobody["value"][0] is None


@pytest.mark.postgres
def test_every_value_is_the_same_on_both_engines(embedded: dict[str, Snapshot], server: dict[str, Snapshot]) -> None:
    same(values(embedded["full"], context()), values(server["full"], context()))
    assert values(embedded["full"], context())["value"].drop_nulls().len() > len(IDS) - 3, "the random base feeds nearly every metric"


@pytest.mark.postgres
@pytest.mark.parametrize("metric_id", IDS)
def test_every_group_is_the_same_on_both_engines(metric_id: str, embedded: dict[str, Snapshot], server: dict[str, Snapshot]) -> None:
    columns = [name for name in dimensions(metric_id) if name not in {"value", "rows", "estimated"}]
    by = columns[:: max(1, len(columns) // 4)][:4]
    same(*(query(snapshots["full"], context(), metric_id, by=by) for snapshots in (embedded, server)))


def test_one_query_a_table_gives_what_one_query_a_metric_gives(snapshots: dict[str, Snapshot]) -> None:
    together = values(snapshots["full"], context())
    alone = [query(snapshots["full"], context(), name).select(pl.lit(name).alias("metric"), pl.all()) for name in together["metric"]]
    same(together.drop("currency"), pl.concat(alone))


def test_every_metric_shows_its_sql(snapshots: dict[str, Snapshot]) -> None:
    assert "GROUP BY" in sql(snapshots["full"], context(), "expired_products", by=["account_name"])
