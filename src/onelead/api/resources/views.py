"""Saved views: pages with their filters, under a name."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from onelead.api._asking import Changing
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace import saved_views as views

DOC = "Pages with their filters, kept under a name."
router = APIRouter(tags=["views"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the view.")]
PATH = r"^/([A-Za-z0-9._~%-][A-Za-z0-9._~/%-]*)?$"


class View(BaseModel):
    """A page under a name."""

    id: str
    name: str
    path: str = Field(description="Path of the page.")
    query: str = Field(description="Its filters, as the address holds them after the question mark.")
    owner: str
    created: dt.datetime


class NewView(BaseModel):
    """A view to keep."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=views.MAX_NAME, description="Unique; case does not count.")
    path: str = Field(min_length=1, max_length=views.MAX_PATH, pattern=PATH)
    query: str = Field("", max_length=views.MAX_QUERY, pattern=r"^[!-~]*$")


class ViewChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=views.MAX_NAME)
    path: str | None = Field(None, min_length=1, max_length=views.MAX_PATH, pattern=PATH)
    query: str | None = Field(None, max_length=views.MAX_QUERY, pattern=r"^[!-~]*$")


@router.get("/views", response_model=list[View], responses=declared(), operation_id="list_views", summary="List saved views")
def list_views(change: Changing) -> list[views.SavedView]:
    """All saved views, by name."""
    return views.saved_views(change.serving.parts)


@router.post("/views", status_code=201, response_model=View, responses=declared(403), operation_id="create_view", summary="Save a view")
def create_view(change: Changing, body: NewView, response: Response) -> views.SavedView:
    """Keep a page under a new name."""
    view = views.save_view(change.serving.parts, change.viewer, body.name, body.path, body.query)
    response.headers["Location"] = f"/api/v1/views/{view['id']}"
    return view


@router.get("/views/{id}", response_model=View, responses=declared(), operation_id="get_view", summary="One saved view")
def one_view(change: Changing, id: Id) -> views.SavedView:  # noqa: A002 - the name in the address
    """One saved view."""
    return views.saved_view(change.serving.parts, id)


@router.patch("/views/{id}", response_model=View, responses=declared(403), operation_id="change_view", summary="Change a saved view")
def change_view(change: Changing, id: Id, body: ViewChange) -> views.SavedView:  # noqa: A002 - the name in the address
    """Rename a view, or point it to another page or other filters."""
    return views.change_view(change.serving.parts, change.viewer, id, name=body.name, path=body.path, query=body.query)


@router.delete("/views/{id}", status_code=204, responses=declared(403), operation_id="delete_view", summary="Delete a saved view")
def delete_view(change: Changing, id: Id) -> None:  # noqa: A002 - the name in the address
    """Forget a view."""
    views.delete_view(change.serving.parts, change.viewer, id)


RESOURCE = Resource("views", DOC, router)
