"""Arrow files as frames that are mapped into memory: they take room only while somebody looks at them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl


def mapped(file: Path) -> pl.DataFrame:
    """The rows of an uncompressed Arrow file that Polars wrote. The file may be removed at once: the rows stay."""
    import pyarrow as pa

    frame = pl.from_arrow(pa.ipc.open_file(pa.memory_map(str(file))).read_all())
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def put_away(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame``, mapped from a file without a name: nobody else can open it, and nothing is left behind."""
    with tempfile.NamedTemporaryFile(prefix="onelead-rows-") as file:
        frame.write_ipc(file.name)
        return mapped(Path(file.name))
