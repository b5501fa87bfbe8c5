"""Step 3: too little to learn from. Classes are thirds of the documented score, probabilities are empty; says what it would need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.models._artefact import pack
from onelead.models._base import ModelOutput
from onelead.models._card import build_card
from onelead.models._scores import CONTRIBUTION_SCHEMA, NOT_TOLD, abstained, of_accounts, tells_apart

if TYPE_CHECKING:
    from onelead.models._base import ModelInput


@dataclass(frozen=True)
class AbstainScorer:
    """Nothing was learned, so there is nothing but the documented score."""

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:  # noqa: ARG002 - same face as the others
        """Thirds of the documented score."""
        return abstained(documented)


def abstain(data: ModelInput, why_not: list[dict[str, object]]) -> ModelOutput:
    """Scores without a model."""
    scores = abstained(data.documented)
    needs = " ".join(str(entry["reason"]) for entry in why_not)
    classes = "Classes are thirds of the documented score, not probabilities."
    limits = [
        "High, Medium and Low only say which third of these accounts the documented score puts an account in.",
        "The documented score is a weighting that somebody chose. Nobody has measured whether it predicts anything here.",
    ]
    told_apart = tells_apart(data.documented["opportunity_propensity_score"])
    if not told_apart:
        classes = f"All accounts are Low: {NOT_TOLD}."
        limits = [f"Every account has the same documented score: {NOT_TOLD}.", *limits[1:]]
    card = build_card(
        data,
        label_source="none",
        summary=f"OneLead abstains: too little to learn from. {classes} {needs}",
        learned_from={"rows": 0, "accounts": 0, "accounts_scored": scores.height},
        method={"name": "thirds of opportunity_propensity_score", "ties": "the class of the middle of the tie"},
        limits=limits,
        why_not_higher=why_not,
    )
    return ModelOutput(scores, _parts(data, told_apart=told_apart), card, pack("none", {}))


def _parts(data: ModelInput, *, told_apart: bool) -> pl.DataFrame:
    """The parts of the documented score: they are all that the class rests on."""
    if data.documented_parts is None:
        return pl.DataFrame(schema=CONTRIBUTION_SCHEMA)
    parts = data.documented_parts.with_columns(pl.lit("propensity").alias("model"))
    if not told_apart:
        parts = parts.with_columns(pl.concat_str("note", pl.lit(NOT_TOLD), separator="; ", ignore_nulls=True).alias("note"))
    return of_accounts(parts).sort("account_id", "feature")
