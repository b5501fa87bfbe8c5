"""What is asked of accounts and contracts, and the fitted models as bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from onelead.core.errors import UsageError
from onelead.models.learning.classifier import Classifier, restore_classifier
from onelead.models.survival.backtest import HORIZONS
from onelead.models.survival.hazard import Hazard, leaving, restore
from onelead.models.survival.incumbent import Before

if TYPE_CHECKING:
    import polars as pl

    from onelead.models._base import InUse
    from onelead.models.learning.matrix import Floats


@dataclass(frozen=True)
class Question:
    """What is asked of each subject ("account" or "contract")."""

    id: str
    text: str
    subject: str

    @property
    def format(self) -> str:
        """What artefacts of it begin with."""
        return f"onelead-{self.id}-1"


@dataclass(frozen=True)
class Fitted:
    """A fitted model and the day that it learned up to: a hazard where there are dates, a classifier where there is a flag only."""

    as_of: str
    hazard: Hazard | None = None
    classifier: Classifier | None = None

    def chance(self, frame: pl.DataFrame) -> Floats:
        """Chance of each row: that a running spell ends within a year, or that an account carries the flag."""
        if self.hazard is None:
            if self.classifier is None:
                raise TypeError("neither hazard nor classifier")
            return self.classifier.chance(frame)
        return leaving(self.hazard.curves(frame, HORIZONS[-1] // 30 + 1), float(HORIZONS[-1]))


def pack(question: Question, fitted: Fitted) -> bytes:
    """``fitted`` as JSON."""
    parts = {"hazard": fitted.hazard and fitted.hazard.dump(), "classifier": fitted.classifier and fitted.classifier.dump()}
    return json.dumps({"format": question.format, "as_of": fitted.as_of, **parts}, sort_keys=True).encode()


def load(question: Question, artefact: bytes) -> Fitted:
    """The fitted model in ``artefact``. Raises UsageError for bytes that are none."""
    try:
        content: Any = json.loads(artefact)
        if content["format"] != question.format:
            raise _refused(question, "its format is unknown")
        hazard = restore(content["hazard"]) if content["hazard"] else None
        classifier = restore_classifier(content["classifier"]) if content["classifier"] else None
        if hazard is None and classifier is None:
            raise _refused(question, "it holds no model")
        return Fitted(date.fromisoformat(content["as_of"]).isoformat(), hazard, classifier)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _refused(question, f"{type(error).__name__}: {error}") from error


def _refused(question: Question, why: str) -> UsageError:
    return UsageError(f"This is not a fitted model {question.id} ({why}).", hint=f"A refresh writes one; the format is {question.format}.")


def before(question: Question, incumbent: InUse | None, as_of: date) -> Before | None:
    """The hazard in use; one that cannot be read any more, or that knows days after the as-of date, is as good as none."""
    if incumbent is None:
        return None
    try:
        found = load(question, incumbent.artefact)
    except UsageError:
        return None
    known = date.fromisoformat(found.as_of)
    return Before(found.hazard, known, incumbent.pinned) if found.hazard is not None and known <= as_of else None
