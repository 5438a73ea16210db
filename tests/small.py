"""Snapshots of a few hundred rows: planning a question of them takes longer than reading them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, create_engine, event

from models.metrics import catalogue
from models.snapshot import engine_for_reading
from models.tables.conformed import SNAPSHOT


def empty_snapshot(path: Path) -> None:
    """Write the file of a snapshot without a row: its hundred tables are made once, and copied."""
    catalogue.kpis()  # declares every table that a number is read from
    path.write_bytes(_of_tables(frozenset(SNAPSHOT.tables)))


@cache
def _of_tables(_names: frozenset[str]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        engine = create_engine(f"duckdb:///{path}")
        SNAPSHOT.create_all(engine)
        engine.dispose()
        return path.read_bytes()


def engine_on(path: Path, *, read_only: bool = False, **config: Any) -> Engine:
    """A DuckDB engine that reads a question in the order it is written in, in one thread as the product does.

    What a question means is the same, how it is read is not: `make test-all` asks through the optimizer as the
    product does, and so do the golden tests and the journeys in each run.

    Args:
        read_only: as the product reads what is published, with nothing to begin or to roll back.
        config: settings of DuckDB.
    """
    given = {"threads": 1, **config}
    if read_only:
        engine = engine_for_reading(path, given)
    else:
        engine = create_engine(f"duckdb:///{path}", connect_args={"config": given})
    if not os.environ.get("ONEVIEW_TEST_ALL"):
        event.listen(engine, "connect", _as_written)
    return engine


def _as_written(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA disable_optimizer")
