"""What a model is: its input, its output, and the object that a plug-in file exposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from onelead.core.context import Context


@dataclass(frozen=True)
class ModelInput:
    """Everything that a model may see. Nothing in it is younger than ``context.as_of``, or it is ignored.

    ``features``: one row an account (account_id and one column per feature, missing stays null), as of ``context.as_of``.
    ``history``: the dated features as of a past date, same shape; asked for the dates of the label grid and ``context.as_of``
    only. ``projects`` and ``opportunities``: the base tables with account_id (and is_repeat). ``recorded``: outcomes of actions
    that people recorded, with the columns account_id, as_of (the day the action was proposed for) and positive.
    ``documented``: account_id and opportunity_propensity_score of every account; it is the list of accounts to score.
    ``documented_parts``: account_id, feature, value, contribution, note: the parts that the documented score is the sum of.
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


@dataclass(frozen=True)
class ModelOutput:
    """``scores`` and ``contributions`` in the contracts of their tables, the model card, and the fitted model as bytes."""

    scores: pl.DataFrame
    contributions: pl.DataFrame
    card: dict[str, object]
    artefact: bytes


class Scorer(Protocol):
    """A fitted model, fresh or loaded."""

    def score(self, features: pl.DataFrame, documented: pl.DataFrame) -> pl.DataFrame:
        """Scores (contract of the scores table) of every account in ``documented``.

        Accounts that are not in ``features`` get the class of the documented score and label_source "none".
        """
        ...


@dataclass(frozen=True)
class Model:
    """A model plug-in. ``doc`` is what the user reads; ``load`` restores what ``fit`` left in ``ModelOutput.artefact``."""

    id: str
    label: str
    doc: str
    fit: Callable[[ModelInput], ModelOutput]
    load: Callable[[bytes], Scorer]
