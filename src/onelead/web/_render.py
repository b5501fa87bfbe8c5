"""The one renderer: a declared page or block and a request in, HTML out. A block that fails says so in its own card."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from onelead import __version__
from onelead.core.errors import OneLeadError
from onelead.core.registry import discover
from onelead.web._figure_text import marked, settled
from onelead.web._filters import condition_pills, more_filters, pills, unknown_values
from onelead.web._page import SECTIONS, SIZES, Block, Chart, Missing, Page, Panel, Table, Tiles
from onelead.web._table import guessed_columns, shown
from onelead.web._tiles import faces
from onelead.web.figures.reading import with_dates
from onelead.web.figures.ticks import with_ticks

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from onelead.web._ask import Ask

HERE = Path(__file__).parent
STATIC = HERE / "static"
CHART_ROWS = 200
EMPTY_STATE_OF = "load"
"""The page whose drop zone every page shows while nothing is loaded."""
log = structlog.get_logger("onelead.web")


@cache
def pages() -> dict[str, Page]:
    """Every page by id."""
    return discover("onelead.web.pages", "PAGE", Page)


@cache
def menu() -> tuple[tuple[str, tuple[Page, ...]], ...]:
    """The pages of the menu by section, in their order."""
    listed = [page for page in pages().values() if not page.hidden]
    return tuple(
        (section, tuple(sorted((page for page in listed if page.section == section), key=lambda page: (page.order, page.title))))
        for section in SECTIONS
    )


@cache
def static(name: str) -> str:
    """The address of a static file, with a version that changes with what is in it."""
    file = STATIC / name
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


@cache
def page_files(page_id: str) -> dict[str, list[str]]:
    """Stylesheets and scripts that belong to a page, where it has some."""
    return {
        kind: [static(f"pages/{page_id}.{kind}")] if (STATIC / "pages" / f"{page_id}.{kind}").exists() else [] for kind in ("css", "js")
    }


@cache
def icon(name: str, size: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers: its text says the same."""
    return Markup('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>').format(size, static("icons.svg"), name)


def figure_json(figure: dict[str, Any]) -> Markup:
    """A figure as JSON that is safe inside a script element of type application/json."""
    text = json.dumps(figure, default=str, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - no character that ends the element is left


@cache
def environment() -> Environment:
    """Templates, with what all of them use."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,  # templates come with the package: nobody looks at each render whether their files changed
    )
    env.globals.update(icon=icon, static=static, figure_json=figure_json, sizes=SIZES, version=__version__)
    return env


def render(template: str, **values: object) -> str:
    """A template with its values."""
    return environment().get_template(template).render(**values)


def render_page(ask: Ask) -> str:
    """The whole page of ``ask``."""
    page = ask.page
    if page is None:
        raise Missing("There is no such page.")
    empty = ask.stamp is None and page.needs_data
    tabs = [] if empty else [found for found in page.tabs if found.when is None or found.when(ask)]
    tab = next((found for found in tabs if found.id == ask.one("tab")), tabs[0] if tabs else None)
    declared = () if empty else (*page.blocks, *(tab.blocks if tab else ()))
    blocks = [block for block in declared if block.when is None or block.when(ask)]
    return render(
        "page.html",
        page=page,
        ask=ask,
        fmt=ask.fmt,
        empty=empty,
        lead="" if empty else _words(page.lead, ask),
        pills=pills(ask),
        conditions=condition_pills(ask),
        unknown=[] if empty else unknown_values(ask),
        more=more_filters(ask),
        tabs=[(found, found.count(ask) if found.count else None) for found in tabs],
        tab=tab,
        blocks=[render_lazy(block, ask) if block.lazy else render_block(block, ask) for block in blocks],
        **shell(ask),
    )


def shell(ask: Ask) -> dict[str, object]:
    """What stands around every page."""
    files = page_files(ask.page.id) if ask.page else {"css": [], "js": []}
    counts = {}
    if ask.stamp is not None:
        counts = {page.id: page.count(ask) for _, listed in menu() for page in listed if page.count}
    if ask.stamp is None and (ask.page is None or ask.page.id != EMPTY_STATE_OF):
        empty = page_files(EMPTY_STATE_OF)  # every page shows its panel while nothing is loaded
        files = {kind: [*files[kind], *empty[kind]] for kind in files}
    return {"menu": menu(), "counts": counts, "css": files["css"], "js": files["js"]}


def _words(text: str | Callable[[Ask], str], ask: Ask) -> str:
    return text(ask) if callable(text) else text


def render_lazy(block: Block, ask: Ask) -> Markup:
    """A place that fetches its block once the page stands."""
    return Markup(render("blocks/lazy.html", block=block, ask=ask))  # noqa: S704 - a template's own output


def render_block(block: Block, ask: Ask) -> Markup:
    """One block; what it lacks or what failed stands in its card, and the rest of the page stands."""
    common: dict[str, Any] = {"block": block, "ask": ask, "fmt": ask.fmt}
    try:
        common["sub"] = _words(block.sub, ask)
        view = _view(block, ask)
        html = render(_template(block), **common, **view)
    except Missing as missing:
        html = render("blocks/missing.html", **{**common, "sub": ""}, missing=missing)
    except OneLeadError as error:
        html = render("blocks/error.html", **{**common, "sub": ""}, error=error)
    except Exception:
        # one broken card must not take the page with it; the log has the trace
        log.exception("block failed", page=ask.page.id if ask.page else "", block=block.id)
        html = render("blocks/error.html", **{**common, "sub": ""}, error=None)
    return Markup(html)  # noqa: S704 - a template's own output


def _template(block: Block) -> str:
    if isinstance(block, Panel):
        return "blocks/bare.html" if block.bare else "blocks/panel.html"
    return f"blocks/{block.kind}.html"


def _view(block: Block, ask: Ask) -> dict[str, Any]:
    if isinstance(block, Tiles):
        return {"faces": faces(block, ask)}
    if isinstance(block, Table) and block.rows:
        return {"table": shown(block, block.rows(ask), ask)}
    if isinstance(block, Chart) and block.data and block.figure:
        return _chart(block, block.data(ask), ask)
    if isinstance(block, Panel):
        return {"data": block.data(ask) if block.data else {}}
    return {}


def _chart(block: Chart, frame: pl.DataFrame, ask: Ask) -> dict[str, Any]:
    if not frame.height:
        return {"figure": None, "table": None}
    under = Table(id=f"{block.id}-rows", title=block.title, columns=block.columns or guessed_columns(frame, ask), size=CHART_ROWS)
    figure = with_dates(with_ticks(settled(block.figure(marked(frame), ask)), ask.fmt), ask.fmt) if block.figure else None
    return {"figure": figure, "table": shown(under, frame.head(CHART_ROWS), ask)}
