"""Deals that were won and what the months to come are covered by, by plain SQL on the mirrored records (D7, E4, E5).

Money of the record is in ten-thousandths.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import UNIT, ask, by_key, only_of, span_of

# a closed month, one with late time, the running one, a quarter, a year
PERIODS = ("2026-05", "2026-10", "2026-11", "2026-Q2", "2025")
every_period = pytest.mark.parametrize("period", PERIODS)

_WON = """
    SELECT h.subsidiary, count(*) FROM stg_netsuite__transaction t
    JOIN stg_netsuite__transactionline h ON h."transaction" = t.id AND h.mainline
    WHERE t._deleted_at IS NULL AND NOT coalesce(t.voided, false)
        AND strftime('%Y-%m', coalesce(t.closedate, t.lastmodifieddate)) BETWEEN :first AND :last
        AND (t.type = 'Opprtnty' AND t.status = 'C'
            OR t.type = 'Estimate' AND t.status = 'B' AND NOT EXISTS (
                SELECT 1 FROM stg_netsuite__transactionline l
                JOIN stg_netsuite__transaction o ON o.id = l.createdfrom AND o.type = 'Opprtnty'
                WHERE l."transaction" = t.id))
    GROUP BY 1"""


@every_period
def test_deals_won_are_opportunities_and_estimates_without_one_by_the_day_they_were_closed(
    loaded, record, period
):
    known = dict(record.execute(text(_WON), span_of(period)).all())

    assert sum(known.values()) > 0
    for lens in Lens:
        assert only_of(loaded, "won_deals", period, Side.ERP, lens=lens) == sum(known.values())
    told = by_key(loaded, "won_deals", period, Side.ERP, ("subsidiary",))
    assert {subsidiary: number for (subsidiary, _), number in told.items()} == known
    for subsidiary, number in known.items():
        where = {"subsidiary": [subsidiary]}
        assert only_of(loaded, "won_deals", period, Side.ERP, where=where) == number


# --- what is scheduled of what is planned

_SCHEDULED = """
    SELECT e.subsidiary, c.symbol, sum(r.amount) FROM stg_netsuite__revenueplanplannedrevenue r
    JOIN stg_netsuite__revenueplan n ON n.id = r.revenueplan
    JOIN stg_netsuite__revenueelement e ON e.id = n.createdfrom
    JOIN stg_netsuite__currency c ON c.id = n.revenueplancurrency
    JOIN stg_netsuite__accountingperiod p ON p.id = coalesce(r.plannedperiod, r.postingperiod)
    WHERE NOT coalesce(r.isrecognized, false) AND r._deleted_at IS NULL
        AND strftime('%Y-%m', p.startdate) BETWEEN :first AND :last GROUP BY 1, 2"""
# of the version with the lowest id, at the average rate of the month before its year; the newest, if it is to come
_PLANNED = """
    SELECT b.subsidiary, sum(m.amount * (
        SELECT CAST(x.averagerate AS REAL) FROM stg_netsuite__consolidatedexchangerate x
        JOIN stg_netsuite__accountingperiod q ON q.id = x.postingperiod AND NOT q.isquarter AND NOT q.isyear
        WHERE x.fromsubsidiary = b.subsidiary AND x.tosubsidiary = 1
            AND q.startdate <= strftime('%Y-12-01', p.startdate, '-1 year')
        ORDER BY q.startdate DESC LIMIT 1)) FROM stg_netsuite__budgets b
    JOIN stg_netsuite__account a ON a.id = b.account AND a.accttype = 'Income'
    JOIN stg_netsuite__budgetsmachine m ON m.budget = b.id
    JOIN stg_netsuite__accountingperiod p ON p.id = m.period AND NOT p.isquarter AND NOT p.isyear
    WHERE b.category = (SELECT min(id) FROM stg_netsuite__budgetcategory)
        AND strftime('%Y-%m', p.startdate) BETWEEN :first AND :last GROUP BY 1"""


def _months_after(period):
    last = Period.parse(period).last
    return {"first": str(last.plus(1)), "last": str(last.plus(3))}


@pytest.mark.parametrize("period", ["2026-10", "2026-11", "2026-Q3", "2026"])
def test_the_next_three_months_are_covered_by_what_is_scheduled_of_what_is_planned(
    loaded, record, period
):
    """Each subsidiary by its schedules in the reporting currency at least, the head of the firm exactly."""
    planned = dict(record.execute(text(_PLANNED), _months_after(period)).all())
    scheduled = {
        (subsidiary, currency): Decimal(amount)
        for subsidiary, currency, amount in record.execute(text(_SCHEDULED), _months_after(period))
    }
    home = loaded.snapshot.reporting_currency

    assert scheduled[1, home] > 0
    for subsidiary, plan in planned.items():
        asked = {"where": {"subsidiary": [subsidiary]}}
        whole = only_of(
            loaded, "scheduled_next_quarter", period, Side.ERP, lens=Lens.CONSOLIDATED, **asked
        )
        told = only_of(loaded, "next_quarter_coverage", period, Side.ERP, **asked)
        assert abs(told - whole * UNIT / Decimal(plan)) < Decimal("0.00001"), subsidiary
        if subsidiary == 1 and {currency for one, currency in scheduled if one == 1} == {home}:
            assert whole == scheduled[1, home] / UNIT
    everything = only_of(loaded, "scheduled_next_quarter", period, Side.ERP)
    told = only_of(loaded, "next_quarter_coverage", period, Side.ERP)
    assert abs(told - everything * UNIT / Decimal(sum(planned.values()))) < Decimal("0.00001")


@pytest.mark.parametrize(
    ("key", "period", "reason"),
    [
        ("next_quarter_coverage", "2023-09", Reason.NO_DATA),
        ("next_quarter_coverage", "2027-12", Reason.NO_DATA),
        ("pipeline_coverage", "2026-11", Reason.NO_PLAN),
        ("pipeline_coverage", "2026-Q4", Reason.NO_PLAN),
        ("pipeline_coverage", "2025", Reason.NO_DATA),
    ],
)
def test_without_a_plan_nothing_is_covered(loaded, key, period, reason):
    """Nobody planned bookings, nor revenue before 2024 or after 2027; then nothing was scheduled or on offer, too."""
    row = ask(loaded, key, period).only

    assert (row.erp, row.reasons[Side.ERP]) == (None, reason)
