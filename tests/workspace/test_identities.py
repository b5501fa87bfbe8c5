"""A person's decision on identities takes effect with a refresh, wins over later loads, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.workspace._exports import ASSETS, write_export

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace

CUSTOMERS = {
    "300000001": "Alder Foods",
    "300000002": "Cato Mills",
    "300000003": "Delphin Marine Services",
}


@pytest.fixture
def three(ws: Workspace, tmp_path: Path) -> Workspace:
    """Three customers of the project system, each an account of its own."""
    rows = [
        {"project_id": f"P{number}", "customer_id": customer, "account_name": name, "start_date": "2024-02-01", "stage_status": "C"}
        for number, (customer, name) in enumerate(CUSTOMERS.items())
    ]
    ws.load(*write_export(tmp_path / "a", projects=rows))
    assert ws.accounts().height == 3
    return ws


def account_of(ws: Workspace, project: str) -> str:
    projects = ws.table("projects")
    return str(projects.filter(projects["project_id"] == project)["account_id"].item())


def test_same_joins_and_the_older_id_stays(three: Workspace) -> None:
    three.same("300000001", "300000002")
    three.refresh()
    assert three.accounts().height == 2
    assert account_of(three, "P0") == account_of(three, "P1")


def test_the_decision_wins_over_the_next_load(three: Workspace, tmp_path: Path) -> None:
    three.same("300000001", "300000002")
    rows = [
        {"project_id": f"N{number}", "customer_id": customer, "account_name": name, "start_date": "2024-03-01", "stage_status": "OC"}
        for number, (customer, name) in enumerate(CUSTOMERS.items())
    ]
    three.load(*write_export(tmp_path / "b", projects=rows))
    assert account_of(three, "N0") == account_of(three, "N1")
    assert three.accounts().height == 2


def test_taking_it_back_restores_both_accounts(three: Workspace) -> None:
    before = sorted(three.accounts()["account_id"].to_list())
    three.same("300000001", "300000002")
    three.refresh()
    decision = three.decisions()["decision_id"].item()
    three.undo_decision(decision)
    three.refresh()
    assert sorted(three.accounts()["account_id"].to_list()) == before


def test_mistakes(three: Workspace) -> None:
    with pytest.raises(UnknownNameError):
        three.same("300000001", "399999999")
    with pytest.raises(UsageError, match="one and the same"):
        three.same("300000001", "300000001")
    with pytest.raises(UsageError, match="no proposal"):
        three.same("300000001")


def test_the_review_list_lists_customers_without_a_territory(three: Workspace, tmp_path: Path) -> None:
    """Once the data know territories, a customer that joins none waits for a person."""
    three.load(*write_export(tmp_path / "t", assets=ASSETS))
    assert set(CUSTOMERS) <= set(three.identities()["value"].to_list())
