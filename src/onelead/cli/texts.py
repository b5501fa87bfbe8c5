"""Longer texts of the command line: a run's headline, an account, an explanation, an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onelead.cli.show import cell
from onelead.core.units import Unit, written

Row = Mapping[str, Any]

HEADLINES = (
    ("expired_products", "products past end of life", Unit.COUNT),
    ("unsupported_products", "products without active support", Unit.COUNT),
    ("revenue_at_risk", "revenue at risk", Unit.MONEY),
    ("unused_credits", "unused service credits", Unit.COUNT),
    ("unused_credit_value", "worth of unused credits", Unit.MONEY),
    ("credit_utilization", "credit utilisation", Unit.RATIO),
)
LABEL_SOURCES = {
    "outcomes": "learned from observed outcomes",
    "rules": "learned from rules, not from outcomes: agreement with rules, not accuracy",
    "none": "too little data to learn from: thirds of the documented score, no probabilities",
}


def value_of(row: Row, currency: str) -> str:
    """A metric's value as people read it."""
    return written(row["value"], Unit(row["unit"]), currency=currency, estimated=bool(row["estimated"]))


def money(value: float | None, currency: str, *, estimated: bool) -> str:
    """An amount in the workspace's currency, marked when it is an estimate."""
    return written(value, Unit.MONEY, currency=currency, estimated=estimated)


def headline(summary: Row) -> list[str]:
    """What a run found, in a few lines."""
    metrics, estimated = summary["metrics"], set(summary["estimated"])
    propensity, repeats = summary["propensity"], summary["quality"]["repeats"]
    read = {name: f"{count:,} {name.replace('_', ' ')}" for name, count in summary["rows"].items() if count}
    rows = ", ".join(text + (f" ({repeats[name]:,} repeats)" if repeats.get(name) else "") for name, text in read.items())
    lines = [
        f"As of {summary['as_of']}: read {rows}; {summary['accounts']:,} accounts (from {summary['raw_customer_ids']:,} customer ids)."
    ]
    if missing := [name.replace("_", " ") for name, count in summary["rows"].items() if not count]:
        lines.append(f"Not in the data: {', '.join(missing)}; what rests on them is unknown.")
    figures = [
        f"{written(metrics.get(name), unit, currency=summary['currency'], estimated=name in estimated)} {label}"
        for name, label, unit in HEADLINES
    ]
    lines.append("; ".join(figures) + ".")
    lines.append(
        f"Propensity: {propensity['High']:,} High, {propensity['Medium']:,} Medium, {propensity['Low']:,} Low ({LABEL_SOURCES[propensity['label_source']]})."
    )
    kinds = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in summary["actions"].items() if count)
    lines.append(f"Actions: {kinds or 'none'}.")
    quality = summary["quality"]
    loose = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in quality["unattributed"].items() if count)
    lines.append(
        f"Quality: {quality['quarantined']:,} rows in quarantine; unattributed: {loose or 'none'}; {quality['links_to_review']:,} identity links to review."
    )
    return lines + [f"Note: {note}" for note in summary["notes"]]


def account_lines(account: Row) -> list[str]:
    """One account, whole."""
    lines = [f"{account['account_name']}  ({account['account_id']})"]
    lines.append(
        f"  ids: {account['source_ids'] or '–'}; level: {account['level']}; country: {account['country'] or '–'}; industry: {account['industry'] or '–'}"
    )
    if account["named_accounts"]:
        lines.append("  holds: " + ", ".join(f"{named['account_name']} ({named['account_id']})" for named in account["named_accounts"]))
    lines.append("  rows: " + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in account["rows"].items()))
    if account["score"]:
        lines.append("  propensity: " + score_text(account["score"]))
    lines += ["", "Metrics"] + [f"  {row['label']}: {value_of(row, account['currency'])}" for row in account["metrics"]]
    lines += ["", "Identity"]
    lines += [
        f"  {link['kind'].replace('_', ' ')} {link['value']}: {link['method'].replace('_', ' ')}, {100 * link['confidence']:.0f} %, {link['evidence']}"
        for link in account["links"]
    ]
    return [*lines, "", "Actions", *_action_list(account["actions"], account["currency"])]


