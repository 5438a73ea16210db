"""The record: one engine for SQLite and PostgreSQL, and the schema brought up to date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from .errors import ConfigError, WarehouseError
from .tables.types import Instant

_BUSY_MS = 30_000
_IDLE_MS = (
    60_000  # PostgreSQL: a process that stands still in mid-transaction gives up its locks then
)
_BEGIN = "oneview_begin"  # execution option: how SQLite opens the transaction
_MIGRATIONS = "models:migrations"
_UPGRADE_LOCK = 4_021_000


def open_record(url: str, *, read_only: bool = False) -> Engine:
    """Open the record; a SQLite file is made on the way, readable by its owner only.

    Args:
        url: a SQLAlchemy URL of SQLite or PostgreSQL.
        read_only: refuse every write, for whoever only shows things.

    Raises:
        ConfigError: the URL is of no engine that the record can live in.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("ONEVIEW_DATABASE_URL is not a database URL.") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(parsed, read_only=read_only)
    if backend == "postgresql":
        return _open_postgresql(parsed, read_only=read_only)
    raise ConfigError(
        f"ONEVIEW_DATABASE_URL names {backend}; the record lives in sqlite or postgresql."
    )


def _open_postgresql(url: URL, *, read_only: bool) -> Engine:
    options = f"-c timezone=UTC -c idle_in_transaction_session_timeout={_IDLE_MS}"
    if read_only:
        options += " -c default_transaction_read_only=on"
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "oneview"},
    )


def _open_sqlite(url: URL, *, read_only: bool) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigError("ONEVIEW_DATABASE_URL: the record needs a file, not SQLite in memory.")
    if not read_only:
        _make_private(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "cache_size = -16384",
            "temp_store = MEMORY",
            *(["query_only = ON"] if read_only else []),
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # Only a new file is opened here: closing one that SQLite has open would end this process's
        # locks on it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise WarehouseError(f"The record {path} cannot be opened: {error.strerror}.") from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: it waits for its turn at the start, never half-way."""
    connection = engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
    with connection, connection.begin():
        yield connection


def record_time(connection: Connection) -> datetime:
    """The record's own time, so that hosts whose clocks differ agree on when a lease runs out."""
    if connection.dialect.name == "postgresql":
        return connection.scalar(select(func.clock_timestamp(type_=Instant))) or datetime.now(UTC)
    return datetime.now(UTC)


def upgrade(engine: Engine) -> None:
    """Bring the record's schema to this version; what is in it stays.

    Raises:
        WarehouseError: the record cannot be reached or changed, or a sync is at work on it.
    """
    from alembic import command  # the web app never migrates
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _MIGRATIONS)
    try:
        with writing(engine) as connection:
            if connection.dialect.name == "postgresql":  # one upgrade after the other
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
            if _is_at_head(connection):
                return
            _refuse_under_a_run(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise WarehouseError(
            f"The record could not be prepared; nothing was changed. {error.orig}"
        ) from error


def _refuse_under_a_run(connection: Connection) -> None:
    """No schema changes under a run: it would go on writing as the former version does."""
    if not inspect(connection).has_table("ops_lease"):
        return
    now = record_time(connection)
    query = text("SELECT owner, expires_at FROM ops_lease WHERE name = 'sync'")
    if connection.dialect.name == "postgresql":
        query = text(f"{query.text} FOR UPDATE")  # a run that starts now waits until we are done
    holder = connection.execute(query.columns(expires_at=Instant)).first()
    if holder is not None and holder.expires_at > now:
        raise WarehouseError(
            f"A sync ({holder.owner}) is at work on the record; nothing was changed. Stop the worker, then "
            "run this again. If it was killed, its hold ends within a minute."
        )


def is_current(engine: Engine) -> bool:
    """Whether the record's schema is the one this version works with."""
    with engine.connect() as connection:
        return _is_at_head(connection)


def _is_at_head(connection: Connection) -> bool:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() == _head(_MIGRATIONS)


@cache
def _head(location: str) -> str | None:
    """The newest migration of this version; to find it, all of them are read."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", location)
    return ScriptDirectory.from_config(config).get_current_head()


def require_current(engine: Engine) -> None:
    """Refuse to work on a record whose tables are of another version.

    Raises:
        WarehouseError: they are.
    """
    if not is_current(engine):
        raise WarehouseError(
            "The record is of another version than this program. Nothing was written. Install the version "
            "that the record is of, or run: oneview db upgrade"
        )
