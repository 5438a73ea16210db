"""What people note on time series."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ops_note",
        sa.Column("note_id", _Key, nullable=False),
        sa.Column("kpi", sa.String(length=80), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_index("ix_ops_note_day", "ops_note", ["day"])


def downgrade() -> None:
    op.drop_index("ix_ops_note_day", table_name="ops_note")
    op.drop_table("ops_note")
