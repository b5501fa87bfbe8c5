"""Files and functions stay small enough to be read."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LIMIT, FUNCTION_LIMIT = 500, 60
FILE_GOAL, FUNCTION_GOAL = 300, 40
LONG_FILES: set[str] = set()
"""Files over the goal of 300 lines. This set may only shrink."""
LONG_FUNCTION_BUDGET = 0
"""How many functions may be over the goal of 40 lines. May only shrink."""


def sources() -> list[Path]:
    return sorted((ROOT / "src").rglob("*.py"))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def functions() -> list[tuple[str, int]]:
    out = []
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                out.append((f"{file.relative_to(ROOT)}:{node.name}", length(node)))  # noqa: PERF401 - reads better so
    return out


def test_files_are_short() -> None:
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in sources()}
    assert not {name: count for name, count in lines.items() if count > FILE_LIMIT}
    assert {name for name, count in lines.items() if count > FILE_GOAL} <= LONG_FILES


def test_functions_are_short() -> None:
    found = functions()
    assert not [entry for entry in found if entry[1] > FUNCTION_LIMIT]
    long = [entry for entry in found if entry[1] > FUNCTION_GOAL]
    assert len(long) <= LONG_FUNCTION_BUDGET, long
