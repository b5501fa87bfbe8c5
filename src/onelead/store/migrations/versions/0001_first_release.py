"""The records of the first release."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What a migration needs stands in it: it must do the same for ever, whatever becomes of the code around it.


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A point in time."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A text."""
    return sa.Column(name, sa.Text(), nullable=nullable)


def integer(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A number or id."""
    return sa.Column(name, sa.Integer(), nullable=nullable)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key, named as everywhere."""
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Apply."""
    counters = op.create_table("counters", text("name"), integer("value"), key("counters", "name"))
    op.bulk_insert(counters, [{"name": "records", "value": 0}])
    op.create_table("memory", text("namespace"), text("key"), sa.Column("value", sa.JSON(), nullable=False), moment("changed_at"), key("memory", "namespace", "key"))  # fmt: skip
    op.create_table(
        "account_directory",
        *(integer("position"), text("kind"), text("value"), text("account_id")),
        key("account_directory", "position"),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_account_directory_kind")),
    )
    publishing()
    identity_decisions()
    action_events()


def publishing() -> None:
    """Layers, loads, publications and the pointer."""
    op.create_table("layers", text("id"), text("kind"), text("state"), moment("created_at"), moment("changed_at"), key("layers", "id"))
    op.create_table(
        "loads",
        *(integer("id"), text("content_key"), text("state"), text("source_id"), text("layout")),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("files", "rows", "quality")),
        *(moment("created_at"), text("created_by"), text("reason", nullable=True)),
        key("loads", "id"),
    )
    op.create_index("ix_loads_content_key", "loads", ["content_key"])
    op.create_table(
        "publications",
        *(integer("id"), text("base"), text("results"), integer("load_id", nullable=True), sa.Column("as_of", sa.Date(), nullable=False)),
        *(text("settings_version"), text("note"), moment("created_at"), moment("pruned_at", nullable=True)),
        key("publications", "id"),
        sa.ForeignKeyConstraint(["base"], ["layers.id"], name=op.f("fk_publications_base")),
        sa.ForeignKeyConstraint(["results"], ["layers.id"], name=op.f("fk_publications_results")),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_publications_load_id")),
    )
    op.create_table(
        "pointer",
        *(text("name"), integer("publication_id"), moment("moved_at")),
        key("pointer", "name"),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name=op.f("fk_pointer_publication_id")),
    )


def identity_decisions() -> None:
    """What people decided about identities."""
    op.create_table(
        "identity_decisions",
        *(integer("id"), text("decision"), *(text(name, nullable=True) for name in ("kind", "value", "other_kind", "other_value"))),
        *(text("decided_by"), moment("decided_at"), text("note"), integer("undoes", nullable=True)),
        key("identity_decisions", "id"),
        sa.ForeignKeyConstraint(["undoes"], ["identity_decisions.id"], name=op.f("fk_identity_decisions_undoes")),
        sa.UniqueConstraint("undoes", name=op.f("uq_identity_decisions_undoes")),
    )


def action_events() -> None:
    """What people did with actions."""
    op.create_table(
        "action_events",
        *(integer("id"), text("action_id"), text("event"), *(text(name, nullable=True) for name in ("account_id", "type", "subject"))),
        *(
            sa.Column("until", sa.Date()),
            text("why", nullable=True),
            text("outcome", nullable=True),
            text("evidence", nullable=True),
            text("who"),
        ),
        *(sa.Column("as_of", sa.Date()), moment("at"), integer("undoes", nullable=True)),
        key("action_events", "id"),
        sa.ForeignKeyConstraint(["undoes"], ["action_events.id"], name=op.f("fk_action_events_undoes")),
        sa.UniqueConstraint("undoes", name=op.f("uq_action_events_undoes")),
    )
    op.create_index("ix_action_events_action_id", "action_events", ["action_id"])


def downgrade() -> None:
    """Take back."""
    for table in (
        "action_events",
        "identity_decisions",
        "pointer",
        "publications",
        "loads",
        "layers",
        "account_directory",
        "memory",
        "counters",
    ):
        op.drop_table(table)
