"""Accounts after unification: territories, project customers and names, with levels."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class AccountContract(dy.Schema):
    """One customer at one level."""

    account_id = dy.String(nullable=False, primary_key=True, description="Id of the account: minted once, never changed.")
    account_name = dy.String(nullable=False, description="Name to show.")
    level = dy.String(
        nullable=False,
        check=lambda col: col.is_in(["account", "named"]),
        description="account: the top level that the source gives; named: a named account below it.",
    )
    parent_id = dy.String(nullable=True, description="The account above a named account.")
    territory_id = dy.String(nullable=True, description="Its sales territory, where it is one.")
    source_ids = dy.String(nullable=True, description="All source ids that mean this account, comma-separated.")
    raw_ids = dy.Int64(nullable=False, min=0, description="How many raw customer ids were unified into it.")
    industry = dy.String(nullable=True, description="Industry, where a source gives it.")
    country = dy.String(nullable=True, description="Country of most of its rows.")
    region = dy.String(nullable=True, description="Region of most of its rows.")


TABLE = Table(
    id="accounts",
    label="Accounts",
    doc="Customers after unification, with levels.",
    contract=AccountContract,
    key=("account_id",),
    fact=False,
)
