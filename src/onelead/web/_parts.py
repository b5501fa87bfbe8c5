"""Pieces around the pages: how a number is computed, search hits, exports, who the reader is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.responses import RedirectResponse, Response

from onelead.core.errors import UnknownNameError
from onelead.web._ask import Person
from onelead.web._formats import known_locale
from onelead.web._page import Block, Chart, Page, Panel, Table, Tiles
from onelead.web._render import pages, render, shell
from onelead.web._table import exported as table_rows
from onelead.web._table import guessed_columns
from onelead.workspace.defining import definition
from onelead.workspace.exporting import export, file_name
from onelead.workspace.people import team_in
from onelead.workspace.searching import search

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask

HITS = 12
YEAR_SECONDS = 365 * 86400
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
HOW = Page(id="how", title="How this is computed", section="", icon="info-circle", about="", hidden=True, needs_data=False)


# How is this computed ------------------------------------------------------------------------------------------------------


def how(ask: Ask, kind: str, name: str, *, fragment: bool) -> str:
    """The definition of a metric, a block or a tile: as a popover's inside, or as a page of its own. Raises UnknownNameError."""
    writers = {"metric": _how_metric, "block": _how_block, "tile": _how_tile}
    if kind not in writers:
        raise UnknownNameError("kind of definition", kind, list(writers))
    body = writers[kind](ask, name)
    return body if fragment else render("how_page.html", page=HOW, ask=ask, body=body, **shell(ask))


def _how_metric(ask: Ask, name: str) -> str:
    where = tuple(ask.params.get("rows", ()))
    return render("how_metric.html", ask=ask, fmt=ask.fmt, line=ask(definition, name, where), where=where)


def _how_block(ask: Ask, name: str) -> str:
    page, block = _found(name)
    lines = [ask(definition, metric) for metric in block.metrics]
    return render("how_block.html", ask=ask, fmt=ask.fmt, title=block.title, text=block.how, lines=lines, page=page)


def _how_tile(ask: Ask, name: str) -> str:
    page_id, _, key = name.partition("/")
    page = pages().get(page_id)
    tiles = [tile for block in (page.all_blocks() if page else ()) if isinstance(block, Tiles) for tile in block.tiles]
    tile = next((found for found in tiles if found.key == key), None)
    if tile is None:
        raise UnknownNameError("tile", key, [found.key for found in tiles])
    return render("how_block.html", ask=ask, fmt=ask.fmt, title=tile.label or key, text=tile.how, lines=[], page=page)


def _found(name: str) -> tuple[Page, Block]:
    page_id, _, block_id = name.partition("/")
    page = pages().get(page_id)
    block = page.block(block_id) if page else None
    if page is None or block is None:
        raise UnknownNameError("part of a page", name, [f"{page.id}/{block.id}" for block in page.all_blocks()] if page else list(pages()))
    return page, block


# Search --------------------------------------------------------------------------------------------------------------------


def found_hits(ask: Ask, words: str, limit: int = HITS) -> list[dict[str, Any]]:
    """What the search finds: pages first, then what the data holds; each with kind, label, detail and link."""
    lowered = words.lower().strip()
    if not lowered:
        listed = [page for page in pages().values() if not page.hidden]
        return [_page_hit(page, ask) for page in sorted(listed, key=lambda page: page.title)]
    out = [_page_hit(page, ask) for page in pages().values() if not page.hidden and lowered in page.title.lower()]
    if ask.stamp is not None:
        out += [{**hit, "link": _hit_link(hit, ask)} for hit in ask.overall(search, words, limit)]
    return out


def _page_hit(page: Page, ask: Ask) -> dict[str, Any]:
    return {"kind": "page", "label": page.title, "detail": page.about, "link": ask.link(page.path), "icon": page.icon}


def _hit_link(hit: dict[str, Any], ask: Ask) -> str:
    kind, key = str(hit["kind"]), str(hit["id"])
    if kind == "account":
        return ask.account_link(key) or "/"
    if kind == "metric":
        return ask.rows_link(key)
    if kind == "product":
        return ask.rows_link("assets", f"product_name={key}")
    return ask.link("/record", kind=kind, id=key, account=None, owner=None, where=None)


def hits(ask: Ask) -> str:
    """The inside of the search palette."""
    words = (ask.one("q") or "")[:100]
    return render("hits.html", ask=ask, words=words, hits=found_hits(ask, words))


# Exports -------------------------------------------------------------------------------------------------------------------


def exported(ask: Ask, file: str) -> Response:
    """A block's rows as a file. ``file`` is "block.kind". Raises UnknownNameError."""
    block_id, _, kind = file.rpartition(".")
    block = ask.page.block(block_id) if ask.page else None
    if block is None or ask.page is None:
        raise UnknownNameError("part", block_id, [found.id for found in ask.page.all_blocks()] if ask.page else [])
    frame = block_rows(block, ask)
    title = block.title if block.title == ask.page.title else f"{ask.page.title} {block.title}"
    body = export(frame, kind, block.title)
    name = file_name(title, ask.as_of if ask.stamp else ask.serving.parts.today(), kind)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=TYPES[kind], headers=headers)


def block_rows(block: Block, ask: Ask) -> pl.DataFrame:
    """The rows that a block gives away. Raises UnknownNameError for a block that has none."""
    if isinstance(block, Table) and block.rows:
        return table_rows(block, block.rows(ask), ask)
    if isinstance(block, Chart) and block.data:
        frame = block.data(ask)
        return table_rows(Table(id=block.id, title=block.title, columns=block.columns or guessed_columns(frame, ask)), frame, ask)
    if isinstance(block, Panel) and block.table:
        return block.table(ask)
    raise UnknownNameError("export", block.id, [])


# Who the reader is ---------------------------------------------------------------------------------------------------------


def person(ask: Ask, cookie: str) -> Person:
    """The reader as the cookie says: "role|name". Nothing here grants a right."""
    role, _, name = unquote(cookie)[:200].partition("|")
    if not role and not name:
        return Person()
    team = team_in(ask.serving.parts, name) if name else ()
    return Person(role, name, tuple(team))


def set_person(role: str, name: str, locale: str) -> Response:
    """Remember who the reader is and go to the home page."""
    reply = RedirectResponse("/", status_code=303)
    options: dict[str, Any] = {"max_age": YEAR_SECONDS, "samesite": "strict", "httponly": True, "path": "/"}
    reply.set_cookie("ol_me", quote(f"{role[:40]}|{name[:120]}", safe=""), **options)
    if known_locale(locale):
        reply.set_cookie("ol_locale", quote(locale), **options)
    elif not locale:
        reply.delete_cookie("ol_locale", path="/")
    return reply
