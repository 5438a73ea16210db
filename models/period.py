"""Reporting periods: a month, a quarter or a year, the calendar's or the firm's, and the text they travel as."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date

from .errors import QuestionError
from .texts import Text, _

_FORMS = re.compile(
    r"^(?:(?P<year>[1-9]\d{3})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?"
    r"|FY(?P<fiscal_year>[1-9]\d{3})(?:-Q(?P<fiscal_quarter>[1-4]))?)$"
)
_HELP: Text = "Write 2026-03, 2026-Q1 or 2026; FY2026 or FY2026-Q1 for a fiscal year or quarter."


def day_key(day: date) -> int:
    """yyyymmdd, the integer that facts carry."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(key: int) -> date:
    """The day of a yyyymmdd integer."""
    return date(key // 10_000, key // 100 % 100, key % 100)


def week_of(day: date) -> str:
    """The week of a day as ISO 8601 names it: 2026-W03."""
    year, number, _day = day.isocalendar()
    return f"{year}-W{number:02}"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; `key` is yyyymm, the integer that facts carry."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day falls in."""
        return cls(day.year, day.month)

    @classmethod
    def from_key(cls, key: int) -> Month:
        """The month of a yyyymm integer."""
        return cls(key // 100, key % 100)

    @property
    def key(self) -> int:
        """yyyymm."""
        return self.year * 100 + self.number

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> Month:
        """The month that lies `months` later (earlier, if negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole months: '2026-03', '2026-Q1' or '2026', 'FY2026-Q1' or 'FY2026'.

    Attributes:
        year_starts: the month in which the years begin that it is told by; periods of the same months are
            equal, however they are told.
    """

    first: Month
    last: Month
    year_starts: int = field(default=1, compare=False)

    @classmethod
    def parse(cls, text: str, year_starts: int = 1) -> Period:
        """Read '2026-03', '2026-Q1', '2026', 'FY2026', 'FY2026-Q1', or a run of months as '2025-11..2026-03'.

        Args:
            year_starts: the month in which the fiscal year begins. It bears the number of the year it ends in.

        Raises:
            QuestionError: the text is none of these.
        """
        first, dots, last = text.partition("..")
        if dots:
            return cls._run(text, first, last)
        found = _FORMS.match(text)
        if not found:
            raise QuestionError(_("'{text}' is not a period. {help}", text=text, help=_(_HELP)))
        if found["fiscal_year"]:
            return cls._fiscal(int(found["fiscal_year"]), found["fiscal_quarter"], year_starts)
        year = int(found["year"])
        if found["month"]:
            return cls.of(Month(year, int(found["month"])))
        if found["quarter"]:
            start = Month(year, int(found["quarter"]) * 3 - 2)
            return cls(start, start.plus(2))
        return cls(Month(year, 1), Month(year, 12))

    @classmethod
    def _fiscal(cls, year: int, quarter: str | None, year_starts: int) -> Period:
        start = Month(year - (year_starts > 1), year_starts)
        if quarter is None:
            return cls(start, start.plus(11), year_starts)
        first = start.plus(3 * int(quarter) - 3)
        return cls(first, first.plus(2), year_starts)

    @classmethod
    def _run(cls, text: str, first: str, last: str) -> Period:
        ends = [_FORMS.match(part) for part in (first, last)]
        if all(end and end["month"] for end in ends):
            begin, finish = cls.parse(first).first, cls.parse(last).last
            if begin <= finish:
                return cls(begin, finish)
        raise QuestionError(_("'{text}' is not a period. {help}", text=text, help=_(_HELP)))

    @classmethod
    def of(cls, month: Month) -> Period:
        """The period of one month."""
        return cls(month, month)

    @property
    def start(self) -> date:
        """The first day."""
        return self.first.start

    @property
    def end(self) -> date:
        """The last day."""
        return self.last.end

    @property
    def months(self) -> tuple[Month, ...]:
        """Its months, in order."""
        count = (self.last.year - self.first.year) * 12 + self.last.number - self.first.number + 1
        return tuple(self.first.plus(step) for step in range(count))

    @property
    def prior(self) -> Period:
        """The period of equal length just before."""
        return self._moved(-len(self.months))

    @property
    def next(self) -> Period:
        """The period of equal length just after."""
        return self._moved(len(self.months))

    @property
    def prior_year(self) -> Period:
        """The same months one year earlier."""
        return self._moved(-12)

    def _moved(self, months: int) -> Period:
        return replace(self, first=self.first.plus(months), last=self.last.plus(months))

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        into, length = (self.first.number - self.year_starts) % 12, len(self.months)
        if (into, length) != (0, 12) and (into % 3, length) != (0, 3):
            return f"{self.first}..{self.last}"
        if self.year_starts == 1:
            year = f"{self.first.year:04d}"
        else:
            year = f"FY{self.first.plus(11 - into).year:04d}"
        return year if length == 12 else f"{year}-Q{into // 3 + 1}"
