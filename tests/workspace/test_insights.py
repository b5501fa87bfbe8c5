"""What the data holds: grades, gaps, spreads, correlations, origins; known answers on tables of a few rows."""

from __future__ import annotations

import math
import random
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.examples import SOAK
from tests.workspace._exports import ASSETS, OPPORTUNITIES, PROJECTS, write_export

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import Viewer
from onelead.workspace import open_workspace
from onelead.workspace.correlating import _pairwise, _ranked, correlations
from onelead.workspace.distributions import described_columns, described_tables, distribution
from onelead.workspace.insights import column_completeness, missing_matrix, quarantine_counts, quarantined, table_grades
from onelead.workspace.lineage import freshness, made_from, row_origins
from onelead.workspace.reviewing import account_links, account_origins, published_snapshots, review_list, snapshots_compared

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


def narrowed(ws: Workspace, account: str) -> Workspace:
    """The same workspace, as a viewer of one account sees it."""
    return type(ws)(ws._parts, Viewer(account_ids=frozenset({account})))


def test_grades_count_delivered_columns_and_empty_cells(small: Workspace) -> None:
    """Projects: six columns came, P3 lacks customer_id and account_name: 2 of 18 cells are empty."""
    projects = small.ask(table_grades).row(by_predicate=pl.col("table") == "projects", named=True)
    assert (projects["rows"], projects["columns"], projects["missing"]) == (3, 6, 2)
    assert projects["completeness"] == pytest.approx((4 + 2 * 2 / 3) / 6)
    assert projects["grade"] == "Good"


def test_completeness_of_a_column(small: Workspace) -> None:
    found = small.ask(column_completeness, "projects")
    customer = found.row(by_predicate=pl.col("column") == "customer_id", named=True)
    assert (customer["rows"], customer["filled"], customer["missing"], customer["delivered"]) == (3, 2, 1, True)
    region = found.row(by_predicate=pl.col("column") == "region", named=True)
    assert (region["filled"], region["delivered"]) == (0, False)
    with pytest.raises(UnknownNameError, match="asets"):
        small.ask(column_completeness, "asets")


def test_only_delivered_columns_have_gaps(small: Workspace) -> None:
    gaps = small.ask(missing_matrix).select("table", "column", "missing", "share").rows()
    assert sorted(gaps) == [("projects", "account_name", 1, pytest.approx(1 / 3)), ("projects", "customer_id", 1, pytest.approx(1 / 3))]


def test_quality_heeds_the_rights_of_the_viewer(small: Workspace) -> None:
    """The account of territory 56001 has two of the three assets."""
    account = small.ask(account_origins).row(by_predicate=pl.col("source_ids").str.contains("56001"), named=True)["account_id"]
    grades = narrowed(small, account).ask(table_grades)
    assert grades.row(by_predicate=pl.col("table") == "assets", named=True)["rows"] == 2
    assert narrowed(small, account).ask(quarantined).is_empty()
    assert dict((name, rows) for name, _, rows in narrowed(small, account).ask(described_tables))["assets"] == 2  # noqa: C402


def test_quarantine_by_reason(ws: Workspace, tmp_path: Path) -> None:
    """S1 breaks a date, S2 breaks it too and lacks nothing else; S3 is good."""
    bad = [{**ASSETS[0], "end_of_life_date": "32/13/2024"}, {**ASSETS[1], "end_of_life_date": "soon"}, ASSETS[2]]
    ws.load(*write_export(tmp_path / "a", assets=bad), accept_bad_rows=True)
    counts = ws.ask(quarantine_counts)
    assert counts["entries"].sum() == 2
    assert counts["column"].unique().to_list() == ["end_of_life_date"]
    first = counts.row(0, named=True)
    rows = ws.ask(quarantined, "assets", first["reason"])
    assert rows.height == first["entries"]
    assert ws.ask(quarantined, "projects").is_empty()
    assert set(ws.ask(quarantined)["value"].to_list()) == {"32/13/2024", "soon"}
    assert '"S1"' in ws.ask(quarantined)["row"].to_list()[0]


# Distributions ---------------------------------------------------------------------------------------------------------------


