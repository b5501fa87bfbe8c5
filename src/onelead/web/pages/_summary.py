"""The executive summary: one page of paper from what Business Metrics knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web.pages._board import board_line
from onelead.web.pages._measures import board, head, since
from onelead.workspace.leading import best_actions, concentration, not_known

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask

RISKS = (
    "expired_products",
    "expiring_products",
    "unsupported_products",
    "expiring_credits",
    "critical_projects",
    "overdue_projects",
    "overdue_close_dates",
)
TRENDS = (
    "revenue_at_risk",
    "portfolio_value",
    "open_pipeline_value",
    "credit_utilization",
    "support_coverage",
    "attach_rate",
    "project_success_rate",
    "healthy_project_share",
)
GAPS = {
    "unattributed_rows": "rows reached no account",
    "unpriced_products": "products have no price and are left out of every sum",
    "unvalued_projects": "projects have no value",
    "quarantined_rows": "rows are in quarantine",
    "links_to_review": "identity links wait for a decision",
}
ACTIONS = 10
ACCOUNTS = 4


def summary(ask: Ask) -> dict[str, Any]:
    """All that the page says."""
    lines = {row["metric"]: row for row in board(ask).iter_rows(named=True)}
    return {
        "head": head(ask),
        "since": since(ask),
        "numbers": [
            board_line(lines[name], ask) for name in ("revenue_at_risk", "open_pipeline_value", "unused_credit_value") if name in lines
        ],
        "risks": _risks(lines, ask),
        "accounts": _accounts(ask),
        "trends": [board_line(lines[name], ask) for name in TRENDS if name in lines and lines[name]["value"] is not None],
        "actions": _actions(ask),
        "gaps": _gaps(ask),
        **_quality(ask),
    }


def _risks(lines: dict[str, dict[str, Any]], ask: Ask) -> list[dict[str, Any]]:
    """What is worse than nothing, as numbers with their change."""
    return [board_line(lines[name], ask) for name in RISKS if name in lines and lines[name]["value"]]


def _accounts(ask: Ask) -> list[dict[str, Any]]:
    return ask(concentration).head(ACCOUNTS).to_dicts()


def _actions(ask: Ask) -> list[dict[str, Any]]:
    return ask(best_actions, ACTIONS).to_dicts()


def _gaps(ask: Ask) -> list[tuple[str, str, str]]:
    counts = ask(not_known)["counts"]
    return [(ask.fmt.count(counts[name]), words, ask.rows_link(name)) for name, words in GAPS.items() if counts.get(name)]


def _quality(ask: Ask) -> dict[str, Any]:
    found = ask(not_known)
    unknown: dict[str, list[str]] = {}
    for _, label, area in found["unknown"]:
        unknown.setdefault(area, []).append(label.lower())
    return {"grades": found["grades"], "unknown": [(area, ", ".join(names)) for area, names in unknown.items()]}


def action_rows(ask: Ask) -> pl.DataFrame:
    """The ten actions as they are exported."""
    wanted = [
        "rank",
        "title",
        "account_name",
        "type",
        "priority",
        "due_date",
        "expected_value",
        "expected_value_low",
        "expected_value_high",
        "estimated",
        "why",
    ]
    frame = ask(best_actions, ACTIONS)
    return frame.select([name for name in wanted if name in frame.columns])
