"""What the firm earns per head, grows by and pays for labour: by plain SQL on the record's tables."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import EXTERNAL, POSTINGS, ask

PLACES = Decimal("0.000001")
# Postings of profit and loss by subsidiary, month and account: the primary book, without intercompany.
POSTED = f"""
    SELECT l.subsidiary, p.enddate, a.accttype, a.fullname, coalesce(d.name, ''), g.amount{POSTINGS}
    LEFT JOIN stg_netsuite__department d ON d.id = l.department
    WHERE g.posting AND g.accountingbook = 1 AND p.startdate >= :first AND p.enddate <= :last
        AND a.accttype IN ('Income', 'COGS', 'Expense') AND {EXTERNAL}"""
AVERAGE = """
    SELECT r.fromsubsidiary, p.enddate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""
NO_PRACTICE = ("Sales", "Finance")
PAYROLL = ("Salaries", "Social security")


class Ledger:
    def __init__(self, record):
        self.record = record
        with record.connect() as connection:
            self.rates = {
                (subsidiary, str(end)[:7]): Decimal(str(rate))
                for subsidiary, end, rate in connection.execute(text(AVERAGE))
            }

    def posted(self, first, last, *, years_back=0):
        """Type, account, department, subsidiary and amount in the reporting currency, debit positive."""
        with self.record.connect() as connection:
            rows = connection.execute(text(POSTED), {"first": first, "last": last}).all()
        for subsidiary, end, kind, account, department, amount in rows:
            month = f"{int(str(end)[:4]) - years_back}{str(end)[4:7]}"
            rate = self.rates.get((subsidiary, month), Decimal(1) if subsidiary == 1 else None)
            money = Decimal(amount).scaleb(-4) * rate
            yield (
                kind,
                account,
                department,
                subsidiary,
                money.quantize(Decimal("0.0001"), ROUND_HALF_EVEN),
            )


@pytest.fixture(scope="module")
def ledger(loaded):
    return Ledger(loaded.record)


def _told(loaded, key, period, **how):
    return ask(loaded, key, period, **how).only


def _near(told, exact):
    assert abs(told - Decimal(exact.numerator) / Decimal(exact.denominator)) <= PLACES


MONTHS = {
    "2026-10": ("2026-10-01", "2026-10-31", "2025-10-01", "2025-10-31"),
    "2026-Q2": ("2026-04-01", "2026-06-30", "2025-04-01", "2025-06-30"),
    "2025": ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"),
}


@pytest.mark.parametrize("period", MONTHS)
def test_growth_at_constant_currency_takes_last_years_rates(loaded, ledger, period):
    first, last, before, until = MONTHS[period]
    now = -sum(row[-1] for row in ledger.posted(first, last, years_back=1) if row[0] == "Income")
    then = -sum(row[-1] for row in ledger.posted(before, until) if row[0] == "Income")

    constant = _told(loaded, "constant_currency_growth", period).erp
    _near(constant, Fraction(now - then) / Fraction(then))
    assert constant != _told(loaded, "revenue_growth", period).erp


def test_growth_in_the_books_of_a_subsidiary_knows_no_rates(loaded):
    how = {"lens": Lens.SUBSIDIARY, "where": {"subsidiary": [2]}}
    constant = _told(loaded, "constant_currency_growth", "2026-10", **how).erp

    assert constant == _told(loaded, "revenue_growth", "2026-10", **how).erp


def test_growth_without_a_year_before_is_no_number(loaded):
    row = _told(loaded, "constant_currency_growth", "2023-12")

    assert row.erp is None
    assert row.reasons[Side.ERP] in (Reason.NO_HISTORY, Reason.NO_DATA)


def test_ebitda_per_head_is_a_years_ebitda_by_the_mean_of_its_month_ends(loaded, ledger):
    earned = -sum(
        row[-1] for row in ledger.posted("2025-11-01", "2026-10-31") if "Depreciation" not in row[1]
    )
    ends = [str(month.end) for month in Period.parse("2025-11..2026-10").months]
    with loaded.record.connect() as connection:
        heads = sum(
            connection.execute(
                text("""
                    SELECT count(*) FROM stg_netsuite__employee e
                    WHERE e.hiredate <= :day AND coalesce(e.releasedate, '9999-12-31') >= :day"""),
                {"day": day},
            ).scalar()
            for day in ends
        )

    told = _told(loaded, "ebitda_per_head", "2026-10").erp
    _near(told, Fraction(earned) / Fraction(heads, 12))


@pytest.mark.parametrize("period", ["2026-10", "2026-Q2"])
def test_labour_of_delivery_is_payroll_of_practices_and_hours_at_loaded_cost(loaded, ledger, period):  # fmt: skip
    first, last, *_ = MONTHS[period]
    paid = defaultdict(Decimal)
    for _, account, department, subsidiary, amount in ledger.posted(first, last):
        if account.startswith(PAYROLL) and department and not department.startswith(NO_PRACTICE):
            paid[subsidiary] += amount
    with loaded.snapshot.engine.connect() as connection:
        costed = connection.execute(
            text("""
                SELECT sum(t.cost_base) FROM fct_time t JOIN dim_person p USING (person_key)
                WHERE t.status = 'approved' AND t.kind IN ('client', 'internal_productive')
                    AND p.netsuite_id IS NOT NULL AND t.accounting_month BETWEEN :first AND :last"""),
            {"first": int(first[:7].replace("-", "")), "last": int(last[:7].replace("-", ""))},
        ).scalar()

    told = _told(loaded, "delivery_labor_cost", period)
    assert (told.erp, told.psa) == (sum(paid.values()), costed)
    by_subsidiary = ask(loaded, "delivery_labor_cost", period, by=("subsidiary",))
    assert {row.dimensions["subsidiary"]: row.erp for row in by_subsidiary.rows if row.erp} == dict(
        paid
    )
    absorbed = _told(loaded, "labor_absorption", period).psa
    _near(absorbed, Fraction(costed) / Fraction(told.erp))
