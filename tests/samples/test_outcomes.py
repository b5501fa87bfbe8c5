"""The outcomes sample: the planted chance is what happens, drivers pull the way the truth says, and both classes are large enough."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from onelead.core.model_settings import PropensitySettings
from onelead.samples import write

WON = ["C", "S", "OC", "I", "DP", "PRE"]


def load(out: Path, **options: bool | int) -> tuple[dict[str, pl.DataFrame], dict]:
    written = write("outcomes", out, **options)
    return {file.stem: pl.read_parquet(file) for file in written.files}, json.loads(written.truth.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pl.DataFrame], dict]:
    return load(tmp_path_factory.mktemp("outcomes") / "planted")


def auc(chance: np.ndarray, won: np.ndarray) -> float:
    """Share of pairs (one won, one not) in which the won one has the higher chance."""
    order = np.argsort(np.argsort(chance, kind="stable"), kind="stable") + 1
    return (order[won].sum() - won.sum() * (won.sum() + 1) / 2) / (won.sum() * (~won).sum())


def test_labels_of_the_truth_are_those_of_the_projects(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    won = tables["projects"].filter(pl.col("stage_status").is_in(WON))
    for place, text in enumerate(truth["grid"][:-1]):
        day = date.fromisoformat(text)
        starts = won.filter((pl.col("start_date") > day) & (pl.col("start_date") <= pl.lit(day) + pl.duration(days=180)))
        told = {account["account_id"] for account in truth["accounts"] if account["won"][place]}
        assert set(starts["territory_id"]) == told


@pytest.mark.parametrize("no_signal", [False, True])
@pytest.mark.parametrize("seed", [20240904, 5])
def test_enough_accounts_with_and_without_a_positive(tmp_path: Path, seed: int, no_signal: bool) -> None:
    """Counted the strictest way: an account without a positive never had a won start at all."""
    tables, _ = load(tmp_path / "some", seed=seed, no_signal=no_signal)
    every = set(tables["projects"]["territory_id"])
    positive = set(tables["projects"].filter(pl.col("stage_status").is_in(WON))["territory_id"])
    needed = PropensitySettings().outcome_accounts
    assert len(positive) >= needed
    assert len(every - positive) >= needed


def test_chance_is_calibrated_and_tells_accounts_apart(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    _, truth = sample
    chance = np.array([account["probability"][:-1] for account in truth["accounts"]]).ravel()
    won = np.array([account["won"] for account in truth["accounts"]]).ravel()
    assert auc(chance, won) > 0.7
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 1.01)):
        inside = (chance >= low) & (chance < high)
        error = 3.5 * np.sqrt(max(0.0025, chance[inside].mean() * (1 - chance[inside].mean())) / inside.sum())
        assert abs(won[inside].mean() - chance[inside].mean()) < error


def test_recency_pulls_up(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    """A driver recounted from the tables alone: who started a project in the year before is more likely to start a won one."""
    tables, truth = sample
    day, place = date.fromisoformat(truth["grid"][-2]), len(truth["grid"]) - 2
    last = tables["projects"].filter(pl.col("start_date") <= day).group_by("territory_id").agg(pl.col("start_date").max())
    recent = {row["territory_id"] for row in last.to_dicts() if (day - row["start_date"]).days <= 365}
    rates = [
        np.mean([account["won"][place] for account in truth["accounts"] if (account["account_id"] in recent) is wanted])
        for wanted in (True, False)
    ]
    assert rates[0] > 1.5 * rates[1]


def test_no_signal_gives_everybody_the_same_chance(tmp_path: Path) -> None:
    _, truth = load(tmp_path / "random", no_signal=True)
    assert {value for account in truth["accounts"] for value in account["probability"]} == {0.09}
    assert truth["drivers"] == {}


def test_old_starts_are_resolved_and_recent_ones_may_be_open(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    projects = sample[0]["projects"]
    still = projects.filter(pl.col("stage_status").is_in(["I", "OC", "S", "DP"]))
    assert still.height > 10
    assert still["end_date"].min() > date(2024, 9, 4)
    assert projects["start_date"].max() <= date(2024, 9, 4)
    assert projects["territory_id"].null_count() == 0
