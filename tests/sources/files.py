"""Odd files, made by the tests themselves: every format, broken, huge, encrypted, hostile."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msoffcrypto.format.ooxml
import polars as pl
import xlsxwriter
import xlwt

from onelead.core.errors import OneLeadError, PasswordError, SourceError, SourceLimitError

if TYPE_CHECKING:
    from pathlib import Path

Cell = str | float | bool | date | None
Rows = Sequence[Sequence[Cell]]

ASSET_HEADERS = (
    "Serial_Number_Id", "Product_Id", "Line_Description_Name", "Product_Platform_Description_Name", "Business_Area_Description_Name",
    "Product_Name", "Account_Sales_Territory_Id", "Legacy_Global_Business_Unit", "Product_End_of_Life_Date",
    "Product_End_of_Service_Life_Date", "Final_Service_Start_Date", "Final_Service_End_Date", "Final_Service_Source", "Support_Status",
    "Service_Agreement_Id",
)  # fmt: skip
OPPORTUNITY_HEADERS = ("HPE Opportunity ID", "Opportunity NAme", "Account ST ID", "Account Name", "Product Line")
CREDIT_HEADERS = (
    "ProjectID", "ProjectName", "PracticeName", "PurchasedCredits", "ConvertedCredits", "DeliveredCredits",
    "ConvertedNotDeliveredCredits", "ActiveCredits", "ExpiryInDays", "ContractEndDate",
)  # fmt: skip
SMALL: Rows = [("Opportunity ID", "Opportunity Name", "Account Name"), ("O-1", "Räume", "Acme"), ("O-2", "Two", "木村製作所")]
PASSWORD = "S3cret-Wörd"


def xlsx(file: Path, sheets: dict[str, Rows], *, start: tuple[int, int] = (0, 0), options: dict[str, object] | None = None) -> Path:
    """A workbook whose rows start at ``start``; dates become real dates, a text that starts with "=" a formula."""
    book = xlsxwriter.Workbook(str(file), {"default_date_format": "yyyy-mm-dd", **(options or {})})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(start[0] + number, start[1] + column, cell)
    book.close()
    return file


def xls(file: Path, rows: Rows, *, old_calendar: bool = False) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = old_calendar
    sheet = book.add_sheet("Sheet1")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, column, cell, style if isinstance(cell, date) else xlwt.Style.default_style)
    book.save(str(file))
    return file


def archive(file: Path, parts: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return file


def ods(file: Path, rows: Rows, *, repeat: int = 1, across: int = 1, manifest: str = "") -> Path:
    """A hand-zipped OpenDocument workbook; each row is repeated ``repeat`` times."""
    lines = []
    for row in rows:
        cells = "".join(
            f'<table:table-cell table:number-columns-repeated="{across}" office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        lines.append(f'<table:table-row table:number-rows-repeated="{repeat}">{cells}</table:table-row>')
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Deals">'
        + "".join(lines)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return archive(file, {"mimetype": kind, "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>", "content.xml": content})


def xlsb(file: Path, rows: Rows) -> Path:
    """A hand-made binary workbook: just the records that hold a sheet of inline texts and numbers."""

    def number(value: int) -> bytes:
        out = bytearray()
        while value > 0x7F:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*out, value])

    def record(kind: int, body: bytes = b"") -> bytes:
        return number(kind) + number(len(body)) + body

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    sheet = [record(129), record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)), record(145)]
    for index, row in enumerate(rows):
        sheet.append(record(0, struct.pack("<IIHBHI", index, 0, 300, 0, 0, 0)))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            sheet.append(
                record(5, place + struct.pack("<d", cell)) if isinstance(cell, int | float) else record(6, place + text(str(cell)))
            )
    sheet += [record(146), record(130)]
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Deals")) + record(144) + record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return archive(
        file,
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        },
    )


def encrypted(file: Path, plain: Path, password: str = PASSWORD) -> Path:
    with plain.open("rb") as source, file.open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt(password, out)
    return file


def raw_xlsx(file: Path, sheet_data: bytes, *, level: int = 9) -> Path:
    """A minimal workbook around ``sheet_data``, the inside of <sheetData>."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = f'<worksheet xmlns="{main}"><sheetData>'.encode() + sheet_data + b"</sheetData></worksheet>"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as out:
        out.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        out.writestr("xl/worksheets/sheet1.xml", sheet)
    return file


