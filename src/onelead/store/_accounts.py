"""The account directory: which source id or name was minted as which account, in the order of minting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from onelead.core.errors import UsageError
from onelead.store._schema import account_directory

if TYPE_CHECKING:
    from onelead.store._database import Database

KNOWN = {"kind": pl.String, "value": pl.String, "account_id": pl.String}


class Accounts:
    """Mixin of Store: the account directory."""

    _db: Database

    def known(self) -> pl.DataFrame:
        """All entries (kind, value, account_id), first minted first."""
        with self._db.read() as connection:
            return read_known(connection)

    def save_known(self, known: pl.DataFrame) -> None:
        """Remember ``known`` and nothing else. Entries that were there keep their place, new ones follow in the order given."""
        with self._db.write() as connection:
            write_known(connection, known)


def read_known(connection: sa.Connection) -> pl.DataFrame:
    """The directory as a frame."""
    columns = (account_directory.c.kind, account_directory.c.value, account_directory.c.account_id)
    rows = connection.execute(sa.select(*columns).order_by(account_directory.c.position)).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=KNOWN, orient="row")


def write_known(connection: sa.Connection, known: pl.DataFrame) -> None:
    """Make the directory hold exactly ``known``, writing only what differs (a load repeats nearly all of it)."""
    missing = [name for name in KNOWN if name not in known.columns]
    if missing:
        raise UsageError(f"The account directory needs the columns {', '.join(KNOWN)}; missing: {', '.join(missing)}.")
    wanted = known.select(pl.col(name).cast(dtype) for name, dtype in KNOWN.items()).unique(
        ["kind", "value"], keep="first", maintain_order=True
    )
    held = read_known(connection)
    gone = held.join(wanted, on=["kind", "value"], how="anti")
    changed = wanted.join(held, on=["kind", "value"], suffix="_held").filter(pl.col("account_id") != pl.col("account_id_held"))
    added = wanted.join(held, on=["kind", "value"], how="anti", maintain_order="left")
    entry = sa.and_(account_directory.c.kind == sa.bindparam("k"), account_directory.c.value == sa.bindparam("v"))
    if gone.height:
        connection.execute(sa.delete(account_directory).where(entry), [{"k": kind, "v": value} for kind, value, _ in gone.rows()])
    if changed.height:
        parameters = [{"k": row["kind"], "v": row["value"], "a": row["account_id"]} for row in changed.rows(named=True)]
        connection.execute(sa.update(account_directory).where(entry).values(account_id=sa.bindparam("a")), parameters)
    if added.height:
        last = connection.execute(sa.select(sa.func.max(account_directory.c.position))).scalar() or 0
        connection.execute(sa.insert(account_directory), added.with_row_index("position", offset=last + 1).rows(named=True))
