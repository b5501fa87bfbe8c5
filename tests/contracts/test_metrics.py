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
BY_VIEW = {metrics()[name].table: name for name in reversed(IDS)}
"""A metric of each view: for what a view does for all of its metrics."""
MINE = "00003"
FILES = {file.stem for file in Path(package.__path__[0]).glob("[a-z]*.py")}


def full() -> dict[str, pl.DataFrame]:
    return random_base()


def fanned_out() -> dict[str, pl.DataFrame]:
    """The same base with every account row three times: a join to it multiplies rows unless it takes care."""
    tables = full()
    return {**tables, "accounts": pl.concat([tables["accounts"]] * 3)}


def mine() -> dict[str, pl.DataFrame]:
    """The same base without a row of another account, or of none; only the history of a deal is told whole, whichever account it names."""
    kept = {name: rows.filter(pl.col("account_id") == MINE) if "account_id" in rows.columns else rows for name, rows in full().items()}
    return {**kept, "opportunity_history": full()["opportunity_history"]}


def opened(url: str | None, directory: Path) -> Iterator[dict[str, Snapshot]]:
    layers = {"full": full(), "empty": base(), "fanned_out": fanned_out(), "mine": mine()}
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


def grouped_by(metric_id: str) -> list[str]:
    """The account's name where there is one, and four columns from all over the rest."""
    columns = [name for name in dimensions(metric_id) if name not in {"value", "rows", "estimated"}]
    return list(dict.fromkeys([*(name for name in ("account_name",) if name in columns), *columns[:: max(1, len(columns) // 4)][:4]]))


@pytest.mark.parametrize("metric_id", IDS)
def test_its_groups_survive_a_join_that_fans_out_and_add_up(metric_id: str, embedded: dict[str, Snapshot]) -> None:
    groups, fanned = (query(embedded[name], context(), metric_id, by=grouped_by(metric_id)) for name in ("full", "fanned_out"))
    same(groups, fanned)
    assert groups["rows"].sum() == query(embedded["full"], context(), metric_id)["rows"][0]
    if metrics()[metric_id].counts_rows:
        assert groups.select((pl.col("value").is_null() | (pl.col("value") == pl.col("rows"))).all()).item()


@pytest.mark.postgres
@pytest.mark.parametrize("metric_id", IDS)
def test_every_group_is_the_same_on_both_engines(metric_id: str, embedded: dict[str, Snapshot], server: dict[str, Snapshot]) -> None:
    same(*(query(snapshots["full"], context(), metric_id, by=grouped_by(metric_id)) for snapshots in (embedded, server)))


@pytest.mark.parametrize("metric_id", IDS)
def test_its_rows_are_those_that_it_counts(metric_id: str, snapshots: dict[str, Snapshot]) -> None:
    metric = metrics()[metric_id]
    record = query(snapshots["full"], context(), metric_id).row(0, named=True)
    listed = rows(snapshots["full"], context(), metric_id, limit=None)
    assert len(listed) == record["rows"]
    assert set(metric.columns) <= set(listed.columns)
    if metric.counts_rows and record["value"] is not None:
        assert record["value"] == record["rows"]


@pytest.mark.parametrize("view_id", BY_VIEW)
def test_rows_come_a_page_at_a_time(view_id: str, snapshots: dict[str, Snapshot]) -> None:
    metric_id = BY_VIEW[view_id]
    count = query(snapshots["full"], context(), metric_id)["rows"][0]
    assert count, f"{metric_id} has rows in the random base"
    everything = rows(snapshots["full"], context(), metric_id, limit=None)
    assert rows(snapshots["full"], context(), metric_id, limit=3, offset=1).equals(everything.slice(1, 3))


@pytest.mark.parametrize("view_id", BY_VIEW)
def test_row_rights_hide_the_rows_of_other_accounts(view_id: str, embedded: dict[str, Snapshot]) -> None:
    """The rows of a view; what metrics make of them is the next test's."""
    seen = rows(embedded["full"], context(), BY_VIEW[view_id], limit=None, account_filter=frozenset({MINE}))
    if view_id == "services":
        assert len(seen) == 9, "the catalogue belongs to nobody and is there for everybody"
    elif "account_id" in seen.columns:
        assert set(seen["account_id"]) <= {MINE}
    else:
        assert seen.is_empty()


def test_row_rights_give_what_there_is_without_the_other_accounts(embedded: dict[str, Snapshot]) -> None:
    there = values(embedded["full"], context(), account_filter=frozenset({MINE}))
    same(there, values(embedded["mine"], context(), account_filter=frozenset({MINE})))
    assert there["value"].drop_nulls().len() > len(IDS) / 2
    nobody = values(embedded["full"], context(), account_filter=frozenset()).rows_by_key("metric", named=True, unique=True)
    assert {name for name, line in nobody.items() if line["value"] is not None} <= {
        name for name, metric in metrics().items() if metric.table == "services"
    }


@pytest.mark.postgres
def test_every_value_is_the_same_on_both_engines(embedded: dict[str, Snapshot], server: dict[str, Snapshot]) -> None:
    same(values(embedded["full"], context()), values(server["full"], context()))
    assert values(embedded["full"], context())["value"].drop_nulls().len() > len(IDS) - 3, "the random base feeds nearly every metric"


def test_one_query_a_table_gives_what_one_query_a_metric_gives(snapshots: dict[str, Snapshot]) -> None:
    together = values(snapshots["full"], context())
    alone = [query(snapshots["full"], context(), name).select(pl.lit(name).alias("metric"), pl.all()) for name in together["metric"]]
    same(together.drop("currency"), pl.concat(alone))


def test_every_metric_shows_its_sql(snapshots: dict[str, Snapshot]) -> None:
    assert "GROUP BY" in sql(snapshots["full"], context(), "expired_products", by=["account_name"])
