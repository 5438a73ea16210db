"""Rates, hours by role, unbilled work and key people: by plain SQL on the record's tables (B2, B6, C13, D3, E7)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side

from .asked import SIX, UNIT, are_near, ask, span_of, sums_of
from .priced import AT_CAP, priced

TODAY = date(2026, 11, 20)
# closed months, the second with late time, a quarter, a year, months across the turn of the year
PERIODS = ("2026-05", "2026-10", "2026-Q2", "2025", "2025-11..2026-03")
every_period = pytest.mark.parametrize("period", PERIODS)
_CLIENT = "p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')"


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


def _told(loaded, key, period, *, by=(), lens=Lens.TRANSACTION, side=Side.PSA):
    found = ask(loaded, key, period, by=by, lens=lens)
    return {
        (*(row.labels[name] for name in by), *([row.currency] if row.currency else [])): number
        for row in found.rows
        if (number := row.side(side))
    }


@every_period
def test_rate_realization_is_what_was_agreed_over_the_list_for_the_same_hours(
    loaded, record, period
):
    both = "is_billable AND agreed IS NOT NULL AND listed IS NOT NULL AND worked BETWEEN :first AND :last"
    over, under = (
        sums_of(record, f"SELECT currency, {name} FROM hour WHERE {both}", **span_of(period))
        for name in ("agreed", "listed")
    )

    known = {key: over[key] / amount for key, amount in under.items()}
    are_near(_told(loaded, "rate_realization", period), known)


@every_period
def test_hours_on_client_work_are_told_by_the_role_they_were_done_in(loaded, record, period):
    known = sums_of(
        record,
        f"""SELECT j.name, e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
            JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {_CLIENT}
            JOIN stg_suiteprojects__user u ON u.id = e.user_id
            JOIN stg_suiteprojects__job_code j ON j.id = coalesce(nullif(e.job_code_id, 0), u.job_code_id)
            WHERE strftime('%Y-%m', e.date) BETWEEN :first AND :last""",
        **span_of(period),
    )

    assert _told(loaded, "client_hours", period, by=("role",)) == known
    whole = sum(known.values())
    shares = {role: (hours / whole).quantize(SIX) for role, hours in known.items()}
    assert _told(loaded, "role_share_of_hours", period, by=("role",)) == shares
    assert len(shares) > 1
    sold = sums_of(
        record,
        "SELECT hours FROM hour WHERE is_billable AND agreed IS NOT NULL AND worked BETWEEN :first AND :last",
        **span_of(period),
    )
    assert _told(loaded, "hourly_work_hours", period) == sold


@every_period
def test_what_hours_sold_by_the_hour_are_worth_is_the_agreed_rate(loaded, record, period):
    known = sums_of(
        record,
        """SELECT currency, agreed FROM hour WHERE is_billable AND agreed IS NOT NULL
            AND worked BETWEEN :first AND :last""",
        **span_of(period),
    )

    assert _told(loaded, "hourly_work_value", period) == known


_COSTED = f"""
    SELECT k.currency, e.hours * k.cost / 10000 FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
    JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {_CLIENT}
    JOIN stg_suiteprojects__loaded_cost k ON k.user_id = e.user_id
        AND e.date BETWEEN coalesce(k.start_date, '0001-01-01') AND coalesce(k.end_date, '9999-12-31')
    WHERE strftime('%Y-%m', coalesce(e.accounting_date, e.date)) BETWEEN :first AND :last"""


@every_period
def test_an_hour_costs_its_people_s_loaded_cost_and_brings_the_services_revenue(
    loaded, record, period
):
    """In the reporting currency, of one subsidiary whose books, people and projects are all kept in it."""
    hours = record.execute(
        text(
            f"""SELECT sum(e.hours) FROM stg_suiteprojects__time_entry e
                JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
                JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {_CLIENT}
                WHERE strftime('%Y-%m', coalesce(e.accounting_date, e.date)) BETWEEN :first AND :last"""
        ),
        span_of(period),
    ).scalar_one()
    rows = ask(loaded, "effective_bill_rate", period).only
    revenue = ask(loaded, "recognized_revenue", period, by=("stream",))
    services = sum(
        row.erp
        for row in revenue.rows
        if row.dimensions["stream"] in ("services_tm", "services_fixed", "managed_services")
    )

    assert abs(rows.erp - services / (Decimal(hours) / UNIT)) < Decimal("0.0001")
    told = {key: ask(loaded, key, period).only for key in ("cost_per_hour", "rate_spread")}
    spread = rows.erp - told["cost_per_hour"].psa
    assert abs(told["rate_spread"].erp - spread) <= 2 * SIX


@every_period
def test_the_cost_of_an_hour_is_known_in_the_currency_of_its_people(loaded, record, period):
    costed = sums_of(record, _COSTED, **span_of(period))
    total = ask(loaded, "cost_per_hour", period, lens=Lens.TRANSACTION)
    told = {row.currency: row for row in total.rows}

    assert set(told) <= {currency for (currency,) in costed} | {None}


# --- unbilled work (D3)


def _bucket(days):
    for limit, name in ((30, "Up to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days")):
        if days <= limit:
            return name
    return "Over 90 days"


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-11", TODAY), ("2026-07", date(2026, 7, 31)), ("2025-11", date(2025, 11, 30))],
)
def test_unbilled_work_is_charges_without_an_invoice_and_hours_without_a_charge_by_their_age(
    loaded, record, period, day
):
    """At the end of a month: what was on no invoice until then."""
    known = defaultdict(Decimal)
    charges = """
        SELECT 'Charges', date, currency, amount FROM charge
        WHERE (invoiced_on IS NULL OR invoiced_on > :day) AND NOT is_credit"""
    hours = f"""
        SELECT 'Time that is not charged yet', e.date, h.currency, h.agreed FROM hour h
        JOIN stg_suiteprojects__time_entry e ON e.id = h.id
        WHERE h.is_billable AND h.agreed IS NOT NULL AND h.charge_id = 0
            AND NOT {AT_CAP}"""
    for sql in (charges, hours):
        values = {"day": str(day)} if ":day" in sql else {}
        for kind, worked, currency, amount in record.execute(text(sql), values):
            waited = (day - date.fromisoformat(worked)).days
            if waited >= 0:
                known[kind, _bucket(waited), currency] += Decimal(amount) / UNIT

    told = _told(loaded, "unbilled_work", period, by=("unbilled_kind", "unbilled_age"))

    assert told
    assert told == {key: amount for key, amount in known.items() if amount}


# --- key people (E7)


def test_key_people_are_those_whose_hours_are_worth_most_at_the_list(loaded, record):
    """By currency of the list, where nobody's hours stand in two."""
    by_person = defaultdict(Decimal)
    for user, currency, listed in record.execute(
        text(
            """SELECT e.user_id, h.currency, h.listed FROM hour h
                JOIN stg_suiteprojects__time_entry e ON e.id = h.id
                WHERE h.is_billable AND h.listed IS NOT NULL AND h.worked BETWEEN '2025-11' AND '2026-10'"""
        )
    ):
        by_person[currency, user] += Decimal(listed)
    for key, top in (("top_person_share", 1), ("top_5_people_share", 5), ("person_hhi", None)):
        told = _told(loaded, key, "2026-10")
        for (currency,), number in told.items():
            amounts = sorted((a for (c, _), a in by_person.items() if c == currency), reverse=True)
            shares = [amount / sum(amounts) for amount in amounts]
            known = sum(shares[:top]) if top else sum((100 * share) ** 2 for share in shares)
            assert abs(number - known) <= SIX, (key, currency)
        assert told.keys() == {(currency,) for currency, _ in by_person}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("rate_realization", Reason.NO_VALUE),
        ("effective_bill_rate", Reason.NO_HOURS),
        ("cost_per_hour", Reason.NO_HOURS),
        ("top_person_share", Reason.NO_VALUE),
    ],
)
def test_before_the_first_hour_there_is_a_reason_and_no_number(loaded, key, reason):
    row = ask(loaded, key, "2023-01").only

    assert row.value is None
    assert set(row.reasons.values()) & {reason, Reason.NO_DATA, Reason.NO_HISTORY}
