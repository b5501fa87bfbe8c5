"""Reading in a child process: what comes back, what the limits stop, and where the password never goes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.sources import files

from onelead.core.errors import PasswordError, SourceError, SourceLimitError
from onelead.core.settings import LoadSettings
from onelead.sources import read_raw, start

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = LoadSettings()


def cells(file: Path) -> list[tuple[object, ...]]:
    return read_raw(file, SETTINGS).sheets[0].frame.rows()


def test_cells_keep_what_they_hold(tmp_path: Path) -> None:
    """Whole numbers of a mixed column read "6000", text among dates stays, error cells are counted, the first row is the sheet's row 1."""
    rows: files.Rows = [("mixed", "day", "flag"), (6000, date(2024, 9, 4), True), ("1Z00", "n/a", False), (0.5, date(2024, 9, 5), "=1/0")]
    file = files.xlsx(tmp_path / "a.xlsx", {"S": rows}, start=(2, 1))
    sheet = read_raw(file, SETTINGS).sheets[0]
    assert sheet.frame.rows()[2:5] == [
        ("mixed", "day", "flag"),
        ("6000", "2024-09-04 00:00:00", "true"),
        ("1Z00", "n/a", "false"),
    ]
    assert sheet.frame.rows()[:2] == [(None, None, None)] * 2


def test_error_cells_are_counted(tmp_path: Path) -> None:
    file = files.raw_xlsx(tmp_path / "a.xlsx", b'<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row>')
    sheet = read_raw(file, SETTINGS).sheets[0]
    assert sheet.frame.rows() == [(None, "1")]
    assert sheet.unreadable == 1


