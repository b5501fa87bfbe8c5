"""What every address has in common: who asks, for which snapshot and date, whether the asker's copy still holds, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request
from pydantic_core import to_json
from starlette.responses import Response

import onelead
from onelead.api._paging import Cursor, question_of, read_cursor
from onelead.api._parameters import USUAL, AsOf, CursorText, Fields, Limit, SnapshotNumber, Sort, Where
from onelead.api._problems import CursorError, CursorGoneError, NothingLoadedError, NotModified, RequestError
from onelead.core.errors import UnknownNameError, UsageError, nearest
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.routing import APIRoute

    from onelead.workspace import Workspace
    from onelead.workspace.serving import Serving, Stamp
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

P = ParamSpec("P")
R = TypeVar("R")

BODY_BYTES = 64 * 2**20


def viewer_of(request: Request) -> Viewer:
    """Who asks. Everybody is the local administrator until there is a sign-in; the server then listens to this machine only."""
    del request
    return LOCAL_ADMIN


Asker = Annotated[Viewer, Depends(viewer_of)]


def serving_of(request: Request) -> Serving:
    """The served workspace."""
    serving: Serving = request.app.state.serving
    return serving


@dataclass(frozen=True)
class Question:
    """A reading request. ``stamp`` says what its answer depends on; ``after`` is where its page begins."""

    request: Request
    serving: Serving
    viewer: Viewer
    stamp: Stamp
    limit: int = USUAL
    after: int = 0
    where: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case; not to be changed in place."""
        return self.serving.ask(self.viewer, use_case, self.stamp, *args, **kwargs)

    def about(self, *, estimated: bool = False) -> dict[str, Any]:
        """What every answer says of itself."""
        currency = self.serving.parts.settings.prices.currency
        return {"as_of": self.stamp.as_of, "snapshot": self.stamp.publication, "currency": currency, "estimated": estimated}

    def one(self, make: Callable[[], tuple[Any, bool]]) -> Response:
        """One thing, from ``make``: the thing, and whether any money in it is an estimate."""

        def body() -> dict[str, Any]:
            item, estimated = make()
            return {"item": item, **self.about(estimated=estimated)}

        return self._reply(body)

    def page(self, make: Callable[[], tuple[list[Any], int, bool]]) -> Response:
        """A page, from ``make``: its rows, how many rows there are in all, and whether any money in it is an estimate."""

        def body() -> dict[str, Any]:
            items, total, estimated = make()
            more = self._next() if self.after + len(items) < total and items else None
            return {"items": items, "next": more, "total": total, "limit": self.limit, **self.about(estimated=estimated)}

        return self._reply(body)

    def _next(self) -> str:
        mark = question_of(self.request.url.path, self.request.query_params.multi_items())
        return Cursor(self.stamp.publication, self.stamp.as_of, self.after + self.limit, mark).text()

    def _reply(self, make: Callable[[], dict[str, Any]]) -> Response:
        bodies: Answers = self.request.app.state.bodies
        key = (self.request.url.path, self.request.url.query, self.stamp, self.viewer)
        body, more = bodies.get_or(key, lambda: _written(make()))
        headers = self.headers | ({"Link": f'<{_next_address(self.request, more)}>; rel="next"'} if more else {})
        return Response(body, media_type="application/json", headers=headers)


def _written(answer: dict[str, Any]) -> tuple[bytes, str | None]:
    return to_json(answer, inf_nan_mode="null", timedelta_mode="float"), answer.get("next")


