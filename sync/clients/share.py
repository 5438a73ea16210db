"""This process's part of what an account allows to all: requests in flight, by the minute, by the day.

Permits are leased in the record, so that processes and machines that share an account stay below one limit
together. A process takes its part once and prolongs it every few seconds while it works; counting goes
along in the same transaction, so a request by itself costs no write.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from models.database import record_time, writing
from models.errors import QuotaSpentError, SourceAuthError
from models.tables.operations import ops_account, ops_permit, ops_quota
from models.told import together, told

from ..engine.lease import is_dead, process_name
from .limits import DAY, Limits, Seat, part_of, room_at

TTL = timedelta(seconds=30)
BEAT = 5.0  # seconds between two renewals
TURN = timedelta(seconds=20)  # then a process that holds permits lets one in that has none
_KEPT = timedelta(hours=25)
_ROOM_SHARE = 0.01  # of the day's requests must be free before a parked system is asked again
_UNKNOWN_RESET = timedelta(hours=1)  # others spent the quota: when, nobody tells
_ASK_AGAIN = 1.0  # seconds until a process without a permit looks again
_permit, _quota, _account = ops_permit.c, ops_quota.c, ops_account.c


class NotAskedError(SourceAuthError):
    """The credentials were refused before; this time nobody was asked."""


class RecordShare:
    """The share of one client in its account, kept in the record. Safe between threads."""

    def __init__(
        self,
        engine: Engine,
        account: str,
        title: str,
        limits: Limits,
        credentials: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._name, self._title, self._limits = engine, account, title, limits
        self._credentials = credentials
        self._monotonic = monotonic
        self._seat = secrets.token_hex(8)
        self._lock = threading.RLock()
        self._urgent = False
        self._held = 0
        self._valid_until = float("-inf")
        self._in_flight = self._begun = self._uncounted = 0
        self._sent_today = 0
        self._allowed: int | None = None
        self._left_today: int | None = None
        self._parked: datetime | None = None
        self._refusal: str | None = None
        self._last_minute: deque[float] = deque()
        self._keeper: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def held(self) -> int:
        """How many requests this client may have in flight."""
        return self._held

    @property
    def has_daily_quota(self) -> bool:
        """Whether the account limits the requests of a day."""
        return self._limits.per_day is not None

    def begin(self, *, urgent: bool) -> None:
        """A piece of work begins; whether a person waits for it decides who goes first."""
        with self._lock:
            self._urgent = urgent
            self._valid_until = float("-inf")

    def turn(self) -> float:
        """Seconds until the next request may be sent; 0 means now, and counts it.

        Raises:
            QuotaSpentError: not today.
            NotAskedError: these very credentials were refused before, and nobody waits.
        """
        with self._lock:
            if self._monotonic() >= self._valid_until:
                self.renew()
            self._refuse_what_is_vain()
            if not self._held:
                return _ASK_AGAIN
            wait = self._until_the_minute_allows()
            if wait > 0:
                return wait
            self._last_minute.append(self._monotonic())
            self._uncounted += 1
            self._begun += 1
            self._in_flight += 1
            self._keep()
            return 0.0

    def done(self) -> None:
        """A request that had its turn has ended."""
        with self._lock:
            self._in_flight -= 1

    def renew(self) -> None:
        """Write down what was sent, and take or prolong our part; one transaction."""
        with self._lock, writing(self._engine) as connection:
            now = record_time(connection)
            sent = self._count(connection, now)
            self._learn(connection, now)
            self._sent_today = sum(sent.values())
            self._begun = 0
            self._check_day(connection, sent, now)
            refused = self._refusal is not None and not self._urgent
            if self._parked is not None or refused:
                self._give_back(connection)
            else:
                self._held = self._take(connection, now)
        # without a permit we look again the next time
        self._valid_until = self._monotonic() + (TTL.total_seconds() / 2 if self._held else 0.0)

    def told(self, left_today: int) -> None:
        """The account tells how many requests it still takes today."""
        with self._lock, writing(self._engine) as connection:
            now = record_time(connection)
            minute = now.replace(second=0, microsecond=0)
            before = self._count(connection, now).get(minute, 0)  # as of the minute's beginning
            _write(connection, self._name, left_today=left_today + before, told_at=minute)
            self._valid_until = float("-inf")

    def park(self) -> datetime:
        """The account refuses however long we wait: leave it alone for a while. Returns until when."""
        with self._lock, writing(self._engine) as connection:
            now = record_time(connection)
            sent = self._count(connection, now)
            room = self._room()
            until = room_at(sent, sum(sent.values()), room, now) or now + _UNKNOWN_RESET
            self._parked = min(until, now + _UNKNOWN_RESET)
            _write(connection, self._name, parked_until=self._parked)
            return self._parked

    def refused(self, text: str) -> None:
        """The credentials were refused: without a person or a new setting they are not tried again."""
        with self._lock, writing(self._engine) as connection:
            _write(connection, self._name, refused=self._credentials, refused_text=text)
            self._refusal = text

    def accepted(self) -> None:
        """The account gave a good answer."""
        if self._refusal is None:
            return
        with self._lock, writing(self._engine) as connection:
            _write(connection, self._name, refused=None, refused_text=None)
            self._refusal = None

    def close(self) -> None:
        """Give back what we hold."""
        self._closed.set()
        keeper = self._keeper
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join()
        if self._held or self._uncounted:
            self._release()

    # ------------------------------------------------------------ within the lock

    def _refuse_what_is_vain(self) -> None:
        if self._refusal is not None and not self._urgent:
            raise NotAskedError(
                told(
                    "{refusal} {title} is not asked again with the same credentials by the schedule, lest"
                    " it lock them; a changed setting or a refresh by a person tries anew.",
                    refusal=self._refusal,
                    title=self._title,
                )
            )
        if self._parked is not None:
            raise self._spent(self._parked)
        allowed = self._allowed
        if allowed is not None and self._sent_today + self._uncounted >= allowed:
            self.renew()
            if self._parked is not None:
                raise self._spent(self._parked)

    def _spent(self, until: datetime) -> QuotaSpentError:
        said: list[str] = [
            told(
                "The requests that {system} allows us for a day are used up: {sent} were sent.",
                system=self._title,
                sent=f"{self._sent_today + self._uncounted:,}",
            )
        ]
        if self._limits.per_day:
            said.append(
                told(
                    "Of the {limit} in 24 hours we use {share}.",
                    limit=f"{self._limits.per_day:,}",
                    share=f"{1 - self._limits.reserve:.0%}",
                )
            )
        if self._limits.per_day and not self._urgent:
            said.append(told("The last tenth of them is kept for refreshes that people ask for."))
        said.append(
            told(
                "Nothing is asked of it until {until} UTC. What was fetched is kept; the first run after that "
                "goes on.",
                until=f"{until:%Y-%m-%d %H:%M}",
            )
        )
        return QuotaSpentError(together(said), until)

    def _until_the_minute_allows(self) -> float:
        if self._limits.per_minute is None:
            return 0.0
        ours = self._limits.per_minute * (1 - self._limits.reserve)
        most = max(1, int(ours * self._held / self._limits.concurrency))
        now, stamps = self._monotonic(), self._last_minute
        while stamps and stamps[0] <= now - 60:
            stamps.popleft()
        return stamps[0] + 60 - now if len(stamps) >= most else 0.0

    def _count(self, connection: Connection, now: datetime) -> dict[datetime, int]:
        """Add what was sent since the last time; what all our processes sent in 24 hours, by minute."""
        minute = now.replace(second=0, microsecond=0)
        if self._uncounted:
            mine = (_quota.account == self._name) & (_quota.minute == minute)
            more = {"requests": _quota.requests + self._uncounted}
            if connection.execute(update(ops_quota).where(mine).values(more)).rowcount == 0:
                old = (_quota.account == self._name) & (_quota.minute < now - _KEPT)
                connection.execute(delete(ops_quota).where(old))
                first = {"account": self._name, "minute": minute, "requests": self._uncounted}
                connection.execute(insert(ops_quota).values(first))
            self._uncounted = 0
        today = select(_quota.minute, _quota.requests).where(
            _quota.account == self._name, _quota.minute > now - DAY
        )
        return {row.minute: row.requests for row in connection.execute(today)}

    def _learn(self, connection: Connection, now: datetime) -> None:
        """What others, or earlier runs, found out about the account."""
        query = select(ops_account).where(_account.account == self._name)
        known = connection.execute(query).first()
        kept = self._limits.kept_for_others()
        if known is None or (known.per_day, known.kept_for_others) != (self._limits.per_day, kept):
            _write(connection, self._name, per_day=self._limits.per_day, kept_for_others=kept)
        self._parked = self._refusal = self._left_today = None
        if known is None:
            return
        if known.parked_until is not None and known.parked_until > now:
            self._parked = known.parked_until
        if known.refused == self._credentials:
            self._refusal = known.refused_text
        if known.told_at is not None and known.told_at > now - DAY:
            since = select(func.coalesce(func.sum(_quota.requests), 0)).where(
                _quota.account == self._name, _quota.minute >= known.told_at
            )
            self._left_today = known.left_today - int(connection.scalar(since) or 0)

    def _take(self, connection: Connection, now: datetime) -> int:
        """Our part of the permits, written down."""
        rows = connection.execute(select(ops_permit).where(_permit.account == self._name)).all()
        living = [row for row in rows if row.expires_at > now and not is_dead(row.owner)]
        gone = {row.seat for row in rows} - {row.seat for row in living}
        if gone:
            mine = _permit.account == self._name
            connection.execute(delete(ops_permit).where(mine, _permit.seat.in_(gone)))
        known = next((row for row in living if row.seat == self._seat), None)
        since = known.since if known else now
        if since < now - TURN and len(living) > self._limits.concurrency:
            since = now  # to the end of the queue: others have none
        seats = [
            Seat(row.seat, row.held, row.urgent, row.since) for row in living if row is not known
        ]
        seats.append(Seat(self._seat, 0, self._urgent, since))
        held = part_of(self._seat, seats, self._limits.concurrency)
        values: dict[str, Any] = {
            "held": held, "urgent": self._urgent, "since": since, "expires_at": now + TTL
        }  # fmt: skip
        row = (_permit.account == self._name) & (_permit.seat == self._seat)
        if known is not None:
            connection.execute(update(ops_permit).where(row).values(values))
        else:
            names = {"account": self._name, "seat": self._seat, "owner": process_name()}
            connection.execute(insert(ops_permit).values(names | values))
        return held

    def _check_day(
        self, connection: Connection, sent: Mapping[datetime, int], now: datetime
    ) -> None:
        """Park when the day's requests are spent, by our own count or by the account's word."""
        allowed = self._limits.daily(urgent=self._urgent)
        used = sum(sent.values())
        if allowed is not None and self._left_today is not None:
            not_ours = (self._limits.per_day or 0) - allowed
            allowed = min(allowed, used + self._left_today - not_ours)
        self._allowed = allowed
        if allowed is None or self._parked is not None or used < allowed:
            return
        until = room_at(sent, allowed, self._room(), now) or now + _UNKNOWN_RESET
        self._parked = until
        if self._urgent:  # the schedule's part was spent before; now nobody may ask
            _write(connection, self._name, parked_until=until)

    def _room(self) -> int:
        return max(1, int((self._limits.per_day or 0) * _ROOM_SHARE))

    # ------------------------------------------------------------ while requests are in flight

    def _keep(self) -> None:
        if self._keeper is None or not self._keeper.is_alive():
            self._keeper = threading.Thread(
                target=self._prolong, name=f"share {self._name}", daemon=True
            )
            self._keeper.start()

    def _prolong(self) -> None:
        """Prolong our part while we ask; give it back once we do not."""
        while not self._closed.wait(BEAT):
            with self._lock:
                try:
                    if not self._in_flight and not self._begun:
                        self._release()
                        self._keeper = None
                        return
                    self.renew()
                except DBAPIError:
                    continue  # the next chunk finds out, and says so

    def _release(self) -> None:
        try:
            with self._lock, writing(self._engine) as connection:
                self._count(connection, record_time(connection))
                self._give_back(connection)
        except DBAPIError:
            return  # it runs out by itself

    def _give_back(self, connection: Connection) -> None:
        row = (_permit.account == self._name) & (_permit.seat == self._seat)
        connection.execute(delete(ops_permit).where(row))
        self._held, self._valid_until = 0, float("-inf")


def _write(connection: Connection, account: str, **values: Any) -> None:
    row = _account.account == account
    if connection.execute(update(ops_account).where(row).values(values)).rowcount == 0:
        known = {"account": account, "kept_for_others": 0}
        connection.execute(insert(ops_account).values(known | values))
