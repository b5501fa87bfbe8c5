"""Use case: a workbook in, four files out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import StorageFullError
from onelead.features import features
from onelead.rules import render, rules
from onelead.workspace.acting import actions
from onelead.workspace.asking import metric_values
from onelead.workspace.tables_out import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace.loading import LoadReport
    from onelead.workspace.progress import Steps
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SCORE_COLUMNS = (
    "predicted_propensity",
    "prediction_confidence",
    "prob_high",
    "prob_medium",
    "prob_low",
    "composite_score",
    "opportunity_propensity_score",
    "label_source",
)
RECOMMENDATION_NAMES = {
    "account_id": "customer_id",
    "type": "top_action_type",
    "urgency": "top_action_urgency",
    "title": "top_action",
    "estimated": "value_is_estimated",
    "why": "evidence",
    "services": "recommended_services",
}
RECOMMENDATION_COLUMNS = (
    "customer_id",
    "account_name",
    "predicted_propensity",
    "prediction_confidence",
    "top_action_type",
    "top_action_urgency",
    "num_actions",
    "risk_flags",
    "top_action",
    "action_id",
    "priority",
    "due_date",
    "expected_value",
    "expected_value_low",
    "expected_value_high",
    "value",
    "revenue_at_risk",
    "value_is_estimated",
    "confidence",
    "evidence",
    "evidence_table",
    "evidence_count",
    "evidence_keys",
    "next_steps",
    "opportunity_areas",
    "recommended_services",
    "opener_subject",
    "opener_body",
)
TOP = 50
ROW_TABLES = ("assets", "opportunities", "projects", "services", "service_credits")
FACTS = ("assets", "opportunities", "projects", "service_credits")


def predictions(view: View) -> pl.DataFrame:
    """All top-level accounts by composite score (where OneLead abstains: by the documented score), with every feature."""
    accounts = view.frame("accounts").filter(pl.col("level") == "account").select(pl.col("account_id"), "account_name")
    scores = view.frame("scores", ["account_id", *SCORE_COLUMNS])
    names = [feature.id for feature in features() if feature.id not in SCORE_COLUMNS]
    table = accounts.join(scores, on="account_id", how="inner").join(
        view.frame("features", ["account_id", *names]), on="account_id", how="left"
    )
    order = ["composite_score", "opportunity_propensity_score", "account_id"]
    return table.sort(order, descending=[True, True, False], nulls_last=True).rename({"account_id": "customer_id"})


def top_opportunities(ranked: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """The first 50 predictions with their best action and what it is worth."""
    best = waiting.filter(pl.col("account_rank") == pl.col("account_rank").min().over("account_id"))
    worth = best.select(
        pl.col("account_id").alias("customer_id"),
        pl.col("type").alias("top_action_type"),
        "expected_value",
        "revenue_at_risk",
        pl.col("estimated").alias("value_is_estimated"),
        pl.col("title").alias("top_action"),
        pl.col("why").alias("evidence"),
    )
    columns = [*ranked.columns[:2], *SCORE_COLUMNS]
    rest = [name for name in ranked.columns if name not in columns]
    joined = ranked.head(TOP).join(worth, on="customer_id", how="left", maintain_order="left")
    return joined.select(
        *columns, "top_action_type", "expected_value", "revenue_at_risk", "value_is_estimated", "top_action", "evidence", *rest
    )


def consultant_recommendations(parts: Parts, ranked: pl.DataFrame, waiting: pl.DataFrame) -> pl.DataFrame:
    """One row an account, the 50 accounts whose best action ranks first, with value, evidence and opener."""
    mine = waiting.filter(pl.col("account_id").is_not_null())
    best = mine.sort("rank").unique("account_id", keep="first", maintain_order=True).head(TOP)
    counts = mine.group_by("account_id").agg(pl.len().alias("num_actions"))
    flags = {row["account_id"]: "; ".join(sorted(set(row["flags"]))) for row in _flags(mine, best["account_id"].to_list())}
    openers = [render(row, parts.templates) for row in best.to_dicts()]
    joined = best.join(counts, on="account_id", how="left", maintain_order="left").join(
        ranked.select(pl.col("customer_id").alias("account_id"), "predicted_propensity", "prediction_confidence"),
        on="account_id",
        how="left",
        maintain_order="left",
    )
    as_lists = [
        pl.col(name).map_elements(lambda text: "; ".join(json.loads(text)), return_dtype=pl.String)
        for name in ("next_steps", "opportunity_areas", "services", "evidence_keys")
    ]
    frame = joined.with_columns(
        *as_lists,
        pl.Series("risk_flags", [flags.get(found) or "None" for found in best["account_id"]], pl.String),
        pl.Series("opener_subject", [opener.subject for opener in openers], pl.String),
        pl.Series("opener_body", [opener.body for opener in openers], pl.String),
    )
    return frame.rename(RECOMMENDATION_NAMES).select(RECOMMENDATION_COLUMNS)


def _flags(mine: pl.DataFrame, accounts: list[str]) -> list[dict[str, list[str]]]:
    wanted = mine.filter(pl.col("account_id").is_in(accounts))
    rows = (
        wanted.select("account_id", pl.col("risk_flags").str.json_decode(pl.List(pl.String)).alias("flags"))
        .explode("flags")
        .drop_nulls("flags")
    )
    return rows.group_by("account_id").agg("flags").to_dicts()


def summary(view: View, report: LoadReport, waiting: pl.DataFrame, steps: Steps) -> dict[str, object]:
    """Every headline figure as plain numbers (ratios 0 to 1), and the seconds each step took."""
    values = metric_values(view)
    scores = view.frame("scores")
    counts = {name: scores.filter(pl.col("predicted_propensity") == name).height for name in ("High", "Medium", "Low")}
    source = view.frame("model_cards", ["model", "label_source"]).filter(pl.col("model") == "propensity")["label_source"].item()
    by_type = dict(waiting.group_by("type").len().iter_rows())
    accounts = view.frame("accounts", ["account_id", "level", "raw_ids"])
    top = accounts.filter(pl.col("level") == "account")
    return {
        "as_of": view.context.as_of.isoformat(),
        "snapshot": view.publication.id,
        "currency": view.context.settings.prices.currency,
        "rows": {name: report.source_rows.get(name, 0) for name in ROW_TABLES},
        "accounts": top.height,
        "raw_customer_ids": int(top["raw_ids"].sum() or 0),
        "metrics": {row["metric"]: _plain(row["value"]) for row in values.to_dicts()},
        "estimated": sorted(values.filter(pl.col("estimated") & pl.col("value").is_not_null())["metric"].to_list()),
        "propensity": {**counts, "label_source": source},
        "actions": {kind: by_type.get(kind, 0) for kind in rules()},
        "quality": {
            "repeats": {name: int(view.frame(name, ["is_repeat"])["is_repeat"].sum()) for name in FACTS},
            "quarantined": view.frame("quarantine").select("table", "source_file", "source_sheet", "source_row").unique().height,
            "unattributed": {name: view.frame(name, ["account_id"])["account_id"].null_count() for name in FACTS},
            "links_to_review": view.frame("account_links").filter(pl.col("status") == "review").height,
        },
        "notes": report.notes,
        "steps": steps.rounded(),
    }


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value


def write_outputs(view: View, parts: Parts, report: LoadReport, out: Path, steps: Steps) -> dict[str, object]:
    """The four files of a run in ``out``, which is made if need be; only these files are overwritten. Returns the summary."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with steps("write files"):
            ranked = predictions(view)
            waiting = actions(view, parts)
            write_csv(ranked, out / "customer_predictions.csv")
            write_csv(top_opportunities(ranked, waiting), out / "top_opportunities.csv")
            write_csv(consultant_recommendations(parts, ranked, waiting), out / "consultant_recommendations.csv")
        figures = summary(view, report, waiting, steps)
        part = out / ".summary.json.part"
        part.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(out / "summary.json")
    except OSError as error:
        raise StorageFullError(
            f"Cannot write to {out}: {error.strerror}.", hint="Name another directory with --out, or make room."
        ) from error
    return figures
