"""Small things to remember: how the columns of a file were mapped, what was answered. JSON values by namespace and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from onelead.store._database import RECORDS
from onelead.store._schema import counters, memory

if TYPE_CHECKING:
    from onelead.store._database import Database


class Memory:
    """Mixin of Store: key and value, and the version of all records."""

    _db: Database

    def remember(self, namespace: str, key: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Keep ``value`` (anything JSON can say) under a key, in place of what was there."""
        entry = (memory.c.namespace == namespace, memory.c.key == key)
        with self._db.write() as connection:
            connection.execute(sa.delete(memory).where(*entry))
            connection.execute(sa.insert(memory).values(namespace=namespace, key=key, value=value, changed_at=self._db.clock()))

    def recall(self, namespace: str, key: str) -> Any:  # noqa: ANN401 - any JSON
        """What was remembered under a key; None if nothing was."""
        with self._db.read() as connection:
            return connection.execute(sa.select(memory.c.value).where(memory.c.namespace == namespace, memory.c.key == key)).scalar()

    def recall_all(self, namespace: str) -> dict[str, Any]:
        """Everything in a namespace, by key."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(memory.c.key, memory.c.value).where(memory.c.namespace == namespace).order_by(memory.c.key))
            return {str(row.key): row.value for row in rows}

    def forget(self, namespace: str, key: str) -> bool:
        """Forget a key; whether there was something to forget."""
        with self._db.write() as connection:
            return bool(connection.execute(sa.delete(memory).where(memory.c.namespace == namespace, memory.c.key == key)).rowcount)

    def version(self) -> int:
        """A number that every change of a record raises: part of every cache key."""
        with self._db.read() as connection:
            return int(connection.execute(sa.select(counters.c.value).where(counters.c.name == RECORDS)).scalar_one())
