"""The income statement is the trial balance, open items are the control accounts: told by plain SQL on the record."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.access import Scope
from models.metrics import catalogue
from models.metrics.kpi import Lens, Side
from models.metrics.query import answer
from models.period import Period

EVERYTHING = Scope.everything()
# By hand: each account of profit and loss, income negative, by subsidiary and period, the primary book.
TRIAL_BALANCE = """
    SELECT l.subsidiary, h.postingperiod, a.accttype, g.amount
    FROM stg_netsuite__transactionaccountingline g
    JOIN stg_netsuite__transaction h ON h.id = g."transaction"
    JOIN stg_netsuite__transactionline l ON l."transaction" = g."transaction" AND l.id = g.transactionline
    JOIN stg_netsuite__account a ON a.id = g.account
    JOIN stg_netsuite__accountingperiod p ON p.id = h.postingperiod
    WHERE g.posting AND g.accountingbook = 1 AND p.startdate >= :first AND p.enddate <= :last
        AND a.accttype IN ('Income', 'COGS', 'Expense', 'OthIncome', 'OthExpense')"""
PERIODS = {
    "2026-10": ("2026-10-01", "2026-10-31"),
    "2026-Q2": ("2026-04-01", "2026-06-30"),
    "2025": ("2025-01-01", "2025-12-31"),
}


def _trial_balance(record, period, *types):
    found = defaultdict(Decimal)
    first, last = PERIODS[period]
    with record.connect() as connection:
        rows = connection.execute(text(TRIAL_BALANCE), {"first": first, "last": last})
        for subsidiary, _, kind, amount in rows:
            if not types or kind in types:
                found[subsidiary] -= Decimal(amount).scaleb(-4)
    return dict(found)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(("key", "types"), [("net_income", ()), ("firm_revenue", ("Income",))])
def test_the_income_statement_is_the_trial_balance_of_each_subsidiary(loaded, key, types, period):
    kpi = catalogue.kpi(key)
    known = _trial_balance(loaded.record, period, *types)

    told = answer(
        loaded.snapshot, kpi, Period.parse(period), EVERYTHING, by=("subsidiary",), lens=Lens.SUBSIDIARY
    )  # fmt: skip

    assert {row.dimensions["subsidiary"]: row.side(Side.ERP) for row in told.rows} == known


@pytest.mark.parametrize("period", PERIODS)
def test_intercompany_counts_for_nothing_when_consolidated(loaded, period):
    """The elimination company's postings take the others' away; what remains is everybody's own."""
    told = answer(
        loaded.snapshot, catalogue.kpi("net_income"), Period.parse(period), EVERYTHING, by=("subsidiary",)
    )  # fmt: skip

    names = {row.labels["subsidiary"]: row.side(Side.ERP) for row in told.rows}
    assert not any(number for name, number in names.items() if "Elimination" in name)
    whole = answer(
        loaded.snapshot, catalogue.kpi("net_income"), Period.parse(period), EVERYTHING
    ).only
    assert sum(names.values()) == whole.erp
    lines = answer(
        loaded.snapshot, catalogue.kpi("net_income"), Period.parse(period), EVERYTHING, by=("line",)
    )
    assert sum(row.side(Side.ERP) for row in lines.rows) == whole.erp


def test_the_ages_of_receivables_are_the_control_accounts_in_each_subsidiarys_books(loaded):
    period = Period.parse("2026-10")
    statement = """
        SELECT l.subsidiary, sum(g.amount)
        FROM stg_netsuite__transactionaccountingline g
        JOIN stg_netsuite__transaction h ON h.id = g."transaction"
        JOIN stg_netsuite__transactionline l
            ON l."transaction" = g."transaction" AND l.id = g.transactionline
        JOIN stg_netsuite__account a ON a.id = g.account
        WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'AcctRec' AND h.trandate <= '2026-10-31'
        GROUP BY l.subsidiary"""
    with loaded.record.connect() as connection:
        known = {
            subsidiary: Decimal(amount).scaleb(-4)
            for subsidiary, amount in connection.execute(text(statement))
            if amount
        }
    told = answer(
        loaded.snapshot, catalogue.kpi("receivables"), period, EVERYTHING,
        by=("subsidiary", "age"), lens=Lens.SUBSIDIARY,
    )  # fmt: skip

    found = defaultdict(Decimal)
    for row in told.rows:
        found[row.dimensions["subsidiary"]] += row.side(Side.ERP) or 0
    assert dict(found) == known
