"""What a resource is: one file of ``resources`` with one object RESOURCE."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from onelead.core.registry import discover

if TYPE_CHECKING:
    from fastapi import APIRouter

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Resource:
    """A group of addresses. ``id`` is its tag and the first part of its paths; ``doc`` heads it in the reference."""

    id: str
    doc: str
    router: APIRouter


@cache
def resources() -> dict[str, Resource]:
    """Every resource by id."""
    return discover("onelead.api.resources", "RESOURCE", Resource)
