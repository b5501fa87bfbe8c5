"""Files to take away: types kept, formulas neutralised, limits told."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time

import openpyxl
import polars as pl
import pytest

from onelead.core.errors import UnknownNameError, UsageError
from onelead.workspace import exporting
from onelead.workspace.exporting import export, file_name

DAY = date(2025, 8, 15)
AT = datetime.combine(DAY, time(12, 30))
FORMULAS = ["=1+1", '=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": ["56088", "007", None],
            "value": [1.5, None, float("inf")],
            "value_estimated": [True, False, None],
            "rows": [1, 2, 3],
            "end": [DAY, None, date(1850, 1, 1)],
            "at": [datetime(2025, 8, 15, 12, 30, tzinfo=UTC)] * 3,
            "ids": [["a", "b"], [], None],
        }
    )


def sheet(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def test_xlsx_keeps_types() -> None:
    found = sheet(export(frame(), "xlsx", "Installed base"))
    assert found.title == "Installed base"
    assert found.freeze_panes == "A2"
    rows = list(found.iter_rows(values_only=True))
    assert rows[0] == ("account_id", "value", "value_estimated", "rows", "end", "at", "ids")
    assert rows[1] == ("56088", 1.5, True, 1, datetime.combine(DAY, time()), AT, '["a", "b"]')
    assert rows[2] == ("007", None, False, 2, None, AT, "[]")
    # infinity is no number of a sheet, and 1850 no date of one
    assert rows[3] == (None, None, None, 3, "1850-01-01", AT, None)
    assert found.column_dimensions["A"].width >= 8


def test_csv_keeps_values() -> None:
    data = export(frame(), "csv", "Installed base")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1] == ["56088", "1.5", "true", "1", "2025-08-15", "2025-08-15T12:30:00Z", '["a", "b"]']
    assert rows[2] == ["007", "", "false", "2", "", "2025-08-15T12:30:00Z", "[]"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_text(kind: str, text: str) -> None:
    data = export(pl.DataFrame({"name": [text], text: ["plain"], "change": ["-12.5 %"]}), kind, "t")
    if kind == "csv":
        cells = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        safe = f"'{text}" if text[0] not in "\t\r" else f"'{text[0]}'{text[1:]}"
        assert cells[1][0] == safe
        assert cells[0][1] == safe
        assert cells[1][2] == "-12.5 %"
    else:
        found = sheet(data)
        assert found["A2"].data_type == "s"
        assert str(found["A2"].value).startswith("'")
        assert str(found["B1"].value).startswith("'")
        assert found["C2"].value == "-12.5 %"


def test_long_texts_are_cut_and_say_so() -> None:
    found = sheet(export(pl.DataFrame({"name": ["x" * 40_000]}), "xlsx", "t"))
    assert len(found["A2"].value) == 32_767
    assert found["A2"].value.endswith("(cut)")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_nothing_to_export(kind: str) -> None:
    for empty in (pl.DataFrame(), pl.DataFrame(schema={"a": pl.String})):
        assert export(empty, kind, "[]:*?/\\") is not None


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exporting.KINDS, "xlsx", exporting.Kind("x", 2))
    with pytest.raises(UsageError, match=r"3 rows are more than the 2 .* take CSV"):
        export(frame(), "xlsx", "Assets")
    assert export(frame().head(2), "xlsx", "Assets")


def test_another_kind() -> None:
    with pytest.raises(UnknownNameError, match="'xlsx'"):
        export(frame(), "xls", "Assets")


def test_file_names() -> None:
    assert file_name("Installed base", DAY, "csv") == "onelead-installed-base-2025-08-15.csv"
    assert file_name('../Ü"\r\n', DAY, "xlsx") == "onelead-u-2025-08-15.xlsx"
    assert file_name("···", DAY, "xlsx") == "onelead-table-2025-08-15.xlsx"
