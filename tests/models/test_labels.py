"""Labels, each answer worked out by hand. As-of date 2024-09-04, horizon 180 days: the newest label date is 2024-03-08."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.models.world import AS_OF, NO_OPPORTUNITIES, NO_PROJECTS, NOTHING_RECORDED, ModelInput, model_input

from onelead.models.outcomes import labels as _labels
from onelead.models.outcomes.labels import build_labels

NEWEST = date(2024, 3, 8)
FEATURES = pl.DataFrame({"account_id": ["A", "B", "C"], "feature": [1.0, 2.0, 3.0]})


@pytest.fixture(autouse=True)
def _few_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_labels, "MIN_KNOWN", 1)


def projects(*rows: tuple[str | None, date | None, str]) -> pl.DataFrame:
    columns = {"account_id": pl.String, "start_date": pl.Date, "stage_status": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.lit(value=False).alias("is_repeat"))


def given_projects(*rows: tuple[str | None, date | None, str], **settings: object) -> ModelInput:
    return model_input(FEATURES, lambda _day: FEATURES, projects(*rows), **settings)


def at_newest(data: ModelInput) -> dict[str, bool]:
    rows = build_labels(data).rows.filter(pl.col("as_of") == NEWEST)
    return dict(zip(rows["account_id"], rows["positive"], strict=True))


LONG_AGO = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("stage", "positive"),
    [("C", True), ("S", True), ("OC", True), ("I", True), ("DP", True), ("PRE", True), ("LOST", False), ("NOBID", False), ("X", False)],
)
def test_success_and_open_starts_are_won_failures_and_excluded_are_not(stage: str, positive: bool) -> None:
    data = given_projects(("A", LONG_AGO, "X"), ("A", NEWEST + timedelta(days=10), stage))
    assert at_newest(data) == {"A": positive}


def test_the_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    """A starts on the label date itself (known by then, so it is history and no positive), B on the last day of the window, C the day after."""
    data = given_projects(
        ("A", NEWEST, "C"), ("B", LONG_AGO, "C"), ("B", AS_OF, "C"), ("C", LONG_AGO, "C"), ("C", AS_OF + timedelta(days=1), "C")
    )
    assert at_newest(data) == {"A": False, "B": True, "C": False}


def test_an_account_without_history_by_then_is_unknown_not_negative() -> None:
    data = given_projects(("A", LONG_AGO, "C"), ("B", NEWEST + timedelta(days=1), "C"), (None, LONG_AGO, "C"), ("C", None, "C"))
    assert at_newest(data) == {"A": False}


def test_repeats_do_not_count() -> None:
    data = given_projects(("A", LONG_AGO, "C"), ("A", NEWEST + timedelta(days=1), "C"))
    repeated = data.projects.with_columns((pl.col("start_date") > NEWEST).alias("is_repeat"))
    assert at_newest(replace(data, projects=repeated)) == {"A": False}


@pytest.mark.parametrize(("won", "positive"), [(True, True), (None, True), (False, False)])
def test_an_opportunity_counts_when_created_in_the_window_and_not_lost(won: bool | None, positive: bool) -> None:
    opportunities = pl.DataFrame(
        {"account_id": ["A", "B"], "created_date": [NEWEST + timedelta(days=5)] * 2, "is_won": [won, won], "is_repeat": [False, False]},
        schema=NO_OPPORTUNITIES.schema,
    )
    data = replace(given_projects(("A", LONG_AGO, "LOST")), opportunities=opportunities)
    assert at_newest(data) == {"A": positive}, "B has no project history and stays unknown"


def test_dates_go_back_in_steps_of_the_horizon_as_far_as_history_reaches() -> None:
    """From 2024-03-08 back by 180 days: 2023-09-10, 2023-03-14; the first start is on 2023-03-14, so no earlier date."""
    labels = build_labels(given_projects(("A", date(2023, 3, 14), "C")))
    assert labels.dates == [date(2023, 3, 14), date(2023, 9, 10), NEWEST]
    assert all(day + timedelta(days=180) <= AS_OF for day in labels.dates)


def test_with_and_without_a_positive_are_disjoint_and_the_stricter_reading() -> None:
    """A: lost, then won in the last window: with. B: never won: without. C: won in the first, not in the last window: with."""
    data = given_projects(
        ("A", date(2023, 9, 1), "C"), ("A", NEWEST + timedelta(days=3), "C"),
        ("B", date(2023, 9, 1), "LOST"),
        ("C", date(2023, 9, 1), "LOST"), ("C", date(2023, 10, 1), "C"),
    )  # fmt: skip
    labels = build_labels(data)
    assert (labels.with_positive, labels.without_positive) == (2, 1)


def test_recorded_outcomes_label_their_account_at_the_date_before() -> None:
    """A (history, no start) gains a positive, B (no history at all) becomes known. C's lies in the future of the as-of date, the next
    says neither yes nor no, and Z is no account (any more). Columns that labels do not need may be empty."""
    march, may = date(2024, 3, 8), date(2024, 5, 1)
    rows = [("A", may, True), ("B", march, False), ("C", AS_OF + timedelta(days=1), True), ("C", may, None), ("Z", may, True)]
    recorded = pl.DataFrame(rows, schema=NOTHING_RECORDED.schema, orient="row").with_columns(pl.lit(None).alias("who"))
    labels = build_labels(replace(given_projects(("A", LONG_AGO, "C")), recorded=recorded))
    assert dict(labels.rows.filter(pl.col("as_of") == NEWEST).select("account_id", "positive").iter_rows()) == {"A": True, "B": False}
    assert (labels.recorded, labels.recorded_unused) == (2, 3)


def test_no_projects_no_labels() -> None:
    labels = build_labels(model_input(FEATURES, lambda _day: FEATURES, NO_PROJECTS))
    assert labels.rows.is_empty()
    assert (labels.dates, labels.with_positive, labels.without_positive) == ([], 0, 0)


starts = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(-1500, 400), st.sampled_from(["C", "S", "LOST", "X", None])), min_size=1, max_size=20
)


@given(starts)
@hypothesis_settings(max_examples=40, deadline=None)
def test_what_starts_after_the_as_of_date_changes_nothing_and_order_neither(rows: list[tuple[str, int, str | None]]) -> None:
    _labels.MIN_KNOWN = 1
    dated = [(account, AS_OF + timedelta(days=days), stage) for account, days, stage in rows]
    known = [row for row in dated if row[1] <= AS_OF]
    every, past = given_projects(*dated), given_projects(*reversed(known))
    assert build_labels(every).rows.equals(build_labels(past).rows)
    brute = {
        (account, day): any(
            who == account and day < start <= day + timedelta(days=180) and stage in ("C", "S") for who, start, stage in known
        )
        for account in "ABC"
        for day in build_labels(past).dates
        if any(who == account and start <= day for who, start, _ in known)
    }
    found = build_labels(past).rows
    assert dict(zip(zip(found["account_id"], found["as_of"], strict=True), found["positive"], strict=True)) == brute
