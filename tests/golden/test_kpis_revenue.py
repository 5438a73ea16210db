"""Revenue by method, ahead and deferred is what the mirrored records add up to, by SQL written by hand.

Money of the record is in ten-thousandths. Each number is told in the currency it was agreed in, or in that of
the books, so that no rate stands between it and the records.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import ask, by_name, span_of, sums_of

PERIODS = ("2026-09", "2026-Q3")
ENDS = {"2026-09": "2026-09-30", "2026-Q3": "2026-09-30", "2026-03": "2026-03-31"}

_MONTHS = "(strftime('%Y-%m', {day}) BETWEEN :first AND :last)"
_POSTED = """
    FROM stg_netsuite__transactionaccountingline a
    JOIN stg_netsuite__account k ON k.id = a.account
    JOIN stg_netsuite__transaction t ON t.id = a."transaction"
    JOIN stg_netsuite__accountingperiod p ON p.id = t.postingperiod
    JOIN stg_netsuite__transactionline l ON l."transaction" = t.id AND l.id = a.transactionline
    JOIN stg_netsuite__subsidiary s ON s.id = l.subsidiary
    JOIN stg_netsuite__currency c ON c.id = s.currency
    WHERE a.posting AND a._deleted_at IS NULL AND t._deleted_at IS NULL"""


def _told(loaded, key, period, side, lens=Lens.TRANSACTION, by=()):
    return by_name(loaded, key, period, side, by, lens=lens)


@pytest.mark.parametrize("period", PERIODS)
def test_revenue_by_method_is_what_each_kind_of_rule_recognized(loaded, record, period):
    known = sums_of(
        record,
        f"""
        SELECT CASE type WHEN 'T' THEN 'Time as worked' WHEN 'F' THEN 'Fixed fee'
                WHEN 'M' THEN 'Milestones' WHEN 'R' THEN 'Retainer'
                WHEN 'E' THEN 'Expenses' WHEN 'P' THEN 'Purchases' ELSE type END,
            currency, sum(amount)
        FROM stg_suiteprojects__recognition
        WHERE {_MONTHS.format(day="coalesce(accounting_date, date)")}
            AND coalesce(recognition_type, 'R') = 'R' AND _deleted_at IS NULL
        GROUP BY 1, 2""",
        **span_of(period),
    )

    told = _told(loaded, "revenue_by_method", period, Side.PSA, by=("rec_method",))

    assert len(known) > 3
    assert told == known


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    ("key", "rows"),
    [
        (
            "recognized_revenue",
            """SELECT r.type, r.project_id, r.currency, r.amount, coalesce(r.accounting_date, r.date) AS day
            FROM stg_suiteprojects__recognition r
            WHERE coalesce(r.recognition_type, 'R') = 'R' AND r._deleted_at IS NULL""",
        ),
        (
            "invoiced_revenue",
            """SELECT c.type, c.project_id, c.currency, c.amount, coalesce(i.accounting_date, i.date) AS day
            FROM stg_suiteprojects__charge c JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            WHERE i.approval_status = 'A' AND c._deleted_at IS NULL AND i._deleted_at IS NULL""",
        ),
    ],
)
def test_projects_earn_and_bill_the_stream_of_their_contract_or_expenses_that_are_passed_on(
    loaded, record, period, key, rows
):
    known = sums_of(
        record,
        f"""
        SELECT CASE WHEN x.type IN ('E', 'P') THEN 'Expenses'
                WHEN p.contract_type LIKE 'Fixed fee%' THEN 'Services, fixed fee'
                WHEN p.contract_type = 'Retainer' THEN 'Managed services'
                ELSE 'Services, time and materials' END,
            x.currency, sum(x.amount)
        FROM ({rows}) x JOIN stg_suiteprojects__project p ON p.id = x.project_id
        WHERE {_MONTHS.format(day="x.day")} GROUP BY 1, 2""",
        **span_of(period),
    )

    assert len({stream for stream, _ in known}) == 4
    assert _told(loaded, key, period, Side.PSA, by=("stream",)) == known


_PROJECTED = f"""
    SELECT currency, sum(amount) FROM stg_suiteprojects__projection
    WHERE {_MONTHS.format(day="date")} AND _deleted_at IS NULL GROUP BY 1"""
_SCHEDULED = f"""
    SELECT c.symbol, sum(r.amount)
    FROM stg_netsuite__revenueplanplannedrevenue r
    JOIN stg_netsuite__revenueplan n ON n.id = r.revenueplan
    JOIN stg_netsuite__currency c ON c.id = n.revenueplancurrency
    JOIN stg_netsuite__accountingperiod p ON p.id = coalesce(r.plannedperiod, r.postingperiod)
    WHERE NOT coalesce(r.isrecognized, false) AND r._deleted_at IS NULL
        AND {_MONTHS.format(day="p.startdate")} GROUP BY 1"""


@pytest.mark.parametrize(
    ("key", "period", "months"),
    [
        ("scheduled_revenue", "2026-12", "2026-12"),
        ("scheduled_revenue", "2026-Q4", "2026-Q4"),
        ("scheduled_next_quarter", "2026-09", "2026-Q4"),
        ("scheduled_next_quarter", "2026-Q4", "2027-Q1"),
    ],
)
@pytest.mark.parametrize(("side", "sql"), [(Side.ERP, _SCHEDULED), (Side.PSA, _PROJECTED)])
def test_revenue_ahead_is_what_the_schedules_still_plan(
    loaded, record, key, period, months, side, sql
):
    known = sums_of(record, sql, **span_of(months))

    assert known
    assert _told(loaded, key, period, side) == known


def test_committed_revenue_is_recognized_and_scheduled_of_a_running_quarter(loaded, record):
    known = sums_of(
        record,
        f"""
        SELECT currency, sum(amount) FROM (
            SELECT currency, amount FROM stg_suiteprojects__recognition
            WHERE {_MONTHS.format(day="coalesce(accounting_date, date)")}
                AND coalesce(recognition_type, 'R') = 'R' AND _deleted_at IS NULL
            UNION ALL
            SELECT currency, amount FROM stg_suiteprojects__projection
            WHERE {_MONTHS.format(day="date")} AND _deleted_at IS NULL
        ) GROUP BY 1""",
        **span_of("2026-Q4"),
    )

    assert _told(loaded, "committed_revenue", "2026-Q4", Side.PSA) == known


_DIFFERENCE = """
    SELECT currency, sum({what}) FROM (
        SELECT project_id, currency, sum(earned) - sum(billed) AS difference FROM (
            SELECT project_id, currency, amount AS earned, 0 AS billed
            FROM stg_suiteprojects__recognition
            WHERE coalesce(accounting_date, date) <= :end AND _deleted_at IS NULL
                AND coalesce(recognition_type, 'R') = 'R'
            UNION ALL
            SELECT c.project_id, c.currency, 0, c.amount
            FROM stg_suiteprojects__charge c
            JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            WHERE coalesce(i.accounting_date, i.date) <= :end AND i.approval_status = 'A'
                AND c._deleted_at IS NULL AND i._deleted_at IS NULL
        ) GROUP BY 1, 2
    ) GROUP BY 1"""


@pytest.mark.parametrize("period", [*PERIODS, "2026-03"])
@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("unbilled_receivable", "max(difference, 0)"),
        ("deferred_revenue", "max(-difference, 0)"),
        ("over_under_billing", "difference"),
    ],
)
def test_unbilled_and_deferred_are_of_each_project_for_itself(loaded, record, period, key, what):
    known = sums_of(record, _DIFFERENCE.format(what=what), end=ENDS[period])

    assert known
    assert _told(loaded, key, period, Side.PSA) == known


@pytest.mark.parametrize("period", [*PERIODS, "2026-03"])
def test_deferred_revenue_of_the_ledger_is_the_balance_of_its_accounts(loaded, record, period):
    known = sums_of(
        record,
        f"""
        SELECT c.symbol, -sum(a.amount) {_POSTED}
            AND k.accttype = 'DeferRevenue' AND p.startdate <= :end GROUP BY 1""",
        end=ENDS[period],
    )

    assert known
    assert _told(loaded, "deferred_revenue_ledger", period, Side.ERP, Lens.SUBSIDIARY) == known


def test_coverage_is_earned_in_flight_and_booked_over_planned_revenue(loaded, record):
    """Of the subsidiary whose books are in the reporting currency."""
    (subsidiary,) = record.execute(
        text("SELECT id FROM stg_netsuite__subsidiary WHERE parent IS NULL")
    ).one()
    asked = {"where": {"subsidiary": [subsidiary]}}
    period = Period.parse("2026-Q4")
    coverage, in_flight, booked = (
        ask(loaded, key, period, **asked).only.erp
        for key in ("forecast_coverage", "forecast_in_flight", "forecast_booked")
    )
    (income,) = record.execute(
        text(
            f"""SELECT -sum(a.amount) {_POSTED} AND k.accttype = 'Income' AND s.id = :id
                AND {_MONTHS.format(day="p.startdate")}"""
        ),
        {"id": subsidiary, **span_of("2026-Q4")},
    ).one()
    with loaded.snapshot.engine.connect() as snapshot:
        (plan,) = snapshot.execute(
            text(
                """SELECT sum(amount_base) FROM fct_plan WHERE measure = 'revenue' AND is_compared
                    AND month BETWEEN 202610 AND 202612 AND subsidiary_key = :id"""
            ),
            {"id": subsidiary},
        ).one()

    known = (Decimal(income) / 10_000 + in_flight + booked) / plan
    assert booked > 0
    assert coverage == known.quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


def test_without_a_plan_there_is_no_coverage(loaded):
    """The plans of the firm begin in 2024, its books the year before."""
    period = Period.parse("2023-12")

    told = ask(loaded, "forecast_coverage", period).only

    assert (told.erp, told.reasons[Side.ERP]) == (None, Reason.NO_PLAN)
