"""What the identity provider last told of each person: what their tokens may do follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from models.access import Role
from models.database import writing
from models.tables.access import ops_person
from models.tables.operations import ops_session

_person = ops_person.c


def met(
    record: Engine, at: datetime, *, subject: str, name: str, email: str, role: Role | None
) -> bool:
    """Write down a sign-in, or a refusal (`role` None); returns whether the person may come in at all."""
    told = {
        "name": name[:200],
        "email": email[:200],
        "role": role.value if role else None,
        "signed_in_at": at,
    }
    with writing(record) as connection:
        known = row_of(connection, subject)
        if known is None:
            connection.execute(insert(ops_person).values(subject=subject, **told))
            return role is not None
        connection.execute(update(ops_person).where(_person.subject == subject).values(**told))
        return role is not None and known.disabled_at is None


def row_of(connection: Connection, subject: str) -> Row[Any] | None:
    """What is known of a person."""
    return connection.execute(select(ops_person).where(_person.subject == subject)).one_or_none()


def everyone(record: Engine) -> Sequence[Row[Any]]:
    """All who ever signed in or were refused, by name."""
    with record.connect() as connection:
        return connection.execute(select(ops_person).order_by(_person.name)).all()


def disable(record: Engine, at: datetime, subject: str) -> bool:
    """Keep a person out: sessions end now, tokens answer no more; False if nothing changed."""
    with writing(record) as connection:
        changed = connection.execute(
            update(ops_person)
            .where(_person.subject == subject, _person.disabled_at.is_(None))
            .values(disabled_at=at)
        ).rowcount
        connection.execute(
            update(ops_session).where(ops_session.c.subject == subject).values(revoked=True)
        )
    return bool(changed)


def enable(record: Engine, subject: str) -> bool:
    """Let a person in again; False if nothing changed."""
    with writing(record) as connection:
        changed = connection.execute(
            update(ops_person)
            .where(_person.subject == subject, _person.disabled_at.is_not(None))
            .values(disabled_at=None)
        ).rowcount
    return bool(changed)
