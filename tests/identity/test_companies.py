"""Companies join by their ids, groups roll up to their top, everything else stays what it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from tests.identity._frames import deal, means, project, run, tables, top

from onelead.identity import Decision
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from onelead.identity import Resolution


def _sales(name: str, *rows: dict[str, object]) -> dict[str, pl.DataFrame]:
    schema = canonical_tables()[name].delivered
    return {name: pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)}


def _company(customer: str, name: str | None = None, parent: str | None = None, **more: object) -> dict[str, object]:
    return {"customer_id": customer, "account_name": name, "parent_customer_id": parent, **more}


GROUP = [
    _company("C1", "Tessmar Group", industry="Shipping", country="SG", employees=900, created_date=date(2020, 1, 1)),
    _company("C2", "Tessmar Ports", "C1"),
    _company("C3", "Tessmar Cranes", "C2"),
    _company("C4", "Tessmar Group"),
    _company("C5", "Orphan", "C99"),
]


def _of(found: Resolution, table: str, key: str) -> dict[str, tuple[str | None, str | None]]:
    rows = found.tables[table].select(key, "account_id", "named_account_id").rows()
    return {row[0]: (row[1], row[2]) for row in rows}


def test_groups_roll_up_to_their_top_and_ids_never_merge_by_name() -> None:
    """C1 › C2 › C3 is one account with two named ones; C4 has the name of C1 and stays another; an unknown parent counts for nothing."""
    found = run(tables() | _sales("companies", *GROUP))
    assert top(found) == {"C1", "C4", "C5"}
    rows = {row["account_id"]: row for row in found.accounts.iter_rows(named=True)}
    assert {key: (row["level"], row["parent_id"]) for key, row in rows.items() if row["level"] == "named"} == {
        "C2": ("named", "C1"),
        "C3": ("named", "C1"),
    }
    assert (rows["C1"]["industry"], rows["C1"]["country"], rows["C1"]["employees"], rows["C1"]["raw_ids"]) == ("Shipping", "SG", 900, 3)
    assert rows["C1"]["source_ids"] == "C1, C2, C3"
    assert rows["C1"]["created_date"] == date(2020, 1, 1)
    assert _of(found, "companies", "customer_id")["C3"] == ("C1", "C3")
    assert means(found, "customer_id", "C3") == "C3"


def test_a_ring_of_parents_ends() -> None:
    found = run(
        tables() | _sales("companies", _company("A", "A", "B"), _company("B", "B", "A"), _company("C", "C", "A"), _company("D", "D", "D"))
    )
    assert top(found) >= {"A", "B", "D"}


def test_facts_find_their_company() -> None:
    """By id; without one by a name that only one company bears; else by what the row refers to. A lead's name makes no account."""
    data = tables(
        opportunities=[{"opportunity_id": "d1", "customer_id": "C3"}, {"opportunity_id": "d2", "account_name": "TESSMAR-PORTS"}],
        projects=[project("C5", "Anything"), project(None, "Tessmar Group")],
    )
    data |= _sales("companies", *GROUP)
    data |= _sales("transactions", {"transaction_id": "t1", "customer_id": " C2 "}, {"transaction_id": "t2", "account_name": "Somebody"})
    data |= _sales("contracts", {"contract_id": "k1", "customer_id": "C9"})
    data |= _sales("invoices", {"invoice_id": "i1", "contract_id": "k1"}, {"invoice_id": "i2"})
    data |= _sales("payments", {"payment_id": "p1", "invoice_id": "i1"})
    data |= _sales("activities", {"activity_id": "a1", "opportunity_id": "d1"})
    data |= _sales("leads", {"lead_id": "l1", "account_name": "Prospect Ltd"}, {"lead_id": "l2", "opportunity_id": "d2"})
    found = run(data)
    assert _of(found, "opportunities", "opportunity_id") == {"d1": ("C1", "C3"), "d2": ("C1", "C2")}
    assert _of(found, "activities", "activity_id") == {"a1": ("C1", "C3")}
    assert _of(found, "contracts", "contract_id") == {"k1": ("C9", None)}
    assert _of(found, "invoices", "invoice_id") == {"i1": ("C9", None), "i2": (None, None)}
    assert _of(found, "payments", "payment_id") == {"p1": ("C9", None)}
    assert _of(found, "leads", "lead_id") == {"l1": (None, None), "l2": ("C1", "C2")}
    bought = _of(found, "transactions", "transaction_id")
    assert bought["t1"] == ("C1", "C2")
    assert bought["t2"][0] in top(found)
    works = found.tables["projects"]["account_id"].to_list()
    assert works[0] == "C5"
    assert works[1] not in {"C1", "C4"}  # two companies bear the name: it says nothing
    assert "Prospect Ltd" not in found.accounts["account_name"].to_list()
    assert found.accounts.filter(pl.col("account_id") == "C9")["account_name"].to_list() == ["Customer C9"]


def test_companies_lie_below_a_territory_that_is_an_account() -> None:
    data = tables(opportunities=[deal("1", "56088", "Tessmar")]) | _sales(
        "companies", _company("C1", "Tessmar Ports", territory_id="56088"), _company("C2", "Other", territory_id="77")
    )
    found = run(data)
    rows = {row["account_id"]: row for row in found.accounts.iter_rows(named=True)}
    assert (rows["C1"]["level"], rows["C1"]["parent_id"]) == ("named", "56088")
    assert rows["56088"]["raw_ids"] == 2
    assert (rows["C2"]["level"], rows["C2"]["territory_id"]) == ("account", "77")


def test_ids_are_kept_when_a_customer_becomes_a_company_and_when_another_has_the_same() -> None:
    first = run(tables(projects=[project("300", "Tessmar Ports")], opportunities=[deal("1", "56088", "Brackwald")]))
    assert {"300", "56088"} <= top(first)
    data = tables(projects=[project("300", "Tessmar Ports")], opportunities=[deal("1", "56088", "Brackwald")])
    data |= _sales("companies", _company("300", "Tessmar Ports"), _company("56088", "Namesake"))
    second = run(data, known=first.known)
    assert _of(second, "projects", "customer_id")["300"] == ("300", None)
    assert means(second, "customer_id", "56088") == "56088-2"
    assert means(second, "territory_id", "56088") == "56088"
    third = run(data, known=second.known)
    assert third.accounts.equals(second.accounts)
    assert third.known.equals(second.known)


def test_decisions_join_and_part_companies() -> None:
    data = tables(opportunities=[deal("1", "56088", "Brackwald")]) | _sales("companies", *GROUP)
    same = Decision("same", "customer_id", "C1", "customer_id", "C4")
    joined = run(data, same)
    assert top(joined) == {"C1", "C5", "56088"}
    assert means(joined, "customer_id", "C4") == "C1"
    parted = run(data, same, Decision("split", "customer_id", "C4"))
    assert top(parted) == {"C1", "C4", "C5", "56088"}
    below = run(data, Decision("same", "customer_id", "C5", "territory_id", "56088"))
    assert _of(below, "companies", "customer_id")["C5"] == ("56088", "C5")
