"""Files are safe to open in a spreadsheet: no text runs as a formula, and no number is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.workspace.tables_out import neutralised, write_csv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+49 30 123456", "+49 30 123456"),
        ("\t=1", "'\t=1"),
        ("-4.0", "-4.0"),
        ("-12 %", "-12 %"),
        ("- none", "'- none"),
        ("Alder & Co", "Alder & Co"),
        ("", ""),
    ],
)
def test_texts(text: str, written: str) -> None:
    assert neutralised(pl.DataFrame({"a": [text]}))["a"].item() == written


def test_numbers_keep_type_and_sign() -> None:
    frame = pl.DataFrame({"a": [-1.5], "b": [None]}, schema={"a": pl.Float64, "b": pl.String})
    assert neutralised(frame).equals(frame)


def test_a_file_is_complete_or_absent(tmp_path: Path) -> None:
    write_csv(pl.DataFrame({"a": ["ü", None]}), tmp_path / "t.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheet programs know UTF-8 by this mark"
