"""Who is asking. Every use case takes a Viewer from the first day; row rights become a filter in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A user of one tenant and what they may see.

    ``account_ids`` is None for somebody who may see every account, else the accounts they may see.
    """

    user: str = "local"
    tenant: str = "default"
    roles: frozenset[str] = frozenset({"admin"})
    account_ids: frozenset[str] | None = None
    deal_owners: frozenset[str] | None = None
    """Narrows deals (opportunities one by one, and metrics of them) to those that these names own; no right, and no matter of accounts."""


LOCAL_ADMIN = Viewer()
"""The local default: the administrator of the one default workspace."""
