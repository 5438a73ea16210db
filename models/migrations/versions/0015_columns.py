"""Which columns of which list a person left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ops_hidden_columns",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("list", sa.String(length=160), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "list"),
    )


def downgrade() -> None:
    op.drop_table("ops_hidden_columns")
