"""The baseline that `onelead run` is timed against must really do the documents' work on both layouts."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from onelead.samples import write

RECIPE = Path(__file__).resolve().parents[2] / "benchmarks" / "baselines" / "documents_recipe.py"


@pytest.mark.slow
@pytest.mark.parametrize(("sample", "customers"), [("august", 31), ("consolidated", 25)])
def test_recipe_counts_raw_ids_and_writes_three_files(tmp_path: Path, sample: str, customers: int) -> None:
    """Raw ids: 10 territories and 21 project customers in August, 4 and 21 in the consolidated workbook; a third of them High."""
    workbook = write(sample, tmp_path / f"{sample}.xlsx").files[0]
    done = subprocess.run([sys.executable, str(RECIPE), str(workbook), str(tmp_path / "out")], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    rows = list(csv.DictReader((tmp_path / "out" / "customer_predictions.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == customers
    assert {"customer_id", "predicted_propensity", "prob_high", "composite_score", "rfm_score", "urgency_score"} <= set(rows[0])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "consultant_recommendations.csv",
        "customer_predictions.csv",
        "top_opportunities.csv",
    ]
