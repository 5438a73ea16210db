"""The vocabulary of the build: a transform is one SELECT that makes one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from sqlalchemy import Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Transform:
    """One table of the work file and the SELECT that fills it.

    The SELECT runs in DuckDB. It reads the mirror as `mirror.stg_…`, other transforms by their key,
    and the one-row helper `run_day` (today, day, month). Its columns are matched by name.

    Attributes:
        key: the name of the table it makes.
        target: the snapshot's table; None for a helper that is not published.
        sql: the SELECT.
        needs: keys of the transforms it reads.
    """

    key: str
    target: Table | None = None
    sql: str
    needs: tuple[str, ...] = ()


def in_order(transforms: Mapping[str, Transform]) -> list[Transform]:
    """The transforms, each after all it needs; ties in the order of declaration."""
    graph = {transform.key: transform.needs for transform in transforms.values()}
    return [transforms[key] for key in TopologicalSorter(graph).static_order()]
