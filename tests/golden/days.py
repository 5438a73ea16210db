"""A firm's people, days and bookings, read by plain SQL from the record's tables and worked out in Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

from sqlalchemy import text

from models.metrics.kpi import Side

from .asked import only_of

TODAY = date(2026, 11, 20)
LAST = date(2027, 11, 30)  # capacity is known for a year
# days are rounded to four places before they are added up
CLOSE = Decimal("0.000002")

_OWN = ("Internal productive", "Internal administration", "Time off")


class Firm:
    """The people, their days and their bookings, as SuiteProjects Pro's tables have them."""

    def __init__(self, record):
        self.record = record
        self.gross, self.net = cache(self.gross), cache(self.net)  # asked of each day by many
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

    def scheduled(self, user, day):
        """By the week of the person; nobody works before the first day or after the last."""
        hired, released, pattern, _, _ = self.people[user]
        if not hired <= day.isoformat() <= released or day > LAST:
            return Fraction(0)
        return Fraction(pattern[day.weekday()])

    def gross(self, user, day):
        """Scheduled less public holidays."""
        hours = self.scheduled(user, day)
        return min(hours, self.off[self.people[user][3]].get(day, hours))

    def net(self, user, day):
        return max(self.gross(user, day) - self.away.get((user, day), Fraction(0)), Fraction(0))

    @staticmethod
    def days(first, last):
        return _days(first, last)

    @staticmethod
    def is_client(kind):
        return kind not in _OWN

    def rollup(self):
        return [user for user, told in self.people.items() if told[4]]

    def capacity(self, days):
        return sum((self.net(user, day) for user in self.rollup() for day in days), Fraction(0))

    def booked(self, *, with_role=False):
        """User, day, contract type, booking type, hours (and role) of every booking from today on."""
        for user, kind, type_, first, last, hours, role in self.read(
            """
            SELECT b.user_id, p.contract_type, t.name, b.start_date, b.end_date, b.hours, j.name
            FROM stg_suiteprojects__booking b
            JOIN stg_suiteprojects__job_code j ON j.id = b.job_code_id
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
                    told = user, day, kind, type_, Fraction(hours, 10_000) * share
                    yield (*told, role) if with_role else told

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


def days_of(period):
    return _days(period.first.start, period.last.end)


def exact(number):
    return Decimal(number.numerator) / Decimal(number.denominator)


def near(told_of, expected, by=CLOSE):
    """Whether a number that was told is what it should be, but for the rounding of its days."""
    return abs(told_of - exact(expected)) < by


def told(loaded, key, period, **more):
    return only_of(loaded, key, period, Side.PSA, **more)
