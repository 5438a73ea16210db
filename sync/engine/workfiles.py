"""The work files: the mirror with the helpers, and the facts; what was made of what, and by which words.

The facts are those of the mirror if both bear the same mark. Whoever changes the mirror takes its mark
away in the same transaction, and sets a new one on both when the facts have followed: so a build that
ended in the middle, a lost file and a foreign one look alike, and the facts are made anew.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from models.errors import WarehouseError

from ..transforms.macros import MACROS
from ..transforms.transform import Transform

MIRROR, FACTS = "mirror.duckdb", "facts.duckdb"
_SPILL = "spill"
_LAYOUT = 1  # of the files and of how they are renewed; a new one makes all facts anew
_PACKAGE = "oneview-psa-erp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a build may take of the machine."""

    memory_mb: int = 100
    threads: int = 1

    def config(self, folder: Path) -> dict[str, str | bool | int | float | list[str]]:
        """DuckDB's settings; what does not fit in memory goes to files in the folder."""
        return {
            "memory_limit": f"{self.memory_mb}MB",
            "threads": self.threads,
            "temp_directory": str(folder / _SPILL),
        }

    def halve(self, work: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB take half of the memory for a while."""
        work.execute(f"SET memory_limit = '{self.memory_mb // 2}MB'")

    def restore(self, work: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB take all of it again."""
        work.execute(f"SET memory_limit = '{self.memory_mb}MB'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The facts that are there, and of what they were made.

    Attributes:
        made: key -> fingerprint of the declaration that made its table.
        unsorted: key -> rows that were put behind the others since it was written in order.
        today: the day they speak of.
    """

    made: Mapping[str, str]
    unsorted: Mapping[str, int]
    today: date | None


NOTHING = Known(made={}, unsorted={}, today=None)


def open_work_file(path: Path, limits: Limits = Limits()) -> duckdb.DuckDBPyConnection:
    """Open a work file for writing; one that cannot be read is thrown away.

    Raises:
        WarehouseError: another process has it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = limits.config(path.parent)
    try:
        return duckdb.connect(path, config=config)
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise _held(path) from error
        discard(path)
        return duckdb.connect(path, config=config)


def _held(path: Path) -> WarehouseError:
    return WarehouseError(
        f"Another process is building the warehouse in {path.parent}; nothing was changed. "
        "Try again when it has finished."
    )


def discard(path: Path) -> None:
    """Delete a work file and its log; both can be made again."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def attach_facts(work: duckdb.DuckDBPyConnection, path: Path) -> Known:
    """Attach the facts file as `facts` beside the mirror, and tell what is known of it.

    A file that cannot be read, or that was not made of this mirror, is begun anew.

    Raises:
        WarehouseError: another process has it open.
    """
    try:
        _attach(work, path)
        known = _known(work)
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise _held(path) from error
        known = NOTHING
    if known is NOTHING:
        begin_facts(work, path)
    return known


def begin_facts(work: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach an empty facts file, whatever there was."""
    work.execute("DETACH DATABASE IF EXISTS facts")
    discard(path)
    _attach(work, path)


def _attach(work: duckdb.DuckDBPyConnection, path: Path) -> None:
    work.execute(f"ATTACH '{quoted(path)}' AS facts")


def _known(work: duckdb.DuckDBPyConnection) -> Known:
    """What the marks say; `NOTHING` unless both files bear the same one."""
    try:
        row = work.execute(
            "SELECT m.today FROM mirror.built m JOIN facts.built f ON f.mark = m.mark"
        ).fetchone()
        made = work.execute("SELECT key, fingerprint, unsorted FROM mirror.made").fetchall()
    except duckdb.CatalogException:
        return NOTHING
    if row is None:
        return NOTHING
    return Known(
        made={key: fingerprint for key, fingerprint, _ in made},
        unsorted={key: unsorted for key, _, unsorted in made},
        today=row[0],
    )


def unmark(work: duckdb.DuckDBPyConnection) -> None:
    """Within the transaction that changes the mirror: its facts are no more what it holds."""
    work.execute("CREATE TABLE IF NOT EXISTS mirror.built (mark VARCHAR, today DATE)")
    work.execute("DELETE FROM mirror.built")


def mark(work: duckdb.DuckDBPyConnection, known: Known) -> None:
    """The facts have followed: write down of what they are, the facts' file first."""
    name = uuid.uuid4().hex
    work.execute("CREATE OR REPLACE TABLE facts.built AS SELECT CAST(? AS VARCHAR) AS mark", [name])
    work.execute("CHECKPOINT facts")
    work.execute("BEGIN")
    work.execute(
        "CREATE OR REPLACE TABLE mirror.made (key VARCHAR, fingerprint VARCHAR, unsorted BIGINT)"
    )
    told = [
        value
        for key, text in known.made.items()
        for value in (key, text, known.unsorted.get(key, 0))
    ]
    rows = ", ".join(["(?, ?, ?)"] * len(known.made))
    work.execute(f"INSERT INTO mirror.made VALUES {rows}", told)
    work.execute("DELETE FROM mirror.built")
    work.execute("INSERT INTO mirror.built VALUES (?, ?)", [name, known.today])
    work.execute("COMMIT")
    work.execute("CHECKPOINT mirror")


def fingerprints(transforms: Iterable[Transform]) -> dict[str, str]:
    """key -> what must be equal for a table to be as its declaration would make it."""
    common = hashlib.sha256(
        repr((_LAYOUT, _version(), duckdb.__version__, sorted(MACROS.items()))).encode()
    ).hexdigest()
    return {item.key: _digest(common, item) for item in transforms}


@cache
def _digest(common: str, item: Transform) -> str:
    columns = (
        [(column.name, repr(column.type)) for column in item.target.columns]
        if item.target is not None
        else None
    )
    slicings = [(s.by, sorted(s.of.items()), sorted(s.touched.items())) for s in item.slicings]
    told = (common, item.sql, columns, slicings)
    return hashlib.sha256(repr(told).encode()).hexdigest()


@cache
def _version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:  # run from its source
        return ""


def quoted(path: Path) -> str:
    """A path within SQL quotes."""
    return str(path).replace("'", "''")
