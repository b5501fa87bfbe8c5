"""What Predictive Analytics shows: cards, calibration, importance, spread, predictions, and the state in which a model abstains."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from onelead.web._page import Column, Missing
from onelead.web.figures import predicting as figures
from onelead.workspace.predicting import account_predictions, calibration, cards, importance

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

TOP = 14
POINTS = 1_500
FIGURES = {
    "auc": ("AUC", "How often an account that came ranks above one that did not; chance is 0.50.", "up"),
    "brier": ("Brier score", "Mean squared distance of the chance and what came; 0 is perfect.", "down"),
    "log_loss": ("Log-loss", "What the chances cost in surprise, in nats a row; 0 is perfect.", "down"),
    "calibration_error": ("Calibration error", "Mean distance of predicted and observed share over ten bins.", "down"),
}
BASELINES = {
    "base_rate": "Same chance for all",
    "recency_only": "Days since the last start alone",
    "most_common_class": "Most common class for all",
}
SOURCES = {"outcomes": "observed outcomes", "rules": "labels made by rules", "none": "nothing: it abstains"}
CALIBRATION = (
    "Held-out rows in ten bins of equal size: the chance that was predicted against the share that came. The bars are 80 % ranges by the number of "
    "rows (Wilson), rows taken as independent."
)
CALIBRATION_COLUMNS = (
    Column("predicted", "Predicted", "percent"),
    Column("observed", "Came", "percent"),
    Column("low", "80% from", "percent"),
    Column("high", "to", "percent"),
    Column("rows", "Rows", "count"),
)


def card(ask: Ask) -> dict[str, Any]:
    """The propensity model's card."""
    found = next((entry for entry in ask(cards) if entry["model"] == "propensity"), None)
    if found is None:
        raise Missing("This snapshot holds no model card.", hint="Recompute it in Admin.")
    return found


def source(ask: Ask) -> str:
    """outcomes, rules or none."""
    return str(card(ask)["label_source"])


def by_outcomes(ask: Ask) -> bool:
    """Whether the model was measured on outcomes."""
    return source(ask) == "outcomes"


def abstains(ask: Ask) -> bool:
    """Whether nothing was learned."""
    return source(ask) == "none"


# The card --------------------------------------------------------------------------------------------------------------


def card_view(ask: Ask) -> dict[str, Any]:
    """The card as it is written: facts, figures beside the naive ones, limits, what it would need."""
    found = card(ask)
    return {
        "card": found,
        "source": found["label_source"],
        "words": SOURCES[found["label_source"]],
        "facts": _facts(found, ask),
        "figures": _figures(found, ask),
        "meaning": (found["metrics"] or {}).get("meaning"),
        "measured_on": (found["metrics"] or {}).get("measured_on"),
        "needs": _needs(found),
    }


def _day(written: str, ask: Ask) -> str:
    return ask.fmt.date(date.fromisoformat(written))


def _facts(found: dict[str, Any], ask: Ask) -> list[tuple[str, str]]:
    learned, split, method = found["learned_from"] or {}, found["split"] or {}, found["method"] or {}
    facts = [
        ("Question", str(found["question"])),
        ("Method", str(method.get("name", "")).replace("opportunity_propensity_score", "the documented score")),
    ]
    if found["label_source"] == "outcomes":
        dates = learned["dates"]
        facts += [
            (
                "Learned from",
                f"{ask.fmt.count(learned['rows'])} rows: {ask.fmt.plural(learned['accounts'], 'account')} at {len(dates)} past dates, {_day(dates[0], ask)} to {_day(dates[-1], ask)}",
            ),
            (
                "Positives",
                f"{ask.fmt.count(learned['positives'])}, at {learned['accounts_with_positive']} accounts; {learned['accounts_without_positive']} accounts have none",
            ),
            (
                "Held out",
                f"{ask.fmt.count(split['holdout_rows'])} rows of the newest {len(split['holdout_dates'])} dates, each account by a model that had not seen it",
            ),
            ("Interval", str(method.get("interval", ""))),
        ]
    elif found["label_source"] == "rules":
        labels = ", ".join(f"{ask.fmt.count(count)} {name}" for name, count in learned["labels"].items())
        facts += [
            ("Labels", f"{labels}, made by the rule: {learned['rule']}"),
            ("Split", f"by {split['by']}, {split['folds']} folds; {split['note']}"),
        ]
    facts += [("As of", ask.fmt.date(ask.as_of)), ("Seed", str(found["seed"]))]
    return facts


