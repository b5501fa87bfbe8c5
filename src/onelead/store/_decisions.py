"""What people decided about identities: same, different, split. Nothing is ever deleted; an undo is an entry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from onelead.core.errors import UnknownNameError, UsageError
from onelead.store._frames import MOMENT, Columns, frame, new_id
from onelead.store._schema import identity_decisions as table

if TYPE_CHECKING:
    from onelead.store._database import Database

DECISIONS = ("same", "different", "split")
UNDO = "undo"
DECIDED: Columns = {
    "decision_id": pl.Int64,
    "decision": pl.String,
    "kind": pl.String,
    "value": pl.String,
    "other_kind": pl.String,
    "other_value": pl.String,
    "decided_by": pl.String,
    "decided_at": MOMENT,
    "note": pl.String,
}

LOGGED: Columns = {**DECIDED, "undoes": pl.Int64}


class Decisions:
    """Mixin of Store: decisions about identities."""

    _db: Database

    def decide(
        self,
        decision: str,
        *,
        kind: str,
        value: str,
        other_kind: str | None = None,
        other_value: str | None = None,
        by: str = "local",
        note: str = "",
    ) -> int:
        """Remember a decision on (kind, value): "same" as or "different" from (other_kind, other_value), or "split" off. Returns its id."""
        if decision not in DECISIONS:
            raise UnknownNameError("decision", decision, DECISIONS)
        if decision != "split" and (other_kind is None or other_value is None):
            raise UsageError(f"{decision!r} needs two sides.", hint="Name the other id or name as well.")
        values = {"kind": kind, "value": value, "other_kind": other_kind, "other_value": other_value}
        return self._add(decision=decision, decided_by=by, note=note, **values)

    def undo_decision(self, decision_id: int, *, by: str = "local", note: str = "") -> int:
        """Take a decision back. Raises UnknownNameError for one that is not in force. Returns the id of the undo."""
        in_force = self.decisions()["decision_id"].to_list()
        if decision_id not in in_force:
            raise UnknownNameError("decision in force", str(decision_id), [str(entry) for entry in in_force])
        return self._add(decision=UNDO, decided_by=by, note=note, undoes=decision_id)

    def _add(self, **values: Any) -> int:  # noqa: ANN401 - one column each
        with self._db.write() as connection:
            return new_id(connection, sa.insert(table).values(decided_at=self._db.clock(), **values).returning(table.c.id))

    def decisions(self) -> pl.DataFrame:
        """The decisions in force, in the order they were made (schema DECIDED)."""
        undone = sa.select(table.c.undoes).where(table.c.undoes.is_not(None))
        return self._frame(sa.select(table).where(table.c.decision != UNDO, table.c.id.not_in(undone)), DECIDED)

    def decision_log(self) -> pl.DataFrame:
        """Every entry, undone ones and undos included (schema LOGGED)."""
        return self._frame(sa.select(table), LOGGED)

    def _frame(self, statement: sa.Select[Any], columns: Columns) -> pl.DataFrame:
        with self._db.read() as connection:
            rows = connection.execute(statement.order_by(table.c.id)).mappings().all()
        return frame(rows, columns, {"decision_id": "id"})
