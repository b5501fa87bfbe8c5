"""What changed from load to load in assets and opportunities: the history nobody had to record."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ChangeContract(dy.Schema):
    """One change of one column of one row, or its appearance or disappearance."""

    table = dy.String(nullable=False, description="assets or opportunities.")
    key = dy.String(nullable=False, description="Serial number or opportunity id.")
    load_id = dy.String(nullable=False, description="Load that brought the change.")
    as_of = dy.Date(nullable=False, description="As-of date of that load.")
    change = dy.String(
        nullable=False, check=lambda col: col.is_in(["added", "removed", "changed"]), description="added, removed or changed."
    )
    column = dy.String(nullable=True, description="Column that changed; null for added and removed.")
    before = dy.String(nullable=True, description="Value before, as text.")
    after = dy.String(nullable=True, description="Value after, as text.")
    account_id = dy.String(nullable=True, description="Account of the row.")


TABLE = Table(
    id="changes",
    label="Changes",
    doc="What changed from load to load in assets and opportunities.",
    contract=ChangeContract,
    fact=False,
)
