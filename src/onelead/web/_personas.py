"""The people that the screens are made for: what each comes for, and the pages that each sees first."""

from __future__ import annotations

from dataclasses import dataclass

from onelead.workspace.people import ROLES


@dataclass(frozen=True)
class Persona:
    """A role: ``comes_for`` in its own words, ``first`` the ids of its pages, the first one first."""

    role: str
    label: str
    comes_for: str
    first: tuple[str, ...]


_FIRST: dict[str, tuple[str, tuple[str, ...]]] = {
    "consultant": ("Today's ranked actions, with evidence and opening words", ("action_required", "consultant_enablement")),
    "account_manager": ("Today's ranked actions, with evidence and opening words", ("action_required", "service_recommendations")),
    "rep": ("Own pipeline, chance to win, next step", ("pipeline", "action_required")),
    "manager": ("The team, coaching, deals, what changed since last week", ("pipeline", "business_metrics")),
    "vp": ("The team, deals, what changed since last week", ("pipeline", "business_metrics")),
    "executive": ("Forecast with its range, revenue at risk, growth, retention", ("business_metrics", "revenue_focus")),
    "csm": ("Health, churn risk, a new customer's file", ("customer_health", "load")),
    "sales_operations": ("Loading, quality, identities, weights, prices", ("load", "data_insights", "admin")),
    "data_person": ("Metrics as code, Python, REST, SQL", ("explore", "data_insights")),
}
PERSONAS = tuple(Persona(role, label, *_FIRST[role]) for role, label in ROLES.items())
"""All roles, in the order of the menu that one chooses from."""


def persona(role: str) -> Persona | None:
    """The persona of a role; None for nobody in particular."""
    return next((found for found in PERSONAS if found.role == role), None)
