"""The open alarms of the record: where mirror and source are known to differ, or records pile up aside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from .tables.proof import ops_alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something a person must know, until it is over."""

    alarm_id: int
    kind: str  # proof | quarantine | …
    entity: str
    month: int | None  # yyyymm
    text: str
    opened_at: datetime
    last_seen_at: datetime


def open_alarms(record: Engine, entities: Collection[str] | None = None) -> list[Alarm]:
    """What is open now, the oldest first; of some entities or of all."""
    columns = [ops_alarm.c[name] for name in Alarm.__dataclass_fields__]
    query = select(*columns).where(ops_alarm.c.closed_at.is_(None))
    with record.connect() as connection:
        rows = connection.execute(query.order_by(ops_alarm.c.opened_at, ops_alarm.c.alarm_id))
        found = [Alarm(**row) for row in rows.mappings()]
    return [one for one in found if entities is None or one.entity in entities]


def open_alarms_if_known(
    record: Engine, entities: Collection[str] | None = None
) -> Sequence[Alarm] | None:
    """As `open_alarms`; None where the record is not there, not prepared or does not answer."""
    path = record.url.database if record.dialect.name == "sqlite" else None
    if path is not None and not Path(path).exists():  # to look for it would make it
        return None
    try:
        return open_alarms(record, entities)
    except DBAPIError:
        return None
