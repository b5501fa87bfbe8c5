"""Too little to learn from: no probabilities, no machine learning, and what it would need."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
from tests.models.world import rules_input

from onelead.models import propensity
from onelead.models._scores import abstained

if TYPE_CHECKING:
    import pytest

    from onelead.models import ModelInput

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from tests.models.world import rules_input
for module in [name for name in sys.modules if name.split(".")[0] in {heavy!r}]:
    raise SystemExit(f"{{module}} before")
from onelead.models import propensity
found = propensity(rules_input({size}))
print(found.card["label_source"], sorted({{name.split(".")[0] for name in sys.modules}} & set({heavy!r})))
"""
HEAVY = ("sklearn", "xgboost", "scipy", "pandas")


def loaded(root: str, size: int, before: str = "") -> str:
    script = before + SCRIPT.format(root=root, size=size, heavy=HEAVY)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def test_abstaining_imports_no_machine_learning(request: pytest.FixtureRequest) -> None:
    assert loaded(str(request.config.rootpath), 10) == "none []"


def test_the_rules_step_imports_no_scikit_learn_in_an_own_process(request: pytest.FixtureRequest) -> None:
    """XGBoost brings SciPy's sparse matrices; scikit-learn and pandas would be 130 MB for nothing."""
    own = "from onelead.core.process import mark_own_process\nmark_own_process()\n"
    assert loaded(str(request.config.rootpath), 25, own) == "rules ['scipy', 'xgboost']"


def test_a_guest_process_keeps_what_the_library_offers(request: pytest.FixtureRequest) -> None:
    """In a notebook somebody may use XGBoost's scikit-learn classes later: they must be there."""
    after = (
        SCRIPT.replace("import sys\n", "", 1)
        + "import xgboost; print(xgboost.XGBClassifier(n_estimators=1).fit([[0.0], [1.0]], [0, 1]).predict([[1.0]]))"
    )
    script = "import sys\n" + after.format(root=str(request.config.rootpath), size=25, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env={})
    assert done.returncode == 0, done.stderr


def test_ten_accounts_in_thirds_by_hand() -> None:
    """10 // 3 = 3 High, up to 20 // 3 = 6: 3 Medium, the remaining 4 Low."""
    documented = pl.DataFrame(
        {"account_id": list("jihgfedcba"), "opportunity_propensity_score": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]}
    )
    classes = dict(abstained(documented).select("account_id", "predicted_propensity").iter_rows())
    assert classes == dict(zip("abcdefghij", ["High"] * 3 + ["Medium"] * 3 + ["Low"] * 4, strict=True))


def test_it_says_what_it_would_need() -> None:
    found = propensity(rules_input(10))
    assert [entry["step"] for entry in found.card["why_not_higher"]] == ["outcomes", "rules"]  # type: ignore[attr-defined]
    assert found.card["why_not_higher"][1] == {  # type: ignore[index]
        "step": "rules",
        "reason": "Learning from labels made by rules needs 20 accounts; there are 10.",
        "now": {"accounts": 10},
        "needed": {"accounts": 20},
    }
    assert found.card["metrics"] is None


def test_probabilities_are_empty_and_the_parts_of_the_documented_score_explain_it() -> None:
    data = rules_input(10)
    found = propensity(data)
    for column in ("prediction_confidence", "prob_high", "prob_medium", "prob_low", "probability", "composite_score"):
        assert found.scores[column].null_count() == 10
    sums = found.contributions.group_by("account_id").agg(pl.col("contribution").sum()).join(data.documented, on="account_id")
    assert sums.select((pl.col("contribution") - pl.col("opportunity_propensity_score")).abs().max()).item() == 0


def classes(*values: float | None) -> str:
    documented = pl.DataFrame(
        {"account_id": [f"{place:03d}" for place in range(len(values))], "opportunity_propensity_score": values},
        schema={"account_id": pl.String, "opportunity_propensity_score": pl.Float64},
    )
    return "".join(word[0] for word in abstained(documented).sort("account_id")["predicted_propensity"])


def test_equal_scores_have_equal_classes() -> None:
    """A block of ties gets the class of its middle place. Places of 10: High to 3, Medium to 6, Low to 10; of 6: 2, 4, 6."""
    assert classes(0.0, 0.0, 0.0) == "LLL", "the score does not tell the accounts apart"
    assert classes(None, None) == "LL"
    assert classes(0.4) == "L"
    assert classes() == ""
    assert classes(0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1) == "HHMMMMLLLL", "places 3 and 4: middle 3.5, beyond High"
    assert classes(0.9, 0.9, 0.9, 0.1, 0.1, 0.1) == "HHHLLL", "places 1 to 3: middle 2; 4 to 6: middle 5"
    assert classes(0.5, 0.1, 0.1, 0.1, 0.1, 0.1) == "HMMMMM", "places 2 to 6: middle 4"
    assert classes(0.1 + 0.2, 0.3, 0.1) == "MML", "equal on paper"


def flat(size: int) -> ModelInput:
    data = rules_input(size)
    zero = pl.lit(0.0).alias("opportunity_propensity_score")
    assert data.documented_parts is not None
    return replace(
        data, documented=data.documented.with_columns(zero), documented_parts=data.documented_parts.with_columns(contribution=pl.lit(0.0))
    )


def test_a_score_that_tells_nobody_apart_says_so() -> None:
    said = "the score does not tell the accounts apart"
    found = propensity(flat(3))
    assert set(found.scores["predicted_propensity"]) == {"Low"}
    assert said in str(found.card["summary"])
    assert said in str(found.card["limits"])
    assert found.contributions["note"].str.contains(said).all()
    told = propensity(rules_input(3))
    assert said not in str(told.card)
    assert told.contributions["note"].null_count() == 3


def test_the_function_stays_a_function_once_the_plug_ins_are_loaded() -> None:
    """The plug-in file has the same name; in a fresh process it must not take the function's place."""
    script = "import onelead.models as m; m.models(); from onelead.models import propensity; print(propensity.__class__.__name__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "function"


def test_accounts_that_do_not_differ_in_any_feature_teach_nothing() -> None:
    """Deals without products, projects or credits: boosting refuses a table without columns."""
    data = rules_input(30)
    alike = replace(data, features=data.features.select("account_id", pl.lit(1).alias("total_products")))
    card = propensity(alike).card
    assert card["label_source"] == "none"
    assert "features in which the accounts differ" in str(card["why_not_higher"])
