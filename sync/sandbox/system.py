"""The rows of one simulated system: what its interfaces serve, and the order in which they changed.

Values are plain Python: int ids, Decimal, date, aware UTC datetime, bool, str, None. How they look on
the wire is each simulator's own affair. Table and column names are the vendor's (for SuiteProjects
Pro: the XML datatype and its element names; REST names are derived by the REST simulator).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field of the account.

    Attributes:
        type: text, integer, decimal, date, moment, flag, list or several (values of a list).
        records: NetSuite's record types that show it, of those that share a table; empty: all.
    """

    table: str
    name: str
    type: str
    label: str
    records: frozenset[str] = frozenset()


class SourceSystem:
    """All tables of one simulated system. Hold `lock` while reading several things at once.

    Attributes:
        version: how many changes of rows there were.
        shape: how often a field was added, dropped, retyped, forbidden or allowed.
        fields: the custom fields, by table and name; `sandbox.fields` changes them.
        forbidden: `table.column` names that the integration's role may not see.
    """

    def __init__(self, name: str, tables: Iterable[SourceTable]) -> None:
        self.name = name
        self.tables = {table.name: table for table in tables}
        self.lock = RLock()
        self.version = 0
        self.shape = 0
        self.fields: dict[tuple[str, str], CustomField] = {}
        self.forbidden: set[str] = set()
        self._changes: list[Change] = []

    def copy(self) -> SourceSystem:
        """The same rows in tables of their own: what changes there changes nothing here."""
        with self.lock:
            made = SourceSystem(
                self.name,
                [
                    replace(table, rows=dict(table.rows), deleted=dict(table.deleted))
                    for table in self.tables.values()
                ],
            )
            made.fields, made.forbidden = dict(self.fields), set(self.forbidden)
        return made

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
            self._keep_custom(table, target.rows.get(key), row)
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

    def _keep_custom(self, table: str, before: Row | None, row: Row) -> None:
        """Whoever saves a record without naming a custom field leaves its value as it was."""
        if before is None:
            return
        for of, name in self.fields:
            if of == table and name not in row and name in before:
                row[name] = before[name]

    def _record(self, table: str, key: Key, row: Row | None) -> None:
        self.version += 1
        self._changes.append(Change(self.version, table, key, row))
