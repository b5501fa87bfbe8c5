"""Use case: empty files to fill in: the headers of every table and sheet that OneLead reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.samples import layouts
from onelead.tables import canonical_tables, delivered_tables

CANONICAL = "canonical"


@dataclass(frozen=True)
class FileTemplate:
    """One file to fill in: ``columns`` are its headers, ``needed`` those that may not be empty."""

    id: str
    label: str
    layout: str
    columns: tuple[str, ...]
    needed: tuple[str, ...] = ()


def file_templates() -> list[FileTemplate]:
    """All templates: the canonical tables, then each sheet of each workbook layout."""
    out = [_canonical(name) for name in delivered_tables()]
    for layout, sheets in layouts().items():
        out += [FileTemplate(f"{layout}.{_plain(sheet)}", sheet, layout, tuple(headers)) for sheet, headers in sheets.items()]
    return out


def empty_file(template_id: str) -> pl.DataFrame:
    """No rows under the headers of a template. Raises UnknownNameError."""
    known = {template.id: template for template in file_templates()}
    if template_id not in known:
        raise UnknownNameError("template", template_id, list(known))
    return pl.DataFrame(schema=dict.fromkeys(known[template_id].columns, pl.String))


def _canonical(name: str) -> FileTemplate:
    table = canonical_tables()[name]
    columns = table.contract.columns()
    needed = dict.fromkeys([*table.key, *(column for column, rule in columns.items() if not rule.nullable)])
    return FileTemplate(f"{CANONICAL}.{name}", table.label, CANONICAL, tuple(columns), tuple(needed))


def _plain(sheet: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in sheet.lower()).split())
