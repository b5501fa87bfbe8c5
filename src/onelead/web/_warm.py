"""Pages asked for before anybody asks: after the start and after each publication, so that the first reader does not wait for what is heavy."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from onelead.core.errors import OneLeadError
from onelead.core.viewer import LOCAL_ADMIN
from onelead.web._ask import Ask
from onelead.web._formats import Formats
from onelead.web._render import menu, render_page
from onelead.workspace.selecting import account_names
from onelead.workspace.whatif import Levers, what_if

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from onelead.web._page import Page
    from onelead.workspace.serving import Serving, Stamp

LOOK_SECONDS = 2.0
"""So often it is looked whether something new was published."""
REST = 0.5
"""After a page, so long a rest as a share of the time that it took: readers who are there already come first."""
log = structlog.get_logger("onelead.web")


def keep_warm(serving: Serving, stopping: Event) -> None:
    """Render every page of the menu without filters whenever a new snapshot or new settings are there, until ``stopping`` is set.

    Only the answers matter, which are kept for every reader whatever their language; the HTML is thrown away. Runs in a thread of its own.
    """
    seen: tuple[object, ...] | None = None
    while not stopping.is_set():
        try:
            stamp = serving.stamp()
        except OneLeadError:
            stamp = None  # settings that cannot be read now are told to who asks for a page
        now = (stamp.publication, stamp.as_of, stamp.settings) if stamp else None
        if stamp is not None and now != seen:
            warm(serving, stamp, stopping)
            _set_aside()
        seen = now
        stopping.wait(LOOK_SECONDS)


def _set_aside() -> None:
    """What was made for all requests stays: the collector need not look through it, a tenth of a second each time, while somebody waits."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def warm(serving: Serving, stamp: Stamp, stopping: Event) -> None:
    """Render every page of the menu once, the first of the menu first; then once more for one account, which makes the queries of all filters."""
    listed: list[Page] = [page for _, found in menu() for page in found if page.needs_data]
    some = serving.ask(LOCAL_ADMIN, account_names, stamp)
    one = {"account": (some[0][0],)} if some else {}
    fmt = Formats(currency=serving.parts.settings.prices.currency, as_of=stamp.as_of)
    asks = [Ask(serving, LOCAL_ADMIN, stamp, page.path, {}, fmt, page=page) for page in listed]
    asks += [replace(ask, params=one) for ask in asks if one and ask.page and ask.page.account_filters]
    tasks: list[tuple[str, Callable[[], Any]]] = [(ask.path, partial(render_page, ask)) for ask in asks]
    # what the levers of the what-if weigh: the rules run once for it, and nobody should wait for that
    tasks.append(("what-if", partial(serving.ask, LOCAL_ADMIN, what_if, stamp, Levers(price_factor=1.0))))
    for name, task in tasks:
        if stopping.is_set():
            return
        started = time.monotonic()
        try:
            task()
        except Exception as error:  # noqa: BLE001 - nobody waits for it: what fails here fails again, and is told, where somebody asks
            log.debug("warming failed", path=name, error=repr(error)[:200])
        stopping.wait(REST * (time.monotonic() - started))
