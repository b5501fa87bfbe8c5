"""Grouping, conditions, drill-down and row rights of metrics."""

from __future__ import annotations

from typing import Any

import pytest
from tests.frames import AS_OF, MemorySnapshot, account, context, snapshot_of

from onelead.core.errors import UnknownNameError, UsageError
from onelead.metrics import dimensions, query, rows, sql, values


@pytest.fixture(scope="module")
def snapshot() -> MemorySnapshot:
    """Two accounts and four projects, one of them without an account."""
    project = {"start_date": AS_OF, "packaged_service": True}
    return snapshot_of(
        accounts=[account("1", country="DE", account_name="Alpha"), account("2", country="JP", account_name="Beta")],
        projects=[
            {
                **project,
                "project_id": "p1",
                "account_id": "1",
                "account_name": "ALPHA Inc",
                "country": "FR",
                "practice": "A=B",
                "days": 10.0,
            },
            {**project, "project_id": "p2", "account_id": "2", "account_name": "beta", "country": "FR", "practice": "C", "days": 20.0},
            {**project, "project_id": "p3", "account_id": "2", "account_name": "beta", "practice": "D"},
            {"project_id": "p4", "account_name": "nobody", "practice": "C", "country": "IT", "days": 30.0, "packaged_service": False},
        ],
    )


def counts(snapshot: MemorySnapshot, *where: str, by: str = "project_id", **options: Any) -> set[object]:
    found = query(snapshot, context(), "project_count", by=[by], where=where, **options)
    return {name for name, value in found.select(by, "value").iter_rows() if value}


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        (["practice=A=B"], {"p1"}),
        (["practice=C", "practice=D"], {"p2", "p3", "p4"}),
        (["practice=C", "country=FR"], {"p2"}),
        (["country!=FR"], {"p3", "p4"}),
        (["country="], {"p3"}),
        (["country!="], {"p1", "p2", "p4"}),
        (["days>=20"], {"p2", "p4"}),
        (["days < 20"], {"p1"}),
        (["days>10", "days<=20"], {"p2"}),
        (["start_date=2024-09-04"], {"p1", "p2", "p3"}),
        (["packaged_service=no"], {"p4"}),
        (["account_name=Beta"], {"p2", "p3"}),
        (["account.country=DE"], {"p1"}),
        (["account.account_id=2"], {"p2", "p3"}),
        (["account_id="], {"p4"}),
        (["is_active=false", "project_year=2024"], {"p1", "p2", "p3"}),
    ],
)
def test_conditions(snapshot: MemorySnapshot, where: list[str], kept: set[str]) -> None:
    assert counts(snapshot, *where) == kept


def test_groups_by_columns_of_the_table_and_of_the_account(snapshot: MemorySnapshot) -> None:
    """account_name is the account's, country the project's own, account.country the account's; no account is a group of its own."""
    found = query(snapshot, context(), "project_count", by=["account_name", "account.country"])
    assert found.rows() == [("Beta", "JP", 2.0, False, 2), ("Alpha", "DE", 1.0, False, 1), (None, None, 1.0, False, 1)]
    assert counts(snapshot, by="country") == {"FR", "IT", None}


def test_rows_carry_the_account(snapshot: MemorySnapshot) -> None:
    found = rows(snapshot, context(), "project_count", where=["practice=C"])
    assert found.select("account_id", "account_name", "project_id").rows() == [("2", "Beta", "p2"), (None, None, "p4")]
    assert rows(snapshot, context(), "project_count", limit=2)["project_id"].to_list() == ["p1", "p2"]


def test_row_rights(snapshot: MemorySnapshot) -> None:
    """Who may see account 2 sees its two projects, by whatever they ask; the row without an account is not theirs."""
    mine = frozenset({"2"})
    assert counts(snapshot, account_filter=mine) == {"p2", "p3"}
    assert rows(snapshot, context(), "project_count", account_filter=mine)["project_id"].to_list() == ["p2", "p3"]
    found = values(snapshot, context(), ["accounts", "project_count"], account_filter=mine)
    assert found["value"].to_list() == [1, 2]
    assert "'2'" in sql(snapshot, context(), "project_count", account_filter=mine)


def test_many_permitted_accounts_are_joined_and_give_the_same(snapshot: MemorySnapshot) -> None:
    many = frozenset({"2", *(f"nobody {number}" for number in range(300))})
    assert counts(snapshot, account_filter=many) == counts(snapshot, account_filter=frozenset({"2"})) == {"p2", "p3"}
    assert "nobody" not in sql(snapshot, context(), "project_count", account_filter=many)


