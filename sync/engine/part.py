"""Refreshes a part: one project with all that belongs to it, or one record with its lines.

What belongs to what is declared with the entities. Reading goes by the ids found so far: the project brings
its tasks and time, time brings its timesheet, a line of a transaction the whole transaction. What the mirror
holds of the part and the source no longer lists is asked for by id, and buried if it is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

from sqlalchemy import select

from models.errors import SourceContractError
from models.told import told

from ..entities.condition import Compared, Condition
from ..entities.entity import Entity, Kind, System
from ..source import Page, Window
from .extract import Stopped, Work
from .parse import Key, Row, parser_of
from .reread import MOST, MOST_BURIED, reread, store
from .stage import DELETED, staging_table

PROJECTS = {System.NETSUITE: "netsuite__job", System.SUITEPROJECTS: "suiteprojects__project"}
_AT_ONCE = 200  # ids in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a run is about when not about everything.

    Attributes:
        title: how people call it.
        roots: entity -> the identities to begin with.
        follows: whether to go on to what belongs to them; else they alone come, with their lines.
    """

    title: str
    roots: Mapping[str, Sequence[Key]]
    follows: bool = True


def owners_of(entity: Entity) -> dict[str, str]:
    """Our column -> key of the entity whose record its records belong to."""
    implied = {"project_id": PROJECTS[System.SUITEPROJECTS]}
    found = {**implied, **entity.belongs_to}
    return {column: key for column, key in found.items() if column in entity.fields}


def refresh(work: Work, target: Target) -> None:
    """Bring this part of the mirror up to what the source holds now.

    Raises:
        OneViewError: the source did not give what was asked for; what came before it is kept.
    """
    _Refresh(work, target).run()


class _Refresh:
    def __init__(self, work: Work, target: Target) -> None:
        self._work, self._target = work, target
        system = work.source.system
        self._entities = {
            key: entity for key, entity in work.entities.items() if entity.system is system
        }
        self._known: dict[str, set[Key]] = defaultdict(set)
        self._read: dict[str, set[Key]] = defaultdict(set)  # by id already
        for key, ids in target.roots.items():
            self._known[key].update(ids)

    def run(self) -> None:
        for entity in self._in_order():
            if entity.parent is None:
                self._by_id(entity)
            if not self._target.follows:
                continue
            for column, owner in owners_of(entity).items():
                for ids in _parts(self._known[owner]):
                    self._belonging(entity, column, ids)
        for key in {str(entity.parent) for entity in self._entities.values() if entity.parent}:
            self._by_id(self._entities[key])  # those that a link has named meanwhile
        for entity in self._entities.values():
            if entity.parent is not None:
                self._sets(entity)

    def _in_order(self) -> list[Entity]:
        """Each entity after those by whose ids it is found."""
        graph: dict[str, set[str]] = {key: set() for key in self._entities}
        for key, entity in self._entities.items():
            graph[key] |= set(owners_of(entity).values()) & graph.keys()
            for brought in {*entity.brings.values(), *filter(None, [entity.parent])} & graph.keys():
                graph[brought].add(key)
            # a link is found by one of the transactions it joins, and is read with the other
            if entity.parent in owners_of(entity).values():
                graph[str(entity.parent)].discard(key)
        return [self._entities[key] for key in TopologicalSorter(graph).static_order()]

    def _by_id(self, entity: Entity) -> None:
        """The records that are known by their ids so far."""
        wanted = self._known[entity.key] - self._read[entity.key]
        self._read[entity.key] |= wanted
        alive = _alive(self._work, entity, entity.identity[0], wanted)
        for part in _parts(wanted, MOST):
            again = reread(self._work, entity, part, living=[key for key in part if key in alive])
            self._brings(entity, [key for key in part if key in again.usable])

    def _belonging(self, entity: Entity, column: str, ids: Sequence[Key]) -> None:
        """The records that belong to these owners."""
        seen: set[Key] = set()
        for page in _pages(self._work, _narrowed(entity, column, ids)):
            rows, _ = parser_of(entity).read(page.records)
            if entity.parent is not None:  # a set is read whole or not at all: with its owner
                self._known[entity.parent] |= _values(entity, str(entity.parent_key), rows)
                continue
            with self._work.transaction() as connection:
                outcome = store(connection, self._work, entity, page.records, page)
            seen |= outcome.usable
            self._note(entity, rows)
        if entity.parent is not None:
            return
        missing = _alive(self._work, entity, column, ids) - seen
        for part in _parts(missing, MOST_BURIED):  # moved to another owner, or gone
            reread(self._work, entity, (), living=part)
        self._known[entity.key] |= seen if len(entity.identity) == 1 else set()

    def _sets(self, entity: Entity) -> None:
        """The lines of the records that came: always whole sets, so that what is missing is gone."""
        owner, column = str(entity.parent), str(entity.parent_key)
        for ids in _parts(self._known[owner]):
            seen: set[Key] = set()
            for page in _pages(self._work, _narrowed(entity, column, ids)):
                with self._work.transaction() as connection:
                    seen |= store(connection, self._work, entity, page.records, page).usable
            missing = _alive(self._work, entity, column, ids) - seen
            for part in _parts(missing, MOST_BURIED):
                reread(self._work, entity, (), living=part)

    def _note(self, entity: Entity, rows: Sequence[Row]) -> None:
        for column, brought in entity.brings.items():
            self._known[brought] |= {key for key in _values(entity, column, rows) if key > 0}

    def _brings(self, entity: Entity, keys: Collection[Key]) -> None:
        """What the mirror's rows of these records bring along."""
        if not entity.brings or not self._target.follows:
            return
        table = staging_table(entity)
        identity = table.c[entity.identity[0]]
        for column, brought in entity.brings.items():
            for part in _parts(keys):
                with self._work.engine.connect() as connection:
                    found = connection.scalars(select(table.c[column]).where(identity.in_(part)))
                    self._known[brought] |= {key for key in found if key is not None and key > 0}


