"""Use case: load files into a new base, compute its results, publish both."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UsageError, WorkspaceError
from onelead.identity import Directory, resolve
from onelead.sources import check_quality, file_hashes, read_all
from onelead.tables import canonical_tables
from onelead.workspace.basis import CHANGES, QUARANTINE, Ingredients, changes_between, delivered_tables, export_date, merged, stored
from onelead.workspace.originals import keep_original
from onelead.workspace.refreshing import compute_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from onelead.sources import Delivery, Pending
    from onelead.store import Publication
    from onelead.workspace.progress import Steps
    from onelead.workspace.wiring import Parts


@dataclass(frozen=True)
class LoadOptions:
    """How to load.

    ``accept_bad_rows`` loads what is good although a table has more bad rows than the setting allows. ``as_of`` overrides the date in
    the data. ``password`` is asked when a workbook is encrypted.
    """

    as_of: date | None = None
    accept_bad_rows: bool = False
    password: Callable[[], str | None] | None = None
    confirm: Callable[[Preview], bool] | None = None
    begun: Pending | None = None


@dataclass(frozen=True)
class Preview:
    """What was read, before anything is published: rows and bad rows by table, and what a person should know."""

    files: list[str]
    layouts: list[str]
    source_rows: dict[str, int]
    bad_rows: dict[str, int]
    notes: list[str]


@dataclass(frozen=True)
class LoadReport:
    """What a load did. ``changed`` is false when the published snapshot already held exactly this."""

    changed: bool
    publication: Publication
    source_rows: dict[str, int]
    quarantined: int
    notes: list[str]


@dataclass(frozen=True)
class _Before:
    """The published base that a load starts from."""

    tables: dict[str, pl.DataFrame]
    ingredients: Ingredients


def load(parts: Parts, files: Sequence[Path], options: LoadOptions, steps: Steps) -> LoadReport:
    """Read ``files``, unify their customers with those known, publish a new snapshot.

    No files means: shape the published base again (after an identity decision or a changed setting). Loading what is already
    published changes nothing. Whatever fails, and whenever the process dies, the published snapshot stays as it was.

    Raises:
        SourceError: a file cannot be read or is not recognised.
        QualityError: too many bad rows.
        BusyError: another process is loading.
        StorageFullError: no room left.
    """
    with parts.store.lock():
        _sweep(parts)
        before = _published(parts)
        if not files and before is None:
            raise UsageError("There is nothing to load.", hint="Name one or more files.")
        hashes = file_hashes(files)
        current = parts.store.current()
        if before is not None and current is not None and _same(parts, before, hashes, options):
            unchanged = "Nothing changed: this is what the published snapshot holds."
            return LoadReport(
                changed=False, publication=current, source_rows=before.ingredients.source_rows, quarantined=0, notes=[unchanged]
            )
        with steps("read"):
            deliveries = read_all(files, parts.settings.load, password=options.password, on_step=steps.tell, begun=options.begun)
            if not options.accept_bad_rows:
                for delivery in deliveries:
                    check_quality(delivery, parts.settings.load)
        if options.confirm is not None and not options.confirm(_preview(deliveries)):
            raise UsageError("Not loaded.", hint="Nothing was changed.")
        with steps("keep originals"):
            for delivery in deliveries:
                for path, sha256 in delivery.files:
                    keep_original(path, sha256, parts.originals)
        return _build(parts, deliveries, before, options, steps)


def refresh(parts: Parts, as_of: date | None, steps: Steps) -> Publication:
    """Compute results again from the published base; shape the base again first when an identity decision or setting changed.

    Publishes a new snapshot unless neither date, settings nor recorded outcomes changed since the published one.
    """
    with parts.store.lock():
        _sweep(parts)
        before, current = _published(parts), parts.store.current()
        if before is None or current is None:
            raise UsageError("There is nothing to refresh: nothing is loaded yet.", hint="Load a workbook first.")
        if before.ingredients.shaped_by != shaped_by(parts):
            return _build(parts, [], before, LoadOptions(as_of=as_of), steps).publication
        day = as_of or current.as_of
        version = results_version(parts)
        if day == current.as_of and version == current.settings_version:
            return current
        results_id = write_results(parts, current.base, day, steps)
        return parts.store.publish(
            base=current.base, results=results_id, load_id=current.load_id, as_of=day, settings_version=version, note="refreshed"
        )


def results_version(parts: Parts) -> str:
    """Version of what results depend on besides base and date: all settings, and the outcomes that people recorded."""
    outcomes = parts.store.recorded_outcomes().select("action_id", "account_id", "as_of", "outcome").sort("action_id")
    return f"{parts.settings.version}-{hashlib.sha256(outcomes.write_csv().encode()).hexdigest()[:8]}"


def shaped_by(parts: Parts) -> str:
    """Version of everything besides the files that shapes a base: the settings of loading and identity, and people's decisions."""
    settings = parts.settings
    texts = [settings.load.model_dump_json(), settings.identity.model_dump_json(), str(parts.store.decision_log().height)]
    return hashlib.sha256("|".join(texts).encode()).hexdigest()[:12]


def _preview(deliveries: Sequence[Delivery]) -> Preview:
    rows: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for delivery in deliveries:
        rows.update(delivery.source_rows)
        bad.update({name: delivery.source_rows[name] - frame.height for name, frame in delivery.tables.items()})
    return Preview(
        files=[delivery.file for delivery in deliveries],
        layouts=[delivery.layout for delivery in deliveries],
        source_rows=dict(rows),
        bad_rows={name: count for name, count in bad.items() if count},
        notes=[note for delivery in deliveries for note in delivery.notes],
    )


