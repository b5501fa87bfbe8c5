"""Views on a few rows, and a workspace whose opportunities carry stages, amounts and dates, loaded twice."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
from tests.frames import AS_OF, MemorySnapshot, account, base, context

from onelead.core.settings import Settings
from onelead.core.viewer import Viewer
from onelead.tables import canonical_tables
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

RESULTS = ("scores", "actions", "model_cards", "metric_values", "predictions")
SENTINEL = date(2099, 12, 31)
FIRST, SECOND = date(2024, 8, 1), date(2024, 9, 1)
STATES = {"action_id": pl.String, "state": pl.String, "until": pl.Date, "outcome": pl.String, "why": pl.String, "who": pl.String}


class NoRecords:
    """Operational records of a workspace in which nobody did anything."""

    def action_states(self, _: date) -> pl.DataFrame:
        return pl.DataFrame(schema={**STATES, "event_id": pl.Int64, "evidence": pl.String, "as_of": pl.Date})

    def success_rates(self) -> dict[str, tuple[int, int]]:
        return {}

    def publications(self) -> list[Any]:
        return []

    def led_to(self, _: int) -> list[Any]:
        return []


def result(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    schema = pl.Schema(canonical_tables()[name].contract.create_empty().schema)
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def view_of(
    settings: Settings | None = None, accounts_seen: Sequence[str] | None = None, **tables: Sequence[Mapping[str, Any]]
) -> tuple[View, Any]:
    """A view on rows in memory as of 2024-09-04, and parts without records. Accounts 1 and 2 are there unless others are given."""
    tables.setdefault("accounts", [account("1", region="North"), account("2", region="South")])
    results = {name: result(name, tables.pop(name, ())) for name in RESULTS}
    snapshot = MemorySnapshot({**base(**tables), **results})
    publication = SimpleNamespace(id=1, base="base", results="results", as_of=AS_OF, settings_version=(settings or Settings()).version)
    seen = None if accounts_seen is None else frozenset(accounts_seen)
    shown = View(snapshot, publication, context(settings=settings), Viewer(account_ids=seen))  # type: ignore[arg-type]  # a stand-in
    return shown, SimpleNamespace(store=NoRecords(), settings=settings or Settings())


def asset(key: str, days: int | None, **more: Any) -> dict[str, Any]:
    end = SENTINEL if days is None else AS_OF + timedelta(days=days)
    return {"asset_id": key, "account_id": "1", "product_category": "WLAN HW", "end_of_life_date": end, "support_status": "Expired", **more}


def deal(key: str, **more: Any) -> dict[str, Any]:
    return {"opportunity_id": key, "opportunity_name": f"Deal {key}", "account_id": "1", "territory_id": "56001", **more}


BEFORE = [
    {"opportunity_id": "A", "stage": "Qualify", "amount": "100.10", "close_date": "2024-09-15", "is_won": None},
    {"opportunity_id": "B", "stage": "Propose", "amount": "200", "close_date": "2024-09-20", "is_won": None},
    {"opportunity_id": "C", "stage": "Propose", "amount": "300", "close_date": "2024-09-25", "is_won": None},
    {"opportunity_id": "D", "stage": "Commit", "amount": "400", "close_date": "2024-08-20", "is_won": None},
    {"opportunity_id": "E", "stage": "Commit", "amount": "500", "close_date": "2024-08-25", "is_won": None},
    {"opportunity_id": "F", "stage": "Discover", "amount": "600", "close_date": "2025-02-01", "is_won": None},
    {"opportunity_id": "G", "stage": "Discover", "amount": "70", "close_date": "2024-09-10", "is_won": None},
    {"opportunity_id": "H", "stage": "Discover", "amount": None, "close_date": None, "is_won": None},
]
AFTER = [
    {"opportunity_id": "A", "stage": "Propose", "amount": "150.15", "close_date": "2024-09-15", "is_won": None},
    {"opportunity_id": "B", "stage": "Propose", "amount": "120", "close_date": "2024-09-20", "is_won": None},
    {"opportunity_id": "C", "stage": "Propose", "amount": "300", "close_date": "2024-11-25", "is_won": None},
    {"opportunity_id": "D", "stage": "Commit", "amount": "450", "close_date": "2024-08-28", "is_won": "true"},
    {"opportunity_id": "E", "stage": "Commit", "amount": "500", "close_date": "2024-08-30", "is_won": "false"},
    {"opportunity_id": "F", "stage": "Discover", "amount": "600", "close_date": "2024-09-29", "is_won": None},
    {"opportunity_id": "H", "stage": "Discover", "amount": "10", "close_date": None, "is_won": None},
    {"opportunity_id": "N", "stage": "Qualify", "amount": "1000", "close_date": "2024-09-05", "is_won": None},
]
"""A raised by 50.05, B cut by 80, C pushed out of September, D won at 450 after 400, E lost, F pulled into September, G left the list,
H got its amount, N is new."""


def loads(directory: Path) -> list[Path]:
    """The two lists as files to load one after the other."""
    files = []
    for name, rows in (("before", BEFORE), ("after", AFTER)):
        (directory / name).mkdir(parents=True)
        file = directory / name / "opportunities.csv"
        full = [
            {**row, "opportunity_name": f"Deal {row['opportunity_id']}", "territory_id": "56001", "account_name": "Alder Foods"}
            for row in rows
        ]
        pl.DataFrame(full, infer_schema_length=None).write_csv(file)
        files.append(file)
    return files
