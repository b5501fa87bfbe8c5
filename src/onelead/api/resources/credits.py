"""Prepaid service credits."""

from __future__ import annotations

from onelead.api._tables import Estimate, Rows

RESOURCE = Rows(
    "credits",
    "service_credits",
    "credit line",
    "Prepaid service credits, one row a project and practice, with what is unused and when it expires.",
    estimate=Estimate("unused_credit_value", None),
).resource()
