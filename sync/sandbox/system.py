"""The rows of one simulated system: what its interfaces serve, and the order in which they changed.

Values are plain Python: int ids, Decimal, date, aware UTC datetime, bool, str, None. How they look on
the wire is each simulator's own affair. Table and column names are the vendor's (for SuiteProjects
Pro: the XML datatype and its element names; REST names are derived by the REST simulator).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(slots=True)
class SourceTable:
    """One table. `key` names its identifying columns, `modified` the column that dates a change."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    modified: str | None
    rows: dict[Key, Row] = field(default_factory=dict)
    deleted: dict[Key, tuple[Row, datetime]] = field(default_factory=dict)

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The identity of a row."""
        return tuple(row[column] for column in self.key)


@dataclass(frozen=True, slots=True)
class Change:
    """One change, in the order they happened: the row as it is now, or None when it was deleted."""

    version: int
    table: str
    key: Key
    row: Row | None


class SourceSystem:
    """All tables of one simulated system. Hold `lock` while reading several things at once."""

    def __init__(self, name: str, tables: Iterable[SourceTable]) -> None:
        self.name = name
        self.tables = {table.name: table for table in tables}
        self.lock = RLock()
        self.version = 0
        self._changes: list[Change] = []

    def load(self, table: str, rows: Iterable[Row]) -> None:
        """Put many rows at once, as the world does when it is made; not recorded as changes."""
        with self.lock:
            target = self.tables[table]
            target.rows.update((target.key_of(row), row) for row in rows)

    def put(self, table: str, row: Row) -> None:
        """Insert or replace a row."""
        with self.lock:
            target = self.tables[table]
            key = target.key_of(row)
            target.rows[key] = row
            target.deleted.pop(key, None)
            self._record(table, key, row)

    def remove(self, table: str, key: Key, at: datetime) -> None:
        """Delete a row; it is kept among the deleted ones with the moment of its deletion."""
        with self.lock:
            target = self.tables[table]
            target.deleted[key] = (target.rows.pop(key), at)
            self._record(table, key, None)

    def since(self, version: int) -> Iterator[Change]:
        """The changes after `version`, oldest first."""
        with self.lock:
            return iter([change for change in self._changes if change.version > version])

    def _record(self, table: str, key: Key, row: Row | None) -> None:
        self.version += 1
        self._changes.append(Change(self.version, table, key, row))
