"""Leakage and over-servicing are what the mirrored records add up to, by SQL written by hand.

Money and hours of the record are in ten-thousandths, and told in the currency they were agreed in, so that no rate stands
between the numbers and the records.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side

from .asked import SIX, UNIT, ask, by_currency, ratios_of, span_of
from .priced import AT_CAP, BETWEEN, FIXED_REVENUE, every_period, priced, sums_between, told_of

FOUR = Decimal("0.0001")


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


_UNCHARGED = "SELECT h.currency, h.agreed FROM hour h WHERE h.is_billable AND h.charge_id = 0"


_PARTS = {
    "late_time_value": [
        f"SELECT currency, listed FROM hour WHERE is_billable AND booked > worked AND worked {BETWEEN}"
    ],
    "capped_time_value": [
        f"{_UNCHARGED} AND {AT_CAP} AND worked {BETWEEN}",
        f"""SELECT currency, max("full" - amount, 0) FROM charge
            WHERE type = 'T' AND terms = 'By the hour, capped' AND worked {BETWEEN}""",
    ],
    "write_downs": [
        f"""SELECT currency, max("full" - amount, 0) FROM charge
            WHERE type = 'T' AND terms <> 'By the hour, capped' AND worked {BETWEEN}"""
    ],
    "non_billable_client_value": [
        f"SELECT currency, listed FROM hour WHERE NOT is_billable AND worked {BETWEEN}"
    ],
    "rate_discounts": [
        f"""SELECT currency, listed - agreed FROM hour
            WHERE is_billable AND agreed IS NOT NULL AND worked {BETWEEN}"""
    ],
    "credit_memos": [
        f"SELECT currency, -amount FROM charge WHERE is_credit AND is_approved AND worked {BETWEEN}"
    ],
}


@every_period
@pytest.mark.parametrize("key", _PARTS)
def test_each_piece_of_leakage_is_what_its_records_add_up_to(loaded, record, key, period):
    assert told_of(loaded, key, period) == sums_between(record, period, *_PARTS[key])


@pytest.mark.parametrize(
    ("share", "of"),
    [
        ("late_time_pct", "late_time_value"),
        ("capped_time_pct", "capped_time_value"),
        ("write_downs_pct", "write_downs"),
        ("non_billable_client_pct", "non_billable_client_value"),
        ("rate_discounts_pct", "rate_discounts"),
        ("credit_memos_pct", "credit_memos"),
    ],
)
def test_a_piece_is_told_as_a_share_of_standard_value_too(loaded, share, of):
    standard = told_of(loaded, "standard_value", "2025")

    assert told_of(loaded, share, "2025") == ratios_of(told_of(loaded, of, "2025"), standard)


@every_period
def test_credit_memos_of_the_erp_are_net_of_tax(loaded, record, period):
    known = sums_between(
        record,
        period,
        f"""
        SELECT c.symbol, l.foreignamount FROM stg_netsuite__transaction t
        JOIN stg_netsuite__transactionline l ON l."transaction" = t.id
            AND NOT coalesce(l.mainline, 0) AND NOT coalesce(l.taxline, 0)
        JOIN stg_netsuite__currency c ON c.id = t.currency
        JOIN stg_netsuite__accountingperiod p ON p.id = t.postingperiod
        WHERE t.type = 'CustCred' AND strftime('%Y-%m', p.startdate) {BETWEEN} AND t._deleted_at IS NULL""",
    )

    assert known
    assert told_of(loaded, "credit_memos", period, Side.ERP) == known


@every_period
def test_leakage_is_the_standard_value_that_neither_came_nor_may_come(loaded, record, period):
    standard = sums_between(
        record, period, f"SELECT currency, listed FROM hour WHERE is_billable AND worked {BETWEEN}"
    )
    kept = by_currency(
        sums_between(
            record,
            period,
            f"""SELECT terms, currency, amount FROM charge
                WHERE listed IS NOT NULL AND NOT is_credit AND worked {BETWEEN}""",
            f"""SELECT terms, currency, amount FROM charge WHERE is_credit AND is_approved
                AND type NOT IN ('E', 'P', 'F') AND cohort {BETWEEN}""",
            f"""SELECT terms, currency, agreed FROM hour h WHERE is_billable AND charge_id = 0
                AND agreed IS NOT NULL AND NOT {AT_CAP} AND worked {BETWEEN}""",
            FIXED_REVENUE,
        )
    )
    lost = {key: amount - kept.get(key, Decimal(0)) for key, amount in standard.items()}

    assert told_of(loaded, "leakage_pct", period) == ratios_of(lost, standard)


def test_time_not_written_down_is_worth_the_average_rate(loaded):
    hours, rate, value = (
        ask(loaded, key, "2026-Q2").only.psa
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
    ("hours_over", "value_over", "grain", "sold"),
    [
        (
            "over_serviced_hours", "over_servicing", "project_id",
            "SELECT id, budget_hours FROM stg_suiteprojects__project WHERE budget_hours > 0",
        ),
        (
            "task_over_serviced_hours", "task_over_servicing", "task_id",
            """SELECT id, planned_hours FROM stg_suiteprojects__project_task WHERE planned_hours > 0 AND id NOT IN (
                SELECT parent_id FROM stg_suiteprojects__project_task WHERE parent_id IS NOT NULL)""",
        ),
    ],
)  # fmt: skip
def test_over_servicing_is_hours_beyond_what_was_sold(
    loaded, record, period, hours_over, value_over, grain, sold
):
    found = _over(record, grain, dict(record.execute(text(sold)).all()))
    span = span_of(period)
    hours, value = Decimal(0), defaultdict(Decimal)
    for (month, currency), (over, listed) in found.items():
        if span["first"] <= month <= span["last"]:
            hours += over
            value[(currency,)] += listed

    told = told_of(loaded, hours_over, period, lens=Lens.CONSOLIDATED)
    assert sum(told.values()) == hours > 0
    told = told_of(loaded, value_over, period)
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
    told = ask(loaded, "over_servicing_pct", "2026-11").only.psa

    assert told == (over / sum(map(Decimal, sold.values())) * UNIT).quantize(
        SIX, rounding=ROUND_HALF_EVEN
    )
