"""From files to deliveries: find the source that fits, check the rows, refuse what has too many bad ones."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from onelead.core.errors import QualityError, SourceError, UsageError
from onelead.sources._reader import Reading, start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from onelead.core.settings import LoadSettings
    from onelead.core.stopping import Stop
    from onelead.sources._raw import RawFile
    from onelead.sources._source import Delivery, Recognition, Source

_FIRST_REASONS = 3


class Pending:
    """A file on its way: the child process reads while the caller does something else, such as importing."""

    def __init__(self, file: Path, settings: LoadSettings, password: Callable[[], str | None] | None, stop: Stop | None = None) -> None:
        self.file = file
        self._reading: Reading = start(file, settings, password=password, stop=stop)

    def delivery(self, *, today: date | None = None, on_step: Callable[[str], None] | None = None) -> Delivery:
        """Wait for the file and give its tables; see ``read``."""
        for source in sources().values():
            source.specs()  # the imports behind all this run beside the child
        sha256 = file_hash(self.file)
        raw = self._reading.result()
        if on_step:
            on_step(f"checking {raw.name}")
        source, recognition = _recognise(raw)
        if not recognition.found:
            raise _refused(raw, recognition)
        return source.deliver(raw, recognition, sha256, today or date.today())  # noqa: DTZ011 - the user's own calendar day

    def cancel(self) -> None:
        """Stop reading."""
        self._reading.cancel()


def begin(file: Path, settings: LoadSettings, *, password: Callable[[], str | None] | None = None, stop: Stop | None = None) -> Pending:
    """Start to read ``file`` in a child process and return at once. Raises SourceError for what is no file."""
    return Pending(file, settings, password, stop)


def begin_first(paths: Sequence[Path], settings: LoadSettings, *, password: Callable[[], str | None] | None = None) -> Pending:
    """Start to read the first file of ``paths``: hand it to ``read_all`` as ``begun``, or ``cancel`` it. Raises as ``begin`` and ``expand`` do."""
    return begin(expand(paths)[0], settings, password=password)


def sources() -> dict[str, Source]:
    """Every kind of file that OneLead reads, by id."""
    from onelead.core.registry import discover
    from onelead.sources._source import Source

    return discover("onelead.sources", "SOURCE", Source)


def _recognise(raw: RawFile) -> tuple[Source, Recognition]:
    """The source whose columns fit best; where none fits, the one that came nearest."""
    tries = [(source, source.recognise(raw)) for source in sources().values()]
    return max(tries, key=lambda entry: (entry[1].rank, max((near.match.rank for near in entry[1].nearly), default=(False, 0, 0.0))))


def _refused(raw: RawFile, recognition: Recognition) -> SourceError:
    """The error for a file without a table. What is far from any is told in the names that such a file usually has."""
    from onelead.sources._refusal import unrecognised

    usual = [source for source in sources().values() if all(spec.literal == _from_program(raw) for spec in source.specs())]
    near = recognition.nearly
    if not any(entry.nearly for entry in near):
        near = [entry for source in usual for entry in source.recognise(raw).nearly] or near
    nearest = max(near, key=lambda entry: (entry.nearly, entry.match.rank), default=None)
    return unrecognised(raw, nearest, [spec for source in usual for spec in source.specs()])


def _from_program(raw: RawFile) -> bool:
    """Parquet is what programs write, with canonical names; anything else may be a sheet of a workbook."""
    return raw.kind == "parquet"


def read(
    file: Path,
    settings: LoadSettings,
    *,
    password: Callable[[], str | None] | None = None,
    on_step: Callable[[str], None] | None = None,
    today: date | None = None,
) -> Delivery:
    """The tables of one file, or of a directory of canonical tables, checked against their contracts.

    ``password`` is called once, and only for an encrypted workbook; its result goes to the reading process alone. ``on_step`` hears what
    is being done. ``today`` is the last day that an export may be from (default: today).

    Raises:
        SourceError: the file cannot be read.
        PasswordError: it is encrypted and the password is missing or wrong.
        SourceLimitError: reading it passes a limit of ``settings``.
        UnrecognisedSourceError: no known table is in it; names the nearest.
    """
    deliveries = read_all([file], settings, password=password, on_step=on_step, today=today)
    return deliveries[0] if len(deliveries) == 1 else _combined(file, deliveries)


def read_all(
    paths: Sequence[Path],
    settings: LoadSettings,
    *,
    password: Callable[[], str | None] | None = None,
    on_step: Callable[[str], None] | None = None,
    today: date | None = None,
    begun: Pending | None = None,
    stop: Stop | None = None,
) -> list[Delivery]:
    """One delivery for each file of ``paths``; a directory stands for the files in it. The next file is read while one is checked.

    ``begun`` is what ``begin_first`` gave for the same paths and settings; ``stop`` ends the reading (CancelledError). Raises as ``read`` does, UsageError for no files, and
    SourceError where all of them together hold no rows (an empty table beside full ones is noted).
    """
    files = expand(paths)
    deliveries: list[Delivery] = []
    waiting: list[Pending] = [begun] if begun is not None else []
    try:
        for index, file in enumerate(files):
            while len(waiting) < min(2, len(files) - index):
                waiting.append(begin(files[index + len(waiting)], settings, password=password, stop=stop))
            if on_step:
                on_step(f"reading {file.name}")
            deliveries.append(waiting.pop(0).delivery(today=today, on_step=on_step))
    finally:
        for pending in waiting:
            pending.cancel()
    if not any(delivery.tables for delivery in deliveries):
        from onelead.sources._refusal import without_rows

        raise without_rows(deliveries[0].file)
    return deliveries


def expand(paths: Sequence[Path]) -> list[Path]:
    """``paths`` with every directory replaced by the files in it (hidden ones and sub-directories left out), by name."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(entry for entry in path.iterdir() if entry.is_file() and not entry.name.startswith(".") and _is_data(entry))
        if not inside:
            raise SourceError(path.name, "this directory holds no files to read.", hint="Put one Parquet or CSV file a table into it.")
        files.extend(inside)
    if not files:
        raise UsageError("No file to read was named.", hint="Name a workbook, a .csv, a .parquet, or a directory of these.")
    return files


