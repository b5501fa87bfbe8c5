"""Scorecard files: what is accepted, which wins, and how mistakes are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.frames import MemorySnapshot, context, random_base
from tests.scorecards.cards import card, category, measure

from onelead.core.errors import SettingsError, UnknownNameError
from onelead.features import compute
from onelead.scorecards import measures, score, scorecards
from onelead.scorecards._load import read

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
id = "own"
label = "Own"
[bands]
healthy = 80
[[categories]]
id = "use"
label = "Use"
weight = 100
[[categories.measures]]
id = "projects"
label = "Projects"
source = "total_projects"
direction = "up"
points = { kind = "per_unit", each = 25 }
"""

USAGE = """
id = "usage"
label = "Usage of a service"
[bands]
[[categories]]
id = "product_usage"
label = "Product usage"
weight = 60
[[categories.measures]]
id = "daily_invocations"
label = "Daily invocations"
source = "daily_invocations"
direction = "up"
points = { kind = "ranges", critical = 100, healthy = 500 }
[[categories.measures]]
id = "days_since_last_invocation"
label = "Days since the last invocation"
source = "days_since_last_invocation"
direction = "down"
points = { kind = "ranges", critical = 30, healthy = 7 }
[[categories]]
id = "customer_sentiment"
label = "Customer sentiment"
weight = 35
[[categories.measures]]
id = "churn_risk"
label = "Churn risk"
source = "churn_risk"
direction = "down"
points = { kind = "ranges", critical = 2, healthy = 2, text = { Low = 1, Medium = 2, High = 3 } }
[[categories]]
id = "relationship_strength"
label = "Relationship strength"
weight = 5
"""


def test_a_scorecard_may_use_features(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(FILE)
    own = scorecards(tmp_path)["own"]
    snapshot = MemorySnapshot(random_base())
    features = compute(snapshot, context())
    found = measures(snapshot, context(), features, own)
    assert found["total_projects"].to_list() == features["total_projects"].to_list()
    expected = features.select(score=(pl.col("total_projects") * 25.0).clip(0, 100))["score"]
    assert score(own, found)["score"].to_list() == expected.to_list()


def test_a_file_of_the_workspace_wins_and_changes_the_version(tmp_path: Path) -> None:
    built_in = scorecards()["install_base"]
    (tmp_path / "mine.toml").write_text(FILE.replace('"own"', '"install_base"', 1))
    mine = scorecards(tmp_path)["install_base"]
    assert mine.label == "Own"
    assert mine.version != built_in.version
    assert scorecards()["install_base"] == built_in
    assert scorecards(tmp_path / "nowhere") == scorecards()


def test_two_files_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(FILE)
    with pytest.raises(SettingsError, match=r"b\.toml: id 'own' is already used by a\.toml"):
        scorecards(tmp_path)


def test_ranges_words_and_categories_without_measures_fit_in_a_file() -> None:
    """1,000 a day → 100, 10 days → 50, mean 75; churn risk "High" → 0; no measure of the relationship: (60 · 75 + 35 · 0) / 95."""
    usage = read("usage.toml", USAGE.encode())
    values = {"account_id": ["A"], "daily_invocations": [1000], "days_since_last_invocation": [10], "churn_risk": ["High"]}
    assert score(usage, pl.DataFrame(values))["score"][0] == pytest.approx(60 * 75 / 95, abs=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight = 100", "weight = 90", "sum to 90, not to 100"),
        ("weight = 100", 'weight = "much"', r"categories\[use\]\.weight is 'much'"),
        ("weight = 100", "weigth = 100", r"there is no field categories\[use\]\.weigth"),
        ('direction = "up"', "", r"categories\[use\]\.measures\[projects\]\.direction is missing"),
        ('direction = "up"', 'direction = "sideways"', r"measures\[projects\]\.direction is 'sideways'"),
        ("each = 25", "each = 0", r"points.*each is 0"),
        ('"per_unit", each = 25', '"magic"', r"measures\[projects\]\.points"),
        ('"per_unit", each = 25', '"ranges", critical = 5, healthy = 3', "critical lies on the better side of healthy"),
        ('source = "total_projects"', "", "give either source or formula"),
        ('source = "total_projects"', 'source = "total_project"', r"'projects' uses 'total_project'.*'total_projects'"),
        ('source = "total_projects"', 'source = "services"', "neither a metric by account nor a feature"),
        ('source = "total_projects"', 'source = "total_projects"\nsays = "{total}"', r"unknown placeholder \{total\}"),
        ("healthy = 80", "healthy = 30", "at_risk must begin below healthy"),
        ('label = "Own"', 'label = "Own"\nminimum_measures = 2', "minimum_measures is 2, but there are 1 measures"),
        ('id = "own"', 'id = "own', "not valid TOML"),
        ('id = "own"', 'id = "Own Card"', "id is 'Own Card'"),
    ],
)
def test_mistakes_name_the_file_and_the_field(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FILE
    (tmp_path / "own.toml").write_text(FILE.replace(old, new, 1))
    with pytest.raises(SettingsError, match=told) as raised:
        scorecards(tmp_path)
    assert raised.value.message.startswith("own.toml")


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'x' is used twice"):
        card(category("a", 50, measure("x")), category("b", 50, measure("x")))
    with pytest.raises(ValueError, match="'a' is used twice"):
        card(category("a", 50), category("a", 50))


def test_measures_of_an_unknown_id_are_refused() -> None:
    snapshot = MemorySnapshot(random_base())
    with pytest.raises(UnknownNameError, match="'assetz'"):
        measures(snapshot, context(), compute(snapshot, context()), card(category("a", 100, measure("assetz"))))
