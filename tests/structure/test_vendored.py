"""What browsers get from others is listed with its licence, pinned without host names, and makes no code from text."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "onelead" / "web" / "static"
VENDOR = ROOT / "scripts" / "vendor"
BUILDING = {"esbuild", "postcss"}
"""Packages that build and are in nothing that is built."""
ALLOWED = {"MIT", "BSD-3-Clause", "ISC", "Zlib", "0BSD", "OFL-1.1"}


def listing() -> str:
    return (STATIC / "vendor" / "LICENCES.md").read_text(encoding="utf-8")


def test_every_vendored_file_is_listed() -> None:
    foreign = [file for file in (STATIC / "vendor").iterdir() if file.name != "LICENCES.md"]
    foreign += [*STATIC.glob("*.woff2"), STATIC / "icons.svg"]
    headings = set(re.findall(r"^## (\S+)$", listing(), re.MULTILINE))
    assert len(foreign) > 5
    assert {str(file.relative_to(STATIC)) for file in foreign} <= headings


def test_every_licence_is_allowed_and_given_in_full() -> None:
    rows = re.findall(r"^\| (\S+) \| [\d.]+ \| (\S+) \| (.+) \|$", listing(), re.MULTILINE)
    assert len(rows) > 20
    assert {licence for _, licence, _ in rows} <= ALLOWED
    headings = set(re.findall(r"^## (\S+)$", listing(), re.MULTILINE))
    assert {licence for _, licence, _ in rows} <= headings
    assert all(holder.startswith("Copyright") for _, _, holder in rows)


def test_versions_are_those_that_are_pinned() -> None:
    pinned = json.loads((VENDOR / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    listed = dict(re.findall(r"^\| (\S+) \| ([\d.]+) \|", listing(), re.MULTILINE))
    assert {name: version for name, version in pinned.items() if name not in BUILDING}.items() <= listed.items()


def test_the_lock_names_no_host() -> None:
    text = (VENDOR / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name and not entry.get("inBundle"))


def test_the_sprite_holds_the_listed_icons() -> None:
    names = (VENDOR / "icons.txt").read_text(encoding="utf-8").split()
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)" viewBox="0 0 24 24">', sprite) == names


def test_the_plotly_bundle_makes_no_code_from_text() -> None:
    code = (STATIC / "vendor" / "plotly.min.js").read_text(encoding="utf-8")
    assert not re.search(r"\bnew Function\b|\beval\(|[^.\w]Function\(", code)
    assert "adoptedStyleSheets" in code, "its styles would be refused by the content-security policy"


def test_no_page_reads_components_that_none_uses() -> None:
    """Of Tabler only what it says about plain elements, and two classes: the whole of it is ten times as much, on every page."""
    sheet = (STATIC / "vendor" / "tabler.min.css").read_text(encoding="utf-8")
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", sheet, flags=re.DOTALL)
    assert set(re.findall(r"\.([a-zA-Z_][\w-]*)", selectors)) == {"d-block", "h1"}
    assert "--tblr-body-font-family" in sheet
