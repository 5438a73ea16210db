"""Writes what the configuration narrows an entity to as SuiteQL; every value is a literal made here."""

from __future__ import annotations

from collections.abc import Iterator

from ..entities.condition import Compared, Condition
from ..entities.entity import Entity

_AT_ONCE = 1000  # values in one IN


def chosen(entity: Entity, alias: str) -> Iterator[str]:
    """The entity's own conditions."""
    yield from (_text(condition, alias, entity) for condition in entity.conditions)


def chosen_by_owner(entity: Entity, owner: Entity) -> Iterator[str]:
    """The conditions of the owner `p`, whom the entity's records follow."""
    yield from (_text(condition, "p", owner) for condition in entity.owner_conditions)


def _text(condition: Condition, alias: str, entity: Entity) -> str:
    via = condition.via
    if via is None:
        return _compare(condition, alias)
    identity = entity.fields[entity.identity[0]].source
    return (
        f"{alias}.{identity} IN (SELECT f.{via.source} FROM {via.resource} f "  # noqa: S608 - literals
        f"WHERE {_compare(condition, 'f')})"
    )


def _compare(condition: Condition, alias: str) -> str:
    column = f"{alias}.{condition.source}"
    if condition.since is not None:
        return f"{column} >= TO_DATE('{condition.since.isoformat()}', 'YYYY-MM-DD')"
    values = [_literal(condition, value) for value in condition.values]
    parts = [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
    either = [f"{column} IN ({', '.join(part)})" for part in parts]
    return either[0] if len(either) == 1 else f"({' OR '.join(either)})"


def _literal(condition: Condition, value: int | str) -> str:
    if condition.compared is Compared.NUMBER:
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"
