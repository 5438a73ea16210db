"""The sweep of keys: finds what no list of deletions names, and what the mirror never got.

Only keys travel. The source lists them in their order, so each page is compared with the mirror's keys
of the same stretch, and memory does not grow with the entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.errors import SourceContractError
from models.told import told

from ..entities.entity import Entity, Kind
from ..source import Listed, Window
from . import cursors, progress, quarantine, sweep_store
from .bury import bury, check_sweep
from .chosen import chosen_rows
from .extract import Stopped, Work
from .parse import Key, key_text
from .reread import identity_of, store
from .stage import DELETED, staging_table
from .upsert import Counts

_AT_ONCE = 500  # records in one question


@dataclass(slots=True)
class Findings:
    """How the source's keys differ from the mirror's."""

    listed: int = 0
    alive: int = 0
    missing: list[Key] = field(default_factory=list)  # the mirror has them, the source does not
    lacking: list[Key] = field(default_factory=list)  # the source has them, the mirror does not


def can_be_swept(work: Work, entity: Entity) -> bool:
    """Whether a sweep can tell anything: not of what each run reads whole, nor while it still loads."""
    if entity.modified is None and entity.parent is None:
        return False
    cursor = cursors.load(work.engine, entity.key)
    return cursor.watermark is not None and cursor.complete_from is None


def sweep(work: Work, entity: Entity) -> None:
    """Compare an entity's keys with the source's; bury what is gone, read what is lacking by id.

    Before anything is buried, the source is asked for it once more, by id.

    Raises:
        SourceContractError: the source does not list in order, or so much is missing that a person
            must agree first; nothing was deleted.
    """
    findings = _compare(work, entity)
    recovered = _read_again(work, entity, findings.lacking)
    still_there = _read_again(work, entity, findings.missing)
    gone = [key for key in findings.missing if key not in still_there]
    if not work.accept_deletions:
        check_sweep(
            entity, findings.alive, len(gone), findings.listed,
            command=f"oneview sync sweep --entity {entity.key} --accept-deletions",
        )  # fmt: skip
    children = [child for child in work.entities.values() if child.parent == entity.key]
    now = work.clock()
    with work.transaction() as connection:
        buried = bury(
            connection, entity, dict.fromkeys(gone, max(now, work.upper)),
            children=children, run_id=work.run_id, now=now,
        )  # fmt: skip
        progress.add(connection, work.run_id, entity.key, Counts(deleted=buried))
        sweep_store.done(
            connection, entity.key, now,
            listed=findings.listed, buried=buried, recovered=len(recovered),
        )  # fmt: skip


def _compare(work: Work, entity: Entity) -> Findings:
    """Walk through the source's keys and the mirror's side by side."""
    findings = Findings()
    aside = quarantine.keys(work.engine, entity.key)
    low: Any = None
    for keys, high in _stretches(work, entity):
        alive = _living_between(work, entity, low, high)
        findings.listed += len(keys)
        findings.alive += len(alive)
        findings.missing += [key for key in alive - keys if key_text(key) not in aside]
        findings.lacking += [key for key in keys - alive if key_text(key) not in aside]
        low = high
    return findings


def _stretches(work: Work, entity: Entity) -> Iterator[tuple[set[Key], Any]]:
    """The source's keys, stretch by stretch, each with the first id that is no longer in it.

    What shares its first id stays together, for a page may end within it. Keys that begin with a text
    come as one stretch: no two systems order texts alike.
    """
    is_ordered = entity.fields[entity.identity[0]].kind is Kind.ID
    held: list[Key] = []
    for page in _pages(work, entity):
        for listed in page:
            key: Key = listed.identity[0] if len(entity.identity) == 1 else tuple(listed.identity)
            if is_ordered and held and _first(key) < _first(held[-1]):
                raise SourceContractError(
                    told(
                        "{title}: the source does not list its keys in order. Nothing was deleted.",
                        title=told(entity.title),
                    )
                )
            held.append(key)
        if is_ordered and held:
            end = _first(held[-1])
            yield {key for key in held if _first(key) != end}, end
            held = [key for key in held if _first(key) == end]
    yield set(held), None


def _first(key: Key) -> Any:
    return key[0] if isinstance(key, tuple) else key


def _pages(work: Work, entity: Entity) -> Iterator[Sequence[Listed]]:
    position: Sequence[Any] | None = None
    while True:
        if work.must_stop():
            raise Stopped
        page = work.source.keys(entity, Window(), position)
        yield page.keys
        if page.position is None:
            return
        if page.position == position:
            raise SourceContractError(
                told(
                    "{title}: the source sent the same keys again instead of the next. Nothing was "
                    "deleted.",
                    title=told(entity.title),
                )
            )
        position = page.position


def _living_between(work: Work, entity: Entity, low: Any, high: Any) -> set[Key]:
    """The keys that the mirror takes for alive, from the first id `low` on, up to before `high`."""
    table = staging_table(entity)
    first = table.c[entity.identity[0]]
    wanted = select(*(table.c[name] for name in entity.identity)).where(
        table.c[DELETED].is_(None), *chosen_rows(entity)
    )
    if low is not None:
        wanted = wanted.where(first >= low)
    if high is not None:
        wanted = wanted.where(first < high)
    with work.engine.connect() as connection:
        rows = connection.execute(wanted)
        return {row[0] if len(row) == 1 else tuple(row) for row in rows}


def _read_again(work: Work, entity: Entity, keys: Sequence[Key]) -> set[Key]:
    """Read these records by id and keep what comes; return which of them the source has."""
    found: set[Key] = set()
    for start in range(0, len(keys), _AT_ONCE):
        if work.must_stop():
            raise Stopped
        part = keys[start : start + _AT_ONCE]
        page = work.source.by_id(entity, [identity_of(key) for key in part])
        with work.transaction() as connection:
            outcome = store(connection, work, entity, page.records, page)
        found |= {key for key in part if key in outcome.usable or key_text(key) in outcome.bad}
    return found
