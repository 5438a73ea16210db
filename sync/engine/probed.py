"""What the last probe of each account found, in the record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select

from models.database import writing
from models.tables.operations import ops_probe

from ..entities.entity import System

EVERY = timedelta(days=1)
_TABLE = "table:"
_NOT_THERE = ("off", "forbidden")
_probe = ops_probe.c


def keep(
    engine: Engine, system: System, rows: Sequence[Mapping[str, str | None]], now: datetime
) -> None:
    """Replace what was known of a system; one that did not let us in keeps what was known of its tables."""
    subjects = [str(row["subject"]) for row in rows]
    let_in = len(subjects) > 1
    with writing(engine) as connection:
        old = delete(ops_probe).where(_probe.system == str(system))
        connection.execute(old if let_in else old.where(_probe.subject.in_(subjects)))
        if rows:
            connection.execute(insert(ops_probe), [{**row, "checked_at": now} for row in rows])


def is_due(engine: Engine, system: System, now: datetime) -> bool:
    """Whether the last probe of a system is a day old, or never was."""
    with engine.connect() as connection:
        last = connection.scalar(
            select(func.max(_probe.checked_at)).where(_probe.system == str(system))
        )
    return last is None or now - last >= EVERY


def not_there(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """Entity -> why, for the tables that the last probe did not find."""
    rows = connection.execute(
        select(_probe.subject, _probe.detail).where(
            _probe.state.in_(_NOT_THERE), _probe.subject.in_([_TABLE + key for key in keys])
        )
    )
    return {subject.removeprefix(_TABLE): detail for subject, detail in rows}
