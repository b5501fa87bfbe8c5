"""Until a reader sees the first chart: Chromium opens the page, and a Plotly chart with marks is on the screen."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

    from benchmarks._web_servers import Server

PATIENCE_MS = 60_000
POLL_MS = 50
# A bar, point or slice that takes room on the screen; the time is that of the frame after the one in which it was first found, so it was painted.
WATCH = """
(() => {
  const marks = ".js-plotly-plot .barlayer path, .js-plotly-plot .scatterlayer path, .js-plotly-plot .pielayer path";
  const drawn = () => [...document.querySelectorAll(marks)].some((mark) => mark.getBoundingClientRect().height > 1);
  const look = () => { if (drawn()) requestAnimationFrame(() => { window.__firstChart = performance.now(); }); else requestAnimationFrame(look); };
  requestAnimationFrame(look);
})();
"""


@dataclass(frozen=True)
class View:
    """One opening of a page."""

    seconds: float
    bytes: int


def first_charts(servers: dict[str, Server], runs: int) -> dict[str, dict[str, list[View]]]:
    """By server, "cold" (a new profile each time) and "warm" (the same profile again, its HTTP cache full): servers in turn, ``runs`` times."""
    from playwright.sync_api import sync_playwright

    out: dict[str, dict[str, list[View]]] = {name: {"cold": [], "warm": []} for name in servers}
    with sync_playwright() as playwright:
        for server in servers.values():
            with _profile(playwright) as context:
                _opened(context, server)  # uncounted: the disk's cache of the browser and of the server's files
        for _ in range(runs):
            for name, server in servers.items():
                with _profile(playwright) as context:
                    out[name]["cold"].append(_opened(context, server))
                    out[name]["warm"].append(_opened(context, server))
    return out


@contextmanager
def _profile(playwright: Playwright) -> Iterator[BrowserContext]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        context = playwright.chromium.launch_persistent_context(
            home, executable_path=chromium(), args=["--no-sandbox"], viewport={"width": 1440, "height": 900}
        )
        try:
            yield context
        finally:
            context.close()


def _opened(context: BrowserContext, server: Server) -> View:
    page = context.new_page()
    size = 0

    def ended(event: dict[str, Any]) -> None:
        nonlocal size
        size += int(event.get("encodedDataLength", 0))

    def frame(event: dict[str, Any]) -> None:
        nonlocal size
        size += len(event["response"]["payloadData"]) * (3 / 4 if event["response"]["opcode"] == 2 else 1)  # binary comes as base64

    watching = context.new_cdp_session(page)
    watching.send("Network.enable")
    watching.on("Network.loadingFinished", ended)
    watching.on("Network.webSocketFrameReceived", frame)
    page.add_init_script(WATCH)
    page.goto(server.url, wait_until="commit")
    seconds = _seen(page, watching)
    page.wait_for_load_state("networkidle")
    page.close()
    return View(seconds, int(size))


def _seen(page: Page, watching: CDPSession) -> float:
    """Seconds from the start of the navigation to the first chart. Asked through the debugger: our pages forbid to evaluate text."""
    for _ in range(PATIENCE_MS // POLL_MS):
        found = watching.send("Runtime.evaluate", {"expression": "window.__firstChart"})["result"].get("value")
        if found:
            return float(found) / 1000
        page.wait_for_timeout(POLL_MS)
    raise RuntimeError(f"no chart on {page.url} after {PATIENCE_MS / 1000:g} s")


def chromium() -> str | None:
    """The browser of this machine; None for the one that Playwright installed."""
    named = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return os.environ.get("ONELEAD_CHROMIUM") or next((found for found in named if found), None)


def median(views: list[View]) -> float:
    return statistics.median(view.seconds for view in views)
