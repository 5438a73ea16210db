"""Hours of contractors, and hours credited or excluded, by plain SQL on the firm that was put out of order."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest

from models.metrics.catalogue import kpi
from models.metrics.kpi import Side
from models.metrics.query import rows
from models.period import Period

from .asked import EVERYTHING, SIX, UNIT, ask, only_of, rows_of, span_of
from .days import Firm, exact
from .gaps import BOOKED, CONTRACTOR
from .priced import CLIENT

every_period = pytest.mark.parametrize("period", ["2026-05", "2026-10", "2026-Q2", "2025"])


def test_a_contractor_has_capacity_on_the_days_of_a_booking_that_stands(gaps):
    firm = Firm(gaps.record)
    pattern, schedule = firm.read(
        "SELECT work_hours, work_schedule_id FROM stg_suiteprojects__user WHERE id = :id",
        id=CONTRACTOR,
    )[0]
    days = {
        day for first, last, status in BOOKED if status != "R" for day in firm.days(first, last)
    }
    for period, months in (
        ("2026-05", "2026-05"),
        ("2026-Q2", "2026-04 2026-05 2026-06"),
        ("2026-10", "2026-10"),
    ):
        known = sum(
            min(
                hours := Fraction(pattern.split("|")[day.weekday()]),
                firm.off[schedule].get(day, hours),
            )
            for day in days
            if day.isoformat()[:7] in months.split()
        )
        found = ask(gaps, "gross_capacity", period, by=("employment",))
        told = {row.dimensions["employment"]: row.psa for row in found.rows}
        assert told.get("contractor", 0) == exact(Fraction(known)), period
        assert told["employee"] + told.get("contractor", 0) == only_of(
            gaps, "gross_capacity", period, Side.PSA
        )
    assert (
        only_of(gaps, "gross_capacity", "2026-05", Side.PSA, where={"employment": ["contractor"]})
        > 0
    )


@every_period
def test_credited_hours_count_as_billable_and_excluded_ones_leave_the_capacity(gaps, period):
    def hours(which):
        found = rows_of(
            gaps,
            f"""SELECT coalesce(sum(e.hours), 0) FROM stg_suiteprojects__time_entry e
                JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
                JOIN stg_suiteprojects__project p ON p.id = e.project_id
                JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
                WHERE strftime('%Y-%m', e.date) BETWEEN :first AND :last AND {which}
                    AND e.user_id IN (SELECT user_id FROM stg_suiteprojects__target_utilization
                        WHERE percentage > 0)""",
            **span_of(period),
        )
        return Decimal(found[0][0]) / UNIT

    billable = hours(f"{CLIENT} AND coalesce(t.is_non_billable, 0) = 0")
    credited = hours("p.name = 'Presales and proposals'")
    excluded = hours("t.name = 'Team meetings'")
    plain = rows(
        gaps.snapshot, kpi("billable_utilization"), Side.PSA, Period.parse(period), EVERYTHING
    ).totals
    told = only_of(gaps, "billable_utilization_credited", period, Side.PSA)

    assert min(credited, excluded) > 0
    assert plain["numerator"] == billable
    whole = (billable + credited) / (plain["denominator"] - excluded)
    assert told == whole.quantize(SIX, rounding=ROUND_HALF_EVEN)
    assert told > only_of(gaps, "billable_utilization", period, Side.PSA)
