"""What stood beside the numbers already held to the record: lines of the balance sheet, what waits too long, overload, shares.

By plain SQL on the record's tables; a number that is made of others that are held to them is held to these.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side
from models.period import Period

from .asked import SIX, ask, by_name, only_of, sums_of
from .days import exact, near
from .priced import AT_CAP, priced
from .test_kpis_ledger import _books, _held
from .test_kpis_people import _APPROVED, _LOGGED, _services
from .test_kpis_statement import Books, _line, _shares


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


def _told(loaded, key, period, side=Side.PSA, by=(), lens=Lens.TRANSACTION):
    return by_name(loaded, key, period, side, by, lens=lens)


# --- the balance sheet

LINES = {
    "fixed_assets": (("FixedAsset",), 1),
    "other_current_assets": (("OthCurrAsset", "DeferExpense"), 1),
    "other_assets": (("OthAsset",), 1),
    "unbilled_receivable_ledger": (("UnbilledRec",), 1),
    "other_current_liabilities": (("OthCurrLiab",), -1),
    "card_debt": (("CredCard",), -1),
    "long_term_liabilities": (("LongTermLiab",), -1),
}


@pytest.mark.parametrize(("period", "last"), [("2025-12", "2025-12-31"), ("2026-10", "2026-10-31")])
def test_a_line_of_the_balance_sheet_is_its_accounts_in_each_subsidiary(loaded, period, last):
    held = _held(loaded.record, last)

    for key, (types, sign) in LINES.items():
        rows = ask(loaded, key, period, by=("subsidiary",), lens=Lens.SUBSIDIARY).rows
        told = {row.dimensions["subsidiary"]: row.erp for row in rows if row.erp}
        assert told == _books(held, types.__contains__, sign), key


# --- what waits too long (B7)


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026-05", "2026-05-31"), ("2026-10", "2026-10-31"), ("2026-11", "2026-11-20"), ("2026-Q2", "2026-06-30")],
)  # fmt: skip
def test_what_has_waited_for_more_than_sixty_days_is_told_at_the_end_of_the_month(
    loaded, record, period, day
):
    charges = sums_of(
        record,
        """SELECT currency, amount FROM charge WHERE NOT is_credit AND julianday(:day) - julianday(date) > 60
            AND (invoiced_on IS NULL OR invoiced_on > :day)""",
        day=day,
    )
    hours = sums_of(
        record,
        f"""SELECT h.currency, h.agreed FROM hour h JOIN stg_suiteprojects__time_entry e ON e.id = h.id
            WHERE h.is_billable AND h.agreed IS NOT NULL AND h.charge_id = 0 AND NOT {AT_CAP}
                AND julianday(:day) - julianday(e.date) > 60""",
        day=day,
    )
    receipts = sums_of(
        record,
        """SELECT r.currency, r.amount - coalesce(r.tax, 0) FROM stg_suiteprojects__receipt r
            JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id AND e.status = 'A'
            JOIN stg_suiteprojects__project p ON p.id = r.project_id
                AND p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')
            WHERE NOT coalesce(r.is_non_billable, 0) AND coalesce(r.charge_id, 0) = 0
                AND julianday(:day) - julianday(coalesce(r.accounting_date, r.date)) > 60""",
        day=day,
    )

    known = {key: charges.get(key, 0) + hours.get(key, 0) for key in {*charges, *hours}}
    assert _told(loaded, "aged_unbilled", period) == known
    assert _told(loaded, "missed_expenses", period) == receipts


# --- people


@pytest.mark.parametrize("period", ["2026-05", "2026-10"])
def test_who_works_too_much_did_so_in_three_of_the_last_four_weeks_that_were_due(
    loaded, firm, period
):
    last = Period.parse(period).last.end
    monday = last - timedelta(days=last.weekday())  # the deadline of the week before
    weeks = [monday - timedelta(days=7 * back) for back in range(1, 5)]
    worked = defaultdict(Fraction)
    for user, day, hours in firm.read(
        """SELECT e.user_id, e.date, e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
            JOIN stg_suiteprojects__project p ON p.id = e.project_id AND p.contract_type <> 'Time off'
            WHERE e.date BETWEEN :first AND :last""",
        first=str(weeks[-1]), last=str(monday),
    ):  # fmt: skip
        day = date.fromisoformat(day)
        worked[user, day - timedelta(days=day.weekday())] += Fraction(hours, 10_000)
    keepers = {user for (user,) in firm.read("SELECT user_id FROM stg_suiteprojects__timesheet")}
    there = overloaded = 0
    for user in keepers | set(firm.rollup()):
        nets = {
            week: sum((firm.net(user, week + timedelta(days=n)) for n in range(7)), Fraction(0))
            for week in weeks
        }
        if any(nets.values()):
            there += 1
            over = sum(
                net > 0 and worked[user, week] > net * Fraction(11, 10)
                for week, net in nets.items()
            )
            overloaded += over >= 3

    assert near(only_of(loaded, "overload", period, Side.PSA), Fraction(overloaded, there))


@pytest.mark.parametrize("period", ["2026-05", "2026-Q2"])
def test_the_firm_yields_its_services_over_all_hours_of_people_with_a_target(loaded, firm, period):
    """Hours of people by the day worked, revenue by the month of the books (R6)."""
    asked = Period.parse(period)
    first, last = str(asked.first.start), str(asked.last.end)
    people = set(firm.rollup())
    worked = firm.read(
        _LOGGED.format(states=_APPROVED, what="p.contract_type <> 'Time off'"),
        first=first,
        last=last,
    )
    hours = sum((Fraction(one, 10_000) for user, one in worked if user in people), Fraction(0))

    told = only_of(loaded, "firm_yield", period, Side.ERP)
    assert abs(told - exact(Fraction(_services(firm, first, last)) / hours)) < Decimal("0.0001")


# --- what hours cost that are sold by the hour (C13)


@pytest.mark.parametrize("period", ["2026-05", "2026-10", "2026-Q2"])
def test_hours_sold_by_the_hour_cost_their_people_and_leave_the_rest(loaded, record, period):
    asked = Period.parse(period)
    known = sums_of(
        record,
        """SELECT k.currency, h.hours * k.cost / 10000 FROM hour h
            JOIN stg_suiteprojects__time_entry e ON e.id = h.id
            JOIN stg_suiteprojects__loaded_cost k ON k.user_id = e.user_id
                AND e.date BETWEEN coalesce(k.start_date, '0001-01-01') AND coalesce(k.end_date, '9999-12-31')
            WHERE h.is_billable AND h.agreed IS NOT NULL AND h.worked BETWEEN :first AND :last""",
        first=str(asked.first), last=str(asked.last),
    )  # fmt: skip

    told = _told(loaded, "hourly_work_cost", period)
    assert told.keys() == known.keys()
    assert all(
        abs(told[key] - known[key]) < Decimal("0.1") for key in known
    )  # rounded entry by entry
    value, cost, margin = (
        only_of(loaded, key, period, Side.PSA)
        for key in ("hourly_work_value", "hourly_work_cost", "hourly_work_margin")
    )
    assert value - cost == margin


# --- concentration and coverage


def test_projects_are_concentrated_by_their_revenue_of_a_year(loaded):
    books = Books(loaded.record)
    found = defaultdict(Decimal)
    joins = "LEFT JOIN stg_netsuite__job j ON j.id = l.entity"
    for _, account, kind, department, job, between, _, base in books.posted(
        "2025-11..2026-10", "j.id", joins
    ):
        if _line(account, kind, department) == "revenue" and not between:
            found[job] -= base

    known = sum((100 * share) ** 2 for share in _shares(found.values()))
    assert abs(only_of(loaded, "project_hhi", "2026-10", Side.ERP) - known) < SIX


@pytest.mark.parametrize(
    ("key", "of"), [("receivables_hhi", "receivables"), ("backlog_hhi", "backlog")]
)
def test_open_items_and_backlog_are_concentrated_by_the_tops_of_the_trees(loaded, key, of):
    """Receivables and backlog of each customer are held to the record elsewhere."""
    with loaded.snapshot.engine.connect() as snapshot:
        tops = dict(
            tuple(row)
            for row in snapshot.execute(text("SELECT customer_key, top_key FROM dim_customer"))
        )
    by_top = defaultdict(Decimal)
    for row in ask(loaded, of, "2026-10", by=("customer",)).rows:
        by_top[tops[row.dimensions["customer"]]] += row.erp or 0

    known = sum((100 * share) ** 2 for share in _shares(by_top.values()))
    assert abs(only_of(loaded, key, "2026-10", Side.ERP) - known) < SIX


def test_what_is_scheduled_beyond_a_year_is_that_of_its_months(loaded):
    for side in Side:
        known = only_of(loaded, "scheduled_revenue", "2026-11..2030-12", side)
        near_by = only_of(loaded, "scheduled_revenue", "2026-11..2027-10", side)

        told = only_of(loaded, "scheduled_beyond_year", "2026-10", side)
        assert (told or 0) == (known or 0) - (near_by or 0)


def test_red_projects_are_a_share_of_live_ones(loaded):
    live, red, share = (
        only_of(loaded, key, "2026-11", Side.PSA)
        for key in ("live_projects", "red_projects", "red_projects_pct")
    )
    with loaded.record.connect() as record:
        active = record.execute(
            text("""
                SELECT count(*) FROM stg_suiteprojects__project WHERE is_active AND contract_type
                    NOT IN ('Internal productive', 'Internal administration', 'Time off')
                UNION ALL SELECT count(*) FROM stg_netsuite__job WHERE NOT isinactive AND id NOT IN (
                    SELECT netsuite_id FROM stg_suiteprojects__project WHERE netsuite_id > 0)""")
        ).scalars()
        active = sum(active)  # those that NetSuite alone has, too

    assert live == active
    assert abs(share - red / live) <= SIX


# --- what this world has none of


@pytest.mark.parametrize(
    ("key", "side"),
    [
        ("hours_without_cost_pct", Side.PSA),
        ("charges_without_project_pct", Side.PSA),
        ("postings_without_project_pct", Side.ERP),
        ("rows_without_rate_pct", Side.ERP),
        ("rows_without_rate_pct", Side.PSA),
        ("records_set_aside", Side.ERP),
        ("records_set_aside_pct", Side.PSA),
    ],
)
def test_nothing_missing_is_a_true_nought(loaded, key, side):
    assert only_of(loaded, key, "2026-10", side) == 0


def test_no_order_waits_for_approval(loaded):
    with loaded.record.connect() as record:
        waiting = record.execute(
            text(
                "SELECT count(*) FROM stg_netsuite__transaction WHERE type = 'SalesOrd' AND status = 'A'"
            )
        ).scalar_one()

    assert (waiting, only_of(loaded, "pending_orders", "2026-10", Side.ERP)) == (0, None)
