"""Identities: which source ids and names mean which account, and what people decided."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from onelead.api._asking import Change, ChangingData, Listing
from onelead.api._models import Answer, Listed, Open
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.browsing import framed_page
from onelead.workspace.questions import identity_links

DOC = "Which source ids and names mean which account, with the evidence; decisions take effect with the next load or refresh."
router = APIRouter(tags=["identities"])


class Link(Open):
    """A source id or name, and the account that it means."""

    link_id: str | None = None
    kind: str | None = None
    value: str | None = None
    account_id: str | None = None
    account_name: str | None = None
    candidate_id: str | None = Field(None, description="Review only: the account that it may mean as well.")
    method: str | None = None
    confidence: float | None = None
    status: str | None = None
    evidence: str | None = None
    rows: int | None = None


class NewDecision(BaseModel):
    """What is decided."""

    model_config = ConfigDict(extra="forbid")
    decision: Literal["same", "different", "split"]
    left: str = Field(min_length=1, max_length=200, description="Source id, name, link id or account id.")
    right: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="The other one; without it `same` accepts and `different` rejects what the review list proposes for `left`.",
    )


class Decision(BaseModel):
    """A decision in force."""

    decision_id: int
    decision: str
    kind: str | None
    value: str | None
    other_kind: str | None
    other_value: str | None
    decided_by: str
    decided_at: dt.datetime
    note: str | None


class Decisions(Answer):
    """The decisions in force, in the order they were made."""

    item: list[Decision]


@router.get(
    "/identities", response_model=Listed[Link], responses=declared(410), operation_id="list_identities", summary="List identity links"
)
def list_identities(
    asked: Listing,
    status: Annotated[Literal["review", "auto", "decided", "rejected", "all"], Query(description="Which links.")] = "review",
) -> Response:
    """Links of one status, the surest first unless sorted; `review` are those that wait for a person."""

    def make() -> tuple[list[Any], int, bool]:
        page = framed_page(asked.ask(identity_links, status), asked.where, asked.sort, asked.fields, asked.after, asked.limit)
        return page["items"].to_dicts(), page["total"], False

    return asked.page(make)


@router.get(
    "/identities/decisions",
    response_model=Decisions,
    responses=declared(403),
    operation_id="list_identity_decisions",
    summary="List decisions",
)
def list_decisions(change: ChangingData) -> dict[str, Any]:
    """The decisions in force."""
    return _in_force(change)


@router.post(
    "/identities/decisions",
    response_model=Decisions,
    responses=declared(403),
    operation_id="decide_identity",
    summary="Decide on identities",
)
def decide(change: ChangingData, body: NewDecision) -> dict[str, Any]:
    """Decide that two ids or names mean the same customer, different ones, or that one is a customer of its own."""
    workspace = change.workspace
    if body.decision == "split":
        workspace.split(body.left)
    elif body.decision == "same":
        workspace.same(body.left, body.right)
    else:
        workspace.different(body.left, body.right)
    return _in_force(change)


@router.post(
    "/identities/decisions/{id}/undo",
    response_model=Decisions,
    responses=declared(403),
    operation_id="undo_identity_decision",
    summary="Undo a decision",
)
def undo(change: ChangingData, id: Annotated[int, Path(ge=1, le=2**31 - 1, description="Id of the decision.")]) -> dict[str, Any]:  # noqa: A002
    """Take a decision back."""
    change.workspace.undo_decision(id)
    return _in_force(change)


def _in_force(change: Change) -> dict[str, Any]:
    return {"item": change.workspace.decisions().to_dicts(), **change.about()}


RESOURCE = Resource("identities", DOC, router)
