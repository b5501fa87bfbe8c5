"""The documented score, worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onelead.features import WEIGHTS, documented_score

COLUMNS = {
    "account_id": pl.String,
    "urgency_score": pl.Int64,
    "rfm_score": pl.Int64,
    "recency_score": pl.Int64,
    "frequency_score": pl.Int64,
    "monetary_score": pl.Int64,
    "project_success_rate": pl.Float64,
    "platform_diversity": pl.Int64,
    "practice_diversity": pl.Int64,
    "has_active_opportunities": pl.Boolean,
    "contract_renewal_urgency": pl.Boolean,
}


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS)


def test_weights_add_up_to_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_score_of_three_accounts() -> None:
    """Urgency 1, 2, 4 normalises to 0, 1/3, 1; success 0, 0.5, 1 as it is; platforms are 2 everywhere and add 0.

    b: 0.30 / 3 + 0.20 × 0.5 = 0.2; c: 0.30 + 0.20 + 0.05 (the only one with open opportunities) = 0.55.
    """
    given_frame = frame(
        {"account_id": "a", "urgency_score": 1, "project_success_rate": 0.0, "platform_diversity": 2, "has_active_opportunities": False},
        {"account_id": "b", "urgency_score": 2, "project_success_rate": 0.5, "platform_diversity": 2, "has_active_opportunities": None},
        {"account_id": "c", "urgency_score": 4, "project_success_rate": 1.0, "platform_diversity": 2, "has_active_opportunities": True},
    )
    score, parts = documented_score(given_frame)
    assert score["opportunity_propensity_score"].to_list() == pytest.approx([0, 0.2, 0.55])
    notes = {(row["account_id"], row["feature"]): row["note"] for row in parts.iter_rows(named=True)}
    assert notes["a", "platform_diversity"] == "the same for every account, so it counts 0"
    assert notes["b", "has_active_opportunities"] == "not known: filled with no, as documented"
    assert notes["b", "urgency_score"] is None
    assert "the same for every account" in notes["a", "rfm_score"]
    values = parts.filter((pl.col("account_id") == "b") & (pl.col("feature") == "has_active_opportunities"))
    assert values["value"].to_list() == [None], "what is not known is shown as not known"


def test_the_documents_fills() -> None:
    """Unknown urgency is 1 (999 days are no hurry), plus 1 for the contract that ends: 2, half-way between 1 and 3.

    Unknown RFM is recency 1 (999 days) + frequency 2 + monetary 1 (the score of no amount) = 4. Nothing known is 1 + 1 + 1 = 3,
    the lowest RFM there is: (4 − 3) / (9 − 3).
    """
    score, parts = documented_score(
        frame(
            {"account_id": "a", "contract_renewal_urgency": True, "frequency_score": 2},
            {"account_id": "b", "urgency_score": 3, "rfm_score": 9},
            {"account_id": "c", "urgency_score": 1},
        )
    )
    assert score["opportunity_propensity_score"].to_list() == pytest.approx([0.30 * 0.5 + 0.25 / 6, 0.55, 0])
    note = parts.filter((pl.col("account_id") == "a") & (pl.col("feature") == "rfm_score"))["note"][0]
    assert "999 days" in note
    assert "amounts with 0 (frequency 1, monetary value 1)" in note


def test_no_account_has_no_score() -> None:
    score, parts = documented_score(frame())
    assert score.is_empty()
    assert parts.is_empty()


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "urgency_score": st.none() | st.integers(1, 4),
            "rfm_score": st.none() | st.integers(3, 9),
            "project_success_rate": st.none() | st.floats(0, 1),
            "platform_diversity": st.none() | st.integers(1, 9),
            "practice_diversity": st.none() | st.integers(1, 9),
            "has_active_opportunities": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS)
def test_contributions_add_up_to_the_score(rows: list[dict[str, object]]) -> None:
    score, parts = documented_score(frame(*({**row, "account_id": f"{place}"} for place, row in enumerate(rows))))
    total = parts.group_by("account_id").agg(pl.col("contribution").sum()).sort("account_id")
    assert total["contribution"].to_list() == pytest.approx(score["opportunity_propensity_score"].to_list())
    assert score["opportunity_propensity_score"].is_between(0, 1).all()
    assert parts["contribution"].is_between(-1e-12, 0.3 + 1e-12).all()
