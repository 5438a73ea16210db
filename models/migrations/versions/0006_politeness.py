"""Politeness: permits, requests counted by minute, and what is known of each account's limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ops_account",
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("kept_for_others", sa.Integer(), nullable=False),
        sa.Column("left_today", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=64), nullable=True),
        sa.Column("refused_text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "ops_permit",
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("seat", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "seat"),
    )
    op.create_table(
        "ops_quota",
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "minute"),
    )
