"""Capacity, utilisation and people, person by person: part-timers, those who came and those who left (A1, A2, A5, A8, A12)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from statistics import median

import pytest
from sqlalchemy import text

from models.metrics.kpi import Reason, Side
from models.period import Period

from .asked import ask, only_of
from .days import TODAY, days_of, exact, near

HOURS = Decimal("0.05")  # of days rounded to four places
# a closed month, one with late time, the running one, a quarter, months across the turn of the year
PERIODS = ("2026-05", "2026-10", "2026-11", "2026-Q2", "2025-11..2026-03")
every_period = pytest.mark.parametrize("period", [Period.parse(one) for one in PERIODS], ids=str)


@pytest.fixture(scope="module")
def targets(firm):
    """User -> share of net capacity that is to be billable; nobody's has ever changed."""
    rows = firm.read("SELECT user_id, percentage FROM stg_suiteprojects__target_utilization")
    return {user: Fraction(percentage, 1_000_000) for user, percentage in rows}


@pytest.fixture(scope="module")
def users(loaded):
    with loaded.snapshot.engine.connect() as snapshot:
        keys = snapshot.execute(text("SELECT person_key, suiteprojects_id FROM dim_person")).all()
    return dict(tuple(row) for row in keys)


def _told(loaded, key, period, side=Side.PSA, **how):
    return only_of(loaded, key, period, side, **how)


def _by_person(loaded, users, key, period, side=Side.PSA):
    found = ask(loaded, key, period, by=("person",))
    return {
        users[row.dimensions["person"]]: row.side(side)
        for row in found.rows
        if row.side(side) is not None
    }


def _past(period):
    return [day for day in days_of(period) if day <= TODAY]


CAPACITY = {
    "gross_capacity": lambda firm, targets, user, day: firm.gross(user, day),
    "net_capacity": lambda firm, targets, user, day: firm.net(user, day),
    "leave_hours": lambda firm, targets, user, day: firm.gross(user, day) - firm.net(user, day),
    "billable_capacity": lambda firm, targets, user, day: (
        firm.net(user, day) * targets.get(user, 0)
    ),
}


@every_period
@pytest.mark.parametrize("key", CAPACITY)
def test_capacity_of_everybody_is_their_own_week_while_they_are_employed(
    loaded, firm, targets, users, key, period
):
    days = _past(period)
    known = {
        user: sum((CAPACITY[key](firm, targets, user, day) for day in days), Fraction(0))
        for user in firm.people
    }
    told = _by_person(loaded, users, key, period)

    assert {user for user, hours in told.items() if hours} == {u for u, h in known.items() if h}
    assert all(near(told[user], hours, HOURS) for user, hours in known.items() if hours)
    assert near(_told(loaded, key, period), sum(known.values()), HOURS * 10)


def test_part_timers_and_leavers_are_among_them(firm):
    partial = [u for u, told in firm.people.items() if sum(map(Fraction, told[2])) < 35]
    gone = [u for u, told in firm.people.items() if told[1] < "2026-05-15"]

    assert partial
    assert gone


_LOGGED = """
    SELECT e.user_id, coalesce(sum(e.hours), 0) FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
    JOIN stg_suiteprojects__project p ON p.id = e.project_id
    LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    WHERE s.status IN ({states}) AND e.date BETWEEN :first AND :last AND {what} GROUP BY 1"""
_BILLABLE = """p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')
    AND coalesce(t.is_non_billable, 0) = 0"""
_APPROVED = "'A', 'X'"


def _logged(firm, period, states, what="1 = 1"):
    found = firm.read(
        _LOGGED.format(states=states, what=what),
        first=period.first.start.isoformat(),
        last=min(period.last.end, TODAY).isoformat(),
    )
    people = set(firm.rollup())
    return {user: Fraction(hours, 10_000) for user, hours in found if user in people}


def _total(numbers):
    return sum(numbers.values(), Fraction(0))


