"""Which rows of the mirror a narrowed entity speaks for: what lies outside is never taken for deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, Table, select

from ..entities import ENTITIES
from ..entities.condition import Condition
from ..entities.entity import Entity
from .stage import staging_table


def chosen_rows(entity: Entity) -> Iterator[ColumnElement[bool]]:
    """The conditions on the rows of an entity's staging table: its own, and its parent's."""
    table = staging_table(entity)
    yield from (_holds(condition, entity, table) for condition in entity.conditions)
    if entity.owner_conditions and entity.parent and entity.parent_key:
        parent = ENTITIES[entity.parent]
        owners = _owners(parent, entity.owner_conditions)
        yield table.c[entity.parent_key].in_(owners)


def _owners(parent: Entity, conditions: Sequence[Condition]) -> Select[tuple[int]]:
    table = staging_table(parent)
    holds = [_holds(condition, parent, table) for condition in conditions]
    return select(table.c[parent.identity[0]]).where(*holds).correlate(None)


def _holds(condition: Condition, entity: Entity, table: Table) -> ColumnElement[bool]:
    via = condition.via
    if via is None:
        return _compare(condition, table)
    other = staging_table(ENTITIES[via.entity])
    found = select(other.c[via.column]).where(_compare(condition, other)).correlate(None)
    return table.c[entity.identity[0]].in_(found)


def _compare(condition: Condition, table: Table) -> ColumnElement[bool]:
    column = table.c[condition.column]
    if condition.since is not None:
        return column >= condition.since
    return column.in_(condition.values)
