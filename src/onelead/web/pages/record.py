"""One thing that the search found: all that its row holds, and where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.core.errors import UnknownNameError
from onelead.web._page import Page, Panel
from onelead.web._table import guessed_columns, written
from onelead.web.pages._deal_chance import SLIP, WIN
from onelead.workspace.browsing import default_columns, table_page

if TYPE_CHECKING:
    from onelead.web._ask import Ask

TABLES = {
    "asset": ("assets", "asset_id"),
    "product": ("assets", "product_name"),
    "opportunity": ("opportunities", "opportunity_id"),
    "project": ("projects", "project_id"),
    "service": ("services", "service"),
}
COPIES = 20
FROM = ("source_file", "source_sheet", "source_row")


def _named(ask: Ask) -> tuple[str, str, str]:
    kind, key = ask.one("kind") or "asset", ask.one("id") or ""
    if kind not in TABLES:
        raise UnknownNameError("kind of record", kind, list(TABLES))
    return (*TABLES[kind], key)


def _rows(ask: Ask) -> dict[str, Any]:
    table, column, key = _named(ask)
    names = (*(found.name for found in default_columns(table)), *FROM)
    frame = ask.overall(table_page, table, (f"{column}={key}",), (), names, 0, COPIES)
    columns = {found.name: found for found in guessed_columns(frame, ask)}
    records = [
        {
            "values": [(columns[name].label, written(columns[name].kind, row[name], ask)) for name in columns if name not in FROM],
            "account": row.get("account_id"),
            "source": " · ".join(str(row[name]) for name in FROM if row.get(name) is not None),
        }
        for row in frame.iter_rows(named=True)
    ]
    return {"records": records, "key": key}


def _lead(ask: Ask) -> str:
    return f"{(ask.one('kind') or 'asset').capitalize()} {ask.one('id')}" if ask.one("id") else "Open one from the search"


PAGE = Page(
    id="record",
    title="Record",
    section="Measure",
    icon="file-text",
    about="All that is known of one asset, opportunity, project or service.",
    hidden=True,
    account_filters=False,
    lead=_lead,
    blocks=(Panel(id="record", title="Record", template="panels/record.html", data=_rows, bare=True), WIN, SLIP),
)
