"""A DuckDB in memory that holds the tables of a source system, for SuiteQL to run on."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

import duckdb
import pyarrow as pa

from ..system import Change, Key, Row, SourceSystem
from .columns import STORAGE, Kind, kind_of_values, read_column, to_arrow, widened
from .config import NetSuiteConfig
from .deletions import deletion_row, deletion_rows
from .schema import DELETED, DELETED_COLUMNS, EMPTY_TABLES, transaction_statuses

Columns = dict[str, Kind]
_STATUS = "transactionstatus"


class Tables(Protocol):
    """What a query can name, and what it finds there."""

    def offers(self, table: str) -> bool:
        """Whether the account has this table and the role may read it."""

    def columns(self, table: str) -> Columns:
        """The columns of a table that `offers` said yes to, and what each holds."""


class Mirror:
    """Loads a table when it is first asked for and follows the system's changes."""

    def __init__(self, system: SourceSystem, config: NetSuiteConfig) -> None:
        self._system = system
        self._off = frozenset(name.lower() for name in config.tables_off)
        self._columns_off = frozenset(name.lower() for name in config.columns_hidden)
        self._lock = threading.RLock()
        self._columns: dict[str, Columns] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._loaded_at: dict[str, int] = {}
        self._applied = system.version
        self._followed = system.shape
        self._database = duckdb.connect(
            ":memory:", config={"enable_external_access": "false", "autoload_known_extensions": 0}
        )
        # Nothing in a query text may reach beyond the tables; instants show in the account's zone.
        self._database.execute("SET GLOBAL TimeZone = ?", [config.time_zone])
        self._database.execute("SET GLOBAL late_materialization_max_rows = 2000")
        self._database.execute("CREATE TABLE dual AS SELECT 'X' AS dummy")

    @property
    def version(self) -> int:
        """The system's version that the loaded tables stand at."""
        return self._applied

    def offers(self, table: str) -> bool:
        """Whether the account has this table and the role may read it."""
        if table in self._off:
            return False
        known = (DELETED, _STATUS, "dual")
        return table in self._system.tables or table in EMPTY_TABLES or table in known

    def names(self) -> list[str]:
        """All tables a query can name."""
        names = {*self._system.tables, *EMPTY_TABLES, DELETED, _STATUS} - self._off
        return sorted(names)

    def columns(self, table: str) -> Columns:
        """The columns of a table that `offers` said yes to, and what each holds."""
        if table == "dual":
            return {"dummy": Kind.TEXT}
        with self._lock:
            if table not in self._columns:
                self._load(table)
            return self._columns[table]

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for one request, after all changes so far were applied."""
        with self._lock:
            self._reshape()
            self._follow()
            return self._database.cursor()

    def _reshape(self) -> None:
        """Forget the tables whose fields were added, dropped, retyped, forbidden or allowed."""
        with self._system.lock:
            if self._system.shape == self._followed:
                return
            self._followed = self._system.shape
        for table in [name for name in self._columns if name in self._system.tables]:
            self._database.execute(f'DROP TABLE "{table}"')
            del self._columns[table], self._keys[table], self._loaded_at[table]

    def _load(self, table: str) -> None:
        with self._system.lock:
            columns, key, rows = self._source(table)
            version = self._system.version
        off = self._columns_off | self._system.forbidden
        columns = tuple(name for name in columns if f"{table}.{name}" not in off)
        read = {name: read_column(name, rows) for name in columns}
        kinds = {name: kind for name, (kind, _) in read.items()}
        arrays = [array for _, array in read.values()]
        self._database.register("incoming", pa.table(arrays, names=list(columns)))
        order = ", ".join(f'"{name}"' for name in key if name in kinds)
        sql = f'CREATE TABLE "{table}" AS SELECT * FROM incoming'  # noqa: S608 - names are ours
        self._database.execute(f"{sql} ORDER BY {order}" if order else sql)
        self._database.unregister("incoming")
        self._columns[table] = kinds
        self._keys[table] = key
        self._loaded_at[table] = version

    def _source(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...], list[Row]]:
        if table == DELETED:
            return self._deleted()
        if table == _STATUS and table not in self._system.tables:
            return ("id", "trantype", "name", "fullname"), (), [*transaction_statuses()]
        if table in self._system.tables:
            source = self._system.tables[table]
            return source.columns, source.key, [*source.rows.values()]
        return EMPTY_TABLES[table], (), []

    def _deleted(self) -> tuple[tuple[str, ...], tuple[str, ...], list[Row]]:
        rows: dict[Key, Row] = {}
        listed = self._system.tables.get(DELETED)
        for row in [*deletion_rows(self._system), *(listed.rows.values() if listed else ())]:
            rows[(row["recordtypeid"], row["recordid"])] = row
        columns = listed.columns if listed else ()
        return (
            tuple(dict.fromkeys((*DELETED_COLUMNS, *columns))),
            ("recordtypeid", "recordid"),
            [*rows.values()],
        )

    def _follow(self) -> None:
        if self._system.version == self._applied:
            return
        with self._system.lock:
            changes = [*self._system.since(self._applied)]
            deletions = self._deletions(changes)
        latest: dict[str, dict[Key, Row | None]] = {}
        for change in changes:
            if change.version > self._loaded_at.get(change.table, change.version):
                latest.setdefault(change.table, {})[change.key] = change.row
        if deletions and DELETED in self._columns:
            latest.setdefault(DELETED, {}).update(deletions)
        for table, rows in latest.items():
            self._replace(table, rows)
        self._applied = changes[-1].version

    def _deletions(self, changes: Iterable[Change]) -> dict[Key, Row | None]:
        rows: dict[Key, Row | None] = {}
        for change in changes:
            table = self._system.tables[change.table]
            row = deletion_row(table, change.key) if change.row is None else None
            if row is not None:
                rows[(row["recordtypeid"], row["recordid"])] = row
        return rows

    def _replace(self, table: str, rows: Mapping[Key, Row | None]) -> None:
        key = self._keys[table]
        present = [row for row in rows.values() if row is not None]
        self._widen(table, present)
        kinds = self._columns[table]
        names = [name for name in key if name in kinds]
        positions = [key.index(name) for name in names]
        keys = [to_arrow([k[at] for k in rows], kinds[key[at]]) for at in positions]
        arrays = [to_arrow([row.get(name) for row in present], kinds[name]) for name in kinds]
        same = " AND ".join(f'"{table}"."{name}" = gone."{name}"' for name in names)
        database = self._database
        database.register("gone", pa.table(keys, names=names))
        database.register("incoming", pa.table(arrays, names=list(kinds)))
        database.execute("BEGIN")
        database.execute(f'DELETE FROM "{table}" USING gone WHERE {same}')  # noqa: S608 - as above
        database.execute(f'INSERT INTO "{table}" SELECT * FROM incoming')  # noqa: S608
        database.execute("COMMIT")
        database.unregister("gone")
        database.unregister("incoming")

    def _widen(self, table: str, rows: list[Row]) -> None:
        kinds = self._columns[table]
        for name, kind in kinds.items():
            needed = widened(kind, kind_of_values(row.get(name) for row in rows))
            if needed is not kind:
                self._database.execute(
                    f'ALTER TABLE "{table}" ALTER "{name}" TYPE {STORAGE[needed].sql}'
                )
                self._columns[table] = {**self._columns[table], name: needed}
