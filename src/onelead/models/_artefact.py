"""Fitted models as bytes: JSON with plain numbers and XGBoost's own JSON. Nothing in them can run, unlike a pickle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from onelead.models._base import Scorer

FORMAT = "onelead-propensity-1"
STEPS = ("outcomes", "rules", "none")


def pack(step: str, content: dict[str, object]) -> bytes:
    """``content`` (JSON values) of a model that was fitted by ``step``."""
    return json.dumps({"format": FORMAT, "step": step, **content}, sort_keys=True).encode()


def load_scorer(artefact: bytes) -> Scorer:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    try:
        content = json.loads(artefact)
        if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("step") not in STEPS:
            raise _refused("its format is unknown")
        return _restore(content)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _refused(f"{type(error).__name__}: {error}") from error


def _restore(content: dict[str, object]) -> Scorer:
    if content["step"] == "outcomes":
        from onelead.models.outcomes.scorer import restore as restore_outcomes

        return restore_outcomes(content)
    if content["step"] == "rules":
        from onelead.models._rules_step import restore as restore_rules

        return restore_rules(content)
    from onelead.models._abstain import AbstainScorer

    return AbstainScorer()


def _refused(why: str) -> UsageError:
    return UsageError(f"This is not a fitted propensity model ({why}).", hint=f"A refresh writes one; the format is {FORMAT}.")
