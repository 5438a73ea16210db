"""Numbers of the weeks ahead equal what the record's own tables say, worked out day by day from the catalogue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import text

from models.access import Scope
from models.metrics import catalogue
from models.metrics.query import answer
from models.period import Period

TODAY = date(2026, 11, 20)
LAST = date(2027, 11, 30)  # capacity is known for a year
RUNNING, NEXT, OVER = Period.parse("2026-11"), Period.parse("2027-01"), Period.parse("2026-05")
# days are rounded to four places before they are added up
CLOSE = Decimal("0.000002")
HOURS = Decimal("0.01")

_OWN = ("Internal productive", "Internal administration", "Time off")


class Firm:
    """The people, their days and their bookings, as SuiteProjects Pro's tables have them."""

    def __init__(self, record):
        self.record = record
        self.off = defaultdict(dict)
        for schedule, first, last, hours in self.read("""
            SELECT work_schedule_id, start_date, end_date, hours
            FROM stg_suiteprojects__schedule_exception WHERE coalesce(user_id, 0) = 0"""):
            for day in _days(first, last):
                self.off[schedule][day] = Fraction(hours or 0, 10_000)
        self.people = {
            user: (hired, released or "9999-12-31", pattern.split("|"), schedule, percentage > 0)
            for user, hired, released, pattern, schedule, percentage in self.read("""
                SELECT u.id, e.hiredate, e.releasedate, u.work_hours, u.work_schedule_id,
                    coalesce(t.percentage, 0)
                FROM stg_suiteprojects__user u JOIN stg_netsuite__employee e ON e.id = u.netsuite_id
                LEFT JOIN stg_suiteprojects__target_utilization t ON t.user_id = u.id""")
        }
        self.away = {
            (user, date.fromisoformat(day)): Fraction(hours, 10_000)
            for user, day, hours in self.read(f"""
                SELECT e.user_id, e.date, sum(e.hours) FROM stg_suiteprojects__time_entry e
                JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
                JOIN stg_suiteprojects__project p ON p.id = e.project_id
                WHERE p.contract_type = 'Time off' AND s.status IN ('A', 'X')
                    AND e.date <= '{TODAY}' GROUP BY 1, 2
                UNION ALL
                SELECT d.user_id, d.date, sum(d.hours) FROM stg_suiteprojects__leave_day d
                JOIN stg_suiteprojects__leave l ON l.id = d.leave_id
                WHERE l.approval_status = 'A' AND d.date > '{TODAY}' GROUP BY 1, 2""")
        }

    def read(self, query, **values):
        with self.record.connect() as connection:
            return connection.execute(text(query), values).all()

    def gross(self, user, day):
        """Scheduled less public holidays; nobody works before the first day or after the last."""
        hired, released, pattern, schedule, _ = self.people[user]
        if not hired <= day.isoformat() <= released or day > LAST:
            return Fraction(0)
        hours = Fraction(pattern[day.weekday()])
        return min(hours, self.off[schedule].get(day, hours))

    def net(self, user, day):
        return max(self.gross(user, day) - self.away.get((user, day), Fraction(0)), Fraction(0))

    def rollup(self):
        return [user for user, told in self.people.items() if told[4]]

    def capacity(self, days):
        return sum((self.net(user, day) for user in self.rollup() for day in days), Fraction(0))

    def booked(self):
        """User, day, contract type, booking type and hours of every booking from today on."""
        for user, kind, type_, first, last, hours in self.read(
            """
            SELECT b.user_id, p.contract_type, t.name, b.start_date, b.end_date, b.hours
            FROM stg_suiteprojects__booking b
            JOIN stg_suiteprojects__project p ON p.id = b.project_id
            JOIN stg_suiteprojects__booking_type t ON t.id = b.booking_type_id
            WHERE b.end_date >= :today AND coalesce(b.approval_status, 'O') <> 'R'""",
            today=TODAY.isoformat(),
        ):
            days = [day for day in _days(first, last) if self.gross(user, day) > 0]
            whole = sum(self.gross(user, day) for day in days)
            for day in days:
                if day >= TODAY:
                    share = self.gross(user, day) / whole
                    yield user, day, kind, type_, Fraction(hours, 10_000) * share

    def billable(self, days, weights):
        """Booked on client projects, by type of booking; nothing of a deal's own probability is known."""
        return sum(
            (
                hours * weights.get(type_, 0)
                for user, day, kind, type_, hours in self.booked()
                if kind not in _OWN and day in days and self.people[user][4]
            ),
            Fraction(0),
        )

    def worked(self, days, statuses=("A", "X", "S")):
        names = ", ".join(f"'{one}'" for one in statuses)
        found = self.read(
            f"""
            SELECT coalesce(sum(e.hours), 0) FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
            JOIN stg_suiteprojects__project p ON p.id = e.project_id
            LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
            WHERE s.status IN ({names}) AND e.date BETWEEN :first AND :last
                AND p.contract_type NOT IN {_OWN} AND coalesce(t.is_non_billable, 0) = 0
                AND e.user_id IN (SELECT user_id FROM stg_suiteprojects__target_utilization
                    WHERE percentage > 0)""",
            first=min(days).isoformat(),
            last=max(days).isoformat(),
        )
        return Fraction(found[0][0], 10_000)


