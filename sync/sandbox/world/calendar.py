"""Days, months and moments of the invented firm."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

DAY = timedelta(days=1)
MONTHS_OF_HISTORY = 36
MONTHS_AHEAD = 14  # accounting periods that are there already
_CLOSING_DAY = 6
# Whatever the machine's time zone: this long before its midnight lies in the past everywhere.
_SAFELY_PAST = timedelta(hours=14)


def month_of(day: date) -> int:
    """The month a day falls in, as a running number."""
    return day.year * 12 + day.month - 1


def start_of(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def end_of(month: int) -> date:
    """The last day of a month."""
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])


def month_text(month: int) -> str:
    """The month as YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_from(text: str) -> int:
    """The month of a YYYY-MM."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for step in range((last - first).days + 1):
        yield first + timedelta(days=step)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def after_weekend(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if is_weekend(day) else day


@dataclass(frozen=True)
class Clock:
    """The span of the firm's history, in whole months before the running one, and what is closed by `today`."""

    today: date
    history: int = MONTHS_OF_HISTORY

    @cached_property
    def running(self) -> int:
        """The month not yet over."""
        return month_of(self.today)

    @cached_property
    def first(self) -> int:
        """The first month of history."""
        return self.running - self.history

    @cached_property
    def start(self) -> date:
        """The first day of history."""
        return start_of(self.first)

    @cached_property
    def yesterday(self) -> date:
        """The last day that is fully history."""
        return self.today - DAY

    @cached_property
    def closed(self) -> int:
        """The newest month whose books are closed."""
        return self.running - (1 if self.today.day >= _CLOSING_DAY else 2)

    @cached_property
    def now(self) -> datetime:
        """The moment history ends and live events begin."""
        return datetime.combine(self.today, time(), UTC) - _SAFELY_PAST

    def at(self, day: date, hour: int = 12, minute: int = 0) -> datetime:
        """A moment of a day, never later than `now`."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        return min(self.now, moment)

    def months(self) -> range:
        """The months of history, the running one included."""
        return range(self.first, self.running + 1)
