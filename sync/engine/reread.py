"""Asks a source for single records again: those a proof misses, and those in quarantine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ..entities.entity import Entity
from ..source import Page
from . import doubles, progress, quarantine
from .bury import bury
from .extract import Work
from .keep import keep_left_out, without
from .parse import Key, key_text, parser_of
from .upsert import Counts, upsert

MOST = 500  # records of one entity in one go
# Records that a source lists no more, and does not serve by id either, are buried up to this number;
# more at once look like a lost permission, and are for a sweep with its guard.
MOST_BURIED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What asking again brought."""

    usable: frozenset[Key] = frozenset()
    changed: int = 0  # rows that were written
    bad: frozenset[str] = frozenset()
    absent: frozenset[Key] = frozenset()  # the source does not have them
    buried: int = 0


def identity_of(key: Key) -> tuple[int | str, ...]:
    """A key of the mirror as a source is asked for it."""
    return key if isinstance(key, tuple) else (key,)


def reread(
    work: Work, entity: Entity, keys: Collection[Key], *, living: Collection[Key] = ()
) -> Reread:
    """Ask for these records again and write what comes; of the `living`, bury what is not there.

    Raises:
        OneViewError: as the source's `by_id` does; nothing was written then.
    """
    wanted = list(dict.fromkeys([*keys, *living]))[:MOST]
    page = work.source.by_id(entity, [identity_of(key) for key in wanted])
    with work.transaction() as connection:
        outcome = store(connection, work, entity, page.records, page)
        absent = frozenset(
            key for key in wanted if key not in outcome.usable and key_text(key) not in outcome.bad
        )
        dying = [key for key in living if key in absent]
        buried = _bury(connection, work, entity, dying) if len(dying) <= MOST_BURIED else 0
        quarantine.clear(connection, entity.key, {key_text(key) for key in absent})
    return Reread(
        usable=outcome.usable,
        changed=outcome.changed + buried,
        bad=outcome.bad,
        absent=absent,
        buried=buried,
    )


def store(
    connection: Connection,
    work: Work,
    entity: Entity,
    records: Sequence[Mapping[str, Any]],
    page: Page | None = None,
) -> Reread:
    """Write records that came one by one: usable ones into the mirror, the others aside."""
    parser, now = parser_of(entity), work.clock()
    rows, bad = parser.read(records)
    rows, doubled = doubles.part(entity, rows)
    bad += doubled
    names = page.left_out if page else work.fields.shape(entity).left_out
    whole = keep_left_out(connection, entity, rows, without(entity, rows, names))
    with work.payloads.journal(work.run_id, entity.key) as journal:
        journal.records(records)
        counts = upsert(connection, entity, whole, run_id=work.run_id, now=now)
        if counts.inserted or counts.updated or bad:
            journal.changed()
    quarantine.keep(connection, entity.key, bad, run_id=work.run_id, now=now)
    usable = frozenset(parser.key(row) for row in rows)
    still = {one.record_key for one in bad}
    quarantine.clear(connection, entity.key, {key_text(key) for key in usable} - still)
    tally = progress.Tally()
    if page is not None:
        tally.add(page)
    progress.add(connection, work.run_id, entity.key, counts, tally, quarantined=len(bad))
    return Reread(
        usable=usable,
        changed=counts.inserted + counts.updated,
        bad=frozenset(one.record_key for one in bad),
    )


def _bury(connection: Connection, work: Work, entity: Entity, keys: Sequence[Key]) -> int:
    if not keys:
        return 0
    now = max(work.clock(), work.upper)
    buried = bury(
        connection, entity, dict.fromkeys(keys, now),
        children=[child for child in work.entities.values() if child.parent == entity.key],
        run_id=work.run_id, now=work.clock(),
    )  # fmt: skip
    progress.add(connection, work.run_id, entity.key, Counts(deleted=buried))
    return buried
