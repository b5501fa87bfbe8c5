"""The addresses of the screens: pages, their parts, exports, posts. What was rendered once is sent again while nothing it rests on changed."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from onelead.core.errors import OneLeadError, UnknownNameError, UsageError
from onelead.core.problem import MEDIA_TYPE, problem_of
from onelead.core.viewer import LOCAL_ADMIN
from onelead.web import _parts
from onelead.web._ask import Ask, Person
from onelead.web._filters import found_choices
from onelead.web._formats import Formats, known_locale
from onelead.web._page import Done, Page
from onelead.web._render import pages, render, render_block, render_page, shell
from onelead.workspace.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from starlette.requests import Request

    from onelead.workspace.serving import Serving, Stamp

PAGE_BYTES = 128 * 2**20
RENDERED_AT_ONCE = 4
"""So many pages are rendered side by side; more would take turns at one interpreter, and what is rendered already would wait behind them."""
STAMP_SECONDS = 0.05
"""How long a change made by another process may go unseen; one made by this process is seen at once."""
HTML = "text/html; charset=utf-8"
MAX_QUERY = 8000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""As-of dates within this range; beyond it, dates that are counted from it would leave the calendar."""
NOT_FOUND = Page(id="not_found", title="Not found", section="", icon="help-circle", about="", hidden=True, needs_data=False)