def score_text(score: Row) -> str:
    """Class and how sure it is. Words only where the labels came from rules or from nowhere."""
    text = str(score["predicted_propensity"])
    if score["label_source"] == "outcomes" and score["probability"] is not None:
        text += f", chance {100 * score['probability']:.0f} % (80 % interval {100 * score['probability_low']:.0f} to {100 * score['probability_high']:.0f} %)"
    return f"{text} ({LABEL_SOURCES[score['label_source']]})"


def explanation_lines(found: Row) -> list[str]:
    """Why an account scores as it does."""
    lines = [f"{found['account_name']}  ({found['account_id']}), as of {found['as_of']}"]
    if found["score"]:
        lines.append("Propensity: " + score_text(found["score"]))
        lines.append(f"Documented score: {found['score']['opportunity_propensity_score']:.3f} (0 to 1)")
    lines.append(f"Model: {found['model']}")
    for model in dict.fromkeys(row["model"] for row in found["contributions"]):
        lines += ["", f"What pushes the {model.replace('_', ' ')}"]
        for row in found["contributions"]:
            if row["model"] == model:
                remark = f"  ({row['note']})" if row["note"] else ""
                lines.append(f"  {row['contribution']:+.3f}  {row['label']} = {cell(row['value'])}{remark}")
    return [*lines, "", "Actions", *_action_list(found["actions"], found["currency"])]


def _action_list(actions: Sequence[Row], currency: str) -> list[str]:
    lines = []
    for action in actions:
        worth = money(action["expected_value"], currency, estimated=action["estimated"])
        lines.append(
            f"  [{action['priority']}] {action['title']}: {action['why']} Expected value {worth}, due {action['due_date']} ({action['action_id'][:10]})"
        )
    return lines or ["  none"]


def list_line(action: Row, id_length: int, currency: str) -> list[str]:
    """One action as a row of the list."""
    return [
        str(action["rank"]),
        str(action["action_id"])[:id_length],
        str(action["priority"]),
        str(action["type"]),
        str(action["account_name"] or "(workspace)"),
        str(action["why"]),
        money(action["expected_value"], currency, estimated=bool(action["estimated"])),
        str(action["due_date"]),
        " ".join(str(part) for part in (action["state"], action["until"], action["note"]) if part),
    ]


def evidence_line(action: Row) -> str:
    """The rows that an action rests on: how many, and the keys of the first ten."""
    count, keys = action["evidence_count"], list(dict.fromkeys(map(str, action["evidence_keys"])))
    if not count:
        return "Evidence: the absence of any."
    more = f" and {count - 10:,} more" if count > 10 else ""  # noqa: PLR2004 - ten fit two lines
    return f"Evidence: {count:,} {'row' if count == 1 else 'rows'} of {action['evidence_table']}: {', '.join(keys[:10])}{more}"


def action_lines(action: Row, currency: str) -> list[str]:
    """One action, whole."""
    estimated = bool(action["estimated"])
    worth = money(action["expected_value"], currency, estimated=estimated)
    if action["expected_value_low"] is not None:
        worth += f" (range {money(action['expected_value_low'], currency, estimated=False)} to {money(action['expected_value_high'], currency, estimated=False)})"
    lines = [
        f"{action['title']}  [{action['type']}, priority {action['priority']}, rank {action['rank']}]",
        f"Account: {action['account_name'] or 'the workspace'}" + (f" ({action['account_id']})" if action["account_id"] else ""),
        f"Why: {action['why']}",
        f"Urgency: {action['urgency']}, {action['timeline']}, due {action['due_date']}",
        f"Expected value: {worth}; if it succeeds: {money(action['value'], currency, estimated=estimated)}; at risk: {money(action['revenue_at_risk'], currency, estimated=estimated)}",
        f"Confidence in the evidence: {action['confidence']}; state: {action['state']}"
        + (f" ({action['note']})" if action["note"] else ""),
        evidence_line(action),
    ]
    for name in ("next_steps", "opportunity_areas", "risk_flags", "services"):
        if action[name]:
            lines += ["", name.replace("_", " ").capitalize(), *(f"  - {entry}" for entry in action[name])]
    return [*lines, "", f"Subject: {action['opener_subject']}", "", str(action["opener_body"])]
