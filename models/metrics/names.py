"""What the keys of facts are called: looked up once for each snapshot, not joined to every list of rows.

A join with a dimension costs a list of a hundred rows more than all else; most lists name the same few members.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Select, Table, select

from .cache import ANSWERS
from .dimensions import Dimension, joined, labels
from .written import KEPT, StandIns, Written

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..snapshot import Snapshot

_MOST = 20_000  # members of one dimension that are remembered


@dataclass(frozen=True, slots=True)
class Named:
    """The member that a key stands for: where it is told, and what of it."""

    table: Table
    key: Column[Any]
    label: Column[Any]


def texts(
    connection: Connection, snapshot: Snapshot | None, about: Dimension, keys: Collection[Any]
) -> dict[Any, str]:
    """What the members of a dimension with these keys are called, code before name."""
    told = _named_by(about)
    if snapshot is None or not told:
        return labels(connection, about, keys)
    known = names(connection, snapshot, told, keys)
    columns = [known[one.label.name] for one in told]
    return {key: joined([called.get(key) for called in columns]) for key in keys}


def _named_by(about: Dimension) -> list[Named]:
    """Name and code of a dimension's members; nothing of one whose members no table lists by key."""
    if about.is_text or about.table is None or about.key is None:
        return []
    told = [one for one in (about.label, about.code) if one is not None]
    return [Named(about.table, about.key, one) for one in told]


def names(
    connection: Connection,
    snapshot: Snapshot | None,
    wanted: Sequence[Named],
    keys: Collection[Any],
) -> Mapping[str, Mapping[Any, Any]]:
    """What the members of one dimension with these keys are called.

    Args:
        snapshot: whose facts they are; None: nothing is remembered.

    Returns:
        Name of the label's column -> key -> label; nothing of a key that no member has.
    """
    labels = tuple(sorted({one.label.name for one in wanted}))
    table, key = wanted[0].table, wanted[0].key
    whole = None
    if snapshot is not None:
        whole = ANSWERS.of_snapshot(
            snapshot,
            ("names", table.name, key.name, labels),
            lambda: _whole(connection, table, key, labels),
        )
    if whole is not None:
        return whole
    missing = sorted({one for one in keys if one is not None})
    return _told(_asked(connection, table, key, labels, missing) if missing else [], labels)


def _whole(
    connection: Connection, table: Table, key: Column[Any], labels: tuple[str, ...]
) -> Mapping[str, Mapping[Any, Any]] | None:
    """All members of a dimension; None of one that has too many to remember."""
    rows = _all(table, key, labels).tuples(connection)
    return _told(rows, labels) if len(rows) <= _MOST else None


@lru_cache(KEPT)
def _all(table: Table, key: Column[Any], labels: tuple[str, ...]) -> Written:
    return Written(lambda: select(key, *(table.c[name] for name in labels)).limit(_MOST + 1))


def _told(rows: Sequence[Sequence[Any]], labels: Sequence[str]) -> Mapping[str, Mapping[Any, Any]]:
    """Column by column, which is quicker than member by member."""
    keys, *texts = zip(*rows, strict=True) if rows else [()] * (1 + len(labels))
    return {
        label: dict(zip(keys, column, strict=True))
        for label, column in zip(labels, texts, strict=True)
    }


def _asked(
    connection: Connection, table: Table, key: Column[Any], labels: Sequence[str], keys: list[Any]
) -> Sequence[tuple[Any, ...]]:
    """Ask for some members; the number of keys is rounded up, so that few statements serve all."""
    given = StandIns()
    size = 1 << (len(keys) - 1).bit_length()
    places = tuple(given.one(one) for one in keys)
    statement = _statement(table, key, tuple(labels), size, isinstance(keys[0], str))
    values = [*given.values, *([keys[-1]] * (size - len(places)))]
    return statement.tuples(connection, values)


@lru_cache(KEPT)
def _statement(
    table: Table, key: Column[Any], labels: tuple[str, ...], size: int, is_text: bool
) -> Written:
    def asked() -> Select[Any]:
        given = StandIns()
        places = [given.one(str(place) if is_text else place) for place in range(size)]
        return select(key, *(table.c[name] for name in labels)).where(key.in_(places))

    return Written(asked)
