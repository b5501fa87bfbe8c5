"""Who should look after which account."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from onelead.api._asking import Asked
from onelead.api._models import One, Open
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.assigning import MOST_CAPACITY, Terms, assignment

DOC = "The best assignment of accounts to people under capacity, territory and skill, beside today's."
router = APIRouter(tags=["assignment"])
USUAL = Terms()


class Placed(Open):
    """An account with who has it and who should. ``served_today`` and ``served_then`` are null where nobody has room."""

    account_id: str | None = None
    account_name: str | None = None
    today: str | None = None
    proposed: str | None = None
    worth: float | None = None
    served_today: float | None = None
    served_then: float | None = None
    gain: float | None = None
    moves: bool | None = None
    why: str | None = None


class Staff(Open):
    """A person with what they have and would have."""

    person: str | None = None
    role: str | None = None
    region: str | None = None
    capacity: int | None = None
    accounts_today: int | None = None
    accounts_then: int | None = None
    worth_today: float | None = None
    worth_then: float | None = None


class Assignment(BaseModel):
    """The whole answer."""

    totals: dict[str, Any]
    accounts: list[Placed]
    people: list[Staff]
    evidence: dict[str, Any]
    roles: list[str]


@router.get("/assignment", response_model=One[Assignment], responses=declared(), operation_id="get_assignment", summary="Assign accounts")
def assign(
    asked: Asked,
    away: Annotated[
        float, Query(ge=0, le=1, description="Share of its worth that an account keeps with somebody of another region.")
    ] = USUAL.away,
    unskilled: Annotated[float, Query(ge=0, le=1, description="Share it keeps with nobody who knows what it needs.")] = USUAL.unskilled,
    handover: Annotated[float, Query(ge=0, le=1, description="Share it keeps when it changes hands.")] = USUAL.handover,
    capacity: Annotated[int | None, Query(ge=1, le=MOST_CAPACITY, description="Accounts of those whose capacity is not loaded.")] = None,
    strict: Annotated[bool, Query(description="Whether nobody works another region.")] = USUAL.strict,
    worth: Annotated[Literal["actions", "pipeline", "annual"], Query(description="What an account is worth.")] = "actions",
    role: Annotated[str | None, Query(max_length=100, description="Only people of this role.")] = None,
) -> Response:
    """The assignment with the largest worth that capacity allows, its gain over today's, and what closed deals say of the terms."""
    terms = Terms(away, unskilled, handover, capacity, strict, worth, role)

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(assignment, terms)
        return {**found, "accounts": found["accounts"].to_dicts(), "people": found["people"].to_dicts()}, bool(found["totals"]["estimated"])

    return asked.one(make)


RESOURCE = Resource("assignment", DOC, router)
