"""Health by scorecards."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked, Listing
from onelead.api._models import Listed, One, Open
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.core.errors import UnknownNameError
from onelead.workspace.browsing import framed_page
from onelead.workspace.health import DEFAULT_CARD, cards, health
from onelead.workspace.questions import resolved_account

DOC = "Health of each account by a scorecard, 0 to 100, with its parts and the reason."
router = APIRouter(tags=["health"])
Card = Annotated[str, Query(min_length=1, max_length=100, description="Scorecard; see health/scorecards.")]


class HealthRow(Open):
    """The health of one account. Score and band are null where too few measures have data."""

    account_id: str | None = None
    account_name: str | None = None
    scorecard: str | None = None
    score: float | None = None
    band: str | None = Field(None, description="Healthy, At risk or Critical.")
    measures_used: int | None = None
    weight_used: float | None = None
    parts: dict[str, Any] | None = Field(None, description="Category → points, weight, weight_used, value, reason.")
    reason: str | None = None


class Scorecard(BaseModel):
    """What a scorecard measures."""

    id: str
    label: str
    doc: str
    version: str
    bands: dict[str, float] = Field(description="Lowest scores of healthy and at_risk.")
    missing: str
    parts: list[dict[str, Any]]


@router.get("/health", response_model=Listed[HealthRow], responses=declared(410), operation_id="list_health", summary="List health")
def list_health(asked: Listing, scorecard: Card = DEFAULT_CARD) -> Response:
    """The health of each account, the least healthy first unless sorted, unknown ones last."""

    def make() -> tuple[list[Any], int, bool]:
        frame = asked.ask(health, scorecard, _version(asked, scorecard))
        page = framed_page(frame, asked.where, asked.sort, asked.fields, asked.after, asked.limit)
        return [_row(row) for row in page["items"].to_dicts()], page["total"], False

    return asked.page(make)


@router.get(
    "/health/scorecards",
    response_model=One[list[Scorecard]],
    responses=declared(),
    operation_id="list_scorecards",
    summary="List scorecards",
)
def list_scorecards(asked: Asked) -> Response:
    """The scorecards of the workspace: parts, weights, measures and bands."""
    return asked.one(lambda: (list(cards(asked.serving.parts).values()), False))


@router.get(
    "/health/{account}", response_model=One[HealthRow], responses=declared(), operation_id="get_health", summary="Health of one account"
)
def one_health(
    asked: Asked,
    account: Annotated[str, Path(min_length=1, max_length=200, description="Account id, source id or name.")],
    scorecard: Card = DEFAULT_CARD,
) -> Response:
    """Score, band, reason and every part of one account."""

    def make() -> tuple[dict[str, Any], bool]:
        top = asked.ask(resolved_account, account)
        frame = asked.ask(health, scorecard, _version(asked, scorecard))
        found = frame.filter(frame["account_id"] == top).to_dicts()
        if not found:
            raise UnknownNameError("account with a health score", account, [])
        return _row(found[0]), False

    return asked.one(make)


def _version(asked: Asked | Listing, scorecard: str) -> str:
    """The version of a scorecard file, which no stamp holds. Raises UnknownNameError."""
    known = cards(asked.serving.parts)
    if scorecard not in known:
        raise UnknownNameError("scorecard", scorecard, list(known))
    return str(known[scorecard]["version"])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "parts": json.loads(row["parts"])} if row.get("parts") else row


RESOURCE = Resource("health", DOC, router)
