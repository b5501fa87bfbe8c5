"""OneLead's own process loads one SQL compiler; a guest in somebody else's program leaves the library as it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import sys
from onelead.core.process import mark_own_process
if {own}:
    mark_own_process()
import ibis
from onelead.engines._lean import load_compiler
load_compiler({dialect!r})
table = ibis.table({{"a": "int64", "b": "string"}}, name="t")
print(ibis.to_sql(table.group_by("b").aggregate(n=table.a.sum()), dialect={dialect!r}, pretty=False))
print("others", "ibis.backends.sql.compilers.snowflake" in sys.modules)
"""


def probe(*, own: bool, dialect: str) -> list[str]:
    code = PROBE.format(own=own, dialect=dialect)
    env = {"PATH": "/usr/bin:/bin"}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout.splitlines()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_the_same_sql_with_fewer_modules(dialect: str) -> None:
    lean, whole = probe(own=True, dialect=dialect), probe(own=False, dialect=dialect)
    assert lean[0] == whole[0]
    assert lean[0].startswith("SELECT")
    assert (lean[1], whole[1]) == ("others False", "others True")
