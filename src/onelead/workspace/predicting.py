"""Use cases: what a model learned from, how good it is, what it looks at, what it says of each account; and all models side by side."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.features import features
from onelead.models import deal_label, models

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

Z = 1.2816
"""Standard normal deviate of an 80 % range."""
STRONG, FAIR = 0.8, 0.6
"""Confidence of a rule model from which it is called strong and fair: words, since it was never compared with outcomes."""
REST = "Sum of the"
CLASSES = ("High", "Medium", "Low")
CALIBRATION = {"predicted": pl.Float64, "observed": pl.Float64, "low": pl.Float64, "high": pl.Float64, "rows": pl.Int64}
IMPORTANCE = {
    "feature": pl.String,
    "label": pl.String,
    "doc": pl.String,
    "mean": pl.Float64,
    "raises": pl.Int64,
    "lowers": pl.Int64,
    "accounts": pl.Int64,
    "missing": pl.Float64,
}
OVERVIEW = {
    "model": pl.String,
    "label": pl.String,
    "question": pl.String,
    "label_source": pl.String,
    "auc": pl.Float64,
    "auc_low": pl.Float64,
    "auc_high": pl.Float64,
    "naive_auc": pl.Float64,
    "brier": pl.Float64,
    "naive_brier": pl.Float64,
    "calibration_error": pl.Float64,
    "since": pl.Date,
    "drifted": pl.Boolean,
    "summary": pl.String,
}


def cards(view: View, parts: Parts) -> list[dict[str, Any]]:  # noqa: ARG001 - a use case takes the parts
    """The model cards of the snapshot as they were written; see ``onelead.models``."""
    return [json.loads(text) for text in view.frame("model_cards")["card"]]


def calibration(view: View, parts: Parts, model: str = "propensity") -> pl.DataFrame:
    """Predicted and observed share by bin on the hold-out, with the 80 % range of the observed one (Wilson 1927, rows taken as independent).

    Empty where the model was not measured on outcomes.
    """
    card = next((found for found in cards(view, parts) if found["model"] == model), None)
    bins = (card or {}).get("calibration") or []
    return pl.DataFrame([{**entry, **_wilson(entry["observed"], entry["rows"])} for entry in bins], schema=CALIBRATION)


def importance(view: View, parts: Parts, model: str = "propensity") -> pl.DataFrame:
    """Features by the mean size of their push on the score, over what the model scores: columns of ``IMPORTANCE``.

    ``raises`` and ``lowers`` count subjects (accounts, deals, contracts); ``missing`` is the share of those whose value is unknown. Features that
    were too weak for a subject to be kept there count as no push.
    """
    pushes = view.frame("contributions").filter(pl.col("model") == model)
    # before models scored anything but accounts, pushes named these only
    subjects = pushes["subject_id" if "subject_id" in pushes.columns else "account_id"].n_unique()
    named = pushes.filter(~pl.col("note").fill_null("").str.starts_with(REST))
    push = pl.col("contribution")
    grouped = named.group_by("feature").agg(
        (push.abs().sum() / max(subjects, 1)).alias("mean"),
        (push > 0).sum().cast(pl.Int64).alias("raises"),
        (push < 0).sum().cast(pl.Int64).alias("lowers"),
        pl.len().cast(pl.Int64).alias("accounts"),
        (pl.col("value").is_null() & pl.col("note").is_null()).mean().alias("missing"),
    )
    described = _described(cards(view, parts), model, grouped["feature"].to_list())
    joined = grouped.join(described, on="feature", how="left")
    return joined.filter(pl.col("mean") > 0).sort(["mean", "feature"], descending=[True, False]).select(list(IMPORTANCE))


def _described(known: list[dict[str, Any]], model: str, names: list[str]) -> pl.DataFrame:
    """feature, label, doc: as the model's card words it, else the features of accounts, else those of deals."""
    card = next((found for found in known if found["model"] == model), {})
    own = {entry["feature"]: (entry.get("label"), entry.get("doc")) for entry in card.get("features") or []}
    ours = {feature.id: (feature.label, feature.doc) for feature in features()}
    rows = []
    for name in names:
        label, doc = own.get(name, (None, None))
        other = ours.get(name, (deal_label(name), None))
        rows.append((name, label or other[0], doc or other[1]))
    return pl.DataFrame(rows, schema={"feature": pl.String, "label": pl.String, "doc": pl.String}, orient="row")


