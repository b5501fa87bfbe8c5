"""The layers hold: imports go down only, and packages of one layer never meet."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "onelead"

LAYERS = {
    "core": 0,
    "tables": 1,
    "engines": 1,
    "store": 1,
    "sources": 2,
    "identity": 2,
    "metrics": 2,
    "features": 2,
    "samples": 2,
    "scorecards": 3,
    "models": 3,
    "rules": 3,
    "workspace": 4,
    "cli": 5,
    "api": 5,
    "web": 5,
    "edge": 5,
    "app": 6,
}
DOORS = {"cli", "api", "web", "edge"}

EXCEPTIONS: set[tuple[str, str]] = set()
"""Arrows that are allowed although they break the rule. This set may only shrink."""


def imports(file: Path) -> set[str]:
    """Names of OneLead packages that ``file`` imports, wherever in the file (functions and TYPE_CHECKING too)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import; write the whole name"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "onelead" else [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("onelead."):
            names = [node.value] if node.value.replace(".", "").replace("_", "").isalnum() else []
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("onelead.")}
    return found & set(LAYERS)


def arrows() -> list[tuple[str, str, str]]:
    """(file, from package, to package) for every import between packages."""
    out = []
    for file in sorted(SRC.rglob("*.py")):
        parts = file.relative_to(SRC).parts
        home = parts[0].removesuffix(".py")
        if home == "__init__":
            continue
        out += [(str(file.relative_to(SRC)), home, target) for target in sorted(imports(file)) if target != home]
    return out


def test_every_package_has_a_layer() -> None:
    homes = {path.name for path in SRC.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert homes <= set(LAYERS), f"give these a layer: {homes - set(LAYERS)}"


def test_imports_go_down_only() -> None:
    wrong = [arrow for arrow in arrows() if LAYERS[arrow[2]] >= LAYERS[arrow[1]] and arrow[1:] not in EXCEPTIONS]
    assert not wrong


def test_doors_use_the_workspace_and_core_only() -> None:
    wrong = [arrow for arrow in arrows() if arrow[1] in DOORS and arrow[2] not in {"workspace", "core"} and arrow[1:] not in EXCEPTIONS]
    assert not wrong


def test_the_exceptions_are_still_needed() -> None:
    present = {arrow[1:] for arrow in arrows()}
    assert present >= EXCEPTIONS, "an exception that nothing needs any more: remove it"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import onelead.core.errors", {"core"}),
        ("def f():\n    from onelead.metrics import x", {"metrics"}),
        ("from onelead import rules", {"rules"}),
        ("import importlib\nimportlib.import_module('onelead.models')", {"models"}),
    ],
)
def test_the_graph_sees_every_kind_of_import(tmp_path: Path, code: str, expected: set[str]) -> None:
    file = tmp_path / "x.py"
    file.write_text(code)
    assert imports(file) == expected
