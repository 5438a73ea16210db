"""Merges again what earlier runs brought, from the payloads that were kept, without asking the sources.

For when our reading of records has changed: a field is declared anew, a rule of the parser was mended. Each
record is merged once, in its newest kept form, so that a replay ends where the runs had ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from models.database import writing

from ..entities.entity import Entity
from . import doubles, progress, quarantine
from .bury import bury
from .extract import Stopped
from .fields import known_fields, shape_of
from .keep import keep_left_out, without
from .lease import Lease
from .parse import Key, Row, key_text, parser_of
from .payloads import Frame, Payloads
from .progress import Tally
from .stage import DELETED, staging_table
from .upsert import look_up, upsert

_AT_ONCE = 2_000


@dataclass(slots=True)
class _Merged:
    """What of an entity has been merged already, in a newer form than what is still to come."""

    rows: set[Key] = field(default_factory=set)
    gone: dict[Key, datetime] = field(default_factory=dict)
    aside: set[Key] = field(default_factory=set)  # bad: an older form is still to be merged

    def lacks(self, key: Key | None) -> bool:
        """Whether nothing newer of this record is known."""
        return key is None or not (key in self.rows or key in self.aside or key in self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Merges the payloads of some runs into the record; a run of its own in the log."""

    engine: Engine
    lease: Lease
    run_id: int
    clock: Callable[[], datetime]
    payloads: Payloads
    entities: Mapping[str, Entity]
    must_stop: Callable[[], bool]

    def merge(self, runs: Sequence[int]) -> None:
        """Merge what these runs brought, entity by entity, owners before what they own.

        Raises:
            WarehouseError: a file of payloads is damaged; what was merged before is kept.
        """
        for entity in sorted(self.entities.values(), key=lambda one: one.parent is not None):
            merged = _Merged()
            for run_id in reversed(runs):
                for frame in self.payloads.newest_first(run_id, entity.key):
                    if self.must_stop():
                        raise Stopped
                    self._frame(entity, frame, merged)

    def _frame(self, entity: Entity, frame: Frame, merged: _Merged) -> None:
        parser, now = parser_of(entity), self.clock()
        rows, bad = parser.read(frame.records)
        rows, doubled = doubles.part(entity, rows)
        bad += doubled
        rows = [row for row in rows if parser.key(row) not in merged.rows]
        bad = [record for record in bad if merged.lacks(record.key)]
        for key, at in frame.gone.items():
            if key not in merged.rows:
                merged.gone.setdefault(key, at)
        absent = shape_of(entity, known_fields(self.engine, entity).values()).left_out
        with writing(self.engine) as connection:
            self.lease.extend(connection)
            rows = self._owned(connection, entity, rows)
            dead = {key for row in rows if (key := parser.key(row)) in merged.gone}
            known = look_up(connection, entity, list(dead))
            rows = [row for row in rows if parser.key(row) not in known]
            whole = keep_left_out(connection, entity, rows, without(entity, rows, absent))
            counts = upsert(connection, entity, whole, run_id=self.run_id, now=now)
            dying = {key: merged.gone[key] for key in {*dead, *frame.gone} & merged.gone.keys()}
            counts.deleted = bury(
                connection, entity, dying,
                children=[one for one in self.entities.values() if one.parent == entity.key],
                run_id=self.run_id, now=now,
            )  # fmt: skip
            usable = {*map(parser.key, rows), *dying} - merged.aside
            quarantine.keep(connection, entity.key, bad, run_id=self.run_id, now=now)
            still = {record.record_key for record in bad}
            quarantine.clear(connection, entity.key, set(map(key_text, usable)) - still)
            progress.add(
                connection, self.run_id, entity.key, counts, Tally(rows=len(frame.records)),
                quarantined=len(bad),
            )  # fmt: skip
        merged.rows.update(map(parser.key, rows), dead)
        merged.aside.update(record.key for record in bad if record.key is not None)

    def _owned(self, connection: Connection, entity: Entity, rows: list[Row]) -> list[Row]:
        """Without those whose owner is deleted: they went with it."""
        owner = self.entities.get(entity.parent or "")
        if owner is None or entity.parent_key is None or not rows:
            return rows
        place = list(entity.fields).index(entity.parent_key)
        table = staging_table(owner)
        identity = table.c[owner.identity[0]]
        owners = sorted({row[place] for row in rows})
        deleted: set[Key] = set()
        for start in range(0, len(owners), _AT_ONCE):
            part = owners[start : start + _AT_ONCE]
            found = select(identity).where(identity.in_(part), table.c[DELETED].is_not(None))
            deleted.update(connection.scalars(found))
        return [row for row in rows if row[place] not in deleted]
