"""Renewal risk: how likely is it that a running contract ends, by its term's end and within 30, 90, 180 and 365 days?"""

from __future__ import annotations

from onelead.models._base import Model, ModelInput, ModelOutput
from onelead.models.churn.question import Fitted, Question, load

QUESTION = Question(
    "renewal_risk", "Does the running contract end: without a renewal at its term's end, and within 30, 90, 180 and 365 days?", "contract"
)
LIMITS = (
    "Contracts that renew each other count as one that goes on; it ends when it is cancelled, or when nothing renews it within 30 days after its last day.",
    "The chance by the end of the term looks as far ahead as the term runs and 30 days on, three years at most.",
)


def fit_renewal(data: ModelInput) -> ModelOutput | None:
    """Survival of contracts; None where none ran or ended."""
    import polars as pl

    from onelead.models.churn.dated import answer, at_horizons, by_term, forecast, with_value
    from onelead.models.churn.terms import GRACE, contract_spells

    spells = contract_spells(data)
    if spells.is_empty():
        return None
    found = forecast(QUESTION, data, spells.drop("term_end"))
    running = found.spells.join(spells.select("subject", "term_end"), on="subject", how="left", maintain_order="left")
    left = (pl.col("term_end") - pl.lit(data.context.as_of)).dt.total_days().clip(lower_bound=0)
    rows = by_term(at_horizons(QUESTION, found), found, running.select((left + GRACE).cast(pl.Float64)).to_series())
    values = found.spells.select(pl.col("subject").alias("subject_id"), pl.col("yearly_value").alias("value"))
    return answer(QUESTION, data, found, with_value(rows, values, "subject_id"), LIMITS)


def load_renewal(artefact: bytes) -> Fitted:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    return load(QUESTION, artefact)


MODEL = Model(
    id="renewal_risk",
    label="Renewal risk",
    doc="How likely each running contract is to end: without a renewal at its term's end, and within 30, 90, 180 and 365 days, with its yearly value. Survival of "
    "contracts (a renewal goes on from the one before), with what was known of the account on past days, used only where it beats time and renewal dates alone. "
    "It needs 20 contracts that ended; below that it abstains and says so.",
    fit=fit_renewal,
    load=load_renewal,
    tables=("contracts",),
)