def test_categories_are_counted_and_what_is_empty_is_said(small: Workspace) -> None:
    found = small.ask(distribution, "assets", "support_status")
    assert found["bins"].select("label", "rows").rows() == [("Active", 2), ("Expired", 1)]
    assert (found["rows"], found["missing"], found["other"]) == (3, 0, 0)
    empty = small.ask(distribution, "assets", "contract_value")
    assert (empty["rows"], empty["missing"]) == (3, 3)
    assert empty["bins"].is_empty()


def test_categories_beyond_the_thirtieth_are_counted_together(ws: Workspace, tmp_path: Path) -> None:
    """One category twice, then 34 once each: 30 are shown, 5 rows of 5 others."""
    rows = [{**ASSETS[0], "asset_id": f"S{n}", "product_category": f"C{max(n, 1):02d}"} for n in range(36)]
    ws.load(*write_export(tmp_path / "a", assets=rows))
    found = ws.ask(distribution, "assets", "product_category")
    assert found["bins"].row(0)[0] == "C01"
    assert found["bins"]["rows"].sum() == 31
    assert (found["other"], found["others"]) == (5, 5)


def test_numbers_are_counted_in_round_bins_that_hold_every_row(ws: Workspace, tmp_path: Path) -> None:
    """Amounts 100, 200 … 10,000: their quartiles are known, and bins of 500 hold five each but the first and the last."""
    rows = [{**OPPORTUNITIES[0], "opportunity_id": f"O{n}", "amount": str(100 * n)} for n in range(1, 101)]
    ws.load(*write_export(tmp_path / "a", opportunities=rows))
    found = ws.ask(distribution, "opportunities", "amount")
    assert found["stats"] == pytest.approx({"lowest": 100, "q1": 2575, "median": 5050, "q3": 7525, "highest": 10_000, "average": 5050})
    bins = found["bins"]
    assert bins["rows"].sum() == 100
    assert bins.row(0) == ("0 to 500", 0.0, 500.0, 4)
    assert bins.row(1) == ("500 to 1000", 500.0, 1000.0, 5)
    assert bins.row(-1) == ("10000 to 10500", 10_000.0, 10_500.0, 1)


def test_few_whole_numbers_are_counted_one_by_one(ws: Workspace, tmp_path: Path) -> None:
    rows = [{**PROJECTS[0], "project_id": f"P{n}", "days": str(n % 3)} for n in range(7)]
    ws.load(*write_export(tmp_path / "a", projects=rows))
    assert ws.ask(distribution, "projects", "days")["bins"].select("label", "rows").rows() == [("0", 3), ("1", 2), ("2", 2)]


def test_dates_without_an_announced_end_are_apart(ws: Workspace, tmp_path: Path) -> None:
    ends = ["2024-01-31", "2024-01-05", "2024-03-01", "2099-12-31"]
    ws.load(
        *write_export(tmp_path / "a", assets=[{**ASSETS[0], "asset_id": f"S{n}", "end_of_life_date": end} for n, end in enumerate(ends)])
    )
    bins = ws.ask(distribution, "assets", "end_of_life_date")["bins"]
    assert bins.select("label", "rows").rows() == [("2024-01", 2), ("2024-03", 1), ("No end announced", 1)]


@pytest.mark.soak
def test_every_column_of_every_table_can_be_looked_at(loaded: Workspace) -> None:
    """In a plain run every third column, and the first of each kind."""
    few = (pl.int_range(pl.len()) % 3 == 0) | pl.col("kind").is_first_distinct()
    with loaded._view() as view:  # one view for hundreds of questions
        for table, _, rows in described_tables(view, loaded._parts):
            columns = described_columns(view, loaded._parts, table)
            for column in columns.filter(SOAK or few)["column"]:
                found = distribution(view, loaded._parts, table, column)
                assert found["bins"]["rows"].sum() + found["other"] + found["missing"] == rows, (table, column)


def test_unknown_tables_and_columns_are_named(small: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="asset"):
        small.ask(distribution, "asset", "x")
    with pytest.raises(UnknownNameError, match="end_of_live"):
        small.ask(distribution, "assets", "end_of_live")


