"""Write the references in docs/ from the objects that the program uses: `make docs`."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from pydantic_core import PydanticUndefined

from onelead.core.settings import Settings
from onelead.core.units import Unit
from onelead.features import DOCUMENTED, PARTS, WEIGHTS, families, features
from onelead.metrics import Metric, dimensions, metrics
from onelead.rules import rules
from onelead.tables import canonical_tables, delivered_tables

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- Written by scripts/reference.py (`make docs`); change the objects, not this page. -->"
UNITS = {Unit.MONEY: "money", Unit.RATIO: "0 to 1", Unit.FLAG: "yes or no"}


def cell(text: str) -> str:
    """``text`` for a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def estimated(metric: Metric) -> str:
    """When a metric's value is an estimate."""
    if callable(metric.estimated):
        return "where a price of the settings was used"
    return "always" if metric.estimated else "no"


def metric_lines(metric: Metric) -> list[str]:
    """One metric's part of the page."""
    empty = " Nothing to count is 0, not unknown." if metric.empty_is_zero else ""
    return [
        f"### `{metric.id}`",
        "",
        f"**{metric.label}.** {metric.definition}{empty}",
        "",
        (
            f"Unit: {UNITS.get(metric.unit, metric.unit.value)} · {metric.direction.value} · estimated: {estimated(metric)} · "
            f"table: `{metric.table}` · source: {metric.source}"
        ),
        "",
    ]


