"""What filters offer stands in the page for readers without scripts, and is no field of it for all others until it is opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_fields_of_filters_are_made_when_opened(client: TestClient) -> None:
    """Browsers look each field over before they draw; those inside noscript are text to them."""
    bar = re.search(r'<div class="fb".*?\n</div>\n', client.get("/action-required").text, re.DOTALL)
    assert bar is not None
    kept = "".join(re.findall(r"<noscript>(.*?)</noscript>", bar.group(), re.DOTALL))
    assert kept.count("<form") >= 8
    assert 'type="date" name="as_of"' in kept
    assert not re.search(r"<(form|input|select)\b", re.sub(r"<noscript>.*?</noscript>", "", bar.group(), flags=re.DOTALL))
