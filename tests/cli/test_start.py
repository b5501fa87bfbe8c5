"""The command line starts fast: help imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "polars",
    "duckdb",
    "ibis",
    "sqlalchemy",
    "pyarrow",
    "numpy",
    "pandas",
    "sklearn",
    "xgboost",
    "rich",
    "jinja2",
    "dataframely",
}
"""Not pydantic: typer reads the options of a sub-command with it."""
PROBE = """
import sys
sys.argv = ["onelead", *{words!r}]
from onelead.cli.main import main
try:
    main()
except SystemExit as stop:
    assert stop.code in (0, None, 2), stop.code
print("MODULES", *sorted({{name.split(".")[0] for name in sys.modules}}))
"""


def modules_of(*words: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROBE.format(words=list(words))], capture_output=True, text=True, check=True)
    return set(done.stdout.split("MODULES", 1)[1].split())


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("actions", "--help"), ("--version",), ()])
def test_help_imports_no_heavy_module(words: tuple[str, ...]) -> None:
    assert sorted(modules_of(*words) & HEAVY) == []
