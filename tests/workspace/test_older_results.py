"""Results of an earlier release are shown until a refresh makes them anew."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from tests.frames import MemorySnapshot
from tests.workspace._deals import view_of

from onelead.workspace.predicting import importance


def test_pushes_that_name_accounts_only() -> None:
    """Two accounts, pushes 1 and -3: 2 in the mean."""
    view, parts = view_of()
    pushes = {"account_id": ["1", "2"], "model": ["propensity"] * 2, "feature": ["assets"] * 2, "value": [1.0, 2.0]}
    old = pl.DataFrame({**pushes, "contribution": [1.0, -3.0], "note": pl.Series([None, None], dtype=pl.String)})
    snapshot = MemorySnapshot({"contributions": old, "model_cards": view.frame("model_cards")})
    row = importance(replace(view, snapshot=snapshot), parts).row(0, named=True)
    assert row["mean"] == pytest.approx(2.0)
    assert (row["raises"], row["lowers"]) == (1, 1)
