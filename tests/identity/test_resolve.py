"""Known answers: who is whose customer, worked out by hand in each docstring."""

import polars as pl
from tests.identity._frames import deal, means, project, run, tables, top, waiting

from onelead.core.settings import IdentitySettings
from onelead.identity import Decision, Directory, resolve, review
from onelead.tables.account_links import TABLE as LINKS
from onelead.tables.accounts import TABLE as ACCOUNTS


def test_shared_keys_join_a_customer_of_another_script_with_its_evidence() -> None:
    """Two projects of 300000001 carry opportunities of 56088, so the third one goes there too."""
    data = tables(
        opportunities=[deal("OP1", "56088", "Aonami Works K.K."), deal("OP2", "56088", "Aonami Works K.K.")],
        projects=[
            project("300000001", "株式会社青波製作所", opportunity_id="OP1"),
            project("300000001", "株式会社青波製作所", opportunity_id="OP2"),
            project("300000001", "青波製作所"),
        ],
    )
    found = run(data)
    assert top(found) == {"56088"}
    assert found.tables["projects"]["account_id"].to_list() == ["56088"] * 3
    [link] = found.links.filter(pl.col("kind") == "customer_id").to_dicts()
    assert link["method"] == "shared_key"
    assert link["status"] == "auto"
    assert link["evidence"] == "2 of 2 projects with opportunity ids of territory 56088"
    assert found.accounts["account_name"].to_list() == ["Aonami Works K.K."], "one company of two scripts: no named accounts"
    assert found.accounts["raw_ids"].to_list() == [2]


def test_equal_names_join_within_a_script() -> None:
    data = tables(
        opportunities=[deal("OP1", "56088", "Talvera Works, Inc.")], projects=[project("300000001", "TALVERA WORKS INCORPORATED")]
    )
    found = run(data)
    assert top(found) == {"56088"}
    assert means(found, "customer_id", "300000001") == "56088"


def test_near_names_stay_apart() -> None:
    data = tables(projects=[project("300000001", "Halden Marine Services AS"), project("300000002", "Halden Marine Systems AS")])
    assert top(run(data)) == {"300000001", "300000002"}


def test_forms_of_two_countries_and_generic_names_wait_for_a_person() -> None:
    data = tables(
        projects=[
            project("300000001", "Norvane GmbH"),
            project("300000002", "Norvane S.p.A."),
            project("300000003", "Global Solutions Ltd"),
            project("300000004", "GLOBAL SOLUTIONS LTD"),
        ]
    )
    found = run(data)
    assert len(top(found)) == 4
    assert waiting(found) == {frozenset({"300000001", "300000002"}), frozenset({"300000003", "300000004"})}


def test_conflicting_keys_wait_for_a_person_and_rows_follow_their_own_key() -> None:
    """One project points to 56088, one to 56102, one nowhere: the customer is an account of its own, two candidates wait."""
    data = tables(
        opportunities=[deal("OP1", "56088", "Oldmere Foods"), deal("OP2", "56102", "Brackvale Steel")],
        projects=[
            project("300000001", "Talvera Works", opportunity_id="OP1"),
            project("300000001", "Talvera Works", opportunity_id="OP2"),
            project("300000001", "Talvera Works"),
        ],
    )
    found = run(data)
    assert found.tables["projects"]["account_id"].to_list() == ["56088", "56102", "300000001"]
    assert {frozenset({"300000001", "56088"}), frozenset({"300000001", "56102"})} <= waiting(found)


def test_overwhelming_keys_outweigh_one_stray() -> None:
    deals = [deal(f"OP{number}", "56088", "Talvera Works") for number in range(19)] + [deal("OP19", "56102", "Oldmere Foods")]
    data = tables(
        opportunities=deals, projects=[project("300000001", "Talvera Works", opportunity_id=f"OP{number}") for number in range(20)]
    )
    found = run(data)
    assert means(found, "customer_id", "300000001") == "56088"


def test_one_key_against_a_foreign_name_is_not_enough() -> None:
    data = tables(
        opportunities=[deal("OP1", "56088", "Oldmere Foods")],
        projects=[project("300000001", "Brackvale Steel", opportunity_id="OP1"), project("300000001", "Brackvale Steel")],
    )
    found = run(data)
    assert means(found, "customer_id", "300000001") == "300000001"
    assert frozenset({"300000001", "56088"}) in waiting(found)


def test_an_opportunity_id_on_two_territories_is_no_key() -> None:
    data = tables(opportunities=[deal("OP1", "56088"), deal("OP1", "56102")], projects=[project(None, None, opportunity_id="OP1")])
    assert run(data).tables["projects"]["account_id"].to_list() == [None]


def test_a_territory_with_several_names_keeps_both_levels() -> None:
    """56088 names two companies (one in two spellings); its assets name none of them."""
    data = tables(
        assets=[{"territory_id": "56088"}],
        opportunities=[
            deal("OP1", "56088", "Talvera Shipping Ltd"),
            deal("OP2", "56088", "TALVERA SHIPPING LIMITED"),
            deal("OP3", "56088", "Talvera Ports Ltd"),
        ],
    )
    found = run(data)
    assert top(found) == {"56088"}
    children = found.accounts.filter(pl.col("level") == "named")
    assert set(children["account_name"]) == {"Talvera Shipping Ltd", "Talvera Ports Ltd"}
    assert set(children["parent_id"]) == {"56088"}
    named = found.tables["opportunities"]["named_account_id"].to_list()
    assert named[0] == named[1] != named[2]
    assert None not in named
    assert found.tables["assets"].select("account_id", "named_account_id").rows() == [("56088", None)]


