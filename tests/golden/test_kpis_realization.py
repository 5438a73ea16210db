"""Realisation is what the mirrored records add up to, by SQL written by hand.

Money and hours of the record are in ten-thousandths. Most numbers are told in the currency they were agreed in, so that
no rate stands between them and the records; the others on projects whose books are kept in that currency.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side

from .asked import SIX, UNIT, ask, by_currency, ratios_of
from .priced import BETWEEN, FIXED_REVENUE, PERIODS, every_period, priced, sums_between, told_of

_BY_FEE = "terms = 'Fixed fee' AND is_billable"


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


def _billed(record, period, only="1 = 1"):
    """What was billed of time and the standard value it was billed for, by terms and currency (B3)."""
    over = sums_between(
        record,
        period,
        f"""SELECT terms, currency, amount FROM charge WHERE is_approved AND cohort {BETWEEN} AND {only}
            AND (listed IS NOT NULL AND NOT is_credit OR is_credit AND type NOT IN ('E', 'P', 'F'))""",
        f"{FIXED_REVENUE} AND {only.replace('project_id', 'r.project_id')}",
    )
    under = sums_between(
        record,
        period,
        f"""SELECT c.terms, h.currency, h.listed FROM charge c JOIN hour h ON h.charge_id = c.id
            WHERE c.is_approved AND c.cohort {BETWEEN} AND {only.replace("project_id", "c.project_id")}""",
        f"SELECT terms, currency, listed FROM hour WHERE {_BY_FEE} AND booked {BETWEEN} AND {only}",
    )
    return over, under


@every_period
def test_standard_value_is_billable_hours_at_the_rate_card(loaded, record, period):
    known = sums_between(
        record, period, f"SELECT currency, listed FROM hour WHERE is_billable AND worked {BETWEEN}"
    )

    assert len(known) > 2
    assert told_of(loaded, "standard_value", period) == known


@every_period
def test_billing_realization_follows_the_entries_of_the_invoices_of_each_contract(
    loaded, record, period
):
    over, under = _billed(record, period)

    assert {terms for terms, _ in under} == {"By the hour", "By the hour, capped", "Fixed fee"}
    by_terms = told_of(loaded, "billing_realization", period, by=("billing_terms",))
    assert by_terms == ratios_of(over, under)
    assert told_of(loaded, "billing_realization", period) == ratios_of(
        by_currency(over), by_currency(under)
    )


@pytest.mark.parametrize("lens", [Lens.CONSOLIDATED, Lens.SUBSIDIARY])
def test_billing_realization_is_the_same_in_books_of_the_same_currency(loaded, record, lens):
    """Projects that are agreed in the reporting currency, of subsidiaries that keep their books in it."""
    currency = loaded.snapshot.reporting_currency
    with loaded.snapshot.engine.connect() as snapshot:
        projects = dict(
            snapshot.execute(
                text(
                    """SELECT p.suiteprojects_id, p.project_key FROM dim_project p
                        JOIN dim_subsidiary s USING (subsidiary_key)
                        WHERE p.currency = :it AND s.currency = :it AND p.kind = 'client'
                            AND p.suiteprojects_id > 0"""
                ),
                {"it": currency},
            ).all()
        )
    only = f"project_id IN ({', '.join(map(str, projects))})"

    over, under = (by_currency(sums) for sums in _billed(record, "2026-Q2", only))

    assert under.keys() == {(currency,)}
    asked = {"where": {"project": list(projects.values())}, "lens": lens}
    told = told_of(loaded, "billing_realization", "2026-Q2", **asked)
    assert list(told.values()) == list(ratios_of(over, under).values())


def test_a_credit_lowers_the_month_of_its_invoice(loaded, record):
    month, currency, credited = record.execute(
        text(
            """SELECT cohort, currency, sum(amount) FROM charge
                WHERE is_credit AND is_approved AND cohort < worked GROUP BY 1, 2 ORDER BY 3 LIMIT 1"""
        )
    ).one()
    over, under = (by_currency(sums) for sums in _billed(record, month))
    key = (currency,)

    told = told_of(loaded, "billing_realization", month)[key]

    assert credited < 0
    assert told == ratios_of(over, under)[key]
    over[key] -= Decimal(credited) / UNIT
    assert told < ratios_of(over, under)[key]


@every_period
def test_billed_hours_are_those_on_approved_invoices(loaded, record, period):
    hours = f"SELECT terms, hours FROM hour WHERE terms <> 'Fixed fee' AND is_billable AND worked {BETWEEN}"
    under = sums_between(record, period, hours)
    over = sums_between(
        record, period, f"{hours} AND charge_id IN (SELECT id FROM charge WHERE is_approved)"
    )

    found = ask(loaded, "billed_hours_realization", period, by=("billing_terms",))
    told = {(row.labels["billing_terms"],): row.psa for row in found.rows if row.psa}
    assert told == ratios_of(over, under)


_PAID = """
    SELECT c.symbol, {amount} FROM stg_netsuite__transaction i
    JOIN stg_netsuite__transactionline l ON l."transaction" = i.id AND l.mainline
    JOIN stg_netsuite__subsidiary s ON s.id = l.subsidiary
    JOIN stg_netsuite__currency c ON c.id = {currency}
    {paid}
    WHERE i.type = 'CustInvc' AND i._deleted_at IS NULL AND julianday('2026-11-20') - julianday(i.trandate) >= 90
        AND strftime('%Y-%m', i.trandate) BETWEEN :first AND :last"""


_PAYMENTS = """
    JOIN stg_netsuite__nexttransactionlinelink k ON k.previousdoc = i.id AND k.linktype = 'Payment'
    JOIN stg_netsuite__transaction h ON h.id = k.nextdoc AND h.type IN ('CustPymt', 'DepAppl')
        AND julianday(h.trandate) - julianday(i.trandate) <= 90"""


def _cohort(record, period, currency, invoiced, paid):
    named = {"currency": currency}
    under = sums_between(record, period, _PAID.format(amount=invoiced, paid="", **named))
    over = sums_between(record, period, _PAID.format(amount=paid, paid=_PAYMENTS, **named))
    return ratios_of(over, under)


@pytest.mark.parametrize("period", ["2026-05", "2026-08", "2026-Q2", "2025"])
def test_collection_realization_is_what_the_invoices_of_a_month_brought_in_90_days(
    loaded, record, period
):
    told = told_of(loaded, "collection_realization", period, Side.ERP)
    assert told == _cohort(record, period, "i.currency", "l.foreignamount", "k.foreignamount")

    told = told_of(loaded, "collection_realization", period, Side.ERP, Lens.SUBSIDIARY)
    booked = "CAST(round(k.foreignamount / 10000.0 * CAST(i.exchangerate AS REAL) + 1e-9, 2) * 10000 AS INT)"
    known = _cohort(record, period, "s.currency", "l.netamount", booked)
    assert told.keys() == known.keys()
    assert all(abs(told[key] - known[key]) <= SIX for key in known)


def test_invoices_younger_than_90_days_are_no_cohort_yet(loaded):
    told = ask(loaded, "net_realization", "2026-10").only

    assert (told.erp, told.reasons[Side.ERP]) == (None, Reason.NO_CASES)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("billing_realization", Reason.NO_VALUE),
        ("billed_hours_realization", Reason.NO_HOURS),
        ("leakage_pct", Reason.NO_VALUE),
        ("work_to_invoice", Reason.NO_CASES),
        ("over_servicing_pct", Reason.NO_BUDGET),
    ],
)
def test_nothing_to_divide_by_has_its_reason(loaded, key, reason):
    with loaded.snapshot.engine.connect() as snapshot:
        internal = snapshot.execute(
            text("SELECT project_key FROM dim_project WHERE kind = 'internal_productive' LIMIT 1")
        ).scalar_one()
    told = ask(loaded, key, "2025", where={"project": [internal]}).only

    assert (told.psa, told.reasons[Side.PSA]) == (None, reason)


@pytest.mark.parametrize("period", ["2026-05", "2025"])
def test_net_realization_is_the_product_of_both(loaded, record, period):
    over, under = (by_currency(sums) for sums in _billed(record, period))
    told = told_of(loaded, "net_realization", period, Side.ERP)
    paid = told_of(loaded, "collection_realization", period, Side.ERP)

    assert told
    for key, number in told.items():
        assert abs(number - over[key] / under[key] * paid[key]) <= SIX


@every_period
def test_work_to_invoice_is_weighted_by_the_amount(loaded, record, period):
    invoiced = f"""FROM charge WHERE NOT is_credit AND invoiced_on IS NOT NULL
        AND strftime('%Y-%m', invoiced_on) {BETWEEN}"""
    days = "CAST(julianday(invoiced_on) - julianday(date) AS INT)"
    over = sums_between(record, period, f"SELECT currency, amount * {days} {invoiced}")
    under = sums_between(record, period, f"SELECT currency, amount {invoiced}")

    assert told_of(loaded, "work_to_invoice", period) == ratios_of(over, under)


_SHEETS = """FROM charge c JOIN (
        SELECT e.charge_id, max(s.submitted) AS submitted, max(s.approved) AS approved
        FROM stg_suiteprojects__time_entry e
        JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id GROUP BY 1
    ) t ON t.charge_id = c.id
    WHERE NOT is_credit AND strftime('%Y-%m', invoiced_on) BETWEEN :first AND :last"""


@pytest.mark.parametrize("period", PERIODS[::3])
@pytest.mark.parametrize(
    ("key", "began", "ended"),
    [
        ("work_to_submit", "c.date", "t.submitted"),
        ("submit_to_approve", "t.submitted", "t.approved"),
        ("approve_to_invoice", "t.approved", "c.invoiced_on"),
    ],
)
def test_the_steps_to_the_invoice_are_weighted_by_the_amount(
    loaded, record, period, key, began, ended
):
    days = f"CAST(julianday({ended}) - julianday({began}) AS INT)"
    over = sums_between(record, period, f"SELECT c.currency, c.amount * {days} {_SHEETS}")
    under = sums_between(record, period, f"SELECT c.currency, c.amount {_SHEETS}")

    assert over
    assert told_of(loaded, key, period) == ratios_of(over, under)
