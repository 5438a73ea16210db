"""A person's named filters: kept in the record, valid on every page, one of them where an address names none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from models.database import writing
from models.errors import QuestionError
from models.tables.operations import ops_audit
from models.tables.personal import ops_filter_set
from models.texts import _

from .filters import SHARED, Filters

MOST = 50
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
_set = ops_filter_set.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSet:
    """Filters under a name.

    Attributes:
        filters: without a period where it holds for whichever is shown; None where this version of the
            product does not know them any more.
    """

    filter_set_id: int
    name: str
    filters: Filters | None
    is_default: bool

    def on(self, shown: Filters) -> Filters:
        """What is shown, with these filters instead of those of the bar; what led to one list of rows stays."""
        kept = self.filters or Filters()
        rest = {name: keys for name, keys in shown.where.items() if name not in SHARED}
        return replace(
            kept,
            period=kept.period or shown.period,
            where=MappingProxyType({**kept.where, **rest}),
        )

    def is_chosen(self, shown: Filters) -> bool:
        """Whether what is shown is what it says."""
        return self.filters is not None and self.on(shown) == shown


def sets_of(record: Engine, subject: str) -> list[FilterSet]:
    """A person's sets, by name."""
    query = select(ops_filter_set).where(_set.subject == subject).order_by(func.lower(_set.name))
    with record.connect() as connection:
        return [_of(row) for row in connection.execute(query)]


def marks_of(record: Engine, subject: str) -> tuple[tuple[Any, ...], ...]:
    """What tells a person's sets from what they were before, and from everybody else's that look different."""
    return tuple(
        (one.filter_set_id, one.name, one.filters and one.filters.search(), one.is_default)
        for one in sets_of(record, subject)
    )


def default_of(record: Engine, subject: str) -> FilterSet | None:
    """The set that holds where an address names no filter."""
    query = select(ops_filter_set).where(_set.subject == subject, _set.is_default)
    with record.connect() as connection:
        row = connection.execute(query).first()
    return _of(row) if row else None


def save(record: Engine, subject: str, name: str, chosen: Filters, now: datetime) -> bool:
    """Keep filters under a name; returns whether others of that name were replaced.

    Raises:
        QuestionError: the name cannot be one, nothing is chosen, or there are too many. Nothing was kept.
    """
    name, kept = _fit(name), replace(chosen.travelling, period=chosen.period)
    if kept == Filters():
        raise QuestionError(
            _("No filter is chosen. Choose some, or keep the period, then save. Nothing was kept.")
        )
    search = kept.search().removeprefix("?")
    with writing(record) as connection:
        known = _named(connection, subject, name)
        if known is None:
            count = connection.scalar(
                select(func.count()).select_from(ops_filter_set).where(_set.subject == subject)
            )
            if (count or 0) >= MOST:
                raise QuestionError(
                    _(
                        "You have {count} saved filters. Delete one first. Nothing was kept.",
                        count=MOST,
                    )
                )
            connection.execute(
                insert(ops_filter_set).values(
                    subject=subject, name=name, search=search, saved_at=now
                )
            )
        else:
            connection.execute(
                update(ops_filter_set)
                .where(_set.filter_set_id == known.filter_set_id)
                .values(name=name, search=search, saved_at=now)
            )
        detail = {"name": name, "filters": search, "replaced": known is not None}
        _note(connection, subject, "filter_set_saved", detail, now)
    return known is not None


def rename(record: Engine, subject: str, filter_set_id: int, name: str, now: datetime) -> None:
    """Give a set another name.

    Raises:
        QuestionError: the name cannot be one, or is another set's, or there is no such set.
    """
    name = _fit(name)
    with writing(record) as connection:
        row = _own(connection, subject, filter_set_id)
        other = _named(connection, subject, name)
        if other is not None and other.filter_set_id != filter_set_id:
            raise QuestionError(
                _("You have saved filters '{name}'. Nothing was renamed.", name=other.name)
            )
        connection.execute(
            update(ops_filter_set)
            .where(_set.filter_set_id == filter_set_id)
            .values(name=name, saved_at=now)
        )
        _note(connection, subject, "filter_set_renamed", {"from": row.name, "to": name}, now)


def remove(record: Engine, subject: str, filter_set_id: int, now: datetime) -> str:
    """Take a set away; returns its name.

    Raises:
        QuestionError: there is no such set.
    """
    with writing(record) as connection:
        row = _own(connection, subject, filter_set_id)
        connection.execute(delete(ops_filter_set).where(_set.filter_set_id == filter_set_id))
        detail = {"name": row.name, "filters": row.search}
        _note(connection, subject, "filter_set_removed", detail, now)
    return str(row.name)


def make_default(
    record: Engine, subject: str, filter_set_id: int, now: datetime, *, on: bool = True
) -> str:
    """Let a set hold where an address names no filter, or no longer; returns its name.

    Raises:
        QuestionError: there is no such set.
    """
    with writing(record) as connection:
        row = _own(connection, subject, filter_set_id)
        connection.execute(
            update(ops_filter_set).where(_set.subject == subject).values(is_default=False)
        )
        if on:
            connection.execute(
                update(ops_filter_set)
                .where(_set.filter_set_id == filter_set_id)
                .values(is_default=True)
            )
        detail = {"name": row.name, "default": on}
        _note(connection, subject, "filter_set_default", detail, now)
    return str(row.name)


def _fit(name: str) -> str:
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise QuestionError(_("Saved filters need a name of 1 to 80 characters. Nothing was kept."))
    return name


def _named(connection: Connection, subject: str, name: str) -> Row[Any] | None:
    query = select(ops_filter_set).where(
        _set.subject == subject, func.lower(_set.name) == name.lower()
    )
    return connection.execute(query).first()


def _own(connection: Connection, subject: str, filter_set_id: int) -> Row[Any]:
    query = select(ops_filter_set).where(
        _set.subject == subject, _set.filter_set_id == filter_set_id
    )
    row = connection.execute(query).first()
    if row is None:
        raise QuestionError(_("These saved filters are not there any more. Nothing was changed."))
    return row


def _note(
    connection: Connection, subject: str, action: str, detail: Mapping[str, Any], now: datetime
) -> None:
    connection.execute(
        insert(ops_audit).values(at=now, subject=subject, action=action, detail=dict(detail))
    )


def _of(row: Row[Any]) -> FilterSet:
    try:
        filters: Filters | None = Filters.parse(row.search)
    except QuestionError:  # of a former version
        filters = None
    return FilterSet(
        filter_set_id=row.filter_set_id,
        name=row.name,
        filters=filters,
        is_default=row.is_default,
    )
