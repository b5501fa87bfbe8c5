"""Use cases: load files into a new snapshot, and refresh what is published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.errors import QualityError, UsageError
from onelead.sources import check_quality, file_hashes, read_all
from onelead.tables import newest_export
from onelead.workspace.basis import repeated
from onelead.workspace.building import Published, build, published, results_version, shaped_by, write_results
from onelead.workspace.originals import keep_original

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from onelead.core.stopping import Stop
    from onelead.sources import Delivery, Pending
    from onelead.store import Publication
    from onelead.workspace.progress import Steps
    from onelead.workspace.wiring import Parts


@dataclass(frozen=True)
class LoadOptions:
    """How to load.

    ``accept_bad_rows`` loads what is good although a table has more bad rows than the setting allows. ``as_of`` overrides the date in
    the data. ``password`` is asked when a workbook is encrypted. ``stop`` ends the reading when somebody asks for it.
    """

    as_of: date | None = None
    accept_bad_rows: bool = False
    password: Callable[[], str | None] | None = None
    confirm: Callable[[Preview], bool] | None = None
    begun: Pending | None = None
    stop: Stop | None = None
    named_day: Callable[[], date | None] | None = None
    """Asked after the confirmation: the as-of date that the person who looked at the preview chose, if any."""


@dataclass(frozen=True)
class Preview:
    """What was read, before anything is published: rows and bad rows by table, the rows published now, what a person should know.

    ``sheets`` and ``columns`` say by table where it was found and which header gave which column; ``quarantine`` holds the bad rows with
    their reasons, ``refusal`` why a load without ``accept_bad_rows`` is refused (None: it is not), ``as_of`` the newest export date found.
    """

    files: list[str]
    layouts: list[str]
    source_rows: dict[str, int]
    bad_rows: dict[str, int]
    rows_now: dict[str, int]
    notes: list[str]
    sheets: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    quarantine: pl.DataFrame = field(default_factory=pl.DataFrame)
    refusal: str | None = None
    as_of: date | None = None
    day: date | None = None
    """The as-of date that the new snapshot gets unless a person names another."""
    why: str = ""
    """Why that one: ``named``, ``files`` (their newest export date), ``kept`` (of the published projects) or ``today``."""


@dataclass(frozen=True)
class LoadReport:
    """What a load did. ``changed`` is false when the published snapshot already held exactly this."""

    changed: bool
    publication: Publication
    source_rows: dict[str, int]
    quarantined: int
    notes: list[str]


def load(parts: Parts, files: Sequence[Path], options: LoadOptions, steps: Steps) -> LoadReport:
    """Read ``files``, unify their customers with those known, publish a new snapshot.

    Loading what is already published changes nothing. Whatever fails, and whenever the process dies, the published snapshot stays as
    it was.

    Raises:
        UsageError: no files, or a person said no.
        SourceError: a file cannot be read or is not recognised.
        QualityError: too many bad rows.
        BusyError: another process is loading.
        StorageFullError: no room left.
    """
    if not files:
        raise UsageError("There is nothing to load.", hint="Name one or more files.")
    with parts.store.lock():
        _sweep(parts)
        before = published(parts)
        if before is not None and _same(parts, before, file_hashes(files), options.as_of):
            unchanged = ["Nothing changed: this is what the published snapshot holds."]
            rows = before.ingredients.source_rows
            return LoadReport(changed=False, publication=before.publication, source_rows=rows, quarantined=0, notes=unchanged)
        with steps("read"):
            limits, password = parts.settings.load, options.password
            deliveries = read_all(files, limits, password=password, on_step=steps.tell, begun=options.begun, stop=options.stop)
            if not options.accept_bad_rows:
                for delivery in deliveries:
                    check_quality(delivery, parts.settings.load)
        if options.confirm is not None and not options.confirm(_preview(deliveries, before, parts, options.as_of)):
            raise UsageError("Not loaded.", hint="Nothing was changed.")
        with steps("keep originals"):
            for delivery in deliveries:
                for path, sha256 in delivery.files:
                    keep_original(path, sha256, parts.originals)
        chosen = options.named_day() if options.named_day else None
        built = build(parts, deliveries, before, chosen or options.as_of, steps)
    return LoadReport(
        changed=True, publication=built.publication, source_rows=built.source_rows, quarantined=built.quarantined, notes=built.notes
    )


def refresh(parts: Parts, as_of: date | None, steps: Steps) -> Publication:
    """Compute results again from the published base; shape the base again first when an identity decision or setting changed.

    The as-of date stays what it is unless one is given. Publishes a new snapshot unless neither date, settings, decisions nor recorded
    outcomes changed since the published one.
    """
    with parts.store.lock():
        _sweep(parts)
        before = published(parts)
        if before is None:
            raise UsageError("There is nothing to refresh: nothing is loaded yet.", hint="Load a workbook first.")
        current = before.publication
        day = as_of or current.as_of
        if before.ingredients.shaped_by != shaped_by(parts):
            return build(parts, [], before, day, steps).publication
        version = results_version(parts)
        if day == current.as_of and version == current.settings_version:
            return current
        results_id = write_results(parts, current.base, day, steps)
        return parts.store.publish(
            base=current.base, results=results_id, load_id=current.load_id, as_of=day, settings_version=version, note="refreshed"
        )


def _preview(deliveries: Sequence[Delivery], before: Published | None, parts: Parts, given: date | None) -> Preview:
    rows: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    sheets: dict[str, list[str]] = {}
    columns: dict[str, dict[str, str]] = {}
    for delivery in deliveries:
        rows.update(delivery.source_rows)
        bad.update(delivery.bad_rows)
        for name, mapping in delivery.mapping.items():
            columns.setdefault(name, {}).update(mapping)
            found = delivery.tables[name]["source_sheet"].drop_nulls().unique(maintain_order=True).to_list()
            sheets.setdefault(name, []).extend(f"{delivery.file} › {sheet}" for sheet in found)
    day, why = _day_ahead(deliveries, before, parts.today(), given)
    return Preview(
        files=[delivery.file for delivery in deliveries],
        layouts=[delivery.layout for delivery in deliveries],
        source_rows=dict(rows),
        bad_rows={name: count for name, count in bad.items() if count},
        rows_now={name: before.tables[name].height for name in rows} if before else {},
        notes=[*(note for delivery in deliveries for note in delivery.notes), *repeated(deliveries)],
        sheets=sheets,
        columns=columns,
        quarantine=pl.concat([delivery.quarantine for delivery in deliveries]),
        refusal=_refusal(deliveries, parts),
        as_of=max((delivery.as_of for delivery in deliveries if delivery.as_of), default=None),
        day=day,
        why=why,
    )


def _day_ahead(deliveries: Sequence[Delivery], before: Published | None, today: date, given: date | None) -> tuple[date, str]:
    """The as-of date that the build will take, and why; see ``Preview.why``."""
    if given is not None:
        return given, "named"
    names = {name for delivery in deliveries for name in delivery.tables}  # they replace those of the published snapshot
    days = [day for delivery in deliveries if (day := newest_export(delivery.tables, today)) is not None]
    kept = {name: frame for name, frame in before.tables.items() if name not in names} if before else {}
    day = newest_export(kept, today)
    if days and (day is None or max(days) >= day):
        return max(days), "files"
    return (today, "today") if day is None else (day, "kept")


def _refusal(deliveries: Sequence[Delivery], parts: Parts) -> str | None:
    """Why these deliveries would be refused for their bad rows; None where they would not."""
    for delivery in deliveries:
        try:
            check_quality(delivery, parts.settings.load)
        except QualityError as error:
            return error.message
    return None


def _same(parts: Parts, before: Published, hashes: Sequence[str], as_of: date | None) -> bool:
    """Whether the published snapshot is what loading these files would give: each table that they deliver comes from just them.

    Without a date in the data and without one given, the day on which the snapshot was made goes on to hold.
    """
    day = as_of or newest_export(before.tables, parts.today())
    current, made = before.publication, before.ingredients
    if day not in {None, current.as_of} or current.settings_version != results_version(parts) or made.shaped_by != shaped_by(parts):
        return False
    if not set(hashes) <= set(made.delivers):
        return False
    tables = {name for sha256 in hashes for name in made.delivers[sha256]}
    return bool(tables) and all(set(made.files[name]) == {sha256 for sha256 in hashes if name in made.delivers[sha256]} for name in tables)


def _sweep(parts: Parts) -> None:
    """Remove what killed loads left behind: layers that no publication names."""
    parts.store.forget_unfinished()
    parts.engine.sweep(parts.store.live_layers())
