"""What a person prefers, kept in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from models.database import writing
from models.tables.operations import ops_audit
from models.tables.personal import ops_hidden_columns, ops_preference

_preference = ops_preference.c
_hidden = ops_hidden_columns.c
_LONGEST = 160
_MOST = 60  # columns of a list


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


def hidden_columns(record: Engine, subject: str) -> Mapping[str, frozenset[str]]:
    """The lists of which a person left out columns -> these columns."""
    query = select(_hidden.list, _hidden.columns).where(_hidden.subject == subject)
    with record.connect() as connection:
        return {name: frozenset(columns) for name, columns in connection.execute(query)}


def keep_hidden(
    record: Engine, subject: str, name: str, columns: Sequence[str], now: datetime
) -> None:
    """Keep which columns of a list a person left out; none: all are shown again."""
    if len(name) > _LONGEST or len(columns) > _MOST or any(len(one) > _LONGEST for one in columns):
        return  # no list of ours has such a name, or so many columns
    with writing(record) as connection:
        connection.execute(
            delete(ops_hidden_columns).where(_hidden.subject == subject, _hidden.list == name)
        )
        if columns:
            connection.execute(
                insert(ops_hidden_columns).values(
                    subject=subject, list=name, columns=list(columns), saved_at=now
                )
            )
