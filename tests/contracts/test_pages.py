"""Every page keeps the same promises: it renders empty, with one account, with the sample and with deals; its parts answer alone;
ids are unique; links lead somewhere; what it shows can be taken away; every number says how it is computed."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import polars as pl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.prepared import august_workspace

from onelead.web import site
from onelead.web._page import SECTIONS, Chart, Page, Panel, Table, Tiles
from onelead.web._render import STATIC, pages
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving

SPRITE = set(re.findall(r'id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
ALL = sorted(pages())
NEED_A_SUBJECT = {"customer_360": "id", "account_plan": "id", "evidence": "action", "record": "id"}
"""Hidden pages about one thing, and the parameter that names it."""
WORKSPACES = ("august", "one_account", "deals")


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(str(given["href"]))
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.scripts += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def read(html: str) -> _Ids:
    parser = _Ids()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Directories: the August sample, the same narrowed to one account, and opportunities with stages, amounts and dates."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(august_workspace(tmp_path_factory), folder / "august")
    with open_workspace(folder / "august") as opened:
        assets = opened.table("assets")
    one = assets.filter(pl.col("territory_id") == assets["territory_id"][0])
    one.select("asset_id", "product_name", "product_category", "territory_id", "end_of_life_date", "support_status").write_csv(
        folder / "assets.csv"
    )
    with open_workspace(folder / "one_account") as opened:
        opened.load(folder / "assets.csv")
    _deals().write_csv(folder / "opportunities.csv")
    shutil.copytree(folder / "august", folder / "deals")
    with open_workspace(folder / "deals") as opened:
        opened.load(folder / "opportunities.csv")
    return {name: folder / name for name in WORKSPACES}


def _deals() -> pl.DataFrame:
    rows = range(40)
    won = [None, None, True, False]
    return pl.DataFrame(
        {
            "opportunity_id": [f"OPP-{row:03}" for row in rows],
            "opportunity_name": [f"Deal {row}" for row in rows],
            "territory_id": [str(56088 + row % 4) for row in rows],
            "account_name": [f"Haldenmark {row % 4}" for row in rows],
            "owner_name": [["Ines Valderrama", "Tomasz Brandl", "Keiko Amano"][row % 3] for row in rows],
            "product_line": [["WLAN HW", "Server Storage & Inf"][row % 2] for row in rows],
            "stage": [["Qualify", "Propose", "Closed", "Closed"][row % 4] for row in rows],
            "amount": [1000.0 * (row + 1) if row % 7 else None for row in rows],
            "created_date": [f"2024-0{1 + row % 6}-1{row % 9}" for row in rows],
            "close_date": [f"2024-{7 + row % 6:02}-0{1 + row % 9}" for row in rows],
            "is_won": [won[row % 4] for row in rows],
        }
    )


@pytest.fixture(scope="module")
def servings(workspaces: dict[str, Path]) -> Iterator[dict[str, Serving]]:
    found = {name: serve_workspace(place) for name, place in workspaces.items()}
    yield found
    for serving in found.values():
        serving.close()


@pytest.fixture(scope="module")
def clients(servings: dict[str, Serving]) -> dict[str, TestClient]:
    out = {}
    for name, serving in servings.items():
        app = FastAPI()
        app.include_router(site(serving))
        out[name] = TestClient(app, follow_redirects=False)
    return out


@pytest.fixture(scope="module")
def followed() -> dict[str, int]:
    """What links answered: those of the menu stand on every page."""
    return {}


def address(page: Page, client: TestClient) -> str:
    path = "/" if page.id == "home" else page.path
    if page.id not in NEED_A_SUBJECT:
        return path
    if page.id == "evidence":
        found = re.search(r"action=([0-9a-f]+)", client.get("/action-required").text)
        return f"{path}?action={found.group(1)}" if found else path
    if page.id == "record":
        assets = client.get("/export/rows/rows.csv?metric=assets").text.replace('"', "").splitlines()
        return f"{path}?kind=asset&id={assets[1].split(',')[assets[0].split(',').index('Asset id')]}"
    links = re.findall(r'href="(/customer-360\?id=[^"&]+)', client.get("/rows?metric=assets").text)
    return path + "?" + links[0].partition("?")[2] if links else path


@pytest.mark.parametrize("page_id", ALL)
def test_is_declared_whole(page_id: str) -> None:
    page = pages()[page_id]
    assert page.section in SECTIONS
    assert page.icon in SPRITE
    assert page.about.endswith("."), "the menu and the help show what a page is for, as a sentence"
    blocks = {id(block): block for block in page.all_blocks()}.values()  # one block may stand in two tabs
    assert len(blocks) == len({block.id for block in blocks})
    assert all(1 <= block.span <= 12 for block in page.all_blocks())


@pytest.mark.parametrize("page_id", ALL)
def test_every_number_says_how_it_is_computed(page_id: str) -> None:
    for block in pages()[page_id].all_blocks():
        if isinstance(block, Chart | Table):
            assert block.how or block.metrics, f"{block.id}: says how its numbers are computed"
        if isinstance(block, Tiles):
            assert all(tile.metric or tile.how for tile in block.tiles), f"{block.id}: a tile that is no metric says how it is computed"


@pytest.mark.parametrize("page_id", ALL)
def test_renders_while_nothing_is_loaded(page_id: str, tmp_path: Path) -> None:
    serving = serve_workspace(tmp_path / "empty")
    app = FastAPI()
    app.include_router(site(serving))
    page = pages()[page_id]
    answer = TestClient(app).get("/" if page.id == "home" else page.path)
    serving.close()
    assert answer.status_code == 200
    assert 'class="ban crit"' not in answer.text
    assert len(read(answer.text).ids) == len(set(read(answer.text).ids))


@pytest.mark.parametrize("name", WORKSPACES)
@pytest.mark.parametrize("page_id", ALL)
def test_renders_with_each_tab(page_id: str, name: str, clients: dict[str, TestClient]) -> None:
    page, client = pages()[page_id], clients[name]
    url = address(page, client)
    for tab in page.tabs or (None,):
        where = url if tab is None else f"{url}{'&' if '?' in url else '?'}tab={tab.id}"
        answer = client.get(where)
        assert answer.status_code == 200, where
        assert 'class="ban crit"' not in answer.text, f"{where}: a part failed"
        found = read(answer.text)
        assert len(found.ids) == len(set(found.ids)), f"{where}: ids that occur twice: {[i for i in found.ids if found.ids.count(i) > 1]}"
        assert found.scripts == 0, f"{where}: inline script"
        assert not found.handlers, f"{where}: inline handlers {found.handlers}"
        assert "None" not in re.findall(r">\s*(None|nan|NaN)\s*<", answer.text)


@pytest.mark.parametrize("page_id", ALL)
def test_each_part_answers_alone_and_gives_its_rows_away(page_id: str, clients: dict[str, TestClient]) -> None:
    page, client = pages()[page_id], clients["august"]
    query = address(page, client).partition("?")[2]
    for block in page.all_blocks():
        part = client.get(f"/s/{page.id}/{block.id}?{query}", headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert f'id="b-{block.id}"' in part.text
        if isinstance(block, Chart | Table) or (isinstance(block, Panel) and block.table):
            for kind in ("csv", "xlsx"):
                file = client.get(f"/export/{page.id}/{block.id}.{kind}?{query}")
                missing = file.status_code == 404 and "missing_data" in file.text
                assert file.status_code == 200 or missing, f"{block.id}.{kind}: {file.text[:300]}"


@pytest.mark.parametrize("page_id", ALL)
def test_links_lead_somewhere(page_id: str, clients: dict[str, TestClient], followed: dict[str, int]) -> None:
    client = clients["august"]
    answer = client.get(address(pages()[page_id], client))
    tried = set()
    for link in read(answer.text).links:
        path = link.split("?")[0]
        shape = (path, tuple(sorted(part.split("=")[0] for part in link.partition("?")[2].split("&"))))
        if shape in tried or path.startswith(("/api", "/export", "/openapi")):
            continue
        tried.add(shape)
        if link not in followed:
            followed[link] = client.get(link.replace("&amp;", "&")).status_code
        assert followed[link] in {200, 303}, link
