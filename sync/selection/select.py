"""Applies the configuration file to the declared entities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.document import Document

from ..entities import ENTITIES
from ..entities.condition import Condition
from ..entities.entity import Entity
from ..settings import SyncSettings
from .file import EntityPart, SelectionFile, read
from .filters import FROM, WORDS, words_of
from .needed import needed
from .schedule import Schedule, default_schedules, schedule_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is mirrored, and when.

    Attributes:
        entities: those that are on, with what is left out and what they are narrowed to.
        off: keys of those that are off.
        schedules: group -> when its entities are refreshed; every entity's group is in it.
    """

    entities: Mapping[str, Entity]
    off: frozenset[str] = frozenset()
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    @property
    def groups(self) -> dict[str, Schedule]:
        """The groups that have entities, with their schedules."""
        used = {entity.group for entity in self.entities.values()}
        return {name: schedule for name, schedule in self.schedules.items() if name in used}

    def of_groups(self, groups: Collection[str] | None) -> Mapping[str, Entity]:
        """The entities of some groups, each with its whole family: lines never move without their owner."""
        if groups is None or {*groups} >= self.groups.keys():
            return self.entities
        wanted = set(groups)
        roots = {
            key for key, one in self.entities.items() if not one.parent and one.group in wanted
        }
        return {
            key: one for key, one in self.entities.items() if key in roots or one.parent in roots
        }


def load(settings: SyncSettings, entities: Mapping[str, Entity] = ENTITIES) -> Selection:
    """What the settings and their file choose; without a file everything.

    Raises:
        ConfigError: the file is wrong; the text names file, line and key, and what is allowed.
    """
    defaults = default_schedules(settings.sync_interval_minutes)
    if not settings.sync_file:
        return Selection(entities=entities, schedules=defaults)
    content, document = read(Path(settings.sync_file))
    return apply(content, document, entities, defaults)


def apply(
    content: SelectionFile,
    document: Document,
    entities: Mapping[str, Entity],
    defaults: Mapping[str, Schedule],
) -> Selection:
    """The entities as the file wants them; parts apply in their order, the later one wins."""
    schedules = {**defaults, **{name: schedule_of(part) for name, part in content.groups.items()}}
    changed = dict(entities)
    on = dict.fromkeys(entities, True)
    for pattern, part in content.entities.items():
        keys = [key for key in entities if fnmatchcase(key, pattern)]
        path = ("entities", pattern)
        if not keys:
            raise document.wrong(path, f"meets no entity. {_like(pattern, entities)}")
        if part.group is not None and part.group not in schedules:
            raise document.wrong(
                (*path, "group"), f"should be one of {', '.join(schedules)}, or be declared."
            )
        if part.on is not None:
            on |= dict.fromkeys(keys, part.on)
        for key, values in _changes(document, path, part, [changed[key] for key in keys], entities):
            changed[key] = replace(changed[key], **values)
    _follow_owners(changed, on)
    return Selection(
        entities=MappingProxyType({key: one for key, one in changed.items() if on[key]}),
        off=frozenset(key for key, is_on in on.items() if not is_on),
        schedules=schedules,
    )


def _changes(
    document: Document,
    path: tuple[str, str],
    part: EntityPart,
    met: list[Entity],
    entities: Mapping[str, Entity],
) -> Iterable[tuple[str, dict[str, Any]]]:
    """What a part changes in each entity that it meets."""
    _check(document, path, part, met, entities)
    asked = _asked(part)
    for entity in met:
        known = words_of(entity, entities)
        conditions = tuple(
            _filled(known[word], value) for word, value in asked.items() if word in known
        )
        left_out = {column for column in part.leave_out if column in entity.fields}
        values: dict[str, Any] = {
            "left_out": entity.left_out | left_out,
            "conditions": _merged(entity.conditions, conditions),
        }
        if part.group is not None:
            values["group"] = part.group
        yield entity.key, values


def _check(
    document: Document,
    path: tuple[str, str],
    part: EntityPart,
    met: list[Entity],
    entities: Mapping[str, Entity],
) -> None:
    """Refuse filters that nothing takes, columns that nothing has, and columns that are needed."""
    for word in _asked(part):
        if not any(word in words_of(entity, entities) for entity in met):
            raise document.wrong((*path, word), _no_such_filter(met, entities))
    for column in part.leave_out:
        having = [entity for entity in met if column in entity.fields]
        if not having:
            raise document.wrong(
                (*path, "leave_out"), f"names '{column}', which is no column there. {_allowed(met)}"
            )
        for entity in having:
            if why := needed(entity).get(column):
                raise document.wrong(
                    (*path, "leave_out"),
                    f"names '{column}', which {entity.key} cannot do without: {why}. "
                    f"{_allowed([entity])}",
                )


def _asked(part: EntityPart) -> dict[str, Any]:
    """Word -> what the file says."""
    words = {word.word: getattr(part, word.word) for word in WORDS} | {FROM: part.since}
    return {word: value for word, value in words.items() if value is not None}


def _filled(condition: Condition, value: Any) -> Condition:
    if isinstance(value, list):
        return replace(condition, values=tuple(dict.fromkeys(value)))
    return replace(condition, since=value)


def _merged(before: Iterable[Condition], after: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """A word said again replaces what it said before."""
    again = {(condition.column, condition.since is None) for condition in after}
    kept = [one for one in before if (one.column, one.since is None) not in again]
    return (*kept, *after)


def _follow_owners(changed: dict[str, Entity], on: dict[str, bool]) -> None:
    """Lines are on, chosen and refreshed as their owner is."""
    for key, entity in changed.items():
        if entity.parent is not None and entity.parent in changed:
            on[key] = on[key] and on[entity.parent]
            owner = changed[entity.parent]
            if owner.conditions or owner.group != entity.group:
                changed[key] = replace(entity, owner_conditions=owner.conditions, group=owner.group)


def _like(pattern: str, entities: Mapping[str, Entity]) -> str:
    system = pattern.split("__", maxsplit=1)[0]
    close = [key for key in entities if key.startswith(system)] or list(entities)
    return f"Allowed: a key or a pattern with * of {', '.join(close)}."


def _allowed(met: Iterable[Entity]) -> str:
    free = sorted({name for one in met for name in one.fields if name not in needed(one)})
    return f"May be left out: {', '.join(free) or 'nothing'}."


def _no_such_filter(met: Iterable[Entity], entities: Mapping[str, Entity]) -> str:
    known = sorted({word for one in met for word in words_of(one, entities)})
    if not known and any(one.parent for one in met):
        owner = next(one.parent for one in met if one.parent)
        return f"does not filter it: its records follow {owner}; filter that instead."
    return f"does not filter it. Filters it takes: {', '.join(known) or 'none'}."
