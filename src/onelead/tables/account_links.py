"""Which source id or name means which account, why, and how sure."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table

KINDS = ("territory_id", "customer_id", "name", "account_id")
METHODS = ("own", "shared_key", "name_equal", "name_alike", "alias", "decision")
STATUSES = ("auto", "review", "decided", "rejected")


class AccountLinkContract(dy.Schema):
    """One link: (kind, value) means account_id. Review rows propose that it also means ``candidate_id``."""

    link_id = dy.String(nullable=False, primary_key=True, description="Stable hash of kind, value and candidate.")
    kind = dy.String(nullable=False, check=lambda col: col.is_in(list(KINDS)), description="What the value is.")
    value = dy.String(nullable=False, description="Source id or name, as the source writes it.")
    account_id = dy.String(nullable=False, description="Account that it means now.")
    candidate_id = dy.String(nullable=True, description="Review only: the account that it may mean as well.")
    method = dy.String(nullable=False, check=lambda col: col.is_in(list(METHODS)), description="How the link was found.")
    confidence = dy.Float64(nullable=False, min=0, max=1, description="How sure the link is.")
    status = dy.String(nullable=False, check=lambda col: col.is_in(list(STATUSES)), description="auto, review, decided or rejected.")
    evidence = dy.String(nullable=False, description="What speaks for it, in words.")
    rows = dy.Int64(nullable=False, min=0, description="How many source rows carry this id or name.")


TABLE = Table(
    id="account_links",
    label="Identity links",
    doc="Which source id or name means which account, why, and how sure.",
    contract=AccountLinkContract,
    key=("link_id",),
    fact=False,
)
