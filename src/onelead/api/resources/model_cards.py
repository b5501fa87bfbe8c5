"""Model cards: what each model learned from, and how good it is."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from onelead.api._asking import Asked
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.core.errors import UnknownNameError
from onelead.workspace.questions import model_cards

DOC = "What each model learned from, its figures beside a naive baseline, and its limits."
router = APIRouter(tags=["model_cards"])


class ModelCard(BaseModel):
    """The card of one model."""

    model: str
    label_source: str
    as_of: dt.date
    base_id: str
    summary: str
    card: dict[str, Any]


@router.get(
    "/model_cards", response_model=One[list[ModelCard]], responses=declared(), operation_id="list_model_cards", summary="List model cards"
)
def list_cards(asked: Asked) -> Response:
    """The cards of all models of the snapshot."""
    return asked.one(lambda: (asked.ask(model_cards), False))


@router.get(
    "/model_cards/{model}", response_model=One[ModelCard], responses=declared(), operation_id="get_model_card", summary="One model card"
)
def one_card(asked: Asked, model: Annotated[str, Path(min_length=1, max_length=100, description="Model, such as propensity.")]) -> Response:
    """The card of one model."""

    def make() -> tuple[dict[str, Any], bool]:
        known = {card["model"]: card for card in asked.ask(model_cards)}
        if model not in known:
            raise UnknownNameError("model", model, list(known))
        return known[model], False

    return asked.one(make)


RESOURCE = Resource("model_cards", DOC, router)
