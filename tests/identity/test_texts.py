"""What people read: names of accounts, and the evidence of links."""

import polars as pl
from tests.identity._frames import deal, means, project, run, tables


def test_the_shown_name_is_the_one_with_the_most_rows() -> None:
    """Three projects of the customer write it short; that its one opportunity, then three, write it long changes nothing till they lead."""
    projects = [project("300000001", "Nordwind Logistik", opportunity_id="OP1") for _ in range(3)]

    def shown(deals: int) -> str:
        written = [deal(f"OP{number}", "56088", "Nordwind Logistik G.m.b.H.") for number in range(1, deals + 1)]
        return str(run(tables(opportunities=written, projects=projects)).accounts["account_name"].item())

    assert [shown(1), shown(2), shown(4)] == ["Nordwind Logistik", "Nordwind Logistik", "Nordwind Logistik G.m.b.H."]


def test_of_spellings_with_as_many_rows_the_longest_is_shown_then_the_first_by_alphabet() -> None:
    rows = ["Nordwind Logistik", "Nordwind Logistik GmbH", "Nordwind-Logistik GmbH"]
    for names in (rows, rows[::-1]):
        found = run(tables(opportunities=[deal(f"OP{number}", "56088", name) for number, name in enumerate(names)]))
        assert found.accounts["account_name"].to_list() == ["Nordwind Logistik GmbH"]


def test_a_territory_of_several_is_called_by_the_named_account_with_most_rows() -> None:
    """Aldermoor is on one row in each of two spellings, Zephyr on three; a fourth of Aldermoor's rows is of another table."""
    names = ["Aldermoor Ports Ltd", "ALDERMOOR PORTS LIMITED", "Zephyr Shipping", "Zephyr Shipping", "Zephyr Shipping"]
    deals = [deal(f"OP{number}", "56088", name) for number, name in enumerate(names)]

    def called(assets: int) -> set[str]:
        found = run(tables(opportunities=deals, assets=[{"territory_id": "56088", "account_name": "Aldermoor Ports Ltd"}] * assets))
        return set(found.accounts.filter(pl.col("level") == "account")["account_name"])

    assert called(0) == {"Zephyr Shipping and 1 more"}
    assert called(2) == {"Aldermoor Ports Ltd and 1 more"}


def test_evidence_of_one_spelling_says_it_once() -> None:
    data = tables(projects=[project("300000001", "Kestrel Foods"), project("300000002", "Kestrel Foods")])
    found = run(data)
    assert means(found, "customer_id", "300000002") == "300000001"
    [link] = found.links.filter(pl.col("value") == "300000002").to_dicts()
    assert link["evidence"] == "the same name “Kestrel Foods”"


def test_evidence_of_two_spellings_shows_both() -> None:
    found = run(tables(projects=[project("300000001", "Kestrel Foods Ltd"), project("300000002", "KESTREL FOODS LTD")]))
    [link] = found.links.filter(pl.col("value") == "300000002").to_dicts()
    assert link["evidence"].endswith(": “Kestrel Foods Ltd” and “KESTREL FOODS LTD”")


def test_proposals_between_entries_of_one_name_can_be_told_apart() -> None:
    """Two territories (each with another company as well) bear the customer's name, so it is proposed for both."""
    data = tables(
        opportunities=[
            deal("OP1", "61003", "Kestrel Foods"),
            deal("OP2", "61003", "Talvera Works"),
            deal("OP3", "61005", "Kestrel Foods"),
            deal("OP4", "61005", "Oldmere Ports"),
        ],
        projects=[project("300002247", "Kestrel Foods")],
    )
    links = run(data).links.filter(pl.col("candidate_id").is_not_null())
    told = set(links.filter(pl.col("value") == "300002247")["evidence"])
    assert told == {
        f"the same name: territory {place} “Kestrel Foods” and customer 300002247 “Kestrel Foods”; several territories bear the name"
        for place in ("61003", "61005")
    }
    asked = set(links.filter(pl.col("kind") == "name")["evidence"])
    assert asked == {
        f"of 3 rows with the name “Kestrel Foods” 1 are of customer 300002247, 1 of territory {place}" for place in (61003, 61005)
    }


def test_a_proposal_of_common_words_says_so() -> None:
    data = tables(projects=[project("300000003", "Global Solutions"), project("300000004", "Global Solutions")])
    [link] = run(data).links.filter(pl.col("candidate_id").is_not_null() & (pl.col("kind") == "customer_id")).to_dicts()
    assert link["evidence"] == (
        "the same name, but of words that many companies use: customer 300000003 “Global Solutions” and customer 300000004 “Global Solutions”"
    )
