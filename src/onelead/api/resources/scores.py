"""Propensity scores."""

from __future__ import annotations

from onelead.api._tables import Rows

RESOURCE = Rows(
    "scores", "scores", "score", "Propensity by account; why an account scores so is at accounts/{account}/explain.", key="account_id"
).resource()
