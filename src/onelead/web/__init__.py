"""Layer 5: the screens. A page is one file of ``pages`` that declares what it shows; one renderer shows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event

    from fastapi import APIRouter

    from onelead.workspace.serving import Serving


def site(serving: Serving) -> APIRouter:
    """The routes of all screens of a served workspace."""
    from onelead.web._site import Site

    return Site(serving).router()


def keep_warm(serving: Serving, stopping: Event) -> None:
    """Compute what the pages show before anybody asks, now and after each publication, until ``stopping`` is set."""
    from onelead.web import _warm

    _warm.keep_warm(serving, stopping)
