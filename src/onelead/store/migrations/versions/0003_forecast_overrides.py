"""What reps and managers say that they will bring in, beside what categories and models say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "forecast_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["forecast_overrides.id"], name=op.f("fk_forecast_overrides_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_overrides")),
        sa.UniqueConstraint("undoes", name=op.f("uq_forecast_overrides_undoes")),
    )
    op.create_index("ix_forecast_overrides_period_start", "forecast_overrides", ["period_start"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("forecast_overrides")
