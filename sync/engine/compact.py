"""Keeps the work files compact and in order: many increments cost neither room nor fast scans."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ..transforms.transform import Transform
from .renew import write_whole
from .workfiles import Limits, discard, quoted

_UNSORTED = 0.2  # of a table's rows
_FEW = 20_000  # rows; below, order hardly matters
_FREE = 0.4  # of a file's blocks
_SMALL = 256  # blocks, of 256 KB each
_UNFINISHED = ".unfinished"


def sort_again(
    work: duckdb.DuckDBPyConnection,
    transforms: Mapping[str, Transform],
    unsorted: dict[str, int],
) -> None:
    """Write tables in order again whose rows are too many out of it; their count begins anew."""
    for key, behind in unsorted.items():
        transform = transforms[key]
        if transform.target is None or behind < _FEW:
            continue
        row = work.execute(f"SELECT count(*) FROM {transform.place}").fetchone()
        if row and behind > _UNSORTED * row[0]:
            write_whole(work, transform, f"SELECT * FROM {transform.place}")
            unsorted[key] = 0


def is_loose(work: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether much of an attached file is free."""
    row = work.execute(
        "SELECT total_blocks, free_blocks FROM pragma_database_size() WHERE database_name = ?",
        [name],
    ).fetchone()
    return row is not None and row[0] >= _SMALL and row[1] >= _FREE * row[0]


def compact(path: Path, limits: Limits) -> None:
    """Write a closed work file anew, without what is free in it; a crash leaves it as it was."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    discard(unfinished)
    with duckdb.connect(config=limits.config(path.parent)) as connection:
        connection.execute(f"ATTACH '{quoted(path)}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{quoted(unfinished)}' AS new")
        connection.execute("COPY FROM DATABASE old TO new")
        connection.execute("CHECKPOINT new")
    unfinished.replace(path)
