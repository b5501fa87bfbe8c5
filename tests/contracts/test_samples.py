"""What every sample must keep: equal arguments give equal bytes, another seed other bytes, a truth beside it, rows that fit the contracts."""

import importlib
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from onelead.samples import Sample, Written, samples

SMALL: dict[str, dict[str, int]] = {"identity": {"accounts": 20}, "outcomes": {"accounts": 20}, "scale": {"assets": 2000}}
TABLES = ("assets", "opportunities", "projects", "service_credits", "services")


def place(sample: Sample, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / ("sample.xlsx" if sample.workbook else "sample")


def make(sample: Sample, out: Path, seed: int) -> Written:
    values = sample.checked(out, seed=seed, scale=1, options=SMALL.get(sample.id, {}))
    return sample.write(out, seed=seed, scale=1, **values)


def contents(written: Written) -> list[bytes]:
    return [file.read_bytes() for file in [*written.files, written.truth]]


@pytest.mark.parametrize("sample", samples().values(), ids=lambda sample: sample.id)
def test_content_depends_on_the_arguments_alone(sample: Sample, tmp_path: Path) -> None:
    first, again, other = (
        contents(make(sample, place(sample, tmp_path / name), seed)) for name, seed in (("one", 1), ("two", 1), ("three", 2))
    )
    assert first == again
    assert first[0] != other[0]


@pytest.mark.parametrize("sample", samples().values(), ids=lambda sample: sample.id)
def test_truth_says_what_was_written(sample: Sample, tmp_path: Path) -> None:
    written = make(sample, place(sample, tmp_path), 3)
    truth = json.loads(written.truth.read_text(encoding="utf-8"))
    assert written.truth == tmp_path / "sample.truth.json"
    assert (truth["sample"], truth["seed"], truth["as_of"]) == (sample.id, 3, "2024-09-04")
    assert all(file.exists() for file in written.files)
    assert sample.label
    assert sample.doc


@pytest.mark.parametrize("sample", [one for one in samples().values() if one.directory], ids=lambda sample: sample.id)
def test_canonical_tables_keep_their_contracts(sample: Sample, tmp_path: Path) -> None:
    written = make(sample, tmp_path / "tables", 4)
    assert sorted(file.stem for file in written.files) == sorted(TABLES)
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
