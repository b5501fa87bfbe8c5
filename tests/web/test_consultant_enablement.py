"""Consultant Enablement on the August sample: kinds, openers, plan, briefs; actions are worked there as on Action Required."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.consulting import action_plan, kinds

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from onelead.workspace import Serving

PAGE = "/consultant-enablement"
TABS = ("renewals", "cross_sell", "expansion", "relationship", "plan", "accounts")


def page(client: TestClient, path: str = PAGE, **params: str) -> str:
    reply = client.get(path, params=params or None)
    assert reply.status_code == 200
    assert "This part could not be computed" not in reply.text
    return reply.text


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_stands_with_unique_ids(client: TestClient, tab: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page(client, tab=tab))
    assert len(ids) == len(set(ids))


def test_tabs_and_tiles_count_what_waits(client: TestClient, august_serving: Serving) -> None:
    found = august_serving.ask(LOCAL_ADMIN, kinds, august_serving.stamp())
    text = page(client)
    for label, kind in (("Renewals", "renewals"), ("Cross-sell and upsell actions", "cross_sell"), ("Service expansion", "expansion")):
        assert re.search(rf"{label} <span class=\"num t3\">{found[kind]['count']}</span>", text)
    assert found["renewals"]["count"] > 0


def test_the_first_action_stands_open_with_its_letter(client: TestClient) -> None:
    text = page(client, tab="expansion")
    assert 'data-copied="Opener copied"' in text
    (mail,) = re.findall(r'href="(mailto:[^"]+)"', text)
    assert html.unescape(mail).startswith("mailto:?subject=")
    assert re.search(r"(\d+) of \1 filled", text)
    assert "Next steps" in text
    assert "Services that fit" in text
    assert "mailto:" not in page(client, tab="expansion", open="none")


def test_the_plan_shows_each_step_with_its_count(client: TestClient, august_serving: Serving) -> None:
    text = page(client, tab="plan")
    steps = august_serving.ask(LOCAL_ADMIN, action_plan, august_serving.stamp())
    shown = [step for step in steps if step["count"]]
    assert re.findall(r'class="step" aria-label="([^"]+)"', text) == [step["label"] for step in shown]
    assert text.count('<span class="pr">') == sum(len(step["rows"]) for step in shown)


def test_briefs_print_points_letters_and_plan(client: TestClient) -> None:
    text = page(client, tab="accounts")
    links = [html.unescape(link) for link in re.findall(r'href="(/consultant-brief\?id=[^"]+)"', text)]
    assert len(links) == len(set(links)) == 10
    brief = page(client, links[0])
    for part in ("Talking points", "Next steps", "Services that fit", "Openers", "Print or save as PDF"):
        assert part in brief
    assert "Action plan" in page(client, "/consultant-brief")
    assert client.get("/consultant-brief", params={"id": "nobody"}).text.count("nobody") >= 1


def test_an_action_is_worked_from_here(own_client: TestClient) -> None:
    text = page(own_client, tab="expansion")
    form = re.search(r'<form class="fa1" method="post" action="([^"]+)"[^>]*>\s*<input type="hidden" name="id" value="([^"]+)">', text)
    assert form
    reply = own_client.post(html.unescape(form[1]), data={"id": form[2]}, headers={"hx-request": "true"})
    assert reply.status_code == 200
    assert "Accepted" in reply.text
    assert form[2] in page(own_client, tab="expansion", state="accepted")
    assert f'id="act-{form[2]}"' not in page(own_client, tab="expansion")


def test_an_empty_workspace(empty_client: TestClient) -> None:
    assert empty_client.get(PAGE).status_code == 200
    assert empty_client.get("/consultant-brief").status_code == 200
