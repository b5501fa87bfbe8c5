"""Loads: hand files over, look at what was read, confirm, watch, cancel, undo."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from onelead.api._asking import Change, Changing
from onelead.api._models import Open
from onelead.api._parameters import Day, FormDay
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.core.errors import BusyError
from onelead.workspace.jobs import Jobs, jobs_of

DOC = "Hand files over, look at what was read, confirm, watch, cancel, undo. Nothing is published before it is confirmed."
router = APIRouter(tags=["loads"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the load.")]
HIDDEN = ("process", "host")
"""What a record holds for the server itself."""


class Step(BaseModel):
    """A step that is through."""

    step: str
    label: str
    seconds: float


class Load(Open):
    """A load, refresh or sample."""

    id: str
    kind: str = Field(description="load, refresh or sample.")
    state: str = Field(description="waiting, reading, password, preview, publishing; at the end done, failed, cancelled or interrupted.")
    user: str
    files: list[str]
    created_at: dt.datetime
    ended_at: dt.datetime | None
    before: int | None = Field(description="Snapshot that everybody saw when it began.")
    confirmed_by: str | None
    result: dict[str, Any] = Field(description="Once done: snapshot, as_of, changed, rows by table, quarantined, notes.")
    error: dict[str, Any] | None = Field(description="Where it failed: code, message, hint.")
    text: str = Field(description="What it does now, in words.")


class LoadProgress(Load):
    """A load, and how far it is."""

    seconds: float
    step: int
    of: int
    share: float = Field(description="How much is through, 0 to 1.")
    steps: list[Step]


class PreviewTable(Open):
    """A table that was recognised."""

    table: str
    label: str
    rows: int
    bad_rows: int
    rows_now: int | None


class Preview(Open):
    """What was read, before anything is published."""

    files: list[dict[str, Any]]
    tables: list[PreviewTable]
    reasons: list[dict[str, Any]]
    first: list[dict[str, Any]]
    notes: list[str]
    as_of: dt.date | None = Field(description="Newest export date in the files; null where they name none.")
    day: dt.date = Field(description="As-of date that the new snapshot gets unless the confirmation names another.")
    why: str = Field(
        description="Why that one: named (with the files), files (their newest export date), kept (that of the projects that stay published) or today (no date anywhere)."
    )
    refusal: str | None = Field(description="Why it needs accept_bad_rows; null where it does not.")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Confirmation(_Body):
    """How to publish."""

    accept_bad_rows: bool = Field(default=False, description="Load what is good although a table has too many bad rows.")
    as_of: Day | None = Field(None, description="As-of date of the new snapshot instead of the `day` of the preview.")


class Password(_Body):
    """What opens the workbook. It is kept nowhere."""

    password: str = Field(min_length=1, max_length=500)


class Refresh(_Body):
    """What to compute."""

    as_of: Day | None = Field(None, description="Another as-of date.")


@router.get("/loads", response_model=list[Load], responses=declared(403), operation_id="list_loads", summary="List loads")
def list_loads(change: Changing) -> list[dict[str, Any]]:
    """Loads that are remembered, the newest first."""
    return [_shown(record) for record in _jobs(change).jobs(change.viewer)]


@router.post(
    "/loads", status_code=202, response_model=LoadProgress, responses=declared(403, 413), operation_id="start_load", summary="Upload files"
)
def start(
    change: Changing,
    response: Response,
    files: Annotated[list[UploadFile], File(description="Workbooks, CSV or Parquet files.", min_length=1, max_length=50)],
    password: Annotated[str | None, Form(max_length=500, description="Of an encrypted workbook. It is kept nowhere.")] = None,
    as_of: Annotated[FormDay, Form(description="Instead of the export date in the data.")] = None,
    accept_bad_rows: Annotated[bool, Form(description="Load what is good although a table has too many bad rows.")] = False,
) -> dict[str, Any]:
    """Take files and begin to read them. Watch the load until it is in `preview`, then confirm or cancel it."""
    uploads = [(file.filename or "file", file.file) for file in files]
    load_id = _jobs(change).start(change.viewer, uploads, password=password or None, as_of=as_of, accept_bad_rows=accept_bad_rows)
    return _begun(change, load_id, response)


@router.post(
    "/loads/refresh",
    status_code=202,
    response_model=LoadProgress,
    responses=declared(403),
    operation_id="start_refresh",
    summary="Compute again",
)
def refresh(change: Changing, response: Response, body: Refresh) -> dict[str, Any]:
    """Compute everything again after decisions, outcomes or changed settings; published if anything differs."""
    return _begun(change, _jobs(change).refresh(change.viewer, body.as_of), response)


@router.get("/loads/{id}", response_model=LoadProgress, responses=declared(403), operation_id="get_load", summary="Progress of a load")
def progress(change: Changing, id: Id) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """How far a load is, what it does now, and how it ended."""
    return _shown(_jobs(change).progress(change.viewer, id))


@router.get("/loads/{id}/preview", response_model=Preview, responses=declared(403), operation_id="preview_load", summary="What was read")
def preview(change: Changing, id: Id) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Tables, columns, counts and problems of the files, before anything is published."""
    found = _jobs(change).preview(change.viewer, id)
    if found is None:
        state = _jobs(change).job(change.viewer, id)["state"]
        raise BusyError(
            f"This load has no preview: it is {state}.", hint="A preview is there from the state preview on, while the server runs."
        )
    return found


@router.post(
    "/loads/{id}/confirm", response_model=LoadProgress, responses=declared(403), operation_id="confirm_load", summary="Confirm a load"
)
def confirm(change: Changing, id: Id, body: Confirmation) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Publish what was previewed."""
    _jobs(change).confirm(change.viewer, id, accept_bad_rows=body.accept_bad_rows, as_of=body.as_of)
    return progress(change, id)


@router.post(
    "/loads/{id}/password", response_model=LoadProgress, responses=declared(403), operation_id="unlock_load", summary="Give a password"
)
def give_password(change: Changing, id: Id, body: Password) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Read an encrypted workbook again with this password."""
    _jobs(change).give_password(change.viewer, id, body.password)
    return progress(change, id)


@router.post(
    "/loads/{id}/cancel", response_model=LoadProgress, responses=declared(403), operation_id="cancel_load", summary="Cancel a load"
)
def cancel(change: Changing, id: Id) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """End a load; what is published stays untouched."""
    _jobs(change).cancel(change.viewer, id)
    return progress(change, id)


@router.post("/loads/{id}/undo", response_model=LoadProgress, responses=declared(403), operation_id="undo_load", summary="Undo a load")
def undo(change: Changing, id: Id) -> dict[str, Any]:  # noqa: A002 - the name in the address
    """Let everybody see the snapshot again that was published before this load."""
    _jobs(change).undo(change.viewer, id)
    return progress(change, id)


def _jobs(change: Change) -> Jobs:
    return jobs_of(change.serving)


def _begun(change: Change, load_id: str, response: Response) -> dict[str, Any]:
    response.headers["Location"] = f"/api/v1/loads/{load_id}"
    return progress(change, load_id)


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in HIDDEN}


RESOURCE = Resource("loads", DOC, router)
