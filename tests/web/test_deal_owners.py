"""Deals on screen: those of the owner asked for, the rows behind the win rate, and amounts of another currency."""

from __future__ import annotations

import html
import re
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import app_of
from tests.workspace._deals import SECOND

from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEALS = (
    ("A", "Ines Falk", "100", "2024-08-15", None),
    ("B", "Jon Berg", "200", "2024-08-20", None),
    ("C", "Ines Falk", "40", "2024-08-25", "true"),
    ("D", "Jon Berg", "50", "2024-08-26", "false"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a workspace is with one account in which two people own deals."""
    folder = tmp_path_factory.mktemp("owners")
    rows = [
        {
            "opportunity_id": key,
            "opportunity_name": f"Deal {key}",
            "territory_id": "56001",
            "account_name": "Alder Foods",
            "owner_name": owner,
            "stage": "Propose",
            "amount": amount,
            "close_date": day,
            "created_date": "2024-06-01",
            "is_won": won,
            "currency": "USD",
        }
        for key, owner, amount, day, won in DEALS
    ]
    pl.DataFrame(rows).write_csv(folder / "opportunities.csv")
    with open_workspace(folder / "ws") as opened:
        opened.load(folder / "opportunities.csv", as_of=SECOND)
    return folder


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[TestClient]:
    serving = serve_workspace(folder / "ws")
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


@pytest.fixture(scope="module")
def euro_reader(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same deals, in USD, in a workspace that was set to EUR after they were loaded."""
    directory = tmp_path_factory.mktemp("euro") / "ws"
    shutil.copytree(folder / "ws", directory)
    (directory / "settings.toml").write_text('[prices]\ncurrency = "EUR"\n', encoding="utf-8")
    serving = serve_workspace(directory)
    yield TestClient(app_of(serving), follow_redirects=False)
    serving.close()


def said(reader: TestClient, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_deals_of_an_owner_are_not_all_deals_of_the_account(reader: TestClient) -> None:
    """Both own a deal of Alder Foods, so both look after it; Ines's open deal is A, 100, and her closed one is won."""
    everybody, hers = said(reader, "/s/pipeline/risk"), said(reader, "/s/pipeline/risk?owner=Ines+Falk")
    assert "Deal A" in everybody
    assert "Deal B" in everybody
    assert "Deal A" in hers
    assert "Deal B" not in hers
    assert "Jon Berg" not in said(reader, "/s/pipeline/owners?owner=Ines+Falk")
    tiles = said(reader, "/s/pipeline/deal-tiles?owner=Ines+Falk")
    assert "$100" in tiles
    assert "$300" not in tiles
    assert "100%" in tiles
    assert "Alder Foods" in said(reader, "/s/pipeline/propensity?owner=Ines+Falk&confidence=0")


def test_the_rows_of_the_win_rate_are_the_closed_deals(reader: TestClient) -> None:
    """C is won and D is lost: half of 2."""
    tiles = said(reader, "/s/pipeline/deal-tiles")
    assert "50%" in tiles
    assert "of 2 closed" in tiles
    rows = said(reader, "/rows?metric=win_rate")
    assert "Deal C" in rows
    assert "Deal D" in rows
    assert "Deal A" not in rows


def test_amounts_never_stand_under_another_currency(euro_reader: TestClient) -> None:
    """Deals in USD, the workspace set to EUR since: nothing is converted, nothing is shown as euro, and the reason is said."""
    why = "4 deals are in USD, the workspace is in EUR"
    for part in ("pipeline/deal-tiles", "forecast/schedule", "revenue-focus/tiles", "business-metrics/board"):
        text = said(euro_reader, f"/s/{part}")
        assert "300" not in text, part
        assert why in text, part


def test_rows_and_export_of_an_owner(reader: TestClient) -> None:
    stages = reader.get("/export/pipeline/stages.csv?owner=Jon+Berg").text
    assert "200" in stages
    assert "300" not in stages
    assert "300" in reader.get("/export/pipeline/stages.csv").text
    page = reader.get("/s/pipeline/deal-tiles?owner=Ines+Falk").text
    assert "owner_name%3DInes+Falk" in page
    schedule = reader.get("/export/forecast/schedule.csv?owner=Ines+Falk").text
    assert "100" in schedule
    assert "300" not in schedule
