"""The reading process: one untrusted file in, Arrow files and an answer out, under limits that the kernel enforces.

Run as ``python -m onelead.sources._child`` with a request (JSON) on standard input, the password in it. Imports no more than the
format needs. Anything that goes wrong in an expected way is written to ``answer.json``; a panic, a crash or a limit of the kernel just
ends the process, and the parent says what that means.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from onelead.core.errors import OneLeadError, PasswordError, SourceError, SourceLimitError
from onelead.sources._child_parquet import read_parquet
from onelead.sources._child_size import check_size
from onelead.sources._child_text import read_text

_VERIFIED_ZIP_BYTES = 16 << 20
"""Archives up to this size are unpacked once for counting; larger ones are held by the limits on time, memory and output alone."""
_LARGE_MEMBER, _MOST_PACKED = 50 << 20, 200
"""A part of a workbook of more than so many bytes may be packed so many times at most: real sheets are packed five to thirty times."""
_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - Excel itself opens files that are encrypted with it without asking
_OLE, _ZIP, _PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"
_FOREIGN = {
    b"%PDF": ("a PDF document", "Export the data as .xlsx or .csv."),
    b"\x1f\x8b": ("a gzip archive", "Unpack it first."),
    b"7z\xbc\xaf": ("a 7-Zip archive", "Unpack it first."),
    b"ARROW1": ("an Arrow file", "Save it as Parquet."),
    b"SQLite format 3": ("an SQLite database", "Export its tables as .csv or .parquet."),
    b"{\\rtf": ("a text document", "Export the data as .xlsx or .csv."),
}


def limit_self(limits: dict[str, int]) -> None:
    """Have the kernel enforce memory, processor time and the size of what is written. What a system lacks is left out."""
    try:
        import resource
    except ImportError:  # pragma: no cover - not a POSIX system; the parent's clock still holds
        return
    memory = limits["memory_mb"] << 20
    output = limits["unpacked_mb"] << 20
    wanted = {
        "RLIMIT_DATA": memory,
        "RLIMIT_AS": memory + (2 << 30),  # libraries and mapped files count here too
        "RLIMIT_FSIZE": output,
        "RLIMIT_CPU": limits["seconds"] * (os.cpu_count() or 1) + 1,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def main() -> None:
    """Read what the request on standard input names."""
    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    limit_self(request["limits"])
    out = Path(request["out"])
    try:
        answer = read_file(Path(request["file"]), out, request)
    except OneLeadError as error:
        answer = {"error": error.code, "message": error.message, "hint": error.hint, "missing": bool(error.fields.get("missing"))}
    (out / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def read_file(file: Path, out: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Tell the format by its content and read it.

    Raises SourceError for what is no table, PasswordError and SourceLimitError.
    """
    limits = request["limits"]
    with file.open("rb") as stream:
        head = stream.read(4096)
    name: str = request["name"]
    if head.startswith(_PARQUET):
        return read_parquet(file, out, name, limits)
    if head.startswith(_OLE):
        return _read_ole(file, out, name, request)
    if head.startswith(_ZIP):
        kind = _zip_kind(file.read_bytes(), name, limits)
        return _read_workbook(_named(file, out, kind), out, name, limits, kind)
    for magic, (what, hint) in _FOREIGN.items():
        if head.startswith(magic):
            raise SourceError(name, f"this is {what}, not a table.", hint=hint)
    if head.startswith(b"\x09") and head[1:2] in {b"\x00", b"\x02", b"\x04", b"\x08"}:
        raise SourceError(
            name, "this is a worksheet of an Excel older than 1995.", hint="Open it in a spreadsheet program and save it as .xlsx."
        )
    sheet = read_text(file, head, out / "sheet-0.arrow", name, limits)
    return {"kind": "csv", "sheets": [sheet], "notes": []}


def _zip_kind(data: bytes, name: str, limits: dict[str, int]) -> str:
    """The kind of workbook in the archive, after its sizes were checked: first as declared, then by counting."""
    allowed = limits["unpacked_mb"] << 20
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > allowed:
                raise _too_large(name, limits)
            if any(entry.file_size > _LARGE_MEMBER and entry.file_size > _MOST_PACKED * entry.compress_size for entry in entries):
                raise SourceLimitError(
                    name,
                    f"a part of it is packed more than {_MOST_PACKED} to 1, which tables are not.",
                    hint="Open it in a spreadsheet program, remove empty rows and columns, and save it again.",
                    limit=_MOST_PACKED,
                )
            if len(data) <= _VERIFIED_ZIP_BYTES and _inflated(data, entries, allowed) > allowed:
                raise _too_large(name, limits)
            names = {entry.filename for entry in entries}
            lowered = {entry.lower() for entry in names}
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise PasswordError(
                    name,
                    "this OpenDocument workbook is encrypted, which OneLead cannot open, whatever the password.",
                    hint="Save it without a password, or as a password-protected .xlsx.",
                )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, ValueError) as error:
        raise SourceError(name, f"the file is damaged or cut short ({error}).", hint="Fetch or export it again.") from error
    if "xl/workbook.bin" in lowered:
        return "xlsb"
    if "content.xml" in lowered:
        return "ods"
    if any(entry.startswith("xl/") or entry == "[content_types].xml" for entry in lowered):
        return "xlsx"
    raise SourceError(name, "this is a zip archive without a workbook in it.", hint="Unpack it and name the files inside.")


