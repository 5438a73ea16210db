"""Hours by what they are used for, capacity and bookings ahead, fees to come, by plain SQL on the mirrored records."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from models.metrics.kpi import Lens, Side
from models.period import Period

from .asked import SIX, by_name, only_of, sums_of
from .days import TODAY, days_of, exact, near

HOURS = Decimal("0.5")  # days of many people are rounded to four places
SOFT = Fraction(1, 2)  # the probability of a soft booking, where its deal tells none


def _booked(firm, days, *, only=lambda user, kind: True):
    weights = {"Hard": 1, "Internal": 1, "Soft": SOFT}
    return sum(
        (
            hours * weights[type_]
            for user, day, kind, type_, hours in firm.booked()
            if day in days and only(user, kind)
        ),
        Fraction(0),
    )


# a month that is over, one with late time, the running one, one to come, a quarter, a year
@pytest.mark.parametrize("period", ["2026-05", "2026-10", "2026-11", "2027-01", "2026-Q4", "2025"])
def test_capacity_goes_on_after_today_less_public_holidays(loaded, firm, period):
    days = days_of(Period.parse(period))
    known = sum((firm.gross(user, day) for user in firm.rollup() for day in days), Fraction(0))

    told = only_of(loaded, "capacity_with_ahead", period, Side.PSA)

    assert near(told, known, HOURS)


@pytest.mark.parametrize("period", ["2026-05", "2026-11", "2025"])
def test_hours_booked_on_client_work_are_those_from_today_on_whatever_the_period(
    loaded, firm, period
):
    ahead = set(days_of(Period.parse("2026-11..2028-12")))
    known = _booked(firm, ahead, only=lambda _, kind: firm.is_client(kind))

    told = only_of(loaded, "client_hours_booked", period, Side.PSA)

    assert known > 0
    assert near(told, known, HOURS)


_WORKED = """
    SELECT CASE WHEN p.contract_type = 'Internal administration' THEN 'Other work'
        WHEN p.contract_type = 'Internal productive' OR coalesce(t.is_non_billable, 0) THEN 'Productive'
        ELSE 'Billable' END, sum(e.hours)
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X', 'S')
    JOIN stg_suiteprojects__project p ON p.id = e.project_id AND p.contract_type <> 'Time off'
    LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    WHERE e.date BETWEEN :first AND :last AND e.date < :today AND e.user_id IN (
        SELECT user_id FROM stg_suiteprojects__target_utilization WHERE percentage > 0) GROUP BY 1"""


@pytest.mark.parametrize("period", ["2026-05", "2026-10", "2026-11", "2027-01", "2026-Q2", "2025"])
def test_hours_are_told_by_what_they_were_used_and_are_booked_for(loaded, firm, period):
    days = days_of(Period.parse(period))
    worked = {
        use: Fraction(hours, 10_000)
        for use, hours in firm.read(
            _WORKED, first=str(days[0]), last=str(days[-1]), today=str(TODAY)
        )
    }
    people = set(firm.rollup())
    leave = sum(
        (firm.gross(user, day) - firm.net(user, day) for user in people for day in days),
        Fraction(0),
    )
    booked = _booked(firm, set(days), only=lambda user, kind: user in people)
    known = sum(worked.values(), Fraction(0)) + leave + booked

    told = {
        use: number
        for (use, _), number in by_name(
            loaded, "hours_by_use", period, Side.PSA, ("use",), lens=Lens.CONSOLIDATED
        ).items()
    }
    assert near(sum(told.values()), known, HOURS)
    assert only_of(loaded, "hours_by_use", period, Side.PSA) == sum(told.values())
    for use in ("Billable", "Productive", "Other work"):
        assert abs(told.get(use, Decimal(0)) - exact(worked.get(use, Fraction(0)))) <= SIX, use
    away = told.get("Leave", Decimal(0)) + told.get("Leave ahead", Decimal(0))
    assert near(away, leave, HOURS)


_TO_COME = """
    SELECT r.currency, max(r.amount - coalesce((
        SELECT sum(c.amount) FROM stg_suiteprojects__charge c
        WHERE c.billing_rule_id = r.id AND c._deleted_at IS NULL), 0), 0)
    FROM stg_suiteprojects__billing_rule r
    JOIN stg_suiteprojects__project p ON p.id = r.project_id AND p.is_active
    WHERE r.type = 'F' AND r._deleted_at IS NULL AND r.start_date > :today"""


@pytest.mark.parametrize("period", ["2026-05", "2026-11", "2025"])
def test_milestones_to_come_are_fees_whose_day_has_not_come_less_what_is_charged(
    loaded, record, period
):
    known = sums_of(record, _TO_COME, today=str(TODAY))

    assert known
    assert by_name(loaded, "milestones_to_come", period, Side.PSA, lens=Lens.TRANSACTION) == known
