"""Use cases: what an action rests on (the rows), and all that opens with it: the letter, the next steps, the services that fit."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import TemplateError, UnknownNameError
from onelead.rules import FILL_ENDS, FILL_STARTS, evidence_rows, render_marked
from onelead.tables import assets, canonical_tables
from onelead.workspace.acting import JSON_COLUMNS, RECORDED, stored, stored_row
from onelead.workspace.worklist import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PARTS = ("past", "unsupported")
"""Parts of the evidence that a chip of an action may open: assets past their end of life, assets without active support."""
ROWS_SHOWN = 5
TELLING: dict[str, tuple[str, ...]] = {
    "assets": ("product_name", "product_category", "end_of_life_date", "is_past_end_of_life", "support_status", "is_supported"),
    "service_credits": ("project_name", "purchased_credits", "delivered_credits", "active_credits", "contract_end_date"),
    "projects": ("project_description", "practice", "stage_status", "financial_status", "start_date", "end_date"),
    "opportunities": ("opportunity_name", "owner_name", "product_line", "stage", "amount", "close_date"),
}
"""Columns that rules go by: they stand behind the key; columns without any value stand behind all others."""
KEPT_BACK = ("source_file", "source_sheet", "source_row", "extra", "account_id", "named_account_id", "is_repeat")
"""Columns that tell where a row came from; they stand last."""


def evidence(view: View, parts: Parts, action_id: str, part: str | None = None) -> pl.DataFrame:
    """The rows that an action rests on, all columns of their table, the account's name first; ``part`` keeps some of them (see PARTS).

    Assets come with ``is_past_end_of_life`` and ``is_supported``, so that the parts can be told apart. No rows where the action names no
    table. Raises UnknownNameError for an action or part that does not exist.
    """
    if part is not None and part not in PARTS:
        raise UnknownNameError("part of the evidence", part, PARTS)
    action = stored(view, parts, action_id)
    rows = _read(view, action)
    if part is None or rows.is_empty():
        return rows
    if action["evidence_table"] != "assets":
        return rows.clear()
    return rows.filter(pl.col("is_past_end_of_life") if part == "past" else ~pl.col("is_supported"))


def opened(view: View, parts: Parts, action_id: str) -> dict[str, Any]:
    """All that opens with an action: its row as in ``worklist.shown``, lists as lists; rows (the first), parts {part: count}, letter.

    The letter is {subject, body, template, filled, error}: subject and body as lists of (text, whether it filled a placeholder); ``error``
    is None, or what keeps it from being sent, and then there is no text.
    """
    read = stored_row(view, parts, action_id)
    action = read.row(0, named=True)
    row = shown(view, parts, read.select("action_id", "state"), read.drop(RECORDED)).row(0, named=True)
    rows = _read(view, action)
    counts = {}
    if action["evidence_table"] == "assets":
        counts = {"past": int(rows["is_past_end_of_life"].sum()), "unsupported": int((~rows["is_supported"]).sum())}
    return {
        **row,
        **{name: json.loads(str(row[name])) for name in JSON_COLUMNS},
        "rows": rows.head(ROWS_SHOWN),
        "row_count": rows.height,
        "parts": counts,
        "letter": _letter(action, parts),
    }


def title_of(view: View, parts: Parts, action_id: str) -> tuple[str, str | None, str | None]:
    """Title, account and table of an action. Raises UnknownNameError."""
    action = stored(view, parts, action_id)
    return str(action["title"]), _text(action["account_name"]), _text(action["evidence_table"])


def _read(view: View, action: dict[str, object]) -> pl.DataFrame:
    account = action["account_id"]
    # whoever may see the action may see its account: asked as one who sees no other, rows that are in memory need not be searched for
    own = view if account is None else replace(view, viewer=replace(view.viewer, account_ids=frozenset([str(account)])))

    def lifecycle(table: ir.Table) -> ir.Table:
        return table.mutate(
            is_past_end_of_life=assets.is_expired(table, view.context), is_supported=assets.is_supported(table, view.context)
        )

    def of_account(name: str) -> pl.DataFrame:
        key = (view.context.as_of, view.context.settings.version)
        return own.picked(name, "account_id", [account], lifecycle if name == "assets" else None, key)

    rows = evidence_rows(action, of_account)
    if rows.is_empty() and not rows.columns:
        return rows
    name = str(action["evidence_table"])
    key = [column for column in canonical_tables()[name].key if column in rows.columns]
    return _arranged(rows.sort(_order(rows, key), nulls_last=True), [*key, *TELLING.get(name, ())])


def _arranged(rows: pl.DataFrame, first: list[str]) -> pl.DataFrame:
    """``rows`` with the telling columns first, those without a value and those on where a row came from last."""
    front = [name for name in dict.fromkeys(first) if name in rows.columns]
    last = [name for name in KEPT_BACK if name in rows.columns and name not in front]
    rest = [name for name in rows.columns if name not in front and name not in last]
    empty = [name for name in rest if rows[name].null_count() == rows.height]
    return rows.select(*front, *(name for name in rest if name not in empty), *empty, *last)


def _order(rows: pl.DataFrame, key: list[str]) -> list[str]:
    """The most urgent first: by the date that makes a row evidence, then by key."""
    dates = [name for name in ("end_of_life_date", "contract_end_date", "support_end_date") if name in rows.columns]
    return [*dates[:1], *key]


def _letter(action: dict[str, object], parts: Parts) -> dict[str, Any]:
    try:
        found = render_marked(action, parts.templates)
    except TemplateError as error:
        return {"template": action["template"], "subject": [], "body": [], "filled": 0, "error": error.message, "hint": error.hint}
    subject, body = _pieces(found.subject), _pieces(found.body)
    filled = sum(fill for _, fill in (*subject, *body))
    return {"template": action["template"], "subject": subject, "body": body, "filled": filled, "error": None, "hint": None}


def _pieces(text: str) -> list[tuple[str, bool]]:
    """A marked text as pieces: (text, whether it filled a placeholder)."""
    out: list[tuple[str, bool]] = []
    for at, chunk in enumerate(text.split(FILL_STARTS)):
        filled, ends, rest = chunk.partition(FILL_ENDS)
        if at and ends:
            out += [(filled, True), (rest, False)]
        else:
            out.append((chunk, False))
    return [(piece, fill) for piece, fill in out if piece]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
