"""Rows that broke their table's contract, with the reason. Nothing is lost in silence."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class QuarantineContract(dy.Schema):
    """One broken rule of one row; a row with two broken rules has two entries."""

    table = dy.String(nullable=False, description="Canonical table that the row was meant for.")
    source_file = dy.String(nullable=True, description="File that it came from.")
    source_sheet = dy.String(nullable=True, description="Sheet.")
    source_row = dy.Int64(nullable=True, description="Row as the spreadsheet shows it, from 1.")
    column = dy.String(nullable=False, description="Canonical column that broke the rule.")
    source_column = dy.String(nullable=True, description="Header of the column in the source.")
    value = dy.String(nullable=True, description="The value as it came.")
    reason = dy.String(nullable=False, description="What is wrong with it, in words.")
    row = dy.String(nullable=True, description="The whole row as it came, as a JSON object.")


TABLE = Table(
    id="quarantine",
    label="Quarantine",
    doc="Rows that broke their table's contract, with the reason.",
    contract=QuarantineContract,
    fact=False,
)
