"""Plans that people upload."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.tables.types import ExactDecimal

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Member = sa.String(length=40)


def upgrade() -> None:
    op.create_table(
        "ops_plan",
        sa.Column("plan_id", _Key, nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("approved_month", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows_taken", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    op.create_index("ix_ops_plan_version", "ops_plan", ["version"])
    op.create_table(
        "ops_plan_row",
        sa.Column("plan_id", _Key, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("subsidiary", _Member, nullable=True),
        sa.Column("department", _Member, nullable=True),
        sa.Column("customer", _Member, nullable=True),
        sa.Column("project", _Member, nullable=True),
        sa.Column("account", _Member, nullable=True),
        sa.Column("stream", _Member, nullable=True),
        sa.Column("line", _Member, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("amount", ExactDecimal(), nullable=True),
        sa.Column("hours", ExactDecimal(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["ops_plan.plan_id"]),
        sa.PrimaryKeyConstraint("plan_id", "row_number"),
    )
