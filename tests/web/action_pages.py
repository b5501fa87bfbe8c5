"""What tests of Action Required read on its page and send from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

HX = {"HX-Request": "true"}


def rows_of(text: str) -> list[str]:
    """Ids of the actions of a page, in their order."""
    return re.findall(r'data-act="([0-9a-f]{16})"', text)


def counts_of(text: str) -> dict[str, int]:
    """Actions by state, as the page counts them."""
    found = text[text.rindex('id="act-states"') :]
    return {name: int(count) for name, count in re.findall(r">(\w+) <span class=\"num\">(\d+)</span>", found)[:5]}


def act(client: TestClient, name: str, query: str = "", **form: str) -> Response:
    """Do something with an action as the page does it."""
    return client.post(f"/do/action-required/{name}?act.base=/action-required&act.id={form['id']}{query}", data=form, headers=HX)
