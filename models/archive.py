"""Closed months as they were: for each a folder of Parquet files, written once, read by every later version.

A folder holds every table of the snapshot that was newest when the month was first seen closed, so that every
number can be asked of it. `about.json` says which they are, with their columns and SHA-256 sums, and the version
of the tables (`SCHEMA`). What a later version has added is empty there; a number that needs it is refused.
"""

from __future__ import annotations

import hashlib
import re
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import URL, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .errors import NoSnapshotError, WarehouseError
from .metrics.catalogue import kpis
from .period import Month
from .snapshot import Closing, Snapshot, describe
from .tables.conformed import SNAPSHOT

SCHEMA = (
    2  # grows when a column of an archive changes its meaning or its name; `_RENAMED` then says how
)
ABOUT = "about.json"
DERIVED = "roll_"  # tables that are made of others are not kept
_FOLDER = re.compile(r"^\d{4}-\d{2}$")
_RENAMED: Mapping[
    int, Mapping[str, Mapping[str, str]]
] = {}  # schema -> table -> name now: name then
_CONFIG = {"threads": 1, "memory_limit": "1GB", "temp_directory": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """One table of an archive: its columns, and how its file must be."""

    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What an archive says of itself.

    Attributes:
        version: of the snapshot it was taken from.
        was_seen: whether One View saw the month being closed; False: it was closed when first mirrored.
    """

    folder: Path
    month: Month
    schema: int
    version: int
    kept_at: datetime
    was_seen: bool
    tables: Mapping[str, TableFile]

    @property
    def bytes(self) -> int:
        """What its files take on disk."""
        return sum(one.bytes for one in self.tables.values())

    @property
    def lacks(self) -> dict[str, frozenset[str]]:
        """Table -> the columns of today's that it does not hold."""
        found = {}
        for name, table in _tables().items():
            kept = self.tables[name].columns if name in self.tables else ()
            known = {column.name for column in table.c}
            missing = {one for one in known if self._then(name, one) not in kept}
            if missing:
                found[name] = frozenset(missing)
        return found

    def views(self, schema: str = "main") -> list[str]:
        """The SQL that makes today's tables of its files, as views."""
        dialect = registry.load("duckdb")()
        lacks, found = self.lacks, []
        for name, table in _tables().items():
            missing = lacks.get(name, frozenset())
            columns = ", ".join(
                f'CAST(NULL AS {column.type.compile(dialect)}) AS "{column.name}"'
                if column.name in missing
                else f'"{self._then(name, column.name)}" AS "{column.name}"'
                for column in table.c
            )
            source = (
                f"FROM read_parquet('{_quoted(self.folder / file_name(name))}')"
                if name in self.tables
                else "WHERE false"
            )
            found.append(
                f'CREATE VIEW IF NOT EXISTS {schema}."{name}" AS SELECT {columns} {source}'
            )
        return found

    def _then(self, table: str, column: str) -> str:
        return _RENAMED.get(self.schema, {}).get(table, {}).get(column, column)

    def check(self) -> None:
        """See that every file is as it was written.

        Raises:
            WarehouseError: one is missing or damaged.
        """
        for name, kept in self.tables.items():
            path = self.folder / file_name(name)
            if not path.is_file():
                raise _damaged(self.folder, f"{path.name} is missing")
            if path.stat().st_size != kept.bytes or sha256_of(path) != kept.sha256:
                raise _damaged(self.folder, f"{path.name} is not as it was written")


class Archives:
    """The folder of archives; None where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._lock = Lock()
        self._open: dict[Month, Snapshot] = {}

    def months(self) -> list[Month]:
        """The months that are kept, the newest first."""
        if self.folder is None or not self.folder.is_dir():
            return []
        names = sorted((path.name for path in self.folder.iterdir()), reverse=True)
        return [Month(int(n[:4]), int(n[5:])) for n in names if _FOLDER.match(n)]

    def about(self, month: Month) -> Archive:
        """What the archive of a month says of itself.

        Raises:
            NoSnapshotError: the month is not kept.
            WarehouseError: the archive is damaged, or of a later version.
        """
        if self.folder is None or month not in self.months():
            raise NoSnapshotError(
                f"{month} was not kept as closed: it is not closed in NetSuite's books, or was closed before "
                "One View began to keep closed months."
            )
        return read_about(self.folder / str(month))

    def closed(self, month: Month) -> Snapshot:
        """The data as they were when a month was closed; its files are checked when it is first opened.

        Raises:
            NoSnapshotError: the month is not kept.
            WarehouseError: the archive is damaged, or of a later version.
        """
        with self._lock:
            if month not in self._open:
                found = self.about(month)
                found.check()
                self._open[month] = open_archive(found)
            return self._open[month]


def file_name(table: str) -> str:
    """The name of a table's file."""
    return f"{table}.parquet"


def sha256_of(path: Path) -> str:
    """The SHA-256 sum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(about: Mapping[str, Any]) -> bytes:
    """What an archive says of itself, with a sum of its own."""
    text = orjson.dumps(about, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps({"about": about, "sha256": hashlib.sha256(text).hexdigest()})


def read_about(folder: Path) -> Archive:
    """Read what an archive says of itself.

    Raises:
        WarehouseError: it is damaged, or of a later version.
    """
    try:
        said = orjson.loads((folder / ABOUT).read_bytes())
        about = said["about"]
        text = orjson.dumps(about, option=orjson.OPT_SORT_KEYS)
        if hashlib.sha256(text).hexdigest() != said["sha256"]:
            raise _damaged(folder, f"{ABOUT} is not as it was written")
        if about["schema"] > SCHEMA:
            raise WarehouseError(
                f"The archive of {folder.name} was written by a later version of One View. Update One View to read it."
            )
        return Archive(
            folder=folder,
            month=Month.from_key(about["month"]),
            schema=about["schema"],
            version=about["version"],
            kept_at=datetime.fromisoformat(about["kept_at"]),
            was_seen=about["was_seen"],
            tables={
                name: TableFile(**{**one, "columns": tuple(one["columns"])})
                for name, one in about["tables"].items()
            },
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, f"{ABOUT} cannot be read") from error


def open_archive(archive: Archive) -> Snapshot:
    """Open an archive as the snapshot it was taken from; nothing outside its folder can be read.

    Raises:
        WarehouseError: it cannot be read.
    """
    mark = hashlib.sha256(str(archive.folder.absolute()).encode()).hexdigest()[:16]
    engine = create_engine(
        URL.create("duckdb", database=f":memory:closed_{mark}"),
        connect_args={"config": dict(_CONFIG)},
    )

    @event.listens_for(engine, "connect")
    def _make_views(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal")
        if not cursor.fetchone()[0]:
            for statement in [confine(archive.folder), *archive.views()]:
                cursor.execute(statement)
            cursor.execute("SET enable_external_access = false")
        cursor.close()

    try:
        with engine.connect() as connection:
            found = describe(connection, archive.folder, engine)
    except (SQLAlchemyError, DBAPIError) as error:
        engine.dispose()
        raise WarehouseError(f"The archive of {archive.month} cannot be read: {error}") from error
    closing = Closing(month=archive.month, kept_at=archive.kept_at, was_seen=archive.was_seen)
    snapshot = replace(found, lacks=archive.lacks, closing=closing)
    weakref.finalize(snapshot, engine.dispose)
    return snapshot


def confine(*folders: Path) -> str:
    """The SQL that lets a database read folders when it may read nothing else."""
    quoted = ", ".join(f"'{_quoted(one)}'" for one in folders)
    return f"SET allowed_directories = [{quoted}]"


def _tables() -> Mapping[str, Any]:
    kpis()  # which declares every fact
    return {name: table for name, table in SNAPSHOT.tables.items() if not name.startswith(DERIVED)}


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("'", "''")


def _damaged(folder: Path, what: str) -> WarehouseError:
    return WarehouseError(
        f"The archive of {folder.name} is damaged: {what}. The numbers as known now are not touched. Put the folder "
        "back from the backup; it is never written again."
    )