def _narrowed(entity: Entity, column: str, ids: Sequence[Key]) -> Entity:
    """The entity, asked for what has one of these ids in a column."""
    one_of = Condition(
        column=column, source=entity.fields[column].source, compared=Compared.NUMBER,
        values=tuple(ids),
    )  # fmt: skip
    return replace(entity, conditions=(one_of, *entity.conditions))


def _pages(work: Work, entity: Entity) -> Iterator[Page]:
    position = None
    while True:
        if work.must_stop():
            raise Stopped
        page = work.source.page(entity, Window(), position)
        yield page
        if page.position is None:
            return
        if page.position == position:
            raise SourceContractError(
                told(
                    "{title}: the source sent the same page again instead of the next.",
                    title=told(entity.title),
                )
            )
        position = page.position


def _values(entity: Entity, column: str, rows: Sequence[Row]) -> set[Key]:
    place = list(entity.fields).index(column)
    return {row[place] for row in rows if row[place] is not None}


def _alive(work: Work, entity: Entity, column: str, ids: Collection[Key]) -> set[Key]:
    """The keys of the living rows that have one of these ids in a column."""
    table = staging_table(entity)
    found: set[Key] = set()
    for part in _parts(ids):
        wanted = select(*(table.c[name] for name in entity.identity)).where(
            table.c[column].in_(part), table.c[DELETED].is_(None)
        )
        with work.engine.connect() as connection:
            for row in connection.execute(wanted):
                found.add(row[0] if len(row) == 1 else tuple(row))
    return found


def _parts(keys: Collection[Key], most: int = _AT_ONCE) -> Iterator[list[Key]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), most):
        yield ordered[start : start + most]


def record_target(entities: Mapping[str, Entity], entity: Entity, key: Key) -> Target:
    """One record with its lines; of a line, the record that owns it."""
    if entity.parent is not None and entity.parent_key is not None:
        owner = entities[entity.parent]
        first = key[entity.identity.index(entity.parent_key)]
        return Target(title=f"{owner.title} {first}", roots={owner.key: [first]}, follows=False)
    return Target(title=f"{entity.title} {key}", roots={entity.key: [key]}, follows=False)


def read_key(entity: Entity, text: str) -> Key | None:
    """A record's key as people write it, its parts joined by bars; None where it cannot be one."""
    parts = text.split("|")
    if len(parts) != len(entity.identity):
        return None
    try:
        key = tuple(
            int(part) if entity.fields[name].kind is Kind.ID else part
            for name, part in zip(entity.identity, parts, strict=True)
        )
    except ValueError:
        return None
    return key[0] if len(key) == 1 else key
