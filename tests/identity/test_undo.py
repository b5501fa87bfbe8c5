"""A mistake that is taken back leaves no trace: every account has its old id again."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.identity._frames import deal, means, project, run, tables, top

from onelead.identity import KNOWN_SCHEMA, Decision, Resolution

# Yamada is territory 61003 and customer 300002247, Banco is territory 61005, Kestrel is customer 300002250.
DATA = tables(
    opportunities=[deal("OP1", "61003", "Yamada Works"), deal("OP2", "61003", "Yamada Works"), deal("OP3", "61005", "Banco del Rio Claro")],
    projects=[
        project("300002247", "Yamada Works", opportunity_id="OP1"),
        project("300002247", "Yamada Works", opportunity_id="OP2"),
        project("300002250", "Kestrel Foods"),
    ],
)
MISTAKE = Decision("same", "customer_id", "300002247", "territory_id", "61005")
SPLIT = Decision("split", "customer_id", "300002247")


def kept(before: Resolution, found: Resolution) -> pl.DataFrame:
    """What the store hands to the next load: rows stay at the place where they were first written, whatever account they mean now."""
    places = before.known.select("kind", "value").join(found.known, on=["kind", "value"], how="inner", maintain_order="left")
    return pl.concat([places, found.known.join(before.known, on=["kind", "value"], how="anti", maintain_order="left")])


def owners(found: Resolution) -> dict[str, str]:
    """Source id → account."""
    return {
        value: account
        for kind, value, account in found.links.filter(pl.col("candidate_id").is_null()).select("kind", "value", "account_id").iter_rows()
        if kind in {"territory_id", "customer_id"}
    }


def test_a_split_leaves_the_territory_its_id() -> None:
    first = run(DATA)
    assert owners(first) == {"61003": "61003", "300002247": "61003", "61005": "61005", "300002250": "300002250"}
    joined = run(DATA, MISTAKE, known=first.known)
    assert owners(joined) == {"61003": "61003", "300002247": "61005", "61005": "61005", "300002250": "300002250"}
    parted = run(DATA, MISTAKE, SPLIT, known=kept(first, joined))
    assert owners(parted) == {"61003": "61003", "300002247": "300002247", "61005": "61005", "300002250": "300002250"}
    accounts = dict(parted.accounts.select("account_id", "account_name").iter_rows())
    assert accounts["61005"] == "Banco del Rio Claro"


def test_an_undone_decision_gives_everybody_the_old_id() -> None:
    first = run(DATA)
    joined = run(DATA, MISTAKE, known=first.known)
    parted = run(DATA, MISTAKE, SPLIT, known=kept(first, joined))
    assert run(DATA, known=kept(first, joined)).accounts.equals(first.accounts)
    assert run(DATA, known=kept(joined, parted)).accounts.equals(first.accounts)


def test_the_id_that_came_to_a_wrong_company_goes_home() -> None:
    """61005 stands for customer 300002247, its own territory is 61005-2, and nobody merged them."""
    rows = [("territory_id", "61003", "61003"), ("customer_id", "300002247", "61005"), ("territory_id", "61005", "61005-2")]
    found = run(DATA, known=pl.DataFrame(rows, schema=KNOWN_SCHEMA, orient="row"))
    assert {key: owners(found)[key] for key in ("61003", "300002247", "61005")} == {
        "61003": "61003",
        "300002247": "61003",
        "61005": "61005",
    }
    assert means(found, "account_id", "61005-2") == "61005"


def test_a_merge_keeps_the_id_that_was_minted_first_not_the_one_whose_source_was_seen_first() -> None:
    """300002247 was seen before 61005, but its own id is minted by the split only: the merge with 61005 keeps 61005."""
    first = run(DATA)
    parted = run(DATA, SPLIT, known=first.known)
    joined = run(DATA, SPLIT, MISTAKE, known=parted.known)
    assert owners(joined)["300002247"] == "61005"
    assert means(joined, "account_id", "300002247") == "61005"


@pytest.mark.parametrize("founder", ["territory_id", "customer_id"])
def test_the_part_that_founded_the_account_keeps_its_id(founder: str) -> None:
    early = {
        "territory_id": tables(assets=[{"territory_id": "61003", "account_name": "Yamada Works"}]),
        "customer_id": tables(projects=[project("300002247", "Yamada Works")]),
    }[founder]
    joined = run(DATA, known=run(early).known)
    own = {"territory_id": "61003", "customer_id": "300002247"}[founder]
    assert owners(joined)["61003"] == owners(joined)["300002247"] == own
    parted = run(DATA, SPLIT, known=joined.known)
    assert (owners(parted)["61003"], owners(parted)["300002247"]) == ("61003", "300002247")


def test_a_source_id_that_misses_one_load_finds_its_account_again() -> None:
    """61005 is not in the second load, in which 300002247 (known by it) is Yamada's again."""
    joined = run(DATA, MISTAKE, known=run(DATA).known)
    without = {**DATA, "opportunities": DATA["opportunities"].filter(pl.col("territory_id") != "61005")}
    second = run(without, known=joined.known)
    assert owners(second)["300002247"] == "61003"
    assert owners(run(DATA, known=second.known))["61005"] == "61005"


IDS = [("territory_id", value) for value in ("61003", "61005", "61007", "61009")]
IDS += [("customer_id", value) for value in ("300002247", "300002250", "300002251", "61005")]
RICH = tables(
    opportunities=[
        deal("OP1", "61003", "Yamada Works"),
        deal("OP2", "61003", "Yamada Works"),
        deal("OP3", "61005", "Banco del Rio Claro"),
        deal("OP4", "61007", "Yamada Works Inc"),
        deal("OP5", "61009", "Talvera Shipping"),
        deal("OP6", "61009", "Oldmere Ports"),
    ],
    projects=[
        project("300002247", "Yamada Works", opportunity_id="OP1"),
        project("300002247", "Yamada Works", opportunity_id="OP2"),
        project("300002250", "Kestrel Foods"),
        project("300002251", "Kestrel Foods Ltd"),
        project("61005", "Brackvale Steel"),
        project(None, "Norvane AG"),
        project(None, "Kestrel Foods"),
    ],
)
NAMES = [("name", value) for value in ("Yamada Works", "Kestrel Foods", "Norvane AG", "Banco del Rio Claro", "Oldmere Ports")]
things = st.sampled_from([*IDS, *NAMES])
steps = st.lists(
    st.one_of(
        st.builds(lambda word, one, other: Decision(word, *one, *other), st.sampled_from(["same", "different"]), things, things),
        st.builds(lambda one: Decision("split", *one), things),
        st.integers(min_value=0, max_value=5),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.soak
@settings(max_examples=examples(60, 25), deadline=None, derandomize=True)
@given(steps)
def test_after_undoing_everything_all_ids_are_the_old_ones(sequence: list[Decision | int]) -> None:
    """A number takes back the decision at that place. Each step is a load of its own."""
    first = found = run(RICH)
    ever = top(first)
    decisions: list[Decision] = []
    for step in sequence:
        if isinstance(step, Decision):
            decisions.append(step)
        elif step < len(decisions):
            del decisions[step]
        before, found = found, run(RICH, *decisions, known=found.known)
        assert found.known.head(before.known.height).select("kind", "value").equals(before.known.select("kind", "value"))
        ever |= top(found)
        held = owners(found)
        for place in (value for kind, value in IDS if kind == "territory_id" and value in ever):
            sharing = found.accounts.filter((pl.col("account_id") == held[place]) & (pl.col("raw_ids") > 1))
            assert held[place] == place or sharing.height
    assert run(RICH, known=found.known).accounts.equals(first.accounts)
