"""Features: what accounts are described by, and their values."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked, Listing
from onelead.api._models import Listed, One, Open
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.api._tables import Rows
from onelead.workspace.questions import feature_list

DOC = "What accounts are described by: definitions, and the values of each account."
_rows = Rows("features", "features", "account's features", DOC)
router = APIRouter(tags=["features"])


class FeatureDefinition(BaseModel):
    """What a feature measures."""

    feature: str
    label: str
    unit: str
    doc: str
    source: str
    dated: bool = Field(description="Whether it can be computed for a past date from dated columns alone.")


class AccountFeatures(Open):
    """The features of one account: a member for each feature; null is unknown."""

    account_id: str | None = None


@router.get(
    "/features",
    response_model=Listed[AccountFeatures],
    responses=declared(410),
    operation_id="list_features",
    summary="List feature values",
)
def list_values(asked: Listing) -> Response:
    """Features of each account, a page at a time. `features/definitions` says what they mean."""
    return _rows.answer(asked)


@router.get(
    "/features/definitions",
    response_model=One[list[FeatureDefinition]],
    responses=declared(),
    operation_id="list_feature_definitions",
    summary="Feature definitions",
)
def definitions(asked: Asked) -> Response:
    """What each feature measures, its unit, and whether it can be computed for a past date."""
    return asked.one(lambda: (feature_list(), False))


RESOURCE = Resource("features", DOC, router)
