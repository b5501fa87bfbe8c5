"""Who looks after which account and why; teams; roles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.settings import Settings
from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace import open_workspace
from onelead.workspace.people import accounts_of, main_owners, owners, persons, team_of, unknown_accounts
from onelead.workspace.selecting import selected_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace

SETTINGS = """
[people]
owners = { "70001" = "Ada Byron", "beta werke" = "Cleo Dane", "79999" = "Nobody There" }
teams = { "Vera Voss" = ["Mara Lind"], "Mara Lind" = ["Rex Orr", "Pia Quist", "Vera Voss"] }
roles = { "Pia Quist" = "csm" }
"""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """Two accounts. 70001: Rex owns two of its deals (one listed twice), Pia one; 70002: Pia is responsible for a project."""
    deals = [
        {"opportunity_id": "O1", "territory_id": "70001", "account_name": "Alpha Works", "owner_name": "Rex Orr"},
        {"opportunity_id": "O1", "territory_id": "70001", "account_name": "Alpha Works", "owner_name": "Rex Orr"},
        {"opportunity_id": "O2", "territory_id": "70001", "account_name": "Alpha Works", "owner_name": "Rex Orr"},
        {"opportunity_id": "O3", "territory_id": "70001", "account_name": "Alpha Works", "owner_name": "Pia Quist"},
        {"opportunity_id": "O4", "territory_id": "70002", "account_name": "Beta Werke", "owner_name": None},
    ]
    pl.DataFrame(deals).write_csv(tmp_path / "opportunities.csv")
    projects = [{"project_id": "P1", "territory_id": "70002", "account_name": "Beta Werke", "responsible_person": "Pia Quist"}]
    pl.DataFrame(projects).write_csv(tmp_path / "projects.csv")
    directory = tmp_path / "ws"
    with open_workspace(directory) as opened:
        opened.load(tmp_path / "opportunities.csv", tmp_path / "projects.csv", accept_bad_rows=True)
    (directory / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    with open_workspace(directory) as opened:
        yield opened


def test_owners_are_told_with_what_makes_them_so(ws: Workspace) -> None:
    found = ws.ask(owners)
    assert [(row["account_id"], row["person"], row["how"], row["rows"]) for row in found.iter_rows(named=True)] == [
        ("70001", "Ada Byron", "is named in the settings", None),
        ("70002", "Cleo Dane", "is named in the settings", None),
        ("70001", "Rex Orr", "owns 2 of its opportunities", 2),
        ("70001", "Pia Quist", "owns 1 of its opportunities", 1),
        ("70002", "Pia Quist", "is responsible for 1 of its projects", 1),
    ]


def test_the_settings_stand_before_the_tables(ws: Workspace) -> None:
    assert ws.ask(main_owners, ("70001", "70002", "79999")) == {
        "70001": ("Ada Byron", "is named in the settings"),
        "70002": ("Cleo Dane", "is named in the settings"),
    }


def test_every_tie_makes_an_account_mine(ws: Workspace) -> None:
    assert ws.ask(accounts_of, ("Pia Quist",)) == ("70001", "70002")
    assert ws.ask(accounts_of, ("Rex Orr",)) == ("70001",)
    assert ws.ask(accounts_of, ("Stranger",)) == ()
    assert ws.ask(selected_accounts, owners=("Cleo Dane", "Stranger")) == ("70002",)


def test_rights_narrow_the_people_too(ws: Workspace) -> None:
    narrow = type(ws)(ws._parts, replace(LOCAL_ADMIN, account_ids=frozenset({"70002"})))
    assert set(narrow.ask(owners)["person"]) == {"Cleo Dane", "Pia Quist"}
    assert narrow.ask(accounts_of, ("Rex Orr",)) == ()
    assert "Rex Orr" not in set(narrow.ask(persons).filter(pl.col("accounts") > 0)["person"])


def test_a_team_reaches_down_and_never_round_in_circles(ws: Workspace) -> None:
    assert ws.ask(team_of, "Vera Voss") == ("Mara Lind", "Rex Orr", "Pia Quist")
    assert ws.ask(team_of, "Mara Lind") == ("Rex Orr", "Pia Quist", "Vera Voss")
    assert ws.ask(team_of, "Rex Orr") == ()


def test_roles_are_those_of_the_settings_else_guessed_from_what_people_do(ws: Workspace) -> None:
    found = {row["person"]: row for row in ws.ask(persons).iter_rows(named=True)}
    assert {name: (row["role"], row["guessed"]) for name, row in found.items()} == {
        "Ada Byron": ("account_manager", True),
        "Cleo Dane": ("account_manager", True),
        "Mara Lind": ("manager", True),
        "Pia Quist": ("csm", False),
        "Rex Orr": ("rep", True),
        "Vera Voss": ("manager", True),
    }
    assert (found["Pia Quist"]["accounts"], found["Rex Orr"]["accounts"], found["Vera Voss"]["accounts"]) == (2, 1, 0)
    assert (found["Vera Voss"]["team"], found["Rex Orr"]["manager"]) == (3, "Mara Lind")


def test_owners_of_accounts_that_are_not_there_are_told(ws: Workspace) -> None:
    assert ws.ask(unknown_accounts) == ["79999"]


def test_without_people_the_answers_are_empty(loaded_once: Path) -> None:
    assert Settings().people.owners == {}
    with open_workspace(loaded_once) as opened:
        assert set(opened.ask(owners)["how"].str.extract(r"(opportunities|projects|settings)").to_list()) == {"projects"}
        assert opened.ask(team_of, "Anybody") == ()
