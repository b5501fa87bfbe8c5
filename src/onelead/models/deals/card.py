"""What the card of a model of deals says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from onelead.models._card import build_card
from onelead.models.deals.training import CALIBRATING, HELD, PARTS, TARGET
from onelead.models.deals.words import deal_label
from onelead.models.learning.columns import NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models._base import ModelInput
    from onelead.models.deals.chance import Fitted, Question
    from onelead.models.deals.leaks import Leak
    from onelead.models.deals.training import Evidence, Split
    from onelead.models.learning.classifier import Choice

DRIFTED = 0.03
"""A model in use has drifted when its AUC on the newest hold-out is this much below that of its own."""


def card_of(
    question: Question,
    data: ModelInput,
    split: Split,
    evidence: Evidence | None,
    leaks: Sequence[Leak],
    *,
    scored: int,
    used: Fitted | None = None,
    kept: bool = False,
    before: Fitted | None = None,
    choices: Sequence[Choice] = (),
    why: str = "",
    by: str = "",
    baseline: float | None = None,
    source: str = "outcomes",
) -> dict[str, object]:
    """The card of a learned model (``used``), or of past shares (``by``) and ``why`` nothing was learned."""
    figures = _figures(evidence, before)
    method: dict[str, Any] = {"name": by}
    summary = f"{why} Each open deal gets {by}." if source == "rates" else f"OneLead abstains. {why}"
    if used is not None and figures is not None:
        summary = _summary(split, figures, used, kept=kept)
        method = _method(used, choices, kept=kept)
    return build_card(
        data,
        label_source=source,
        summary=summary,
        model=question.id,
        question=question.text,
        learned_from=_learned_from(split, scored),
        features=_features(used),
        method={**method, "refused_columns": [leak.as_dict() for leak in leaks]},
        split=_split(split) if evidence else None,
        metrics=figures,
        calibration=evidence.calibration if evidence else None,
        signal=used is not None,
        baseline_log_odds=baseline,
        limits=_limits(question, leaks, data.context.settings.models.known_columns),
        why_not_higher=[{"step": "outcomes", "reason": why}] if why else [],
    )


def _learned_from(split: Split, scored: int) -> dict[str, int]:
    rows = split.rows
    return {
        "rows": rows.height,
        "deals": rows["opportunity_id"].n_unique(),
        "accounts": rows["account_id"].n_unique(),
        "hits": int(rows[TARGET].sum()),
        "deals_scored": scored,
    }


def _summary(split: Split, figures: dict[str, Any], used: Fitted, *, kept: bool) -> str:
    auc, stage = figures["model"]["auc"], figures["baselines"]["stage"]["auc"]["value"]
    deals = split.rows["opportunity_id"].n_unique()
    learned = (
        f"The model of {date.fromisoformat(used.as_of):%-d %B %Y} stays in use: one learned anew is no better, or a person put it back."
        if kept
        else f"Learned from {deals} closed deals."
    )
    shown = figures["incumbent"]["auc"] if kept else auc
    return (
        f"{learned} On the newest days, for accounts it never learned from: AUC {shown['value']:.2f} "
        f"({shown['low']:.2f} to {shown['high']:.2f}); the stage alone gives {stage:.2f}."
    )


def _method(used: Fitted, choices: Sequence[Choice], *, kept: bool) -> dict[str, Any]:
    return {
        "name": "averaged boosted trees, calibrated on the log-odds",
        "tried": [{"name": choice.name, "rounds": choice.rounds, "log_loss": choice.loss} for choice in choices],
        "chosen_by": "log-loss on inner folds of accounts, inside the learning days",
        "calibration": "slope and shift on later days of accounts that the trees did not see",
        "interval": f"80 %, from {len(used.again)} sets of trees on accounts drawn anew; what no column shows of a deal is not in it",
        "in_use_since": used.as_of,
        "promoted": not kept,
        "after_measuring": "refitted on all days of the accounts that are not held out",
    }


def _features(used: Fitted | None) -> list[dict[str, object]] | None:
    if used is None:
        return None
    columns = used.classifier.columns
    kinds = zip(columns.names, columns.kinds, strict=False)
    return [{"feature": name, "kind": "number" if kind == NUMBER else "category"} for name, kind in kinds]


def _split(split: Split) -> dict[str, object]:
    held = split.held
    return {
        "by": "time and account",
        "days": [day.isoformat() for day in split.days],
        "holdout_days": [day.isoformat() for day in split.held_days],
        "holdout_rows": held.height,
        "holdout_accounts": held["group"].n_unique(),
        "holdout_hits": int(held[TARGET].sum()),
        "accounts_held_out": f"{len(HELD)} of {PARTS} parts by a hash of the id; {len(CALIBRATING)} of {PARTS} calibrate",
    }


def _figures(evidence: Evidence | None, before: Fitted | None) -> dict[str, Any] | None:
    """What was measured; with a model in use, how far that one has drifted since it was new."""
    if evidence is None or before is None:
        return evidence.figures if evidence else None
    now = evidence.figures["incumbent"]["auc"]["value"]
    drift = {"model_of": before.as_of, "auc_then": before.auc, "auc_now": now, "drifted": bool(before.auc - now > DRIFTED)}
    return {**evidence.figures, "drift": drift}


def _limits(question: Question, leaks: Sequence[Leak], confirmed: Sequence[str]) -> list[str]:
    limits = [
        "It says what went before such ends in the past. It does not say what causes them.",
        "A deal counts once for each day of the grid that it was open on, so long deals weigh more.",
        "Only days on which most of the deals then open are closed by now are learned from; what changed since is not known to it.",
        "Of a deal's columns without a history only those known at creation are used (source, type, product line, region, team): others may be written later.",
        "What is known of the account (industry, size) is read as it stands today, for past days too.",
    ]
    if confirmed:
        limits.append("Known at creation by a person's word: " + ", ".join(deal_label(name) for name in confirmed) + ".")
    if question.unasked:
        limits.append(question.unasked)
    if leaks:
        limits.append(
            "Refused, because they are written at or after closing: " + ", ".join(deal_label(leak.column) for leak in leaks) + "."
        )
    return limits
