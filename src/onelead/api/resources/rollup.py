"""The roll-up of the fiscal quarter, and what people say beside the computed numbers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from onelead.api._asking import Asked, ChangingData
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace import rollup

DOC = "The fiscal quarter by team and rep: the rep's, the manager's and the model's number side by side, against quota; with overrides."
router = APIRouter(tags=["rollup"])
Measure = Literal["commit", "most_likely", "best_case"]
Call = Annotated[Measure, Query(description="Which of the quarter's numbers is compared.")]


class Row(BaseModel):
    """A rep, a team, or all. All amounts but the quota count what is booked."""

    level: str = Field(description="all, team or rep.")
    team: str | None
    rep: str | None
    subject: str | None = Field(description="How overrides name it: a rep's id (else name), a team's name.")
    manager: str | None
    quota: float | None
    booked: float
    deals: int = Field(description="Open deals stated to close in the quarter.")
    commit: float
    most_likely: float | None = Field(description="Null where no past quarter tells what categories bring.")
    best_case: float
    model: float
    low: float
    high: float
    rep_number: float | None
    rep_said: bool
    manager_number: float | None
    manager_said: bool


class Rollup(BaseModel):
    """The roll-up, or why there is none."""

    problem: str | None
    begin: dt.date | None = None
    end: dt.date | None = None
    measure: str | None = None
    shares: dict[str, float] | None = Field(None, description="Category → share of such open amounts that came, as late in past quarters.")
    rows: list[Row] | None = None


class Entry(BaseModel):
    """One override, or the entry that took one back."""

    override_id: int
    period_start: dt.date
    side: str
    level: str
    subject: str
    whose: str | None
    measure: str
    amount: float | None
    currency: str | None
    reason: str | None
    who: str
    as_of: dt.date | None
    at: dt.datetime
    undoes: int | None
    state: str = Field(description="in force, replaced, taken back or undo.")


class NewOverride(BaseModel):
    """A number to put beside the computed ones."""

    model_config = ConfigDict(extra="forbid")
    side: Literal["rep", "manager"] = Field(description="Whose number it is.")
    level: Literal["rep", "team"]
    subject: str = Field(min_length=1, max_length=200, description="As the roll-up's rows name it.")
    measure: Measure
    amount: float = Field(ge=0, le=1e15, description="What the whole quarter will bring, what is booked included.")
    reason: str = Field(min_length=1, max_length=400)


class Kept(BaseModel):
    """The id of the entry that was added."""

    override_id: int


@router.get("/rollup", response_model=One[Rollup], responses=declared(), operation_id="get_rollup", summary="The roll-up")
def get_rollup(asked: Asked, measure: Call = "most_likely") -> Response:
    """All, teams and reps of the fiscal quarter that is forecast."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(rollup.rollup, measure)
        return {**found, "rows": found["rows"].to_dicts()} if "rows" in found else found, False

    return asked.one(make)


@router.get(
    "/rollup/overrides", response_model=One[list[Entry]], responses=declared(), operation_id="list_overrides", summary="List overrides"
)
def list_overrides(asked: Asked) -> Response:
    """What was said of the quarter, the newest first; what was taken back stays in the list."""
    return asked.one(lambda: (asked.ask(rollup.history).to_dicts(), False))


@router.post(
    "/rollup/overrides",
    status_code=201,
    response_model=One[Kept],
    responses=declared(403),
    operation_id="create_override",
    summary="Say another number",
)
def create_override(change: ChangingData, body: NewOverride) -> dict[str, Any]:
    """Put a rep's or a manager's number beside the computed ones. Reps may say their own, managers those of their team."""
    entry = change.workspace.ask(rollup.override, **body.model_dump())
    return {"item": {"override_id": entry}, **change.about()}


@router.delete(
    "/rollup/overrides/{id}",
    response_model=One[Kept],
    responses=declared(403),
    operation_id="undo_override",
    summary="Take an override back",
)
def undo_override(change: ChangingData, id: Annotated[int, Path(ge=1, le=2**31 - 1, description="Id of the override.")]) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Take the override in force back; the one before it holds again."""
    entry = change.workspace.ask(rollup.undo_override, id)
    return {"item": {"override_id": entry}, **change.about()}


RESOURCE = Resource("rollup", DOC, router)