# Correlations ----------------------------------------------------------------------------------------------------------------


def test_correlation_over_the_pairs_that_both_have() -> None:
    """a and b over the four rows where both are known: 1 2 3 4 against 2 4 5 9, r = 11 / sqrt(5 * 26)."""
    frame = pl.DataFrame({"a": [1.0, 2, 3, 4, None, 100], "b": [2.0, 4, 5, 9, 7, None], "c": [1.0, -1, None, None, None, None]})
    r, n = _pairwise(frame)
    assert n[0, 1] == 4
    assert r[0, 1] == pytest.approx(11 / math.sqrt(5 * 26))
    assert r[0, 0] == pytest.approx(1.0)
    assert n[0, 2] == 2
    assert r[1, 0] == r[0, 1]


def test_ranks_are_those_among_the_pairs() -> None:
    """Without its third row b reads 1 3 2 4 2: a is 1 2 4 5 3 among these five, b 1 4 2.5 5 2.5, as pandas has it."""
    frame = pl.DataFrame({"a": [10.0, 20, 25, 40, 50, 30, None], "b": [1.0, 3, None, 2, 4, 2, 0]})
    r, n = _ranked(frame)
    a, b = [1, 2, 4, 5, 3], [1, 4, 2.5, 5, 2.5]
    middle = 3
    over = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    under = math.sqrt(sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b))
    assert (r[0, 1], n[0, 1]) == (pytest.approx(over / under), 5)
    assert r[1, 0] == r[0, 1]
    assert r[0, 0] == pytest.approx(1.0)


def test_spearman_is_that_of_pandas_where_values_are_missing() -> None:
    pandas = pytest.importorskip("pandas")
    draw = random.Random(7)  # noqa: S311 - a fixed draw
    columns = {name: [draw.choice([None, *range(place + 3)]) for _ in range(60)] for place, name in enumerate("abcdef")}
    columns["known with a"] = [None if value is None else (row - 20) ** 2 for row, value in enumerate(columns["a"])]
    columns["never with a"] = [row if value is None else None for row, value in enumerate(columns["a"])]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64))
    known = pandas.DataFrame({name: frame[name].fill_null(float("nan")).to_numpy() for name in columns})
    r, n = _ranked(frame)
    assert r == pytest.approx(known.corr("spearman").to_numpy(), abs=1e-12, nan_ok=True)
    assert n[0].tolist() == [(known["a"].notna() & known[name].notna()).sum() for name in columns]


def test_large_values_lose_no_digits() -> None:
    base = 1e12
    r, _ = _pairwise(pl.DataFrame({"a": [base + n for n in range(5)], "b": [base - n for n in range(5)]}))
    assert r[0, 1] == pytest.approx(-1.0)


def test_features_that_do_not_vary_are_named(loaded: Workspace) -> None:
    for method in ("pearson", "spearman"):
        found = loaded.ask(correlations, method)
        pairs = found["pairs"]
        same = pairs.filter(pl.col("a") == pl.col("b"))
        assert same["r"].drop_nulls().to_list() == pytest.approx([1.0] * same["r"].drop_nulls().len())
        assert pairs["r"].drop_nulls().is_between(-1, 1).all()
        assert pairs.filter(pl.col("n") < 3)["r"].null_count() == pairs.filter(pl.col("n") < 3).height
        features = loaded.table("features")
        assert not set(found["features"]) & {name for name in features.columns if features[name].drop_nulls().n_unique() <= 1}
        assert found["accounts"] == 10
        assert found["sampled"] is None
    with pytest.raises(UnknownNameError, match="kendall"):
        loaded.ask(correlations, "kendall")


# Lineage and snapshots -------------------------------------------------------------------------------------------------------


def test_rows_are_traced_to_their_file(small: Workspace) -> None:
    origins = {row["table"]: row for row in small.ask(row_origins).to_dicts()}
    projects = origins["projects"]
    assert (projects["file"], projects["rows"], projects["attributed"], projects["unattributed"]) == ("projects.csv", 3, 2, 1)
    assert origins["assets"]["quarantined"] == 0


