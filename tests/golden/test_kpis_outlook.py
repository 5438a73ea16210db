"""Numbers of the weeks ahead equal what the record's own tables say, worked out day by day from the catalogue."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from models.period import Period

from .days import TODAY, days_of, near, told

RUNNING, NEXT, OVER = Period.parse("2026-11"), Period.parse("2027-01"), Period.parse("2026-05")
HOURS = Decimal("0.01")


@pytest.mark.parametrize("period", [RUNNING, NEXT, Period.parse("2026-Q4")], ids=str)
def test_booked_utilization_is_what_is_booked_from_today_on_by_the_hours_there_will_be(
    loaded, firm, period
):
    days = [day for day in days_of(period) if day >= TODAY]
    capacity = firm.capacity(days)
    hard = firm.billable(set(days), {"Hard": 1})
    both = firm.billable(set(days), {"Hard": 1, "Soft": Fraction(1, 2)})

    assert 0 < hard < both
    assert near(told(loaded, "hard_booked_utilization", period), hard / capacity)
    assert near(told(loaded, "booked_utilization", period), both / capacity)


def test_the_running_period_is_hours_to_yesterday_and_bookings_from_today(loaded, firm):
    days = days_of(RUNNING)
    worked = firm.worked([day for day in days if day < TODAY])
    booked = firm.billable(
        {day for day in days if day >= TODAY}, {"Hard": 1, "Soft": Fraction(1, 2)}
    )

    found = told(loaded, "forecast_utilization", RUNNING)

    assert worked > 0
    assert near(found, (worked + booked) / firm.capacity(days))


def test_a_period_that_is_over_has_nothing_booked_and_forecasts_what_was_worked(loaded, firm):
    assert told(loaded, "booked_utilization", OVER) is None
    assert near(
        told(loaded, "forecast_utilization", OVER),
        firm.worked(days_of(OVER)) / firm.capacity(days_of(OVER)),
    )


def test_a_part_timer_is_booked_over_the_days_of_their_own_week(loaded, firm):
    part_timers = [u for u in firm.rollup() if "8|8|8|8|8" not in "|".join(firm.people[u][2])]
    days = set(days_of(NEXT))
    hours = defaultdict(Fraction)
    for user, day, kind, type_, booked in firm.booked():
        if firm.is_client(kind) and day in days:
            hours[user] += booked * {"Hard": 1, "Soft": Fraction(1, 2)}.get(type_, 0)
    user = next(one for one in part_timers if hours[one])
    capacity = sum(firm.net(user, day) for day in days)

    found = told(loaded, "booked_utilization", NEXT, where={"person": [2 * user]})

    assert near(found, hours[user] / capacity)


def test_hours_beyond_a_day_are_told_and_do_not_make_up_for_an_empty_one(loaded, firm):
    days = {day for day in days_of(RUNNING) if day >= TODAY}
    booked = defaultdict(Fraction)
    for user, day, _, type_, hours in firm.booked():
        if day in days and firm.people[user][4]:
            booked[user, day] += hours * (Fraction(1, 2) if type_ == "Soft" else 1)
    over = sum(
        (max(hours - firm.net(user, day), Fraction(0)) for (user, day), hours in booked.items()),
        Fraction(0),
    )

    assert over > 0
    assert near(told(loaded, "over_booked_hours", RUNNING), over, HOURS)
