"""Kept expressions and statements: made once for a shape of tables, right for whatever rows are handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import polars as pl
import pytest

from onelead.engines import open_engine
from onelead.engines._kept import Kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onelead.core.context import Snapshot


def test_the_oldest_goes_when_there_is_no_room() -> None:
    made: list[str] = []

    def make(name: str) -> Callable[[], str]:
        return lambda: made.append(name) or name

    kept: Kept[str] = Kept(limit=2)
    assert [kept.get_or(name, make(name)) for name in "abacab"] == list("abacab")
    assert made == ["a", "b", "c", "b"], "a was asked for again before c came, so b had to go"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    engine = open_engine(None, tmp_path)
    engine.write("base_1", {"t": pl.DataFrame({"who": ["a", "b", "b", None], "n": [1, 2, 4, 8]})})
    return engine.open("base_1", None)


def test_one_expression_answers_for_whatever_is_handed_over(snapshot: Snapshot) -> None:
    """1 for a, 2 + 4 for b, 1 + 2 + 4 for both, nothing for nobody; the first answer again after the others."""
    built: list[int] = []

    def build() -> ibis.Table:
        built.append(1)
        table = snapshot.table("t")
        rows = table.semi_join(ibis.table({"who": "string"}, name="seen"), "who")
        return rows.aggregate(n=rows.n.sum())

    answers = []
    for names in (["a"], ["b"], ["a", "b"], [], ["a"]):
        given = {"seen": pl.DataFrame({"who": names}, schema={"who": pl.String})}
        answers.append(snapshot.execute(snapshot.expression("sum", build), given).item())
    snapshot.close()
    assert answers == [1, 6, 7, None, 1]
    assert built == [1]


def test_another_shape_is_another_expression(tmp_path: Path, snapshot: Snapshot) -> None:
    engine = open_engine(None, tmp_path)
    engine.write("base_2", {"t": pl.DataFrame({"n": [5]})})
    other = engine.open("base_2", None)
    columns = [found.expression("whole", lambda found=found: found.table("t")).columns for found in (snapshot, other)]
    assert columns == [("who", "n"), ("n",)]
    snapshot.close()
    other.close()
