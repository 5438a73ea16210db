"""Bookings spread over the days their people work, and the hours there will be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.business import load_file
from sync.engine.given import give

D = Decimal
TYPES = [{"id": n, "name": name} for n, name in enumerate(("Hard", "Soft", "Internal"), 1)]
FRIDAY, TUESDAY = date(2026, 1, 9), date(2026, 1, 13)  # Ada works 8 hours, 6 on a Friday


def booking(**values):
    return {
        "id": 1, "user_id": 11, "project_id": 101, "booking_type_id": 1, "start_date": FRIDAY,
        "end_date": TUESDAY, "hours": D(11), "approval_status": "A", **values,
    }  # fmt: skip


@pytest.fixture
def booked(facts):
    def make(*bookings, today=date(2026, 3, 10), **more):
        # the first entry says from when on capacity is known
        entry = {"id": 1, "user_id": 11, "project_id": 102, "date": date(2026, 1, 5), "hours": D(1)}
        rows = {
            "suiteprojects__booking": list(bookings), "suiteprojects__booking_type": TYPES,
            "suiteprojects__time_entry": [entry], **more,
        }  # fmt: skip
        return facts(rows, today=today)

    return make


def hours(made):
    return {row["day"]: row["hours"] for row in made.rows("fct_booking")}


def test_hours_go_to_working_days_in_proportion_to_their_schedule(booked):
    assert hours(booked(booking())) == {20260109: 3, 20260112: 4, 20260113: 4}


def test_a_share_of_time_is_that_share_of_each_days_schedule(booked):
    made = booked(booking(hours=None, percentage=D(50), is_percentage=True))

    assert hours(made) == {20260109: 3, 20260112: 4, 20260113: 4}


def test_hours_beyond_the_days_that_capacity_is_known_for_stay_there(
    booked,
):  # March 2027 is the last month
    placed = hours(
        booked(booking(start_date=date(2027, 3, 29), end_date=date(2027, 4, 2), hours=D(38)))
    )

    assert placed == {20270329: 8, 20270330: 8, 20270331: 8, 20270401: 8, 20270402: 6}


def test_a_booking_far_ahead_goes_to_working_days_as_well(booked):
    placed = hours(
        booked(booking(start_date=date(2027, 6, 11), end_date=date(2027, 6, 14), hours=D(7)))
    )

    assert placed == {20270611: 3, 20270614: 4}


def test_a_holiday_gets_nothing(booked):
    holiday = {
        "id": 1, "work_schedule_id": 2, "start_date": date(2026, 1, 12), "end_date": date(2026, 1, 12),
    }  # fmt: skip
    made = booked(booking(hours=D(14)), suiteprojects__schedule_exception=[holiday])

    assert hours(made) == {20260109: 6, 20260113: 8}


def test_without_a_working_day_hours_go_to_weekdays_and_are_marked(booked):
    made = booked(booking(user_id=99, hours=D(9)))

    assert hours(made) == {20260109: 3, 20260112: 3, 20260113: 3}
    assert {row["method"] for row in made.rows("fct_booking")} == {"weekdays"}
    assert {row["person_key"] for row in made.rows("fct_booking")} == {-1}


def test_on_a_weekend_alone_hours_go_to_its_days(booked):
    weekend = {"start_date": date(2026, 1, 10), "end_date": date(2026, 1, 11)}
    made = booked(booking(hours=D(5), **weekend))

    assert hours(made) == {20260110: D("2.5"), 20260111: D("2.5")}
    assert {row["method"] for row in made.rows("fct_booking")} == {"days"}


def test_the_days_add_up_to_the_booking_whatever_rounding_does(booked):
    long = {"start_date": date(2026, 1, 5), "end_date": date(2026, 3, 20), "hours": D(100)}

    assert sum(hours(booked(booking(**long))).values()) == 100


@pytest.mark.parametrize(
    ("kind", "project", "expected", "chance"),
    [(1, 101, "hard", 1), (2, 101, "soft", D("0.5")), (3, 101, "internal", 1),
     (1, 102, "internal", 1)],
)  # fmt: skip
def test_a_booking_is_hard_soft_or_internal(booked, kind, project, expected, chance):
    row = booked(booking(booking_type_id=kind, project_id=project)).rows("fct_booking")[0]

    assert (row["class"], row["probability"]) == (expected, chance)
    assert row["weighted_hours"] == row["hours"] * chance


def test_a_soft_booking_is_as_likely_as_the_deal_its_project_hangs_on(booked):
    deal = {"id": 7, "type": "Opprtnty", "status": "A", "entity": 701, "probability": "0.8"}
    made = booked(booking(booking_type_id=2), netsuite__transaction=[deal])

    assert made.rows("fct_booking")[0]["probability"] == D("0.8")


def test_a_booking_is_worth_what_was_agreed_and_costs_what_the_person_costs(booked):
    made = booked(
        booking(),
        suiteprojects__rate_card_item=[
            {"id": 1, "rate_card_id": 8, "job_code_id": 3, "rate": D(100), "currency": "CHF"}
        ],
        suiteprojects__billing_rule=[
            {"id": 1, "type": "T", "project_id": 101, "rate_from": "R", "rate_card_id": 8}
        ],
    )
    row = made.rows("fct_booking")[0]  # 3 hours

    assert (row["value"], row["currency"], row["value_subsidiary"]) == (300, "CHF", 270)
    assert (row["value_base"], row["is_agreed"]) == (297, True)
    assert (row["cost"], row["cost_currency"], row["cost_base"]) == (150, "EUR", 165)


def test_a_booking_that_ends_before_it_begins_is_left_out(booked):
    assert hours(booked(booking(end_date=date(2026, 1, 1)))) == {}


# --- the hours there will be


def test_capacity_ends_today_and_goes_on_ahead(booked):
    made = booked(today=date(2026, 1, 13))
    past, ahead = made.rows("fct_capacity"), made.rows("fct_capacity_ahead")

    assert max(row["day"] for row in past) == 20260113
    assert min(row["day"] for row in ahead) == 20260114
    assert max(row["day"] for row in ahead) == 20270129


def test_leave_that_is_granted_takes_hours_that_will_be(booked):
    made = booked(
        today=date(2026, 1, 13),
        suiteprojects__leave=[
            {"id": n, "user_id": 11, "approval_status": letter, "start_date": TUESDAY, "end_date": TUESDAY}
            for n, letter in ((1, "A"), (2, "S"))
        ],
        suiteprojects__leave_day=[
            {"id": n, "leave_id": n, "user_id": 11, "date": date(2026, 1, 13 + n), "hours": D(8)}
            for n in (1, 2)
        ],
    )  # fmt: skip
    net = {row["day"]: row["net_hours"] for row in made.rows("fct_capacity_ahead")}

    assert (net[20260114], net[20260115]) == (0, 8)


def test_a_public_holiday_is_told_beside_the_schedule(booked):
    holiday = {
        "id": 1,
        "work_schedule_id": 2,
        "start_date": FRIDAY,
        "end_date": FRIDAY,
        "hours": D(2),
    }
    row = booked(suiteprojects__schedule_exception=[holiday]).row("fct_capacity", "day = 20260109")

    assert (row["scheduled_hours"], row["holiday_hours"], row["gross_hours"]) == (6, 4, 2)


def test_the_business_says_which_types_are_tentative(facts, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text('[[bookings]]\ncommitment = "soft"\nnames = ["pencil*"]\n', encoding="utf-8")
    types = [{"id": 1, "name": "Pencilled in"}, {"id": 2, "name": "Internal"}]
    bookings = [booking(), booking(id=2, booking_type_id=2)]
    made = facts({"suiteprojects__booking": bookings, "suiteprojects__booking_type": types})
    give(made.connection, load_file(str(path)))
    found = {row["booking_id"]: row["class"] for row in made.rows("fct_booking")}

    assert found == {1: "soft", 2: "hard"}
