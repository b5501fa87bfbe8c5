"""A chance of each open deal: learned from moments of past deals, kept only where it is better than the model in use, else past shares."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import UsageError
from onelead.models._base import ModelOutput
from onelead.models._scores import CONTRIBUTION_SCHEMA, as_predictions
from onelead.models.deals.card import card_of
from onelead.models.deals.interval import interval, refits
from onelead.models.deals.leaks import Leak, find_leaks
from onelead.models.deals.moments import feature_names, moments
from onelead.models.deals.states import EXTRA, ID, Deals, read_deals
from onelead.models.deals.training import TARGET, Evidence, Split, fit, judge, naive_rates, with_parts
from onelead.models.learning.classifier import Classifier, restore_classifier
from onelead.models.learning.columns import learnable
from onelead.models.learning.contributions import deal_contributions
from onelead.models.learning.matrix import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onelead.models._base import ModelInput
    from onelead.models.learning.classifier import Choice
    from onelead.models.learning.matrix import Floats

EVERY_DAYS, DAYS_MOST = 30, 36
MATURE = 0.95
"""Share of the deals open on a day that have to be closed by now: where few are, the quick ones would speak for all."""
MIN_CLOSED = 100
"""Closed deals with a history that learning needs."""
ASKED = "asked"
MIN_RATE = 20
"""Closed deals that a share needs to stand for a chance."""


@dataclass(frozen=True)
class Question:
    """What is asked of each open deal.

    ``target``: 0 or 1 (null: not known by the day given) of moments joined with won and closed of their deals. ``rates``: columns of a
    moment by the name of a baseline, the first of which stands in where nothing is learned. ``asked``: of which moments it is asked at
    all, the others get no chance; ``unasked`` says why. ``overall``: the share of closed deals, where no history says how they stood before.
    """

    id: str
    text: str
    target: Callable[[date], pl.Expr]
    rates: Mapping[str, Sequence[str]]
    in_same: str
    asked: Callable[[], pl.Expr] = lambda: pl.lit(value=True)
    unasked: str = ""
    overall: Callable[[pl.DataFrame], float] | None = None

    @property
    def format(self) -> str:
        """What artefacts of it begin with."""
        return f"onelead-{self.id}-2"


@dataclass(frozen=True)
class Fitted:
    """A fitted model: as of when, how good it was on its own hold-out, the trees, and those learned again for the intervals."""

    as_of: str
    auc: float
    log_loss: float
    classifier: Classifier
    again: Sequence[Classifier]

    def chance(self, frame: pl.DataFrame) -> Floats:
        """Chance of each row of moments."""
        return self.classifier.chance(frame)


def pack(question: Question, fitted: Fitted) -> bytes:
    """``fitted`` as JSON."""
    about = {"format": question.format, "as_of": fitted.as_of, "auc": fitted.auc, "log_loss": fitted.log_loss}
    trees = {"classifier": fitted.classifier.dump(), "again": [model.dump() for model in fitted.again]}
    return json.dumps({**about, **trees}, sort_keys=True).encode()


def load(question: Question, artefact: bytes) -> Fitted:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    try:
        content = json.loads(artefact)
        if content["format"] != question.format:
            raise _refused(question, "its format is unknown")
        again = [restore_classifier(model) for model in content["again"]]
        return Fitted(content["as_of"], content["auc"], content["log_loss"], restore_classifier(content["classifier"]), again)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _refused(question, f"{type(error).__name__}: {error}") from error


def _refused(question: Question, why: str) -> UsageError:
    return UsageError(f"This is not a fitted model {question.id} ({why}).", hint=f"A refresh writes one; the format is {question.format}.")


def answer(question: Question, data: ModelInput) -> ModelOutput | None:
    """Chances of all open deals with a card; None where no deal was ever closed or none is open."""
    deals = read_deals(data)
    today = moments(data, deals, [data.context.as_of]).with_columns(question.asked().fill_null(value=False).alias(ASKED))
    if deals.ends.is_empty() or today.is_empty():
        return None
    leaks = find_leaks(deals)
    past = _past(question, data, deals)
    refused = [EXTRA + leak.column for leak in leaks]
    split = Split(with_parts(past))
    closed = past[ID].n_unique()
    if closed < MIN_CLOSED:
        why = f"Learning needs {MIN_CLOSED} closed deals with a history of how they stood before; there are {closed}."
        return _by_rates(question, data, deals, past, today, leaks, why)
    if problem := split.problem():
        return _by_rates(question, data, deals, past, today, leaks, problem)
    with one_thread():
        return _learned(question, data, split, today, [name for name in feature_names(past, refused) if name != TARGET], leaks, deals)


def _past(question: Question, data: ModelInput, deals: Deals) -> pl.DataFrame:
    """Moments on the days of which the answer is known by now for most of the deals then open, with the target."""
    as_of = data.context.as_of
    days = [as_of - timedelta(days=EVERY_DAYS * step) for step in range(1, DAYS_MOST + 1)]
    rows = moments(data, deals, days).filter(question.asked()).join(deals.ends, on=ID, how="left")
    told = rows.with_columns(question.target(as_of).cast(pl.Float64).alias(TARGET)).drop("won", "closed")
    mature = pl.col(TARGET).is_not_null().mean().over("day") >= MATURE
    return told.filter(mature).drop_nulls(TARGET).sort("day", ID)


def _learned(
    question: Question, data: ModelInput, split: Split, today: pl.DataFrame, names: list[str], leaks: list[Leak], deals: Deals
) -> ModelOutput:
    seed = data.context.settings.propensity.seed
    learn, _ = split.learning(measured=True)
    before = _incumbent(question, data, frozenset(names))
    names = [name for name in learnable(learn.select(names)) if name in names]
    challenger, choices = fit(split, names, seed, measured=True)
    evidence = judge(split, challenger, before.classifier if before else None, question.rates, seed)
    auc = evidence.figures["model"]["auc"]["value"]
    if not evidence.signal:
        gain = evidence.figures["log_loss_saved_against"]["base_rate"]
        why = f"No signal found: on the hold-out the model saves {gain['value']:.4f} nats against the base rate (AUC {auc:.2f})."
        return _by_rates(question, data, deals, split.rows, today, leaks, why, evidence)
    pinned = data.incumbent is not None and data.incumbent.pinned
    kept = before is not None and (pinned or evidence.losses["incumbent"] <= evidence.losses["model"])
    if kept and before is not None and data.incumbent is not None:
        used, artefact = before, data.incumbent.artefact
    else:
        used = _final(data, split, names, choices[0], auc, evidence.losses["model"])
        artefact = pack(question, used)
    open_to = today.filter(ASKED)
    low, high = interval(used.classifier, used.again, open_to)
    chances = open_to.select(ID, probability=used.chance(open_to), probability_low=low, probability_high=high)
    keep = data.context.settings.propensity.contributions_kept
    pushes, baseline = deal_contributions(question.id, open_to, used.classifier, keep=keep)
    card = card_of(
        question,
        data,
        split,
        evidence,
        leaks,
        scored=open_to.height,
        baseline=round(baseline, 6),
        used=used,
        kept=kept,
        before=before,
        choices=choices,
    )
    return ModelOutput(_predictions(question, today, chances, "outcomes"), pushes, card, artefact)


def _final(data: ModelInput, split: Split, names: list[str], chosen: Choice, auc: float, loss: float) -> Fitted:
    """The model of all rows, with how good one without the newest of them was."""
    seed = data.context.settings.propensity.seed
    final, _ = fit(split, names, seed, measured=False, chosen=chosen)
    return Fitted(data.context.as_of.isoformat(), auc, loss, final, refits(split, names, seed))


def _incumbent(question: Question, data: ModelInput, columns: frozenset[str]) -> Fitted | None:
    """The model in use, unless it cannot be read any more, knows days after the as-of date, or looks at anything but ``columns``.

    What was refused or withdrawn since must not go on speaking.
    """
    if data.incumbent is None:
        return None
    try:
        found = load(question, data.incumbent.artefact)
    except UsageError:
        return None
    return found if date.fromisoformat(found.as_of) <= data.context.as_of and columns.issuperset(found.classifier.columns.names) else None


def _by_rates(
    question: Question,
    data: ModelInput,
    deals: Deals,
    past: pl.DataFrame,
    today: pl.DataFrame,
    leaks: list[Leak],
    why: str,
    evidence: Evidence | None = None,
) -> ModelOutput:
    """The share of past deals in the same state; without enough history the share of all closed ones, where that answers; else nothing."""
    open_to = today.filter(ASKED)
    chance: Floats | None = None
    by = "none"
    if past[ID].n_unique() >= MIN_RATE:
        chance = naive_rates(past, open_to, next(iter(question.rates.values())))
        by = f"the share among past deals {question.in_same}"
    elif question.overall is not None and deals.ends.height >= MIN_RATE:
        chance = np.full(open_to.height, question.overall(deals.ends))
        by = "the share of all closed deals: no history says how they stood before"
    chances = open_to.select(ID, *([] if chance is None else [pl.Series("probability", chance)]))
    source = "none" if chance is None else "rates"
    card = card_of(question, data, Split(past), evidence, leaks, why=why, by=by, source=source, scored=open_to.height)
    return ModelOutput(_predictions(question, today, chances, source), pl.DataFrame(schema=CONTRIBUTION_SCHEMA), card, b"")


def _predictions(question: Question, today: pl.DataFrame, chances: pl.DataFrame, source: str) -> pl.DataFrame:
    """A row for each open deal; one that the question is not asked of has no chance."""
    rows = today.select(ID, "account_id", ASKED).join(chances, on=ID, how="left").with_columns(pl.col(pl.Float64).clip(0.0, 1.0))
    named = rows.select(
        pl.lit(question.id).alias("model"),
        pl.lit("opportunity").alias("subject_kind"),
        pl.col(ID).alias("subject_id"),
        "account_id",
        *chances.columns[1:],
        pl.when(ASKED).then(pl.lit(source)).otherwise(pl.lit("none")).alias("label_source"),
    )
    return as_predictions(named).sort("subject_id")
