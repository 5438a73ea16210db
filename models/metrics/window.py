"""Which months of the facts count for a period: the period itself, or a window that hangs on it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from ..period import Month


class Span(NamedTuple):
    """A run of months, both ends included, as the integers facts carry; None is open.

    `until` (yyyymmdd) cuts facts that bear days: the equal part of a period that is not over yet.
    """

    first: int | None
    last: int | None
    until: int | None = None

    @classmethod
    def of(cls, month: Month) -> Span:
        """The span of one month."""
        return cls(month.key, month.key)

    @property
    def is_empty(self) -> bool:
        """Whether no month lies within it."""
        return self.first is not None and self.last is not None and self.first > self.last

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month."""
        return self.first is not None and self.first == self.last and self.until is None

    def plus(self, months: int) -> Span:
        """The span that lies `months` later; a cut keeps its day of the month, or the last there is."""
        if not months:
            return self
        first, last = (_plus(month, months) for month in (self.first, self.last))
        if self.until is None:
            return Span(first, last, self.until)
        key, day = _plus(self.until // 100, months) or 0, self.until % 100
        return Span(first, last, key * 100 + min(day, monthrange(key // 100, key % 100)[1]))


class Reach(StrEnum):
    """Where a window begins and ends."""

    PERIOD = "period"
    TO_DATE = "to_date"  # since the beginning, to the period's end
    CLOSING = "closing"  # the period's last month, the running one if the period is not over
    OPENING = "opening"  # the month before the period's first
    YEAR = "year"  # since the fiscal year began
    YEAR_CLOSED = "year_closed"  # the months of the fiscal year whose books are closed
    YEAR_OPEN = "year_open"  # those that are not
    TRAILING = "trailing"  # so many months that end with the period's last
    AHEAD = "ahead"  # so many months that follow the period's last
    BEYOND = "beyond"  # everything after the period's last month


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The months that count for a period.

    Attributes:
        words: as a definition says it ("in the last 12 months"); empty for the period itself.
        months: how many, for `TRAILING` and `AHEAD`.
        shift: by how many months all of it is moved; -12 is the year before.
        is_partial: of what `TRAILING` months there are no data, the rest counts.
    """

    reach: Reach = Reach.PERIOD
    words: str = ""
    months: int = 0
    shift: int = 0
    is_partial: bool = False

    def of(
        self, base: Span, today: Month, year_starts: int = 1, closed: Month | None = None
    ) -> Span:
        """The window of the period that spans `base`.

        Args:
            year_starts: the month fiscal years begin in.
            closed: the newest month whose books are closed; the one before today's by default.
        """
        if self.reach in {Reach.YEAR_CLOSED, Reach.YEAR_OPEN}:
            found = self._of_year(base, closed or today.plus(-1), year_starts)
        else:
            found = self._reached(base, today, year_starts)
        return found.plus(self.shift)

    def shifted(self, months: int, words: str) -> Window:
        """The same window, moved."""
        return replace(self, shift=self.shift + months, words=words)

    @property
    def needs_all(self) -> bool:
        """Whether a part of it makes a wrong number rather than a smaller one."""
        return self.reach is Reach.TRAILING and not self.is_partial

    def _of_year(self, base: Span, closed: Month, year_starts: int) -> Span:
        """The closed or the open months of the fiscal year that the period ends in; there may be none."""
        month = Month.from_key(base.last or 0)
        begin = month.plus(-((month.number - year_starts) % 12))
        if self.reach is Reach.YEAR_CLOSED:
            return Span(begin.key, min(begin.plus(11), closed).key)
        return Span(max(begin, closed.plus(1)).key, begin.plus(11).key)

    def _reached(self, base: Span, today: Month, year_starts: int) -> Span:
        first, last = base.first or 0, base.last or 0
        match self.reach:
            case Reach.TO_DATE:
                return base._replace(first=None)
            case Reach.CLOSING:
                # a month that has begun is stated for today
                return Span.of(Month.from_key(min(last, max(first, today.key))))
            case Reach.OPENING:
                return Span.of(Month.from_key(first).plus(-1))
            case Reach.YEAR:
                month = Month.from_key(last)
                return base._replace(first=month.plus(-((month.number - year_starts) % 12)).key)
            case Reach.TRAILING:
                return base._replace(first=_plus(last, 1 - self.months))
            case Reach.AHEAD:
                return Span(_plus(last, 1), _plus(last, self.months))
            case Reach.BEYOND:
                return Span(_plus(last, 1), None)
            case _:
                return base


PERIOD = Window()
TO_DATE = Window(reach=Reach.TO_DATE, words="to date")
CLOSING = Window(reach=Reach.CLOSING, words="at the end")
OPENING = Window(reach=Reach.OPENING, words="at the beginning")
YEAR_TO_DATE = Window(reach=Reach.YEAR, words="since the year began")
YEAR_CLOSED = Window(reach=Reach.YEAR_CLOSED, words="in the year's closed months")
YEAR_OPEN = Window(reach=Reach.YEAR_OPEN, words="in the year's months to come")
PRIOR_YEAR = Window(words="a year earlier", shift=-12)
BEYOND = Window(reach=Reach.BEYOND, words="after the period")


def trailing(months: int, *, is_partial: bool = False) -> Window:
    """The `months` that end with the period's last; if it is partial, those of them that there are data of."""
    words = f"in the last {months} months"
    return Window(reach=Reach.TRAILING, months=months, words=words, is_partial=is_partial)


def ahead(months: int) -> Window:
    """The `months` that follow the period's last."""
    return Window(reach=Reach.AHEAD, months=months, words=f"in the next {months} months")


def _plus(month: int | None, months: int) -> int | None:
    return None if month is None else Month.from_key(month).plus(months).key
