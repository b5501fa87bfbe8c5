"""Files are safe to open in a spreadsheet: no text runs as a formula, and no number is damaged."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onelead.workspace.tables_out import csv_bytes, neutralised, write_csv

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = re.compile(r"[+-]?[0-9][0-9., \"]*%?")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+49 30 123456", "+49 30 123456"),
        ("\t=1", "'\t'=1"),
        ("-4.0", "-4.0"),
        ("-12 %", "-12 %"),
        ("- none", "'- none"),
        ("Alder & Co", "Alder & Co"),
        ("", ""),
        (" =1", "' =1"),
        ("\u00a0+cmd", "'\u00a0+cmd"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("Alder;=1+1", "Alder;'=1+1"),
        ("Alder; @SUM(A1);b", "Alder; '@SUM(A1);b"),
        ('Alder;"=1+1"', 'Alder;"\'=1+1"'),
        ("Alder\t+1\n-1", "Alder\t'+1\n'-1"),
        ("a - b; c = d", "a - b; c = d"),
    ],
)
def test_texts(text: str, written: str) -> None:
    assert neutralised(pl.DataFrame({"a": [text]}))["a"].item() == written


def test_numbers_keep_type_and_sign() -> None:
    frame = pl.DataFrame({"a": [-1.5], "b": [None]}, schema={"a": pl.Float64, "b": pl.String})
    assert neutralised(frame).equals(frame)


TEXTS = st.text(alphabet=st.sampled_from([*"=+-@;\t ,\"'\n\rab1", "＝", "\u00a0", "\ufeff"]), max_size=8)
ROWS = st.lists(st.tuples(*[st.none() | TEXTS] * 3), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(ROWS, TEXTS, st.sampled_from(",;\t"))
def test_no_text_runs_wherever_a_program_splits(rows: list[tuple[str | None, ...]], heading: str, delimiter: str) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys([f"h{heading}", "b", "c"], pl.String), orient="row")
    read = csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline=""), delimiter=delimiter)
    signs = tuple("=+-@＝＋－＠")
    for line in read:
        for cell in line:
            bare = cell.strip().strip("\ufeff").strip()
            assert not bare.startswith(signs) or PLAIN.match(bare), (cell, line)


def test_a_text_after_a_number_is_in_quotes() -> None:
    """Without quotes a program that splits at semicolons would read ``-5,5+cmd|…``: one cell, a decimal comma, a formula."""
    frame = pl.DataFrame({"a": [-5], "b": ["5+cmd|' /C calc'!A0"], "c": [date(2025, 8, 15)]})
    assert csv_bytes(frame).decode("utf-8-sig").splitlines()[1] == '-5,"5+cmd|\' /C calc\'!A0","2025-08-15"'


def test_a_file_is_complete_or_absent(tmp_path: Path) -> None:
    write_csv(pl.DataFrame({"a": ["ü", None]}), tmp_path / "t.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheet programs know UTF-8 by this mark"
