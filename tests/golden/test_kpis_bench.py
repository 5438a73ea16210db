"""The bench, and capacity against demand, equal what the record's own tables say, person by person and day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from models.access import Scope
from models.metrics import catalogue
from models.metrics.kpi import Lens
from models.metrics.query import answer, rows
from models.metrics.vocabulary import Side
from models.period import Period

from .days import TODAY, days_of, near, told
from .deal_hours import asked_by_deals

RUNNING, NEXT, OVER = Period.parse("2026-11"), Period.parse("2027-01"), Period.parse("2026-05")
PRODUCTIVE = "Internal productive"
HOURS = Decimal("0.05")  # of days rounded to four places


def _on_duty(firm):
    """Hours of a user and day that keep somebody off the bench."""
    found = defaultdict(Fraction)
    for user, day, hours in firm.read(f"""
        SELECT e.user_id, e.date, sum(e.hours) FROM stg_suiteprojects__time_entry e
        JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
        JOIN stg_suiteprojects__project p ON p.id = e.project_id
        LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
        WHERE s.status IN ('A', 'X') AND e.date < '{TODAY}' AND (p.contract_type = '{PRODUCTIVE}'
            OR p.contract_type NOT IN ('{PRODUCTIVE}', 'Internal administration', 'Time off')
                AND coalesce(t.is_non_billable, 0) = 0) GROUP BY 1, 2"""):
        found[user, date.fromisoformat(day)] += Fraction(hours, 10_000)
    for user, day, kind, type_, hours in firm.booked():
        if kind not in ("Internal administration", "Time off"):
            found[user, day] += hours * (Fraction(1, 2) if type_ == "Soft" else 1)
    return found


def _bench(firm, days, on_duty):
    return {
        (user, day): hours
        for user in firm.rollup()
        for day in days
        if (hours := firm.net(user, day) - on_duty[user, day]) > 0
    }


@pytest.mark.parametrize("period", [OVER, RUNNING, NEXT], ids=str)
def test_the_bench_is_what_remains_of_each_day_of_each_person(loaded, firm, period):
    bench = _bench(firm, days_of(period), _on_duty(firm))

    assert sum(bench.values()) > 0
    assert near(told(loaded, "bench_hours", period), sum(bench.values()), HOURS)


def test_the_bench_in_people_is_its_hours_by_those_of_one_full_time_person(loaded, firm):
    days = days_of(OVER)
    bench = sum(_bench(firm, days, _on_duty(firm)).values())
    workdays = sum(day.weekday() < 5 for day in days)
    people = sum(firm.scheduled(u, day) for u in firm.rollup() for day in days) / 8 / workdays

    expected = bench / (firm.capacity(days) / people)

    assert near(told(loaded, "bench_fte", OVER), expected, Decimal("0.001"))


def test_the_bench_costs_what_its_people_cost_on_the_day(loaded, firm):
    rates = firm.read("""
        SELECT user_id, coalesce(start_date, '0001-01-01'), coalesce(end_date, '9999-12-31'), cost,
            currency
        FROM stg_suiteprojects__loaded_cost
        WHERE coalesce(project_id, 0) <= 0 AND coalesce(level, 0) = 0 ORDER BY start_date""")
    of_user = defaultdict(list)
    for user, first, last, cost, currency in rates:
        of_user[user].append((first, last, Fraction(cost, 10_000), currency))
    expected = defaultdict(Fraction)
    for (user, day), hours in _bench(firm, days_of(OVER), _on_duty(firm)).items():
        cost, currency = [
            told_of[2:] for told_of in of_user[user] if told_of[0] <= day.isoformat() <= told_of[1]
        ][-1]
        expected[currency] += hours * cost

    kpi = catalogue.kpi("bench_cost")
    found = answer(loaded.snapshot, kpi, OVER, Scope.everything(), lens=Lens.TRANSACTION).rows

    assert len(expected) > 1
    assert {line.currency for line in found} == set(expected)
    assert all(near(line.psa, expected[line.currency], Decimal("0.05")) for line in found)


def test_the_bench_list_is_who_is_hardly_booked_in_two_of_the_next_four_weeks(loaded, firm):
    on_duty, monday = _on_duty(firm), date(2026, 11, 23)
    listed, looked_at = set(), set()
    for user in firm.rollup():
        weeks = [
            [monday + timedelta(weeks=week, days=day) for day in range(7)] for week in range(4)
        ]
        there = [week for week in weeks if sum(firm.net(user, day) for day in week) > 0]
        under = [
            week
            for week in there
            if sum(on_duty[user, day] for day in week)
            < sum(firm.net(user, day) for day in week) * Fraction(1, 5)
        ]
        looked_at |= {user} if there else set()
        listed |= {user} if len(under) >= 2 else set()

    kpi = catalogue.kpi("bench_headcount")
    page = rows(loaded.snapshot, kpi, Side.PSA, RUNNING, Scope.everything(), limit=None)
    shown = sorted(row["person"] for row in page.rows if row["contribution"] == 1)
    names = dict(firm.read("SELECT id, name FROM stg_suiteprojects__user"))

    assert 0 < len(listed) < len(looked_at)
    assert shown == sorted(names[user] for user in listed)
    assert told(loaded, "bench_headcount", RUNNING) == len(listed)
    assert near(told(loaded, "bench_share", RUNNING), Fraction(len(listed), len(looked_at)))


def _demand(firm, days):
    """Hours by role: booked, hard or soft, of open requests, and of deals that are not won."""
    booked, wanted = defaultdict(Fraction), defaultdict(Fraction)
    for _, day, kind, type_, hours, role in firm.booked(with_role=True):
        if day in days and firm.is_client(kind) and type_ in ("Hard", "Soft"):
            booked[role] += hours * (Fraction(1, 2) if type_ == "Soft" else 1)
    for role, first, last, hours in firm.read("""
        SELECT j.name, b.start_date, b.end_date, b.hours
        FROM stg_suiteprojects__pending_booking b
        JOIN stg_suiteprojects__job_code j ON j.id = b.job_code_id
        JOIN stg_suiteprojects__resource_request_queue q ON q.id = b.resource_request_queue_id
        WHERE q.percent_fulfilled < 1000000"""):
        weekdays = [day for day in firm.days(first, last) if day.weekday() < 5]
        for day in weekdays:
            if day in days and day >= TODAY:
                wanted[role] += Fraction(hours, 10_000) / len(weekdays)
    deals = defaultdict(Fraction)
    for one in asked_by_deals(firm):
        if one.day in days:
            deals[one.role] += one.weighted
    return booked, wanted, deals


@pytest.mark.parametrize("period", [RUNNING, Period.parse("2026-12"), NEXT], ids=str)
def test_capacity_and_demand_meet_role_by_role(loaded, firm, period):
    days = {day for day in days_of(period) if day >= TODAY}
    booked, wanted, deals = _demand(firm, days)
    roles = dict(
        firm.read("""
            SELECT u.id, j.name FROM stg_suiteprojects__user u
            JOIN stg_suiteprojects__job_code j ON j.id = u.job_code_id""")
    )
    capacity = defaultdict(Fraction)
    for user in firm.rollup():
        capacity[roles[user]] += sum(firm.net(user, day) for day in days)

    def by_role(key):
        kpi = catalogue.kpi(key)
        found = answer(loaded.snapshot, kpi, period, Scope.everything(), by=("role",))
        return {line.dimensions["role"]: line.psa for line in found.rows}

    gap, coverage, demand = (
        by_role(key) for key in ("capacity_gap", "capacity_coverage", "demand_hours")
    )

    for role in {*capacity, *booked, *wanted, *deals}:
        whole = booked[role] + wanted[role] + deals[role]
        assert near(gap.get(role, Decimal(0)), capacity[role] - whole, HOURS), role
        assert near(demand.get(role, Decimal(0)), whole, HOURS), role
        if whole:
            assert near(coverage[role], capacity[role] / whole, Decimal("0.0001")), role
        else:
            assert coverage[role] is None, "nothing to divide by"
    assert near(told(loaded, "unstaffed_demand", period), sum(wanted.values()), HOURS)


def test_weeks_add_up_to_the_month(loaded):
    kpi = catalogue.kpi("capacity_gap")
    weeks = answer(loaded.snapshot, kpi, NEXT, Scope.everything(), by=("week",)).rows

    assert {"2026-W53", "2027-W04"} <= {line.dimensions["week"] for line in weeks}
    assert sum(line.psa for line in weeks) == told(loaded, "capacity_gap", NEXT)


@pytest.mark.parametrize("period", [RUNNING, Period.parse("2026-12")], ids=str)
def test_people_could_cover_every_role_and_skill_they_know(loaded, firm, period):
    days = [day for day in days_of(period) if day >= TODAY]
    own = dict(
        firm.read("""
            SELECT u.id, j.name FROM stg_suiteprojects__user u
            JOIN stg_suiteprojects__job_code j ON j.id = u.job_code_id""")
    )
    known = defaultdict(set)
    for user, type_, name in firm.read("""
        SELECT p.user_id, t.type, t.name FROM stg_suiteprojects__resource_profile p
        JOIN stg_suiteprojects__resource_profile_type t ON t.id = p.resource_profile_type_id"""):
        known[user, type_].add(name)
    roles, skills, plain = (defaultdict(Fraction) for _ in range(3))
    for user in firm.rollup():
        hours = sum(firm.net(user, day) for day in days)
        plain[own[user]] += hours
        for role in {own[user], *known[user, "Jobrole"]}:
            roles[role] += hours
        for skill in known[user, "Skill"]:
            skills[skill] += hours
    booked, wanted, deals = _demand(firm, set(days))

    def told_by(key, name):
        found = answer(loaded.snapshot, catalogue.kpi(key), period, Scope.everything(), by=(name,))
        return {line.dimensions[name]: line.psa for line in found.rows if line.psa}

    for key, name, expected in (
        ("capacity_to_staff", "role", plain),
        ("could_cover_hours", "role", roles),
        ("skill_hours", "skill", skills),
    ):
        found = told_by(key, name)
        assert found.keys() == {one for one, hours in expected.items() if hours}, key
        assert all(near(found[one], expected[one], HOURS) for one in found), key
    assert any(roles[role] > plain[role] for role in plain), "somebody knows more than their own"
    covered = told_by("could_cover_coverage", "role")
    for role, share in covered.items():
        assert near(
            share, roles[role] / (booked[role] + wanted[role] + deals[role]), Decimal("0.0001")
        ), role
    assert covered
