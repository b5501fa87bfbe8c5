"""Under a filter, numbers come from the rows of the accounts that it leaves: the same numbers as from whole tables, and no row of anybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from onelead.core.errors import UnknownNameError
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.metrics._query import values
from onelead.workspace import serve_workspace
from onelead.workspace.acting import actions
from onelead.workspace.action_pages import action_page
from onelead.workspace.asking import metric_by, metric_values
from onelead.workspace.keeping import Columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving
    from onelead.workspace.viewing import View

ACCOUNTS = ("56088", "56342", "56322")


@pytest.fixture(scope="module", autouse=True)
def narrowing_pays() -> Iterator[None]:
    """The sample is small: narrow all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onelead.workspace.narrowing.LEAST_ROWS", 0)
        yield


@pytest.fixture(scope="module")
def served(loaded_once: Path) -> Iterator[Serving]:
    serving = serve_workspace(loaded_once)
    yield serving
    serving.close()


@pytest.fixture(params=[ACCOUNTS, ACCOUNTS[:1], ("nobody",), ()], ids=["three", "one", "unknown", "none"])
def view(served: Serving, request: pytest.FixtureRequest) -> Iterator[View]:
    stamp = served.stamp()
    assert stamp is not None
    with served.view(Viewer(account_ids=frozenset(request.param)), stamp) as shown:
        yield shown


def test_every_metric_has_the_value_of_the_whole_tables(view: View) -> None:
    """Over the narrowed rows and over all rows with a filter; the metrics that compare accounts (whitespace) among them."""
    assert view.own is not view.snapshot
    whole = values(view.snapshot, view.context, account_filter=view.account_filter)
    assert_frame_equal(values(view.own, view.context, account_filter=view.account_filter), whole, check_exact=False)


def test_small_tables_are_read_as_they_are(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onelead.workspace.narrowing.LEAST_ROWS", 50_000)
    stamp = served.stamp()
    assert stamp is not None
    with served.view(Viewer(account_ids=frozenset(ACCOUNTS[1:])), stamp) as shown:
        assert shown.own is shown.snapshot


@pytest.mark.parametrize("name", ["expired_products", "revenue_at_risk", "open_opportunities"])
def test_groups_by_account_are_asked_once_for_all_and_cut(view: View, name: str) -> None:
    where = ("is_estimated=false",) if name == "revenue_at_risk" else ()
    found = metric_by(view, name, ("account_id", "account_name"), where)
    assert_frame_equal(found, metric_by(replace(view, kept=None, narrowed=None), name, ("account_id", "account_name"), where))
    assert set(found["account_id"]) <= set(view.account_filter or ())


@pytest.mark.parametrize("name", ["expired_products", "whitespace", "project_value", "unused_credits"])
def test_groups_and_conditions_find_the_same(view: View, name: str) -> None:
    own = view.own
    by = {"expired_products": "product_category", "whitespace": "practice", "project_value": "stage", "unused_credits": "practice"}[name]
    for where in ((), ("account.level=account",)) if view.account_filter and view.account_filter != ["nobody"] else ((),):
        found = metric_by(view, name, (by, "account_name"), where)
        assert view.own is own, "one extract answers all"
        assert_frame_equal(found, metric_by(replace(view, narrowed=None), name, (by, "account_name"), where), check_exact=False)


def test_every_metric_put_together_from_accounts_has_the_value_of_a_query(view: View) -> None:
    plain = replace(view, kept=None, narrowed=None)
    assert_frame_equal(metric_values(view), metric_values(plain), check_exact=False)


def test_conditions_on_accounts_pick_pieces_and_find_what_a_query_finds(served: Serving) -> None:
    stamp = served.stamp()
    assert stamp is not None
    with served.view(LOCAL_ADMIN, stamp) as shown:
        plain = replace(shown, kept=None)
        known = f"account_id={ACCOUNTS[0]}"
        for name, by in (("expired_products", "product_category"), ("win_rate", "stage"), ("project_value", "practice")):
            for where in ((known,), ("account.level=account", known), ("account.level=account", f"account_id={ACCOUNTS[1]}", known)):
                asked = served.answers.computed
                found = metric_by(shown, name, (by,), where)
                assert served.answers.computed <= asked + 1, "pieces are asked once for all values"
                assert_frame_equal(found, metric_by(plain, name, (by,), where), check_exact=False)
        with pytest.raises(UnknownNameError, match="no value of account_id 'nobody'"):
            metric_by(shown, "expired_products", (), ("account_id=nobody",))


@pytest.mark.parametrize("table", ["assets", "actions", "accounts", "scores", "services", "quarantine"])
def test_frames_hold_the_rows_of_these_accounts_in_their_order(view: View, table: str) -> None:
    plain = replace(view, narrowed=None)
    assert_frame_equal(view.frame(table), plain.frame(table))
    column = plain.snapshot.frame(table).columns[1]
    assert_frame_equal(view.frame(table, [column]), plain.frame(table, [column]))


def test_too_many_rows_stay_where_they_are(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onelead.workspace.narrowing.MOST_BYTES", -1)
    assert view.own is view.snapshot


def test_columns_are_read_once_and_dropped_when_there_is_no_room(view: View) -> None:
    read: list[list[str]] = []

    class Reader:
        base_id, results_id = "b", "r"

        def frame(self, _: str, columns: list[str]) -> pl.DataFrame:
            read.append(columns)
            return pl.DataFrame({name: ["x" * 100] * 50 for name in columns})

    columns = Columns(limit=40_000)
    reader = Reader()
    assert columns.frame(reader, "t", ["a", "b"]).columns == ["a", "b"]  # type: ignore[arg-type]  # as much of a snapshot as is read
    assert columns.frame(reader, "t", ["b", "c"]).columns == ["b", "c"]  # type: ignore[arg-type]
    assert read == [["a", "b"], ["c"]]
    columns.frame(reader, "t", ["d", "e", "f"])  # type: ignore[arg-type]
    assert columns.frame(reader, "t", ["a"]).height == 50  # type: ignore[arg-type]
    assert read[2:] == [["d", "e", "f"], ["a"]]


def test_a_page_of_actions_is_that_page_of_the_list(served: Serving) -> None:
    stamp = served.stamp()
    assert stamp is not None
    with served.view(LOCAL_ADMIN, stamp) as shown:
        every = actions(shown, served.parts, state="all")
        where, sort = ("priority>=5",), ("-due_date", "title")
        page = action_page(shown, served.parts, state="all", where=where, sort=sort, offset=2, limit=4)
        wanted = every.filter(pl.col("priority") >= 5).sort("due_date", "title", descending=[True, False], maintain_order=True)
        assert page["total"] == wanted.height > 6
        assert_frame_equal(page["items"], wanted.slice(2, 4))
        assert action_page(shown, served.parts, fields=("title", "state"))["items"].columns == ["title", "state"]
