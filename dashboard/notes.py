"""What people note on time series: an event for everybody, or a comment on one number under some filters.

A comment belongs to a series: a number, and the members it was told for. Those are the filters that the writer had
chosen, narrowed to what the writer may see; so it shows to whoever looks at the same series, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from models.access import Scope
from models.database import writing
from models.errors import QuestionError
from models.period import Month, day_key, day_of
from models.tables.notes import ops_note
from models.tables.operations import ops_audit
from models.texts import _

from .auth.permissions import Permission, may
from .auth.person import Person
from .filters import Filters

LONGEST = 300  # letters of a note
_EARLIEST = date(2000, 1, 1)
_YEARS_AHEAD = 5
_note = ops_note.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody noted on a day.

    Attributes:
        kpi: the number it comments on; None: an event, which is on every chart.
        series: for which members, as `series_of` writes them; None with `kpi`.
    """

    note_id: int
    kpi: str | None
    series: str | None
    day: date
    text: str
    subject: str
    author: str
    written_at: datetime
    changed_at: datetime | None

    @property
    def is_event(self) -> bool:
        """Whether it is for everybody."""
        return self.kpi is None


def series_of(filters: Filters, scope: Scope) -> str:
    """The members that a person's charts tell under these filters: the chosen ones, as far as the scope reaches."""
    where = {name: set(keys) for name, keys in filters.where.items()}
    axes = ("subsidiary", "department", "customer", "manager")
    for name, seen in zip(axes, scope.axes, strict=True):
        if seen is not None:
            where[name] = where[name] & seen if name in where else set(seen)
    pairs = [(name, ",".join(sorted(map(str, keys)))) for name, keys in sorted(where.items())]
    return urlencode(pairs)


def on_chart(record: Engine, kpi: str, series: str, first: Month, last: Month) -> list[Note]:
    """The events and comments of these months on the chart of one series, by day."""
    query = select(ops_note).where(
        or_(_note.kpi.is_(None), and_(_note.kpi == kpi, _note.series == series)),
        _note.day.between(first.key * 100, last.key * 100 + 99),
    )
    return _found(record, query.order_by(_note.day, _note.note_id))


def every(record: Engine) -> list[Note]:
    """All of them, the latest day first."""
    return _found(record, select(ops_note).order_by(_note.day.desc(), _note.note_id.desc()))


def one(record: Engine, note_id: int) -> Note | None:
    """One of them."""
    return next(iter(_found(record, select(ops_note).where(_note.note_id == note_id))), None)


def mark(record: Engine, subject: str) -> tuple[Hashable, bool]:
    """What differs whenever any note was written, changed or removed; and whether any is this person's."""
    query = select(
        func.count(),
        func.max(_note.note_id),
        func.max(_note.written_at),
        func.max(_note.changed_at),
        func.sum(case((_note.subject == subject, 1), else_=0)),
    )
    with record.connect() as connection:
        *found, own = connection.execute(query).one()
    return tuple(found), bool(own)


def may_change(person: Person, note: Note) -> bool:
    """Whether a person may write it anew: their own, or as administrator an event; a comment is not theirs to read."""
    own = note.subject == person.subject
    return own or (note.is_event and may(person, Permission.MANAGE_NOTES))


def may_remove(person: Person, note: Note) -> bool:
    """Whether a person may take it away."""
    return note.subject == person.subject or may(person, Permission.MANAGE_NOTES)


def write(
    record: Engine,
    person: Person,
    day: str | None,
    text: str,
    now: datetime,
    *,
    on: tuple[str, str] | None = None,
) -> None:
    """Keep an event, or a comment on a number and its series.

    Raises:
        QuestionError: the day or the text cannot be one. Nothing was kept.
    """
    when, words = _day(day, now), _words(text)
    kpi, series = on or (None, None)
    with writing(record) as connection:
        connection.execute(
            insert(ops_note).values(
                kpi=kpi,
                series=series,
                day=day_key(when),
                text=words,
                subject=person.subject,
                author=person.name,
                written_at=now,
            )
        )
        detail = {"kpi": kpi, "series": series, "day": when.isoformat(), "text": words}
        _trail(connection, person, "note_written", detail, now)


def change(
    record: Engine, person: Person, note_id: int, day: str | None, text: str, now: datetime
) -> None:
    """Write a note anew; whose it is and what it is on stay.

    Raises:
        QuestionError: it is not there or not theirs, or the day or the text cannot be one. Nothing was changed.
    """
    when, words = _day(day, now), _words(text)
    with writing(record) as connection:
        known = _known(connection, note_id)
        if not may_change(person, known):
            raise QuestionError(_("Only who wrote this note may change it. Nothing was changed."))
        connection.execute(
            update(ops_note)
            .where(_note.note_id == note_id)
            .values(day=day_key(when), text=words, changed_at=now)
        )
        detail = {
            "note": note_id,
            "before": {"day": known.day.isoformat(), "text": known.text},
            "after": {"day": when.isoformat(), "text": words},
        }
        _trail(connection, person, "note_changed", detail, now)


def remove(record: Engine, person: Person, note_id: int, now: datetime) -> None:
    """Take a note away; the trail keeps what it said.

    Raises:
        QuestionError: it is not there or not theirs. Nothing was changed.
    """
    with writing(record) as connection:
        known = _known(connection, note_id)
        if not may_remove(person, known):
            raise QuestionError(
                _(
                    "Only who wrote this note or an administrator may remove it. Nothing was changed."
                )
            )
        connection.execute(delete(ops_note).where(_note.note_id == note_id))
        detail = {
            "note": note_id,
            "kpi": known.kpi,
            "series": known.series,
            "day": known.day.isoformat(),
            "text": known.text,
            "author": known.subject,
        }
        _trail(connection, person, "note_removed", detail, now)


def _known(connection: Connection, note_id: int) -> Note:
    row = connection.execute(select(ops_note).where(_note.note_id == note_id)).first()
    if row is None:
        raise QuestionError(_("This note is not there any more. Nothing was changed."))
    return _of(row)


def _day(told: str | None, now: datetime) -> date:
    try:
        day = date.fromisoformat((told or "")[:10])
    except ValueError:
        raise QuestionError(_("Which day? Write it as 2026-03-31. Nothing was kept.")) from None
    if not _EARLIEST <= day <= date(now.year + _YEARS_AHEAD, 12, 31):
        raise QuestionError(
            _(
                "A day between {first} and {last}, please. Nothing was kept.",
                first=_EARLIEST.year,
                last=now.year + _YEARS_AHEAD,
            )
        )
    return day


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise QuestionError(_("What happened? Write a few words. Nothing was kept."))
    if len(words) > LONGEST:
        raise QuestionError(
            _(
                "A note has at most {most} letters; this one has {count}. Nothing was kept.",
                most=LONGEST,
                count=len(words),
            )
        )
    return words


def _found(record: Engine, query: Any) -> list[Note]:
    with record.connect() as connection:
        return [_of(row) for row in connection.execute(query)]


def _of(row: Row[Any]) -> Note:
    told = row._asdict()
    return Note(day=day_of(told.pop("day")), **told)


def _trail(
    connection: Connection, person: Person, action: str, detail: Mapping[str, Any], now: datetime
) -> None:
    connection.execute(
        insert(ops_audit).values(at=now, subject=person.subject, action=action, detail=dict(detail))
    )
