"""Expected value by type of action under the levers of the what-if, beside what the settings give, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column, Table
from onelead.web._table import shown

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._table import Shown

COLUMNS = (
    Column("label", "Type"),
    Column("expected", "Expected", "money"),
    Column("chance", "Chance", "percent"),
    Column("at_stake", "At stake", "money"),
)
BESIDE = (Column("usual", "As the settings have it", "money"), Column("difference", "Difference", "money"))


def tried_types(found: dict[str, Any], ask: Ask, *, changed: bool) -> Shown:
    """The types of ``whatif.what_if`` that have a value; with what the settings give only where a lever was moved."""
    usual = found["usual_types"].select("type", usual="expected")
    rows = found["types"].filter(pl.col("expected").is_not_null()).join(usual, on="type", how="left", maintain_order="left")
    rows = rows.with_columns(difference=pl.col("expected") - pl.col("usual"))
    table = Table(id="tried-types", title="Types", columns=COLUMNS + BESIDE if changed else COLUMNS, size=max(rows.height, 1))
    return shown(table, rows, ask)
