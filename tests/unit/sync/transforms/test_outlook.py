"""The bench of people, and the work that nobody is found for yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal
TODAY = date(2026, 1, 15)  # a Thursday; Ada works 8 hours, 6 on a Friday
SHEET = {"id": 1, "user_id": 11, "status": "A", "start_date": date(2026, 1, 12)}
TASK = {"id": 5, "project_id": 101, "name": "Advice", "is_non_billable": False}
TYPES = [{"id": n, "name": name} for n, name in enumerate(("Hard", "Soft"), 1)]


def entry(day, hours, **values):
    return {
        "id": day, "user_id": 11, "project_id": 101, "project_task_id": 5, "timesheet_id": 1,
        "date": date(2026, 1, day), "hours": D(hours), **values,
    }  # fmt: skip


def booking(first, last, hours, **values):
    return {
        "id": 1, "user_id": 11, "project_id": 101, "booking_type_id": 1, "start_date": first,
        "end_date": last, "hours": D(hours), "approval_status": "A", **values,
    }  # fmt: skip


@pytest.fixture
def made(facts):
    def make(*, time=(), bookings=(), **more):
        first = entry(5, 8)  # says from when on capacity is known
        return facts(
            {
                "suiteprojects__time_entry": [first, *time],
                "suiteprojects__timesheet": [SHEET],
                "suiteprojects__project_task": [TASK],
                "suiteprojects__booking": list(bookings),
                "suiteprojects__booking_type": TYPES,
                **more,
            },
            today=TODAY,
        )

    return make


def bench(made):
    return {
        row["day"]: row["bench_hours"] for row in made.rows("fct_bench") if row["day"] < 20260124
    }


def test_what_is_worked_before_today_and_booked_from_then_on_is_no_bench(made):
    found = bench(
        made(
            time=[entry(12, 8), entry(13, 5), entry(15, 8)],
            bookings=[booking(date(2026, 1, 14), date(2026, 1, 16), 22)],
        )
    )

    assert 20260112 not in found
    assert found[20260113] == 3
    assert found[20260114] == 8, "what was booked on a day that is over counts no longer"
    assert 20260115 not in found, "today counts what is booked, not what is written down"
    assert 20260116 not in found
    assert found[20260119] == 8


def test_overtime_of_one_day_does_not_fill_another(made):
    found = bench(made(time=[entry(12, 14), entry(13, 2)]))

    assert (20260112 in found, found[20260113]) == (False, 6)


def test_a_tentative_booking_fills_by_its_probability_and_a_rejected_one_does_not(made):
    monday, tuesday = date(2026, 1, 19), date(2026, 1, 20)
    soft = booking(monday, monday, 8, booking_type_id=2)
    rejected = booking(tuesday, tuesday, 8, id=2, approval_status="R")
    found = bench(made(bookings=[soft, rejected]))

    assert (found[20260119], found[20260120]) == (4, 8)


def test_bench_costs_what_the_person_costs(made):
    made_of = made(time=[entry(12, 5)])
    row = made_of.row("fct_bench", "day = 20260112")

    assert (row["bench_hours"], row["cost"], row["currency"]) == (3, 150, "EUR")
    assert (row["cost_subsidiary"], row["cost_base"]) == (150, 165)


def test_nobody_without_a_target_is_on_the_bench(made):
    facts = made()
    facts.connection.execute("DELETE FROM mirror.stg_suiteprojects__target_utilization")

    assert facts.rows("fct_bench") == []
    assert facts.rows("fct_bench_list") == []


@pytest.mark.parametrize(
    ("weeks_booked", "under", "listed"), [(0, 4, True), (2, 2, True), (3, 1, False), (4, 0, False)]
)
def test_the_list_holds_who_is_hardly_booked_in_two_of_the_next_four_weeks(
    made, weeks_booked, under, listed
):
    # the weeks of 19 January to 15 February; a day of eight is more than 20 % of 38 hours
    mondays = [date(2026, 1, 19), date(2026, 1, 26), date(2026, 2, 2), date(2026, 2, 9)]
    bookings = [booking(day, day, 8, id=n) for n, day in enumerate(mondays[:weeks_booked], 1)]
    row = made(bookings=bookings).row("fct_bench_list")

    assert (row["weeks"], row["weeks_under"], row["is_on_bench"]) == (4, under, listed)
    assert (row["net_hours"], row["booked_hours"]) == (152, 8 * weeks_booked)


def test_a_full_time_day_is_the_businesss_own(made):
    facts = made()

    assert facts.row("fct_capacity", "day = 20260105")["full_days"] == 1
    assert facts.row("fct_capacity_ahead", "day = 20260116")["full_days"] == D("0.75")


def wanted(**values):
    return {
        "id": 1, "resource_request_queue_id": 7, "project_id": 101, "job_code_id": 3,
        "start_date": date(2026, 1, 16), "end_date": date(2026, 1, 20), "hours": D(10),
        "percentage": D(100), "is_percentage": True, "approval_status": "O", **values,
    }  # fmt: skip


def unstaffed(made, pending, *, place=0, final=None):
    rows = made(
        suiteprojects__pending_booking=[pending],
        suiteprojects__resource_request=[{"id": 6, "name": "A consultant", "finalized": final}],
        suiteprojects__resource_request_queue=[
            {"id": 7, "resource_request_id": 6, "name": "Consultant", "percent_fulfilled": D(place)}
        ],
    ).rows("fct_unstaffed")
    return {row["day"]: (row["hours"], row["role_key"], row["request"]) for row in rows}


def test_an_open_request_wants_its_hours_on_weekdays(made):
    found = unstaffed(made, wanted())

    assert {day: hours for day, (hours, *_) in found.items()} == {
        20260116: D("3.3333"),
        20260119: D("3.3334"),
        20260120: D("3.3333"),
    }
    assert {told for _, *told in found.values() for told in [tuple(told)]} == {(3, "A consultant")}


def test_a_request_without_hours_wants_its_share_of_a_full_time_day(made):
    found = unstaffed(made, wanted(hours=None, percentage=D(50)))

    assert [hours for hours, *_ in found.values()] == [4, 4, 4]


@pytest.mark.parametrize(
    "closed", [{"place": 100}, {"final": date(2026, 1, 14)}], ids=["fulfilled", "final"]
)
def test_what_is_fulfilled_or_final_wants_nobody(made, closed):
    assert unstaffed(made, wanted(), **closed) == {}


def test_what_was_refused_wants_nobody(made):
    assert unstaffed(made, wanted(approval_status="R")) == {}


def test_somebody_could_cover_their_own_role_and_each_that_their_profile_names(made):
    kinds = (("Skill", "SQL"), ("Skill", "Manager "), ("Jobrole", "consultant"), ("Jobrole", "Cook"),
             ("Location", "Manager"), ("Skill", "Gone"))  # fmt: skip
    types = [
        {"id": n, "type": kind, "name": name, "is_active": name != "Gone"}
        for n, (kind, name) in enumerate(kinds, start=1)
    ]
    profile = [
        {"id": n, "user_id": 11, "resource_profile_type_id": n}
        for n, _ in enumerate(kinds, start=1)
    ]
    built = made(
        suiteprojects__resource_profile_type=types,
        suiteprojects__resource_profile=[*profile, {**profile[0], "id": 99}],
        suiteprojects__job_code=[{"id": 4, "name": "Manager"}, {"id": 5, "name": "Cleaner"}],
    )
    week = {
        (row["kind"], row["name"]): row["hours"]
        for row in built.rows("fct_cover", "week = '2026-W03'")
    }

    assert week == {
        ("role", "Consultant"): 14, ("role", "Manager"): 14, ("skill", "SQL"): 14, ("skill", "Manager"): 14,
    }, "of Thursday, which is today, and Friday"  # fmt: skip
    whole = sum(row["net_hours"] for row in built.rows("fct_capacity_ahead"))
    told = sum(row["hours"] for row in built.rows("fct_cover", "name = 'SQL'"))
    assert told == whole + 8, "each hour once a skill, today included"


def test_without_profiles_everybody_covers_their_own_role(made):
    assert {(row["kind"], row["name"]) for row in made().rows("fct_cover")} == {
        ("role", "Consultant")
    }
