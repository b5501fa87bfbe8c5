"""What the models of churn look at, in words: no library is imported for them."""

from __future__ import annotations

FEATURES: dict[str, tuple[str, str]] = {
    "purchases_year": ("Purchases in a year", "Days on which it bought in the 365 days before."),
    "purchases_change": ("Change in purchases", "Logarithm of the purchases of the last half year (plus 1) over those of the half year before (plus 1)."),
    "purchases_lately": ("How lately it buys", "Where its purchases of the last 3 years lie between the first and today: 0.5 is evenly, less is thinning out."),
    "days_since_purchase": ("Days since it bought", "Days since the last purchase."),
    "products_bought": ("Products it buys", "Different products that it has bought so far."),
    "days_paid_late": ("Days that it pays late", "Mean days from the due date to the payment, over the invoices that fell due in the last 2 years; unpaid ones so far."),
    "overdue_invoices": ("Overdue invoices", "Invoices past their due date and not paid."),
    "mood": ("Mood", "Mean mood of its activities in the last 2 years, -1 (bad) to 1 (good)."),
    "activities_half_year": ("Activities in half a year", "Calls, meetings and messages in the last 182 days."),
    "days_since_activity": ("Days since an activity", "Days since the last call, meeting or message."),
    "running_contracts": ("Running contracts", "Contracts that run."),
    "auto_renewing": ("Contracts that renew themselves", "Share of its running contracts that go on unless somebody cancels them."),
    "company_size": ("Size of the company", "Logarithm of its employees."),
    "tenure_days": ("Days as a customer", "Days since it began."),
    "renewal_due": ("Renewal due", "1 when a term ends within the next 30 days."),
}  # fmt: skip
"""What the models of churn look at: id → (label, what it is). The last two come from the spell itself."""
