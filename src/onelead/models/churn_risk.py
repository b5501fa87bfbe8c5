"""Churn risk: how likely is it that an account leaves within 30, 90, 180 and 365 days, and what is at stake?"""

from __future__ import annotations

from onelead.models._base import Model, ModelInput, ModelOutput
from onelead.models.churn.question import Fitted, Question, load

QUESTION = Question("churn_risk", "Does the account leave within 30, 90, 180 and 365 days?", "account")
LIMITS = (
    "It says what went before accounts left in the past. It does not say what causes it.",
    "What is at stake is the yearly value of the contracts that run; without one, what the account bought in the last year.",
)


def fit_churn(data: ModelInput) -> ModelOutput | None:
    """Survival where days of leaving (of companies, or of the last contract) are known, else a flag, else how accounts buy; None where none of it is there."""
    from onelead.models.churn.dated import answer, at_horizons, forecast, with_value
    from onelead.models.churn.terms import account_spells, yearly_values
    from onelead.models.churn.undated import by_buying, by_flag
    from onelead.models.survival.backtest import MIN_ENDS

    spells, told_by = account_spells(data)
    ends = spells.filter(spells["end"] <= data.context.as_of).height
    stakes = yearly_values(data)
    why = [f"{ends} accounts are known to have left, with the day; survival needs {MIN_ENDS}."]
    if not told_by or ends < MIN_ENDS:
        if (by := by_flag(QUESTION, data, stakes, why)) is not None:
            return by
        if not data.frame("transactions").is_empty():
            return by_buying(QUESTION, data, stakes, why)
        if not told_by:
            return None
    found = forecast(QUESTION, data, spells)
    return answer(QUESTION, data, found, with_value(at_horizons(QUESTION, found), stakes, "account_id"), LIMITS)


def load_churn(artefact: bytes) -> Fitted:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    return load(QUESTION, artefact)


MODEL = Model(
    id="churn_risk",
    label="Churn risk",
    doc="How likely each account is to leave within 30, 90, 180 and 365 days, and the yearly value that is at stake. Where days of leaving are known (of the "
    "company, or the end of its last contract) it is survival, with what was known of the account on past days: purchases, payments, mood, contracts; used only "
    "where it beats time alone. Where there is only a flag, accounts are compared with those that left; where there are only purchases, it is the chance that an "
    "account has stopped to buy. It needs 20 accounts that left, else 50 with and 50 without the flag, else 100 buyers; below that it abstains and says so.",
    fit=fit_churn,
    load=load_churn,
)
