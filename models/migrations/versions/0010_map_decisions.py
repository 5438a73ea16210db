"""What people decided about records that may be one thing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ops_map_decision",
        sa.Column("decision_id", _Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("suiteprojects_id", sa.BigInteger(), nullable=False),
        sa.Column("netsuite_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index(
        "ix_ops_map_decision_pair", "ops_map_decision", ["kind", "suiteprojects_id", "netsuite_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_ops_map_decision_pair", table_name="ops_map_decision")
    op.drop_table("ops_map_decision")