def model_overview(view: View, parts: Parts) -> pl.DataFrame:
    """Every model with a card: columns of ``OVERVIEW``, propensity first, then by name.

    ``auc`` with its range, ``naive_auc`` (the best naive guess), ``brier``, ``naive_brier``, ``calibration_error`` stand on the hold-out; null
    where the model was not measured so. ``since`` is the day of the version in use, ``drifted`` whether it has become worse since it was new.
    """
    known = models()
    rows = []
    for card in sorted(cards(view, parts), key=lambda found: (found["model"] != "propensity", found["model"])):
        figures = card["metrics"] or {}
        own, naive = figures.get("model") or {}, figures.get("baselines") or {}
        found = known.get(card["model"])
        rows.append(
            {
                "model": card["model"],
                "label": found.label if found else card["model"].replace("_", " ").capitalize(),
                "question": card["question"],
                "label_source": card["label_source"],
                **{f"auc{end}": _figure(own, "auc", key) for end, key in (("", "value"), ("_low", "low"), ("_high", "high"))},
                "naive_auc": _best([_figure(entry, "auc", "value") for entry in naive.values()], most=True),
                "brier": _figure(own, "brier", "value"),
                "naive_brier": _best([_figure(entry, "brier", "value") for entry in naive.values()], most=False),
                "calibration_error": _figure(own, "calibration_error", "value"),
                "since": (card["method"] or {}).get("in_use_since"),
                "drifted": (figures.get("drift") or {}).get("drifted"),
                "summary": card["summary"],
            }
        )
    return pl.DataFrame(rows, schema={**OVERVIEW, "since": pl.String}).with_columns(pl.col("since").str.to_date())


def _figure(figures: Any, name: str, key: str) -> float | None:  # noqa: ANN401 - a part of a card, as the model wrote it
    entry = figures.get(name) if isinstance(figures, dict) else None
    value = entry.get(key) if isinstance(entry, dict) else None
    return float(value) if isinstance(value, int | float) else None


def _best(found: list[float | None], *, most: bool) -> float | None:
    told = [value for value in found if value is not None]
    return (max(told) if most else min(told)) if told else None


def account_predictions(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """What is predicted for each top-level account, best first: account_id, account_name, region, class, sure, why, and the scores' columns.

    ``sure`` is a word for models of rules (Strong, Fair, Weak), null otherwise; ``why`` names the features that push most, up or down.
    """
    accounts = (
        view.frame("accounts").filter(pl.col("level") == "account").select("account_id", "account_name", "country", "region", "industry")
    )
    confidence = pl.col("prediction_confidence")
    word = pl.when(confidence >= STRONG).then(pl.lit("Strong")).when(confidence >= FAIR).then(pl.lit("Fair")).otherwise(pl.lit("Weak"))
    rules = (pl.col("label_source") == "rules") & confidence.is_not_null()
    scores = view.frame("scores").with_columns(pl.when(rules).then(word).alias("sure")).rename({"predicted_propensity": "class"})
    joined = accounts.join(scores, on="account_id", how="inner").join(_why(view), on="account_id", how="left")
    order = ["composite_score", "opportunity_propensity_score", "account_id"]
    return joined.sort(order, descending=[True, True, False], nulls_last=True)


def _why(view: View) -> pl.DataFrame:
    described = pl.DataFrame([(feature.id, feature.label) for feature in features()], schema=["feature", "label"], orient="row")
    pushes = view.frame("contributions").filter((pl.col("model") == "propensity") & (pl.col("contribution") != 0))
    named = pushes.filter(~pl.col("note").fill_null("").str.starts_with(REST)).join(described, on="feature", how="left")
    sign = pl.when(pl.col("contribution") > 0).then(pl.lit("+ ")).otherwise(pl.lit("− "))
    strongest = (
        named.sort(pl.col("contribution").abs(), descending=True, maintain_order=True).group_by("account_id", maintain_order=True).head(3)
    )
    return strongest.group_by("account_id", maintain_order=True).agg((sign + pl.coalesce("label", "feature")).str.join(", ").alias("why"))


def _wilson(share: float, rows: int) -> dict[str, float]:
    spread = Z * math.sqrt(share * (1 - share) / rows + Z * Z / (4 * rows * rows))
    middle, whole = share + Z * Z / (2 * rows), 1 + Z * Z / rows
    return {"low": max(0.0, (middle - spread) / whole), "high": min(1.0, (middle + spread) / whole)}
