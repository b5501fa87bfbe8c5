"""Accounts are found by id, source id, name, or a part of the name that only one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.workspace._exports import write_export

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.workspace import Workspace


@pytest.fixture
def named(ws: Workspace, tmp_path: Path) -> Workspace:
    names = {"56001": "Alder Foods GmbH", "56002": "Birk Logistics", "56003": "Birk Marine"}
    rows = [
        {"opportunity_id": f"O{key}", "opportunity_name": "Refresh", "territory_id": key, "account_name": name}
        for key, name in names.items()
    ]
    ws.load(*write_export(tmp_path / "a", opportunities=rows))
    return ws


@pytest.mark.parametrize("given", ["56001", "Alder Foods GmbH", "alder foods gmbh", "Alder", "foods"])
def test_ways_to_name_an_account(named: Workspace, given: str) -> None:
    assert named.account(given)["account_id"] == "56001"
    assert named.explain(given)["account_id"] == "56001"


def test_a_part_that_fits_several_lists_them(named: Workspace) -> None:
    with pytest.raises(UsageError, match=r"fits 2 accounts.*Birk Logistics \(56002\), Birk Marine \(56003\)"):
        named.account("Birk")


def test_an_unknown_one_names_the_nearest(named: Workspace) -> None:
    with pytest.raises(UnknownNameError, match="Birk Logistics"):
        named.account("Birk Logistcs")


def test_metrics_of_an_account_are_those_of_its_rows(named: Workspace) -> None:
    shown = {row["metric"]: row["value"] for row in named.account("56001")["metrics"]}  # type: ignore[attr-defined]
    assert shown["opportunity_count"] == 1
    assert "accounts" not in shown
    assert "services" not in shown
