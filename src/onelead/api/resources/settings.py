"""The settings, to read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from onelead.api._asking import Changing
from onelead.api._problems import declared
from onelead.api._resource import Resource

DOC = "Thresholds, prices and readings that numbers depend on."
router = APIRouter(tags=["settings"])


class SettingsNow(BaseModel):
    """The settings in force."""

    version: str
    settings: dict[str, Any]


@router.get("/settings", response_model=SettingsNow, responses=declared(), operation_id="get_settings", summary="The settings")
def settings_now(change: Changing) -> dict[str, Any]:
    """Every setting with its value; `version` changes with any that a number depends on. They are documented in docs/settings.md."""
    settings = change.serving.parts.settings
    return {"version": settings.version, "settings": settings.model_dump(mode="json")}


RESOURCE = Resource("settings", DOC, router)
