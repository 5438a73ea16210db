"""Proof and quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Tables of proof and alarms; what a record in quarantine needs to be tried again."""
    _proof()
    _alarms()
    _quarantine()


def _proof() -> None:
    op.create_table(
        "ops_proof",
        sa.Column("proof_id", _KEY, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(length=80), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(length=80), nullable=False),
        sa.Column("source_value", sa.Text(), nullable=True),
        sa.Column("mirror_value", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("keys_total", sa.Integer(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_id"),
    )
    op.create_index("ix_ops_proof_entity", "ops_proof", ["entity", "run_id"], unique=False)
    op.create_table(
        "ops_proof_key",
        sa.Column("proof_key_id", _KEY, nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(length=80), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("record_key", sa.String(length=200), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("proof_key_id"),
    )
    op.create_index("ix_ops_proof_key_entity", "ops_proof_key", ["entity", "run_id"], unique=False)


def _alarms() -> None:
    op.create_table(
        "ops_alarm",
        sa.Column("alarm_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=80), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("alarm_id"),
    )
    op.create_index("ix_ops_alarm_closed_at", "ops_alarm", ["closed_at"], unique=False)


def _quarantine() -> None:
    for column in (
        sa.Column("payload_packed", sa.LargeBinary(), nullable=True),
        sa.Column("payload_bytes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("payload_sha256", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("ops_quarantine", column)
    # what is there already was left out of what readers see
    op.execute(sa.text("UPDATE ops_quarantine SET accepted = true"))
