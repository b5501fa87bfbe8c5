"""What a model is: its input, its output, and the object that a plug-in file exposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from onelead.core.context import Context
    from onelead.models.learning.matrix import Floats


def no_frame(name: str) -> pl.DataFrame:
    """No base tables at hand: what a model gets that names none."""
    raise LookupError(name)


@dataclass(frozen=True)
class InUse:
    """The fitted model that is in use. ``pinned``: a person put it back, and it stays whatever is learned."""

    artefact: bytes
    pinned: bool = False


@dataclass(frozen=True)
class ModelInput:
    """Everything that a model may see. Nothing in it is younger than ``context.as_of``, or it is ignored.

    ``features``: one row an account (account_id and one column per feature, missing stays null), as of ``context.as_of``.
    ``history``: the dated features as of a past date, same shape; asked for the dates of the label grid and ``context.as_of``
    only. ``projects`` and ``opportunities``: the base tables with account_id (and is_repeat). ``recorded``: outcomes of actions
    that people recorded, with the columns account_id, as_of (the day the action was proposed for) and positive.
    ``documented``: account_id and opportunity_propensity_score of every account; it is the list of accounts to score.
    ``documented_parts``: account_id, feature, value, contribution, note: the parts that the documented score is the sum of.
    ``frame``: any base table by name, with its columns and no rows where the base does not hold it. ``incumbent``: the fitted
    model that is in use, None where there is none: one that learned anew takes its place only where it is better and it is not pinned.
    """

    context: Context
    base_id: str
    features: pl.DataFrame
    history: Callable[[date], pl.DataFrame]
    projects: pl.DataFrame
    opportunities: pl.DataFrame
    recorded: pl.DataFrame
    documented: pl.DataFrame
    documented_parts: pl.DataFrame | None = None
    frame: Callable[[str], pl.DataFrame] = no_frame
    incumbent: InUse | None = None


@dataclass(frozen=True)
class ModelOutput:
    """``scores`` and ``contributions`` in the contracts of their tables, the model card, and the fitted model as bytes.

    ``artefact`` is what the scores come from: a model that found itself no better than the incumbent scores with that and returns it.
    """

    scores: pl.DataFrame
    contributions: pl.DataFrame
    card: dict[str, object]
    artefact: bytes


class Scorer(Protocol):
    """A fitted model of accounts, fresh or loaded."""

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:
        """Scores (contract of the scores table) of every account in ``documented``.

        Accounts that are not in ``features`` get the class of the documented score and label_source "none".
        """
        ...


class PredictionScorer(Protocol):
    """A fitted model of other subjects, fresh or loaded."""

    def chance(self, frame: pl.DataFrame) -> Floats:
        """Chance of each row of the frame that the model makes of its tables."""
        ...


@dataclass(frozen=True)
class Model:
    """A model plug-in. ``doc`` is what the user reads; ``load`` restores what ``fit`` left in ``ModelOutput.artefact``.

    ``tables``: base tables without whose rows there is nothing to ask the model; it is not called then, and leaves no trace. ``fit`` may
    still find that its question cannot be put to these rows at all, and answers None. ``writes``: the results table of its scores:
    "scores" (propensity of every account) or "predictions" (anything of any subject).
    """

    id: str
    label: str
    doc: str
    fit: Callable[[ModelInput], ModelOutput | None]
    load: Callable[[bytes], Scorer | PredictionScorer]
    tables: tuple[str, ...] = ()
    writes: str = "predictions"
