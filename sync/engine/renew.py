"""Brings the facts up to the mirror: leaves what no change reaches, renews the rest in part or whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from ..transforms.transform import Slicing, Transform, in_order
from .changes import Changes
from .making import Making, more_memory, order_of, take_back

_COMPARED = 100_000  # rows; a larger table that is made anew counts as changed everywhere
_IN_PART = 0.3  # of a table's rows; what touches more makes it whole: that costs less, and sorts it
_SMALL = 1_000  # rows; below, shares mean nothing


class Outcome(StrEnum):
    """What was done with a table."""

    LEFT = "left"
    COMPARED = "compared"  # computed, and found to be as it was
    IN_PART = "in part"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of one table.

    Attributes:
        added: rows that were put behind the others, out of their order.
    """

    outcome: Outcome
    added: int = 0


def renew(
    work: duckdb.DuckDBPyConnection,
    transforms: Mapping[str, Transform],
    changes: Changes,
    known: frozenset[str],
) -> dict[str, Renewed]:
    """Renew every table that a change reaches.

    Args:
        work: has `mirror`, `facts` and `run_day`.
        changes: of the mirror and the day; those of the tables are added.
        known: keys of the tables that are there and were made by the same declaration.
    """
    done: dict[str, Renewed] = {}
    making = Making(work)
    for transform in in_order(transforms):
        if transform.key in known:
            making.end()
            done[transform.key] = renewed = _renewed(work, transform, changes)
            if renewed.outcome in (Outcome.IN_PART, Outcome.WHOLE):
                making.committed()
        else:
            making.make(transform)
            changes.all_of(transform.key)
            done[transform.key] = Renewed(Outcome.WHOLE)
    making.end()
    return done


def _renewed(work: duckdb.DuckDBPyConnection, transform: Transform, changes: Changes) -> Renewed:
    """Renew a table; one that takes more memory than there is, is made anew with more."""
    try:
        return _renew(work, transform, changes)
    except duckdb.OutOfMemoryException:
        take_back(work)
        with more_memory(work, [transform]):
            write_whole(work, transform, transform.sql)
        changes.all_of(transform.key)
        return Renewed(Outcome.WHOLE)


def _renew(work: duckdb.DuckDBPyConnection, transform: Transform, changes: Changes) -> Renewed:
    changed = changes.among(transform.inputs)
    if not changed:
        return Renewed(Outcome.LEFT)
    if not changes.in_all(transform.inputs):
        renewed = _in_part(work, transform, changes, changed)
        if renewed is not None:
            return renewed
    return _whole(work, transform, changes)


def _whole(work: duckdb.DuckDBPyConnection, transform: Transform, changes: Changes) -> Renewed:
    """Make a table anew; a small one is compared with what was, so that a change may end here."""
    if _count(work, transform.place) > _COMPARED:
        write_whole(work, transform, transform.sql)
        changes.all_of(transform.key)
        return Renewed(Outcome.WHOLE)
    _fresh(work, transform, transform.sql)
    if _difference(work, transform.place):
        changes.add(transform.key, transform.place, "FROM difference")
        write_whole(work, transform, "SELECT * FROM fresh")
        return Renewed(Outcome.WHOLE)
    return Renewed(Outcome.COMPARED)


def write_whole(work: duckdb.DuckDBPyConnection, transform: Transform, select: str) -> None:
    """Put the rows of a SELECT, in order, in the place of a transform's table."""
    order = f" ORDER BY {order_of(transform.target)}" if transform.target is not None else ""
    new = f"{transform.place}__new"
    work.execute("BEGIN")
    work.execute(f"CREATE TABLE {new} AS SELECT * FROM {transform.place} LIMIT 0")
    work.execute(f"INSERT INTO {new} BY NAME SELECT * FROM ({select}){order}")
    work.execute(f"DROP TABLE {transform.place}")
    work.execute(f"ALTER TABLE {new} RENAME TO {transform.key}")
    work.execute("COMMIT")


def _in_part(
    work: duckdb.DuckDBPyConnection,
    transform: Transform,
    changes: Changes,
    changed: Sequence[str],
) -> Renewed | None:
    """Renew the touched slices; None if no slicing follows every change, or too much is touched."""
    plan = _plan(transform, changed)
    if plan is None:
        return None
    total = _count(work, transform.place)
    sizes = [
        _touch(work, transform, slicing, changes, inputs, number)
        for number, (slicing, inputs) in enumerate(plan)
    ]
    if _one_follows_all(plan, changed):
        best = min(range(len(plan)), key=sizes.__getitem__)
        chosen = [best]
    else:
        chosen = list(range(len(plan)))
    size = sum(sizes[number] for number in chosen)
    if not size:  # what changed matters to no slice, whichever rows it is of
        return Renewed(Outcome.COMPARED)
    if size > max(_IN_PART * total, _SMALL):
        return None
    added = sum(
        _renew_slices(work, transform, plan[number][0], changes, number) for number in chosen
    )
    return Renewed(Outcome.IN_PART if changes.among([transform.key]) else Outcome.COMPARED, added)


_Plan = list[tuple[Slicing, list[str]]]


