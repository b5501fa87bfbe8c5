"""What came of actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from onelead.api._asking import Listing
from onelead.api._models import Listed, Open
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.browsing import framed_page
from onelead.workspace.questions import recorded_outcomes

DOC = "What came of actions that were done: the labels that models learn from."
router = APIRouter(tags=["outcomes"])


class RecordedOutcome(Open):
    """One outcome in force."""

    action_id: str | None = None
    account_id: str | None = None
    type: str | None = None
    outcome: str | None = None
    positive: bool | None = None
    who: str | None = None
    as_of: dt.date | None = None
    at: dt.datetime | None = None


@router.get(
    "/outcomes", response_model=Listed[RecordedOutcome], responses=declared(410), operation_id="list_outcomes", summary="List outcomes"
)
def list_outcomes(asked: Listing) -> Response:
    """Recorded outcomes, the newest first unless sorted. Record one with actions/{id}/done."""

    def make() -> tuple[list[Any], int, bool]:
        page = framed_page(asked.ask(recorded_outcomes), asked.where, asked.sort, asked.fields, asked.after, asked.limit)
        return page["items"].to_dicts(), page["total"], False

    return asked.page(make)


RESOURCE = Resource("outcomes", DOC, router)
