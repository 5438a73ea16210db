"""Remembers which records a reading of everything met, in eight bytes each: ten million fit into 80 MB."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, select

from ..entities.entity import Entity
from .chosen import chosen_rows
from .parse import Key
from .stage import DELETED, staging_table

_AT_ONCE = 20_000


class Met:
    """The records that were met: a lone number as it is, other keys by a hash.

    Two keys share a hash once in billions of billions of pairs; then a record that is gone stays until the
    next reading. None that is there is ever taken for gone.
    """

    def __init__(self) -> None:
        self._hashes = array("q")

    def __len__(self) -> int:
        return len(self._hashes)

    def update(self, keys: Iterable[Key]) -> None:
        """Note these as met."""
        self._hashes.extend(map(_mark, keys))

    def missing(self, connection: Connection, entity: Entity) -> tuple[int, list[Key]]:
        """How many records the mirror takes for alive, and those of them that were not met.

        Of a narrowed entity those that were chosen.
        """
        met = np.frombuffer(self._hashes, dtype=np.int64) if self._hashes else np.empty(0, np.int64)
        met.sort()
        alive, missing = 0, []
        for keys in _living(connection, entity):
            alive += len(keys)
            hashes = np.fromiter(map(_mark, keys), dtype=np.int64, count=len(keys))
            places = np.searchsorted(met, hashes)
            places[places == len(met)] = 0
            is_met = met[places] == hashes if len(met) else np.zeros(len(keys), dtype=bool)
            missing += [keys[place] for place in np.flatnonzero(~is_met).tolist()]
        return alive, missing


def _mark(key: Key) -> int:
    """A number is its own mark. Of several values their text is hashed: -1 and -2 have one hash."""
    return key if type(key) is int else hash(str(key))


def _living(connection: Connection, entity: Entity) -> Iterator[Sequence[Key]]:
    table = staging_table(entity)
    wanted = select(*(table.c[name] for name in entity.identity)).where(
        table.c[DELETED].is_(None), *chosen_rows(entity)
    )
    rows = connection.execute(wanted.execution_options(yield_per=_AT_ONCE))
    for part in rows.partitions():
        yield [row[0] if len(row) == 1 else tuple(row) for row in part]
