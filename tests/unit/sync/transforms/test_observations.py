"""What is written down day by day: each observation fills its table, one row a grain."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from sync.observations import OBSERVATIONS
from sync.transforms import TRANSFORMS

D = Decimal
every_observation = pytest.mark.parametrize(
    "observation", OBSERVATIONS.values(), ids=lambda item: item.key
)


def seen(made, key):
    """What an observation sees, as dictionaries."""
    for need in set(re.findall(r"\w+", OBSERVATIONS[key].sql)) & TRANSFORMS.keys():
        made.make(need)
    found = made.connection.execute(OBSERVATIONS[key].sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@every_observation
def test_fills_its_table_and_tells_its_rows_apart_by_columns_of_it(facts, observation):
    made = facts()
    seen(made, observation.key)

    found = made.connection.execute(f"DESCRIBE {observation.sql}").fetchall()
    names = {row[0] for row in found}
    if observation.made is None:
        assert names == set(observation.columns)
    else:  # its values are made of what the SELECT finds of each
        assert set(observation.grain) <= names
    assert list(observation.target.c.keys())[:2] == ["from_day", "to_day"]
    assert observation.grain
    assert set(observation.grain) <= set(observation.columns)


def test_the_backlog_of_a_contract_is_that_of_today(facts):
    order = {
        "id": 800, "tranid": "SO800", "type": "SalesOrd", "trandate": date(2026, 1, 5),
        "entity": 601, "currency": 4, "exchangerate": "0.9", "status": "B", "posting": False,
    }  # fmt: skip
    lines = [
        {
            "transaction": 800, "id": number, "mainline": False, "item": 61, "entity": 601,
            "subsidiary": 2, "foreignamount": D(-1000), "netamount": D(-900), "isclosed": False,
        }
        for number in (1, 2)
    ]  # fmt: skip
    made = facts({"netsuite__transaction": [order], "netsuite__transactionline": lines})

    (row,) = [row for row in seen(made, "backlog") if row["system"] == "netsuite"]
    assert (row["contract"], row["stream"], row["remaining"]) == ("SO800", "hardware", D(1800))
    assert row["currency"] == "EUR"


def test_open_offers_are_observed_and_closed_ones_are_not(facts):
    def offer(id_, **values):
        return {
            "id": id_, "tranid": f"O{id_}", "type": "Opprtnty", "trandate": date(2026, 1, 5),
            "entity": 601, "currency": 4, "status": "A", "foreigntotal": D(100),
            "probability": "0.4", "weightedtotal": D(40), "expectedclosedate": date(2026, 6, 1),
            "forecasttype": "2", **values,
        }  # fmt: skip

    made = facts(
        {
            "netsuite__transaction": [
                offer(1),
                offer(2, status="C"),
                offer(3, type="Estimate", probability="65", weightedtotal=None),
                offer(4, voided=True),
                offer(5, type="SalesOrd"),
            ]
        }
    )

    found = {row["transaction_id"]: row for row in seen(made, "pipeline")}
    assert sorted(found) == [1, 3]
    assert (found[1]["probability"], found[1]["weighted_total"]) == (D("0.4"), D(40))
    assert (found[1]["currency"], found[1]["expected_close"]) == ("CHF", date(2026, 6, 1))
    assert (found[3]["probability"], found[3]["weighted_total"]) == (D("0.65"), None)


COSTS = "suiteprojects__loaded_cost"


def entry(id_, hours, task=1001, **values):
    return {
        "id": id_, "user_id": 11, "project_id": 101, "project_task_id": task,
        "date": date(2026, 2, 2), "hours": D(hours), **values,
    }  # fmt: skip


def cost(**values):
    return {"id": 1, "user_id": 11, "cost": D(50), "currency": "EUR", **values}


def planned(hours, **values):
    task = {"id": 1003, "name": "More", "project_id": 101, "planned_hours": D(hours)}
    return {"suiteprojects__project_task": [task | values]}


def eac(made):
    (row,) = [row for row in seen(made, "eac") if row["project_key"] == 202]
    return row


def test_what_a_project_will_cost_is_its_planned_hours_left_at_the_cost_of_an_hour_so_far(facts):
    made = facts(
        {
            "suiteprojects__time_entry": [entry(1, 10), entry(2, 5, task=1003)],
            "suiteprojects__loaded_cost": [cost()],
            **planned(45),
        }
    )

    row = eac(made)
    assert row["reason"] is None
    assert row["worked_hours"] == 15
    assert row["remaining_hours"] == 40
    an_hour = row["cost_to_date_base"] / 15
    assert row["remaining_cost_base"] == 40 * an_hour
    assert row["eac_base"] == 55 * an_hour


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"suiteprojects__time_entry": [entry(1, 10)], **planned(45)}, "no loaded cost"),
        (
            {
                "suiteprojects__time_entry": [entry(1, 10)],
                COSTS: [cost()],
            },
            "no open task has planned hours",
        ),
        (planned(45), "no hour has been worked yet"),
    ],
)
def test_what_cannot_be_estimated_is_left_open_with_its_reason(facts, rows, reason):
    row = eac(
        facts({k: v for k, v in rows.items() if k != COSTS}, replace={COSTS: rows.get(COSTS, [])})
    )

    assert reason in row["reason"]
    assert (row["method"], row["remaining_cost_base"], row["eac_base"]) == (None, None, None)


def booking(id_=1, **values):
    return {
        "id": id_, "user_id": 11, "project_id": 101, "booking_type_id": 1, "hours": D(100),
        "start_date": date(2026, 3, 20), "end_date": date(2026, 4, 10), "approval_status": "A", **values,
    }  # fmt: skip


def booked(facts, *bookings, pattern="8|8|8|8|8|0|0", exceptions=()):
    user = {
        "id": 11, "name": "Ada", "email": "ada@example.com", "department_id": 1,
        "work_schedule_id": 5, "work_hours": pattern,
    }  # fmt: skip
    made = facts(
        {
            "suiteprojects__booking": list(bookings),
            "suiteprojects__booking_type": [{"id": 1, "name": "Firm"}],
        },
        replace={"suiteprojects__user": [user], "suiteprojects__schedule_exception": exceptions},
    )
    return {row["month"]: row for row in seen(made, "booking")}


def test_a_booking_is_spread_over_the_working_days_of_the_person(facts):
    found = booked(facts, booking())  # 8 working days in March, 8 in April

    assert {month: row["hours"] for month, row in found.items()} == {202603: 50, 202604: 50}
    row = found[202603]
    assert (row["person_key"], row["project_key"]) == (22, 202)
    assert (row["booking_type"], row["method"]) == ("Firm", "schedule")


def test_a_holiday_takes_no_booked_hours(facts):
    easter = {
        "id": 1, "work_schedule_id": 5, "start_date": date(2026, 4, 3), "end_date": date(2026, 4, 6),
        "hours": D(0),
    }  # fmt: skip

    found = booked(facts, booking(hours=D(140)), exceptions=[easter])

    assert {month: row["hours"] for month, row in found.items()} == {202603: 80, 202604: 60}


def test_without_a_schedule_weekdays_count_and_the_months_add_up(facts):
    found = booked(facts, booking(hours=D("100.01"), end_date=date(2026, 5, 31)), pattern=None)

    assert {row["method"] for row in found.values()} == {"weekdays"}
    assert sorted(found) == [202603, 202604, 202605]
    assert sum(row["hours"] for row in found.values()) == D("100.01")


def test_a_booking_by_percentage_takes_its_part_of_the_schedule(facts):
    found = booked(facts, booking(hours=None, percentage=D(50), is_percentage=True))

    assert {month: row["hours"] for month, row in found.items()} == {202603: 32, 202604: 32}


def test_months_that_are_over_are_left_to_the_time_entries(facts):
    found = booked(facts, booking(start_date=date(2026, 2, 2), end_date=date(2026, 3, 31)))

    assert list(found) == [202603]
