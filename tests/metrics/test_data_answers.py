"""Metrics of what the data is like, of a few rows, with the answers worked out by hand. The as-of date is 2024-09-04."""

from __future__ import annotations

import polars as pl
import pytest
from tests.frames import MemorySnapshot, account, base, context, snapshot_of
from tests.metrics._answers import ASSETS, PROJECTS, all_of, value

from onelead.core.settings import Settings
from onelead.metrics import metrics, quality, query, rows, values


def test_accounts_identities_and_attach_rate() -> None:
    """Three customers and a named account below one. 3 + 1 + 0 raw ids; two of the three were joined to the first.

    Products at 1 and 2; 1 has a project: half of the two. The project of 3, which has no products, does not count.
    """
    snapshot = snapshot_of(
        accounts=[
            account("1", raw_ids=3),
            account("2", raw_ids=1),
            account("3", raw_ids=0),
            {**account("1a"), "level": "named", "parent_id": "1"},
        ],
        assets=[{"asset_id": "a", "account_id": "1"}, {"asset_id": "b", "account_id": "2"}],
        projects=[{"project_id": "p", "account_id": "1", "practice": "A"}, {"project_id": "q", "account_id": "3", "practice": "B"}],
    )
    expected = {
        "accounts": 3,
        "raw_customer_ids": 4,
        "identities_unified": 2,
        "attach_rate": 0.5,
        "whitespace": 4,
        "practice_penetration": 1 / 3,
    }
    assert all_of(snapshot, expected) == pytest.approx(expected)


def test_attach_rate_is_unknown_while_nothing_joins() -> None:
    snapshot = snapshot_of(
        accounts=[account("1")], assets=[{"asset_id": "a", "account_id": "1"}], service_credits=[{"purchased_credits": 1.0}]
    )
    assert value(snapshot, "attach_rate") is None


def test_a_row_with_two_broken_rules_is_one_quarantined_row() -> None:
    broken = {"table": "assets", "source_file": "f", "source_sheet": "s", "reason": "r"}
    entries = [
        {**broken, "source_row": 5, "column": "a"},
        {**broken, "source_row": 5, "column": "b"},
        {**broken, "source_row": 6, "column": "a"},
    ]
    assert value(snapshot_of(quarantine=entries), "quarantined_rows") == 2
    assert value(snapshot_of(), "quarantined_rows") == 0
    assert values(snapshot_of(), context(), ["quarantined_rows"], account_filter={"1"})["value"][0] is None


def test_unattributed_rows_by_table() -> None:
    found = query(snapshot_of(projects=PROJECTS, assets=ASSETS), context(), "unattributed_rows", by=["table"])
    assert dict(found.select("table", "value").iter_rows()) == {"projects": 4, "assets": 1}
    assert len(rows(snapshot_of(projects=PROJECTS), context(), "unattributed_rows")) == 4


def test_links_and_catalogue() -> None:
    link = {"kind": "name", "value": "v", "account_id": "1", "method": "name_alike", "confidence": 0.7, "evidence": "e", "rows": 1}
    links = [{**link, "link_id": "l1", "status": "review"}, {**link, "link_id": "l2", "status": "auto"}]
    snapshot = snapshot_of(
        account_links=links, services=[{"service": "s"}], opportunities=[{"opportunity_id": "o"}, {"opportunity_id": "w", "is_won": True}]
    )
    assert [value(snapshot, name) for name in ("links_to_review", "services", "opportunity_count", "open_opportunities")] == [1, 1, 2, 1]


def test_quality_grades() -> None:
    """Opportunities: names 4 of 4, lines 3 of 4; ids 4 of 4. Mean of the three columns that hold anything: 11 / 12 = 0.917, Good.

    The columns that the source did not deliver are listed and do not count.
    """
    lines = ["P", "P", "P", None]
    opportunities = [{"opportunity_id": f"{place}", "opportunity_name": "n", "product_line": line} for place, line in enumerate(lines)]
    found = quality(snapshot_of(opportunities=opportunities, services=[{"service": "s"}]), context())
    grades = {row["table"]: (row["completeness"], row["grade"]) for row in found.filter(pl.col("column").is_null()).iter_rows(named=True)}
    assert grades["opportunities"] == (pytest.approx(11 / 12), "Good")
    assert grades["services"] == (1, "Excellent")
    assert grades["assets"] == (None, None)
    amount = found.filter((pl.col("table") == "opportunities") & (pl.col("column") == "amount")).row(0, named=True)
    assert (amount["filled"], amount["delivered"]) == (0, False)
    strict = Settings.model_validate({"metrics": {"excellent_from": 0.99, "good_from": 0.98}})
    poor = quality(snapshot_of(opportunities=opportunities), context(settings=strict))
    assert poor.filter(pl.col("column").is_null() & (pl.col("table") == "opportunities"))["grade"][0] == "Poor"


def test_a_table_that_is_not_there_is_unknown() -> None:
    tables = {name: frame for name, frame in base(assets=ASSETS).items() if name != "service_credits"}
    found = values(MemorySnapshot(tables), context())
    assert found.filter(pl.col("metric") == "unused_credits").row(0) == ("unused_credits", None, False, None, None)
    assert found.filter(pl.col("metric") == "assets")["value"][0] == 5


def test_one_query_a_table() -> None:
    snapshot = snapshot_of(assets=ASSETS)
    values(snapshot, context())
    assert snapshot.queries == len({metric.table for metric in metrics().values()})
