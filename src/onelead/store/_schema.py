"""The tables of the operational records. Change them together with a new file in ``migrations/versions``; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

REVISIONS = ("0001", "0002", "0003")
"""All revisions from the first to the newest, so that opening an up-to-date store needs no Alembic. A test compares them with the files."""
HEAD = REVISIONS[-1]


class Moment(TypeDecorator[datetime]):
    """A point in time: always aware, always UTC, on databases that keep time zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. An unaware time is a mistake in the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

bookkeeping = MetaData()
"""Alembic's own table, which its comparisons leave out."""
alembic_version = Table("alembic_version", bookkeeping, Column("version_num", String(32), primary_key=True))

counters = Table("counters", metadata, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))

layers = Table(
    "layers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

loads = Table(
    "loads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content_key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("layout", Text, nullable=False),
    Column("files", JSON, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("quality", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("reason", Text),
    Index("ix_loads_content_key", "content_key"),
)

publications = Table(
    "publications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("base", Text, ForeignKey(layers.c.id), nullable=False),
    Column("results", Text, ForeignKey(layers.c.id), nullable=False),
    Column("load_id", Integer, ForeignKey(loads.c.id)),
    Column("as_of", Date, nullable=False),
    Column("settings_version", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("pruned_at", Moment),
    Column("parent_id", Integer),
)

pointer = Table(
    "pointer",
    metadata,
    Column("name", Text, primary_key=True),
    Column("publication_id", Integer, ForeignKey(publications.c.id), nullable=False),
    Column("moved_at", Moment, nullable=False),
)

account_directory = Table(
    "account_directory",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    UniqueConstraint("kind", "value"),
)

identity_decisions = Table(
    "identity_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("decision", Text, nullable=False),
    Column("kind", Text),
    Column("value", Text),
    Column("other_kind", Text),
    Column("other_value", Text),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", Integer, ForeignKey("identity_decisions.id")),
    UniqueConstraint("undoes"),
)

action_events = Table(
    "action_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("action_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("account_id", Text),
    Column("type", Text),
    Column("subject", Text),
    Column("until", Date),
    Column("why", Text),
    Column("outcome", Text),
    Column("evidence", Text),
    Column("who", Text, nullable=False),
    Column("as_of", Date),
    Column("at", Moment, nullable=False),
    Column("undoes", Integer, ForeignKey("action_events.id")),
    UniqueConstraint("undoes"),
    Index("ix_action_events_action_id", "action_id"),
)

forecast_overrides = Table(
    "forecast_overrides",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period_start", Date, nullable=False),
    Column("side", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("amount", Float),
    Column("currency", Text),
    Column("reason", Text),
    Column("who", Text, nullable=False),
    Column("as_of", Date),
    Column("at", Moment, nullable=False),
    Column("undoes", Integer, ForeignKey("forecast_overrides.id")),
    UniqueConstraint("undoes"),
    Index("ix_forecast_overrides_period_start", "period_start"),
)

memory = Table(
    "memory",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
