"""Parquet in the reading process: typed cells to Arrow files of a million rows each. Imports Polars when it reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onelead.core.errors import SourceError, SourceLimitError
from onelead.sources._child_size import check_size

PART_ROWS = 1_000_000
"""Rows of one Arrow file."""


def read_parquet(file: Path, out: Path, name: str, limits: dict[str, int]) -> dict[str, Any]:
    """A Parquet file with its own types; what no table cell can hold (lists, structs, bytes) becomes text."""
    import polars as pl

    try:
        scan = pl.scan_parquet(file, glob=False)
        schema = scan.collect_schema()
        rows = scan.select(pl.len()).collect().item()
        check_size(name, file.stem, rows, len(schema), limits)
        odd = []
        for column, kind in schema.items():
            if isinstance(kind, pl.Struct):
                odd.append(pl.col(column).struct.json_encode())
            elif kind.is_nested():
                odd.append(pl.struct(column).struct.json_encode().alias(column))
            elif kind == pl.Binary:
                odd.append(pl.col(column).bin.encode("base64"))
            elif isinstance(kind, pl.Categorical | pl.Enum | pl.Time | pl.Duration):
                odd.append(pl.col(column).cast(pl.String))
        parts = _in_parts(scan.with_columns(odd), rows, out, name, limits)
    except pl.exceptions.PolarsError as error:
        reason = (str(error).splitlines() or ["unknown reason"])[0]
        raise SourceError(name, f"this Parquet file cannot be read ({reason}).", hint="Write it again.") from error
    sheet = {"name": Path(name).stem, "header": True, "visible": True, "file": parts, "unreadable": 0}
    return {"kind": "parquet", "sheets": [sheet], "notes": []}


def _in_parts(scan: Any, rows: int, out: Path, name: str, limits: dict[str, int]) -> list[str]:  # noqa: ANN401
    """Write the rows as Arrow files of a million each: the limit on what is written holds for all of them together."""
    parts: list[str] = []
    written = 0
    for first in range(0, max(rows, 1), PART_ROWS):
        parts.append(f"sheet-0-{first // PART_ROWS}.arrow")
        scan.slice(first, PART_ROWS).sink_ipc(out / parts[-1])
        written += (out / parts[-1]).stat().st_size
        if written > limits["unpacked_mb"] << 20:
            raise SourceLimitError(
                name,
                f"its contents are larger than the limit of {limits['unpacked_mb']} MB.",
                hint="Raise load.max_unpacked_mb if you trust it.",
            )
    return parts
