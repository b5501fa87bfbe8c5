"""Pages and API show the same numbers: what the HTML and the exports of the screens say against what ``/api/v1`` answers.

Both are read from outside, as a browser and a program would. A page rounds for the eye; a shown figure has to be the answer rounded to
the digits that are shown, an exported one the answer itself.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.e2e._deals import write_deals
from tests.examples import SOAK

from onelead.api import api
from onelead.web import site
from onelead.web._page import Tiles
from onelead.web._render import pages
from onelead.workspace import open_workspace, serve_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "56342"
ALIKE = (("nothing", {}), ("account", {"account": ACCOUNT}), ("date", {"as_of": "2024-03-01"}), ("snapshot", {"snapshot": "1"}))
ALL_AT_ONCE = {"account": ACCOUNT, "as_of": "2024-03-01", "snapshot": "2"}
VIEWS = [pytest.param(view, id=name) for name, view in (*ALIKE, ("all", ALL_AT_ONCE))]
OF_NO_ACCOUNT = ("quarantined_rows", "services")
"""Metrics over rows that no account owns: there is nothing to narrow."""
SCALES = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9}
SHOWN = re.compile(r"^(?P<sign>[-−]?)\$?(?P<whole>[\d,]+)(?P<part>\.\d+)?\s?(?P<unit>[KMB%]|d|pts)?$")
TILE = re.compile(r'<section class="c tile[^>]*>.*?</section>', re.DOTALL)
METRIC = re.compile(r'href="/how/metric/(\w+)')
STRONG = re.compile(r"<strong class=\"(.*?)\">(.*?)</strong>", re.DOTALL)


class Doors:
    """The two doors to one served workspace."""

    def __init__(self, directory: Path) -> None:
        self.serving = serve_workspace(directory)
        screens = FastAPI()
        screens.include_router(site(self.serving))
        self._screens = TestClient(screens, headers={"accept-language": "en"})
        self._api = TestClient(api(self.serving))

    def page(self, path: str, view: dict[str, str], **more: str) -> str:
        found = self._screens.get(path, params={**view, **more})
        assert found.status_code == 200, f"{path}: {found.status_code}"
        return found.text

    def export(self, path: str, view: dict[str, str], **more: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.page(path, view, **more).removeprefix("\ufeff"))))

    def answer(self, path: str, view: dict[str, str], **params: Any) -> Any:
        kept = {name: value for name, value in view.items() if name != "account"}
        found = self._api.get(f"/api/v1/{path}", params={**kept, **params})
        assert found.status_code == 200, found.text
        return found.json()

    def metric(self, name: str, view: dict[str, str]) -> dict[str, Any]:
        """Value, rows and estimate flag of a metric under a view."""
        where = [f"account_id={view['account']}"] if "account" in view else []
        [found] = self.answer(f"metrics/{name}/query", view, where=where)["items"]
        return dict(found)


@pytest.fixture(scope="module")
def doors(august: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A workspace with three snapshots: the August sample, then deals with amounts and stages as they stood on two days."""
    folder = tmp_path_factory.mktemp("same")
    with open_workspace(folder / "ws") as opened:
        opened.load(august)
        for day in (date(2024, 8, 28), date(2024, 9, 4)):
            write_deals(folder / "opportunities.csv", day)
            opened.load(folder / "opportunities.csv", as_of=day)
    found = Doors(folder / "ws")
    yield found
    found.serving.close()


def says(shown: str, value: float | None) -> bool:
    """Whether ``shown`` is ``value`` rounded to the digits shown."""
    text = unescape(re.sub(r"<[^>]+>", "", shown)).replace("\xa0", " ").strip()
    if value is None:
        return text == "—"
    found = SHOWN.match(text)
    if found is None:
        return False
    unit = found["unit"] or ""
    scale = 0.01 if unit == "%" else SCALES.get(unit, 1.0)
    number = float(found["whole"].replace(",", "") + (found["part"] or "")) * scale * (-1 if found["sign"] else 1)
    step = scale * 10.0 ** -(len(found["part"] or ".") - 1)
    return abs(number - value) <= step / 2 + 1e-9


def same(text: str, value: float | None) -> bool:
    """Whether an exported cell is ``value``."""
    return not text if value is None else bool(text) and float(text) == pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("shown", "value", "agrees"), [
    ("$249K", 248_600, True), ("$249K", 249_600, False), ("49.2%", 0.4923, True), ("49.2%", 0.4935, False), ("27", 27, True),
    ("27", 28, False), ("—", None, True), ("0", None, False), ("—", 0, False), ("−1,204", -1204, True),
])  # fmt: skip
def test_the_comparison_can_fail(shown: str, value: float | None, agrees: bool) -> None:
    assert says(shown, value) is agrees


def _tiled() -> list[str]:
    """Addresses of all headline numbers that rest on metrics."""
    blocks = [(page, block) for page in pages().values() for block in page.all_blocks() if isinstance(block, Tiles)]
    return [f"/s/{page.id}/{block.id}" for page, block in blocks if any(tile.metric for tile in block.tiles)]


