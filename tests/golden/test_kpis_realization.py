"""Realisation, leakage and over-servicing are what the mirrored records add up to, by SQL written by hand.

Money and hours of the record are in ten-thousandths. Most numbers are told in the currency they were agreed in, so that
no rate stands between them and the records; the others on projects whose books are kept in that currency.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.access import Scope
from models.metrics import catalogue
from models.metrics.kpi import Lens, Reason, Side
from models.metrics.query import answer
from models.period import Period

EVERYTHING = Scope.everything()
PERIODS = (
    "2026-05",
    "2026-10",
    "2026-Q2",
    "2025",
)  # with credits; with late time; a quarter; a year
SIX = Decimal("0.000001")
FOUR = Decimal("0.0001")
UNIT = Decimal(10_000)
TERMS = """CASE p.contract_type WHEN 'Time and materials' THEN 'By the hour'
    WHEN 'Capped time and materials' THEN 'By the hour, capped' ELSE 'Fixed fee' END"""
_CLIENT = "p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')"

# what an approved hour on a client project is listed at and agreed for: the card of the project and of its rule by
# role and day, else the person's own rate
_HOURS = f"""
    CREATE TEMP TABLE hour AS
    SELECT e.id, e.project_id, e.project_task_id AS task_id, e.hours,
        coalesce(e.charge_id, 0) AS charge_id, strftime('%Y-%m', e.date) AS worked,
        strftime('%Y-%m', coalesce(e.accounting_date, e.date)) AS booked, {TERMS} AS terms,
        coalesce(t.is_non_billable, 0) = 0 AS is_billable,
        e.hours * coalesce(l.rate, u.rate) / 10000 AS listed, coalesce(l.currency, u.currency) AS currency,
        CASE WHEN r.id IS NOT NULL THEN e.hours * a.rate / 10000 END AS agreed
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
    JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {_CLIENT}
    JOIN stg_suiteprojects__user u ON u.id = e.user_id
    LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    LEFT JOIN stg_suiteprojects__rate_card_item l ON l.rate_card_id = p.rate_card_id
        AND l.job_code_id = coalesce(nullif(e.job_code_id, 0), u.job_code_id)
        AND e.date BETWEEN coalesce(l.start_date, '0001-01-01') AND coalesce(l.end_date, '9999-12-31')
    LEFT JOIN stg_suiteprojects__billing_rule r ON r.project_id = e.project_id AND r.type = 'T'
        AND e.date BETWEEN coalesce(r.start_date, '0001-01-01') AND coalesce(r.end_date, '9999-12-31')
    LEFT JOIN stg_suiteprojects__rate_card_item a ON a.rate_card_id = r.rate_card_id
        AND a.job_code_id = coalesce(nullif(e.job_code_id, 0), u.job_code_id)
        AND e.date BETWEEN coalesce(a.start_date, '0001-01-01') AND coalesce(a.end_date, '9999-12-31')
    WHERE e._deleted_at IS NULL"""
_CHARGES = f"""
    CREATE TEMP TABLE charge AS
    SELECT c.id, c.project_id, c.type, c.amount, c.currency, c.date, i.date AS invoiced_on, {TERMS} AS terms,
        strftime('%Y-%m', c.date) AS worked, strftime('%Y-%m', coalesce(o.date, i.date)) AS cohort,
        i.approval_status = 'A' AS is_approved, o.id IS NOT NULL AS is_credit, h.listed,
        c.hours * c.rate / 10000 AS full
    FROM stg_suiteprojects__charge c
    JOIN stg_suiteprojects__project p ON p.id = c.project_id
    LEFT JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
    LEFT JOIN stg_suiteprojects__invoice o ON o.id = i.original_invoice_id
    LEFT JOIN (SELECT charge_id, sum(listed) AS listed FROM hour GROUP BY 1) h ON h.charge_id = c.id
    WHERE c._deleted_at IS NULL"""
_FIXED_REVENUE = f"""
    SELECT {TERMS}, r.currency, r.amount FROM stg_suiteprojects__recognition r
    JOIN stg_suiteprojects__project p ON p.id = r.project_id
    WHERE p.contract_type NOT LIKE '%time and materials%' AND r.type NOT IN ('E', 'P')
        AND coalesce(r.recognition_type, 'R') = 'R'
        AND strftime('%Y-%m', coalesce(r.accounting_date, r.date)) BETWEEN :first AND :last
        AND r._deleted_at IS NULL"""
_BY_FEE = "terms = 'Fixed fee' AND is_billable"
_BETWEEN = "BETWEEN :first AND :last"

every_period = pytest.mark.parametrize("period", PERIODS)


@pytest.fixture(scope="module")
def record(loaded):
    with loaded.record.connect() as connection:
        connection.execute(text(_HOURS))
        connection.execute(text(_CHARGES))
        yield connection


def _span(period):
    asked = Period.parse(period)
    return {"first": str(asked.first), "last": str(asked.last)}


def _sums(record, period, *parts):
    """Rows of (…, amount) of several queries, summed by all but the last column."""
    found = defaultdict(Decimal)
    for sql in parts:
        for *key, amount in record.execute(text(sql), _span(period)):
            found[tuple(key)] += Decimal(amount or 0)
    return {key: amount / UNIT for key, amount in found.items() if amount}


def _told(loaded, key, period, side=Side.PSA, lens=Lens.TRANSACTION, by=(), where=None):
    found = answer(
        loaded.snapshot, catalogue.kpi(key), Period.parse(period), EVERYTHING, by=by, lens=lens, where=where
    )  # fmt: skip
    return {
        (*(row.labels[name] for name in by), row.currency): number
        for row in found.rows
        if (number := row.side(side))
    }


def _ratios(over, under):
    return {
        key: (over.get(key, Decimal(0)) / amount).quantize(SIX, rounding=ROUND_HALF_EVEN)
        for key, amount in under.items()
        if over.get(key)
    }


def _by_currency(sums):
    found = defaultdict(Decimal)
    for (_, currency), amount in sums.items():
        found[(currency,)] += amount
    return dict(found)


def _billed(record, period, only="1 = 1"):
    """What was billed of time and the standard value it was billed for, by terms and currency (B3)."""
    over = _sums(
        record,
        period,
        f"""SELECT terms, currency, amount FROM charge WHERE is_approved AND cohort {_BETWEEN} AND {only}
            AND (listed IS NOT NULL AND NOT is_credit OR is_credit AND type NOT IN ('E', 'P', 'F'))""",
        f"{_FIXED_REVENUE} AND {only.replace('project_id', 'r.project_id')}",
    )
    under = _sums(
        record,
        period,
        f"""SELECT c.terms, h.currency, h.listed FROM charge c JOIN hour h ON h.charge_id = c.id
            WHERE c.is_approved AND c.cohort {_BETWEEN} AND {only.replace("project_id", "c.project_id")}""",
        f"SELECT terms, currency, listed FROM hour WHERE {_BY_FEE} AND booked {_BETWEEN} AND {only}",
    )
    return over, under


@every_period
def test_standard_value_is_billable_hours_at_the_rate_card(loaded, record, period):
    known = _sums(
        record, period, f"SELECT currency, listed FROM hour WHERE is_billable AND worked {_BETWEEN}"
    )

    assert len(known) > 2
    assert _told(loaded, "standard_value", period) == known


@every_period
def test_billing_realization_follows_the_entries_of_the_invoices_of_each_contract(
    loaded, record, period
):
    over, under = _billed(record, period)

    assert {terms for terms, _ in under} == {"By the hour", "By the hour, capped", "Fixed fee"}
    by_terms = _told(loaded, "billing_realization", period, by=("billing_terms",))
    assert by_terms == _ratios(over, under)
    assert _told(loaded, "billing_realization", period) == _ratios(
        _by_currency(over), _by_currency(under)
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

    over, under = (_by_currency(sums) for sums in _billed(record, "2026-Q2", only))

    assert under.keys() == {(currency,)}
    asked = {"where": {"project": list(projects.values())}, "lens": lens}
    told = _told(loaded, "billing_realization", "2026-Q2", **asked)
    assert list(told.values()) == list(_ratios(over, under).values())


def test_a_credit_lowers_the_month_of_its_invoice(loaded, record):
    month, currency, credited = record.execute(
        text(
            """SELECT cohort, currency, sum(amount) FROM charge
                WHERE is_credit AND is_approved AND cohort < worked GROUP BY 1, 2 ORDER BY 3 LIMIT 1"""
        )
    ).one()
    over, under = (_by_currency(sums) for sums in _billed(record, month))
    key = (currency,)

    told = _told(loaded, "billing_realization", month)[key]

    assert credited < 0
    assert told == _ratios(over, under)[key]
    over[key] -= Decimal(credited) / UNIT
    assert told < _ratios(over, under)[key]


@every_period
def test_billed_hours_are_those_on_approved_invoices(loaded, record, period):
    hours = f"SELECT terms, hours FROM hour WHERE terms <> 'Fixed fee' AND is_billable AND worked {_BETWEEN}"
    under = _sums(record, period, hours)
    over = _sums(
        record, period, f"{hours} AND charge_id IN (SELECT id FROM charge WHERE is_approved)"
    )

    found = answer(
        loaded.snapshot, catalogue.kpi("billed_hours_realization"), Period.parse(period), EVERYTHING,
        by=("billing_terms",),
    )  # fmt: skip
    told = {(row.labels["billing_terms"],): row.psa for row in found.rows if row.psa}
    assert told == _ratios(over, under)


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
    under = _sums(record, period, _PAID.format(amount=invoiced, paid="", **named))
    over = _sums(record, period, _PAID.format(amount=paid, paid=_PAYMENTS, **named))
    return _ratios(over, under)


@pytest.mark.parametrize("period", ["2026-05", "2026-08", "2026-Q2", "2025"])
def test_collection_realization_is_what_the_invoices_of_a_month_brought_in_90_days(
    loaded, record, period
):
    told = _told(loaded, "collection_realization", period, Side.ERP)
    assert told == _cohort(record, period, "i.currency", "l.foreignamount", "k.foreignamount")

    told = _told(loaded, "collection_realization", period, Side.ERP, Lens.SUBSIDIARY)
    booked = "CAST(round(k.foreignamount / 10000.0 * CAST(i.exchangerate AS REAL) + 1e-9, 2) * 10000 AS INT)"
    known = _cohort(record, period, "s.currency", "l.netamount", booked)
    assert told.keys() == known.keys()
    assert all(abs(told[key] - known[key]) <= SIX for key in known)


def test_invoices_younger_than_90_days_are_no_cohort_yet(loaded):
    told = answer(
        loaded.snapshot, catalogue.kpi("net_realization"), Period.parse("2026-10"), EVERYTHING
    ).only

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
    told = answer(
        loaded.snapshot, catalogue.kpi(key), Period.parse("2025"), EVERYTHING, where={"project": [internal]}
    ).only  # fmt: skip

    assert (told.psa, told.reasons[Side.PSA]) == (None, reason)


@pytest.mark.parametrize("period", ["2026-05", "2025"])
def test_net_realization_is_the_product_of_both(loaded, record, period):
    over, under = (_by_currency(sums) for sums in _billed(record, period))
    told = _told(loaded, "net_realization", period, Side.ERP)
    paid = _told(loaded, "collection_realization", period, Side.ERP)

    assert told
    for key, number in told.items():
        assert abs(number - over[key] / under[key] * paid[key]) <= SIX


@every_period
def test_work_to_invoice_is_weighted_by_the_amount(loaded, record, period):
    invoiced = f"""FROM charge WHERE NOT is_credit AND invoiced_on IS NOT NULL
        AND strftime('%Y-%m', invoiced_on) {_BETWEEN}"""
    days = "CAST(julianday(invoiced_on) - julianday(date) AS INT)"
    over = _sums(record, period, f"SELECT currency, amount * {days} {invoiced}")
    under = _sums(record, period, f"SELECT currency, amount {invoiced}")

    assert _told(loaded, "work_to_invoice", period) == _ratios(over, under)


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
    over = _sums(record, period, f"SELECT c.currency, c.amount * {days} {_SHEETS}")
    under = _sums(record, period, f"SELECT c.currency, c.amount {_SHEETS}")

    assert over
    assert _told(loaded, key, period) == _ratios(over, under)


_UNCHARGED = "SELECT h.currency, h.agreed FROM hour h WHERE h.is_billable AND h.charge_id = 0"
_AT_CAP = """h.project_id IN (
    SELECT r.project_id FROM stg_suiteprojects__billing_rule r
    JOIN stg_suiteprojects__charge c ON c.billing_rule_id = r.id AND c.type = 'T' AND c._deleted_at IS NULL
    WHERE r.cap > 0 GROUP BY r.id HAVING sum(c.amount) >= r.cap)"""
_PARTS = {
    "late_time_value": [
        f"SELECT currency, listed FROM hour WHERE is_billable AND booked > worked AND worked {_BETWEEN}"
    ],
    "capped_time_value": [
        f"{_UNCHARGED} AND {_AT_CAP} AND worked {_BETWEEN}",
        f"""SELECT currency, max("full" - amount, 0) FROM charge
            WHERE type = 'T' AND terms = 'By the hour, capped' AND worked {_BETWEEN}""",
    ],
    "write_downs": [
        f"""SELECT currency, max("full" - amount, 0) FROM charge
            WHERE type = 'T' AND terms <> 'By the hour, capped' AND worked {_BETWEEN}"""
    ],
    "non_billable_client_value": [
        f"SELECT currency, listed FROM hour WHERE NOT is_billable AND worked {_BETWEEN}"
    ],
    "rate_discounts": [
        f"""SELECT currency, listed - agreed FROM hour
            WHERE is_billable AND agreed IS NOT NULL AND worked {_BETWEEN}"""
    ],
    "credit_memos": [
        f"SELECT currency, -amount FROM charge WHERE is_credit AND is_approved AND worked {_BETWEEN}"
    ],
}


@every_period
@pytest.mark.parametrize("key", _PARTS)
def test_each_piece_of_leakage_is_what_its_records_add_up_to(loaded, record, key, period):
    assert _told(loaded, key, period) == _sums(record, period, *_PARTS[key])


@pytest.mark.parametrize(
    ("share", "of"),
    [
        ("late_time_pct", "late_time_value"),
        ("capped_time_pct", "capped_time_value"),
        ("non_billable_client_pct", "non_billable_client_value"),
        ("rate_discounts_pct", "rate_discounts"),
        ("credit_memos_pct", "credit_memos"),
    ],
)
def test_a_piece_is_told_as_a_share_of_standard_value_too(loaded, share, of):
    standard = _told(loaded, "standard_value", "2025")

    assert _told(loaded, share, "2025") == _ratios(_told(loaded, of, "2025"), standard)


@every_period
def test_credit_memos_of_the_erp_are_net_of_tax(loaded, record, period):
    known = _sums(
        record,
        period,
        f"""
        SELECT c.symbol, l.foreignamount FROM stg_netsuite__transaction t
        JOIN stg_netsuite__transactionline l ON l."transaction" = t.id
            AND NOT coalesce(l.mainline, 0) AND NOT coalesce(l.taxline, 0)
        JOIN stg_netsuite__currency c ON c.id = t.currency
        JOIN stg_netsuite__accountingperiod p ON p.id = t.postingperiod
        WHERE t.type = 'CustCred' AND strftime('%Y-%m', p.startdate) {_BETWEEN} AND t._deleted_at IS NULL""",
    )

    assert known
    assert _told(loaded, "credit_memos", period, Side.ERP) == known


@every_period
def test_leakage_is_the_standard_value_that_neither_came_nor_may_come(loaded, record, period):
    standard = _sums(
        record, period, f"SELECT currency, listed FROM hour WHERE is_billable AND worked {_BETWEEN}"
    )
    kept = _by_currency(
        _sums(
            record,
            period,
            f"""SELECT terms, currency, amount FROM charge
                WHERE listed IS NOT NULL AND NOT is_credit AND worked {_BETWEEN}""",
            f"""SELECT terms, currency, amount FROM charge WHERE is_credit AND is_approved
                AND type NOT IN ('E', 'P', 'F') AND cohort {_BETWEEN}""",
            f"""SELECT terms, currency, agreed FROM hour h WHERE is_billable AND charge_id = 0
                AND agreed IS NOT NULL AND NOT {_AT_CAP} AND worked {_BETWEEN}""",
            _FIXED_REVENUE,
        )
    )
    lost = {key: amount - kept.get(key, Decimal(0)) for key, amount in standard.items()}

    assert _told(loaded, "leakage_pct", period) == _ratios(lost, standard)


def test_time_not_written_down_is_worth_the_average_rate(loaded):
    hours, rate, value = (
        answer(loaded.snapshot, catalogue.kpi(key), Period.parse("2026-Q2"), EVERYTHING).only.psa
        for key in ("missing_hours", "average_bill_rate", "unentered_time_value")
    )

    assert abs(value - hours * rate) <= hours * SIX


def _over(record, grain, sold):
    """Month and currency -> hours and value beyond what was sold, member by member (B8)."""
    worked = record.execute(
        text(
            f"""SELECT {grain}, worked, max(currency), sum(hours), sum(listed) FROM hour
                WHERE terms <> 'By the hour' GROUP BY 1, 2 ORDER BY 1, 2"""
        )
    )
    done, found = defaultdict(Decimal), defaultdict(lambda: [Decimal(0), Decimal(0)])
    for member, month, currency, hours, listed in worked:
        if member in sold:
            before = max(done[member] - sold[member], 0)
            done[member] += hours
            over = Decimal(max(done[member] - sold[member], 0) - before)
            cell = found[month, currency]
            cell[0] += over / UNIT
            cell[1] += (over * listed / hours / UNIT).quantize(FOUR, rounding=ROUND_HALF_EVEN)
    return found


@every_period
@pytest.mark.parametrize(
    ("prefix", "grain", "sold"),
    [
        ("", "project_id", "SELECT id, budget_hours FROM stg_suiteprojects__project WHERE budget_hours > 0"),
        (
            "task_", "task_id",
            """SELECT id, planned_hours FROM stg_suiteprojects__project_task WHERE planned_hours > 0 AND id NOT IN (
                SELECT parent_id FROM stg_suiteprojects__project_task WHERE parent_id IS NOT NULL)""",
        ),
    ],
)  # fmt: skip
def test_over_servicing_is_hours_beyond_what_was_sold(loaded, record, period, prefix, grain, sold):
    found = _over(record, grain, dict(record.execute(text(sold)).all()))
    span = _span(period)
    hours, value = Decimal(0), defaultdict(Decimal)
    for (month, currency), (over, listed) in found.items():
        if span["first"] <= month <= span["last"]:
            hours += over
            value[(currency,)] += listed

    told = _told(loaded, f"{prefix}over_serviced_hours", period, lens=Lens.CONSOLIDATED)
    assert sum(told.values()) == hours > 0
    told = _told(loaded, f"{prefix}over_servicing", period)
    assert told == {key: amount for key, amount in value.items() if amount}


def test_over_servicing_to_date_is_over_all_hours_sold(loaded, record):
    sold = dict(
        record.execute(
            text(
                """SELECT id, budget_hours FROM stg_suiteprojects__project p WHERE budget_hours > 0
                    AND (contract_type LIKE 'Fixed%' OR contract_type LIKE 'Capped%' OR contract_type = 'Retainer')"""
            )
        ).all()
    )
    over = sum(hours for hours, _ in _over(record, "project_id", sold).values())
    told = answer(
        loaded.snapshot, catalogue.kpi("over_servicing_pct"), Period.parse("2026-11"), EVERYTHING
    ).only.psa

    assert told == (over / sum(map(Decimal, sold.values())) * UNIT).quantize(
        SIX, rounding=ROUND_HALF_EVEN
    )
