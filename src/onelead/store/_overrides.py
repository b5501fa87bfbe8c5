"""What reps and managers say that a quarter will bring. Entries are only ever added; the newest that was not taken back is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from onelead.core.errors import ConflictError, UnknownNameError, UsageError
from onelead.store._frames import MOMENT, Columns, frame, new_id
from onelead.store._schema import forecast_overrides as table

if TYPE_CHECKING:
    from datetime import date

    from onelead.store._database import Database

SIDES, LEVELS, MEASURES = ("rep", "manager"), ("rep", "team"), ("commit", "most_likely", "best_case")
KEY = ("period_start", "side", "level", "subject", "measure")
OVERRIDE: Columns = {
    "override_id": pl.Int64,
    "period_start": pl.Date,
    "side": pl.String,
    "level": pl.String,
    "subject": pl.String,
    "measure": pl.String,
    "amount": pl.Float64,
    "currency": pl.String,
    "reason": pl.String,
    "who": pl.String,
    "as_of": pl.Date,
    "at": MOMENT,
    "undoes": pl.Int64,
    "state": pl.String,
}
"""``state``: in force, replaced (by a newer one), taken back, or undo (the entry that took another back)."""


class Overrides:
    """Mixin of Store: numbers that people put beside computed ones."""

    _db: Database

    def override(
        self,
        period_start: date,
        side: str,
        level: str,
        subject: str,
        measure: str,
        amount: float,
        *,
        currency: str,
        reason: str,
        as_of: date,
        who: str = "local",
    ) -> int:
        """Say what a rep (by id) or a team (by name) will bring in the quarter that begins then. Returns the entry's id.

        ``side`` is whose number it is: the rep's own, or the manager's. Raises UnknownNameError, and UsageError for a negative amount or
        without a reason.
        """
        for given, known, what in ((side, SIDES, "side"), (level, LEVELS, "level"), (measure, MEASURES, "measure")):
            if given not in known:
                raise UnknownNameError(what, given, known)
        if not 0 <= amount < float("inf"):
            raise UsageError(f"The amount is {amount:g}.", hint="Give what the whole quarter will bring, 0 or more.")
        if not reason.strip():
            raise UsageError("An override needs a reason.", hint="Say why in a few words: it stands beside the number.")
        values = dict(zip(KEY, (period_start, side, level, subject, measure), strict=True))
        with self._db.write() as connection:
            return self._said(connection, **values, amount=amount, currency=currency, reason=reason.strip(), as_of=as_of, who=who)

    def undo_override(self, override_id: int, *, who: str = "local") -> int:
        """Take the override in force back; the one before it holds again. Raises UnknownNameError, and ConflictError for one that no longer holds."""
        with self._db.write() as connection:  # looked at while nobody else writes: two who take the same back must not both do so
            found = _log(connection).filter((pl.col("override_id") == override_id) & (pl.col("state") != "undo"))
            if found.is_empty():
                raise UnknownNameError("override", str(override_id), [])
            entry = found.row(0, named=True)
            if entry["state"] != "in force":
                raise ConflictError(f"The override {override_id} is {entry['state']}.", hint="Look at the history: a newer entry holds.")
            return self._said(connection, **{name: entry[name] for name in KEY}, undoes=override_id, who=who)

    def overrides(self) -> pl.DataFrame:
        """Those in force, one a key of ``KEY`` (schema OVERRIDE)."""
        return self.override_log().filter(pl.col("state") == "in force")

    def override_log(self) -> pl.DataFrame:
        """Every entry, the oldest first (schema OVERRIDE)."""
        with self._db.read() as connection:
            return _log(connection)

    def _said(self, connection: sa.Connection, **values: Any) -> int:  # noqa: ANN401 - one column each
        return new_id(connection, sa.insert(table).values(at=self._db.clock(), **values).returning(table.c.id))


def _log(connection: sa.Connection) -> pl.DataFrame:
    rows = connection.execute(sa.select(table, sa.literal("").label("state")).order_by(table.c.id)).mappings().all()
    entries = frame(rows, OVERRIDE, {"override_id": "id"})
    back = entries["undoes"].drop_nulls()
    gone = pl.col("override_id").is_in(back.implode())
    newest = pl.col("override_id") == pl.col("override_id").filter(pl.col("undoes").is_null() & ~gone).max().over(KEY)
    state = pl.when(pl.col("undoes").is_not_null()).then(pl.lit("undo")).when(gone).then(pl.lit("taken back"))
    return entries.with_columns(state.when(newest).then(pl.lit("in force")).otherwise(pl.lit("replaced")).alias("state"))
