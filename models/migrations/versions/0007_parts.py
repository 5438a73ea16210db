"""A run, and a person's wish for one, may be about a part: a project, a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ops_run") as table:
        table.alter_column("mode", type_=sa.String(length=200), existing_nullable=False)
    op.add_column("ops_refresh_request", sa.Column("project", sa.String(length=200), nullable=True))
