"""Who looks after a reconciliation control."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ops_control_owner",
        sa.Column("assignment_id", _Key, nullable=False),
        sa.Column("control", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("assigned_by", sa.String(length=200), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assignment_id"),
    )
    op.create_index("ix_ops_control_owner_control", "ops_control_owner", ["control"])


def downgrade() -> None:
    op.drop_index("ix_ops_control_owner_control", table_name="ops_control_owner")
    op.drop_table("ops_control_owner")
