"""Two snapshots in one place, so that one query can ask both; neither is copied, neither can be changed.

Beside `models.snapshot` the one module that knows how a DuckDB file is opened for reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from .archive import confine, read_about
from .errors import WarehouseError
from .snapshot import Snapshot

BEFORE, NOW = "before", "now"
_CONFIG = {"threads": 1, "memory_limit": "1GB", "temp_directory": ""}


class Both:
    """Asks two snapshots at once; what it makes of them is temporary."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        # texts are written without parameters: a percent sign is itself
        self._dialect = registry.load("duckdb")(paramstyle="qmark")

    def view(self, name: str, asked: Sequence[tuple[str, Select[Any]]]) -> None:
        """Name the rows of several queries, under one another; each is asked of one of the two.

        Args:
            asked: `BEFORE` or `NOW`, and what is asked of it.
        """
        texts = [self._text(query, where) for where, query in asked]
        self.connection.exec_driver_sql(
            f"CREATE OR REPLACE TEMP VIEW {name} AS " + " UNION ALL ".join(texts)
        )

    def keep(self, name: str, query: Select[Any]) -> None:
        """Keep the rows of a query, which asks what is temporary, as the table `name`."""
        self.connection.exec_driver_sql(
            f"CREATE OR REPLACE TEMP TABLE {name} AS {self._text(query, NOW)}"
        )

    def _text(self, query: Select[Any], where: str) -> str:
        return str(
            query.compile(
                dialect=self._dialect,
                schema_translate_map={None: where},
                render_schema_translate=True,
                compile_kwargs={"literal_binds": True},
            )
        )


@contextmanager
def side_by_side(before: Snapshot, now: Snapshot) -> Iterator[Both]:
    """Open two snapshots beside one another, for reading.

    Raises:
        WarehouseError: one of them is not there any more, or cannot be read.
    """
    engine = create_engine(
        "duckdb:///:memory:", poolclass=StaticPool, connect_args={"config": dict(_CONFIG)}
    )
    try:
        with engine.connect() as connection:
            try:
                kept = [one.path for one in (before, now) if one.closing is not None]
                if kept:
                    connection.exec_driver_sql(confine(*kept))
                for name, one in ((BEFORE, before), (NOW, now)):
                    for statement in _attached(name, one):
                        connection.exec_driver_sql(statement)
                connection.exec_driver_sql("SET enable_external_access = false")
            except (SQLAlchemyError, DBAPIError) as error:
                raise WarehouseError(
                    f"Versions {before.version} and {now.version} of the data cannot be read beside one "
                    f"another: {error}"
                ) from error
            yield Both(connection)
    finally:
        engine.dispose()


def _attached(name: str, one: Snapshot) -> list[str]:
    """The SQL that opens a snapshot under a name."""
    if one.closing is not None:
        return [f"CREATE SCHEMA {name}", *read_about(one.path).views(name)]
    path = str(one.path).replace("'", "''")
    return [f"ATTACH '{path}' AS {name} (READ_ONLY)"]
