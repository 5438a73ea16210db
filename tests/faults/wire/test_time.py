"""Whatever the clocks say: every change arrives, whichever zone it was made in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.once

Firm = Any  # a fixture's class
ZONES = ["America/Los_Angeles", "Asia/Kolkata", "Asia/Kathmandu"]
MIDNIGHT = {  # shortly before the day ends in the zone
    "America/Los_Angeles": datetime(2026, 4, 1, 6, 50, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 3, 31, 18, 20, tzinfo=UTC),
    "Asia/Kathmandu": datetime(2026, 3, 31, 18, 5, tzinfo=UTC),
}
NIGHTS = {  # the hour that comes twice, or never, begins
    "autumn, Los Angeles": ("America/Los_Angeles", datetime(2026, 11, 1, 8, tzinfo=UTC)),
    "spring, Los Angeles": ("America/Los_Angeles", datetime(2026, 3, 8, 9, 30, tzinfo=UTC)),
    "autumn, Berlin": ("Europe/Berlin", datetime(2026, 10, 25, 0, tzinfo=UTC)),
    "spring, Berlin": ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
}


def save(firm: Firm, number: int, at: datetime) -> None:
    """Somebody saves a time bill and a charge."""
    bill = firm.netsuite.system.tables["timebill"].rows[(number,)]
    firm.netsuite.system.put("timebill", bill | {"lastmodifieddate": at, "hours": number})
    slip = firm.suiteprojects.system.tables["Slip"].rows[(number,)]
    firm.suiteprojects.system.put("Slip", slip | {"updated": at, "total": number})


def runs_while_people_save(firm: Firm, times: int, every: timedelta) -> None:
    """Run again and again; before each run records are saved, the last one a moment ago."""
    firm.good_run()
    for turn in range(1, times + 1):
        save(firm, 3 * turn, firm.clock() + timedelta(minutes=1))
        firm.clock.now += every
        save(firm, 3 * turn + 1, firm.clock() - timedelta(seconds=20))
        save(firm, 3 * turn + 2, firm.clock() - timedelta(seconds=1))  # within the margin
        result = firm.run()
        assert result.state == "succeeded", result.error
    firm.clock.now += timedelta(minutes=5)
    firm.good_run()


@pytest.mark.fault(17)
@pytest.mark.all
@pytest.mark.parametrize("zone", ZONES)
def test_what_is_saved_around_local_midnight_arrives_in_every_zone(
    make_firm: Callable[..., Firm], zone: str
) -> None:
    firm = make_firm(netsuite={"time_zone": zone})
    firm.clock.now = MIDNIGHT[zone]

    runs_while_people_save(firm, times=2, every=timedelta(minutes=20))

    firm.assert_undisturbed()


@pytest.mark.fault(18)
@pytest.mark.all
@pytest.mark.parametrize("night", NIGHTS)
def test_no_hour_is_lost_or_read_twice_in_the_night_the_clocks_change(
    make_firm: Callable[..., Firm], night: str
) -> None:
    zone, begins = NIGHTS[night]
    firm = make_firm(netsuite={"time_zone": zone})
    firm.clock.now = begins

    runs_while_people_save(firm, times=3, every=timedelta(minutes=40))

    firm.assert_undisturbed()


@pytest.mark.fault(16)
@pytest.mark.parametrize(
    "ours", [timedelta(hours=-2), pytest.param(timedelta(hours=2), marks=pytest.mark.all)]
)
def test_our_own_clock_may_be_hours_off_the_source_s_rules(firm: Firm, ours: timedelta) -> None:
    wrong = lambda: firm.clock() + ours  # noqa: E731

    firm.good_run(clock=wrong)
    firm.clock.move(minutes=30)
    save(firm, 5, firm.clock() - timedelta(minutes=1))
    firm.good_run(clock=wrong)

    firm.assert_undisturbed()


@pytest.mark.fault(15)
def test_records_saved_in_one_second_and_beyond_a_page_all_arrive(firm: Firm) -> None:
    firm.run()
    firm.clock.move(minutes=30)
    boundary = firm.clock() - timedelta(seconds=5)  # where the window of the run ends
    for number in range(1, 28):
        save(firm, number, boundary)
    firm.good_run()
    firm.clock.move(minutes=1)

    firm.good_run()

    firm.assert_undisturbed()
