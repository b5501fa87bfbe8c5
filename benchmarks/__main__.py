"""``python -m benchmarks [TOPIC …]``: measure, write results.json, and the table in docs/benchmarks.md."""

from __future__ import annotations

import importlib
import json
import sys

from benchmarks._harness import ROOT, Record

RESULTS = ROOT / "benchmarks" / "results.json"
TABLE = ROOT / "docs" / "benchmarks.md"
HEADER = """# Benchmarks

Every claim of speed or quality that OneLead makes, beside its baseline, measured in one run on one machine (`make bench`). Machines differ and are
noisy: read the ratios. This page is written by that command.

| id | value | unit | baseline | baseline value | ratio | target | spread |
|---|---|---|---|---|---|---|---|
"""


def topics() -> list[str]:
    return sorted(file.stem.removeprefix("bench_") for file in (ROOT / "benchmarks").glob("bench_*.py"))


def load() -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in json.loads(RESULTS.read_text(encoding="utf-8"))} if RESULTS.exists() else {}


def save(rows: dict[str, dict[str, object]]) -> None:
    ordered = [rows[name] for name in sorted(rows)]
    RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [f"| {' | '.join(cell(row[key]) for key in COLUMNS)} |" for row in ordered]
    TABLE.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


COLUMNS = ("id", "value", "unit", "baseline", "baseline_value", "ratio", "target", "spread")


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " to ".join(cell(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def main() -> None:
    wanted = sys.argv[1:] or topics()
    rows = load()
    for topic in wanted:
        print(f"{topic} …", flush=True)
        records: list[Record] = importlib.import_module(f"benchmarks.bench_{topic}").records()
        for record in records:
            rows[record.id] = record.as_dict()
            print(f"  {record.id}: {record.value} {record.unit}, ratio {record.ratio} (target {record.target})", flush=True)
        save(rows)


if __name__ == "__main__":
    main()
