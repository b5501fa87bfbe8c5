"""Use case: compute the results of a base (features, scores, metrics, actions) as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.features import compute as compute_features
from onelead.features import documented_score
from onelead.metrics import values as metric_values
from onelead.models import ModelInput, cards_frame, propensity
from onelead.rules import RuleInput, recommend

if TYPE_CHECKING:
    from datetime import date

    from onelead.core.context import Context, Snapshot
    from onelead.store import Store
    from onelead.workspace.progress import Steps


def compute_results(snapshot: Snapshot, context: Context, store: Store, steps: Steps) -> dict[str, pl.DataFrame]:
    """The tables of a results layer: everything that is computed from a base, as of ``context.as_of``. Changes nothing.

    Recorded outcomes come from the operational records: they become labels and chances.
    """
    with steps("features"):
        features = compute_features(snapshot, context)
        documented, parts = documented_score(features)
    with steps("metrics"):
        values = metric_values(snapshot, context)
    with steps("propensity"):
        model = propensity(_model_input(snapshot, context, store, features, documented, parts))
    with steps("actions"):
        actions = recommend(
            RuleInput(
                context=context,
                base_id=snapshot.base_id,
                accounts=snapshot.frame("accounts"),
                frames=snapshot.frame,
                features=features,
                scores=model.scores,
                success_rates=store.success_rates(),
            )
        )
    contributions = pl.concat([model.contributions, parts.select(model.contributions.columns)]).unique(
        ["account_id", "model", "feature"], keep="first", maintain_order=True
    )
    return {
        "features": features,
        "scores": model.scores,
        "contributions": contributions,
        "model_cards": cards_frame([model.card]),
        "metric_values": values,
        "actions": actions,
    }


def _model_input(
    snapshot: Snapshot, context: Context, store: Store, features: pl.DataFrame, documented: pl.DataFrame, parts: pl.DataFrame
) -> ModelInput:
    def history(day: date) -> pl.DataFrame:
        return compute_features(snapshot, context.on(day), dated_only=True)

    return ModelInput(
        context=context,
        base_id=snapshot.base_id,
        features=features,
        history=history,
        projects=snapshot.frame("projects"),
        opportunities=snapshot.frame("opportunities"),
        recorded=store.recorded_outcomes(),
        documented=documented,
        documented_parts=parts,
    )
