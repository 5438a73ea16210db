"""A firm of a size on disk: raw tables, a published snapshot; and the sync that goes on writing both."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import duckdb

from models.metrics.rollups import rollups
from models.snapshot import read_pointer
from sync.engine.build import Built
from sync.engine.carry import RecordState
from sync.engine.publish import publish
from sync.engine.retention import Retention
from sync.engine.workfiles import Limits

from .facts import make_facts
from .firm import TODAY, Size, make_raw
from .live import connect

_NOW = datetime.combine(TODAY, time(12), UTC)
_LOT = 1_000  # rows of a transaction
_LOTS = 20  # of a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Where a firm is kept."""

    folder: Path

    @property
    def raw(self) -> Path:
        """The raw tables of both systems, in a DuckDB file."""
        return self.folder / "raw.duckdb"

    @property
    def work(self) -> Path:
        """The facts that the sync writes to."""
        return self.folder / "facts.duckdb"

    @property
    def snapshots(self) -> Path:
        """What is published."""
        return self.folder / "snapshots"


def make(firm: Firm, size: Size) -> None:
    """Make a firm and publish it; run in a process of its own, which gives its memory back."""
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(firm.folder)}) as made:
        made.execute("SET enable_progress_bar = false")
        made.execute(f"ATTACH '{firm.raw}' AS raw")
        made.execute(f"ATTACH '{firm.work}' AS facts")
        make_raw(made, size)
        make_facts(made, size)
        made.execute("USE memory; CHECKPOINT raw; DETACH facts; DETACH raw")
    put(firm, 1)


def put(firm: Firm, version: int) -> None:
    """Publish the facts as the product does."""
    built = Built(
        path=firm.work, state=RecordState(sequence=version, entities={}), given="", today=TODAY,
        at=_NOW, renewed={},
    )  # fmt: skip
    publish(built, firm.snapshots, version, Retention(newest=2, days=0))


def entries(firm: Firm) -> int:
    """How many time entries the facts hold."""
    with duckdb.connect(str(firm.work), read_only=True) as held:
        (found,) = held.execute("SELECT count(*) FROM fct_time").fetchone() or (0,)
    return int(found)


def version_of(firm: Firm) -> int:
    """The newest snapshot's."""
    pointer = read_pointer(firm.snapshots)
    assert pointer is not None
    return pointer.version


def write_once(firm: Firm, record: str, version: int) -> None:
    """What a sync writes: rows of the record by the thousand, a month of facts with its sums, a snapshot."""
    with connect(record) as server:
        for lot in range(_LOTS):
            server.execute(
                "UPDATE stg_suiteprojects__time_entry SET hours = hours WHERE id IN (SELECT id FROM"
                " stg_suiteprojects__time_entry ORDER BY id OFFSET %s LIMIT %s)",
                (((version * _LOTS + lot) * _LOT) % 100_000, _LOT),
            )
    _write_facts(firm, version)
    put(firm, version)


def _write_facts(firm: Firm, version: int) -> None:
    month = f"(SELECT max(month) FROM dim_period WHERE is_closed) - {version % 3}"
    with duckdb.connect(str(firm.work), config=Limits().config(firm.folder)) as work:
        work.execute("SET enable_progress_bar = false; BEGIN")
        touched = f"month = {month} AND person_key % 4 = {2 * (version % 2)}"
        work.execute(f"CREATE TEMP TABLE fresh AS FROM fct_time WHERE {touched}")
        work.execute(f"DELETE FROM fct_time WHERE {touched}")
        work.execute("INSERT INTO fct_time FROM fresh ORDER BY month, project_key, day")
        for rollup in rollups().values():
            work.execute(f"DELETE FROM {rollup.key} WHERE month = {month}")
            work.execute(
                f"INSERT INTO {rollup.key} BY NAME SELECT * FROM ({rollup.sql}) WHERE month = {month}"
            )
        work.execute(f"UPDATE meta_snapshot SET version = {version}, change_sequence = {version}")
        work.execute("COMMIT")
        work.execute("CHECKPOINT")


def discard(firm: Firm) -> None:
    """Take a firm away."""
    shutil.rmtree(firm.folder, ignore_errors=True)
