"""What the mirror found amiss, read from the record: records set aside, tables not read, fields that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, and_, func, select

from models.tables.fields import ops_field, ops_schema_event
from models.tables.operations import ops_quarantine
from models.texts import _

from . import operations

_MOST = 100  # changes of fields that are listed


def quarantine_count(record: Engine) -> int:
    """How many records could not be used."""
    with record.connect() as connection:
        return connection.scalar(select(func.count()).select_from(ops_quarantine)) or 0


def quarantined_by_entity(record: Engine) -> dict[str, int]:
    """Entity -> how many of its records could not be used."""
    entity = ops_quarantine.c.entity
    with record.connect() as connection:
        rows = connection.execute(select(entity, func.count()).group_by(entity))
        return {name: int(count) for name, count in rows}


def failures(record: Engine) -> Mapping[str, Sequence[str]]:
    """Error -> the entities whose newest attempt ended with it."""
    found: dict[str, list[str]] = {}
    for entity, row in sorted(operations.newest_entity_runs(record).items()):
        if row.state == "failed":
            found.setdefault(row.error or _("The last sync failed."), []).append(entity)
    return found


def field_changes(record: Engine, now: datetime, *, days: int) -> list[Row[Any]]:
    """What became of the sources' fields in the last days, the newest first, with the fields' state now."""
    event, known = ops_schema_event, ops_field
    same = and_(known.c.entity == event.c.entity, known.c.name == event.c.field)
    query = (
        select(event, known.c.label, known.c.state)
        .select_from(event.outerjoin(known, same))
        .where(event.c.at >= now - timedelta(days=days))
        .order_by(event.c.at.desc(), event.c.id.desc())
        .limit(_MOST)
    )
    with record.connect() as connection:
        return list(connection.execute(query))
