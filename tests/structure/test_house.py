"""House rules that a machine can hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_pinned_files_name_no_host() -> None:
    for file in (ROOT / "requirements").iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|index-url|find-links", text), file
        assert text.count("--hash=sha256:") >= text.count("=="), f"{file}: every pin needs a hash"


def test_every_dependency_is_pinned() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pinned = set(
        re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    needed = {name.lower() for name in re.findall(r'^\s+"([A-Za-z0-9-]+)(?:\[[^\]]*\])?[<>=]', project, re.MULTILINE)}
    assert needed <= pinned


LARGE = {"src/onelead/web/static/vendor/plotly.min.js"}
"""Files over a megabyte: the chart library, built by scripts/vendor. This set may only shrink."""


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert {str(file.relative_to(ROOT)) for file in tracked() if file.stat().st_size > 1_000_000} <= LARGE


def test_every_decision_has_its_three_parts() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        for part in ("## Context", "## Decision", "## The rule to follow"):
            assert part in text, f"{file.name} lacks {part}"
