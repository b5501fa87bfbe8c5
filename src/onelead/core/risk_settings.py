"""Settings: when an open deal is told to be at risk, and what the health of a pipeline is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeFloat

from onelead.core.section import Section

Flag = Literal["overdue", "stage_age", "open_long", "pushed", "amount_cut", "no_activity", "unchanged", "single_contact", "no_next_step"]
"""What may speak against an open deal."""
Part = Literal[
    "coverage", "overdue", "stage_age", "open_long", "pushed", "amount_cut", "no_activity", "unchanged", "single_contact", "no_next_step"
]
"""What the health of a pipeline is made of."""
PER_STAGE = "Stage, by the beginning of its name → "


class RiskSettings(Section):
    """Thresholds of deal risk, each for all stages and, where a table names one, for a stage; and the weights of pipeline health."""

    norm_share: float = Field(
        0.8, gt=0, lt=1, description="The norm of a stage is the day by which this share of the won deals had gone on from it."
    )
    norm_least: int = Field(5, ge=1, description="Won deals that the norm of a stage needs; below, no deal is held against it.")
    stage_age: float = Field(
        1.0,
        gt=0,
        description="A deal stands too long in its stage (or is open too long, where its stage tells nothing) beyond so many times the norm of won deals.",
    )
    stage_age_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}that many times.")
    pushes: int = Field(2, ge=1, description="A close date that was moved later so many times is a risk.")
    pushes_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}so many times.")
    amount_cut: float = Field(0.1, gt=0, le=1, description="An amount below the highest one so far by at least this share is a risk.")
    amount_cut_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}this share.")
    quiet_days: int = Field(30, gt=0, description="A deal without an activity for this many days is quiet.")
    quiet_days_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}this many days.")
    contacts: int = Field(2, ge=1, description="A deal with fewer contacts rests on too few people.")
    contacts_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}this many contacts.")
    overdue_days: int = Field(0, ge=0, description="A close date is overdue when it passed more than this many days ago.")
    overdue_days_by_stage: dict[str, NonNegativeFloat] = Field(default={}, description=f"{PER_STAGE}this many days.")
    not_asked: dict[str, tuple[str, ...]] = Field(
        default={}, description=f"{PER_STAGE}risks that are not looked for there, such as no_next_step; single_contact."
    )
    severe: float = Field(2.0, ge=1, description="A risk is severe from so many times its threshold on; an overdue close date always is.")
    health_weights: dict[Part, NonNegativeFloat] = Field(
        default={
            "coverage": 20.0,
            "overdue": 15.0,
            "stage_age": 15.0,
            "open_long": 15.0,
            "pushed": 15.0,
            "amount_cut": 5.0,
            "no_activity": 10.0,
            "unchanged": 5.0,
            "single_contact": 10.0,
            "no_next_step": 5.0,
        },
        description="Parts of pipeline health → weight. One that the data does not tell is left out and the rest re-weighed.",
    )
    health_coverage: float = Field(3.0, gt=0, description="Pipeline of this many times what is left of the quota is worth all points.")
    health_least: int = Field(5, ge=1, description="Open deals that the health of an owner or a team needs; below, there is no score.")
    coaching_least: int = Field(8, ge=1, description="Stays in a stage that a person's conversion or days there need; fewer say nothing.")
