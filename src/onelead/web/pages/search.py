"""Everything that the search finds, as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Page, Panel

if TYPE_CHECKING:
    from onelead.web._ask import Ask

LISTED = 60


def _hits(ask: Ask) -> dict[str, Any]:
    from onelead.web._parts import found_hits  # the parts know the pages, this page included

    words = (ask.one("q") or "")[:100]
    return {"words": words, "hits": found_hits(ask, words, LISTED)}


def _lead(ask: Ask) -> str:
    words = ask.one("q")
    return f"What holds “{words}”" if words else "All pages; type to find accounts, products, opportunities, projects, services and metrics"


PAGE = Page(
    id="search",
    title="Search",
    section="Measure",
    icon="search",
    about="Finds accounts, products, opportunities, projects, services, metrics and pages.",
    hidden=True,
    needs_data=False,
    account_filters=False,
    lead=_lead,
    blocks=(Panel(id="hits", title="Found", template="panels/search.html", data=_hits, bare=True),),
)
