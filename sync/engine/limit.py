"""Stops a run ahead of publishing when more records are in quarantine than a few bad ones explain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from models.told import together, told

from ..entities import ENTITIES
from ..entities.entity import Entity
from . import alarms, quarantine
from .stage import DELETED, staging_table

ALARM = "quarantine"
LIMIT_PERCENT = 1.0
ALWAYS_ALLOWED = 100  # records of one entity, whatever their share


def check(
    connection: Connection, entities: Mapping[str, Entity], percent: float, *, now: datetime
) -> str | None:
    """Why nothing may be published; None if it may. What was published before does not count.

    The entities at fault get an alarm, which the next publishing closes.
    """
    texts: list[str] = []
    for key, count in sorted(quarantine.unaccepted(connection).items()):
        entity = entities.get(key) or ENTITIES.get(key)
        if entity is None or count <= ALWAYS_ALLOWED:
            continue
        held = _living(connection, entity)
        if count * 100 <= percent * (held + count):
            continue
        text = told(
            "{table}: {count} records could not be used, beside {held} that could: more than {percent} %.",
            table=told(entity.title),
            count=f"{count:,}",
            held=f"{held:,}",
            percent=f"{percent:g}",
        )
        texts.append(text)
        detail = {"records": count, "held": held, "limit_percent": percent}
        alarms.sound(connection, ALARM, key, None, text, detail, now=now)
    if not texts:
        return None
    return told(
        "{tables} Nothing was published. See why with: oneview sync quarantine list. Once it is mended in the "
        "source, or in our reading of it, the next run goes on by itself; to publish without these records: "
        "oneview sync run --accept-quarantine.",
        tables=together(texts),
    )


def published(connection: Connection, *, now: datetime) -> None:
    """A snapshot is out: what is in quarantine is known to be left out of it."""
    quarantine.accept(connection)
    alarms.close_all(connection, ALARM, now=now)


def _living(connection: Connection, entity: Entity) -> int:
    table = staging_table(entity)
    query = select(func.count()).select_from(table).where(table.c[DELETED].is_(None))
    return connection.scalar(query) or 0
