"""Knows the fields of each entity beyond its declaration, and what became of them, in the record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from models.errors import NotOfferedError, SourceContractError, SourceUnavailableError
from models.sequence import next_sequence
from models.tables.fields import ops_field, ops_field_look, ops_schema_event

from ..entities.entity import Entity, Field, Kind
from ..source import Source, SourceField, Window
from . import cursors
from .parse import is_custom
from .views import refresh_view

PRESENT, GONE, FORBIDDEN = "present", "gone", "forbidden"
APPEARED, VANISHED, RETYPED, RESTORED = "appeared", "vanished", "retyped", "restored"
LOOK_AGAIN = timedelta(hours=23)  # once a day, whatever hour a run begins at
_MINUTE = timedelta(minutes=1)
_NAMED = 10  # names in one line of the log

_field, _look = ops_field.c, ops_field_look.c
_log = logging.getLogger(__name__)

Known = dict[str, Row[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an entity's source is asked for.

    Attributes:
        asked: the entity with its custom fields, without what the source refuses.
        left_out: the source's names of what is not asked for; what the mirror holds of it stays.
    """

    asked: Entity
    left_out: frozenset[str] = frozenset()


class Fields:
    """The fields of one system's entities within a run."""

    def __init__(
        self,
        source: Source,
        engine: Engine,
        transaction: Callable[[], AbstractContextManager[Connection]],
        *,
        run_id: int,
        clock: Callable[[], datetime],
        upper: datetime,
    ) -> None:
        self._source, self._engine, self._transaction = source, engine, transaction
        self._run_id, self._clock, self._upper = run_id, clock, upper
        self._shapes: dict[str, Shape] = {}

    def shape(self, entity: Entity) -> Shape:
        """What to ask the source for."""
        if entity.key not in self._shapes:
            self._shapes[entity.key] = shape_of(entity, known_fields(self._engine, entity).values())
        return self._shapes[entity.key]

    def prepare(self, entity: Entity, *, full: bool = False) -> None:
        """Look which fields there are, once a day and at a full run; try again what was refused."""
        with self._engine.connect() as connection:
            looked = connection.scalar(select(_look.at).where(_look.entity == entity.key))
        if looked is None or full or self._clock() - looked >= LOOK_AGAIN:
            self._look(entity, fresh=False)
            self._try_again(entity)

    def unfilled(self, entity: Entity) -> frozenset[str]:
        """The fields that came after records were read, so that those lack their values."""
        known = known_fields(self._engine, entity)
        return frozenset(
            name for name, row in known.items() if row.state == PRESENT and row.filled_at is None
        )

    def filled(self, entity: Entity, names: Collection[str]) -> None:
        """All records were read with these fields."""
        if names:
            with self._transaction() as connection:
                self._set(connection, entity, names, filled_at=self._clock())

    def refuse(self, entity: Entity, names: Collection[str], reason: str) -> None:
        """The source will not tell these fields: go on without; a custom one may be gone for good."""
        declared = {field.source: field for field in entity.fields.values()}
        if any(name not in declared for name in names):
            self._look(entity, fresh=True)
        now, known = self._clock(), known_fields(self._engine, entity)
        with self._transaction() as connection:
            for name in sorted(names):
                row = known.get(name)
                if row is not None and row.state != PRESENT:
                    continue
                kind = (
                    str(declared[name].kind) if name in declared else row.source_type if row else ""
                )
                if row is None:
                    self._add(
                        connection, entity, now, name=name, source_type=kind, kind=kind,
                        is_custom=name not in declared, state=FORBIDDEN, filled_at=None,
                    )  # fmt: skip
                else:
                    self._set(connection, entity, [name], state=FORBIDDEN)
                self._happened(connection, entity, now, name, FORBIDDEN, before=kind)
            self._changed(connection, entity)
        _log.warning(
            "%s: the source does not show %s any more; what was read of it is kept, and everything else is "
            "read. Give the integration's role the permission to see it, or leave it so. %s",
            entity.key, _listed(names), reason,
        )  # fmt: skip

    # ------------------------------------------------------------ looking

    def _look(self, entity: Entity, *, fresh: bool) -> None:
        """Compare what the source lists with what is known; without an answer, that stays."""
        try:
            found = self._source.custom_fields(entity, fresh=fresh)
        except SourceUnavailableError as error:
            _log.warning("%s: its custom fields were not told: %s", entity.key, error)
            return  # the next run asks again
        except (NotOfferedError, SourceContractError) as error:
            _log.warning("%s: its custom fields were not told: %s", entity.key, error)
            with self._transaction() as connection:
                self._looked(connection, entity, str(error))
            return
        declared = {field.source for field in entity.fields.values()}
        listed = {
            field.name: field
            for field in found
            if field.name not in declared and is_custom(field.name)
        }
        self._compare(entity, listed)

    def _compare(self, entity: Entity, listed: Mapping[str, SourceField]) -> None:
        known = {
            name: row for name, row in known_fields(self._engine, entity).items() if row.is_custom
        }
        with self._engine.connect() as connection:
            is_first = connection.scalar(select(_look.at).where(_look.entity == entity.key)) is None
        now = self._clock()
        # Where nothing was read yet, or all is read each time, no record can lack a value.
        complete = (
            entity.modified is None or cursors.load(self._engine, entity.key) == cursors.Cursor()
        )
        with self._transaction() as connection:
            changes = [
                *self._new(connection, entity, listed, known, None if is_first else APPEARED, now,
                           filled_at=now if complete else None),
                *self._lost(connection, entity, listed, known, now),
                *self._moved(connection, entity, listed, known, now,
                             filled_at=now if complete else None),
            ]  # fmt: skip
            present = [name for name in listed if name in known]
            self._set(connection, entity, present, last_seen_at=now)
            self._looked(connection, entity, None)
            if changes:
                self._changed(connection, entity)
        self._tell(entity, changes, is_read_again=not complete)

    def _new(
        self, connection: Connection, entity: Entity, listed: Mapping[str, SourceField],
        known: Known, event: str | None, now: datetime, *, filled_at: datetime | None,
    ) -> Iterator[tuple[str, str]]:  # fmt: skip
        for name in sorted(listed.keys() - known.keys()):
            field = listed[name]
            self._add(
                connection, entity, now, name=name, label=field.label, source_type=field.type,
                kind=str(field.kind), is_custom=True, state=PRESENT, filled_at=filled_at,
            )  # fmt: skip
            if event is not None:
                self._happened(connection, entity, now, name, event, after=field.type)
            yield APPEARED, name

    def _lost(
        self, connection: Connection, entity: Entity, listed: Mapping[str, SourceField],
        known: Known, now: datetime,
    ) -> Iterator[tuple[str, str]]:  # fmt: skip
        for name in sorted(known.keys() - listed.keys()):
            if known[name].state != GONE:
                self._set(connection, entity, [name], state=GONE)
                self._happened(
                    connection, entity, now, name, VANISHED, before=known[name].source_type
                )
                yield VANISHED, name

    def _moved(
        self, connection: Connection, entity: Entity, listed: Mapping[str, SourceField],
        known: Known, now: datetime, *, filled_at: datetime | None,
    ) -> Iterator[tuple[str, str]]:  # fmt: skip
        """Fields that came back or hold something else than before; a new label is no event."""
        for name in sorted(listed.keys() & known.keys()):
            field, row = listed[name], known[name]
            before, after = row.source_type, field.type
            is_retyped = (before, row.kind) != (after, str(field.kind))
            if row.label != field.label or is_retyped:
                self._set(
                    connection, entity, [name],
                    label=field.label, source_type=after, kind=str(field.kind),
                )  # fmt: skip
            if is_retyped:
                self._set(connection, entity, [name], filled_at=filled_at)
                self._happened(connection, entity, now, name, RETYPED, before=before, after=after)
                yield RETYPED, name
            if row.state == GONE:
                self._set(connection, entity, [name], state=PRESENT, filled_at=filled_at)
                self._happened(connection, entity, now, name, RESTORED, before=before, after=after)
                yield RESTORED, name

    def _try_again(self, entity: Entity) -> None:
        """Ask for each field that was refused; one that is told again is read for all records."""
        refused = [
            row for row in known_fields(self._engine, entity).values() if row.state == FORBIDDEN
        ]
        for row in refused:
            asked = replace(
                self.shape(entity).asked,
                fields=self.shape(entity).asked.fields | _as_fields(entity, [row]),
            )
            window = Window(modified_from=self._upper - _MINUTE, modified_to=self._upper)
            try:
                self._source.page(asked, window, None)
            except (NotOfferedError, SourceContractError):
                continue
            now = self._clock()
            with self._transaction() as connection:
                self._set(connection, entity, [row.name], state=PRESENT, filled_at=None)
                self._happened(connection, entity, now, row.name, RESTORED, after=row.source_type)
                self._changed(connection, entity)
            self._tell(entity, [(RESTORED, row.name)], is_read_again=True)

    def _tell(
        self, entity: Entity, changes: Iterable[tuple[str, str]], *, is_read_again: bool
    ) -> None:
        by_event: dict[str, list[str]] = {}
        for event, name in changes:
            by_event.setdefault(event, []).append(name)
        for event, names in by_event.items():
            more = (
                "what was read of it is kept"
                if event == VANISHED
                else "all records are read again, so that old ones have their values"
                if is_read_again
                else "its values come with the records"
            )
            _log.info("%s: %s %s; %s.", entity.key, _listed(names), event, more)

    # ------------------------------------------------------------ writing

    def _add(self, connection: Connection, entity: Entity, now: datetime, **values: Any) -> None:
        row = {"entity": entity.key, "first_seen_at": now, "last_seen_at": now, **values}
        connection.execute(insert(ops_field).values(row))

    def _set(
        self, connection: Connection, entity: Entity, names: Collection[str], **values: Any
    ) -> None:
        if names:
            which = (_field.entity == entity.key) & _field.name.in_(names)
            connection.execute(update(ops_field).where(which).values(**values))

    def _happened(
        self,
        connection: Connection,
        entity: Entity,
        now: datetime,
        name: str,
        event: str,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        connection.execute(
            insert(ops_schema_event).values(
                at=now, run_id=self._run_id, entity=entity.key, field=name, event=event,
                before=before, after=after,
            )
        )  # fmt: skip

    def _looked(self, connection: Connection, entity: Entity, error: str | None) -> None:
        values = {"at": self._clock(), "error": error}
        written = connection.execute(
            update(ops_field_look).where(_look.entity == entity.key).values(values)
        )
        if written.rowcount == 0:
            connection.execute(insert(ops_field_look).values(entity=entity.key, **values))

    def _changed(self, connection: Connection, entity: Entity) -> None:
        """Let readers have it: the entity's view now, the snapshot with the next build."""
        next_sequence(connection)
        rows = connection.execute(select(ops_field).where(_field.entity == entity.key)).all()
        refresh_view(
            connection, entity, {row.name: Kind(row.kind) for row in rows if row.is_custom}
        )
        self._shapes.pop(entity.key, None)


def known_fields(engine: Engine, entity: Entity) -> Known:
    """What the record knows of an entity's fields, by the source's name."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(ops_field).where(_field.entity == entity.key).order_by(_field.name)
        )
        return {row.name: row for row in rows}


def shape_of(entity: Entity, known: Iterable[Row[Any]]) -> Shape:
    """The entity as its source is to be asked for it."""
    rows = list(known)
    left_out = frozenset(row.name for row in rows if row.state != PRESENT)
    if not rows:
        return Shape(asked=entity)
    declared = {
        name: field for name, field in entity.fields.items() if field.source not in left_out
    }
    custom = [row for row in rows if row.is_custom and row.state == PRESENT]
    return Shape(
        asked=replace(entity, fields=declared | _as_fields(entity, custom)), left_out=left_out
    )


def _as_fields(entity: Entity, rows: Iterable[Row[Any]]) -> dict[str, Field]:
    """Known fields as an entity declares them; a declared one under its own name."""
    ours = {field.source: name for name, field in entity.fields.items()}
    return {
        ours.get(row.name, row.name): entity.fields[ours[row.name]]
        if row.name in ours
        else Field(source=row.name, kind=Kind(row.kind))
        for row in rows
    }


def _listed(names: Iterable[str]) -> str:
    first = sorted(names)
    more = f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
    return ", ".join(first[:_NAMED]) + more
