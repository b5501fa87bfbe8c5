"""Looking for oneself: what the engine groups is what the rows say; rights hold; totals are of the rows."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import exploring as use
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving, Workspace


@pytest.fixture(scope="module")
def served(loaded_once: Path) -> Iterator[Serving]:
    serving = serve_workspace(loaded_once)
    yield serving
    serving.close()


@pytest.fixture(scope="module")
def known(loaded_once: Path) -> Iterator[Workspace]:
    with open_workspace(loaded_once) as opened:
        yield opened


def ask(serving: Serving, use_case: Any, *args: object, viewer: Viewer = LOCAL_ADMIN, **more: Any) -> Any:
    stamp = serving.stamp()
    assert stamp is not None
    return serving.ask(viewer, use_case, stamp, *args, **more)


def test_a_table_counted_by_a_column(served: Serving) -> None:
    found = ask(served, use.explore, "table:assets", by=("product_category",))
    assert dict(found["frame"].select("product_category", "value").iter_rows()) == {
        "WLAN HW": 37,
        "Server Storage & Inf": 17,
        "x86 Premium Servers": 7,
        "C-Class Units & Enclosures": 2,
    }
    assert (found["total"]["value"], found["scanned"], found["groups"], found["capped"], found["unit"]) == (63, 63, 4, False, "count")
    assert "GROUP BY" in found["sql"]


def test_conditions_narrow_what_is_counted(served: Serving) -> None:
    found = ask(served, use.explore, "table:assets", where=("is_expired=yes", "product_category=WLAN HW"))
    assert found["frame"]["value"].item() == 3
    assert found["scanned"] == 3


def test_a_sum_of_priced_things_is_marked_estimated(served: Serving) -> None:
    found = ask(served, use.explore, "table:assets", by=("product_category",), how="sum", column="unit_value")
    assert found["unit"] == "money"
    assert found["frame"].filter(pl.col("product_category") == "WLAN HW").row(0, named=True) == {
        "product_category": "WLAN HW",
        "value": 37 * 1200.0,
        "estimated": True,
        "rows": 37,
    }
    assert not ask(served, use.explore, "table:assets", how="count", column="unit_value")["total"]["estimated"]


def test_a_metric_is_what_the_metric_says(served: Serving, known: Workspace) -> None:
    found = ask(served, use.explore, "metric:revenue_at_risk", by=("account.country",))
    asked = known.query("revenue_at_risk", by=["account.country"])
    assert found["frame"].sort("account.country").to_dicts() == asked.sort("account.country").to_dicts()
    assert found["total"]["value"] == known.metrics("revenue_at_risk")["value"].item()
    assert found["scanned"] == 63
    assert found["total"]["rows"] == 27


@pytest.mark.parametrize(("how", "polars"), [("mean", "mean"), ("min", "min"), ("max", "max"), ("median", "median"), ("sum", "sum")])
def test_aggregates_are_those_of_the_rows(served: Serving, known: Workspace, how: str, polars: str) -> None:
    found = ask(served, use.explore, "table:projects", by=("practice",), how=how, column="days")["frame"]
    rows = known.table("projects").group_by("practice").agg(getattr(pl.col("days").cast(pl.Float64), polars)().alias("value"))
    assert found.sort("practice")["value"].to_list() == pytest.approx(rows.sort("practice")["value"].to_list())


def test_dates_are_grouped_by_their_parts(served: Serving, known: Workspace) -> None:
    starts = known.table("projects")["start_date"]
    years = ask(served, use.explore, "table:projects", by=("start_date@year",))["frame"]
    assert dict(years.select("start_date@year", "value").iter_rows()) == Counter(starts.dt.year().to_list())
    months = ask(served, use.explore, "table:projects", by=("start_date@month",))["frame"]
    assert dict(months.select("start_date@month", "value").iter_rows()) == Counter(starts.dt.truncate("1mo").to_list())
    quarters = ask(served, use.explore, "table:projects", by=("start_date@quarter",))["frame"]
    assert dict(quarters.select("start_date@quarter", "value").iter_rows()) == Counter(starts.dt.truncate("1q").to_list())


def test_columns_without_a_name_of_ours_can_be_grouped_filtered_and_shown(served: Serving, known: Workspace) -> None:
    columns = {column["name"] for column in ask(served, use.source_columns, "table:projects")}
    assert {"extra.pv302", "extra.prj_admin", "account_name", "account.country"} <= columns
    truth = Counter(json.loads(text)["PV302"] for text in known.table("projects")["extra"])
    by = ask(served, use.explore, "table:projects", by=("extra.pv302",))["frame"]
    assert dict(by.select("extra.pv302", "value").iter_rows()) == truth
    one = ask(served, use.explore, "table:projects", where=("extra.pv302=PV302-AMS",))
    assert one["total"]["value"] == truth["PV302-AMS"]
    rows = ask(served, use.explored_rows, "table:projects", ("extra.pv302=PV302-AMS",), limit=5)
    assert rows["frame"]["extra.pv302"].to_list() == ["PV302-AMS"] * 5
    assert rows["of"] == truth["PV302-AMS"]
    values = dict(ask(served, use.column_values, "table:projects", "extra.pv302", "ams"))
    assert values == {"PV302-AMS": truth["PV302-AMS"]}


def test_a_pivot_has_a_cell_for_each_pair_and_totals_of_the_rows(served: Serving, known: Workspace) -> None:
    found = ask(served, use.pivot, "table:projects", rows="practice", across="financial_health", how="mean", column="days")
    projects = known.table("projects").with_columns(
        pl.col("financial_status")
        .replace_strict({"G": "Healthy", "Y": "At risk", "R": "Critical"}, default=None)
        .fill_null("Unknown")
        .alias("h")
    )
    for row in found["frame"].to_dicts():
        mine = projects.filter(pl.col("practice") == row["practice"])
        assert row["Total"] == pytest.approx(mine["days"].mean())
        for name in found["totals"]:
            assert row[name] == pytest.approx(mine.filter(pl.col("h") == name)["days"].mean())
    assert list(found["totals"]) == ["At risk", "Critical", "Healthy", "Unknown"]
    assert found["left_off"] == 0


COLUMNS = ("practice", "country", "financial_health", "stage", "project_year", "account_name", "size_bucket", "start_date@quarter")


@pytest.mark.soak
@settings(max_examples=examples(12, 6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    pair=st.lists(st.sampled_from(COLUMNS), min_size=2, max_size=2, unique=True), kept=st.sampled_from(((), ("stage=Open",), ("days>100",)))
)
def test_whatever_is_pivoted_the_counts_add_up_to_the_whole(served: Serving, pair: list[str], kept: tuple[str, ...]) -> None:
    found = ask(served, use.pivot, "table:projects", rows=pair[0], across=pair[1], where=kept)
    whole = ask(served, use.explore, "table:projects", where=kept)["total"]["value"]
    assert found["frame"]["Total"].sum() == whole == found["total"]["value"]
    if not found["left_off"]:
        assert sum(value or 0 for value in found["totals"].values()) == whole
        cells = found["frame"].select(list(found["totals"])).sum_horizontal()
        assert cells.to_list() == found["frame"]["Total"].to_list()


def test_a_histogram_holds_every_known_number_once(served: Serving, known: Workspace) -> None:
    found = ask(served, use.histogram, "table:projects", "days")
    days = known.table("projects")["days"].drop_nulls()
    assert found["rows"].sum() == len(days)
    for low, high, rows in found.iter_rows():
        assert rows == days.filter((days >= low) & (days < high)).len()


def test_boxes_are_the_quantiles(served: Serving, known: Workspace) -> None:
    box = ask(served, use.boxes, "table:projects", "days").row(0, named=True)
    days = known.table("projects")["days"].cast(pl.Float64)
    assert box["middle"] == days.quantile(0.5, "linear")
    assert (box["low"], box["high"]) == (days.min(), days.max())
    assert ask(served, use.boxes, "table:projects", "days", by="practice").height == known.table("projects")["practice"].n_unique()


def test_points_are_thinned_in_a_stable_way_and_say_so(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "POINTS_MOST", 100)
    found = ask(served, use.points, "table:projects", "days", "project_value")
    assert found["every"] == -(-found["of"] // 100)
    assert found["frame"].height <= 100
    again = serve_workspace(served.parts.directory)
    assert ask(again, use.points, "table:projects", "days", "project_value")["frame"].equals(found["frame"])
    again.close()


def test_more_groups_than_are_shown_are_said(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "GROUPS_MOST", 10)
    found = ask(served, use.explore, "table:projects", by=("project_id",), sort="project_id")
    assert (found["frame"].height, found["capped"], found["total"]["value"]) == (10, True, 2394)


def test_row_rights_hold_in_every_question(served: Serving, known: Workspace) -> None:
    account = str(known.query("assets", by=["account_id"])["account_id"][0])
    mine = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))
    count = known.query("assets", where=[f"account_id={account}"])["value"].item()
    found = ask(served, use.explore, "table:assets", by=("account_id",), viewer=mine)
    assert found["frame"]["account_id"].to_list() == [account]
    assert found["total"]["value"] == found["scanned"] == count
    assert {name for name, _ in ask(served, use.column_values, "table:assets", "account_id", viewer=mine)} == {account}
    assert ask(served, use.explored_rows, "table:assets", viewer=mine)["of"] == count
    assert ask(served, use.histogram, "table:assets", "days_to_end_of_life", viewer=mine)["rows"].sum() <= count
    assert ask(served, use.pivot, "table:assets", rows="account_id", across="product_category", viewer=mine)["frame"].height == 1
    assert ask(served, use.explore, "table:quarantine", viewer=mine)["total"]["value"] == 0
    nobody = Viewer(user="new", roles=frozenset({"rep"}), account_ids=frozenset())
    assert ask(served, use.explore, "table:assets", viewer=nobody)["total"]["value"] == 0
    assert not any(column["name"].startswith("extra.") for column in ask(served, use.source_columns, "table:projects", viewer=nobody))
    with pytest.raises(UnknownNameError):
        ask(served, use.explore, "table:metric_values", viewer=mine)


@pytest.mark.parametrize(
    ("source", "more", "error", "words"),
    [
        ("table:asset", {}, UnknownNameError, "assets"),
        ("metric:revenue_risk", {}, UnknownNameError, "revenue_at_risk"),
        ("view:assets", {}, UnknownNameError, "table"),
        ("table:assets", {"by": ("prodct_category",)}, UnknownNameError, "product_category"),
        ("table:assets", {"by": ("product_name@year",)}, UsageError, "no date"),
        ("table:assets", {"by": ("end_of_life_date@week",)}, UnknownNameError, "month"),
        ("table:assets", {"where": ("product_category=WLAM HW",)}, UnknownNameError, "WLAN HW"),
        ("table:assets", {"where": ("product_category",)}, UsageError, "condition"),
        ("table:assets", {"how": "sum", "column": "product_name"}, UsageError, "no numbers"),
        ("table:assets", {"how": "sum"}, UsageError, "needs a column"),
        ("table:assets", {"how": "mode"}, UnknownNameError, "mean"),
        ("table:assets", {"by": ("product_name",), "sort": "prodct"}, UnknownNameError, "product_name"),
        ("table:assets", {"by": ("product_name", "product_name")}, UsageError, "twice"),
        ("table:assets", {"by": ("product_name", "product_category", "business_area")}, UsageError, "too many"),
        ("table:projects", {"by": ("value",)}, UsageError, "names of the result"),
        ("table:projects", {"by": ("extra.pv303",)}, UnknownNameError, r"extra\.pv302"),
    ],
)
def test_mistakes_are_named_with_what_is_valid(
    served: Serving, source: str, more: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ask(served, use.explore, source, **more)
    with pytest.raises(UsageError, match="no numbers"):
        ask(served, use.histogram, "table:assets", "product_name")
