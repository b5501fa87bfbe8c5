"""The enterprise sample: tables that grow block by block, written as Parquet without ever being whole in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import polars as pl

from onelead.samples._canonical import schema

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import pyarrow.parquet as pq

ROWS_A_GROUP = 250_000


class Growing:
    """Parquet files of a directory by table. Use it as a context; ``files`` are those that were begun."""

    def __init__(self, directory: Path, *, canonical: bool) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory, self._canonical = directory, canonical
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    @property
    def files(self) -> list[Path]:
        """The files, by the name of their tables."""
        return [self._directory / f"{name}.parquet" for name in sorted(self.rows)]

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Put rows at the end of a table: with all columns of its contract, further ones behind them."""
        import pyarrow.parquet as pq

        table = (_completed(name, frame) if self._canonical else frame).to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._writers:
            place = self._directory / f"{name}.parquet"
            self._writers[name] = pq.ParquetWriter(place, table.schema, compression="zstd", compression_level=1, write_statistics=False)
        self._writers[name].write_table(table, row_group_size=ROWS_A_GROUP)
        self.rows[name] = self.rows.get(name, 0) + frame.height

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()


def _completed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    wanted = schema(name)
    columns = [(pl.col(column) if column in frame.columns else pl.lit(None)).cast(kind).alias(column) for column, kind in wanted.items()]
    return frame.select(*columns, *(column for column in frame.columns if column not in wanted))
