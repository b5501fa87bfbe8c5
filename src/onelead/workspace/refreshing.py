"""Use case: compute the results of a base (features, scores, predictions, metrics, actions) as of a date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from onelead.features import compute as compute_features
from onelead.features import documented_score
from onelead.metrics import values as metric_values
from onelead.models import ModelInput, cards_frame, models, no_predictions
from onelead.rules import RuleInput, recommend
from onelead.tables import canonical_tables
from onelead.workspace.series_forecast import forecast_of
from onelead.workspace.stored import stored_frames

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onelead.core.context import Context, Snapshot
    from onelead.models import InUse, ModelOutput
    from onelead.store import Store
    from onelead.workspace.progress import Steps

    Incumbent = Callable[[str], InUse | None]


@dataclass(frozen=True)
class Results:
    """``tables`` of a results layer, and what models learned from outcomes: id → fitted model."""

    tables: dict[str, pl.DataFrame]
    learned: dict[str, bytes]


def compute_results(
    snapshot: Snapshot, context: Context, store: Store, steps: Steps, incumbent: Incumbent = lambda _model: None
) -> Results:
    """Everything that is computed from a base, as of ``context.as_of``. Changes nothing.

    Recorded outcomes come from the operational records: they become labels and chances. ``incumbent`` gives the fitted model that is in
    use, by the id of the model.
    """
    with steps("features"):
        features = compute_features(snapshot, context)
        documented, parts = documented_score(features)
    with steps("metrics"):
        values = metric_values(snapshot, context)
    frame = stored_frames(snapshot)
    data = _model_input(snapshot, frame, context, store, features, documented, parts)
    outputs = _ask_models(data, incumbent, steps)
    scores = outputs["propensity"].scores
    predicted = _predicted(outputs)
    with steps("actions"):
        actions = recommend(
            RuleInput(
                context=context,
                base_id=snapshot.base_id,
                accounts=frame("accounts"),
                frames=lambda name: predicted if name == "predictions" else frame(name),
                features=features,
                scores=scores,
                success_rates=store.success_rates(),
            )
        )
    with steps("forecasts"):
        forecasts, forecast_cards = forecast_of(snapshot, context)
    pushes = pl.concat([*(output.contributions for output in outputs.values()), parts.select(outputs["propensity"].contributions.columns)])
    tables = {
        "features": features,
        "scores": scores,
        "predictions": predicted,
        "contributions": pushes.unique(list(canonical_tables()["contributions"].key or ()), keep="first", maintain_order=True),
        "model_cards": cards_frame([*(output.card for output in outputs.values()), *forecast_cards]),
        "forecasts": forecasts,
        "metric_values": values,
        "actions": actions,
    }
    return Results(tables, {name: output.artefact for name, output in outputs.items() if output.card["label_source"] == "outcomes"})


def _predicted(outputs: dict[str, ModelOutput]) -> pl.DataFrame:
    """What the models say of anything but the propensity of accounts."""
    return pl.concat([no_predictions(), *(output.scores for name, output in outputs.items() if models()[name].writes == "predictions")])


def _ask_models(data: ModelInput, incumbent: Incumbent, steps: Steps) -> dict[str, ModelOutput]:
    """What each model says that has rows to be asked of; the propensity of accounts, which all else rests on, comes first."""
    outputs = {}
    for name, model in sorted(models().items(), key=lambda entry: entry[1].writes != "scores"):
        with steps(name):
            if any(data.frame(table).is_empty() for table in model.tables):
                continue
            output = model.fit(replace(data, incumbent=incumbent(name)))
            if output is not None:
                outputs[name] = output
    return outputs


def _model_input(
    snapshot: Snapshot,
    frame: Callable[[str], pl.DataFrame],
    context: Context,
    store: Store,
    features: pl.DataFrame,
    documented: pl.DataFrame,
    parts: pl.DataFrame,
) -> ModelInput:
    def history(day: date) -> pl.DataFrame:
        return compute_features(snapshot, context.on(day), dated_only=True)

    return ModelInput(
        context=context,
        base_id=snapshot.base_id,
        features=features,
        history=history,
        projects=frame("projects"),
        opportunities=frame("opportunities"),
        recorded=store.recorded_outcomes(),
        documented=documented,
        documented_parts=parts,
        frame=frame,
    )
