"""Use case: a page of the ranked list under any conditions: whole rows are read of the actions that are shown, and of no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead import metrics as kpis
from onelead.core.errors import UnknownNameError
from onelead.workspace.acting import READ, RECORDED, chosen, with_states
from onelead.workspace.browsing import framed_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


def action_page(
    view: View,
    parts: Parts,
    *,
    account: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    where: Sequence[str] = (),
    sort: Sequence[str] = (),
    fields: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = 100,
) -> dict[str, Any]:
    """Rows ``offset`` to ``offset + limit`` of what ``acting.actions`` lists, under conditions and in an order as of ``browsing.framed_page``.

    Returns a dict: items, total, and estimated: whether anything listed (on whatever page) is. Raises UnknownNameError and UsageError.
    """
    stored = list(view.snapshot.columns()["actions"])
    asked = [*(kpis.parse(item).column for item in where), *(name.removeprefix("-") for name in sort)]
    for name in [*asked, *fields]:
        if name not in stored and name not in RECORDED:
            raise UnknownNameError("column", name, [*stored, *RECORDED])
    needed = list(dict.fromkeys([*READ, *(name for name in asked if name in stored)]))
    listed = chosen(view, parts, view.frame("actions", needed), account=account, kind=kind, state=state)
    page = framed_page(listed, where, sort, (), offset, limit)
    shown = page["items"].select("action_id")
    whole = with_states(view.picked("actions", "action_id", shown["action_id"].to_list()), parts, view.context.as_of)
    items = shown.join(whole, on="action_id", how="left", maintain_order="left").select([*stored, *RECORDED])
    return {
        "items": items.select(list(dict.fromkeys(fields))) if fields else items,
        "total": page["total"],
        "estimated": bool(listed["estimated"].any()),
    }
