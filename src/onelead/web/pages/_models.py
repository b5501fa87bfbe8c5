"""All models side by side, and one of them looked at: its calibration, what it looks at, its card."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._page import Chart, Choice, Column, Missing, Panel, Tab, Table
from onelead.web.figures import predicting as figures
from onelead.web.pages._known_columns import COLUMNS
from onelead.web.pages._predicting import CALIBRATION, CALIBRATION_COLUMNS
from onelead.workspace.predicting import calibration, cards, importance, model_overview

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row, Status

TOP = 14
USUAL = "win_chance"
SOURCES = {"outcomes": "Outcomes", "rules": "Rules", "rates": "Past shares", "none": "Abstains"}
NAIVE = {
    "base_rate": "Same chance for all",
    "recency_only": "Days since the last start alone",
    "most_common_class": "Most common class for all",
    "stage": "Stage alone",
    "amount_and_stage": "Stage and amount",
    "stage_and_pushes": "Stage and times pushed",
}
WORDS = {
    "auc": ("AUC", "How often one that came ranks above one that did not; chance is 0.50."),
    "brier": ("Brier score", "Mean squared distance of the chance and what came; 0 is perfect."),
    "log_loss": ("Log-loss", "What the chances cost in surprise, in nats a row; 0 is perfect."),
    "calibration_error": ("Calibration error", "Mean distance of predicted and observed share over ten bins."),
}


def overview(ask: Ask) -> pl.DataFrame:
    """Every model, with what it learned from in a word."""
    frame = ask(model_overview)
    if frame.is_empty():
        raise Missing("This snapshot holds no model card.", hint="Recompute it in Admin.")
    spread = pl.format("{} – {}", pl.col("auc_low").round(2), pl.col("auc_high").round(2))
    return frame.with_columns(pl.col("label_source").replace(SOURCES).alias("source"), spread.alias("spread"))


def choices(ask: Ask) -> list[Choice]:
    """The models that have a card."""
    return [Choice(name, label) for name, label in ask(model_overview).select("model", "label").iter_rows()]


def chosen(ask: Ask) -> dict[str, Any]:
    """The card of the model that is looked at. Raises Missing without any, UnknownNameError for one that has none."""
    known = {card["model"]: card for card in ask(cards)}
    if not known:
        raise Missing("This snapshot holds no model card.", hint="Recompute it in Admin.")
    wanted = ask.one("model") or (USUAL if USUAL in known else next(iter(known)))
    if wanted not in known:
        raise UnknownNameError("model", wanted, list(known))
    return known[wanted]


def name_of(ask: Ask) -> str:
    """The label of the model that is looked at; empty where there is none."""
    try:
        model = chosen(ask)["model"]
    except Missing:
        return ""
    return str(ask(model_overview).filter(pl.col("model") == model)["label"].item())


def calibrated(ask: Ask) -> pl.DataFrame:
    """Calibration on the hold-out."""
    card = chosen(ask)
    frame = ask(calibration, card["model"])
    if frame.is_empty():
        raise Missing("It was not compared with outcomes in bins of its chance.", hint=str(card["summary"]))
    return frame


def weights(ask: Ask) -> pl.DataFrame:
    """Features by their mean push."""
    frame = ask(importance, chosen(ask)["model"]).head(TOP)
    if frame.is_empty():
        raise Missing("It gives no reasons of its own.", hint="Shares of past deals, and models that abstain, look at nothing else.")
    return frame


def weights_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Features by their mean push as bars."""
    return figures.importance(frame, lambda value: ask.fmt.number(value, 3))


def card_view(ask: Ask) -> dict[str, Any]:
    """The card in the shape of its panel: facts, figures beside the naive ones, limits."""
    card = chosen(ask)
    told = card["metrics"] or {}
    return {
        "card": card,
        "source": card["label_source"],
        "facts": _facts(card, ask),
        "figures": _figures(told, ask),
        "meaning": told.get("meaning"),
        "measured_on": told.get("measured_on"),
        "needs": [],
    }


