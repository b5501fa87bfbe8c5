"""What accounts are worth and their contracts: tiers, profiles, agreements, prices, attach. Known answers by hand, as of 2024-09-04."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.frames import AS_OF, account
from tests.workspace._deals import asset, deal, view_of

from onelead.core.errors import UnknownNameError
from onelead.workspace import contracts, worth


def test_annual_value_and_tiers() -> None:
    """1: contracts 60,000 + support 0.15 × 1,200 = 180 + a project of 40,000 + a deal of 500 (the deal that the project came from counts
    once) = 100,680: strategic. 2: a deal of exactly 50,000 is developing (above the limit is growth). 3 knows nothing: no tier.
    """
    assets = [
        asset("a", 900, contract_value=60000.0, support_status="Expired"),
        asset("b", 900, support_status="Active Contract"),
        asset("c", 900, support_status="Expired"),
    ]
    projects = [
        {
            "project_id": "p",
            "account_id": "1",
            "stage_status": "C",
            "start_date": AS_OF - timedelta(days=364),
            "value": 40000.0,
            "opportunity_id": "x",
        },
        {"project_id": "q", "account_id": "1", "stage_status": "C", "start_date": AS_OF - timedelta(days=365), "value": 9.0},
        {"project_id": "r", "account_id": "1", "stage_status": "LOST", "start_date": AS_OF, "value": 9.0},
    ]
    won = {"is_won": True, "close_date": AS_OF}
    deals = [deal("x", amount=40000.0, **won), deal("y", amount=500.0, **won), deal("z", account_id="2", amount=50000.0, **won)]
    shown = view_of(accounts=[account(key) for key in ("1", "2", "3")], assets=assets, projects=projects, opportunities=deals)
    found = {row["account_id"]: row for row in worth.annual_values(*shown).iter_rows(named=True)}
    assert [found["1"][part] for part in worth.PARTS] == pytest.approx([60000, 180, 40000, 500])
    assert (found["1"]["value"], found["1"]["tier"], found["1"]["estimated"]) == (pytest.approx(100680), "Strategic", True)
    assert (found["2"]["value"], found["2"]["tier"], found["2"]["estimated"]) == (50000, "Developing", False)
    assert (found["3"]["value"], found["3"]["tier"]) == (None, None)
    tiers = {row["tier"]: (row["accounts"], row["value"]) for row in worth.tiers(*shown).iter_rows(named=True)}
    assert tiers == {"Strategic": (1, pytest.approx(100680)), "Growth": (0, 0), "Developing": (1, 50000)}
    top = worth.top_share(*shown)
    assert (top["accounts"], top["of"]) == (1, 2)
    assert top["value"] == pytest.approx(100680 / 150680)


def test_profiles_side_by_side() -> None:
    """The contract of 1,000 a year over two years (730 days) is worth 1,000 × 730 / 365.25; its support ends in 30 days."""
    assets = [
        asset(
            "a",
            900,
            contract_value=1000.0,
            support_status="Active Contract",
            support_start_date=AS_OF - timedelta(days=700),
            support_end_date=AS_OF + timedelta(days=30),
        ),
        asset("b", -3),
    ]
    deals = [
        deal("a", stage="Propose", amount=10.0, close_date=AS_OF - timedelta(days=1)),
        deal("b", stage="Qualify", amount=30.0),
        deal("c", amount=8.0, is_won=True),
        deal("d", amount=4.0, is_won=False),
    ]
    first, second = worth.profiles(*view_of(assets=assets, opportunities=deals), ("1", "Name of 2"))
    assert first["contracts"]["total"] == pytest.approx(1000 * 730 / 365.25)
    assert (first["contracts"]["yearly"], first["contracts"]["ending"], first["contracts"]["next_end"]) == (
        1000,
        1,
        AS_OF + timedelta(days=30),
    )
    assert (first["open"], first["open_value"], first["overdue"], first["average_deal"], first["win_rate"]) == (2, 40, 1, 8, 0.5)
    assert [stage["stage"] for stage in first["stages"]] == ["Qualify", "Propose"]
    assert (first["assets"], first["expired"], first["at_risk"]) == (2, 1, 1200)
    assert (second["account_id"], second["open"], second["average_deal"], second["contracts"]) == ("2", 0, None, {})
    with pytest.raises(UnknownNameError):
        worth.profiles(*view_of(), ("nobody",))


def test_several_agreements_of_one_account() -> None:
    """Account 1 has two agreements on three assets; account 2 one; an asset without an agreement counts nowhere."""
    ends = {"support_start_date": date(2024, 1, 1)}
    assets = [
        asset("a", 900, service_agreement_id="S1", support_end_date=date(2025, 1, 1), contract_value=10.0, **ends),
        asset("b", 900, service_agreement_id="S1", support_end_date=date(2025, 1, 1), **ends),
        asset("c", 900, service_agreement_id="S2", support_end_date=date(2026, 1, 1), **ends),
        asset("d", 900, service_agreement_id="S3", account_id="2", **ends),
        asset("e", 900),
    ]
    found = contracts.consolidation(*view_of(assets=assets)).to_dicts()
    assert [(row["account_id"], row["agreements"], row["assets"], row["ends"], row["yearly"]) for row in found] == [("1", 2, 3, 2, 10)]


def test_price_against_reference() -> None:
    """Reference: 0.15 × 1,200 = 180 an access point. 1 pays 90 + 180 for two: 75 %, low. 2 pays 200 for one. A tape has no reference."""
    assets = [
        asset("a", 9, contract_value=90.0),
        asset("b", 9, contract_value=180.0),
        asset("c", 9, contract_value=200.0, account_id="2"),
        asset("d", 9, contract_value=1.0, product_category="Tape"),
    ]
    found = contracts.pricing(*view_of(assets=assets)).select("account_id", "assets", "stated", "reference", "ratio", "low").rows()
    assert found == [("1", 2, 270, 360, pytest.approx(0.75), True), ("2", 1, 200, 180, pytest.approx(200 / 180), False)]


def test_attach_by_category() -> None:
    """Of three access points one is supported; two without: 2 × 0.15 × 1,200 = 360 a year."""
    assets = [asset("a", 9), asset("b", 9), asset("c", 9, support_status="Active Contract"), asset("d", 9, product_category="Tape")]
    found = {row["product_category"]: row for row in contracts.attach(*view_of(assets=assets)).iter_rows(named=True)}
    assert (found["WLAN HW"]["supported"], found["WLAN HW"]["uncovered"]) == (1, 2)
    assert found["WLAN HW"]["coverage"] == pytest.approx(1 / 3)
    assert found["WLAN HW"]["potential"] == pytest.approx(360)
    assert found["Tape"]["potential"] is None