class Site:
    """The screens of one served workspace."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._bodies = Answers(PAGE_BYTES)
        self._stamp: tuple[float, Stamp | None] | None = None
        self._at_once = CapacityLimiter(RENDERED_AT_ONCE)

    def router(self) -> APIRouter:
        """All addresses."""
        router = APIRouter()
        by_path = {"/" if page.id == "home" else page.path: page for page in pages().values()}
        for path, page in by_path.items():
            router.add_route(path, self._show(page), methods=["GET", "HEAD"])
        router.add_route("/s/{page}/{block}", self._section, methods=["GET"])
        router.add_route("/f/{page}/{name}", self._fragment, methods=["GET"])
        router.add_route("/choices/{page}/{name}", self._choices, methods=["GET"])
        router.add_route("/how/{kind}/{name:path}", self._how, methods=["GET"])
        router.add_route("/search-results", self._search, methods=["GET"])
        router.add_route("/stamp", self._current, methods=["GET"])
        router.add_route("/export/{page}/{file}", self._export, methods=["GET"])
        router.add_route("/do/{page}/{name}", self._do, methods=["POST"])
        router.add_route("/set-person", self._set_person, methods=["POST"])
        return router

    # Asking ------------------------------------------------------------------------------------------------------------

    def asked(self, request: Request, page: Page | None) -> Ask:
        """The request as pages see it. Raises UsageError for parameters that cannot be read.

        Reads the records unless that was done a moment ago: called in a thread (``_asked``).
        """
        if len(request.url.query) > MAX_QUERY:
            raise UsageError("The address is too long.", hint="Take some filters away.")
        params: dict[str, tuple[str, ...]] = {}
        for name, value in request.query_params.multi_items():
            if value and not name.startswith("_"):
                params[name] = (*params.get(name, ()), value)
        stamp = self._stamped(params)
        settings = self._serving.parts.settings
        locale = _locale(request.cookies.get("ol_locale"), request.headers.get("accept-language"), settings.server.locale)
        fmt = Formats(locale, settings.prices.currency, stamp.as_of if stamp else None)
        path = "/" if page is not None and page.id == "home" else page.path if page else request.url.path
        ask = Ask(self._serving, LOCAL_ADMIN, stamp, path, params, fmt, Person(), page)
        return replace(ask, person=_parts.person(ask, request.cookies.get("ol_me", "")))

    async def _asked(self, request: Request, page: Page | None) -> Ask:
        """``asked``, without holding up other requests while the records are read."""
        fresh = self._stamp is not None and time.monotonic() - self._stamp[0] <= STAMP_SECONDS
        if fresh and "as_of" not in request.query_params and "snapshot" not in request.query_params:
            return self.asked(request, page)
        return await run_in_threadpool(self.asked, request, page)

    def _stamped(self, params: dict[str, tuple[str, ...]]) -> Stamp | None:
        as_of, snapshot = params.get("as_of", ("",))[0], params.get("snapshot", ("",))[0]
        if not as_of and not snapshot:
            now = time.monotonic()
            if self._stamp is None or now - self._stamp[0] > STAMP_SECONDS:
                self._stamp = (now, self._serving.stamp())
            return self._stamp[1]
        try:
            day = date.fromisoformat(as_of) if as_of else None
        except ValueError:
            raise UsageError(f"as_of is {as_of!r}, which is no date.", hint="Write a date as 2024-09-04.") from None
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise UsageError(f"as_of is {as_of}, which no business date is.", hint=f"Write a date from {FIRST_DAY} to {LAST_DAY}.")
        if snapshot and not snapshot.isdecimal():
            raise UnknownNameError("snapshot", snapshot, [])
        return self._serving.stamp(as_of=day, snapshot=int(snapshot) if snapshot else None)

    # Answering ---------------------------------------------------------------------------------------------------------

    def _show(self, page: Page) -> Callable[[Request], Any]:
        async def show(request: Request) -> Response:
            return await self._answer(request, page, render_page)

        return show

    async def _answer(self, request: Request, page: Page | None, write: Callable[[Ask], str]) -> Response:
        """What ``write`` makes of the request: kept under all that it depends on, and known to the browser by an ETag."""
        try:
            ask = await self._asked(request, page)
            fragment = "hx-request" in request.headers or "x-fragment" in request.headers
            key = (request.url.path, request.url.query, fragment, ask.stamp, ask.everyone, ask.person, ask.fmt.locale, ask.fmt.currency)
            changing = ask.stamp is None or (page is not None and not page.needs_data)
            tag = f'W/"{sha256(repr(key).encode()).hexdigest()[:24]}"'
            if not changing and request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache", "Vary": VARY})
            if changing:
                body = await to_thread.run_sync(lambda: _packed(write(ask)), limiter=self._at_once)
            else:
                known, kept = self._bodies.get(key)
                body = kept if known else await to_thread.run_sync(self._rendered, key, ask, write, limiter=self._at_once)  # type: ignore[assignment]
        except OneLeadError as error:
            return await run_in_threadpool(self._refused, request, error)
        return _reply(request, body, None if changing else tag)

    def _rendered(self, key: Hashable, ask: Ask, write: Callable[[Ask], str]) -> tuple[bytes, bytes]:
        return self._bodies.get_or(key, lambda: _packed(write(ask)))

    def _refused(self, request: Request, error: OneLeadError) -> Response:
        if "hx-request" in request.headers or "x-fragment" in request.headers:
            return _problem(error)
        ask = Ask(self._serving, LOCAL_ADMIN, self._serving.stamp(), request.url.path, {}, Formats(), Person(), NOT_FOUND)
        body = render("refused.html", page=NOT_FOUND, ask=ask, error=error, **shell(ask))
        return Response(body, status_code=error.status, media_type=HTML)

    def _page(self, page_id: str) -> Page:
        found = pages().get(page_id.replace("-", "_"))
        if found is None:
            raise UnknownNameError("page", page_id, list(pages()))
        return found

    async def _section(self, request: Request) -> Response:
        block_id = request.path_params["block"]

        def write(ask: Ask) -> str:
            block = ask.page.block(block_id) if ask.page else None
            if block is None or ask.stamp is None:
                raise UnknownNameError("part", block_id, [found.id for found in ask.page.all_blocks()] if ask.page else [])
            return render_block(block, ask)

        return await self._of_page(request, write)

    async def _fragment(self, request: Request) -> Response:
        name = request.path_params["name"]

        def write(ask: Ask) -> str:
            fragments = ask.page.fragments if ask.page else {}
            if name not in fragments:
                raise UnknownNameError("part", name, list(fragments))
            return fragments[name](ask)

        return await self._of_page(request, write)

    async def _choices(self, request: Request) -> Response:
        name, words = request.path_params["name"], request.query_params.get("_find", "")[:100]
        return await self._of_page(request, lambda ask: render("choices.html", ask=ask, fmt=ask.fmt, pill=found_choices(ask, name, words)))

    async def _of_page(self, request: Request, write: Callable[[Ask], str]) -> Response:
        try:
            page = self._page(request.path_params["page"])
        except OneLeadError as error:
            return _problem(error)
        return await self._answer(request, page, write)

    async def _how(self, request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        fragment = "x-fragment" in request.headers
        return await self._answer(request, None, lambda ask: _parts.how(ask, kind, name, fragment=fragment))

    async def _search(self, request: Request) -> Response:
        return await self._answer(request, None, _parts.hits)

    async def _current(self, request: Request) -> Response:
        del request
        stamp = await run_in_threadpool(self._serving.stamp)
        return Response(str(stamp.publication) if stamp else "", media_type="text/plain", headers={"Cache-Control": "no-store"})

    async def _export(self, request: Request) -> Response:
        try:
            page = self._page(request.path_params["page"])
            ask = await self._asked(request, page)
            return await run_in_threadpool(_parts.exported, ask, request.path_params["file"])
        except OneLeadError as error:
            return await run_in_threadpool(self._refused, request, error)

    # Changing ----------------------------------------------------------------------------------------------------------

    async def _do(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            page = self._page(request.path_params["page"])
            post = page.posts.get(name)
            if post is None:
                raise UnknownNameError("act", name, list(page.posts))
            ask = await self._asked(request, page)
            async with request.form(max_files=20, max_fields=2000) as form:
                done = await run_in_threadpool(post, ask, form)
        except OneLeadError as error:
            return await run_in_threadpool(self._refused, request, error)
        finally:
            self._stamp = None
        return _did(request, ask, done)

    async def _set_person(self, request: Request) -> Response:
        async with request.form() as form:
            return _parts.set_person(str(form.get("role", "")), str(form.get("name", "")), str(form.get("locale", "")))


VARY = "Accept-Encoding, Accept-Language, Cookie, HX-Request, X-Fragment"


def _packed(text: str) -> tuple[bytes, bytes]:
    body = text.encode()
    return body, gzip.compress(body, 5, mtime=0)


def _reply(request: Request, body: tuple[bytes, bytes], tag: str | None) -> Response:
    headers = {"Cache-Control": "private, no-cache" if tag else "no-store", "Vary": VARY}
    if tag:
        headers["ETag"] = tag
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(body[1], media_type=HTML, headers={**headers, "Content-Encoding": "gzip"})
    return Response(body[0], media_type=HTML, headers=headers)


def _problem(error: OneLeadError) -> Response:
    return Response(json.dumps(problem_of(error), default=str), status_code=error.status, media_type=MEDIA_TYPE)


def _did(request: Request, ask: Ask, done: Done) -> Response:
    """The answer to a post: a redirect for a plain form; for HTMX the new piece, with a toast and what else to draw again."""
    if "hx-request" not in request.headers:
        return RedirectResponse(done.to or _back(request) or ask.path, status_code=303)
    if done.to:
        return Response(status_code=204, headers={"HX-Redirect": done.to})
    page_id = ask.page.id if ask.page else ""
    toast = {"message": done.message}
    if done.undo:
        toast |= {"undo": f"/do/{page_id}/{done.undo[0]}", "form": json.dumps(dict(done.undo[1]))}
    happened = json.dumps({"toast": toast, "redraw": {"page": page_id, "blocks": list(done.refresh)}})
    status = 200 if done.fragment is not None else 204
    return Response(done.fragment or None, status_code=status, media_type=HTML, headers={"HX-Trigger": happened})


def _back(request: Request) -> str | None:
    """The page that a form was sent from, where it is one of ours."""
    came = urlsplit(request.headers.get("referer", ""))
    # browsers read "//" and a backslash as the beginning of another host
    if came.netloc != request.headers.get("host") or not came.path.startswith("/") or came.path.startswith("//") or "\\" in came.path:
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


@lru_cache(maxsize=256)
def _locale(chosen: str | None, accepted: str | None, default: str) -> str:
    wanted = [chosen or "", *(part.partition(";")[0].strip() for part in (accepted or "").split(",")), default]
    return next((found for name in wanted if name and name != "*" and (found := known_locale(unquote(name)))), "en")
