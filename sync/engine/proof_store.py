"""Keeps proofs: of equal comparisons the newest, of others all for a quarter; and the alarms they sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, delete, func, insert, select

from models.tables.proof import ops_proof, ops_proof_key
from models.told import together, told

from ..entities.entity import Entity
from . import alarms
from .comparing import DIFFERS, EQUAL, Difference, in_words
from .held import ROWS, Month
from .parse import key_text

ALARM = "proof"
KEPT = timedelta(days=90)
KEYS_KEPT = 100  # of one month in one proof
_proof, _key = ops_proof.c, ops_proof_key.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison."""

    month: Month
    measure: str
    source: Decimal | None
    mirror: Decimal | None
    state: str
    detail: str | None = None
    keys: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a proof of one entity came to.

    Attributes:
        lines: month by month, measure by measure.
        differences: the records that are not the same, explained or not.
        healed: month -> what was wrong and was put right by asking again; counts as an alarm that is
            over, unless nothing tells whether the source merely moved on (`moved_on`).
        requests: what it cost.
    """

    lines: Sequence[Line]
    differences: Sequence[Difference] = ()
    healed: Mapping[Month, str] = field(default_factory=dict)
    moved_on: bool = False
    requests: int = 0

    def of(self, month: Month) -> list[Difference]:
        """The differences of one month."""
        return [one for one in self.differences if one.month == month]

    @property
    def wrong(self) -> list[Month]:
        """The months in which something differs without an explanation."""
        return list(dict.fromkeys(line.month for line in self.lines if line.state == DIFFERS))


def last_proofs(connection: Connection) -> dict[str, datetime]:
    """Entity -> when it was last compared; of those that could not be, nothing."""
    found = (
        select(_proof.entity, func.max(_proof.proven_at))
        .where(_proof.state.in_([EQUAL, "explained", DIFFERS]))
        .group_by(_proof.entity)
    )
    return {row[0]: row[1] for row in connection.execute(found)}


def keep(
    connection: Connection, entity: Entity, verdict: Verdict, *, run_id: int, now: datetime
) -> None:
    """Write a proof down, in place of the equal lines of the one before it, and see to its alarms."""
    old = now - KEPT
    recent = select(_proof.run_id).where(_proof.proven_at >= old)
    connection.execute(
        delete(ops_proof).where(
            _proof.entity == entity.key, (_proof.state == EQUAL) | (_proof.proven_at < old)
        )
    )
    connection.execute(
        delete(ops_proof_key).where(_key.entity == entity.key, _key.run_id.not_in(recent))
    )
    if verdict.lines:
        connection.execute(
            insert(ops_proof),
            [_line(entity, line, run_id=run_id, now=now) for line in verdict.lines],
        )
    keys = [_key_of(entity, one, run_id) for month in _months(verdict) for one in
            verdict.of(month)[:KEYS_KEPT]]  # fmt: skip
    if keys:
        connection.execute(insert(ops_proof_key), keys)
    _alarms(connection, entity, verdict, now)


def _months(verdict: Verdict) -> list[Month]:
    return list(dict.fromkeys(one.month for one in verdict.differences))


def _line(entity: Entity, line: Line, *, run_id: int, now: datetime) -> dict[str, object]:
    return {
        "run_id": run_id,
        "entity": entity.key,
        "month": line.month,
        "measure": line.measure,
        "source_value": None if line.source is None else format(line.source, "f"),
        "mirror_value": None if line.mirror is None else format(line.mirror, "f"),
        "state": line.state,
        "detail": line.detail,
        "keys_total": line.keys,
        "proven_at": now,
    }


def _key_of(entity: Entity, one: Difference, run_id: int) -> dict[str, object]:
    return {
        "run_id": run_id,
        "entity": entity.key,
        "month": one.month,
        "record_key": key_text(one.key)[:200],
        "finding": one.finding.value,
        "explained": one.is_explained,
        "detail": dict(one.detail),
    }


def _alarms(connection: Connection, entity: Entity, verdict: Verdict, now: datetime) -> None:
    wrong = verdict.wrong
    for month in wrong:
        unexplained = [one for one in verdict.of(month) if not one.is_explained]
        detail = {
            "keys": [key_text(one.key) for one in unexplained[:KEYS_KEPT]],
            "keys_total": len(unexplained),
            "healed": False,
        }
        text = _text(entity, verdict, month, unexplained)
        alarms.sound(connection, ALARM, entity.key, month, text, detail, now=now)
    for month, was in verdict.healed.items():
        if month not in wrong and not verdict.moved_on:
            text = told(
                "{table}: {was}. Read again by id: nothing differs any more without a reason.",
                table=_about(entity, month),
                was=was,
            )
            alarms.sound(
                connection, ALARM, entity.key, month, text, {"healed": True, "was": was}, now=now
            )
    compared = {line.month for line in verdict.lines if line.state != "not_checked"}
    for month in compared - set(wrong):
        alarms.close(connection, ALARM, entity.key, month, now=now)


def _text(entity: Entity, verdict: Verdict, month: Month, unexplained: Sequence[Difference]) -> str:
    """What an alarm says: both numbers, the keys, what was tried, what to do."""
    apart = [
        told(
            "{measure} {source} in the source, {mirror} in the mirror",
            measure=told("records") if line.measure == ROWS else line.measure,
            source=_number(line.source),
            mirror=_number(line.mirror),
        )
        for line in verdict.lines
        if line.month == month and line.state == DIFFERS
    ]
    said: list[str] = [
        told("{table}: {apart}.", table=_about(entity, month), apart=together(apart, "; "))
    ]
    noted = [line.detail for line in verdict.lines if line.month == month and line.detail]
    if noted:  # it names the records, too
        said.append(noted[0])
    elif unexplained:
        said.append(told("Records {which}.", which=in_words(unexplained)))
    said.append(
        told(
            "They are asked for again with the next run. If that does not help: {command}",
            command=f"oneview sync run --full --entity {entity.key}",
        )
    )
    return together(said)


def _number(value: Decimal | None) -> str:
    if value is None:
        return "–"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _about(entity: Entity, month: Month) -> str:
    """The table, and the month of its records."""
    if not month:
        return told(entity.title)
    of = f"{month // 100:04d}-{month % 100:02d}"
    return told("{table} of {month}", table=told(entity.title), month=of)
