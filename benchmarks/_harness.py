"""Records of benchmarks, and how whole processes are measured."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Record:
    """One measured claim. ``ratio`` is value / baseline_value; ``spread`` is [min, max] of the value (or of the ratio, for ratios)."""

    id: str
    value: float | None
    unit: str
    baseline: str | None
    baseline_value: float | None
    ratio: float | None
    target: str | None
    spread: tuple[float, float] | None
    command: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Run:
    """One whole process: wall seconds, and the peak of the summed PSS of its process tree in MB."""

    seconds: float
    peak_mb: float


def _tree_pss(process: psutil.Process) -> int:
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            continue
    return total


def run_process(command: Sequence[str], *, memory: bool = True, env: dict[str, str] | None = None) -> Run:
    """Run ``command`` to its end and measure it; raises when it fails. Memory is sampled every 20 ms, so leave it out when only time counts."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **(env or {})}) as child:
        peak = 0
        if memory:
            process = psutil.Process(child.pid)
            while child.poll() is None:
                try:
                    peak = max(peak, _tree_pss(process))
                except psutil.NoSuchProcess:
                    break
                time.sleep(0.02)
        _, errors = child.communicate()
        seconds = time.perf_counter() - start
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}: {errors.decode()[-2000:]}")
    return Run(seconds, peak / 1e6)


def interleaved(ours: Sequence[str], baseline: Sequence[str], *, runs: int = 5) -> tuple[list[float], list[float]]:
    """Wall seconds of both commands in turn, after one uncounted run of each."""
    for command in (ours, baseline):
        run_process(command, memory=False)
    mine, theirs = [], []
    for _ in range(runs):
        mine.append(run_process(ours, memory=False).seconds)
        theirs.append(run_process(baseline, memory=False).seconds)
    return mine, theirs


def ratio_record(
    record_id: str, mine: list[float], theirs: list[float], *, baseline: str, target: str, command: str, unit: str = "s"
) -> Record:
    """A record of medians; the spread is that of the ratios pair by pair."""
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    return Record(
        id=record_id,
        value=round(statistics.median(mine), 4),
        unit=unit,
        baseline=baseline,
        baseline_value=round(statistics.median(theirs), 4),
        ratio=round(statistics.median(ratios), 4),
        target=target,
        spread=(round(min(ratios), 4), round(max(ratios), 4)),
        command=command,
    )


PYTHON = sys.executable
