"""A person's word wins, also over shared keys and later loads; the later word wins over the earlier."""

import polars as pl
from tests.identity._frames import deal, means, project, run, tables, top, waiting

from onelead.identity import Decision

KEYED = tables(
    opportunities=[deal(f"OP{number}", "56088", "Talvera Works") for number in range(3)],
    projects=[project("300000001", "Talvera Works", opportunity_id=f"OP{number}") for number in range(3)],
)
APART = tables(assets=[{"territory_id": "56088", "account_name": "Oldmere Foods"}], projects=[project("300000001", "Brackvale Steel")])
SAME = Decision("same", "customer_id", "300000001", "territory_id", "56088")
DIFFERENT = Decision("different", "customer_id", "300000001", "territory_id", "56088")


def test_same_joins_and_is_remembered_with_the_alias() -> None:
    first = run(APART)
    second = run(APART, SAME, known=first.known)
    assert top(second) == {"56088"}
    assert means(second, "account_id", "300000001") == "56088"
    [link] = second.links.filter(pl.col("kind") == "customer_id").to_dicts()
    assert (link["method"], link["status"]) == ("decision", "decided")


def test_different_wins_against_shared_keys_and_equal_names() -> None:
    found = run(KEYED, DIFFERENT)
    assert top(found) == {"56088", "300000001"}
    assert found.tables["projects"]["account_id"].unique().to_list() == ["300000001"]
    assert not waiting(found), "what was decided is not asked again"
    assert found.links.filter(pl.col("status") == "rejected").height == 1


def test_same_then_different_restores() -> None:
    first = run(APART)
    joined = run(APART, SAME, known=first.known)
    restored = run(APART, SAME, DIFFERENT, known=joined.known)
    assert restored.accounts.equals(first.accounts)
    for name, frame in first.tables.items():
        assert restored.tables[name].equals(frame)


def test_different_then_same_joins() -> None:
    assert top(run(KEYED, DIFFERENT, SAME)) == {"56088"}


def test_a_split_customer_gets_an_id_of_its_own_and_keeps_it() -> None:
    first = run(KEYED)
    assert top(first) == {"56088"}
    split = run(KEYED, Decision("split", "customer_id", "300000001"), known=first.known)
    assert top(split) == {"56088", "300000001"}
    assert set(split.tables["projects"]["account_id"]) == {"300000001"}
    again = run(KEYED, Decision("split", "customer_id", "300000001"), known=split.known)
    assert again.accounts.equals(split.accounts)


def test_a_review_link_can_be_answered_with_its_account_ids() -> None:
    data = tables(projects=[project("300000001", "Norvane GmbH"), project("300000002", "Norvane S.p.A.")])
    first = run(data)
    [link] = first.links.filter(pl.col("candidate_id").is_not_null()).to_dicts()
    yes = run(data, Decision("same", link["kind"], link["value"], "account_id", link["candidate_id"]), known=first.known)
    assert len(top(yes)) == 1
    no = run(data, Decision("different", link["kind"], link["value"], "account_id", link["candidate_id"]), known=first.known)
    assert len(top(no)) == 2
    assert not waiting(no)


def test_different_holds_against_a_chain_of_equal_names() -> None:
    """B is named like A and like C; A and C were called different: B stays with one of them, A and C never meet."""
    data = tables(projects=[project(f"30000000{number}", "Talvera Works") for number in (1, 2, 3)])
    found = run(data, Decision("different", "customer_id", "300000001", "customer_id", "300000003"))
    assert means(found, "customer_id", "300000001") != means(found, "customer_id", "300000003")
    assert len(top(found)) == 2


def test_names_of_one_key_can_be_parted() -> None:
    data = tables(projects=[project(None, "Norvane AG"), project(None, "NORVANE ag"), project(None, "Norvane AG ")])
    assert len(top(run(data))) == 1
    found = run(data, Decision("different", "name", "Norvane AG", "name", "NORVANE ag"))
    ids = found.tables["projects"]["account_id"].to_list()
    assert ids[0] == ids[2] != ids[1]


def test_a_merge_keeps_the_older_id_also_when_a_territory_comes_later() -> None:
    first = run(tables(projects=[project("300000001", "Talvera Works")]))
    second = run(KEYED, known=first.known)
    assert top(second) == {"300000001"}
    assert second.accounts["territory_id"].to_list() == ["56088"]
    assert means(second, "territory_id", "56088") == "300000001"


def test_decisions_about_things_that_are_not_there_are_ignored() -> None:
    assert top(run(APART, Decision("same", "customer_id", "399", "territory_id", "56088"), Decision("split", "name", "Nobody"))) == {
        "56088",
        "300000001",
    }


def test_a_name_that_visits_another_account_takes_no_id_along() -> None:
    """The name is 56088's by its spelling; a person moves it to 56117 and back: 56117 keeps its id all the while."""
    data = tables(
        assets=[
            {"account_name": "Talvera Works"},
            {"territory_id": "56088", "account_name": "TALVERA WORKS INC"},
            {"territory_id": "56117"},
        ]
    )
    same = Decision("same", "territory_id", "56117", "name", "Talvera Works")
    different = Decision("different", "territory_id", "56117", "name", "Talvera Works")
    first = run(data, different)
    joined = run(data, same, known=first.known)
    restored = run(data, same, different, known=joined.known)
    assert top(first) == top(joined) == top(restored) == {"56088", "56117"}
    assert means(joined, "name", "Talvera Works") == "56117"
    assert means(restored, "name", "Talvera Works") == "56088"