def _days(first, last):
    first, last = (date.fromisoformat(str(one)) for one in (first, last))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _of(period):
    return _days(period.first.start, period.last.end)


def _near(told, expected, by=CLOSE):
    return abs(told - Decimal(expected.numerator) / Decimal(expected.denominator)) < by


def _told(loaded, key, period, **more):
    found = answer(loaded.snapshot, catalogue.kpi(key), period, Scope.everything(), **more)
    return found.only.psa


@pytest.fixture(scope="module")
def firm(loaded):
    return Firm(loaded.record)


@pytest.mark.parametrize("period", [RUNNING, NEXT, Period.parse("2026-Q4")], ids=str)
def test_booked_utilization_is_what_is_booked_from_today_on_by_the_hours_there_will_be(
    loaded, firm, period
):
    days = [day for day in _of(period) if day >= TODAY]
    capacity = firm.capacity(days)
    hard = firm.billable(set(days), {"Hard": 1})
    both = firm.billable(set(days), {"Hard": 1, "Soft": Fraction(1, 2)})

    assert 0 < hard < both
    assert _near(_told(loaded, "hard_booked_utilization", period), hard / capacity)
    assert _near(_told(loaded, "booked_utilization", period), both / capacity)


def test_the_running_period_is_hours_to_yesterday_and_bookings_from_today(loaded, firm):
    days = _of(RUNNING)
    worked = firm.worked([day for day in days if day < TODAY])
    booked = firm.billable(
        {day for day in days if day >= TODAY}, {"Hard": 1, "Soft": Fraction(1, 2)}
    )

    told = _told(loaded, "forecast_utilization", RUNNING)

    assert worked > 0
    assert _near(told, (worked + booked) / firm.capacity(days))


def test_a_period_that_is_over_has_nothing_booked_and_forecasts_what_was_worked(loaded, firm):
    assert _told(loaded, "booked_utilization", OVER) is None
    assert _near(
        _told(loaded, "forecast_utilization", OVER),
        firm.worked(_of(OVER)) / firm.capacity(_of(OVER)),
    )


def test_a_part_timer_is_booked_over_the_days_of_their_own_week(loaded, firm):
    part_timers = [u for u in firm.rollup() if "8|8|8|8|8" not in "|".join(firm.people[u][2])]
    days = set(_of(NEXT))
    hours = defaultdict(Fraction)
    for user, day, kind, type_, booked in firm.booked():
        if kind not in _OWN and day in days:
            hours[user] += booked * {"Hard": 1, "Soft": Fraction(1, 2)}.get(type_, 0)
    user = next(one for one in part_timers if hours[one])
    capacity = sum(firm.net(user, day) for day in days)

    told = _told(loaded, "booked_utilization", NEXT, where={"person": [2 * user]})

    assert _near(told, hours[user] / capacity)


def test_hours_beyond_a_day_are_told_and_do_not_make_up_for_an_empty_one(loaded, firm):
    days = {day for day in _of(RUNNING) if day >= TODAY}
    booked = defaultdict(Fraction)
    for user, day, _, type_, hours in firm.booked():
        if day in days and firm.people[user][4]:
            booked[user, day] += hours * (Fraction(1, 2) if type_ == "Soft" else 1)
    over = sum(
        (max(hours - firm.net(user, day), Fraction(0)) for (user, day), hours in booked.items()),
        Fraction(0),
    )

    assert over > 0
    assert _near(_told(loaded, "over_booked_hours", RUNNING), over, HOURS)
