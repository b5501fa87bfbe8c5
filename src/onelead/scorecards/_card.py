"""What a scorecard file holds."""

from __future__ import annotations

import hashlib
from string import Formatter
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

TOTAL_WEIGHT = 100.0
TOLERANCE = 1e-6
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Points = Annotated[float, Field(ge=0, le=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    """Unknown fields are refused, so that a typing error is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Share(_Part):
    """100 × the value, a ratio of 0 to 1; 100 × (1 − value) where less is better."""

    kind: Literal["share"]


class PerUnit(_Part):
    """``each`` points a unit, up to ``up_to``; where less is better that many less than ``up_to``, down to 0."""

    kind: Literal["per_unit"]
    each: float = Field(gt=0, allow_inf_nan=False)
    up_to: Points = 100.0


class Levels(_Part):
    """Points of the three levels of a range."""

    critical: Points = 0.0
    at_risk: Points = 50.0
    healthy: Points = 100.0

    @model_validator(mode="after")
    def _rising(self) -> Levels:
        if not self.critical <= self.at_risk <= self.healthy:
            raise ValueError("points must not fall from critical over at_risk to healthy")
        return self


class Ranges(_Part):
    """Three levels. More is better: critical below ``critical``, healthy above ``healthy``, at risk from one to the other, both included.

    Less is better: critical above ``critical``, healthy below ``healthy``. ``text`` says which number a word stands for (case does not
    count); a word that it does not hold is a missing value.
    """

    kind: Literal["ranges"]
    critical: Number
    healthy: Number
    levels: Levels = Levels()
    text: dict[str, Number] = {}


class Formula(_Part):
    """A sum of measures, each times a number, divided by another such sum; null where a term is null or the divisor is not above 0."""

    numerator: dict[Id, Number] = Field(min_length=1)
    denominator: dict[Id, Number] = {}


class Measure(_Part):
    """One number of an account and what it is worth."""

    id: Id
    label: str = Field(min_length=1)
    doc: str = ""
    says: str = Field(
        "{label}: {value}", description="Reason in words. Placeholders: label, value, percent and the ids that it is made of."
    )
    source: Id | None = Field(None, description="Id of a metric, or of a feature where no metric has it.")
    formula: Formula | None = None
    direction: Literal["up", "down"] = Field(description="up: more is better; down: less is better.")
    points: Annotated[Share | PerUnit | Ranges, Field(discriminator="kind")]
    weight: float = Field(1.0, gt=0, allow_inf_nan=False, description="Weight within its category.")
    missing: Literal["skip", "neutral", "worst"] | None = Field(None, description="Instead of the scorecard's own treatment.")
    no_rows: Literal["unknown", "zero"] = Field(
        "unknown", description="What a metric is for an account without a row in the metric's table, provided that the table has rows."
    )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Ids that it is made of."""
        if self.formula is None:
            return (self.source or "",)
        return tuple(dict.fromkeys([*self.formula.numerator, *self.formula.denominator]))

    @model_validator(mode="after")
    def _sound(self) -> Measure:
        if (self.source is None) == (self.formula is None):
            raise ValueError("give either source or formula")
        names = {name for _, name, _, _ in Formatter().parse(self.says) if name is not None}
        wrong = names - {"label", "value", "percent", *self.inputs}
        if wrong:
            raise ValueError(f"says has the unknown placeholder {{{min(wrong)}}}")
        if isinstance(self.points, Ranges):
            sign = 1 if self.direction == "up" else -1
            if sign * self.points.critical > sign * self.points.healthy:
                raise ValueError(f"critical lies on the better side of healthy for direction {self.direction}")
        return self


class Category(_Part):
    """A part of the score. One without measures has no data yet: the rest is re-weighed."""

    id: Id
    label: str = Field(min_length=1)
    weight: float = Field(gt=0, le=TOTAL_WEIGHT)
    measures: tuple[Measure, ...] = ()


class Bands(_Part):
    """Lowest scores of the bands; anything below ``at_risk`` is critical."""

    healthy: Points = 70.0
    at_risk: Points = 40.0

    @model_validator(mode="after")
    def _apart(self) -> Bands:
        if self.at_risk >= self.healthy:
            raise ValueError("at_risk must begin below healthy")
        return self


class Scorecard(_Part):
    """A scorecard: weighted categories of measures, the treatment of gaps, and bands."""

    id: Id
    label: str = Field(min_length=1)
    doc: str = ""
    missing: Literal["skip", "neutral", "worst"] = Field(
        "skip", description="A measure without a value: left out and the rest re-weighed, neutral_points, or 0 points."
    )
    neutral_points: Points = 50.0
    minimum_measures: int = Field(1, ge=1, description="Fewer measures with data than this give no score.")
    bands: Bands
    categories: tuple[Category, ...] = Field(min_length=1)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of all categories."""
        return tuple(measure for category in self.categories for measure in category.measures)

    @property
    def version(self) -> str:
        """Short hash of all that it says: equal scorecards, equal version."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _sound(self) -> Scorecard:
        total = sum(category.weight for category in self.categories)
        if abs(total - TOTAL_WEIGHT) > TOLERANCE:
            raise ValueError(f"the weights of the categories sum to {total:g}, not to 100")
        for kind, ids in (("category", [entry.id for entry in self.categories]), ("measure", [entry.id for entry in self.measures])):
            twice = sorted({name for name in ids if ids.count(name) > 1})
            if twice:
                raise ValueError(f"the {kind} id {twice[0]!r} is used twice")
        if self.minimum_measures > len(self.measures):
            raise ValueError(f"minimum_measures is {self.minimum_measures}, but there are {len(self.measures)} measures")
        return self
