"""When a group of entities is refreshed: each so many minutes, or at a local time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .file import DAYS, GroupPart

FREQUENT, STANDARD, REFERENCE = "frequent", "standard", "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a group is due.

    Attributes:
        minutes: from one run to the next; None where a time of day is given.
        at: the local time of day.
        zone: the IANA time zone it is meant in.
        weekdays: Monday is 0; only on these local days.
    """

    minutes: int | None = None
    at: time | None = None
    zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    @property
    def interval(self) -> timedelta:
        """How far two slots are apart at least; the grace of one that was missed."""
        return timedelta(minutes=self.minutes) if self.minutes else timedelta(days=1)

    def next_after(self, moment: datetime) -> datetime:
        """The first slot after a moment, in UTC."""
        if self.at is None:
            return moment.astimezone(UTC) + self.interval
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            if day.weekday() in self.weekdays:
                slot = _instant(day, self.at, zone)
                if slot > moment:
                    return slot
            day += timedelta(days=1)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The one instant of a local time on a day.

    Of a time that comes twice it is the first; of one that the clock skips, as long after the jump as the
    time lies inside the gap.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)  # fold 0 does both


def default_schedules(minutes: int) -> dict[str, Schedule]:
    """The groups there are without a file; all alike, so that "as of" is as new as it can be."""
    return {name: Schedule(minutes=minutes) for name in (FREQUENT, STANDARD, REFERENCE)}


def schedule_of(part: GroupPart) -> Schedule:
    """The schedule that the file declares."""
    if part.at is None or part.zone is None:
        return Schedule(minutes=part.every)
    return Schedule(
        at=time.fromisoformat(part.at),
        zone=part.zone,
        weekdays=tuple(sorted({DAYS.index(day) for day in part.weekdays})),
    )
