"""Snapshots: what was published, what differs, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from onelead.api._asking import Asked, ChangingData
from onelead.api._models import Answer, One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.questions import snapshot_diff
from onelead.workspace.snapshots import snapshot_list

DOC = "What was published, what differs between two, and the way back."
router = APIRouter(tags=["snapshots"])
Number = Annotated[int, Query(ge=1, le=2**31 - 1, description="Number of a snapshot.")]


class SnapshotRow(BaseModel):
    """One publication."""

    snapshot: int
    current: bool
    as_of: dt.date
    created_at: dt.datetime
    note: str
    taken_back: bool
    """Readers were sent back from it: it did not lead to what they see now, and is the "before" of nothing."""


class Snapshots(Answer):
    """All that can be read, the newest first."""

    item: list[SnapshotRow]


class Counts(BaseModel):
    """Rows of a table before and after."""

    table: str
    before: int
    after: int
    change: int


class Moved(BaseModel):
    """A metric before and after."""

    metric: str
    before: float | None
    after: float | None


class Came(BaseModel):
    """An action that came or went."""

    action_id: str
    account_id: str | None
    account_name: str | None
    type: str
    title: str
    change: str


class Difference(BaseModel):
    """What differs between two snapshots."""

    rows: list[Counts]
    metrics: list[Moved]
    actions: list[Came]


@router.get("/snapshots", response_model=Snapshots, responses=declared(), operation_id="list_snapshots", summary="List snapshots")
def list_snapshots(change: ChangingData) -> dict[str, Any]:
    """Publications, the newest first; `current` is what everybody sees."""
    return _all(change)


@router.get(
    "/snapshots/diff", response_model=One[Difference], responses=declared(), operation_id="diff_snapshots", summary="Compare two snapshots"
)
def diff(asked: Asked, before: Number, after: Number) -> Response:
    """Rows by table, metrics that moved, actions that came and went."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(snapshot_diff, str(before), str(after))
        return {name: frame.to_dicts() for name, frame in found.items()}, False

    return asked.one(make)


@router.post(
    "/snapshots/{id}/rollback", response_model=Snapshots, responses=declared(403), operation_id="roll_back", summary="Go back to a snapshot"
)
def roll_back(change: ChangingData, id: Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of a snapshot.")]) -> dict[str, Any]:  # noqa: A002
    """Let everybody see an earlier (or later) snapshot again; only a pointer moves."""
    change.workspace.rollback(id)
    return _all(change)


def _all(change: ChangingData) -> dict[str, Any]:
    rows = snapshot_list(change.serving.parts).to_dicts()
    if change.viewer.account_ids is not None:  # a note names files, whose rows are everybody's
        rows = [{**row, "note": ""} for row in rows]
    return {"item": rows, **change.about()}


RESOURCE = Resource("snapshots", DOC, router)
