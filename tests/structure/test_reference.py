"""The references in docs/ are what the objects say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = runpy.run_path(str(ROOT / "scripts" / "reference.py"), run_name="reference")


@pytest.mark.parametrize("page", sorted(REFERENCE["PAGES"]))
def test_reference_is_current(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == REFERENCE["PAGES"][page](), "run `make docs`"


def test_references_name_everything() -> None:
    from onelead.features import features
    from onelead.metrics import metrics

    assert all(f"### `{name}`" in REFERENCE["metrics_page"]() for name in metrics())
    assert all(f"| `{feature.id}` |" in REFERENCE["features_page"]() for feature in features())