def far_cells(file: Path) -> Path:
    """Two cells at opposite corners of the largest sheet: a dense grid of them has 17 thousand million cells."""
    return raw_xlsx(file, b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def declared_bomb(file: Path) -> Path:
    """Small as a file, 80 MB unpacked, and the directory says so."""
    return raw_xlsx(file, b" " * (80 << 20))


def lying_bomb(file: Path) -> Path:
    """The same, with a directory that claims one kilobyte."""
    declared_bomb(file)
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as source:
        size = max(entry.file_size for entry in source.infolist())
    true, false = struct.pack("<I", size), struct.pack("<I", 1024)
    file.write_bytes(bytes(data.replace(true, false)))
    return file


def shared_bomb(file: Path) -> Path:
    """One long text that 6,000 cells share: 36 kB of workbook, 190 MB of text."""
    return xlsx(file, {"S": [["x" * 32_000]] * 6_000})


def truncated(file: Path) -> Path:
    data = xlsx(file, {"S": SMALL}).read_bytes()
    file.write_bytes(data[: len(data) // 2])
    return file


def garbled(file: Path) -> Path:
    """A compound file whose directory is nonsense."""
    data = bytearray(xls(file, SMALL).read_bytes())
    data[600:4000] = bytes((7 * position) % 251 for position in range(3400))
    file.write_bytes(bytes(data))
    return file


def wide(file: Path) -> Path:
    return xlsx(file, {"S": [tuple(f"h{column}" for column in range(16_000)), tuple(range(16_000))]})


def text(content: str | bytes) -> Callable[[Path], Path]:
    def write(file: Path) -> Path:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def parquet(file: Path) -> Path:
    pl.DataFrame({"opportunity_id": ["1"], "tags": [["a", "b"]], "blob": [b"\x00\xff"], "more": [{"x": 1}]}).write_parquet(file)
    return file


def renamed(file: Path) -> Path:
    return xlsx(file.with_suffix(".xlsx"), {"S": SMALL}).rename(file)


ODD: dict[str, tuple[Callable[[Path], Path], type[OneLeadError] | None]] = {
    "small.xlsx": (lambda file: xlsx(file, {"S": SMALL}), None),
    "renamed.csv": (renamed, None),
    "macro.xlsm": (renamed, None),
    "small.xls": (lambda file: xls(file, SMALL), None),
    "small.xlsb": (lambda file: xlsb(file, SMALL), None),
    "small.ods": (lambda file: ods(file, SMALL), None),
    "small.csv": (text("a;b\n1;2\n"), None),
    "small.parquet": (parquet, None),
    "empty.xlsx": (lambda file: xlsx(file, {"S": []}), None),
    "wide.xlsx": (wide, None),
    "empty.csv": (text(""), SourceError),
    "blank.csv": (text("\n\n  \n"), SourceError),
    "binary.csv": (text(bytes(range(256)) * 20), SourceError),
    "page.xls": (text("<html><table><tr><td>1</td></tr></table></html>"), SourceError),
    "document.xlsx": (text("%PDF-1.7 nonsense"), SourceError),
    "old.xml": (text('<?xml version="1.0"?><Workbook/>'), SourceError),
    "list.csv": (text('{"a": 1}'), SourceError),
    "broken.parquet": (text(b"PAR1" + b"\x00" * 64 + b"PAR1"), SourceError),
    "truncated.xlsx": (truncated, SourceError),
    "garbled.xls": (garbled, SourceError),
    "plain.zip": (lambda file: archive(file, {"readme.txt": "nothing"}), SourceError),
    "far.xlsx": (far_cells, SourceLimitError),
    "declared.xlsx": (declared_bomb, SourceLimitError),
    "lying.xlsx": (lying_bomb, SourceLimitError),
    "shared.xlsx": (shared_bomb, SourceLimitError),
    "repeated.ods": (lambda file: ods(file, SMALL, repeat=900_000_000), None),
    "cells.ods": (lambda file: ods(file, SMALL, repeat=900_000_000, across=900_000_000), SourceLimitError),
    "locked.ods": (lambda file: ods(file, SMALL, manifest="<manifest:encryption-data/>"), PasswordError),
    "locked.xlsx": (lambda file: encrypted(file, xlsx(file.with_suffix(".plain"), {"S": SMALL})), PasswordError),
}
"""File name → how it is written, and the error that it gives (None: it opens)."""


def assets(count: int = 3) -> list[list[Cell]]:
    """Rows of the DataExport sheet Install Base."""
    row: list[Cell] = [
        "SN",
        "P-1",
        "Line",
        "WLAN HW",
        "Area",
        "AP-325",
        56088,
        "Unit",
        date(2024, 6, 30),
        date(2099, 12, 31),
        date(2020, 1, 1),
        date(2118, 1, 1),
        "Warranty",
        "(null)",
        "(null)",
    ]
    return [list(ASSET_HEADERS), *([f"SN{number}", *row[1:]] for number in range(count))]


def moment(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - a spreadsheet's day
