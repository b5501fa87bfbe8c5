"""Search for anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from onelead.api._asking import Asked
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.searching import MAX_HITS, MAX_TEXT, search

DOC = "Accounts, products, assets, opportunities, projects, services and metrics by a few letters of their name or id."
router = APIRouter(tags=["search"])


class Hit(BaseModel):
    """Something that matches."""

    kind: str
    id: str
    label: str
    detail: str
    account_id: str | None


@router.get("/search", response_model=One[list[Hit]], responses=declared(), operation_id="search", summary="Search")
def find(
    asked: Asked,
    q: Annotated[str, Query(max_length=MAX_TEXT, description="What to search for; every word has to occur.")],
    limit: Annotated[int, Query(ge=1, le=MAX_HITS, description="How many hits at most.")] = 20,
) -> Response:
    """What matches best: accounts first, what begins with the text before what holds it. Case does not count."""
    return asked.one(lambda: (asked.ask(search, q, limit), False))


RESOURCE = Resource("search", DOC, router)
