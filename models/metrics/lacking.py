"""Whether a snapshot holds all that a measure needs: an archive of an earlier version may lack columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.sql.visitors import iterate

from .compile import Slice
from .measure import Measure


def is_lacking(
    lacks: Mapping[str, frozenset[str]], measure: Measure, asked: Slice, names: Collection[str]
) -> bool:
    """Whether a measure, told apart or filtered by `names`, needs a column that is not there.

    Args:
        lacks: table -> the columns that are not there.
    """
    if not lacks:
        return False
    axes = ("subsidiary", "department", "customer", "project")
    restricted = [
        name for name, keys in zip(axes, asked.scope.axes, strict=True) if keys is not None
    ]
    needed: list[Any] = [
        measure.number(asked.lens), measure.currency(asked.lens), measure.month, measure.eliminated,
        *measure.where, *measure.distinct, *(join.on for join in measure.joins),
        *(measure.dimensions.get(name) for name in (*names, *restricted)),
    ]  # fmt: skip
    return any(
        column.name in lacks.get(column.table.name, ())
        for one in needed
        if one is not None
        for column in iterate(one)
        if isinstance(column, Column) and isinstance(column.table, Table)
    )
