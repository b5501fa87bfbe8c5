"""Search: what matches, in which order, and what a narrowed reader never finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.frames import MemorySnapshot, account, base, context

from onelead.core.errors import UsageError
from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.searching import search
from onelead.workspace.viewing import View

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer


def view(viewer: Viewer = LOCAL_ADMIN) -> View:
    snapshot = MemorySnapshot(
        base(
            accounts=[
                account("1", account_name="Netfarm Nord", territory_id="56088"),
                account("2", account_name="Aurelis Network"),
                account("3", account_name="Haldvik", source_ids="410060341,net-77"),
                account("4", account_name="100% Under_score"),
            ],
            assets=[
                {"asset_id": "NET1", "product_name": "AP-505", "product_category": "WLAN HW", "account_id": "1"},
                {"asset_id": "X2", "product_name": "AP-505", "product_category": "WLAN HW", "account_id": "2"},
                {"asset_id": "X2", "product_name": "AP-505", "is_repeat": True, "account_id": "2"},
            ],
            opportunities=[{"opportunity_id": "OPE-1", "opportunity_name": "Refresh of the Netfarm", "account_id": "1"}],
            services=[{"service": "Network Design", "practice": "Network"}],
        )
    )
    return View(snapshot, None, context(), viewer)  # type: ignore[arg-type]


def hits(text: str, limit: int = 20, viewer: Viewer = LOCAL_ADMIN) -> list[tuple[Any, Any]]:
    """Hits but metrics, which there are more of every week."""
    found = search(view(viewer), None, text, limit)  # type: ignore[arg-type]
    return [(hit["kind"], hit["id"]) for hit in found if hit["kind"] != "metric"]


def test_prefix_before_word_before_infix_and_accounts_first() -> None:
    # Netfarm begins with it, Aurelis Network has a word that does, Haldvik has it in an id only
    found = hits("NET")
    assert found[:3] == [("account", "1"), ("account", "2"), ("account", "3")]
    assert set(found[3:]) == {("asset", "NET1"), ("service", "Network Design"), ("opportunity", "OPE-1")}


def test_products_are_counted_without_repeats() -> None:
    [hit] = [hit for hit in search(view(), None, "wlan ap", 20) if hit["kind"] == "product"]  # type: ignore[arg-type]
    assert hit["label"] == "AP-505"
    assert hit["detail"] == "WLAN HW · 2 installed"


def test_every_word_has_to_occur() -> None:
    assert hits("network aurelis") == [("account", "2")]
    assert hits("network haldvik") == []


@pytest.mark.parametrize("text", ["", "   ", "\x00", "zzzz", "'; drop table accounts --", "\\"])
def test_nothing_found(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize("text", ["%", "_score"])
def test_wildcards_are_letters(text: str) -> None:
    assert hits(text) == [("account", "4")]


def test_metrics_are_found() -> None:
    assert ("metric", "expired_products") in [(hit["kind"], hit["id"]) for hit in search(view(), None, "expired prod", 20)]  # type: ignore[arg-type]


def test_each_kind_gets_its_share() -> None:
    found = search(view(), None, "net", 5)  # type: ignore[arg-type]
    assert sorted(str(hit["kind"]) for hit in found) == ["account", "asset", "metric", "opportunity", "service"]


def test_a_narrowed_reader_finds_only_their_own() -> None:
    mine = replace(LOCAL_ADMIN, account_ids=frozenset({"2"}))
    assert hits("net", viewer=mine) == [("account", "2"), ("service", "Network Design")]
    nobody = replace(LOCAL_ADMIN, account_ids=frozenset())
    assert hits("net", viewer=nobody) == [("service", "Network Design")]
    [product] = [hit for hit in search(view(mine), None, "AP-505", 20) if hit["kind"] == "product"]  # type: ignore[arg-type]
    assert product["detail"].endswith("1 installed")  # type: ignore[attr-defined]


def test_limits() -> None:
    with pytest.raises(UsageError):
        hits("x" * 101)
    with pytest.raises(UsageError):
        hits("x", limit=0)
