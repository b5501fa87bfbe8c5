"""Snapshots of a few rows in memory, for tests of what is computed from a base."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl
from tests.sales_frames import sales_rows

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError
from onelead.core.settings import Settings
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

AS_OF = date(2024, 9, 4)
DERIVED = ("accounts", "account_links", "changes", "quarantine")
"""Base tables that a load computes: exactly their contract's columns."""
BASE = tuple(name for name, table in canonical_tables().items() if table.layer == "base")


_numbers = count()


def context(as_of: date = AS_OF, settings: Settings | None = None) -> Context:
    return Context(as_of, settings or Settings())


@cache
def schema_of(name: str) -> pl.Schema:
    """Columns of a base table as it is stored."""
    known = canonical_tables()[name]
    return pl.Schema(known.contract.create_empty().schema) if name in DERIVED else known.stored


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a canonical table as the base stores them: columns that are not named are null, no row is a repeat."""
    schema = schema_of(name)
    filled = [{"is_repeat": False, "source_row": place, **row} for place, row in enumerate(rows, start=2)]
    unknown = {column for row in rows for column in row} - set(schema)
    assert not unknown, f"{name} has no {unknown}"
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in filled], schema=schema)


def account(account_id: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "account_name": f"Name of {account_id}", "level": "account", "raw_ids": 1, **more}


def base(**tables: Sequence[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
    """All base tables; those that are not named are empty."""
    return {name: table(name, tables.get(name, ())) for name in BASE}


class MemorySnapshot:
    """core.context.Snapshot over frames in an in-memory DuckDB; counts the queries that it runs."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self._connection = ibis.duckdb.connect()
        self._frames = dict(tables)
        for name, frame in tables.items():
            self._connection.con.register(name, frame.to_arrow())
        self.queries = 0
        self.base_id = f"base {next(_numbers)}"

    results_id = None

    def tables(self) -> list[str]:
        return sorted(self._frames)

    def columns(self) -> dict[str, dict[str, pl.DataType]]:
        return {name: dict(frame.schema) for name, frame in self._frames.items()}

    def table(self, name: str) -> ibis.Table:
        if name not in self._frames:
            raise UnknownNameError("table", name, self.tables())
        return self._connection.table(name)

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
        return self._frames[name].select(columns) if columns else self._frames[name]

    def expression(self, key: Hashable, build: Callable[[], ibis.Table]) -> ibis.Table:  # noqa: ARG002 - keeps nothing
        return build()

    def execute(self, expression: ibis.Table, given: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        self.queries += 1
        for name, frame in (given or {}).items():
            self._connection.con.register(name, frame.to_arrow())
        return self._connection.to_polars(expression)

    def sql(self, expression: ibis.Table) -> str:
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def close(self) -> None:
        self._connection.disconnect()


def snapshot_of(**tables: Sequence[Mapping[str, Any]]) -> MemorySnapshot:
    return MemorySnapshot(base(**tables))


def _deal(place: int) -> dict[str, Any]:
    """What makes a deal of an opportunity, by its place; with gaps, another currency, and closes before the creation."""
    return {
        "stage": ("Qualify", "Propose", None)[place % 3],
        "amount": None if place % 5 == 0 else 1000.0 + 10 * place,
        "currency": ("USD", None, "EUR")[place % 7 % 3],
        "close_date": None if place % 4 == 0 else AS_OF + timedelta(days=37 * place % 500 - 250),
        "owner_name": ("Ana Roth", "Ben Ito", None)[place % 3],
    }


def random_base(seed: int = 7, accounts: int = 12, rows: int = 150) -> dict[str, pl.DataFrame]:
    """A base with every kind of gap: unknown dates, sentinels, unpriced categories, repeats, rows without an account."""
    draw = random.Random(seed)  # noqa: S311 - test data

    def day(first: int, last: int, missing: float = 0.15) -> date | None:
        return None if draw.random() < missing else AS_OF + timedelta(days=draw.randint(first, last))

    def owner() -> str | None:
        return None if draw.random() < 0.15 else f"{draw.randint(1, accounts):05}"

    def fact(**columns: Any) -> dict[str, Any]:
        return {"account_id": owner(), "is_repeat": draw.random() < 0.05, "source_sheet": "Sheet", "source_file": "f.xlsx", **columns}

    known = [
        account(f"{place:05}", country=draw.choice(["DE", "JP", None]), raw_ids=draw.randint(0, 3)) for place in range(1, accounts + 2)
    ]
    known.append({**account("N-1"), "level": "named", "parent_id": "00001"})
    ends = [None, date(2099, 12, 31)]
    return base(
        accounts=known,
        account_links=[
            {
                "link_id": f"l{place}",
                "kind": "name",
                "value": f"n{place}",
                "account_id": "00001",
                "method": "name_alike",
                "confidence": 0.7,
                "status": draw.choice(["auto", "review"]),
                "evidence": "alike",
                "rows": 1,
            }
            for place in range(20)
        ],
        quarantine=[
            {"table": draw.choice(["assets", "projects"]), "source_row": draw.randint(1, 9), "column": "start_date", "reason": "no date"}
            for _ in range(20)
        ],
        services=[{"practice": draw.choice("AB"), "sub_practice": "s", "service": f"service {place}"} for place in range(9)],
        assets=[
            fact(
                asset_id=f"a{place}",
                product_category=draw.choice(["WLAN HW", "x86 premium servers", "Unheard of", None]),
                product_name=draw.choice(["AP-325", "DL360p"]),
                end_of_life_date=draw.choice([*ends, *(day(-900, 900) for _ in range(4))]),
                end_of_service_date=draw.choice([*ends, *(day(-900, 900) for _ in range(4))]),
                support_start_date=day(-2000, 100),
                support_end_date=draw.choice([date(2110, 1, 1), *(day(-400, 400) for _ in range(4))]),
                support_status=draw.choice(["Active Warranty", "Support-Active", "Expired", "Uncovered", None]),
                contract_value=draw.choice([None, None, 512.5]),
            )
            for place in range(rows)
        ],
        opportunities=[
            fact(
                opportunity_id=f"o{place}",
                product_line=draw.choice(["P1", "P2", None]),
                is_won=draw.choice([None, None, True, False]),
                created_date=day(-700, 60, 0.5),
                **_deal(place),
            )
            for place in range(rows)
        ],
        projects=[
            fact(
                project_id=f"p{place}",
                practice=draw.choice(["A", "B", "C", None]),
                country=draw.choice(["DE", "FR", None]),
                start_date=(start := day(-1500, 200)),
                end_date=None if start is None or draw.random() < 0.2 else start + timedelta(days=draw.randint(0, 400)),
                size_bucket=draw.choice(["<$50k", "$50k-$500k", ">$5M", "-", None]),
                stage_status=draw.choice(["C", "C", "LOST", "NOBID", "S", "X", None]),
                financial_status=draw.choice(["G", "Y", "R", None]),
                import_date=date(2024, 9, 1),
                last_refresh_date=draw.choice([date(2024, 8, 30), date(2025, 1, 1), None]),
            )
            for place in range(rows)
        ],
        service_credits=[
            fact(
                project_id=f"c{place}",
                purchased_credits=draw.choice([None, 0.0, 10.0, 30.0]),
                converted_credits=draw.choice([None, 4.0]),
                delivered_credits=draw.choice([None, 0.0, 5.0]),
                active_credits=draw.choice([None, 5.0, 6.0]),
                expiry_bucket=draw.choice(["0-45", "46-90", "91-180", ">180", None]),
                contract_end_date=day(-100, 300, 0.5),
            )
            for place in range(rows)
        ],
        **sales_rows(draw, fact, rows),
    )