def _next_address(request: Request, cursor: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def question(request: Request, viewer: Asker, as_of: AsOf = None, snapshot: SnapshotNumber = None) -> Question:
    """A question without pages. Answers 304 where the asker's copy still holds, before any work."""
    serving = serving_of(request)
    stamp = serving.stamp(as_of=as_of, snapshot=snapshot)
    if stamp is None:
        raise NothingLoadedError
    return Question(request, serving, viewer, stamp, headers=_checked(request, viewer, stamp))


def paged(
    request: Request,
    viewer: Asker,
    as_of: AsOf = None,
    snapshot: SnapshotNumber = None,
    limit: Limit = USUAL,
    cursor: CursorText = None,
) -> Question:
    """A question for a page of a list."""
    serving = serving_of(request)
    place = None if cursor is None else read_cursor(cursor)
    if place is None:
        stamp = serving.stamp(as_of=as_of, snapshot=snapshot)
    else:
        if place.question != question_of(request.url.path, request.query_params.multi_items()):
            raise CursorError(
                "The cursor belongs to another question.", hint="Keep the other parameters as they were, or leave the cursor out."
            )
        try:
            stamp = serving.stamp(as_of=place.as_of, snapshot=place.snapshot)
        except UnknownNameError:
            raise CursorGoneError(
                f"Snapshot {place.snapshot}, in which this list began, is gone.", hint="Leave the cursor out to begin anew."
            ) from None
    if stamp is None:
        raise NothingLoadedError
    after = 0 if place is None else place.after
    return Question(request, serving, viewer, stamp, limit, after, headers=_checked(request, viewer, stamp))


def listed(found: Annotated[Question, Depends(paged)], where: Where = [], sort: Sort = [], fields: Fields = []) -> Question:  # noqa: B006 - FastAPI copies defaults
    """A question for a page of a list that can be narrowed, sorted, and told which columns to answer."""
    return Question(
        found.request,
        found.serving,
        found.viewer,
        found.stamp,
        found.limit,
        found.after,
        tuple(where),
        tuple(sort),
        tuple(fields),
        found.headers,
    )


Asked = Annotated[Question, Depends(question)]
Paging = Annotated[Question, Depends(paged)]
Listing = Annotated[Question, Depends(listed)]


def _checked(request: Request, viewer: Viewer, stamp: Stamp) -> dict[str, str]:
    """Headers of the answer. Raises NotModified where the asker has it."""
    rights = None if viewer.account_ids is None else sorted(viewer.account_ids)
    key = (onelead.__version__, request.url.path, request.url.query, stamp.text, viewer.user, sorted(viewer.roles), rights)
    tag = f'W/"{sha256(repr(key).encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    held = {entry.strip().removeprefix("W/") for entry in request.headers.get("if-none-match", "").split(",")}
    if tag.removeprefix("W/") in held or "*" in held:
        raise NotModified(headers)
    return headers


# Changing ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A request that changes something, on the published snapshot."""

    serving: Serving
    viewer: Viewer

    @property
    def workspace(self) -> Workspace:
        """The workspace as the viewer may use it."""
        return self.serving.workspace(self.viewer)

    def now(self) -> Stamp:
        """The stamp after the change. Raises NothingLoadedError."""
        stamp = self.serving.stamp()
        if stamp is None:
            raise NothingLoadedError
        return stamp

    def about(self, *, estimated: bool = False) -> dict[str, Any]:
        """What the answer says of itself."""
        stamp = self.now()
        currency = self.serving.parts.settings.prices.currency
        return {"as_of": stamp.as_of, "snapshot": stamp.publication, "currency": currency, "estimated": estimated}


def change(request: Request, viewer: Asker) -> Change:
    """A change."""
    return Change(serving_of(request), viewer)


def change_of_data(found: Annotated[Change, Depends(change)]) -> Change:
    """A change that needs data to work on."""
    found.now()
    return found


Changing = Annotated[Change, Depends(change)]
ChangingData = Annotated[Change, Depends(change_of_data)]


def guard(request: Request) -> None:
    """Refuse parameters that an address does not know: a misspelt one would be ignored in silence; and the one character no text holds."""
    if any("\x00" in value for value in (*request.path_params.values(), *request.query_params.values()) if isinstance(value, str)):
        raise UsageError("The address holds the character U+0000.", hint="Leave it out: no name and no value holds it.")
    known = _parameters(request)
    for name in request.query_params:
        if name not in known:
            close = nearest(name, known)
            hint = f"Did you mean {close[0]!r}?" if close else f"Valid: {', '.join(sorted(known)) or 'none'}."
            raise RequestError(f"There is no parameter {name[:100]!r} here.", hint=hint)


def _parameters(request: Request) -> frozenset[str]:
    """Names of the query parameters of the request's address, its dependencies' included."""
    route: APIRoute = request.scope["route"]
    known: dict[str, frozenset[str]] = request.app.state.parameters
    if route.unique_id not in known:
        names: set[str] = set()
        waiting = [route.dependant]
        while waiting:
            dependant = waiting.pop()
            names |= {entry.alias for entry in dependant.query_params}
            waiting += dependant.dependencies
        known[route.unique_id] = frozenset(names)
    return known[route.unique_id]