def _inflated(data: bytes, entries: list[zipfile.ZipInfo], allowed: int) -> int:
    """Bytes that the entries really unpack to, whatever the directory claims; stops counting past ``allowed``."""
    total = 0
    for entry in entries:
        start = entry.header_offset
        body = (
            start + 30 + int.from_bytes(data[start + 26 : start + 28], "little") + int.from_bytes(data[start + 28 : start + 30], "little")
        )
        packed = data[body : body + entry.compress_size]
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            total += max(len(packed), entry.file_size)
            continue
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while packed and not inflater.eof and total <= allowed:
            total += len(inflater.decompress(packed, 1 << 20))
            packed = inflater.unconsumed_tail
        if total > allowed:
            break
    return total


def _too_large(name: str, limits: dict[str, int]) -> SourceLimitError:
    megabytes = limits["unpacked_mb"]
    return SourceLimitError(
        name,
        f"unpacked, it is larger than the limit of {megabytes} MB.",
        hint="Raise load.max_unpacked_mb if you trust it.",
        limit=megabytes,
    )


def _named(file: Path, out: Path, kind: str) -> str:
    """``file`` under a name that ends as its content says: the reader goes by the name, and tells more of what is wrong than from bytes."""
    link = out / f"input.{kind}"
    link.symlink_to(file)
    return str(link)


def _read_ole(file: Path, out: Path, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """An .xls, or any workbook behind a password."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    limits = request["limits"]
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(file.read_bytes()))
        encrypted = office.is_encrypted()
    except (FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError, AttributeError):
        return _read_workbook(_named(file, out, "xls"), out, name, limits, "xls")  # older than passwords, or odd: let the reader judge
    if not encrypted:
        return _read_workbook(_named(file, out, "xls"), out, name, limits, "xls")
    password = request["password"]
    plain = io.BytesIO()
    try:
        office.load_key(password=_DEFAULT_PASSWORD if password is None else password)
        office.decrypt(plain)
    except (InvalidKeyError, DecryptionError) as error:
        missing = password is None
        what = "the workbook is protected by a password, and none was given." if missing else "the password is wrong."
        raise PasswordError(name, what, hint="Give the right one with --password-file.", missing=missing) from error
    except (FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError) as error:
        raise SourceError(name, "the workbook is encrypted in a way that cannot be read.", hint="Save it without a password.") from error
    opened = plain.getvalue()
    kind = _zip_kind(opened, name, limits) if opened.startswith(_ZIP) else "xls"
    return _read_workbook(opened, out, name, limits, kind)


def _read_workbook(source: str | bytes, out: Path, name: str, limits: dict[str, int], kind: str) -> dict[str, Any]:
    """Every sheet as text. Cells keep what they hold: a typed reading would drop the text in a column of dates in silence."""
    import fastexcel

    try:
        reader = fastexcel.read_excel(source)
    except fastexcel.FastExcelError as error:
        reason = _reason(error)
        if "limit exceeded" in reason:
            raise SourceLimitError(name, f"it has more cells than can be read ({reason}).", hint="Leave out what is not needed.") from error
        raise SourceError(name, f"this {kind} workbook cannot be opened ({reason}).", hint="Open and save it again as .xlsx.") from error
    sheets, notes, failed = [], [], ""
    for index, sheet_name in enumerate(reader.sheet_names):
        try:
            sheet = reader.load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
        except fastexcel.FastExcelError as error:
            failed = _reason(error)
            notes.append(f"Sheet {sheet_name!r} cannot be read ({failed}).")
            continue
        sheets.append(_write_sheet(sheet, sheet_name, out / f"sheet-{index}.arrow", name, limits))
    if not sheets and failed:
        raise SourceError(name, f"no sheet of this {kind} workbook can be read ({failed}).", hint="Open and save it again as .xlsx.")
    return {"kind": kind, "sheets": sheets, "notes": notes}


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("calamine error: ")


def _write_sheet(sheet: Any, sheet_name: str, target: Path, name: str, limits: dict[str, int]) -> dict[str, Any]:  # noqa: ANN401
    import pyarrow as pa

    check_size(name, sheet_name, sheet.total_height, sheet.width, limits)
    known = {"name": sheet_name, "header": False, "visible": sheet.visible == "visible", "unreadable": 0}
    if not sheet.width or not sheet.total_height:
        return {**known, "file": None}
    batch, errors = sheet.to_arrow_with_errors()
    with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return {**known, "file": target.name, "unreadable": len(errors.errors) if errors else 0}


if __name__ == "__main__":
    main()