@pytest.mark.parametrize("old_calendar", [False, True])
def test_dates_of_both_calendars(tmp_path: Path, *, old_calendar: bool) -> None:
    rows: files.Rows = [("day",), (date(2024, 9, 4),)]
    modern = files.xlsx(tmp_path / "a.xlsx", {"S": rows}, options={"date_1904": old_calendar})
    assert cells(modern)[1] == ("2024-09-04 00:00:00",)
    assert cells(files.xls(tmp_path / "a.xls", rows, old_calendar=old_calendar))[1] == ("2024-09-04 00:00:00",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["name", "näme", "note"], ["Müller", "7", f'"a{delimiter}b"'], ["Öl", "", "x"]]
    file = tmp_path / "a.csv"
    file.write_bytes("\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert cells(file) == [("name", "näme", "note"), ("Müller", "7", f"a{delimiter}b"), ("Öl", None, "x")]


def test_text_with_a_title_blank_lines_and_longer_rows_loses_no_cell(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Report of today\n\na,b\n1,2\n\n3,4,5\n", encoding="utf-8")
    assert cells(file) == [("Report of today", None, None), (None,) * 3, ("a", "b", None), ("1", "2", None), (None,) * 3, ("3", "4", "5")]


def test_cp1252_far_behind_the_sample(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"a,b\n" + b"x,y\n" * 200_000 + "ä,€\n".encode("cp1252"))
    assert cells(file)[-1] == ("ä", "€")


def test_separator_line_of_excel(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("sep=;\na;b,c\n1;2\n", encoding="utf-8")
    assert cells(file)[1:] == [("a", "b,c"), ("1", "2")]


def test_password(tmp_path: Path) -> None:
    file = files.encrypted(tmp_path / "a.xlsx", files.xlsx(tmp_path / "plain.xlsx", {"S": files.SMALL}))
    asked: list[int] = []

    def password() -> str:
        asked.append(1)
        return files.PASSWORD

    assert read_raw(file, SETTINGS, password=password).sheets[0].frame.height == 3
    assert asked == [1]
    for wrong in ("nope", None):
        with pytest.raises(PasswordError) as caught:
            read_raw(file, SETTINGS, password=lambda wrong=wrong: wrong)
        assert ("wrong" in str(caught.value)) is (wrong is not None)
        assert "nope" not in str(caught.value)


def test_password_of_excel_itself_is_tried(tmp_path: Path) -> None:
    file = files.encrypted(tmp_path / "a.xlsx", files.xlsx(tmp_path / "plain.xlsx", {"S": files.SMALL}), "VelvetSweatshop")
    assert read_raw(file, SETTINGS).sheets


def test_password_is_asked_for_an_encrypted_file_only(tmp_path: Path) -> None:
    def never() -> str:
        raise AssertionError

    assert read_raw(files.xls(tmp_path / "a.xls", files.SMALL), SETTINGS, password=never).kind == "xls"


def test_password_and_plain_bytes_stay_out_of_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child that gets the password is looked at from outside: its arguments, its environment, the temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    file = files.encrypted(tmp_path / "a.xlsx", files.xlsx(tmp_path / "plain.xlsx", {"S": files.SMALL}))
    seen: list[str] = []
    real = subprocess.Popen

    class Watched(real):  # type: ignore[misc, valid-type]
        def __init__(self, arguments: list[str], **options: object) -> None:
            seen.append(repr(arguments) + repr(options["env"]))
            super().__init__(arguments, **options)

        def wait(self, timeout: float | None = None) -> int:
            code = super().wait(timeout)
            seen.extend(path.read_bytes().decode("latin-1") for path in (tmp_path / "temporary").rglob("*") if path.is_file())
            return code

    monkeypatch.setattr(subprocess, "Popen", Watched)
    assert read_raw(file, SETTINGS, password=lambda: files.PASSWORD).sheets
    assert len(seen) >= 2
    assert not any(files.PASSWORD in text or files.PASSWORD.encode().decode("latin-1") in text for text in seen)
    assert not list((tmp_path / "temporary").iterdir())


def test_too_slow(tmp_path: Path) -> None:
    file = files.xlsx(tmp_path / "a.xlsx", {"S": [list(range(40))] * 5_000})
    before = set(psutil.Process().children())
    begun = time.monotonic()
    settings = LoadSettings(max_seconds=1)
    reading = start(file, settings)
    os.killpg(reading._child.process.pid, 19)  # SIGSTOP: it hangs
    with pytest.raises(SourceLimitError, match="limit of 1 seconds"):
        reading.result()
    assert time.monotonic() - begun < 5
    assert set(psutil.Process().children()) == before
    assert not reading._child.out.exists()


def test_too_much_memory(tmp_path: Path) -> None:
    with pytest.raises(SourceLimitError, match="more memory than the limit of 900 MB"):
        read_raw(files.far_cells(tmp_path / "a.xlsx"), LoadSettings(max_memory_mb=900))


def test_too_many_rows(tmp_path: Path) -> None:
    settings = LoadSettings(max_rows=2)
    for file in (files.xlsx(tmp_path / "a.xlsx", {"S": files.SMALL}), files.text("a,b\n1,2\n3,4\n")(tmp_path / "a.csv")):
        with pytest.raises(SourceLimitError, match="the limit is 2"):
            read_raw(file, settings)


def test_too_many_columns(tmp_path: Path) -> None:
    for row in (",".join(["x"] * 16_385), "a\n" + ",".join(["x"] * 16_385)):
        with pytest.raises(SourceLimitError, match="16,384"):
            read_raw(files.text(row + "\n")(tmp_path / "a.csv"), SETTINGS)


@pytest.mark.parametrize("signal", [9, 11, 6])
def test_a_child_that_dies_is_one_error(tmp_path: Path, signal: int) -> None:
    reading = start(files.xlsx(tmp_path / "a.xlsx", {"S": files.SMALL}), SETTINGS)
    os.kill(reading._child.process.pid, signal)
    with pytest.raises(SourceError) as caught:
        reading.result()
    assert caught.value.hint
    assert isinstance(caught.value, SourceLimitError) is (signal == 9)


def test_a_reading_that_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    reading = start(files.xlsx(tmp_path / "a.xlsx", {"S": files.SMALL}), SETTINGS)
    process, out = reading._child.process, reading._child.out
    del reading
    assert process.poll() is not None
    assert not out.exists()


def test_no_such_file(tmp_path: Path) -> None:
    files.xlsx(tmp_path / "export.xlsx", {"S": files.SMALL})
    with pytest.raises(SourceError, match=r"Did you mean 'export\.xlsx'"):
        start(tmp_path / "exprot.xlsx", SETTINGS)
    with pytest.raises(SourceError, match="not a file"):
        start(tmp_path, SETTINGS)


def test_the_child_imports_nothing_heavy() -> None:
    code = "import sys, onelead.sources._child; print(sorted(m for m in ('polars', 'pandas', 'pydantic', 'dataframely', 'ibis', 'msoffcrypto') if m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_what_a_killed_process_left_is_removed_by_the_next_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory named by a process that is gone goes; that of a living one stays."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / f"onelead-read-{gone.pid}-abc").mkdir()
    (tmp_path / f"onelead-read-{os.getpid()}-abc").mkdir()
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n")
    read_raw(file, SETTINGS)
    assert [path.name for path in tmp_path.glob("onelead-read-*")] == [f"onelead-read-{os.getpid()}-abc"]
