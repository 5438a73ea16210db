"""Numbers of people and of their hours equal plain SQL on the record's own tables, written from the catalogue."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.period import Period

from .asked import SIX, ask

# a closed month, one with late time, a quarter, a year, one across the turn of the year
PERIODS = ("2026-05", "2026-10", "2026-Q2", "2025")

_ENTRIES = """
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
    JOIN stg_suiteprojects__project p ON p.id = e.project_id
    LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    WHERE s.status IN ('A', 'X') AND e.date BETWEEN :first AND :last
        AND e.user_id IN (SELECT user_id FROM stg_suiteprojects__target_utilization WHERE percentage > 0)"""
_CLIENT = "p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')"


def _sum(loaded, period, expression, condition):
    """Hours, which SQLite keeps as 10,000ths."""
    query = text(f"SELECT coalesce(sum({expression}), 0) {_ENTRIES} AND {condition}")
    with loaded.record.connect() as connection:
        found = connection.execute(
            query, {"first": period.first.start.isoformat(), "last": period.last.end.isoformat()}
        ).scalar_one()
    return Decimal(found).scaleb(-4)


def _told(loaded, key, period, side="psa"):
    return getattr(ask(loaded, key, period).only, side)


def _ratio(over, under):
    return (over / under).quantize(SIX, rounding=ROUND_HALF_EVEN)


every_period = pytest.mark.parametrize(
    "period", [Period.parse(one) for one in PERIODS], ids=PERIODS
)


@every_period
def test_utilization_is_the_approved_hours_by_their_kind(loaded, period):
    billable = _sum(loaded, period, "e.hours", f"{_CLIENT} AND coalesce(t.is_non_billable, 0) = 0")
    productive = _sum(loaded, period, "e.hours", "p.contract_type = 'Internal productive'")
    worked = _sum(loaded, period, "e.hours", "p.contract_type <> 'Time off'")
    # the denominator is the same in all of them, and that of billable utilisation the world knows
    capacity = _sum_of_capacity(loaded, period)

    assert _told(loaded, "billable_utilization", period) == _ratio(billable, capacity)
    assert _told(loaded, "productive_utilization", period) == _ratio(
        billable + productive, capacity
    )
    assert _told(loaded, "total_utilization", period) == _ratio(worked, capacity)


_PURPOSES = {  # the tasks of the firm's internal projects, by the rules that are built in
    "Proposal work": "presales", "Demonstrations": "presales", "Training": "training",
    "Methods and assets": "practice_building",
}  # fmt: skip


@every_period
def test_productive_work_is_told_by_what_it_is_for(loaded, period):
    known = {}
    for task, purpose in _PURPOSES.items():
        hours = _sum(
            loaded,
            period,
            "e.hours",
            f"p.contract_type = 'Internal productive' AND t.name = '{task}'",
        )
        known[purpose] = known.get(purpose, 0) + hours
    found = ask(loaded, "productive_internal_hours", period, by=("purpose",))
    shares = ask(loaded, "productive_utilization", period, by=("purpose",))
    capacity = _sum_of_capacity(loaded, period)
    known_of_clients = _sum(
        loaded, period, "e.hours", f"{_CLIENT} AND coalesce(t.is_non_billable, 0) = 0"
    )

    assert {row.dimensions["purpose"]: row.psa for row in found.rows} == known
    assert min(known.values()) > 0
    assert {row.dimensions["purpose"]: row.psa for row in shares.rows} == {
        purpose: _ratio(hours, capacity)
        for purpose, hours in {**known, "client": known_of_clients}.items()
    }


def _sum_of_capacity(loaded, period):
    """That of billable utilisation, which the world knows."""
    return sum(
        (
            loaded.world.totals.parts("billable_utilization", "psa", str(month))[1]
            for month in _months(period)
        ),
        Decimal(0),
    )


def test_credited_utilization_is_billable_utilization_where_nothing_is_credited(loaded):
    period = Period.parse("2026-05")

    assert _told(loaded, "billable_utilization_credited", period) == _told(
        loaded, "billable_utilization", period
    )


def _months(period):
    month = period.first
    while month <= period.last:
        yield month
        month = month.plus(1)


@every_period
def test_headcount_is_who_is_employed_on_the_last_day(loaded, period):
    query = text("""
        SELECT count(*) FROM stg_netsuite__employee
        WHERE hiredate <= :day AND (releasedate IS NULL OR releasedate >= :day)""")
    with loaded.record.connect() as connection:
        found = connection.execute(query, {"day": period.last.end.isoformat()}).scalar_one()

    assert _told(loaded, "headcount", period, "erp") == found
    assert _told(loaded, "headcount", period, "psa") == found


def test_attrition_is_the_leavers_of_a_year_by_the_mean_of_twelve_month_ends(loaded):
    period = Period.parse("2026-10")
    count = text("""
        SELECT count(*) FROM stg_netsuite__employee
        WHERE hiredate <= :day AND (releasedate IS NULL OR releasedate >= :day)""")
    gone = text("""
        SELECT count(*) FROM stg_netsuite__employee
        WHERE releasedate BETWEEN '2025-11-01' AND '2026-10-31'""")
    ends = [period.last.plus(-back).end.isoformat() for back in range(12)]
    with loaded.record.connect() as connection:
        heads = sum(connection.execute(count, {"day": day}).scalar_one() for day in ends)
        left = connection.execute(gone).scalar_one()

    assert left > 0
    assert _told(loaded, "attrition", period, "erp") == _ratio(
        Decimal(left), Decimal(heads) / Decimal(12)
    )


def test_time_of_a_week_is_late_when_its_sheet_came_after_the_monday(loaded):
    """Weeks of 1 to 28 June 2026: expected are the week's pattern less public holidays."""
    query = text("""
        SELECT s.user_id, s.start_date, s.submitted, sum(e.hours)
        FROM stg_suiteprojects__timesheet s
        JOIN stg_suiteprojects__time_entry e ON e.timesheet_id = s.id
        WHERE s.start_date BETWEEN '2026-06-01' AND '2026-06-22'
            AND s.submitted > date(s.start_date, '+7 days')
        GROUP BY s.id""")
    with loaded.record.connect() as connection:
        late = len(connection.execute(query).all())
        weeks = connection.execute(
            text("""
            SELECT count(*) FROM stg_suiteprojects__timesheet
            WHERE start_date BETWEEN '2026-06-01' AND '2026-06-22'""")
        ).scalar_one()

    told = _told(loaded, "time_entry_on_time", Period.parse("2026-06"))

    assert 0 < late < weeks
    assert told is not None
    assert told <= _ratio(Decimal(weeks - late), Decimal(weeks))
    assert told > Decimal("0.9")