def _facts(card: dict[str, Any], ask: Ask) -> list[tuple[str, str]]:
    learned, split, method = card["learned_from"] or {}, card["split"] or {}, card["method"] or {}
    counted = [f"{ask.fmt.count(value)} {name.replace('_', ' ')}" for name, value in learned.items() if isinstance(value, int)]
    held = [f"{ask.fmt.count(split[key])} {word}" for key, word in HELD if isinstance(split.get(key), int)]
    refused = ", ".join(entry["column"].replace("_", " ") for entry in method.get("refused_columns") or [])
    drift = (card["metrics"] or {}).get("drift") or {}
    moved = f"AUC {ask.fmt.number(drift['auc_then'])} when it was new, {ask.fmt.number(drift['auc_now'])} now" if drift else ""
    return [
        ("Question", str(card["question"])),
        ("Method", str(method.get("name", "")).replace("opportunity_propensity_score", "the documented score")),
        ("Learned from", ", ".join(counted)),
        ("Held out", ", ".join(held)),
        ("Calibration", str(method.get("calibration", ""))),
        ("Interval", str(method.get("interval", ""))),
        ("In use since", ask.fmt.date(date.fromisoformat(method["in_use_since"])) if method.get("in_use_since") else ""),
        ("Drift", moved),
        ("Refused columns", refused),
        ("As of", ask.fmt.date(ask.as_of)),
        ("Seed", str(card["seed"])),
    ]


HELD = (("holdout_rows", "rows"), ("holdout_accounts", "accounts"), ("holdout_hits", "of them came"))


def _figures(told: dict[str, Any], ask: Ask) -> list[dict[str, Any]]:
    own, naive = told.get("model") or {}, told.get("baselines") or {}
    return [
        {
            "name": label,
            "doc": doc,
            "value": ask.fmt.number(own[key]["value"], 3),
            "range": f"{ask.fmt.number(own[key]['low'], 3)} – {ask.fmt.number(own[key]['high'], 3)}",
            "naive": [
                (NAIVE.get(name, name.replace("_", " ").capitalize()), ask.fmt.number((entry.get(key) or {}).get("value"), 3))
                for name, entry in naive.items()
            ],
        }
        for key, (label, doc) in WORDS.items()
        if isinstance(own.get(key), dict) and own[key].get("low") is not None
    ]


def _status(row: Row) -> Status | None:
    known: dict[str, Status] = {"outcomes": "good", "none": "unknown"}
    return known.get(row["label_source"])


MODELS = Tab(
    "models",
    "All models",
    (
        Table(
            id="overview",
            title="Models",
            rows=overview,
            columns=(
                Column("label", "Model", sub="question", link=lambda row, ask: ask.here(model=row["model"], tab="models")),
                Column("source", "Learned from", "badge", status=_status),
                Column("auc", "AUC", "number", sub="spread", hint="On accounts and days held out, with its 90 % range; chance is 0.50."),
                Column("naive_auc", "Best naive", "number", hint="The AUC of the best naive guess on the same rows."),
                Column("brier", "Brier score", "number", minor=True, hint="0 is perfect."),
                Column("naive_brier", "Best naive", "number", minor=True),
                Column("calibration_error", "Calibration error", "number", minor=True),
                Column("since", "In use since", "date", minor=True),
                Column("drifted", "Drifted", "flag", minor=True),
                Column("model", "Model id", show=False),
                Column("summary", "Summary", show=False),
            ),
            how="Each model as its card tells it: what it learned from, how well it ranks on accounts and days that it never learned from, beside naive "
            "guesses on the same rows. Models that are measured in other ways show a dash here; their card tells how.",
        ),
        Chart(
            id="model-calibration",
            title="Calibration",
            span=5,
            sub=name_of,
            data=calibrated,
            figure=lambda frame, ask: figures.calibration(frame, ask.fmt),
            columns=CALIBRATION_COLUMNS,
            height=320,
            how=CALIBRATION,
        ),
        Chart(
            id="model-importance",
            title="What the model looks at",
            span=7,
            sub=name_of,
            data=weights,
            figure=weights_figure,
            columns=(
                Column("label", "Feature"),
                Column("feature", "Feature id", show=False),
                Column("mean", "Mean push", "number"),
                Column("raises", "Raises, times", "count"),
                Column("lowers", "Lowers, times", "count"),
                Column("missing", "Unknown for", "percent"),
            ),
            height=320,
            how="Mean size of each feature's push on the log-odds over what is scored. It says what the chance moves with, not what causes it.",
        ),
        Panel(
            id="model-card",
            title="Model card",
            sub=name_of,
            template="panels/predictive_analytics_card.html",
            data=card_view,
            how="What the model learned from, how it was split and measured, its figures beside naive guesses, and its limits; written when the snapshot was "
            "computed.",
        ),
        COLUMNS,
    ),
)
