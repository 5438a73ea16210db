"""How what an account allows is divided: between processes, and over a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

DAY = timedelta(hours=24)
_URGENT_SHARE = 0.1  # of the day's requests, the last ones, are for those that a person waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the account allows to all who ask, and what of it we leave to others.

    Attributes:
        concurrency: requests in flight, of all our processes together.
        per_minute, per_day: requests in 60 seconds and in 24 hours; None: not limited.
        reserve: the part of `per_minute` and `per_day` that is left to others, 0 to 1.
    """

    concurrency: int
    per_minute: int | None = None
    per_day: int | None = None
    reserve: float = 0.0

    def daily(self, *, urgent: bool) -> int | None:
        """How many requests we may have sent in 24 hours; the last tenth only where a person waits."""
        if self.per_day is None:
            return None
        return int(self.per_day * (1 - self.reserve) * (1 if urgent else 1 - _URGENT_SHARE))

    def kept_for_others(self) -> int:
        """Requests of a day that we leave to others."""
        return round((self.per_day or 0) * self.reserve)


class Seat(NamedTuple):
    """One client that shares an account."""

    seat: str
    held: int
    urgent: bool
    since: datetime


def part_of(mine: str, seats: Sequence[Seat], limit: int) -> int:
    """How many of `limit` permits a seat may hold now.

    All get an equal part; what cannot be divided goes to those a person waits for, then to who came first.
    Nobody gets more than is free: the others give theirs back when they renew.
    """
    queue = sorted(seats, key=lambda seat: (not seat.urgent, seat.since, seat.seat))
    place = next(at for at, seat in enumerate(queue) if seat.seat == mine)
    each, over = divmod(limit, len(queue))
    free = limit - sum(seat.held for seat in seats if seat.seat != mine)
    return max(0, min(each + (place < over), free))


def room_at(
    sent: Mapping[datetime, int], allowed: int, room: int, now: datetime
) -> datetime | None:
    """When so many of the requests sent by minute are a day old that `room` more fit; None: not by that."""
    excess = sum(sent.values()) + room - allowed
    if excess <= 0:
        return None
    for minute in sorted(sent):
        excess -= sent[minute]
        if excess <= 0:
            return max(minute + DAY + timedelta(minutes=1), now)
    return None
