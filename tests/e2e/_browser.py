"""A real server in a process of its own, and a reader with a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
START = "from onelead.app import main; main()"


def chromium(own: str) -> str:
    """Where the browser is; ``own`` is where Playwright keeps its. Skips where there is none (a full run does not allow a skip)."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("ONELEAD_CHROMIUM") or next((place for name in names if (place := shutil.which(name))), None)
    if found is None and Path(own).exists():
        found = own
    if found is None:
        pytest.skip("The end-to-end tests need Chromium: install the package chromium, or set ONELEAD_CHROMIUM to the program.")
    return found


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """A server process for a workspace; its address. Stopped with Ctrl-C's signal when the block ends."""
    log = workspace.with_suffix(".log").open("w+", encoding="utf-8")
    command = [sys.executable, "-c", START, "serve", "--workspace", str(workspace), "--port", "0", "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                break
        else:
            log.seek(0)
            pytest.fail(f"The server did not start: {log.read()[-2000:]}")
        yield found.group(0)
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
        log.close()


@dataclass
class Reader:
    """A browser page that counts its clicks and keeps what went wrong in the console."""

    page: Page
    address: str
    clicks: int = 0
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page and wait until it is drawn."""
        self.page.goto(self.address + path)
        self.drawn()

    def click(self, selector: str) -> None:
        """One click, as a person makes it; then wait until the answer is drawn."""
        self.page.locator(selector).first.click()
        self.clicks += 1
        self.settle()

    def settle(self) -> None:
        """Wait for the network, lazy parts and charts."""
        self.page.wait_for_load_state("networkidle")
        self.drawn()

    def drawn(self) -> None:
        """Wait for lazy parts and charts, and for nothing that is asked for in between; half a second of silence is for clicks only."""
        self.page.wait_for_function(
            "() => !document.querySelector('[aria-busy=true], .htmx-request') && [...document.querySelectorAll('[data-figure]')].every(plot => plot.dataset.drawn)"
        )

    def text(self, selector: str = "main") -> str:
        """What a person reads there."""
        return self.page.locator(selector).first.inner_text()


@contextmanager
def reading(browser: Browser, address: str, *, size: dict[str, int] | None = None, dark: bool = False) -> Iterator[Reader]:
    """A fresh browser profile on a served workspace."""
    context: BrowserContext = browser.new_context(
        viewport=size or WIDE,
        color_scheme="dark" if dark else "light",
        locale="en-US",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    reader = Reader(page, address)
    page.on("console", lambda message: reader.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: reader.complaints.append(str(error)))
    page.on("response", lambda answer: reader.complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    try:
        yield reader
    finally:
        context.close()
