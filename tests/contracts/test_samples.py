"""What every sample must keep: equal arguments give equal bytes, another seed other bytes, a truth beside it, rows that fit the contracts."""

import importlib
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from onelead.samples import Sample, Written, samples
from onelead.tables import delivered_tables

SMALL: dict[str, dict[str, int]] = {"identity": {"accounts": 20}, "outcomes": {"accounts": 20}, "scale": {"assets": 2000}}
SCALES = {"enterprise": 60}
TABLES = {"assets", "opportunities", "projects", "service_credits", "services"}
DELIVERED = {"enterprise": set(delivered_tables()) - TABLES | {"opportunities"}}


def place(sample: Sample, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / ("sample.xlsx" if sample.workbook else "sample")


def make(sample: Sample, out: Path, seed: int) -> Written:
    values = sample.checked(out, seed=seed, scale=1, options=SMALL.get(sample.id, {}))
    return sample.write(out, seed=seed, scale=SCALES.get(sample.id, 1), **values)


def contents(written: Written) -> list[bytes]:
    return [file.read_bytes() for file in [*written.files, written.truth]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """Each sample with seed 1, written once."""
    return cache(lambda name: make(samples()[name], place(samples()[name], tmp_path_factory.mktemp(name)), 1))


@pytest.mark.parametrize("sample", samples().values(), ids=lambda sample: sample.id)
def test_content_depends_on_the_arguments_alone(sample: Sample, made: Callable[[str], Written], tmp_path: Path) -> None:
    first = contents(made(sample.id))
    assert first == contents(make(sample, place(sample, tmp_path / "again"), 1))
    assert first[0] != contents(make(sample, place(sample, tmp_path / "other"), 2))[0]


@pytest.mark.parametrize("sample", samples().values(), ids=lambda sample: sample.id)
def test_truth_says_what_was_written(sample: Sample, made: Callable[[str], Written]) -> None:
    written = made(sample.id)
    truth = json.loads(written.truth.read_text(encoding="utf-8"))
    assert written.truth.name == "sample.truth.json"
    assert (truth["sample"], truth["seed"], truth["as_of"]) == (sample.id, 1, "2024-09-04")
    assert all(file.exists() for file in written.files)
    assert sample.label
    assert sample.doc


@pytest.mark.parametrize("sample", [one for one in samples().values() if one.directory], ids=lambda sample: sample.id)
def test_canonical_tables_keep_their_contracts(sample: Sample, tmp_path: Path) -> None:
    written = make(sample, tmp_path / "tables", 4)
    assert {file.stem for file in written.files} == DELIVERED.get(sample.id, TABLES)
    for file in written.files:
        contract = importlib.import_module(f"onelead.tables.{file.stem}").TABLE.contract
        contract.validate(pl.read_parquet(file))


def test_workbooks_are_written_without_the_analytical_stack() -> None:
    """`onelead sample august` must start fast: no contract, no database library."""
    import subprocess

    code = (
        "import sys, tempfile, pathlib, onelead.samples as s; s.write('august', pathlib.Path(tempfile.mkdtemp()) / 'a.xlsx');"
        "sys.exit(bool({'duckdb', 'ibis', 'pandas', 'sklearn', 'dataframely'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
