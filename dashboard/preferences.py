"""What a person prefers, kept in the record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from models.database import writing
from models.tables.operations import ops_audit
from models.tables.personal import ops_preference

_preference = ops_preference.c


def locale_of(record: Engine, subject: str) -> str | None:
    """How a person wants numbers, money and dates written; None: as the browser asks."""
    query = select(_preference.locale).where(_preference.subject == subject)
    with record.connect() as connection:
        return connection.scalar(query)


def keep_locale(record: Engine, subject: str, locale: str | None, now: datetime) -> None:
    """Keep how a person wants numbers, money and dates written; None: as the browser asks."""
    with writing(record) as connection:
        connection.execute(delete(ops_preference).where(_preference.subject == subject))
        connection.execute(
            insert(ops_preference).values(subject=subject, locale=locale, saved_at=now)
        )
        connection.execute(
            insert(ops_audit).values(
                at=now, subject=subject, action="locale_chosen", detail={"locale": locale}
            )
        )