@every_period
def test_utilization_is_told_with_each_of_its_denominators(loaded, firm, targets, period):
    days, people = _past(period), firm.rollup()
    gross = sum((firm.gross(user, day) for user in people for day in days), Fraction(0))
    net = {user: sum((firm.net(user, day) for day in days), Fraction(0)) for user in people}
    target = sum((hours * targets[user] for user, hours in net.items()), Fraction(0))
    billable = _total(_logged(firm, period, _APPROVED, _BILLABLE))
    with_submitted = _total(_logged(firm, period, f"{_APPROVED}, 'S'", _BILLABLE))
    written = _total(_logged(firm, period, f"{_APPROVED}, 'S', 'O'"))

    for key, known in {
        "billable_utilization_gross": billable / gross,
        "billable_utilization_logged": billable / written,
        "billable_utilization_submitted": with_submitted / _total(net),
        "target_utilization": target / _total(net),
        "target_attainment": billable / target,
    }.items():
        assert near(_told(loaded, key, period), known), key


def test_nobody_has_a_utilization_before_their_first_day(loaded, firm, users):
    late = max(firm.rollup(), key=lambda user: firm.people[user][0])
    (key,) = (person for person, user in users.items() if user == late)
    row = ask(loaded, "target_attainment", "2024-01", where={"person": [key]}).only

    assert (row.psa, row.reasons[Side.PSA]) in {
        (None, one) for one in (Reason.NO_DATA, Reason.NO_TARGET)
    }


# --- how many there are (A8)


def _employed(firm, day):
    return [u for u, told in firm.people.items() if told[0] <= day.isoformat() <= told[1]]


@every_period
def test_people_are_counted_on_the_last_day_and_over_the_month_ends(loaded, firm, targets, period):
    last = min(period.last.end, TODAY)
    there = _employed(firm, last)
    ends = [min(month.end, TODAY) for month in period.months]

    assert _told(loaded, "billable_headcount", period) == sum(targets[user] > 0 for user in there)
    weeks = sum((Fraction(hours) for user in there for hours in firm.people[user][2]), Fraction(0))
    assert near(_told(loaded, "fte", period), weeks / 40, HOURS)
    for side in Side:
        mean = Fraction(sum(len(_employed(firm, day)) for day in ends), len(ends))
        assert near(_told(loaded, "average_headcount", period, side), mean)


@every_period
@pytest.mark.parametrize(("key", "place"), [("hires", 0), ("leavers", 1)])
def test_who_came_and_who_left_is_told_by_their_first_and_last_day(
    loaded, firm, key, place, period
):
    first, last = period.first.start.isoformat(), min(period.last.end, TODAY).isoformat()
    known = sum(first <= told[place] <= last for told in firm.people.values())

    assert _told(loaded, key, period, Side.ERP) == known
    assert _told(loaded, key, period, Side.PSA) == known


def test_everybody_in_this_world_is_an_employee(loaded):
    assert not _told(loaded, "contractor_headcount", Period.parse("2026-10"))


# --- weeks of time, A12


@pytest.mark.parametrize("period", ["2026-05", "2026-10"])
def test_approval_takes_the_median_of_whole_days(loaded, firm, period):
    asked = Period.parse(period)
    days = [
        (date.fromisoformat(approved[:10]) - date.fromisoformat(submitted[:10])).days
        for submitted, approved in firm.read(
            """SELECT submitted, approved FROM stg_suiteprojects__timesheet
                WHERE status IN ('A', 'X') AND approved IS NOT NULL AND submitted IS NOT NULL
                    AND end_date BETWEEN :first AND :last""",
            first=str(asked.first.start),
            last=str(asked.last.end),
        )
    ]

    assert _told(loaded, "approval_latency", asked) == 24 * Decimal(median(days))


