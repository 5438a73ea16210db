"""What waits for its invoice, for its reimbursement, for its payment: by plain SQL on the record's tables.

Money of the record is in ten-thousandths. Numbers are told in the currency that was agreed, so that no rate stands
between them and the records.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from statistics import median

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import ask, by_name, span_of, sums_of
from .priced import AT_CAP, priced

TODAY = date(2026, 11, 20)
PLACES = Decimal("0.000001")
PERIODS = ("2026-09", "2026-11", "2026-Q2", "2025")
every_period = pytest.mark.parametrize("period", PERIODS)


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


def _told(loaded, key, period, side=Side.PSA, by=(), lens=Lens.TRANSACTION):
    return by_name(loaded, key, period, side, by, lens=lens)


def _are_near(told, known):
    assert told.keys() == known.keys()
    for key, exact in known.items():
        assert abs(told[key] - Decimal(exact.numerator) / exact.denominator) <= PLACES, key


def _stated(period):
    return str(min(Period.parse(period).end, TODAY))


# --- F5


@every_period
def test_billing_in_time_is_what_bears_an_early_invoice_of_all_that_could(loaded, record, period):
    in_month = "worked BETWEEN :first AND :last"
    in_time = sums_of(
        record,
        f"""SELECT currency, sum(amount) FROM charge WHERE NOT is_credit AND {in_month}
            AND invoiced_on <= date(date, 'start of month', '+1 month', '+4 days') GROUP BY 1""",
        **span_of(period),
    )
    whole = defaultdict(Decimal)
    for sql in (
        f"SELECT currency, sum(amount) FROM charge WHERE NOT is_credit AND {in_month} GROUP BY 1",
        f"""SELECT currency, sum(agreed) FROM hour h WHERE is_billable AND charge_id = 0
            AND agreed IS NOT NULL AND NOT {AT_CAP} AND {in_month} GROUP BY 1""",
        """SELECT r.currency, sum(r.amount) FROM stg_suiteprojects__receipt r
            JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
            JOIN stg_suiteprojects__project p ON p.id = r.project_id
            WHERE e.status = 'A' AND NOT coalesce(r.is_non_billable, 0) AND coalesce(r.charge_id, 0) = 0
                AND p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')
                AND strftime('%Y-%m', coalesce(r.accounting_date, r.date)) BETWEEN :first AND :last
            GROUP BY 1""",
    ):
        for key, amount in sums_of(record, sql, **span_of(period)).items():
            whole[key] += amount

    known = {
        key: Fraction(in_time.get(key, 0)) / Fraction(whole[key])
        for key in whole
        if in_time.get(key)
    }
    assert known
    _are_near(_told(loaded, "billing_timeliness", period), known)


@pytest.mark.parametrize("period", ["2024-06", "2026-05", "2026-10", "2026-11"])
def test_milestones_not_billed_are_fees_that_are_due_less_what_bears_an_invoice(
    loaded, record, period
):
    known = sums_of(
        record,
        """
        SELECT r.currency, sum(max(r.amount - coalesce((
            SELECT sum(c.amount) FROM stg_suiteprojects__charge c
            JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            WHERE c.billing_rule_id = r.id AND i.date <= :day AND i.original_invoice_id IS NULL), 0), 0))
        FROM stg_suiteprojects__billing_rule r WHERE r.type = 'F' AND r.start_date <= :day GROUP BY 1""",
        day=_stated(period),
    )

    assert _told(loaded, "milestones_not_billed", period) == known


# --- F6

_UNPAID = """
    FROM stg_suiteprojects__receipt r
    JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
    LEFT JOIN stg_netsuite__transaction x ON x.type = 'ExpRept' AND x.externalid = CAST(e.id AS TEXT)
    WHERE e.status = 'A' AND coalesce(e.reimbursable, 1) <> 0 AND e.approved <= :day
        AND NOT coalesce(substr(x.status, -1) = 'I' AND x.closedate <= :day, 0)"""


@pytest.mark.parametrize("period", ["2024-06", "2026-05", "2026-10", "2026-11"])
def test_expenses_to_reimburse_are_approved_receipts_that_are_not_paid_by_their_age(
    loaded, record, period
):
    known = sums_of(
        record,
        f"""
        SELECT CASE WHEN age <= 7 THEN 'Up to 7 days' WHEN age <= 14 THEN '8 to 14 days'
            WHEN age <= 30 THEN '15 to 30 days' ELSE 'Over 30 days' END, currency, amount
        FROM (SELECT julianday(:day) - julianday(e.submitted) AS age, r.currency, r.amount {_UNPAID})""",
        day=_stated(period),
    )

    assert known
    assert _told(loaded, "reimbursements_open", period, by=("waiting",)) == known
    weighed = sums_of(
        record,
        f"SELECT r.currency, r.amount * (julianday(:day) - julianday(e.submitted)) {_UNPAID}",
        day=_stated(period),
    )
    whole = sums_of(record, f"SELECT r.currency, r.amount {_UNPAID}", day=_stated(period))
    _are_near(
        _told(loaded, "reimbursement_wait", period),
        {key: Fraction(weighed[key]) / Fraction(whole[key]) for key in weighed},
    )


@every_period
def test_receipts_are_handed_in_and_billed_on_after_so_many_days(loaded, record, period):
    handed_in = """FROM stg_suiteprojects__receipt r
        JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
        WHERE e.status IN ('A', 'S') AND e.submitted IS NOT NULL
            AND strftime('%Y-%m', coalesce(r.accounting_date, r.date)) BETWEEN :first AND :last"""
    billed_on = """FROM charge WHERE type = 'E' AND NOT is_credit
            AND strftime('%Y-%m', invoiced_on) BETWEEN :first AND :last"""
    for key, days, rows in (
        ("expense_submission_lag", "julianday(e.submitted) - julianday(r.date)", handed_in),
        ("expense_rebill_lag", "julianday(invoiced_on) - julianday(date)", billed_on),
    ):
        weighed = sums_of(record, f"SELECT currency, amount * ({days}) {rows}".replace(" amount", " r.amount")
                        .replace(" currency", " r.currency") if "receipt" in rows
                        else f"SELECT currency, amount * ({days}) {rows}", **span_of(period))  # fmt: skip
        prefix = "r." if "receipt" in rows else ""
        whole = sums_of(
            record, f"SELECT {prefix}currency, {prefix}amount {rows}", **span_of(period)
        )
        known = {one: Fraction(weighed.get(one, 0)) / Fraction(whole[one]) for one in whole}
        _are_near(_told(loaded, key, period), {one: days for one, days in known.items() if days})


@every_period
def test_the_rate_of_expenses_billed_on_is_by_cost(loaded, record, period):
    billable = """FROM stg_suiteprojects__receipt r
        JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
        JOIN stg_suiteprojects__project p ON p.id = r.project_id
        WHERE e.status = 'A' AND NOT coalesce(r.is_non_billable, 0)
            AND p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')
            AND strftime('%Y-%m', coalesce(r.accounting_date, r.date)) BETWEEN :first AND :last"""
    whole = sums_of(record, f"SELECT r.currency, r.amount {billable}", **span_of(period))
    charged = sums_of(
        record, f"SELECT r.currency, r.amount {billable} AND r.charge_id > 0", **span_of(period)
    )

    known = {key: Fraction(charged[key]) / Fraction(whole[key]) for key in charged}
    _are_near(_told(loaded, "expense_rebill_rate", period), known)


# --- F7


class Payments:
    """Open invoices and fees to come, and when each is to be expected."""

    def __init__(self, record):
        self.late, self.paid = defaultdict(list), defaultdict(list)
        since = str(TODAY - timedelta(days=729))
        for customer, invoiced, due, paid in record.execute(
            text("""
                SELECT i.entity, i.trandate, i.duedate, h.trandate
                FROM stg_netsuite__nexttransactionlinelink k
                JOIN stg_netsuite__transaction i ON i.id = k.previousdoc AND i.type = 'CustInvc'
                JOIN stg_netsuite__transaction h ON h.id = k.nextdoc
                WHERE k.linktype = 'Payment' AND h.type IN ('CustPymt', 'DepAppl') AND h.trandate >= :since"""),
            {"since": since},
        ):
            self.late[customer].append(_days(due, paid))
            self.paid[customer].append(_days(invoiced, paid))

    @staticmethod
    def expected(history, customer, waiting):
        """Days after it is due: the customer's own median, else everybody's, of those above what has passed."""
        for days in (history.get(customer, ()), [one for each in history.values() for one in each]):
            above = [one for one in days if one > waiting]
            if len(above) >= 5:
                return ceil(median(above))
        return None


def _days(first, last):
    return (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days


def _open_invoices(record):
    """Customer, due date, currency, and what is open of each invoice today."""
    return record.execute(
        text("""
            SELECT i.entity, coalesce(i.duedate, i.trandate), c.symbol, coalesce(l.foreignamount, i.foreigntotal)
                - coalesce((SELECT sum(k.foreignamount) FROM stg_netsuite__nexttransactionlinelink k
                    JOIN stg_netsuite__transaction h ON h.id = k.nextdoc
                    WHERE k.previousdoc = i.id AND k.linktype = 'Payment' AND h.trandate <= :today), 0) AS open
            FROM stg_netsuite__transaction i
            JOIN stg_netsuite__transactionline l ON l."transaction" = i.id AND l.mainline
            JOIN stg_netsuite__currency c ON c.id = i.currency
            WHERE i.type = 'CustInvc' AND i.posting AND i.trandate <= :today"""),
        {"today": str(TODAY)},
    ).all()


def test_receipts_are_expected_when_each_customer_usually_pays(loaded, record):
    payments = Payments(record)
    known, undated = defaultdict(Decimal), defaultdict(Decimal)
    for customer, due, currency, amount in _open_invoices(record):
        if not amount:
            continue
        after = payments.expected(payments.late, customer, _days(due, TODAY))
        money = Decimal(amount) / 10_000
        if after is None:
            undated[(currency,)] += money
            continue
        day = date.fromisoformat(due) + timedelta(days=after)
        assert day > TODAY
        year, week, _ = day.isocalendar()
        known[("Open invoice", f"{year}-W{week:02}", currency)] += money
    for customer, planned, currency, amount in record.execute(
        text("""
            SELECT c.netsuite_id, r.start_date, r.currency, r.amount - coalesce((
                SELECT sum(s.amount) FROM stg_suiteprojects__charge s
                LEFT JOIN stg_suiteprojects__invoice i ON i.id = s.invoice_id
                WHERE s.billing_rule_id = r.id AND i.original_invoice_id IS NULL), 0)
            FROM stg_suiteprojects__billing_rule r
            JOIN stg_suiteprojects__customer c ON c.id = r.customer_id WHERE r.type = 'F'""")
    ):
        if amount <= 0:
            continue
        due = max(date.fromisoformat(planned), TODAY)
        after = payments.expected(payments.paid, customer, -1)
        year, week, _ = (due + timedelta(days=after)).isocalendar()
        known["Fixed fee to be invoiced", f"{year}-W{week:02}", currency] += (
            Decimal(amount) / 10_000
        )

    told = _told(
        loaded, "expected_receipts", "2026-11..2028-12", Side.ERP, by=("receipt_kind", "week")
    )
    assert {kind for kind, *_ in known} == {"Open invoice", "Fixed fee to be invoiced"}
    assert told == dict(known)
    assert _told(loaded, "receipts_without_date", "2026-10", Side.ERP) == dict(undated)
    near = _told(loaded, "receipts_next_13_weeks", "2026-10", Side.ERP, by=("week",))
    last = (TODAY + timedelta(days=90)).isocalendar()
    assert max(week for week, _ in near) <= f"{last[0]}-W{last[1]:02}"


def test_open_invoices_by_week_and_without_a_date_are_the_receivables_invoices(loaded):
    period = Period.parse("2026-11")
    ahead = Period.parse("2026-11..2030-12")
    expected = ask(loaded, "expected_receipts", ahead, by=("receipt_kind",))
    dated = next(row.erp for row in expected.rows if row.dimensions["receipt_kind"] == "open")
    undated = ask(loaded, "receipts_without_date", period).only
    aged = ask(loaded, "receivables", period, by=("age",))
    invoices = sum(row.erp for row in aged.rows if row.dimensions["age"] != "unapplied")

    assert dated + (undated.erp or 0) == invoices


def test_suiteprojects_pro_knows_no_due_dates(loaded):
    row = ask(loaded, "expected_receipts", "2026-12").only
    assert row.reasons[Side.PSA] is Reason.NOT_HELD


_SENT = """
    SELECT {whom}, i.currency, {what}
    FROM stg_suiteprojects__invoice i
    WHERE i.approval_status = 'A' AND coalesce(i.original_invoice_id, 0) = 0
        AND i.emailed_on IS NOT NULL
        AND strftime('%Y-%m', coalesce(i.accounting_date, i.date)) BETWEEN :first AND :last
    GROUP BY 1, 2"""


@every_period
def test_invoices_go_out_so_many_days_after_their_date_by_their_amount(loaded, record, period):
    days = "julianday(i.emailed_on) - julianday(i.date)"
    net = "(i.total - coalesce(i.tax, 0))"
    waited, sent = (
        sums_of(record, _SENT.format(whom="'all'", what=what), **span_of(period))
        for what in (f"sum({net} * CAST({days} AS INTEGER))", f"sum({net})")
    )
    known = {
        (currency,): Fraction(waited.get((one, currency), 0)) / Fraction(amount)
        for (one, currency), amount in sent.items()
    }

    assert known
    told = _told(loaded, "invoice_to_sent", period)
    _are_near(told, {key: exact for key, exact in known.items() if exact})