def metrics_page() -> str:
    """The reference of metrics and of what they can be grouped and filtered by."""
    areas: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics().values():
        areas[metric.area].append(metric)
    lines = [
        "# Metrics",
        "",
        MARK,
        "",
        (
            f"{len(metrics())} metrics. Each is computed for an as-of date, opens to the rows behind it (`onelead rows METRIC`), and is unknown, not zero, "
            "where no row knows the value. Repeats of a key are left out; rows without an account count, except where a group or a row right asks for accounts."
        ),
        "",
    ]
    for area, group in sorted(areas.items()):
        lines += [f"## {area}", ""]
        for metric in group:
            lines += metric_lines(metric)
    lines += ["## Columns for `--by` and `--where`", ""]
    lines += [
        (
            "Conditions are `column=value`, `!=`, `>=`, `<=`, `>` and `<`; an empty value means unknown; several `=` on one column mean any of them. "
            "`account_name` is the name after unification; `account.` in front of a column always means the account's."
        ),
        "",
    ]
    seen: dict[str, str] = {metric.table: name for name, metric in sorted(metrics().items(), reverse=True)}
    for table, name in sorted(seen.items()):
        own = {column: doc for column, doc in dimensions(name).items() if not column.startswith("account.")}
        lines += [f"### Table `{table}`", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column}` | {cell(doc)} |" for column, doc in sorted(own.items())]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def features_page() -> str:
    """The reference of features and of the documented score."""
    family_of = {feature.id: family.label for family in families().values() for feature in family.features}
    lines = [
        "# Features",
        "",
        MARK,
        "",
        (
            f"{len(features())} features of every top-level account, as of a date. What is not known is empty: no 0 and no 999 stands for it. "
            f"The first {len(DOCUMENTED)} are those of the solution document, in its order; the others are what the data offers."
        ),
        "",
        (
            "A *dated* feature can be computed for a past date from what was known then: projects and opportunities count once they had "
            "started or been created, and the outcome, end and size of a project only once it had ended. Undated features describe the newest "
            "export only: credits and open opportunities carry no start, and the export does not say since when an account has a product (a renewal overwrites "
            "the start of support, so that this start would tell, for a past date, who renewed later). "
            "A project that starts after the as-of date enters no feature, because its start is what propensity predicts."
        ),
        "",
        "| # | feature | label | unit | dated | family | meaning | source |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for place, feature in enumerate(features(), start=1):
        dated = "yes" if feature.dated else "no"
        unit = UNITS.get(feature.unit, feature.unit.value)
        lines.append(
            f"| {place} | `{feature.id}` | {feature.label} | {unit} | {dated} | {family_of[feature.id]} | {cell(feature.doc)} | {cell(feature.source)} |"
        )
    lines += [
        "",
        "## `opportunity_propensity_score`",
        "",
        (
            "The documented score is not one of the 41: it is a weighted sum of six of them, and a model that was given it as well would be given them "
            "twice. Each input is min-max normalised over the accounts; one that is the same for every account adds 0. "
            "For this score alone the document's fills stand in for what is not known, and each contribution says where."
        ),
        "",
        "| input | weight | where not known |",
        "|---|---|---|",
        *(f"| `{part.feature}` | {WEIGHTS[part.feature]:.2f} | {part.how} |" for part in PARTS),
    ]
    return "\n".join(lines) + "\n"


def tables_page() -> str:
    """The reference of canonical tables: what programs hand over, and what a snapshot holds."""
    lines = [
        "# Tables",
        "",
        MARK,
        "",
        (
            "Tables of the base can be handed over as one Parquet or CSV file each, with these columns (a column may be missing; one that must have a value "
            "is marked). Every row keeps where it came from (`source_file`, `source_sheet`, `source_row`) and its further columns as a JSON object "
            "(`extra`). Rows that hang on an account get `account_id`, `named_account_id` and `is_repeat` when they are loaded."
        ),
        "",
    ]
    for table in canonical_tables().values():
        key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
        where = "handed over or loaded" if table.id in delivered_tables() else f"computed, in the {table.layer}"
        lines += [
            f"## `{table.id}`",
            "",
            f"{table.doc}{key} ({where})",
            "",
            "| column | type | must | unit | personal | meaning |",
            "|---|---|---|---|---|---|",
        ]
        schema = table.contract.create_empty().schema
        for name, column in table.contract.columns().items():
            meta = column.metadata or {}
            must = "" if column.nullable else "yes"
            personal = "yes" if meta.get("personal") else ""
            lines.append(f"| `{name}` | {schema[name]} | {must} | {meta.get('unit', '')} | {personal} | {cell(column.description or '')} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """The reference of settings."""
    lines = ["# Settings", "", MARK, "", "`WORKSPACE/settings.toml` overrides these defaults; then run `onelead refresh`.", ""]
    for section, info in Settings.model_fields.items():
        kind = info.annotation
        lines += [f"## `[{section}]`", "", str(kind.__doc__ or "").split("\n")[0], "", "| setting | default | meaning |", "|---|---|---|"]
        for name, field in kind.model_fields.items():
            default = field.default if field.default is not PydanticUndefined else field.get_default(call_default_factory=True)
            shown = json.dumps(default, ensure_ascii=False, default=str)
            lines.append(f"| `{name}` | `{cell(shown)}` | {cell(field.description or '')} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def actions_page() -> str:
    """The reference of action types: what each rule says of itself."""
    lines = ["# Action types", "", MARK, "", "Ranked by priority, then by expected value.", ""]
    for rule in sorted(rules().values(), key=lambda entry: -entry.priority):
        lines += [
            f"## `{rule.id}`",
            "",
            f"**{rule.label}.** Priority {rule.priority}, {rule.urgency.lower()} urgency, {rule.timeline}.",
            "",
            rule.doc,
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


PAGES = {
    "docs/metrics.md": metrics_page,
    "docs/features.md": features_page,
    "docs/tables.md": tables_page,
    "docs/settings.md": settings_page,
    "docs/actions.md": actions_page,
}


def main() -> int:
    """Write the pages; with ``--check`` only say which are not current."""
    stale = [name for name, page in PAGES.items() if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != page()]
    if "--check" in sys.argv:
        print("\n".join(f"{name} is not current: run `make docs`." for name in stale) or "The references are current.")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
    print(f"Written: {', '.join(stale)}." if stale else "The references were current.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