def _same(parts: Parts, before: _Before, hashes: list[str], options: LoadOptions) -> bool:
    """Whether every file is already in the published base, under the same settings and as-of date."""
    current = parts.store.current()
    have = {sha for files in before.ingredients.files.values() for sha in files}
    same_date = options.as_of is None or (current is not None and current.as_of == options.as_of)
    same_settings = current is not None and current.settings_version == results_version(parts)
    return same_date and same_settings and before.ingredients.shaped_by == shaped_by(parts) and set(hashes) <= have


def _sweep(parts: Parts) -> None:
    """Remove what killed loads left behind: layers that no publication names."""
    parts.store.forget_unfinished()
    parts.engine.sweep(parts.store.live_layers())


def _published(parts: Parts) -> _Before | None:
    current = parts.store.current()
    if current is None:
        return None
    snapshot = parts.engine.open(current.base, current.results)
    try:
        names = [*delivered_tables(), CHANGES, QUARANTINE]
        tables = {name: snapshot.frame(name) for name in names}
    finally:
        snapshot.close()
    made_by = parts.store.load_of(current.id)
    if made_by is None:
        raise WorkspaceError(f"Snapshot {current.id} names no load.", hint="Run `onelead doctor`.")
    record = made_by.quality["ingredients"]
    return _Before(tables, Ingredients(record["files"], record["shaped_by"], record["source_rows"]))


def _build(parts: Parts, deliveries: Sequence[Delivery], before: _Before | None, options: LoadOptions, steps: Steps) -> LoadReport:
    new = _combined(deliveries)
    old = before.tables if before else {}
    tables = merged(new, old)
    today = parts.today()
    as_of = options.as_of or export_date(tables, today) or today
    with steps("identity"):
        resolution = resolve(tables, Directory(parts.store.known(), parts.store.decisions()), parts.settings.identity)
        base = {name: stored(name, resolution.tables.get(name, frame)) for name, frame in tables.items()}
    quarantine = _quarantine(deliveries, old)
    ingredients = _ingredients(parts, deliveries, before)
    load_id = _note_load(parts, deliveries, ingredients, quarantine.height)
    news = changes_between(old, base, str(load_id), as_of)
    base |= {
        "accounts": resolution.accounts,
        "account_links": resolution.links,
        QUARANTINE: quarantine,
        CHANGES: pl.concat([old[CHANGES].select(news.columns), news]) if before else news,
    }
    with steps("write base"):
        base_id = parts.store.new_layer("base")
        parts.engine.write(base_id, base)
    known = resolution.known
    del base, tables, old, resolution  # a million rows, twice: give them back before results are computed
    results_id = write_results(parts, base_id, as_of, steps)
    publication = parts.store.publish(
        base_id,
        results_id,
        as_of=as_of,
        settings_version=results_version(parts),
        load_id=load_id,
        note=", ".join(delivery.file for delivery in deliveries) or "shaped again",
        known=known,
    )
    if parts.store.prune(parts.settings.load.keep_snapshots):
        parts.engine.sweep(parts.store.live_layers())
    notes = [note for delivery in deliveries for note in delivery.notes]
    return LoadReport(
        changed=True, publication=publication, source_rows=ingredients.source_rows, quarantined=quarantine.height, notes=notes
    )


def _note_load(parts: Parts, deliveries: Sequence[Delivery], ingredients: Ingredients, quarantined: int) -> int:
    record = {"files": ingredients.files, "shaped_by": ingredients.shaped_by, "source_rows": ingredients.source_rows}
    return parts.store.add_load(
        ingredients.key,
        source_id=", ".join(sorted({delivery.source_id for delivery in deliveries})),
        layout=", ".join(sorted({delivery.layout for delivery in deliveries})),
        files=[{"name": path.name, "sha256": sha256} for delivery in deliveries for path, sha256 in delivery.files],
        rows=ingredients.source_rows,
        quality={"ingredients": record, "quarantined": quarantined},
    )


def write_results(parts: Parts, base_id: str, as_of: date, steps: Steps) -> str:
    """Compute the results of a base and write them as a new layer; its name."""
    snapshot = parts.engine.open(base_id, None)
    try:
        results = compute_results(snapshot, Context(as_of, parts.settings), parts.store, steps)
    finally:
        snapshot.close()
    results_id = parts.store.new_layer("results")
    with steps("write results"):
        parts.engine.write(results_id, results)
    return results_id


def _combined(deliveries: Sequence[Delivery]) -> dict[str, pl.DataFrame]:
    """Deliveries of one load, table by table; two files for one table are put one below the other."""
    names = [name for name in delivered_tables() if any(name in delivery.tables for delivery in deliveries)]
    return {name: pl.concat([delivery.tables[name] for delivery in deliveries if name in delivery.tables]) for name in names}


def _quarantine(deliveries: Sequence[Delivery], old: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Quarantined rows of this load, and those of earlier loads for tables that carry forward."""
    columns = canonical_tables()[QUARANTINE].contract.create_empty()
    fresh = {name for delivery in deliveries for name in delivery.source_rows}
    kept = old[QUARANTINE].select(columns.columns).filter(~pl.col("table").is_in(list(fresh))) if QUARANTINE in old else columns
    return pl.concat([kept, *(delivery.quarantine.select(columns.columns) for delivery in deliveries)])


def _ingredients(parts: Parts, deliveries: Sequence[Delivery], before: _Before | None) -> Ingredients:
    files = dict(before.ingredients.files) if before else {}
    fresh: dict[str, list[str]] = {}
    rows: Counter[str] = Counter()
    for delivery in deliveries:
        for name, count in delivery.source_rows.items():
            fresh.setdefault(name, []).extend(sha for _, sha in delivery.files)
            rows[name] += count
    counts = dict(before.ingredients.source_rows) if before else {}
    return Ingredients({**files, **fresh}, shaped_by(parts), {**counts, **rows})
