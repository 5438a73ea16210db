"""Makes tables that are not there: each of one SELECT, with declared types, in order."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import duckdb
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Table

from ..transforms.transform import Transform

_COMMITTED = 5_000  # rows, after which they are committed: until then they stay in memory
_HELD = 24 * 2**20  # bytes that committed rows may hold before they are written to their file
_DIALECT = Dialect()
_log = logging.getLogger(__name__)


class Making:
    """Makes one table after another; small ones of one file are committed together, for each waits for the disk.

    Each column of a new table holds a block in memory until a checkpoint writes it. DuckDB makes one by itself
    only after many rows, which a small firm's two hundred tables never have: they would fill the memory, and the
    last checkpoint, which holds them all, would fail.
    """

    def __init__(self, work: duckdb.DuckDBPyConnection) -> None:
        self._work = work
        self._left = 0  # bytes held after the last checkpoint: they are not of tables in a file
        self._rows = 0
        self._open: list[Transform] = []

    def make(self, transform: Transform) -> None:
        """Make a table; it is committed with those that follow."""
        if self._open and (self._open[0].file != transform.file or self._rows > _COMMITTED):
            self.end()
        if not self._open:
            self._work.execute("BEGIN")
        self._open.append(transform)
        try:
            self._rows += make_table(self._work, transform)
        except duckdb.OutOfMemoryException:
            self._again()

    def end(self) -> None:
        """Commit what was made."""
        if self._open:
            self._work.execute("COMMIT")
            self._open, self._rows = [], 0
            self.committed()

    def committed(self) -> None:
        """Write what was committed, here or by others, to its file if it holds much memory."""
        if self._held() - self._left > _HELD:
            for file in ("mirror", "facts"):
                self._work.execute(f"CHECKPOINT {file}")
            self._left = self._held()

    def _held(self) -> int:
        (held,) = self._work.execute(
            "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
        ).fetchone() or (0,)
        return int(held)

    def _again(self) -> None:
        """Make what is not committed once more, each table by itself and with more memory."""
        take_back(self._work)
        with more_memory(self._work, self._open[-1:]):
            for transform in self._open:
                self._work.execute("BEGIN")
                make_table(self._work, transform)
                self._work.execute("COMMIT")
        self._open, self._rows = [], 0
        self.committed()


def take_back(work: duckdb.DuckDBPyConnection) -> None:
    """End a transaction that failed, if there is one."""
    with suppress(duckdb.TransactionException):
        work.execute("ROLLBACK")


@contextmanager
def more_memory(work: duckdb.DuckDBPyConnection, needing: Sequence[Transform]) -> Iterator[None]:
    """Twice the memory for a while: a join of many tables needs some for each, whatever goes to files.

    Args:
        needing: the tables it is for, to be named in the log.
    """
    (usual,) = work.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
    number, unit = str(usual).split()
    _log.warning(
        "%s could not be made with %s; twice of it is taken. Raise ONEVIEW_BUILD_MEMORY_MB to make it at once.",
        ", ".join(transform.key for transform in needing), usual,
    )  # fmt: skip
    work.execute(f"SET memory_limit = '{2 * float(number)}{unit}'")
    try:
        yield
    finally:
        with suppress(duckdb.OutOfMemoryException):  # what is still held goes with the connection
            work.execute(f"SET memory_limit = '{usual}'")


def make_table(work: duckdb.DuckDBPyConnection, transform: Transform) -> int:
    """Make the table of one transform, whatever there was; return its rows."""
    work.execute(f"DROP TABLE IF EXISTS {transform.place}")
    if transform.target is None:
        made = work.execute(f"CREATE TABLE {transform.place} AS {transform.sql}")
    else:
        create_table(work, transform.target)
        made = work.execute(
            f"INSERT INTO {transform.place} BY NAME SELECT * FROM ({transform.sql}) "
            f"ORDER BY {order_of(transform.target)}"
        )
    (rows,) = made.fetchone() or (0,)
    return int(rows)


def create_table(work: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create a snapshot's table with its declared types."""
    columns = ", ".join(
        f'"{column.name}" {column.type.compile(dialect=_DIALECT)}' for column in table.columns
    )
    work.execute(f"CREATE TABLE facts.{table.name} ({columns})")


def order_of(table: Table) -> str:
    """By month, then key: what a question scans lies together."""
    first = [name for name in ("month", "project_key", "day") if name in table.c]
    if table.name.startswith("dim_"):
        first = []
    names = dict.fromkeys([*first, *(column.name for column in table.columns)])
    return ", ".join(f'"{name}"' for name in names)
