"""What changed of the build's inputs since the facts were last built: nothing, these rows, or all."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb


class Changes:
    """The changes of one build, input by input; an input is a staging table, a transform or the day.

    The rows that went and the rows that came are kept in temporary tables of the connection.
    """

    def __init__(self, work: duckdb.DuckDBPyConnection) -> None:
        self._work = work
        self._rows: dict[str, int] = {}
        self._all: set[str] = set()

    @staticmethod
    def table(name: str) -> str:
        """The table that holds the changed rows of an input."""
        return f"changed_{name}"

    def in_all(self, names: Iterable[str]) -> bool:
        """Whether one of the inputs may have changed anywhere."""
        return not self._all.isdisjoint(names)

    def among(self, names: Iterable[str]) -> list[str]:
        """Which of the inputs changed, the names in order."""
        return sorted(name for name in names if name in self._all or self._rows.get(name))

    def all_of(self, name: str) -> None:
        """Note that nobody knows which rows of an input changed."""
        self._all.add(name)
        if name in self._rows:
            self._work.execute(f"DROP TABLE IF EXISTS {self.table(name)}")

    def add(self, name: str, like: str, rows: str) -> int:
        """Note changed rows: those of a SELECT, with the columns of the table `like`."""
        if not self.is_open(name, like):
            return 0
        (added,) = self._work.execute(f"INSERT INTO {self.table(name)} {rows}").fetchone() or (0,)
        self.count(name, added)
        return int(added)

    def is_open(self, name: str, like: str) -> bool:
        """Whether rows may be put into an input's table, which is then there; not if all changed."""
        if name in self._all:
            return False
        if name not in self._rows:
            self._work.execute(
                f"CREATE TEMP TABLE {self.table(name)} AS SELECT * FROM {like} LIMIT 0"
            )
            self._rows[name] = 0
        return True

    def count(self, name: str, added: int) -> None:
        """Note how many rows were put into an input's table."""
        self._rows[name] += added
