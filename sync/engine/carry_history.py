"""Carries versions into the mirror: `ver_<entity>` there holds every version, the newest ones included.

Its columns are the entity's and `valid_from`, `valid_to`, `known_from`, `known_to` (null of the newest),
`is_first`, `is_deletion` and `run_id`. Earlier versions only ever come, so only new ones travel; of the
newest the mirror has the values already, and gets when they began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import duckdb
import pyarrow as pa

from ..entities.entity import Entity, Field, Kind
from .parse import CUSTOM
from .stage import (
    DELETED,
    IS_DELETION,
    IS_FIRST,
    KNOWN_FROM,
    KNOWN_TO,
    RUN,
    SEQUENCE,
    SYNCED,
    VALID_FROM,
    VALID_TO,
)
from .versions import begins, has_versions

_NEWEST = {
    VALID_FROM: Kind.INSTANT,
    KNOWN_FROM: Kind.INSTANT,
    IS_FIRST: Kind.FLAG,
    RUN: Kind.INTEGER,
}
_EARLIER = {
    VALID_FROM: Kind.INSTANT, VALID_TO: Kind.INSTANT, KNOWN_FROM: Kind.INSTANT,
    KNOWN_TO: Kind.INSTANT, IS_FIRST: Kind.FLAG, IS_DELETION: Kind.FLAG, RUN: Kind.INTEGER,
}  # fmt: skip

Batches = Callable[[Entity, str], Iterable[pa.Table]]


@cache
def earlier(entity: Entity) -> Entity:
    """The shape of an entity's earlier versions, as the mirror holds them."""
    return _shape(entity, f"his:{entity.key}", dict(entity.fields), _EARLIER)


@cache
def newest(entity: Entity) -> Entity:
    """The shape of what the mirror knows of the newest versions beside their values."""
    identity = {name: entity.fields[name] for name in entity.identity}
    return _shape(entity, f"now:{entity.key}", identity, _NEWEST)


def _shape(entity: Entity, key: str, fields: dict[str, Field], validity: dict[str, Kind]) -> Entity:
    added = {name: Field(source=name, kind=kind) for name, kind in validity.items()}
    return replace(entity, key=key, fields=fields | added, is_member=False)


def create_history_tables(
    work: duckdb.DuckDBPyConnection, entities: Iterable[Entity], types: dict[Kind, str]
) -> None:
    """Create the empty tables and the views of the entities that keep versions."""
    for entity in entities:
        if entity.history is None:
            continue
        for prefix, shape in (("his", earlier(entity)), ("now", newest(entity))):
            columns = ", ".join(f'"{name}" {types[f.kind]}' for name, f in shape.fields.items())
            columns += f", {CUSTOM} VARCHAR" if prefix == "his" else ""
            work.execute(f"CREATE TABLE mirror.{prefix}_{entity.key} ({columns})")
        work.execute(f"CREATE OR REPLACE VIEW mirror.ver_{entity.key} AS {_view(entity)}")


def _view(entity: Entity) -> str:
    names = ", ".join(f'v."{name}"' for name in (*entity.fields, CUSTOM))
    same = " AND ".join(f'n."{name}" = v."{name}"' for name in entity.identity)
    past = ", ".join(f"v.{name} AS {name.removeprefix('_')}" for name in _EARLIER)
    return (
        f"SELECT {names}, {past} FROM mirror.his_{entity.key} v UNION ALL BY NAME "
        f"SELECT {names}, n.{VALID_FROM} AS valid_from, NULL::TIMESTAMP AS valid_to, "
        f"n.{KNOWN_FROM} AS known_from, NULL::TIMESTAMP AS known_to, n.{IS_FIRST} AS is_first, "
        f"false AS is_deletion, n.{RUN} AS run_id "
        f"FROM mirror.stg_{entity.key} v JOIN mirror.now_{entity.key} n ON {same}"
    )


def carry_history(
    work: duckdb.DuckDBPyConnection, entity: Entity, batches: Batches, after: int, until: int
) -> None:
    """Bring the versions that came in the changes (after, until].

    Args:
        batches: reads a query of the record, whose rows have a shape's fields and end with `custom`, `_gone`.
    """
    if entity.history is None:
        return
    since = f"{SEQUENCE} > {after:d} AND {SEQUENCE} <= {until:d}"
    past = earlier(entity)
    columns = ", ".join(f'"{name}"' for name in (*past.fields, CUSTOM))
    query = f"SELECT {columns}, {has_versions(entity, 't')} FROM his_{entity.key} t WHERE {since}"
    for table in batches(past, query):  # what left those that have versions goes here, too
        work.register("incoming", table)
        work.execute(
            f"INSERT INTO mirror.his_{entity.key} SELECT {columns} FROM incoming WHERE _gone"
        )
        work.unregister("incoming")
    present = newest(entity)
    columns = ", ".join(f'"{name}"' for name in present.fields)
    same = " AND ".join(f't."{name}" = i."{name}"' for name in entity.identity)
    for table in batches(present, _newest_query(entity, since)):
        work.register("incoming", table)
        if after:
            work.execute(f"DELETE FROM mirror.now_{entity.key} t USING incoming i WHERE {same}")
        work.execute(
            f"INSERT INTO mirror.now_{entity.key} SELECT {columns} FROM incoming WHERE NOT _gone"
        )
        work.unregister("incoming")


def _newest_query(entity: Entity, since: str) -> str:
    identity = ", ".join(f't."{name}"' for name in entity.identity)
    same = " AND ".join(f'h."{name}" = t."{name}"' for name in entity.identity)
    before = f"(SELECT max(h.{VALID_TO}) FROM his_{entity.key} h WHERE {same})"
    began = begins(entity, "t", "t._before")
    since = since.replace(SEQUENCE, f"t.{SEQUENCE}")
    return (
        f"SELECT {identity}, {began}, t.{SYNCED}, t._before IS NULL, t.{RUN}, NULL, "
        f"(t.{DELETED} IS NOT NULL OR NOT {has_versions(entity, 't')}) "
        f"FROM (SELECT t.*, {before} AS _before FROM {entity.table} t WHERE {since}) t"
    )