def test_quarantined_rows_are_traced_even_where_no_row_was_good(ws: Workspace, tmp_path: Path) -> None:
    bad = [{**ASSETS[0], "end_of_life_date": "soon"}]
    ws.load(*write_export(tmp_path / "a", assets=bad, opportunities=OPPORTUNITIES), accept_bad_rows=True)
    origins = {row["table"]: row for row in ws.ask(row_origins).to_dicts()}
    assert (origins["assets"]["rows"], origins["assets"]["quarantined"]) == (0, 1)


def test_carried_tables_name_the_file_that_brought_them(small: Workspace, tmp_path: Path) -> None:
    small.load(*write_export(tmp_path / "b", opportunities=OPPORTUNITIES[:1]))
    files = dict(small.ask(made_from).select("table", "rows").iter_rows())
    assert files == {"assets": 3, "opportunities": 1, "projects": 3}
    made = small.ask(made_from).filter(pl.col("table") == "assets")
    assert made["file"].item() == "assets.csv"
    assert made["sha256"].str.len_chars().item() == 64


def test_freshness_says_what_waits_to_be_computed(small: Workspace) -> None:
    found = small.ask(freshness)
    assert (found["exported"], found["base_waits"], found["results_wait"]) == (date(2024, 6, 30), False, False)
    small.same("56001", "56002")
    assert small.ask(freshness)["base_waits"] is True
    small.refresh()
    assert small.ask(freshness)["base_waits"] is False


def test_snapshots_with_their_files_and_what_differs(small: Workspace, tmp_path: Path) -> None:
    small.load(*write_export(tmp_path / "b", assets=ASSETS[:2]))
    listed = small.ask(published_snapshots)
    assert listed.select("snapshot", "files").rows()[0] == (2, "assets.csv")
    found = small.ask(snapshots_compared, 1, 2)
    assets = found["rows"].row(by_predicate=pl.col("table") == "assets", named=True)
    assert (assets["before"], assets["after"], assets["change"]) == (3, 2, -1)
    metric = found["metrics"].row(by_predicate=pl.col("metric") == "assets", named=True)
    assert (metric["before"], metric["after"], metric["unit"]) == (3.0, 2.0, "count")


# Identities ------------------------------------------------------------------------------------------------------------------


def test_a_decision_shows_on_the_review_list_until_it_is_computed(loaded_review: Workspace) -> None:
    line = loaded_review.ask(review_list).row(0, named=True)
    assert line["decision"] is None
    loaded_review.split(line["link_id"])
    said = loaded_review.ask(review_list).row(by_predicate=pl.col("link_id") == line["link_id"], named=True)
    assert (said["decision"], said["decided_by"]) == ("split", "local")
    assert loaded_review.ask(review_list)["link_id"].to_list()[-1] == line["link_id"], "decided ones go to the end"
    loaded_review.undo_decision(said["decision_id"])
    assert loaded_review.ask(review_list)["decision"].null_count() == loaded_review.ask(review_list).height


def test_a_customer_joined_with_another_account_counts_as_decided(loaded_review: Workspace) -> None:
    lines = loaded_review.ask(review_list).filter(pl.col("candidate_id").is_null())
    one, two = lines["link_id"].to_list()[:2]
    other = lines["account_id"].to_list()[1]
    loaded_review.same(one, other)
    said = dict(loaded_review.ask(review_list).select("link_id", "decision").iter_rows())
    assert said[one] == "same"
    assert said[two] is None


def test_accounts_with_their_raw_ids_and_links(small: Workspace) -> None:
    found = small.ask(account_origins)
    assert found["raw_ids"].is_sorted(descending=True)
    account = found["account_id"][0]
    mine = small.ask(account_links, account)
    assert mine.height == found["links"][0]
    assert small.ask(account_links).height == found["links"].sum()


@pytest.fixture
def loaded_review(tmp_path: Path) -> Any:
    """Two project customers that join no territory: both are on the review list."""
    files = write_export(tmp_path / "r", assets=ASSETS, projects=PROJECTS)  # type: ignore[arg-type]
    with open_workspace(tmp_path / "review") as opened:
        opened.load(*files)
        yield opened
