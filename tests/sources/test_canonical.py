"""Canonical tables as Parquet or CSV, one file a table, alone or in a directory."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.errors import SourceError, UnrecognisedSourceError, UsageError
from onelead.core.settings import LoadSettings
from onelead.sources import file_hashes, read, read_all
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = LoadSettings()


def frame(count: int, start: int = 0) -> pl.DataFrame:
    numbers = pl.int_range(start, start + count, eager=True)
    return pl.DataFrame(
        {
            "asset_id": pl.select(pl.format("SN{}", numbers)).to_series(),
            "product_category": pl.select(pl.format("Category {}", numbers % 7)).to_series(),
            "territory_id": pl.select(pl.format("{}", 50_000 + numbers % 20_000)).to_series(),
            "end_of_life_date": pl.Series([date(2024, 1, 1)]).new_from_index(0, count),
            "contract_value": numbers.cast(pl.Float64),
        }
    )


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_one_table_whatever_the_file_is_called(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"opportunities.{kind}"
    getattr(frame(3), f"write_{kind}")(file)
    result = read(file, SETTINGS)
    assert (result.source_id, result.layout) == ("canonical", "canonical")
    assert result.source_rows == {"assets": 3}
    table = result.tables["assets"]
    assert table.schema == canonical_tables()["assets"].delivered
    assert table.select(frame(3).columns).equals(frame(3))
    assert table["source_row"].to_list() == ([1, 2, 3] if kind == "parquet" else [2, 3, 4])


def test_the_file_name_settles_a_tie(tmp_path: Path) -> None:
    """Projects know three of these columns, and so do opportunities."""
    shared = pl.DataFrame({"project_id": ["1"], "opportunity_id": ["2"], "account_name": ["Acme"], "product_line": ["X"]})
    for name in ("projects", "opportunities"):
        shared.write_csv(tmp_path / f"{name}.csv")
        assert list(read(tmp_path / f"{name}.csv", SETTINGS).tables) == [name]


def test_names_of_canonical_columns_are_not_guessed(tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    frame(2).rename({"asset_id": "asset_idd"}).write_csv(file)
    with pytest.raises(UnrecognisedSourceError, match=r"has no column 'asset_id'\. The nearest is 'asset_idd'"):
        read(file, SETTINGS)


def test_types_that_differ_are_converted_or_quarantined(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "asset_id": [1, 2],
            "end_of_life_date": ["2024-09-04", "soon"],
            "contract_value": pl.Series([1, 2], dtype=pl.Decimal(10, 2)),
            "support_end_date": pl.Series([date(2024, 1, 1)] * 2).cast(pl.Datetime("us", "UTC")),
            "Site": ["x", None],
        }
    ).write_parquet(file)
    result = read(file, SETTINGS)
    assert result.tables["assets"].select("asset_id", "end_of_life_date", "contract_value", "support_end_date", "extra").rows() == [
        ("1", date(2024, 9, 4), 1.0, date(2024, 1, 1), '{"Site":"x"}')
    ]
    assert result.quarantine.select("source_row", "value", "reason").rows() == [(2, "soon", "'soon' is not a date")]


def test_a_directory_is_one_delivery_and_files_of_one_table_are_added(tmp_path: Path) -> None:
    frame(2).write_parquet(tmp_path / "assets-1.parquet")
    frame(3, start=2).write_parquet(tmp_path / "assets-2.parquet")
    pl.DataFrame({"practice": ["Cloud"], "sub_practice": ["x"], "service": ["A"]}).write_csv(tmp_path / "services.csv")
    (tmp_path / "README").write_text("not data", encoding="utf-8")
    result = read(tmp_path, SETTINGS)
    assert result.source_rows == {"assets": 5, "services": 1}
    assert result.tables["assets"]["source_file"].unique().sort().to_list() == ["assets-1.parquet", "assets-2.parquet"]
    assert [digest for _, digest in result.files] == file_hashes([tmp_path])
    assert len(read_all([tmp_path], SETTINGS)) == 3


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no files"):
        read(tmp_path, SETTINGS)
    with pytest.raises(UsageError):
        read_all([], SETTINGS)
    assert file_hashes([]) == []


def test_a_bad_file_stops_the_others(tmp_path: Path) -> None:
    frame(2).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    frame(2).write_parquet(tmp_path / "c.parquet")
    with pytest.raises(UnrecognisedSourceError, match=r"^b\.csv"):
        read(tmp_path, SETTINGS)


@pytest.mark.slow
def test_a_million_rows_are_quick(tmp_path: Path) -> None:
    """Typed columns skip every conversion of text; the bound is generous for a busy machine."""
    file = tmp_path / "assets.parquet"
    frame(1_000_000).write_parquet(file)
    read(file, SETTINGS)
    start = time.perf_counter()
    assert read(file, SETTINGS).tables["assets"].height == 1_000_000
    assert time.perf_counter() - start < 15
