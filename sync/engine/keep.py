"""Keeps what the mirror holds of fields that a source has no more or does not show: nothing is nulled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, select, tuple_

from ..entities.entity import Entity
from .parse import CUSTOM, Key, Row, digest, parser_of
from .stage import staging_table
from .values import instant_text

_AT_ONCE = 1_000  # identities in one query


LeftOut = Mapping[
    Key, Collection[str]
]  # a record -> the source's names of what it was read without


def keep_left_out(
    connection: Connection, entity: Entity, rows: Sequence[Row], left_out: LeftOut
) -> Sequence[Row]:
    """The rows with the stored values of what they were read without."""
    if not left_out:
        return rows
    key_of = parser_of(entity).key
    partial = [key for row in rows if (key := key_of(row)) in left_out]
    names = frozenset().union(*left_out.values())
    stored = _stored(connection, entity, partial, list(_places(entity, names)))
    return [
        _with(entity, row, stored[key], left_out[key]) if (key := key_of(row)) in stored else row
        for row in rows
    ]


def without(entity: Entity, rows: Sequence[Row], names: Collection[str]) -> LeftOut:
    """That all of these rows were read without some fields."""
    key_of = parser_of(entity).key
    return {key_of(row): names for row in rows} if names else {}


def _places(entity: Entity, names: Collection[str]) -> dict[str, int]:
    """Our columns of these fields, and where they stand in a row; custom ones have none."""
    return {
        name: place
        for place, (name, field) in enumerate(entity.fields.items())
        if field.source in names
    }


def _stored(
    connection: Connection, entity: Entity, keys: Sequence[Key], names: Collection[str]
) -> dict[Key, Mapping[str, Any]]:
    table, alone = staging_table(entity), len(entity.identity) == 1
    identity = [table.c[name] for name in entity.identity]
    wanted = identity[0] if alone else tuple_(*identity)
    columns = [*identity, table.c[CUSTOM], *(table.c[name] for name in names)]
    found: dict[Key, Mapping[str, Any]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        for row in connection.execute(select(*columns).where(wanted.in_(part))).mappings():
            key = tuple(row[name] for name in entity.identity)
            found[key[0] if alone else key] = dict(row)
    return found


def _with(entity: Entity, row: Row, stored: Mapping[str, Any], left_out: Collection[str]) -> Row:
    values = list(row[:-1])
    for name, place in _places(entity, left_out).items():
        if values[place] is None:
            values[place] = _as_parsed(stored[name])
    custom = len(entity.fields)
    values[custom] = _merged(stored[CUSTOM], values[custom], left_out)
    return (*values, digest(values))


def _merged(before: str | None, after: str | None, left_out: Collection[str]) -> str | None:
    """The new custom values, and the old ones of the fields that were left out."""
    if before is None:
        return after
    kept = {name: value for name, value in orjson.loads(before).items() if name in left_out}
    if not kept:
        return after
    merged = kept | (orjson.loads(after) if after else {})
    return orjson.dumps(merged, option=orjson.OPT_SORT_KEYS).decode()


def _as_parsed(value: Any) -> Any:
    """A stored value as the parser would have made it."""
    if isinstance(value, Decimal):
        return int(value * 10_000)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
