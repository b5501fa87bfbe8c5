"""Which publication readers saw when another was made, so that one that was taken back is no longer "the one before"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Earlier rollbacks were not written down: each publication is taken to follow the one made before it."""
    op.add_column("publications", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE publications SET parent_id = (SELECT MAX(earlier.id) FROM publications AS earlier WHERE earlier.id < publications.id)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("publications", "parent_id")
