"""Personal tokens for the HTTP API: random, shown once, kept as a hash, never more than their person."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.access import Role
from models.database import writing
from models.errors import QuestionError
from models.tables.access import ops_access_address, ops_access_token, ops_person
from models.texts import _

from .. import audit
from ..settings import DashboardSettings
from . import people
from .permissions import Permission, may
from .person import Person

PREFIX = "ov_"
USUAL_DAYS = 90
MOST_DAYS = 365
_HINT = 8  # characters of a token that are kept to know it by
_LONGEST_NAME = 100
_MOST_TOKENS = 20  # that one person has at a time
_TOUCH_EVERY = timedelta(minutes=1)  # spares the record a write with each request
_LOG = logging.getLogger(__name__)
_token, _person, _address = ops_access_token.c, ops_person.c, ops_access_address.c
_RIGHTS = (_person.email, _person.role, _person.signed_in_at, _person.disabled_at)


class Refusal(Enum):
    """Why a token opens nothing; its value says it to its holder, `advice` what to do."""

    UNKNOWN = "One View knows no such token."
    EXPIRED = "The token has expired."
    REVOKED = "The token was revoked."
    NO_ACCESS = "The person whose token this is has no access to One View any more."
    STALE = "The person whose token this is has not signed in for so long that their rights may have changed."

    @property
    def advice(self) -> str:
        """What its holder can do."""
        if self is Refusal.UNKNOWN:
            return "Copy it again in full, or make a new one on the page Access tokens."
        if self is Refusal.NO_ACCESS:
            return "Ask your One View administrator."
        if self is Refusal.STALE:
            return "Sign in to One View once; the token then works again."
        return "Make a new one on the page Access tokens."


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks with which token."""

    person: Person
    token_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as its owner sees it in the list; the secret is nowhere."""

    token_id: int
    name: str
    hint: str
    subject: str
    owner: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    addresses: int

    def is_live(self, now: datetime) -> bool:
        """Whether it has neither expired nor been revoked."""
        return self.revoked_at is None and now < self.expires_at


class Tokens:
    """Makes, lists, revokes and recognises tokens."""

    def __init__(
        self, record: Engine, settings: DashboardSettings, clock: Callable[[], datetime]
    ) -> None:
        self._record = record
        self._clock = clock
        self._known_for = timedelta(days=settings.api_sign_in_days)

    def create(self, person: Person, name: str, days: int = USUAL_DAYS) -> str:
        """Make a token; what is returned is shown once and cannot be had again.

        Raises:
            QuestionError: the name, the days or the number of tokens is not as it must be.
        """
        label, now = _checked(name, days), self._clock()
        value = PREFIX + secrets.token_urlsafe(32)
        with writing(self._record) as connection:
            known = people.row_of(connection, person.subject)
            if known is None:  # signed in before people were written down
                connection.execute(insert(ops_person).values(**_told(person, now)))
            elif known.role is None or known.disabled_at is not None:
                raise QuestionError(
                    _("The person whose token this is has no access to One View any more.")
                )
            live = (
                _token.subject == person.subject,
                _token.revoked_at.is_(None),
                _token.expires_at > now,
            )
            if (connection.scalar(select(func.count()).where(*live)) or 0) >= _MOST_TOKENS:
                raise QuestionError(
                    _(
                        "You have {count} tokens already; none was made. Revoke one that is not used.",
                        count=_MOST_TOKENS,
                    )
                )
            made = connection.scalar(
                insert(ops_access_token)
                .values(
                    secret_hash=_hash(value),
                    hint=value[:_HINT],
                    subject=person.subject,
                    name=label,
                    created_at=now,
                    expires_at=now + timedelta(days=days),
                )
                .returning(_token.token_id)
            )
        detail = {"token": made, "name": label, "days": days}
        audit.note(self._record, now, person.subject, "token_created", detail)
        return value

    def of(self, person: Person) -> list[Token]:
        """A person's own tokens, the newest first."""
        return self._listed(_token.subject == person.subject)

    def all(self) -> list[Token]:
        """Everybody's tokens, the newest first."""
        return self._listed()

    def revoke(self, token_id: int, by: Person) -> bool:
        """End a token: one's own, or anybody's for who manages access; False if it is not theirs to end."""
        now = self._clock()
        mine = () if may(by, Permission.MANAGE_ACCESS) else (_token.subject == by.subject,)
        with writing(self._record) as connection:
            ended = connection.execute(
                update(ops_access_token)
                .where(_token.token_id == token_id, _token.revoked_at.is_(None), *mine)
                .values(revoked_at=now, revoked_by=by.subject)
            ).rowcount
        if ended:
            audit.note(self._record, now, by.subject, "token_revoked", {"token": token_id})
        return bool(ended)

    def admit(self, value: str, address: str) -> Caller | Refusal:
        """Who holds this token now, with today's rights; or why it opens nothing."""
        if not value.startswith(PREFIX):
            return Refusal.UNKNOWN
        now = self._clock()
        from_here = (_address.token_id == _token.token_id) & (_address.address == address[:64])
        query = (
            select(ops_access_token, _person.name.label("owner"), *_RIGHTS, _address.first_at)
            .join(ops_person, _person.subject == _token.subject)
            .outerjoin(ops_access_address, from_here)
            .where(_token.secret_hash == _hash(value))
        )
        with self._record.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return Refusal.UNKNOWN
        refusal = self._refusal(row, now)
        if refusal is not None:
            _LOG.warning("token %d was refused: %s", row.token_id, refusal.name.lower())
            return refusal
        self._touch(row, address[:64], now)
        person = Person(subject=row.subject, name=row.owner, email=row.email, role=Role(row.role))
        return Caller(person=person, token_id=row.token_id)

    def _refusal(self, row: Row[Any], now: datetime) -> Refusal | None:
        if row.revoked_at is not None:
            return Refusal.REVOKED
        if now >= row.expires_at:
            return Refusal.EXPIRED
        if row.role is None or row.disabled_at is not None:
            return Refusal.NO_ACCESS
        return Refusal.STALE if now >= row.signed_in_at + self._known_for else None

    def _touch(self, row: Row[Any], address: str, now: datetime) -> None:
        if row.used_at is None or now - row.used_at >= _TOUCH_EVERY:
            with writing(self._record) as connection:
                connection.execute(
                    update(ops_access_token)
                    .where(_token.token_id == row.token_id)
                    .values(used_at=now)
                )
        if row.first_at is not None:
            return
        try:
            with writing(self._record) as connection:
                connection.execute(
                    insert(ops_access_address).values(
                        token_id=row.token_id, address=address, first_at=now
                    )
                )
        except IntegrityError:  # two requests came at once; the other wrote it down
            return
        detail = {"token": row.token_id, "address": address}
        audit.note(self._record, now, row.subject, "token_new_address", detail)

    def _listed(self, *conditions: Any) -> list[Token]:
        seen = select(func.count()).where(_address.token_id == _token.token_id).scalar_subquery()
        query = (
            select(ops_access_token, _person.name.label("owner"), seen.label("addresses"))
            .join(ops_person, _person.subject == _token.subject)
            .where(*conditions)
            .order_by(_token.created_at.desc(), _token.token_id.desc())
        )
        with self._record.connect() as connection:
            return [
                Token(**{name: getattr(row, name) for name in Token.__dataclass_fields__})
                for row in connection.execute(query)
            ]


def _checked(name: str, days: int) -> str:
    label = name.strip()
    if not label or len(label) > _LONGEST_NAME:
        raise QuestionError(
            _(
                "A token needs a name of at most {count} characters that says what it is for; none was made.",
                count=_LONGEST_NAME,
            )
        )
    if not 1 <= days <= MOST_DAYS:
        raise QuestionError(_("A token lives 1 to {most} days; none was made.", most=MOST_DAYS))
    return label


def _told(person: Person, now: datetime) -> dict[str, object]:
    return {
        "subject": person.subject,
        "name": person.name[:200],
        "email": person.email[:200],
        "role": person.role.value,
        "signed_in_at": now,
    }


def _hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()
