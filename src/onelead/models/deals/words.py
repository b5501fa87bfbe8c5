"""What the features of deals are called where people read them."""

from __future__ import annotations

from onelead.models.deals.states import EXTRA

LABELS = {
    "stage": "Stage",
    "forecast_category": "Forecast category",
    "probability": "Chance stated in the CRM",
    "amount": "Amount",
    "amount_to_first": "Amount against the first one",
    "pushes": "Times pushed",
    "amount_cuts": "Amount cut, times",
    "owner": "Owner",
    "owner_changes": "Changes of owner",
    "owner_closed": "Deals that the owner closed",
    "owner_win_rate": "Owner's win rate",
    "account_closed": "Deals that the account closed",
    "account_win_rate": "Win rate at the account",
    "age_days": "Age in days",
    "stage_days": "Days in its stage",
    "days_since_change": "Days since its last change",
    "days_to_close": "Days to the stated close",
    "planned_days": "Days from creation to the stated close",
    "has_next_step": "Next step stated",
    "activities": "Activities",
    "recent_activities": "Activities in 30 days",
    "days_since_activity": "Days since the last activity",
    "contacts": "Contacts met",
    "contact_count": "Contacts",
    "mood": "Mood of the activities",
    "lead_source": "Lead source",
    "deal_type": "Deal type",
    "product_line": "Product line",
    "product_id": "Product",
    "region": "Region",
    "team": "Team",
    "competitor": "Competitor",
    "industry": "Industry",
    "size_class": "Size of the company",
    "employees": "Employees",
    "other features": "All other features",
}


def deal_label(feature: str) -> str:
    """A feature of deals in words; a column without a name of ours by its own."""
    return LABELS.get(feature) or feature.removeprefix(EXTRA).replace("_", " ").capitalize()
