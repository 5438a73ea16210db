"""The roll-forward of backlog closes: what was and what happened is what is, whoever asks and however it is cut."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side
from models.period import Period

from .asked import by_key

MOVES = {
    "backlog_opening": 1,
    "backlog_orders": 1,
    "backlog_changes": 1,
    "revenue_from_backlog": -1,
    "backlog_closures": -1,
    "backlog_exchange": 1,
}
MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][6:23]


def _told(loaded, key, period, *, by=(), lens=Lens.CONSOLIDATED):
    return by_key(loaded, key, period, Side.ERP, by, lens=lens)


def _rolled(loaded, period, **more):
    summed = defaultdict(Decimal)
    for key, sign in MOVES.items():
        for member, number in _told(loaded, key, period, **more).items():
            summed[member] += sign * number
    return {member: number for member, number in summed.items() if number}


@pytest.mark.parametrize("period", [*MONTHS, "2026-Q3", "2025", "2026"])
def test_what_was_and_what_happened_is_what_is(loaded, period):
    assert _rolled(loaded, period) == _told(loaded, "backlog", period)


@pytest.mark.parametrize("by", ["subsidiary", "project", "department", "stream"])
@pytest.mark.parametrize("lens", [Lens.CONSOLIDATED, Lens.SUBSIDIARY])
def test_it_closes_for_every_member_in_both_lenses(loaded, by, lens):
    asked = {"by": (by,), "lens": lens}

    for period in ("2026-09", "2026-11", "2026-Q3"):
        assert _rolled(loaded, period, **asked) == _told(loaded, "backlog", period, **asked)


def test_exchange_moves_nothing_in_the_books_own_currency(loaded):
    assert _told(loaded, "backlog_exchange", "2026-Q3")
    assert not _told(loaded, "backlog_exchange", "2026-Q3", lens=Lens.SUBSIDIARY)


@pytest.mark.parametrize("period", ["2026-09", "2026-Q3"])
def test_new_and_change_orders_are_the_sales_orders_of_the_period(loaded, period):
    span = Period.parse(period)
    with loaded.record.connect() as connection:
        known = {
            (currency,): Decimal(amount) / 10_000
            for currency, amount in connection.execute(
                text(
                    """
                    SELECT c.symbol, -sum(l.netamount) FROM stg_netsuite__transactionline l
                    JOIN stg_netsuite__transaction t ON t.id = l."transaction"
                    JOIN stg_netsuite__subsidiary s ON s.id = l.subsidiary
                    JOIN stg_netsuite__currency c ON c.id = s.currency
                    WHERE t.type = 'SalesOrd' AND t.status <> 'C' AND NOT l.mainline
                        AND NOT coalesce(l.taxline, false)
                        AND strftime('%Y-%m', t.trandate) BETWEEN :first AND :last GROUP BY 1"""
                ),
                {"first": str(span.first), "last": str(span.last)},
            )
        }
    told = defaultdict(Decimal)
    for key in ("backlog_orders", "backlog_changes"):
        for currency, amount in _told(loaded, key, period, lens=Lens.SUBSIDIARY).items():
            told[currency] += amount

    assert dict(told) == known


def test_revenue_from_backlog_is_what_a_project_earned_while_its_contract_held_it(loaded):
    """Projects that stand in backlog at both ends and got no order: all they earned was from it."""
    asked = {"by": ("project",), "lens": Lens.SUBSIDIARY}
    before, after = (_told(loaded, "backlog", month, **asked) for month in ("2026-08", "2026-09"))
    ordered = _told(loaded, "backlog_orders", "2026-09", **asked) | _told(
        loaded, "backlog_changes", "2026-09", **asked
    )
    steady = [one for one in before if one in after and one not in ordered and one[0] != -1]
    with loaded.record.connect() as connection:
        earned = {
            2 * project: Decimal(amount) / 10_000
            for project, amount in connection.execute(
                text(
                    """
                    SELECT s.id, -sum(a.amount) FROM stg_netsuite__transactionaccountingline a
                    JOIN stg_netsuite__account k ON k.id = a.account
                    JOIN stg_netsuite__transaction t ON t.id = a."transaction"
                    JOIN stg_netsuite__accountingperiod p ON p.id = t.postingperiod
                    JOIN stg_netsuite__transactionline l
                        ON l."transaction" = t.id AND l.id = a.transactionline
                    JOIN stg_suiteprojects__project s ON s.netsuite_id = l.entity
                    WHERE a.posting AND k.accttype = 'Income' AND p.startdate = '2026-09-01'
                    GROUP BY 1"""
                )
            )
        }
    told = _told(loaded, "revenue_from_backlog", "2026-09", **asked)

    assert len(steady) > 10
    for project, currency in steady:
        assert told.get((project, currency), Decimal(0)) == earned.get(project, Decimal(0))