def _plan(transform: Transform, changed: Sequence[str]) -> _Plan | None:
    """Which slicing follows which changed inputs: those that follow all, else each what it can."""
    full = [item for item in transform.slicings if item.covers.issuperset(changed)]
    if full:
        return [(item, list(changed)) for item in full]
    plan, left = [], list(changed)
    for item in transform.slicings:
        mine = [name for name in left if name in item.covers]
        left = [name for name in left if name not in item.covers]
        if mine:
            plan.append((item, mine))
    return None if left else plan


def _one_follows_all(plan: _Plan, changed: Sequence[str]) -> bool:
    return all(len(inputs) == len(changed) for _, inputs in plan)


def _touch(
    work: duckdb.DuckDBPyConnection,
    transform: Transform,
    slicing: Slicing,
    changes: Changes,
    inputs: Sequence[str],
    number: int,
) -> int:
    """Collect the touched slices in `touched_<number>`; return how much there is to do, in rows."""
    columns = ", ".join(f'"{name}" AS _{n}' for n, name in enumerate(slicing.by))
    table = f"touched_{number}"
    work.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {columns} FROM {transform.place} LIMIT 0"
    )
    for name in inputs:
        work.execute(f"CREATE OR REPLACE TEMP VIEW changed AS FROM {changes.table(name)}")
        query = slicing.touched.get(name)
        if query is None:
            query = f"SELECT {', '.join(slicing.of[name])} FROM changed"
        work.execute(f"INSERT INTO {table} {query}")
    work.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT * FROM {table}")
    stale = f"(SELECT * FROM {transform.place} SEMI JOIN {table} ON {_same(slicing.by)})"
    return max(_count(work, stale), _count(work, table))


def _renew_slices(
    work: duckdb.DuckDBPyConnection,
    transform: Transform,
    slicing: Slicing,
    changes: Changes,
    number: int,
) -> int:
    """Compute the touched slices and write those that differ; return how many rows were put in."""
    table = f"touched_{number}"
    here = f"SEMI JOIN {table} ON {_same(slicing.by)}"
    sql, shadows = _sliced(work, transform, slicing, table)
    try:
        _fresh(work, transform, f"SELECT * FROM ({sql}) {here}")
    finally:
        for shadow in shadows:
            work.execute(f"DROP TABLE temp.{shadow}")
    if not _difference(work, f"(SELECT * FROM {transform.place} {here})"):
        return 0
    changes.add(transform.key, transform.place, "FROM difference")
    columns = ", ".join(f'"{name}" AS _{n}' for n, name in enumerate(slicing.by))
    work.execute(f"CREATE OR REPLACE TEMP TABLE moved AS SELECT DISTINCT {columns} FROM difference")
    moved = f"SEMI JOIN moved ON {_same(slicing.by)}"
    order = f" ORDER BY {order_of(transform.target)}" if transform.target is not None else ""
    work.execute("BEGIN")
    work.execute(
        f"DELETE FROM {transform.place} WHERE rowid IN "
        f"(SELECT rowid FROM {transform.place} {moved})"
    )
    (added,) = work.execute(
        f"INSERT INTO {transform.place} SELECT * FROM fresh {moved}{order}"
    ).fetchone() or (0,)
    work.execute("COMMIT")
    return int(added)


def _sliced(
    work: duckdb.DuckDBPyConnection, transform: Transform, slicing: Slicing, touched: str
) -> tuple[str, list[str]]:
    """The transform's SELECT over tables that hold only the touched slices of its inputs."""
    sql, shadows = transform.sql, []
    for name, expressions in slicing.of.items():
        staged = name.startswith("stg_")
        shadow = f"slice_{name}" if staged else name  # a temporary table comes before its namesake
        source = f"mirror.{name}" if staged else name
        made = shadow if staged else f"{shadow}__"
        on = _same(expressions)
        work.execute(
            f"CREATE TEMP TABLE {made} AS SELECT * FROM {source} SEMI JOIN {touched} ON {on}"
        )
        if staged:
            sql = re.sub(rf"\bmirror\.{name}\b", shadow, sql)
        else:
            work.execute(f"ALTER TABLE temp.{made} RENAME TO {shadow}")
        shadows.append(shadow)
    return sql, shadows


def _same(expressions: Sequence[str]) -> str:
    """The condition that a row belongs to a slice of a table of slices."""
    return " AND ".join(f"({text}) IS NOT DISTINCT FROM _{n}" for n, text in enumerate(expressions))


def _fresh(work: duckdb.DuckDBPyConnection, transform: Transform, select: str) -> None:
    """Put rows into `fresh`, which has the columns of the transform's table."""
    work.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM {transform.place} LIMIT 0")
    work.execute(f"INSERT INTO fresh BY NAME SELECT * FROM ({select})")


def _difference(work: duckdb.DuckDBPyConnection, stale: str) -> int:
    """Put into `difference` each row that `stale` and `fresh` do not hold equally often; return how many."""
    work.execute(  # added up in one pass: an EXCEPT ALL each way sorts both sides twice
        "CREATE OR REPLACE TEMP TABLE difference AS SELECT * EXCLUDE (_side) FROM "
        f"(SELECT *, 1 AS _side FROM {stale} UNION ALL SELECT *, -1 FROM fresh) "
        "GROUP BY ALL HAVING sum(_side) <> 0"
    )
    return _count(work, "difference")


def _count(work: duckdb.DuckDBPyConnection, table: str) -> int:
    row = work.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