@pytest.mark.parametrize("view", VIEWS)
def test_tiles_show_what_the_api_answers(doors: Doors, view: dict[str, str]) -> None:
    seen: set[str] = set()
    wrong = []
    for path in _tiled():
        for tile in TILE.findall(doors.page(path, view)):
            metric, value = METRIC.search(tile), STRONG.search(tile)
            if metric is None or value is None or ("account" in view and metric[1] in OF_NO_ACCOUNT):
                continue
            seen.add(metric[1])
            answer = doors.metric(metric[1], view)
            flagged = "is-est" in value[1]
            if not says(value[2], answer["value"]) or (answer["value"] is not None and flagged != answer["estimated"]):
                wrong.append((path, metric[1], value[2], flagged, answer))
    assert wrong == []
    assert {"expired_products", "unused_credits", "unsupported_products", "revenue_at_risk"} <= seen


@pytest.mark.soak
@pytest.mark.parametrize(
    ("view", "each"), [({}, 1 if SOAK else 3), ({"as_of": "2024-03-01", "snapshot": "1"}, 4 if SOAK else 10)], ids=["now", "then"]
)
def test_definitions_show_what_the_api_answers(doors: Doors, view: dict[str, str], each: int) -> None:
    wrong = []
    answers = doors.answer("metrics", view)["item"]
    assert len(answers) > 50
    for answer in answers[::each]:
        popover = doors.page(f"/how/metric/{answer['metric']}", view)
        big = re.search(r'<p class="big[^>]*>(.*?)</p>', popover, re.DOTALL)
        rows = re.search(r"<dt>Rows</dt><dd[^>]*>(.*?)</dd>", popover, re.DOTALL)
        value = re.match(r"\s*([-−]?\$?[\d,.]+ ?(?:[KMB%d]\b|%)?|—)", unescape(re.sub(r"<[^>]+>", "", big[1] if big else "")))
        if value is None or not says(value[1], answer["value"]) or (rows and not says(rows[1], answer["rows"])):
            wrong.append((answer["metric"], big and big[1], answer["value"], answer["rows"]))
    assert wrong == []


@pytest.mark.parametrize("view", VIEWS)
def test_actions_count_and_value(doors: Doors, view: dict[str, str]) -> None:
    page = doors.page("/action-required", view)
    listed = doors.answer("actions", view, limit=1000, **({"account": ACCOUNT} if "account" in view else {}))
    waiting = [row for row in listed["items"] if row["state"] == "open"]
    assert waiting
    segment = re.search(r'Open <span class="num">([\d,]+)</span>', page)
    assert segment is not None
    assert says(segment[1], len(waiting))
    taken = doors.export("/export/action_required/list.csv", view)
    assert len(taken) == len(waiting)
    amount = next(name for name in taken[0] if name.lower().replace("_", " ") == "expected value")
    assert [same(row[amount], other["expected_value"]) for row, other in zip(taken, waiting, strict=True)] == [True] * len(waiting)


@pytest.mark.parametrize("view", VIEWS)
def test_health_scores(doors: Doors, view: dict[str, str]) -> None:
    answers = {row["account_name"]: row for row in _named(doors, view)}
    taken = doors.export("/export/customer_health/accounts.csv", view)
    assert len(taken) == (1 if "account" in view else 10) == len(answers)
    for row in taken:
        answer = answers[row["Account"]]
        assert same(row["Health"], answer["score"]), row
        for part, label in (("product_lifecycle", "Product lifecycle"), ("credit_utilization", "Credit utilisation")):
            assert same(row[label], answer["parts"][part]["points"]), (part, row)
    shown = re.findall(r'data-label="Health">.*?<b class="num">(.*?)</b>', doors.page("/s/customer_health/accounts", view), re.DOTALL)
    order = sorted(row["score"] for row in answers.values())
    assert [says(text, round(score)) for text, score in zip(shown, order, strict=True)] == [True] * len(order)


def _named(doors: Doors, view: dict[str, str]) -> list[dict[str, Any]]:
    names = {row["account_id"]: row["account_name"] for row in doors.answer("accounts", view, limit=1000)["items"]}
    rows = doors.answer("health", view, limit=1000)["items"]
    kept = [row for row in rows if "account" not in view or row["account_id"] == ACCOUNT]
    return [{**row, "account_name": names[row["account_id"]]} for row in kept]


@pytest.mark.parametrize("words", ["tess", "group", "deal 1", "dl360", "expired", "nothing has this name"])
@pytest.mark.parametrize("view", [{}, {"snapshot": "1"}], ids=["now", "snapshot"])
def test_search_finds_the_same(doors: Doors, words: str, view: dict[str, str]) -> None:
    found = doors.answer("search", view, q=words, limit=12)["item"]
    page = doors.page("/search-results", view, q=words)
    shown = [
        (unescape(kind).lower(), unescape(label))
        for label, kind in re.findall(r"<li>.*?<b><bdi>(.*?)</bdi></b>.*?<span class=\"s11 t3\">(.*?)</span></a></li>", page, re.DOTALL)
    ]
    assert [entry for entry in shown if entry[0] != "page"] == [(hit["kind"], hit["label"]) for hit in found]


def test_rows_behind_a_metric(doors: Doors) -> None:
    for view in ({}, {"account": ACCOUNT}, {"snapshot": "1"}):
        for name in ("expired_products", "open_opportunities", "unsupported_products"):
            answer = doors.metric(name, view)
            page = doors.page("/rows", view, metric=name)
            counted = re.search(r'<span class="num">[\d,]+ – [\d,]+ of ([\d,]+)</span>', page)
            assert counted is not None, (name, view)
            assert says(counted[1], answer["rows"]), (name, view)
