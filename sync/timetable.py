"""Which group of entities is due when; those that are due together are served by one run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.triggers.base import BaseTrigger

from .selection.schedule import Schedule

_TOGETHER = timedelta(seconds=30)  # slots this close make one run
_TRY_AGAIN = timedelta(minutes=15)


class Timetable:
    """The next slot of every group. Safe between threads."""

    def __init__(self, schedules: Mapping[str, Schedule]) -> None:
        self._schedules = dict(schedules)
        self._next: dict[str, datetime] = {}
        self._put_off: set[str] = set()
        self._lock = Lock()

    def put(self, group: str, slot: datetime) -> None:
        """Set a group's next slot."""
        with self._lock:
            self._next[group] = slot.astimezone(UTC)

    def next_at(self, group: str) -> datetime:
        """A group's next slot, in UTC."""
        with self._lock:
            return self._next[group]

    def due(self, now: datetime) -> list[str]:
        """The groups whose slot has come, or comes within seconds."""
        with self._lock:
            return [group for group, slot in self._next.items() if slot <= now + _TOGETHER]

    def served(self, groups: Collection[str], now: datetime) -> None:
        """A run served these groups: each waits for its first slot that is still ahead.

        What fell due while the run was at work is not made up by another run at once.
        """
        with self._lock:
            for group in groups:
                self._next[group] = self._after(group, now)

    def put_off(self, groups: Collection[str], now: datetime) -> None:
        """No run succeeded: these groups try again soon, however seldom they are due."""
        with self._lock:
            for group in groups:
                after, soon = self._after(group, now), now + _TRY_AGAIN
                self._next[group] = min(after, soon)
                if soon < after:
                    self._put_off.add(group)

    def is_time_to_try_again(self, now: datetime) -> bool:
        """Whether a group that was put off is due; said once for each time it was put off."""
        with self._lock:
            due = {group for group in self._put_off if self._next[group] <= now}
            self._put_off -= due
            return bool(due)

    def _after(self, group: str, now: datetime) -> datetime:
        schedule = self._schedules[group]
        slot = schedule.next_after(self._next[group])
        while slot <= now:
            slot = schedule.next_after(slot)
        return slot


class Slots(BaseTrigger):  # type: ignore[misc]  # APScheduler publishes no types
    """A group's slots as APScheduler asks for them: at the start, and as each job is handed over."""

    def __init__(self, schedule: Schedule, first: datetime) -> None:
        self._schedule, self._first = schedule, first

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The first slot, then each that follows the one before."""
        return self._first if previous is None else self._schedule.next_after(previous)
