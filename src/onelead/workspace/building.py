"""Build a base from what was delivered and what is carried forward, compute its results, publish both."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import WorkspaceError
from onelead.identity import Directory, resolve
from onelead.metrics import metrics
from onelead.models import models
from onelead.rules import rules
from onelead.tables import canonical_tables, delivered_tables, newest_export
from onelead.workspace.basis import (
    CHANGES,
    QUARANTINE,
    Ingredients,
    changes_between,
    merged,
    repeated,
    shrunk,
    stored,
)
from onelead.workspace.model_files import ModelFiles
from onelead.workspace.refreshing import compute_results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.sources import Delivery
    from onelead.store import Publication
    from onelead.workspace.progress import Steps
    from onelead.workspace.wiring import Parts


@dataclass(frozen=True)
class Published:
    """The published base that a load starts from."""

    publication: Publication
    tables: dict[str, pl.DataFrame]
    ingredients: Ingredients


@dataclass(frozen=True)
class Built:
    """What was published, and what a person should know of it."""

    publication: Publication
    source_rows: dict[str, int]
    quarantined: int
    notes: list[str]


def published(parts: Parts) -> Published | None:
    """What is published now, or None."""
    current = parts.store.current()
    if current is None:
        return None
    snapshot = parts.engine.open(current.base, current.results)
    try:
        held = set(snapshot.tables())
        tables = {name: snapshot.frame(name) for name in [*delivered_tables(), CHANGES, QUARANTINE] if name in held}
    finally:
        snapshot.close()
    made_by = parts.store.load_of(current.id)
    if made_by is None:
        raise WorkspaceError(f"Snapshot {current.id} names no load.", hint="Run `onelead doctor`.")
    return Published(current, tables, Ingredients(**made_by.quality["ingredients"]))


def results_version(parts: Parts) -> str:
    """Version of what results depend on besides base and date: all settings, outcomes that people recorded, models they put back, this release.

    Ask for it before the results are computed: an outcome recorded meanwhile then shows as a difference to the next refresh.
    """
    outcomes = parts.store.recorded_outcomes().select("action_id", "account_id", "as_of", "outcome").sort("action_id")
    texts = outcomes.write_csv() + ModelFiles(parts.models).pins() + _computed_by()
    return f"{parts.settings.results_version}-{hashlib.sha256(texts.encode()).hexdigest()[:8]}"


@cache
def _computed_by() -> str:
    """What computes results, and into which columns: a release that brings a rule or a model has something to say of an older snapshot."""
    tables = {name: sorted(table.stored) for name, table in canonical_tables().items() if table.layer == "results"}
    return json.dumps([version("onelead"), sorted(models()), sorted(rules()), sorted(metrics()), tables])


def shaped_by(parts: Parts) -> str:
    """Version of everything besides the files that shapes a base: its columns, the settings of loading and identity, people's decisions.

    Ask for it before the decisions are read, for the same reason.
    """
    settings = parts.settings
    columns = ",".join(f"{name}.{column}" for name, table in delivered_tables().items() for column in table.stored)
    texts = [settings.load.model_dump_json(), settings.identity.model_dump_json(), str(parts.store.decision_log().height), columns]
    return hashlib.sha256("|".join(texts).encode()).hexdigest()[:12]


def build(parts: Parts, deliveries: Sequence[Delivery], before: Published | None, as_of: date | None, steps: Steps) -> Built:
    """A new base of ``deliveries`` over ``before``, with its results, published. The caller holds the writer lock."""
    new = _combined(deliveries)
    old = before.tables if before else {}
    tables = merged(new, old)
    day, notes = _day(parts, tables, as_of)
    notes = [*(note for delivery in deliveries for note in delivery.notes), *repeated(deliveries), *shrunk(new, old), *notes]
    ingredients = _ingredients(shaped_by(parts), deliveries, before)
    with steps("identity"):
        resolution = resolve(tables, Directory(parts.store.known(), parts.store.decisions()), parts.settings.identity)
        base = {name: stored(name, resolution.tables.get(name, frame)) for name, frame in tables.items()}
    quarantine = _quarantine(deliveries, old)
    load_id = _note_load(parts, deliveries, ingredients, quarantine.height)
    news = changes_between(old, base, str(load_id), day)
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
    del base, tables, old, new, resolution  # a million rows, twice: give them back before results are computed
    version = results_version(parts)
    results_id = write_results(parts, base_id, day, steps)
    publication = parts.store.publish(
        base_id,
        results_id,
        as_of=day,
        settings_version=version,
        load_id=load_id,
        note=", ".join(delivery.file for delivery in deliveries) or "shaped again",
        known=known,
    )
    if parts.store.prune(parts.settings.load.keep_snapshots):
        parts.engine.sweep(parts.store.live_layers())
    return Built(publication, ingredients.source_rows, quarantine.height, notes)


def _day(parts: Parts, tables: dict[str, pl.DataFrame], as_of: date | None) -> tuple[date, list[str]]:
    """The as-of date: the one given, else the newest export date in the data, else today; and a note where it is today."""
    if as_of is not None:
        return as_of, []
    today = parts.today()
    exported = newest_export(tables, today)
    if exported is not None:
        return exported, []
    return today, [f"The data name no export date: numbers are as of today, {today}. Name another with --as-of."]


def _note_load(parts: Parts, deliveries: Sequence[Delivery], ingredients: Ingredients, quarantined: int) -> int:
    return parts.store.add_load(
        ingredients.key,
        source_id=", ".join(sorted({delivery.source_id for delivery in deliveries})),
        layout=", ".join(sorted({delivery.layout for delivery in deliveries})),
        files=[{"name": path.name, "sha256": sha256} for delivery in deliveries for path, sha256 in delivery.files],
        rows=ingredients.source_rows,
        quality={"ingredients": asdict(ingredients), "quarantined": quarantined},
    )


def write_results(parts: Parts, base_id: str, as_of: date, steps: Steps) -> str:
    """Compute the results of a base and write them as a new layer; its name."""
    snapshot = parts.engine.open(base_id, None)
    try:
        files = ModelFiles(parts.models)
        results = compute_results(snapshot, Context(as_of, parts.settings), parts.store, steps, files.incumbent)
    finally:
        snapshot.close()
    results_id = parts.store.new_layer("results")
    with steps("write results"):
        parts.engine.write(results_id, results.tables)
        for model, artefact in results.learned.items():
            files.keep(model, artefact)
            files.prune(model, parts.settings.models.keep_versions)
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


def _ingredients(shaped: str, deliveries: Sequence[Delivery], before: Published | None) -> Ingredients:
    files: dict[str, list[str]] = {}
    delivers: dict[str, list[str]] = {}
    rows: Counter[str] = Counter()
    for delivery in deliveries:
        for _, sha256 in delivery.files:
            delivers[sha256] = sorted(delivery.source_rows)
        for name, count in delivery.source_rows.items():
            files.setdefault(name, []).extend(sha256 for _, sha256 in delivery.files)
            rows[name] += count
    old = before.ingredients if before else Ingredients({}, "")
    return Ingredients({**old.files, **files}, shaped, {**old.source_rows, **rows}, {**old.delivers, **delivers})
