"""The commands, as a person calls them: exit codes, tables, JSON, and errors without a traceback."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from onelead.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    stdout: str
    stderr: str


def onelead(*words: object, code: int = 0) -> Said:
    """Run a command in this process, as the console script does."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["onelead", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
    assert (stopped.value.code or 0) == code, out.getvalue() + err.getvalue()
    assert "Traceback" not in err.getvalue()
    return Said(out.getvalue(), err.getvalue())


def as_json(*words: object) -> Any:
    return json.loads(onelead(*words, "--json").stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that was made by the commands: a sample written, then loaded."""
    home = tmp_path_factory.mktemp("cli")
    onelead("sample", "august", "--st-id", "--out", home / "august.xlsx")
    loaded = onelead("load", home / "august.xlsx", "--yes", "--workspace", home / "ws")
    assert "63 assets, 98 opportunities, 2,394 projects" in loaded.stdout
    return home


def test_the_list_and_one_action(home: Path) -> None:
    listed = onelead("actions", "list", "--workspace", home / "ws", "--limit", 3)
    assert "critical_renewal" in listed.stdout
    first = as_json("actions", "list", "--workspace", home / "ws", "--limit", 1)[0]
    shown = onelead("actions", "show", first["action_id"][:10], "--workspace", home / "ws").stdout
    assert first["why"] in shown
    assert "Subject: " in shown


def test_work_and_undo(home: Path) -> None:
    first = as_json("actions", "list", "--workspace", home / "ws", "--limit", 1)[0]["action_id"]
    assert as_json("actions", "dismiss", first, "--why", "not ours", "--workspace", home / "ws")["state"] == "dismissed"
    assert as_json("actions", "list", "--workspace", home / "ws", "--limit", 1)[0]["action_id"] != first
    assert as_json("actions", "undo", first, "--workspace", home / "ws")["state"] == "open"


def test_numbers(home: Path) -> None:
    found = as_json("query", "expired_products", "--by", "product_category", "--workspace", home / "ws")
    assert sum(row["value"] for row in found) == 27
    assert len(as_json("rows", "expired_products", "--workspace", home / "ws")) == 27
    earlier = as_json("query", "expired_products", "--as-of", "2000-01-01", "--workspace", home / "ws")
    assert earlier[0]["value"] == 0
    assert "SELECT" in onelead("query", "expired_products", "--sql", "--workspace", home / "ws").stdout
    metrics = {row["metric"]: row for row in as_json("metrics", "--workspace", home / "ws")}
    assert metrics["unused_credit_value"]["value"] == 165_000
    assert metrics["unused_credit_value"]["estimated"]


def test_accounts(home: Path) -> None:
    accounts = as_json("accounts", "--workspace", home / "ws")
    assert len(accounts) == 10
    name = accounts[0]["account_name"]
    assert name in onelead("account", name, "--workspace", home / "ws").stdout
    explained = onelead("explain", accounts[0]["account_id"], "--workspace", home / "ws").stdout
    assert "thirds of the documented score" in explained


def test_the_workspace_comes_from_the_environment_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONELEAD_WORKSPACE", str(home / "ws"))
    assert len(as_json("accounts")) == 10


def test_care(home: Path) -> None:
    assert {row["level"] for row in as_json("doctor", "--workspace", home / "ws")} <= {"ok", "warning"}
    assert onelead("quarantine", "--workspace", home / "ws").stdout
    assert as_json("snapshots", "list", "--workspace", home / "ws")[0]["current"]
    assert "Nothing changed" in onelead("load", home / "august.xlsx", "--yes", "--workspace", home / "ws").stdout
    assert onelead("identities", "list", "--workspace", home / "ws").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("query", "expird_products"), 2, "Did you mean 'expired_products'"),
        (("query", "expired_products", "--by", "categry"), 2, "categry"),
        (("query", "expired_products", "--as-of", "4.9.2024"), 2, "YYYY-MM-DD"),
        (("account", "Nobody at all"), 2, "There is no account"),
        (("actions", "accept", "zzz"), 2, "There is no action"),
        (("actions", "list", "--type", "critical_renewall"), 2, "critical_renewal"),
        (("snapshots", "rollback", "99"), 2, "There is no snapshot"),
    ],
)
def test_mistakes_are_said_plainly(home: Path, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in onelead(*words, "--workspace", home / "ws", code=code).stderr


def test_mistakes_before_there_is_a_workspace(tmp_path: Path) -> None:
    assert "There is no OneLead workspace" in onelead("actions", "list", "--workspace", tmp_path / "none", code=5).stderr
    assert "august" in onelead("sample", "agust", "--out", tmp_path / "x.xlsx", code=2).stderr
    (tmp_path / "notes.xlsx").write_text("not a workbook")
    assert "notes.xlsx" in onelead("run", tmp_path / "notes.xlsx", "--out", tmp_path / "out", code=3).stderr
    assert not (tmp_path / "out").exists()
