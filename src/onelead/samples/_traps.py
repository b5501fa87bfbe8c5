"""Where the traps of a workbook sample are: found again in the cells as they are written, so that the truth cannot drift from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.samples._vocabulary import NULL

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.samples._base import Traps
    from onelead.samples._workbook import Cell, Sheet

CELLS: dict[str, tuple[str, Callable[[Cell], bool]]] = {
    "Product_End_of_Life_Date": ("sentinel_date", lambda cell: str(cell) >= "2099-12-31"),
    "Product_End_of_Service_Life_Date": ("sentinel_date", lambda cell: str(cell) >= "2099-12-31"),
    "Final_Service_End_Date": ("implausible_warranty_end", lambda cell: str(cell) >= "2041"),
    "Profit Center": ("mixed_integers_and_strings", lambda cell: isinstance(cell, str)),
    "PRJ Profit Center": ("mixed_integers_and_strings", lambda cell: isinstance(cell, str)),
    "PRJ Resp Cost Center": ("mixed_integers_and_strings", lambda cell: isinstance(cell, str)),
    "PRJ Size": ("dash_size", lambda cell: cell == "-"),
    "PRJ Customer": ("other_script", lambda cell: any("一" <= letter <= "鿿" for letter in str(cell))),
    "PRJ Customer ID": ("no_customer_id", lambda cell: cell in {None, NULL}),
}
"""Header of the DataExport layout → trap and the cells that hold it. ``null_literal`` may sit in any column."""

COLUMNS = {
    "3rd Party Svc Cost": "yes_no_instead_of_money",
    "3rd Party Mat Cost": "yes_no_instead_of_money",
    "Labor Cost": "yes_no_instead_of_money",
    "ExpiryInDays": "bucket_instead_of_number",
    "PRJ Size": "bucket_instead_of_number",
    "PRJ Length": "bucket_instead_of_number",
    "ProjectID": "credit_without_project",
    "Opportunity NAme": "misspelt_header",
}
"""Header → trap that the whole column is."""


def scan(traps: Traps, sheet: Sheet, headers: dict[str, str]) -> None:
    """Note every trap of ``sheet``. ``headers`` gives the DataExport header for each header of the sheet that has one."""
    for place, shown in enumerate(sheet.header):
        header = headers.get(shown, shown)
        if header in COLUMNS and (header == shown or COLUMNS[header] != "misspelt_header"):
            traps.add(COLUMNS[header], sheet.name, shown, 1)
        trap, holds = CELLS.get(header, (None, None))
        for row, cells in enumerate(sheet.rows, start=2):
            if not cells:
                continue
            if cells[place] == NULL:
                traps.add("null_literal", sheet.name, shown, row)
            if trap and holds and holds(cells[place]):
                traps.add(trap, sheet.name, shown, row)
    for row, cells in enumerate(sheet.rows, start=2):
        if not cells:
            traps.add("blank_row", sheet.name, None, row)
