"""Sessions: a random id in a cookie, everything else in the record, revocable at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from flask import Request
from flask_login import LoginManager
from sqlalchemy import Engine, insert, select, update
from werkzeug.wrappers import Response as BaseResponse

from models.access import Role
from models.database import writing
from models.tables.operations import ops_session

from ..settings import DashboardSettings
from .person import Person

COOKIE = "ov_session"
_TOUCH_EVERY = timedelta(minutes=1)  # spares the record a write with each request


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(
        self, record: Engine, settings: DashboardSettings, clock: Callable[[], datetime]
    ) -> None:
        self._record = record
        self._settings = settings
        self._clock = clock
        self._idle = timedelta(minutes=settings.session_idle_minutes)

    def open(self, person: Person) -> str:
        """Start a session for a person; returns the value of the cookie."""
        value = secrets.token_urlsafe(32)
        now = self._clock()
        with writing(self._record) as connection:
            connection.execute(
                insert(ops_session).values(
                    session_hash=_hash(value),
                    subject=person.subject,
                    email=person.email,
                    name=person.name,
                    role=person.role.value,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=self._settings.session_hours),
                    revoked=False,
                )
            )
        return value

    def person(self, value: str | None, *, touch: bool = True) -> Person | None:
        """The person whose live session a cookie names; `touch` counts it as activity."""
        if not value:
            return None
        digest, now = _hash(value), self._clock()
        with self._record.connect() as connection:
            row = connection.execute(
                select(ops_session).where(ops_session.c.session_hash == digest)
            ).one_or_none()
        if row is None or row.revoked or now >= row.expires_at or now >= row.seen_at + self._idle:
            return None
        if touch and now - row.seen_at >= _TOUCH_EVERY:
            self._set(digest, seen_at=now)
        return Person(
            subject=row.subject,
            name=row.name,
            email=row.email,
            role=Role(row.role),
            session_hash=digest,
        )

    def end(self, value: str | None) -> None:
        """Revoke the session a cookie names."""
        if value:
            self._set(_hash(value), revoked=True)

    def put_cookie(self, response: BaseResponse, value: str) -> None:
        """Give the browser the session's cookie."""
        response.set_cookie(
            COOKIE,
            value,
            httponly=True,
            samesite="Lax",
            secure=self._settings.secure_cookies,
            max_age=self._settings.session_hours * 3600,
            path="/",
        )

    def attach(self, manager: LoginManager) -> None:
        """Let Flask-Login find the current user by our cookie."""

        @manager.request_loader
        def load(request: Request) -> Person | None:
            return self.person(request.cookies.get(COOKIE), touch=request.path != "/api/pulse")

    def _set(self, digest: str, **values: object) -> None:
        with writing(self._record) as connection:
            connection.execute(
                update(ops_session).where(ops_session.c.session_hash == digest).values(**values)
            )


def _hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()
