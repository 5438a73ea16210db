"""Two snapshots in one place, so that one query can ask both; neither is copied, neither can be changed.

Beside `models.snapshot` the one module that knows how a DuckDB file is opened for reading.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Dialect, Select, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from .archive import confine, read_about
from .errors import WarehouseError
from .snapshot import Snapshot

BEFORE, NOW = "before", "now"
_LIMIT = "1GB"
_CONFIG = {"threads": 1, "memory_limit": _LIMIT, "temp_directory": ""}
_KEPT = 2  # pairs that stay open: to open one takes longer than most questions to it
_numbers = count(1)


class Both:
    """Asks two snapshots at once; what it makes of them is temporary."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def keep(
        self, name: str, query: str, of: str, asked: Sequence[tuple[str, Select[Any]]]
    ) -> None:
        """Keep the rows of a query as the temporary table `name`.

        Args:
            query: its text, which asks the rows of several queries, under one another.
            of: what it calls those rows.
            asked: of each of those queries `BEFORE` or `NOW`, and what is asked of it.
        """
        rows = " UNION ALL ".join(text_of(one, where) for where, one in asked)
        self.connection.exec_driver_sql(
            f"CREATE TEMP TABLE {name} AS WITH {of} AS ({rows}) {query}"
        )


def text_of(query: Select[Any], where: str | None = None) -> str:
    """The text of a query that asks `BEFORE`, `NOW` or what is temporary."""
    return str(
        query.compile(
            dialect=_dialect(),
            schema_translate_map={None: where} if where else None,
            render_schema_translate=where is not None,
            compile_kwargs={"literal_binds": True},
        )
    )


@cache
def _dialect() -> Dialect:
    # texts are written without parameters: a percent sign is itself
    found: Dialect = registry.load("duckdb")(paramstyle="qmark")
    return found


class _Pair:
    """Two snapshots that stay open beside one another; who asks them has a connection, and temporary tables, alone.

    What was read of them is not kept in memory when nobody asks.
    """

    def __init__(self, before: Snapshot, now: Snapshot) -> None:
        self._users = 0
        self._engine = create_engine(
            f"duckdb:///:memory:beside_{next(_numbers)}",
            poolclass=NullPool,
            connect_args={"config": dict(_CONFIG)},
        )
        self._open = self._engine.connect()
        try:
            kept = [one.path for one in (before, now) if one.closing is not None]
            if kept:
                self._open.exec_driver_sql(confine(*kept))
            for name, one in ((BEFORE, before), (NOW, now)):
                for statement in _attached(name, one):
                    self._open.exec_driver_sql(statement)
            self._open.exec_driver_sql("SET enable_external_access = false")
            self._open.commit()
        except (SQLAlchemyError, DBAPIError) as error:
            self.close()
            raise WarehouseError(
                f"Versions {before.version} and {now.version} of the data cannot be read beside one "
                f"another: {error}"
            ) from error

    def enter(self) -> Connection:
        """A connection to both; `leave` is told when it is closed."""
        found = self._engine.connect()
        self._users += 1
        return found

    def leave(self) -> None:
        """One asks no more."""
        self._users -= 1
        if self._users == 0 and not self._open.closed:
            for limit in ("1MB", _LIMIT):  # what is over a limit is let go at once
                with suppress(DBAPIError):
                    self._open.exec_driver_sql(f"SET memory_limit = '{limit}'")

    def close(self) -> None:
        """Let go of the files, once nobody asks them any more."""
        self._open.close()
        self._engine.dispose()


class _Pairs:
    """The pairs that were asked last."""

    def __init__(self) -> None:
        self._lock = RLock()  # a snapshot may be let go by whoever holds it
        self._open: OrderedDict[tuple[Any, ...], _Pair] = OrderedDict()

    @contextmanager
    def connected(self, before: Snapshot, now: Snapshot) -> Iterator[Connection]:
        """A connection to two snapshots."""
        with self._lock:
            pair = self._pair(before, now)
            connection = pair.enter()
        try:
            yield connection
        finally:
            with self._lock:
                connection.close()
                pair.leave()

    def _pair(self, before: Snapshot, now: Snapshot) -> _Pair:
        key = tuple((one.path, one.version, one.built_at) for one in (before, now))
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = _Pair(before, now)
            for one in (before, now):
                weakref.finalize(one, self._forget, key).atexit = False
            while len(self._open) > _KEPT:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return found

    def _forget(self, key: tuple[Any, ...]) -> None:
        with self._lock:
            pair = self._open.pop(key, None)
            if pair is not None:
                pair.close()


_PAIRS = _Pairs()


@contextmanager
def side_by_side(before: Snapshot, now: Snapshot) -> Iterator[Both]:
    """Open two snapshots beside one another, for reading; they stay open while both are held.

    Raises:
        WarehouseError: one of them is not there any more, or cannot be read.
    """
    with _PAIRS.connected(before, now) as connection:
        yield Both(connection)


def _attached(name: str, one: Snapshot) -> list[str]:
    """The SQL that opens a snapshot under a name."""
    if one.closing is not None:
        return [f"CREATE SCHEMA {name}", *read_about(one.path).views(name)]
    path = str(one.path).replace("'", "''")
    return [f"ATTACH '{path}' AS {name} (READ_ONLY)"]