@pytest.mark.parametrize("period", ["2026-05", "2026-10"])
def test_a_week_is_complete_as_far_as_its_expected_hours_are_written_down(loaded, firm, period):
    asked = Period.parse(period)
    written = defaultdict(Fraction)
    for user, day, hours in firm.read(
        """SELECT e.user_id, e.date, e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id WHERE s.status <> 'R'
            AND e.date BETWEEN date(:first, '-7 days') AND date(:last, '+7 days')""",
        first=str(asked.first.start), last=str(asked.last.end),
    ):  # fmt: skip
        day = date.fromisoformat(day)
        written[user, day - timedelta(days=day.weekday())] += Fraction(hours, 10_000)
    sundays = [day for day in days_of(asked) if day.weekday() == 6]
    keepers = {user for (user,) in firm.read("SELECT user_id FROM stg_suiteprojects__timesheet")}
    done = expected = Fraction(0)
    for user in keepers | set(firm.rollup()):
        for sunday in sundays:
            week = [sunday - timedelta(days=back) for back in range(6, -1, -1)]
            wanted = sum((firm.gross(user, day) for day in week), Fraction(0))
            expected += wanted
            done += min(written[user, week[0]], wanted)

    told = _told(loaded, "time_entry_completeness", asked)
    assert abs(told - exact(done / expected)) < Decimal(
        "0.002"
    )  # who never keeps a sheet is left out


def test_what_is_still_open_is_told_by_the_state_of_its_sheet(loaded, firm):
    """Weeks of the running month whose deadline is over."""
    asked = Period.parse("2026-11")
    sums = dict(
        firm.read(
            """SELECT s.status, sum(e.hours) FROM stg_suiteprojects__timesheet s
                JOIN stg_suiteprojects__time_entry e ON e.timesheet_id = s.id
                WHERE s.end_date BETWEEN '2026-11-01' AND '2026-11-15' GROUP BY 1"""
        )
    )
    for key, state in (("unsubmitted_hours", "O"), ("unapproved_hours", "S")):
        known = Decimal(sums.get(state, 0)).scaleb(-4)
        assert (_told(loaded, key, asked) or 0) == known, key


# --- what people earn (A11)

_SERVICES = """
    SELECT l.subsidiary, p.startdate, g.amount FROM stg_netsuite__transactionaccountingline g
    JOIN stg_netsuite__transaction h ON h.id = g."transaction"
    JOIN stg_netsuite__transactionline l ON l."transaction" = g."transaction" AND l.id = g.transactionline
    JOIN stg_netsuite__account a ON a.id = g.account
    JOIN stg_netsuite__accountingperiod p ON p.id = h.postingperiod
    WHERE g.posting AND g.accountingbook = 1 AND a.fullname = 'Services revenue'
        AND p.startdate >= :first AND p.enddate <= :last"""
_RATES = """
    SELECT r.fromsubsidiary, p.startdate, r.averagerate FROM stg_netsuite__consolidatedexchangerate r
    JOIN stg_netsuite__accountingperiod p ON p.id = r.postingperiod
    WHERE r.tosubsidiary = 1 AND NOT p.isquarter AND NOT p.isyear"""


def _services(firm, first, last):
    rates = {(one, str(day)[:7]): Decimal(str(rate)) for one, day, rate in firm.read(_RATES)}
    return -sum(
        (Decimal(amount).scaleb(-4) * rates.get((owner, str(day)[:7]), Decimal(1))).quantize(
            Decimal("0.0001"), ROUND_HALF_EVEN
        )
        for owner, day, amount in firm.read(_SERVICES, first=str(first), last=str(last))
    )


@pytest.mark.parametrize("month", ["2026-05", "2026-10"])
def test_revenue_per_head_is_a_years_services_by_the_mean_of_twelve_month_ends(
    loaded, firm, targets, month
):
    asked = Period.parse(month)
    year = Period.parse(f"{asked.last.plus(-11)}..{asked.last}")
    revenue = Fraction(_services(firm, year.first.start, year.last.end))
    ends = [one.end for one in year.months]
    heads = Fraction(sum(len(_employed(firm, day)) for day in ends), 12)
    billable = sum(
        Fraction(hours) / 40
        for day in ends
        for user in _employed(firm, day)
        if targets[user] > 0
        for hours in firm.people[user][2]
    )

    told = _told(loaded, "revenue_per_employee", asked, Side.ERP)
    assert abs(told - exact(revenue / heads)) < Decimal("0.01")
    told = _told(loaded, "revenue_per_consultant", asked, Side.ERP)
    assert abs(told - exact(revenue / (billable / 12))) < Decimal(1)
