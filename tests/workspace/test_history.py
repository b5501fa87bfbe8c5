"""Metrics by snapshot: what was published then, one point a date, over the accounts that the viewer may see."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.history import BOARD, SCHEMA, metric_board, metric_history
from onelead.workspace.lacking import lacking
from onelead.workspace.leading import breakdown, breakdowns, concentration, executive, not_known, opportunity_kinds
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving, Workspace

DAYS = (date(2024, 6, 1), date(2024, 8, 1), date(2024, 9, 4))


@pytest.fixture(scope="module")
def published(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The August sample, published as of three dates, the last one twice."""
    directory = tmp_path_factory.mktemp("history") / "ws"
    shutil.copytree(loaded_once, directory)
    with open_workspace(directory) as opened:
        for day in (*DAYS, DAYS[-1]):
            opened.refresh(as_of=day)
        yield opened


@pytest.fixture(scope="module")
def served(published: Workspace) -> Iterator[Serving]:
    serving = serve_workspace(published.directory)
    yield serving
    serving.close()


def ask(
    serving: Serving, use_case: object, *args: object, viewer: Viewer = LOCAL_ADMIN, as_of: date | None = None, **more: object
) -> object:
    stamp = serving.stamp(as_of=as_of)
    assert stamp is not None
    return serving.ask(viewer, use_case, stamp, *args, **more)  # type: ignore[arg-type]


def test_one_point_a_date_and_each_is_what_was_published(served: Serving, published: Workspace) -> None:
    found = ask(served, metric_history, ("expired_products", "assets"))
    assert isinstance(found, pl.DataFrame)
    assert found.schema == SCHEMA
    expired = found.filter(pl.col("metric") == "expired_products")
    assert expired["as_of"].to_list() == list(DAYS)
    assert expired["value"].to_list() == [published.metrics("expired_products", as_of=day)["value"].item() for day in DAYS]
    assert expired["value"][-1] == 27
    assert found.filter(pl.col("metric") == "assets")["value"].to_list() == [63.0] * 3


def test_a_past_date_sees_nothing_later(served: Serving) -> None:
    found = ask(served, metric_history, ("expired_products",), as_of=DAYS[1])
    assert isinstance(found, pl.DataFrame)
    assert found["as_of"].max() == DAYS[1]


def test_somebody_with_some_accounts_sees_the_history_of_these(served: Serving, published: Workspace) -> None:
    account = str(published.query("expired_products", by=["account_id"])["account_id"][0])
    mine = Viewer(user="rep", roles=frozenset({"rep"}), account_ids=frozenset({account}))
    found = ask(served, metric_history, ("expired_products",), viewer=mine)
    assert isinstance(found, pl.DataFrame)
    where = [f"account_id={account}"]
    assert found["value"].to_list() == [published.query("expired_products", where=where, as_of=day)["value"].item() for day in DAYS]
    assert found["value"][-1] < 27


def test_the_board_knows_every_metric_and_its_change(served: Serving, published: Workspace) -> None:
    board = ask(served, metric_board)
    assert isinstance(board, pl.DataFrame)
    assert list(board.schema) == list(BOARD)
    assert board["metric"].to_list() == published.metrics()["metric"].to_list()
    assert board["area"].null_count() == 0
    row = board.row(by_predicate=pl.col("metric") == "expired_products", named=True)
    assert row["since"] == DAYS[1]
    assert row["change"] == row["value"] - row["before"] == row["line"][-1] - row["line"][-2]
    unknown = board.row(by_predicate=pl.col("metric") == "win_rate", named=True)
    assert (unknown["value"], unknown["change"], unknown["line"]) == (None, None, None)


def test_a_metric_that_does_not_exist_is_named(served: Serving) -> None:
    with pytest.raises(UnknownNameError, match="expired_products"):
        ask(served, metric_history, ("expird_products",))


def test_risk_by_account_adds_up(served: Serving, published: Workspace) -> None:
    pareto = ask(served, concentration)
    assert isinstance(pareto, pl.DataFrame)
    assert pareto["value"].sum() == published.metrics("revenue_at_risk")["value"].item()
    assert pareto["value"].is_sorted(descending=True)
    assert pareto["running"][-1] == pytest.approx(1.0)
    assert pareto["account_id"].n_unique() == pareto.height


def test_breakdowns_are_offered_where_there_are_values_only(served: Serving) -> None:
    offered = [name for name, _ in ask(served, breakdowns, "revenue_at_risk")]  # type: ignore[attr-defined]
    assert "product_category" in offered
    assert "practice" not in offered
    by = ask(served, breakdown, "assets", "product_category")
    assert isinstance(by, pl.DataFrame)
    assert dict(by.select("group", "value").iter_rows()) == {
        "WLAN HW": 37,
        "Server Storage & Inf": 17,
        "x86 Premium Servers": 7,
        "C-Class Units & Enclosures": 2,
    }


def test_the_executive_numbers_are_those_of_their_rows(served: Serving, published: Workspace) -> None:
    head = ask(served, executive)
    assert isinstance(head, dict)
    actions = published.actions()
    assert head["accounts"] == 10
    assert head["raw_ids"] == published.metrics("raw_customer_ids")["value"].item()
    assert sum(head["propensity"].values()) == 10
    assert head["waiting"] == actions.height
    assert head["low"] <= head["value"] <= head["high"]
    renewals = actions.filter(pl.col("type").is_in(["critical_renewal", "urgent_renewal", "service_expiration", "planned_renewal"]))
    assert head["renewal"] == renewals["account_id"].drop_nulls().n_unique()
    kinds = ask(served, opportunity_kinds)
    assert isinstance(kinds, pl.DataFrame)
    by_kind = dict(kinds.select("kind", "actions").iter_rows())
    assert by_kind["Renewals"] == renewals.height
    assert by_kind["Urgent action"] == actions.filter(pl.col("priority") >= 8).height
    assert sum(by_kind.values()) - by_kind["Urgent action"] == actions.height, "every action is of one kind"


def test_what_is_not_known_is_said(served: Serving, published: Workspace) -> None:
    told = ask(served, not_known)
    assert isinstance(told, dict)
    assert told["counts"]["unattributed_rows"] == published.metrics("unattributed_rows")["value"].item()
    assert "win_rate" in {name for name, _, _ in told["unknown"]}
    assert {row["table"] for row in told["grades"]} == {"assets", "opportunities", "projects", "services", "service_credits"}
    needs = ask(served, lacking)
    assert isinstance(needs, pl.DataFrame)
    assert {"arr", "revenue", "quota_attainment", "win_rate"} <= set(needs["id"])
    assert needs.filter(pl.col("id") == "arr")["load"].item() == "contracts.csv"


def test_a_number_leaves_the_list_once_its_data_are_there(ws: Workspace, tmp_path: Path) -> None:
    write_sample("august", tmp_path / "a.xlsx")
    ws.load(tmp_path / "a.xlsx")
    with_stage = ws.table("opportunities").select(
        "opportunity_id",
        "opportunity_name",
        "territory_id",
        "account_name",
        pl.lit("Propose").alias("stage"),
        pl.lit(1000.0).alias("amount"),
    )
    assert "open_pipeline_value" in ws.ask(lacking)["id"].to_list()
    with_stage.write_csv(tmp_path / "opportunities.csv")
    ws.load(tmp_path / "opportunities.csv", accept_bad_rows=True)
    left = ws.ask(lacking)["id"].to_list()
    assert "open_pipeline_value" not in left
    assert "win_rate" in left
