"""An encrypted workbook opens with its password, which appears nowhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msoffcrypto
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from tests.cli.test_commands import onelead

from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse 4711"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("locked")
    write_sample("august", home / "plain.xlsx")
    sealed = io.BytesIO()
    with (home / "plain.xlsx").open("rb") as plain:
        OOXMLFile(plain).encrypt(PASSWORD, sealed)
    (home / "locked.xlsx").write_bytes(sealed.getvalue())
    (home / "right.txt").write_text(PASSWORD + "\n")
    (home / "wrong.txt").write_text("something else\n")
    return home


def test_it_is_really_encrypted(locked: Path) -> None:
    with (locked / "locked.xlsx").open("rb") as file:
        assert msoffcrypto.OfficeFile(file).is_encrypted()


def test_with_the_password_it_loads_and_nothing_keeps_the_password(locked: Path) -> None:
    onelead("load", locked / "locked.xlsx", "--yes", "--password-file", locked / "right.txt", "--workspace", locked / "ws")
    kept = [path for path in (locked / "ws").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.parametrize("words", [(), ("--password-file", "wrong.txt"), ("--password-file", "missing.txt")])
def test_without_it_there_is_one_clear_error(locked: Path, words: tuple[str, ...]) -> None:
    options = [str(locked / word) if word.endswith(".txt") else word for word in words]
    said = onelead("run", locked / "locked.xlsx", "--out", locked / "out", *options, code=3).stderr
    assert "password" in said.lower()