def test_a_territory_without_a_name() -> None:
    assert run(tables(assets=[{"territory_id": "56088"}])).accounts["account_name"].to_list() == ["Territory 56088"]


def test_credits_go_through_their_project_and_rows_without_customer_stay_unattributed() -> None:
    data = tables(
        projects=[project("300000001", "Talvera Works", project_id="P1"), project(project_id="P2")],
        service_credits=[{"project_id": "P1"}, {"project_id": "P2"}, {"project_id": "P1", "territory_id": "56088"}, {"project_id": "P9"}],
        assets=[{"account_name": "N/A"}],
    )
    found = run(data)
    owner = means(found, "customer_id", "300000001")
    assert found.tables["projects"]["account_id"].to_list() == [owner, None]
    assert found.tables["service_credits"]["account_id"].to_list() == [owner, None, "56088", None]
    assert found.tables["assets"]["account_id"].to_list() == [None]


def test_a_customer_without_territory_is_listed_for_review() -> None:
    data = tables(assets=[{"territory_id": "56088"}], projects=[project("300000001", "Talvera Works")])
    [link] = run(data).links.filter(pl.col("status") == "review").to_dicts()
    assert (link["kind"], link["value"], link["account_id"], link["candidate_id"]) == ("customer_id", "300000001", "300000001", None)


def test_names_without_any_id_found_accounts_by_their_hash() -> None:
    data = tables(projects=[project(None, "Talvera Works Ltd"), project(None, "TALVERA WORKS LIMITED"), project(None, "Oldmere")])
    found = run(data)
    ids = found.tables["projects"]["account_id"].to_list()
    assert ids[0] == ids[1] != ids[2]
    assert all(each.startswith("N-") and len(each) == 10 for each in ids)


def test_clashing_ids_get_a_number() -> None:
    data = tables(assets=[{"territory_id": "56088"}], projects=[project("56088", "Talvera Works")])
    assert top(run(data)) == {"56088", "56088-2"}


def test_a_reviewed_alias_joins_across_scripts() -> None:
    data = tables(opportunities=[deal("OP1", "56088", "Aonami Works")], projects=[project("300000001", "青波製作所")])
    assert len(top(run(data))) == 2
    found = run(data, settings=IdentitySettings(aliases={"青波製作所": "Aonami Works"}))
    assert top(found) == {"56088"}
    assert found.links.filter(pl.col("kind") == "customer_id")["method"].to_list() == ["alias"]


def test_the_name_of_the_territorys_account_on_projects_leads_there() -> None:
    data = tables(
        opportunities=[deal("OP1", "56088", "Talvera Works")],
        projects=[project("300000001", "Brackvale Steel", territory_name="TALVERA WORKS")],
    )
    found = run(data)
    assert means(found, "customer_id", "300000001") == "56088"


def test_territories_of_one_name_are_one_account_with_two_raw_ids() -> None:
    found = run(tables(opportunities=[deal("OP1", "56088", "Talvera Works"), deal("OP2", "56102", "TALVERA WORKS INC")]))
    assert found.accounts.select("account_id", "raw_ids", "source_ids").rows() == [("56088", 2, "56088, 56102")]


def test_most_frequent_country_and_industry() -> None:
    rows = [project("300000001", "Talvera Works", country=country, industry_code="Mining") for country in ("Peru", "Chile", "Peru")]
    account = run(tables(projects=rows)).accounts.to_dicts()[0]
    assert (account["country"], account["industry"], account["region"]) == ("Peru", "Mining", None)


def test_no_rows_at_all() -> None:
    found = resolve(tables(), Directory(), IdentitySettings())
    assert found.accounts.is_empty()
    assert found.links.is_empty()
    assert set(found.tables) == {"assets", "opportunities", "projects", "service_credits"}


def test_results_keep_their_contracts() -> None:
    data = tables(
        opportunities=[deal("OP1", "56088", "Talvera Works"), deal("OP2", "56088", "Oldmere Foods")],
        projects=[project("300000001", "Norvane GmbH"), project("300000002", "Norvane S.p.A.")],
    )
    found = run(data, Decision("different", "customer_id", "300000001", "customer_id", "300000002"))
    ACCOUNTS.contract.validate(found.accounts)
    LINKS.contract.validate(found.links)
    assert review(found.links)["status"].unique().to_list() == ["review"]


def test_a_row_under_another_customers_name_proves_nothing() -> None:
    """One project of 300000001 bears Oldmere's name and territory: that row goes there by its territory, the customer does not."""
    data = tables(
        opportunities=[deal("OP1", "56088", "Oldmere Foods")],
        projects=[
            project("300000001", "青波製作所"),
            project("300000001", "青波製作所"),
            project("300000001", "Oldmere Foods", territory_id="56088"),
        ],
    )
    found = run(data)
    assert found.tables["projects"]["account_id"].to_list() == ["300000001", "300000001", "56088"]
    assert frozenset({"300000001", "56088"}) in waiting(found)
