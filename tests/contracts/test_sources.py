"""What every source must keep: clear errors, canonical tables, no row lost. A new source adds a sample of its files here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.sources import files

from onelead.core.errors import UnrecognisedSourceError
from onelead.core.settings import LoadSettings
from onelead.sources import Delivery, read, sources
from onelead.sources._quarantine import quarantine_schema
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = LoadSettings()


def _workbook(directory: Path) -> Path:
    rows = files.assets(6)
    rows[2][8] = "not a day"
    rows[3][0] = None
    return files.xlsx(directory / "a.xlsx", {"Install Base": rows, "Opportunity": [files.OPPORTUNITY_HEADERS, ("1", "n", 5, "a", "p")]})


def _canonical(directory: Path) -> Path:
    file = directory / "a.csv"
    pl.DataFrame({"asset_id": ["a", None, "c"], "territory_id": ["1", "2", "3"], "contract_value": ["5", "6", "-1"]}).write_csv(file)
    return file


def _sales_model(directory: Path) -> Path:
    deals = [
        ("Deal ID", "Deal Name", "Close Date", "Amount"),
        ("1", "a", "not a day", 5),
        ("2", "b", "2024-09-30", -5),
        ("3", "c", "2024-09-30", 5),
    ]
    return files.xlsx(directory / "a.xlsx", {"Deals": deals})


SAMPLES: dict[str, Callable[[Path], Path]] = {"onelead_workbook": _workbook, "canonical": _canonical, "sales_model": _sales_model}
BROKEN_ROWS = 2


@pytest.fixture(params=sorted(sources()))
def delivery(request: pytest.FixtureRequest, tmp_path: Path) -> Delivery:
    name: str = request.param
    assert name in SAMPLES, f"add a sample of {name} with {BROKEN_ROWS} broken rows to SAMPLES"
    result = read(SAMPLES[name](tmp_path), SETTINGS, today=date(2026, 1, 1))
    assert result.source_id == name
    return result


def test_it_says_what_it_is() -> None:
    for name, source in sources().items():
        assert source.id == name
        assert source.label
        assert source.doc.endswith(".")
        for spec in source.specs():
            assert spec.table in canonical_tables()
            assert set(spec.columns) <= set(canonical_tables()[spec.table].contract.columns())
            assert set(spec.required) <= set(spec.columns)


def test_tables_are_canonical(delivery: Delivery) -> None:
    assert delivery.tables
    for name, frame in delivery.tables.items():
        table = canonical_tables()[name]
        assert frame.schema == table.delivered
        assert table.contract.is_valid(frame.select(list(table.contract.columns())))
        assert frame["source_file"].unique().to_list() == [delivery.file]
        assert frame["source_row"].is_unique().all()


def test_no_row_is_lost(delivery: Delivery) -> None:
    for name, rows in delivery.source_rows.items():
        bad = delivery.quarantine.filter(pl.col("table") == name)["source_row"].n_unique()
        assert bad == delivery.bad_rows[name]
        assert delivery.tables[name].height + bad == rows
    assert sum(delivery.bad_rows.values()) == BROKEN_ROWS


def test_every_bad_row_says_why(delivery: Delivery) -> None:
    assert delivery.quarantine.schema == quarantine_schema()
    for entry in delivery.quarantine.iter_rows(named=True):
        assert entry["reason"]
        assert entry["row"]
        assert entry["source_column"] == delivery.mapping[entry["table"]][entry["column"]]


def test_mapping_names_headers_of_the_source(delivery: Delivery) -> None:
    for name, columns in delivery.mapping.items():
        assert set(columns) <= set(canonical_tables()[name].contract.columns())


def test_it_does_not_claim_what_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(UnrecognisedSourceError):
        read(files.text("colour,taste\nred,sweet\n")(tmp_path / "a.csv"), SETTINGS)
