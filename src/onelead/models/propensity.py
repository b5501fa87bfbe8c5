"""Propensity: how likely is it that an account starts a won project or opportunity within the horizon?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.models._artefact import load_scorer
from onelead.models._base import Model, ModelInput, ModelOutput
from onelead.models.learning.matrix import usable_columns
from onelead.models.outcomes.labels import build_labels

if TYPE_CHECKING:
    from onelead.models.outcomes.labels import Labels


def fit_propensity(data: ModelInput) -> ModelOutput:
    """Observed outcomes where there are enough and they show a signal, else labels made by rules, else abstain.

    Each step imports its libraries only when it is taken; abstaining imports none. Two runs on equal input give equal output.
    """
    labels = build_labels(data)
    why_not: list[dict[str, object]] = []
    if too_few := _too_few_outcomes(data, labels):
        why_not.append(too_few)
    else:
        from onelead.models.learning.matrix import one_thread
        from onelead.models.outcomes.learn import learn_outcomes

        with one_thread():
            output, reason = learn_outcomes(data, labels)
        if output is not None:
            return output
        why_not.append(reason)
    if too_few := _too_few_accounts(data):
        from onelead.models._abstain import abstain

        return abstain(data, [*why_not, too_few])
    from onelead.models._rules_step import learn_rules

    return learn_rules(data, why_not)


def _too_few_outcomes(data: ModelInput, labels: Labels) -> dict[str, object] | None:
    needed = data.context.settings.propensity.outcome_accounts
    now = {"accounts_with_positive": labels.with_positive, "accounts_without_positive": labels.without_positive}
    if min(now.values()) >= needed:
        return None
    return {
        "step": "outcomes",
        "reason": f"Learning from outcomes needs {needed} accounts with a won start within the horizon after a past date and {needed} "
        f"without any; there are {labels.with_positive} and {labels.without_positive}.",
        "now": now,
        "needed": dict.fromkeys(now, needed),
    }


def _too_few_accounts(data: ModelInput) -> dict[str, object] | None:
    needed = data.context.settings.propensity.rules_accounts
    now = data.features.height
    if now >= needed and not usable_columns(data.features):
        reason = "Learning from labels made by rules needs features in which the accounts differ; there are none."
        return {"step": "rules", "reason": reason, "now": {"features": 0}, "needed": {"features": 1}}
    if now >= needed:
        return None
    return {
        "step": "rules",
        "reason": f"Learning from labels made by rules needs {needed} accounts; there are {now}.",
        "now": {"accounts": now},
        "needed": {"accounts": needed},
    }


MODEL = Model(
    id="propensity",
    label="Propensity",
    doc="High, Medium or Low: how likely the account is to start a won project or opportunity within the horizon (180 days). "
    "Learned from observed outcomes where there are enough and they show a signal; else from labels made by rules, and then every "
    "screen says so; else not at all.",
    fit=fit_propensity,
    load=load_scorer,
    writes="scores",
)
