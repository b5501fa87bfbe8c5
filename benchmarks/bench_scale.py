"""Time and memory of a whole load by number of assets, from 10 thousand to 1 million."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

from benchmarks._harness import PYTHON, Record, run_process

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
COMMAND = "python -m benchmarks scale"
LIMIT_SECONDS, LIMIT_MB, LIMIT_EXPONENT = 60, 4000, 1.1


def _onelead(*words: str) -> list[str]:
    return [PYTHON, "-m", "onelead.cli.main", *words]


def records() -> list[Record]:
    out: list[Record] = []
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        for label, assets in SIZES.items():
            data = home / label
            run_process(_onelead("sample", "scale", "--assets", str(assets), "--out", str(data)), memory=False)
            measured = run_process(_onelead("run", str(data), "--out", str(home / "out")))
            steps = json.loads((home / "out" / "summary.json").read_text(encoding="utf-8"))["steps"]
            seconds[label] = measured.seconds
            target = f"<= {LIMIT_SECONDS} s" if label == "1m" else None
            out.append(Record(f"scale.{label}.seconds", round(measured.seconds, 2), "s", None, None, None, target, None, COMMAND))
            memory = f"<= {LIMIT_MB} MB" if label == "1m" else None
            out.append(Record(f"scale.{label}.peak_mb", round(measured.peak_mb), "MB", None, None, None, memory, None, COMMAND))
            out += [
                Record(f"scale.{label}.step.{step.replace(' ', '_')}", value, "s", None, None, None, None, None, COMMAND)
                for step, value in steps.items()
            ]
    exponent = math.log10(seconds["1m"] / seconds["100k"])
    out.append(
        Record(
            "scale.exponent",
            round(exponent, 3),
            "log10 of time over size, 100k to 1m",
            None,
            None,
            None,
            f"<= {LIMIT_EXPONENT}",
            None,
            COMMAND,
        )
    )
    return out
