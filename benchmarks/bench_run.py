"""``onelead run`` as a whole process against the documents' own recipe: the same workbook in, the same three files out."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

from benchmarks._harness import PYTHON, ROOT, Record, interleaved, ratio_record, run_process

RECIPE = ROOT / "benchmarks" / "baselines" / "documents_recipe.py"
BASELINE = "the documents' recipe (pandas, openpyxl, scikit-learn)"
TARGETS = {"august": (1.0, 400), "consolidated": (1.3, 600)}
COMMAND = "python -m benchmarks run"


def _onelead(*words: str) -> list[str]:
    return [PYTHON, "-m", "onelead.cli.main", *words]


def _cold(command: list[str]) -> float:
    """Seconds with no compiled bytecode at hand: what the first run after an installation pays."""
    with tempfile.TemporaryDirectory() as empty:
        return run_process(command, memory=False, env={"PYTHONPYCACHEPREFIX": empty}).seconds


def _sample(name: str, directory: Path) -> list[Record]:
    book = directory / f"{name}.xlsx"
    run_process(_onelead("sample", name, "--out", str(book)), memory=False)
    ours = _onelead("run", str(book), "--out", str(directory / "out"))
    theirs = [PYTHON, str(RECIPE), str(book), str(directory / "theirs")]
    wall, memory = TARGETS[name]
    records = [
        ratio_record(f"run.{name}.wall_ratio", *interleaved(ours, theirs), baseline=BASELINE, target=f"ratio <= {wall}", command=COMMAND)
    ]
    peaks = [run_process(ours).peak_mb for _ in range(3)]
    theirs_peak = run_process(theirs).peak_mb
    peak = statistics.median(peaks)
    records.append(
        Record(
            f"run.{name}.peak_mb",
            round(peak, 1),
            "MB",
            BASELINE,
            round(theirs_peak, 1),
            round(peak / theirs_peak, 3),
            f"<= {memory} MB",
            (round(min(peaks), 1), round(max(peaks), 1)),
            COMMAND,
        )
    )
    cold, their_cold = _cold(ours), _cold(theirs)
    records.append(
        Record(
            f"run.{name}.cold_ratio", round(cold, 3), "s", BASELINE, round(their_cold, 3), round(cold / their_cold, 3), None, None, COMMAND
        )
    )
    steps = json.loads((directory / "out" / "summary.json").read_text(encoding="utf-8"))["steps"]
    median = records[0].value or 1.0
    for step, seconds in steps.items():
        share = round(seconds / median, 4)
        records.append(
            Record(f"run.{name}.share.{step.replace(' ', '_')}", share, "share of wall time", None, None, None, None, None, COMMAND)
        )
    return records


def records() -> list[Record]:
    with tempfile.TemporaryDirectory() as name:
        return [record for sample in TARGETS for record in _sample(sample, Path(name))]
