"""Alembic's entry: runs the steps on the connection that `models.database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from models.tables import history, proof  # noqa: F401 - their tables are the record's, too
from models.tables.operations import RECORD

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=RECORD,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