def _is_data(file: Path) -> bool:
    return file.suffix.lower() in {".parquet", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}


def file_hash(file: Path) -> str:
    """SHA-256 of the bytes of ``file``, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_hashes(paths: Sequence[Path]) -> list[str]:
    """SHA-256 of each file of ``paths``, directories opened up. Raises SourceError for a file that is not there."""
    from onelead.sources._reader import check_file

    if not paths:
        return []
    files = expand(paths)
    for file in files:
        check_file(file)
    return [file_hash(file) for file in files]


def _combined(directory: Path, deliveries: Sequence[Delivery]) -> Delivery:
    """Several files of one load as one delivery; two files for one table are put one below the other."""
    import polars as pl

    from onelead.sources._source import Delivery

    names = list(dict.fromkeys(name for delivery in deliveries for name in delivery.tables))
    dates = [delivery.as_of for delivery in deliveries if delivery.as_of is not None]
    layouts = {delivery.layout for delivery in deliveries}
    ids = {delivery.source_id for delivery in deliveries}
    return Delivery(
        source_id=ids.pop() if len(ids) == 1 else "mixed",
        layout=layouts.pop() if len(layouts) == 1 else "mixed",
        file=directory.name,
        sha256=hashlib.sha256("".join(delivery.sha256 for delivery in deliveries).encode()).hexdigest(),
        tables={name: pl.concat([delivery.tables[name] for delivery in deliveries if name in delivery.tables]) for name in names},
        quarantine=pl.concat([delivery.quarantine for delivery in deliveries]),
        source_rows={name: sum(delivery.source_rows.get(name, 0) for delivery in deliveries) for name in names},
        bad_rows={name: sum(delivery.bad_rows.get(name, 0) for delivery in deliveries) for name in names},
        mapping={
            name: {column: header for entry in deliveries for column, header in entry.mapping.get(name, {}).items()} for name in names
        },
        as_of=max(dates, default=None),
        notes=[f"{delivery.file}: {note}" for delivery in deliveries for note in delivery.notes],
        files=[entry for delivery in deliveries for entry in delivery.files],
    )


def check_quality(delivery: Delivery, settings: LoadSettings) -> None:
    """Refuse a delivery in which a table has a larger share of bad rows than ``settings.max_bad_share``.

    Raises QualityError that names the table, the share, the limit and the first reasons.
    """
    import polars as pl

    for table, rows in delivery.source_rows.items():
        bad = delivery.bad_rows.get(table, 0)
        if rows == 0 or bad / rows <= settings.max_bad_share:
            continue
        first = delivery.quarantine.filter(pl.col("table") == table).head(_FIRST_REASONS)
        reasons = [
            f"row {row['source_row']}, {row['source_column'] or row['column']}: {row['reason']}" for row in first.iter_rows(named=True)
        ]
        raise QualityError(
            f"{delivery.file}: {bad:,} of {rows:,} rows of {table} ({100 * bad / rows:.1f} %) break its contract; "
            f"the limit is {100 * settings.max_bad_share:g} %. First: {'; '.join(reasons)}.",
            hint="Mend the source, or load what is good with --accept-bad-rows. Nothing was changed.",
            table=table,
            share=bad / rows,
            limit=settings.max_bad_share,
            reasons=reasons,
        )
