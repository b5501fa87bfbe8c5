"""Settings of the models: what they learn from, how far they look, and how many of them are kept."""

from __future__ import annotations

from pydantic import Field

from onelead.core.section import Section


class PropensitySettings(Section):
    """Propensity: does the account start a won project or opportunity within the horizon?"""

    horizon_days: int = Field(180, gt=0, description="How far ahead a won start is looked for.")
    high_from: float = Field(0.5, ge=0, le=1, description="Chance from which propensity is High.")
    medium_from: float = Field(0.2, ge=0, le=1, description="… Medium; below it is Low.")
    outcome_accounts: int = Field(50, ge=2, description="Distinct accounts with, and without, a positive that the outcome model needs.")
    rules_accounts: int = Field(20, ge=2, description="Accounts that the model on rule labels needs; below, OneLead abstains.")
    label_every_days: int = Field(
        180, gt=0, description="Distance of the past dates that labels are made for; windows overlap below the horizon."
    )
    label_dates_max: int = Field(12, ge=2, description="How many past dates labels are made for, at most.")
    training_rows_max: int = Field(10_000, ge=1_000, description="Rows that models learn from at most; above, a seeded sample of accounts.")
    bootstrap_draws: int = Field(20, ge=5, description="Models fitted on resampled accounts, for the interval and the share of each class.")
    contributions_kept: int = Field(15, ge=1, description="Strongest features kept for each account; the sum of the others is one row.")
    seed: int = Field(42, description="Seed of everything that is drawn: equal data and seed, equal scores.")


class ModelSettings(Section):
    """Churn, renewal, lifetime value, and the fitted models that are kept."""

    churn_from: float = Field(0.2, ge=0, le=1, description="An account is likely to leave from this chance on to do so within 180 days.")
    churn_worth: float = Field(
        1_000.0, ge=0, description="Yearly value × that chance from which it is an action, in the workspace's currency."
    )
    renewal_days: int = Field(90, ge=0, description="A contract whose term ends within this many days is an action.")
    auto_renewal_from: float = Field(
        0.1, ge=0, le=1, description="… one that renews itself from this chance on to end without a renewal all the same."
    )
    lifetime_years: float = Field(3.0, gt=0, le=20, description="How many years ahead lifetime value looks.")
    lifetime_discount: float = Field(0.1, ge=0, le=1, description="What a year of waiting takes off money to come: 0.1 is 10 %.")
    keep_versions: int = Field(
        10,
        ge=1,
        description="How many of the newest versions of each model a refresh keeps; the one in use, and one put back, always stay.",
    )
    known_columns: tuple[str, ...] = Field(
        default=(),
        description="Columns of deals without a history that a person confirmed to be known when a deal is created (Predictive Analytics proposes "
        "them with evidence); chances of deals learn from these, from others they do not.",
    )
