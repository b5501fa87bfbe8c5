"""Files that nobody here wrote: each opens, or gives exactly one clear error, within the limits.

Without ``ONELEAD_BENCH_DATA`` the odd files that the tests make stand in, so that nothing is ever skipped.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.sources.files import ODD, PASSWORD, declared_bomb

from onelead.core.errors import OneLeadError, SourceLimitError
from onelead.core.settings import LoadSettings
from onelead.sources import read, read_raw

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
ROOMY = LoadSettings(max_seconds=60, max_memory_mb=1500)
LIMITS = LoadSettings(max_seconds=60, max_memory_mb=1500, max_unpacked_mb=64)
PASSWORDS = {
    "example_password.xlsx": "Password1234_",
    "rc4cryptoapi_password.xls": "Password1234_",
    "xor_password_123456789012345.xls": "123456789012345",
}
"""The first two are published with the files; the third is what its file name says."""

_data = os.environ.get("ONELEAD_BENCH_DATA")
_folder = Path(_data) / "spreadsheets" if _data else None
FOREIGN = sorted(_folder.iterdir()) if _folder is not None and _folder.is_dir() else [Path(name) for name in ODD]


def outcome(call: Callable[[], T]) -> tuple[T | None, OneLeadError | None]:
    """What ``call`` gives, or its one error. Any other exception is a failure of the test."""
    try:
        return call(), None
    except OneLeadError as error:
        return None, error


def _at_hand(file: Path, directory: Path) -> Path:
    """``file`` itself, or the odd file of that name, written now."""
    return file if file.is_absolute() else ODD[file.name][0](directory / file.name)


@pytest.mark.soak
@pytest.mark.parametrize("file", FOREIGN, ids=lambda file: file.name)
def test_opens_or_gives_one_clear_error(file: Path, tmp_path: Path) -> None:
    file = _at_hand(file, tmp_path)
    start = time.monotonic()
    raw, error = outcome(lambda: read_raw(file, LIMITS, password=lambda: PASSWORDS.get(file.name)))
    assert time.monotonic() - start < LIMITS.max_seconds + 5
    if raw is not None:
        assert raw.sheets
        assert all(sheet.frame.width <= 16_384 for sheet in raw.sheets)
        return
    assert error is not None
    assert error.message.startswith(f"{file.name}: ")
    assert error.hint
    assert "Traceback" not in str(error)
    assert "reading process failed" not in str(error), "a mistake of ours, not of the file"


@pytest.mark.soak
@pytest.mark.parametrize("file", FOREIGN, ids=lambda file: file.name)
def test_a_foreign_file_is_read_as_tables_or_refused_in_words(file: Path, tmp_path: Path) -> None:
    file = _at_hand(file, tmp_path)
    delivery, error = outcome(lambda: read(file, LIMITS, password=lambda: PASSWORDS.get(file.name)))
    assert delivery.tables if delivery is not None else error is not None and error.hint


@pytest.mark.parametrize("name", ODD)
def test_odd_file(name: str, tmp_path: Path) -> None:
    write, expected = ODD[name]
    file = write(tmp_path / name)
    if expected is None:
        assert read_raw(file, LIMITS).sheets
        return
    with pytest.raises(expected) as caught:
        read_raw(file, LIMITS)
    assert type(caught.value) is expected
    assert caught.value.hint
    assert "reading process failed" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_what_no_table_is_packed_like_is_refused_below_the_limit_of_its_size(tmp_path: Path) -> None:
    with pytest.raises(SourceLimitError, match="packed more than 200 to 1"):
        read_raw(declared_bomb(tmp_path / "a.xlsx"), ROOMY)