def test_unknown_names_say_the_nearest(snapshot: MemorySnapshot) -> None:
    with pytest.raises(UnknownNameError, match="expired_products"):
        query(snapshot, context(), "expired_product")
    with pytest.raises(UnknownNameError, match="'practice'"):
        query(snapshot, context(), "project_count", by=["practise"])
    with pytest.raises(UnknownNameError, match="'country'"):
        query(snapshot, context(), "project_count", where=["contry=DE"])
    with pytest.raises(UnknownNameError, match=r"account\.region"):
        query(snapshot, context(), "project_count", by=["account.regio"])
    with pytest.raises(UnknownNameError):
        values(snapshot, context(), ["nothing"])
    with pytest.raises(UnknownNameError):
        query(snapshot, context(), "services", by=["account_name"])


@pytest.mark.parametrize("where", ["practice", "=x", "practice~x", "days>many", "start_date>soon", "packaged_service=perhaps", "days>"])
def test_conditions_that_cannot_be_read(snapshot: MemorySnapshot, where: str) -> None:
    with pytest.raises(UsageError):
        query(snapshot, context(), "project_count", where=[where])


@pytest.mark.parametrize("by", [["practice", "practice"], ["value"]])
def test_groups_that_cannot_be(snapshot: MemorySnapshot, by: list[str]) -> None:
    with pytest.raises(UsageError):
        query(snapshot, context(), "project_count", by=by)


def test_every_documented_dimension_can_be_grouped_by(snapshot: MemorySnapshot) -> None:
    """A view's documentation names columns that it has, and all that it derives."""
    for metric in ("assets", "project_count", "purchased_credits", "opportunity_count", "accounts", "unattributed_rows", "whitespace"):
        assert all(dimensions(metric).values())
        query(snapshot, context(), metric, by=[name for name in dimensions(metric) if name != "value"])


@pytest.mark.parametrize(
    ("where", "kind", "near"),
    [
        (["practice=c"], "practice", "'C'"),
        (["account_name=alpa"], "account_name", "'Alpha'"),
        (["account.country=dd"], "account.country", "'DE'"),
        (["practice=C", "practice=E"], "practice", ""),
        (["days>100", "country=fr"], "country", "'FR'"),
        (["stage=Succes"], "stage", "'Success'"),
    ],
)
def test_a_value_that_does_not_occur_names_the_nearest(snapshot: MemorySnapshot, where: list[str], kind: str, near: str) -> None:
    for ask in (query, rows):
        with pytest.raises(UnknownNameError, match=f"no value of {kind} .*{near}"):
            ask(snapshot, context(), "project_count", where=where)


@pytest.mark.parametrize(
    "where", [["days=7"], ["practice!=c"], ["practice>x"], ["industry_code="], ["days>100", "practice=C"], ["practice=C", "account.country=DE"], ["stage=Excluded"], ["start_date=2001-01-01"]]
)  # fmt: skip
def test_what_may_find_nothing(snapshot: MemorySnapshot, where: list[str]) -> None:
    """Numbers, other operators, the empty value, values that exist elsewhere in the table, and words of a fixed list."""
    query(snapshot, context(), "project_count", where=where)
    rows(snapshot, context(), "project_count", where=where)


def test_an_account_without_rows_of_the_table_is_no_mistake() -> None:
    quiet = snapshot_of(accounts=[account("1"), account("2")], projects=[{"project_id": "p1", "account_id": "1"}])
    assert counts(quiet, "account_id=2") == counts(quiet, "account_name=Name of 2") == set()


def test_a_value_of_others_is_not_told(snapshot: MemorySnapshot) -> None:
    """Who may see account 2 learns of no other's practices, names or ids; who may see nothing, or a table without rows, hears no error."""
    for where in ("practice=A=B", "account_name=Alpha", "account_id=1"):
        with pytest.raises(UnknownNameError) as caught:
            query(snapshot, context(), "project_count", where=[where], account_filter=frozenset({"2"}))
        assert "A=B" not in str(caught.value.hint)
        assert "Alpha" not in str(caught.value.hint)
    assert counts(snapshot, "practice=none", account_filter=frozenset()) == set()
    assert counts(snapshot_of(), "practice=none") == set()


def test_checking_values_costs_one_query() -> None:
    one = snapshot_of(accounts=[account("1")], projects=[{"project_id": "p", "account_id": "1", "practice": "C", "country": "FR"}])
    query(one, context(), "project_count", where=["days>3"])
    assert one.queries == 1
    query(one, context(), "project_count", where=["practice=C", "country=FR"])
    assert one.queries == 3
    query(one, context(), "project_count", where=["account_id=1", "stage=Open"])
    assert one.queries == 5


def test_rows_of_no_account_say_so(snapshot: MemorySnapshot) -> None:
    with pytest.raises(UnknownNameError, match="rows of this metric belong to no account"):
        query(snapshot, context(), "services", where=["account_id=1"])
