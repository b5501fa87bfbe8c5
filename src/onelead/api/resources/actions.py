"""Recommended actions, and what people do with them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from onelead.api._asking import Asked, Change, ChangingData, Listing
from onelead.api._models import Listed, One, Open, row_model
from onelead.api._parameters import Day
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.acting import JSON_COLUMNS
from onelead.workspace.action_pages import action_page
from onelead.workspace.browsing import Column, default_columns
from onelead.workspace.questions import action as one

DOC = "The ranked list of what to do next, with evidence, worth and an opener; and what people did with it."
router = APIRouter(tags=["actions"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the action.")]
RECORDED = [
    Column("state", str, "open, accepted, snoozed, dismissed or done."),
    Column("until", dt.date, "Until when it is snoozed."),
    Column("note", str, "Reason of a dismissal, or outcome."),
    Column("who", str, "Who did it."),
    Column("event_id", int, "Id of that event, for its undo."),
]
_columns = [Column(c.name, list, c.doc) if c.name in JSON_COLUMNS else c for c in default_columns("actions") if c.name != "parameters"]
ActionRow = row_model("ActionRow", [*_columns, *RECORDED], "A recommended action with the state that people gave it.")


class Action(Open):
    """One action with its opener."""

    action_id: str
    title: str
    why: str
    state: str
    priority: int
    due_date: dt.date
    estimated: bool
    expected_value: float | None
    next_steps: list[str]
    opener_subject: str
    opener_body: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Snooze(_Body):
    """Until when."""

    until: Day = Field(description="A day after the as-of date.")


class Dismissal(_Body):
    """Why."""

    why: str = Field(min_length=1, max_length=500, pattern=r"\S", description="The reason, so that the rule can be judged by it.")


class Outcome(_Body):
    """What came of it."""

    outcome: Literal["won", "lost", "no_result"]


class Undo(_Body):
    """What is meant."""

    event_id: int | None = Field(
        None,
        ge=1,
        le=2**31 - 1,
        description="The event to take back: refused where another one is in force by now. Without it the last one.",
    )


@router.get("/actions", response_model=Listed[ActionRow], responses=declared(410), operation_id="list_actions", summary="List actions")  # type: ignore[valid-type]  # made at run time
def list_actions(
    asked: Listing,
    account: Annotated[str | None, Query(min_length=1, max_length=200, description="Account id, source id or name.")] = None,
    type: Annotated[str | None, Query(min_length=1, max_length=100, description="Type, such as critical_renewal.")] = None,  # noqa: A002 - the word of the field
    state: Annotated[
        Literal["open", "accepted", "snoozed", "dismissed", "done", "all"] | None,
        Query(description="Without it those that wait: open, accepted, and snoozed ones whose date has come."),
    ] = None,
) -> Response:
    """The ranked list. A cursor goes on where the page before ended, whatever people did in between."""

    def make() -> tuple[list[Any], int, bool]:
        page = asked.ask(
            action_page,
            account=account,
            kind=type,
            state=state,
            where=asked.where,
            sort=asked.sort,
            fields=asked.fields,
            offset=asked.after,
            limit=asked.limit,
        )
        return [_row(row) for row in page["items"].to_dicts()], page["total"], page["estimated"]

    return asked.page(make)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    lists = {name: json.loads(row[name]) for name in JSON_COLUMNS if row.get(name)}
    return {name: value for name, value in {**row, **lists}.items() if name != "parameters"}


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "parameters"}


@router.get("/actions/{id}", response_model=One[Action], responses=declared(), operation_id="get_action", summary="One action")
def one_action(asked: Asked, id: Id) -> Response:  # noqa: A002 - the name in the address
    """An action with its evidence, next steps and opener."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(one, id)
        return _shown(found), bool(found["estimated"])

    return asked.one(make)


def _done(change: Change, action_id: str, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``act`` made of the action. Raises UnknownNameError for an id that is not whole."""
    change.serving.ask(change.viewer, one, change.now(), action_id)
    found = act()
    return {"item": _shown(found), **change.about(estimated=bool(found["estimated"]))}


@router.post(
    "/actions/{id}/accept", response_model=One[Action], responses=declared(403), operation_id="accept_action", summary="Accept an action"
)
def accept(change: ChangingData, id: Id) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Take an action on."""
    return _done(change, id, lambda: change.workspace.accept(id))


@router.post(
    "/actions/{id}/snooze", response_model=One[Action], responses=declared(403), operation_id="snooze_action", summary="Snooze an action"
)
def snooze(change: ChangingData, id: Id, body: Snooze) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Hide an action until a date."""
    return _done(change, id, lambda: change.workspace.snooze(id, body.until))


@router.post(
    "/actions/{id}/dismiss", response_model=One[Action], responses=declared(403), operation_id="dismiss_action", summary="Dismiss an action"
)
def dismiss(change: ChangingData, id: Id, body: Dismissal) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Reject an action, with the reason; it stays away after later loads."""
    return _done(change, id, lambda: change.workspace.dismiss(id, body.why))


@router.post(
    "/actions/{id}/done", response_model=One[Action], responses=declared(403), operation_id="finish_action", summary="Finish an action"
)
def done(change: ChangingData, id: Id, body: Outcome) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Complete an action with its outcome. Outcomes become labels that models learn from."""
    return _done(change, id, lambda: change.workspace.done(id, body.outcome))


@router.post("/actions/{id}/undo", response_model=One[Action], responses=declared(403), operation_id="undo_action", summary="Undo")
def undo(change: ChangingData, id: Id, body: Undo | None = None) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Take the last thing that was done to an action back."""
    return _done(change, id, lambda: change.workspace.undo(id, body.event_id if body else None))


RESOURCE = Resource("actions", DOC, router)