def _figures(found: dict[str, Any], ask: Ask) -> list[dict[str, Any]]:
    """Rows of figures: name, meaning, the model's value and range, the naive ones."""
    metrics = found["metrics"] or {}
    naive = metrics.get("baselines", {})
    if found["label_source"] == "outcomes":
        return [
            {
                "name": label,
                "doc": doc,
                "value": ask.fmt.number(metrics["model"][key]["value"], 3),
                "range": f"{ask.fmt.number(metrics['model'][key]['low'], 3)} – {ask.fmt.number(metrics['model'][key]['high'], 3)}",
                "naive": [(BASELINES.get(name, name), ask.fmt.number(values[key]["value"], 3)) for name, values in naive.items()],
            }
            for key, (label, doc, _) in FIGURES.items()
        ]
    if found["label_source"] == "rules" and "agreement_with_rules" in metrics:
        agreed = metrics["agreement_with_rules"]
        return [
            {
                "name": "Agreement with its own rules",
                "doc": "Not accuracy: the labels are computed from features that the model is given.",
                "value": ask.fmt.percent(agreed["value"]),
                "range": f"{ask.fmt.percent(agreed['low'])} – {ask.fmt.percent(agreed['high'])}",
                "naive": [(BASELINES.get(name, name), ask.fmt.percent(values["agreement_with_rules"])) for name, values in naive.items()],
            }
        ]
    return []


def _needs(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Steps that were not reached: what they need, what there is, and the share of it."""
    names = {
        "accounts_with_positive": "accounts with a won start",
        "accounts_without_positive": "accounts without one",
        "accounts": "accounts",
    }
    titles = {"outcomes": "To learn from outcomes", "rules": "To learn from rules"}
    out = []
    for step in found["why_not_higher"]:
        now, needed = step.get("now") or {}, step.get("needed") or {}
        lines = [
            (names.get(key, key.replace("_", " ")), now.get(key, 0), need, min(1.0, (now.get(key) or 0) / need) if need else 1.0)
            for key, need in needed.items()
            if isinstance(need, int | float)
        ]
        out.append({"title": titles.get(step["step"], step["step"]), "reason": step["reason"], "lines": lines})
    return out


# Charts ----------------------------------------------------------------------------------------------------------------


def calibrated(ask: Ask) -> pl.DataFrame:
    """Calibration on the hold-out."""
    frame = ask(calibration)
    if not frame.height:
        raise Missing("Calibration needs outcomes to compare with.", hint=f"This model learned from {SOURCES[source(ask)]}.")
    return frame


def calibration_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Predicted against observed."""
    return figures.calibration(frame, ask.fmt)


def calibration_sub(ask: Ask) -> str:
    """How far off it is on average."""
    metrics = card(ask)["metrics"] or {}
    if "model" not in metrics:
        return ""
    return f"{ask.fmt.points(metrics['model']['calibration_error']['value']).removeprefix('+')} off on average"


def weights(ask: Ask) -> pl.DataFrame:
    """Features by their mean push."""
    return ask(importance).head(TOP)


def weights_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Features by their mean push as bars."""
    return figures.importance(frame, lambda value: ask.fmt.number(value, 3))


def weights_sub(ask: Ask) -> str:
    """What the numbers are."""
    return {
        "outcomes": "mean push on the log-odds",
        "rules": "mean push on the log-odds of High, by rule labels",
        "none": "mean points of the documented score",
    }[source(ask)]


def class_link(ask: Ask) -> Any:  # noqa: ANN401 - a function of a class
    """The page with only the accounts of a class."""
    return lambda name: ask.here(**{"class": name}) + "#b-predictions"


def everyone(ask: Ask) -> pl.DataFrame:
    """All predictions, before the filters of this page."""
    return ask(account_predictions)


def spread_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Accounts by chance, or by documented score where no chance was learned."""
    draw = figures.chances if by_outcomes(ask) else figures.documented
    return draw(frame, ask.fmt, class_link(ask))


def sure_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Chance against confidence; in words for rules."""
    return figures.sureness(frame, ask.fmt, ask.account_link) if by_outcomes(ask) else figures.worded(frame, class_link(ask))


def sure_rows(ask: Ask) -> pl.DataFrame:
    """Predictions with a confidence."""
    if abstains(ask):
        raise Missing(
            "A model that abstains has no confidence.", hint="Classes are thirds of the documented score; see what it needs above."
        )
    frame = everyone(ask)
    return frame.gather_every(_every(frame)) if by_outcomes(ask) else frame


def _every(frame: pl.DataFrame) -> int:
    """Each how manyth account is drawn, by rank: more points than these cannot be told apart."""
    return max(1, -(-frame.height // POINTS))


def sure_sub(ask: Ask) -> str:
    """How many accounts are drawn, where not all are."""
    every = _every(everyone(ask)) if by_outcomes(ask) else 1
    return f"every {every}th account" if every > 1 else ""
