"""Each group is due when its schedule says, on nights of daylight saving, too; what is due together is one run."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.selection.schedule import Schedule
from sync.timetable import Slots, Timetable

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def slots(schedule: Schedule, start: datetime, count: int) -> list[datetime]:
    found = [schedule.next_after(start)]
    while len(found) < count:
        found.append(schedule.next_after(found[-1]))
    return found


@pytest.mark.parametrize("zone", ZONES)
@given(at=st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_local_time_of_day_has_one_slot_on_every_local_day_of_a_year(zone, at):
    schedule = Schedule(at=at, zone=zone)

    found = slots(schedule, datetime(2026, 1, 1, tzinfo=UTC), 366)

    days = [slot.astimezone(ZoneInfo(zone)).date() for slot in found]
    assert all(later - day == timedelta(days=1) for day, later in pairwise(days))
    assert all(slot.tzinfo is UTC for slot in found)


@pytest.mark.parametrize(
    ("night", "slot"),
    [
        (
            datetime(2026, 3, 28, 12, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        ),  # skipped
        (
            datetime(2026, 10, 24, 12, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # twice
    ],
)
def test_a_time_that_the_clock_skips_or_repeats_comes_once(night, slot):
    schedule = Schedule(at=time(1, 30), zone="Europe/London")

    first, second = slots(schedule, night, 2)
    assert first == slot
    assert second - first > timedelta(hours=22)


def test_only_on_the_days_of_the_week_that_are_named():
    schedule = Schedule(at=time(2), zone="UTC", weekdays=(0, 4))

    found = slots(schedule, NOON, 4)
    assert [slot.weekday() for slot in found] == [4, 0, 4, 0]


@pytest.fixture
def timetable() -> Timetable:
    made = Timetable({"often": Schedule(minutes=15), "daily": Schedule(at=time(12), zone="UTC")})
    made.put("often", NOON)
    made.put("daily", NOON + timedelta(seconds=10))
    return made


def test_what_is_due_together_is_served_together_and_not_again(timetable):
    assert set(timetable.due(NOON)) == {"often", "daily"}

    timetable.served(["often", "daily"], NOON + timedelta(seconds=5))

    assert timetable.due(NOON + timedelta(seconds=20)) == []
    assert timetable.next_at("often") == NOON + timedelta(minutes=15)
    assert timetable.next_at("daily") == NOON + timedelta(days=1)


def test_what_fell_due_during_a_long_run_is_not_made_up(timetable):
    timetable.served(["often"], NOON + timedelta(minutes=50))

    assert timetable.next_at("often") == NOON + timedelta(minutes=60)


def test_a_group_whose_run_failed_tries_again_soon_and_is_announced_once(timetable):
    timetable.put_off(["often", "daily"], NOON)

    soon = NOON + timedelta(minutes=15)
    assert not timetable.is_time_to_try_again(NOON + timedelta(minutes=14))
    assert timetable.next_at("daily") == soon
    assert timetable.is_time_to_try_again(soon)
    assert not timetable.is_time_to_try_again(soon)


def test_the_scheduler_is_given_the_first_slot_and_then_each_that_follows():
    schedule = Schedule(minutes=15)
    trigger = Slots(schedule, NOON)

    assert trigger.get_next_fire_time(None, NOON) == NOON
    assert trigger.get_next_fire_time(NOON, NOON) == NOON + timedelta(minutes=15)
