"""Model versions: what is kept of each fitted model, and the way back to one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from onelead.api._asking import ChangingData
from onelead.api._models import Answer
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.model_files import model_versions

DOC = "Kept versions of the fitted models, and the way back to one."
router = APIRouter(tags=["model_versions"])
Model = Annotated[str, Path(min_length=1, max_length=100, description="Model, such as churn_risk.")]
Version = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of a kept version.")]


class ModelVersion(BaseModel):
    """One kept version of a fitted model."""

    model: str
    label: str
    version: int
    in_use: bool
    pinned: bool
    """A person put it back: no other takes its place until it is released."""
    as_of: dt.date | None
    """The day that it learned up to, where it says one."""
    kept_at: dt.datetime
    bytes: int


class ModelVersions(Answer):
    """All kept versions, by model, the newest first."""

    item: list[ModelVersion]


@router.get(
    "/model_versions", response_model=ModelVersions, responses=declared(), operation_id="list_model_versions", summary="List model versions"
)
def list_versions(change: ChangingData) -> dict[str, Any]:
    """What is kept of each model that learned from outcomes, which version is in use, and whether a person put it back."""
    return _all(change)


@router.post(
    "/model_versions/{model}/{version}/put_back",
    response_model=ModelVersions,
    responses=declared(403),
    operation_id="put_back_model",
    summary="Put a version back",
)
def put_back(change: ChangingData, model: Model, version: Version) -> dict[str, Any]:
    """Use a kept version from the next refresh on, whatever is learned, until it is released."""
    change.workspace.fitted_models.put_back(model, version)
    return _all(change)


@router.post(
    "/model_versions/{model}/release",
    response_model=ModelVersions,
    responses=declared(403),
    operation_id="release_model",
    summary="Release a model",
)
def release(change: ChangingData, model: Model) -> dict[str, Any]:
    """Let a better version take the place of one that was put back, from the next refresh on."""
    change.workspace.fitted_models.release(model)
    return _all(change)


def _all(change: ChangingData) -> dict[str, Any]:
    return {"item": model_versions(change.serving.parts).to_dicts(), **change.about()}


RESOURCE = Resource("model_versions", DOC, router)
