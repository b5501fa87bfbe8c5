"""Purchases in 39 weeks of hold-out, on the CDNOW customers (``cdnow/CDNOW_master.txt`` in the folder that ONELEAD_BENCH_DATA names).

23,570 customers who first bought in the first quarter of 1997; learned from 39 weeks, compared with the 39 weeks after. Purchases of one day are
one. One and the same forecast (``likely_purchases``) meets both targets: mean absolute error at most that of the library's Pareto/NBD in the same run,
total within 5 %. ``clv.cdnow.mean.*`` is the mean forecast, which the value is computed from and which has the same total: its mean absolute error is higher, as
any unbiased mean's is where most customers buy nothing; its root mean squared error is the figure to judge it by.

Choices were made on splits inside the first 39 weeks (16, 19 and 26 weeks learned, the rest compared); the rows of the hold-out were compared with forecasts of
this method for the first time by this benchmark. Before, only the totals and the library's figures on it were known.
Spread: 90 % range over customers drawn anew, of the value.
"""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks._harness import ROOT, Record
from benchmarks._web_servers import BENCH_PYTHON
from onelead.models.buying.backtest import naive
from onelead.models.buying.forecast import forecast
from onelead.models.buying.history import histories, purchases

if TYPE_CHECKING:
    from onelead.models.buying.history import Histories
    from onelead.models.learning.matrix import Floats

COMMAND = "python -m benchmarks clv"
CUT, END, WEEKS = date(1997, 9, 30), date(1998, 6, 30), 39.0
LIBRARY = "Pareto/NBD (lifetimes)"
REPLICATES = 500


def transactions(file: Path) -> pl.DataFrame:
    """account_id, date, value; the columns of the file stand by width, its first line is a header."""
    lines = pl.Series(file.read_text(encoding="ascii").splitlines()[1:]).str.strip_chars().str.replace_all(r"\s+", " ").str.split(" ")
    return pl.DataFrame(
        {
            "account_id": lines.list.get(0),
            "date": lines.list.get(1).str.to_date("%Y%m%d"),
            "value": lines.list.get(3).cast(pl.Float64),
        }
    )


def library(seen: Histories) -> dict[str, Floats]:
    """Forecasts of the library's models."""
    given = {"x": seen.x.tolist(), "recency": seen.recency.tolist(), "age": seen.age.tolist(), "weeks": WEEKS}
    script = ROOT / "benchmarks" / "baselines" / "clv_lifetimes.py"
    done = subprocess.run([str(BENCH_PYTHON), str(script)], input=json.dumps(given), capture_output=True, text=True, check=True)
    return {f"{name} (lifetimes)": np.array(values) for name, values in json.loads(done.stdout).items()}


def figures(forecast: Floats, bought: Floats) -> dict[str, float]:
    error = forecast - bought
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "total_ratio": float(forecast.sum() / bought.sum()),
    }


def spread(forecast: Floats, bought: Floats, name: str) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    drawn = [rng.integers(0, len(bought), len(bought)) for _ in range(REPLICATES)]
    low, high = np.quantile([figures(forecast[rows], bought[rows])[name] for rows in drawn], [0.05, 0.95])
    return round(float(low), 4), round(float(high), 4)


def records() -> list[Record]:
    folder = os.environ.get("ONELEAD_BENCH_DATA")
    file = Path(folder or ".") / "cdnow" / "CDNOW_master.txt"
    if not folder or not file.exists():
        print("  not present: ONELEAD_BENCH_DATA names no folder with cdnow/CDNOW_master.txt")
        return []
    rows = transactions(file)
    found = forecast(rows.filter(pl.col("date") <= CUT), CUT, weeks=WEEKS).accounts
    past, whole = purchases(rows, CUT), purchases(rows, END)
    bought = whole.counts_after(found["account_id"], past.as_of, whole.as_of)
    seen = histories(past.summary(), past.as_of)
    mean, likely = found["expected_purchases"].to_numpy(), found["likely_purchases"].to_numpy()
    rivals = {**library(seen), "rate so far": naive(seen, WEEKS), "always zero": np.zeros(len(bought))}
    out = [_record(f"clv.cdnow.{name}", name, likely, bought, rivals[LIBRARY]) for name in ("mae", "rmse", "total_ratio")]
    out += [
        _record(f"clv.cdnow.mean.{name}", name, mean, bought, rivals[LIBRARY], claimed=False) for name in ("mae", "rmse", "total_ratio")
    ]
    for label, rival in rivals.items():
        key = label.split(" (")[0].lower().replace("/", "_").replace(" ", "_")
        out += [_plain(f"clv.cdnow.baseline.{key}.{name}", value) for name, value in figures(rival, bought).items()]
    inside = (bought >= found["purchases_low"].to_numpy()) & (bought <= found["purchases_high"].to_numpy())
    out.append(_plain("clv.cdnow.inside_80", float(inside.mean())))
    return out


def _plain(record_id: str, value: float) -> Record:
    return Record(
        record_id, round(value, 4), "purchases" if "ratio" not in record_id and "inside" not in record_id else "ratio", *[None] * 5, COMMAND
    )


def _record(record_id: str, name: str, forecast: Floats, bought: Floats, rival: Floats, *, claimed: bool = True) -> Record:
    value, other = figures(forecast, bought)[name], figures(rival, bought)[name]
    targets = {"mae": "<= baseline", "total_ratio": "0.95 to 1.05"}
    return Record(
        id=record_id,
        value=round(value, 4),
        unit="ratio" if name == "total_ratio" else "purchases",
        baseline=LIBRARY,
        baseline_value=round(other, 4),
        ratio=round(value / other, 4),
        target=targets.get(name) if claimed or name == "total_ratio" else None,
        spread=spread(forecast, bought, name),
        command=COMMAND,
    )
