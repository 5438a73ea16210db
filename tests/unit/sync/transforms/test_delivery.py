"""How projects stand: tasks' value at rates that do not move, what is to come, ends, changes, orders, health."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal
PROJECT = 202


def project(**values):
    return {
        "id": 101, "name": "Lake", "code": "P-1", "customer_id": 21, "owner_id": 11,
        "currency": "CHF", "start_date": date(2026, 2, 2), "finish_date": date(2026, 2, 27),
        "contract_type": "Time and materials", "is_active": True, "netsuite_id": 701, **values,
    }  # fmt: skip


def task(**values):
    return {
        "id": 1001, "name": "Build", "project_id": 101, "planned_hours": D(40),
        "budget_cost": D(1000), "currency": "CHF", "percent_complete": D("40.5"),
        "calculated_start": date(2026, 2, 2), "calculated_finish": date(2026, 2, 27), **values,
    }  # fmt: skip


def entry(**values):
    return {
        "id": 1, "date": date(2026, 2, 3), "user_id": 11, "project_id": 101, "customer_id": 21,
        "project_task_id": 1001, "timesheet_id": 5, "hours": D(8), **values,
    }  # fmt: skip


SHEET = {"id": 5, "user_id": 11, "status": "A"}


@pytest.fixture
def planned(facts):
    """Facts of one project with its tasks, beside an approved timesheet."""

    def make(tasks, of=None, entries=(), today=date(2026, 3, 10), **more):
        return facts(
            {
                "suiteprojects__timesheet": [SHEET],
                "suiteprojects__time_entry": list(entries),
                **more,
            },
            replace={
                "suiteprojects__project": [of or project()],
                "suiteprojects__project_task": tasks,
            },
            today=today,
        )

    return make


def test_a_task_is_planned_by_working_days_earned_as_reported_and_told_at_the_rates_of_its_plan(
    planned,
):
    row = planned([task()], entries=[entry()], today=date(2026, 2, 15)).row("fct_task_value")

    # a Sunday: 10 of 20 working days; 0.9 is the rate of the day it began, 1.2 that month's
    assert (row["bac_subsidiary"], row["bac_base"]) == (D(900), D(1080))
    assert (row["pv_subsidiary"], row["pv_base"]) == (D(450), D(540))
    assert (row["ev_subsidiary"], row["ev_base"]) == (D("364.5"), D("437.4"))
    assert (row["ac_subsidiary"], row["ac_base"]) == (D(400), D(480))
    assert (row["subsidiary_currency"], row["is_valued"]) == ("EUR", True)
    assert (row["approved_hours"], row["remaining_hours"], row["reported_hours"]) == (
        D(8), D(32), D("16.2"),
    )  # fmt: skip


def test_later_rates_do_not_move_a_plan_and_what_it_is_held_against(planned):
    row = planned([task()], entries=[entry(date=date(2026, 3, 2))]).row("fct_task_value")

    assert (row["bac_base"], row["pv_base"], row["ac_base"]) == (D(1080), D(1080), D(480))


@pytest.mark.parametrize(
    "lacks", [{"percent_complete": None}, {"budget_cost": None}, {"currency": "USD"}]
)
def test_a_task_without_report_budget_or_rate_has_no_value_and_keeps_its_hours(planned, lacks):
    row = planned([task(**lacks)], entries=[entry()]).row("fct_task_value")

    assert (row["is_valued"], row["approved_hours"], row["planned_hours"]) == (False, D(8), D(40))


def test_parts_count_and_what_they_are_part_of_does_not(planned):
    parts = [task(), task(id=1002, parent_id=1001, name="Part"), task(id=1003, planned_hours=D(0), budget_cost=None)]  # fmt: skip

    assert [row["task_key"] for row in planned(parts).rows("fct_task_value")] == [2004]


def test_what_is_due_and_spent_falls_into_its_months_and_sums_to_the_task(planned):
    made = planned(
        [task(calculated_start=date(2026, 2, 16), calculated_finish=date(2026, 3, 13))],
        entries=[entry(date=date(2026, 2, 16)), entry(id=2, date=date(2026, 3, 2))],
    )

    rows = {row["month"]: row for row in made.rows("fct_earned_month")}
    # ten of its twenty working days are in February
    assert {month: row["pv_base"] for month, row in rows.items()} == {
        202602: D(540),
        202603: D(540),
    }
    assert min(row["ac_base"] for row in rows.values()) > 0
    assert sum(row["ac_base"] for row in rows.values()) == made.row("fct_task_value")["ac_base"]


def test_planned_hours_of_people_hang_on_the_task_and_its_project(planned):
    made = planned(
        [task()],
        suiteprojects__assignment=[
            {"id": 7, "project_task_id": 1001, "user_id": 11, "planned_hours": D("12.5")},
            {"id": 8, "project_task_id": 1001, "user_id": 11, "planned_hours": D(0)},
            {"id": 9, "project_task_id": 5555, "user_id": 11, "planned_hours": D(3)},
        ],
    )

    row = made.row("fct_assignment")
    assert (row["assignment_id"], row["project_key"], row["hours"]) == (7, PROJECT, D("12.5"))
    assert row["person_key"] > 0


def test_a_closed_task_has_nothing_left(planned):
    row = planned([task(is_closed=True)], entries=[entry()]).row("fct_task_value")

    assert row["remaining_hours"] == 0


def test_a_finished_project_has_no_forecast_and_is_judged_by_its_last_approved_day(planned):
    made = planned(
        [task()],
        of=project(is_active=False),
        entries=[entry(date=date(2026, 3, 3)), entry(id=2, date=date(2026, 3, 6), timesheet_id=None)],
    )  # fmt: skip

    assert not made.rows("fct_project_value")
    row = made.row("fct_delivery")
    assert (row["finished_on"], row["month"]) == (date(2026, 3, 3), 202603)
    assert (row["late_days"], row["is_on_time"]) == (2, False)


def test_work_on_the_weekend_after_the_end_is_in_time(planned):
    made = planned([task()], of=project(is_active=False), entries=[entry(date=date(2026, 3, 1))])

    assert made.row("fct_delivery")["late_days"] == 0


def booking(**values):
    return {
        "id": 1, "user_id": 11, "project_id": 101, "customer_id": 21, "booking_type_id": 1,
        "start_date": date(2026, 3, 12), "end_date": date(2026, 3, 12), "hours": D(8), **values,
    }  # fmt: skip


def test_cost_to_come_is_hard_bookings_before_planned_hours_before_the_budget(planned):
    kinds = [{"id": 1, "name": "Hard"}, {"id": 2, "name": "Soft"}]
    ways = {}
    for name, tasks, bookings in (
        ("booked", [task()], [booking(), booking(id=2, booking_type_id=2)]),
        ("planned", [task()], [booking(booking_type_id=2)]),
        ("budget", [task(planned_hours=None)], []),
        ("none", [], []),
    ):
        made = planned(
            tasks,
            entries=[entry()],
            suiteprojects__booking_type=kinds,
            suiteprojects__booking=bookings,
        )
        row = made.row("fct_project_value")
        ways[name] = (row["etc_method"], row["etc_base"])

    assert ways == {
        "booked": ("bookings", D(480)),  # 8 hours at 50 EUR, at 1.2
        "planned": ("planned hours", D(1920)),  # 32 hours at what an hour has cost
        "budget": ("budget", D("642.6")),  # 1080 less 40.5 %
        "none": ("none", None),
    }


def test_without_a_plan_there_is_no_forecast_and_health_says_what_is_missing(planned):
    made = planned([])
    row = made.row("fct_project_value")

    assert (row["final_cost_base"], row["final_revenue_base"]) == (None, None)
    assert row["expected_loss_base"] is None
    assert (row["health"], row["alerts"]) == ("amber", "needs_baseline, needs_budget")
    unknown = made.rows("fct_project_health", "value IS NULL")
    assert {rule["rule"] for rule in unknown} == {"margin_erosion", "cpi", "spi", "burn_ratio"}
    assert not any(rule["is_fired"] or rule["color"] for rule in unknown)


def test_the_worst_colour_stands(planned):
    row = planned(
        [task(percent_complete=D(20))],
        of=project(budget_hours=D(40)),
        entries=[entry(hours=D(20))],
    ).row("fct_project_value")

    # a fifth is done, half of the hours are used, and all was due eleven days ago
    assert (row["health"], row["alerts"]) == ("red", "burn_ratio, cpi, spi")
    assert (row["earned_days"], row["actual_days"]) == (D(4), 27)
    assert (row["budget_left_hours"], row["daily_hours"]) == (D(20), D(0))
    assert row["run_out_on"] is None


def test_hours_run_out_at_the_pace_of_the_last_twenty_working_days(planned):
    row = planned(
        [task()],
        of=project(budget_hours=D(12)),
        entries=[entry(date=date(2026, 3, 4)), entry(id=2, date=date(2026, 2, 3), hours=D(2))],
    ).row("fct_project_value")

    assert (row["daily_hours"], row["budget_left_hours"]) == (D("0.4"), D(2))
    assert row["run_out_on"] == date(2026, 3, 17)  # five working days after Tuesday, 10 March


def test_revenue_to_come_stops_at_the_cap(planned):
    capped = {
        "id": 7, "type": "T", "project_id": 101, "is_active": True, "cap": D(100), "currency": "CHF",
    }  # fmt: skip
    row = planned([task()], of=project(budget=D(5000)), suiteprojects__billing_rule=[capped]).row(
        "fct_project_value"
    )

    assert (row["cap_base"], row["capped_base"], row["to_go_base"]) == (D(108), D(0), D(108))


def order(**values):
    return {
        "id": 1, "number": "PO-1", "date": date(2026, 2, 3), "total": D(500), "currency": "EUR",
        "approval_status": "A", **values,
    }  # fmt: skip


def item(**values):
    return {
        "id": 1, "date": date(2026, 2, 10), "project_id": 101, "purchase_order_id": 1,
        "amount": D(200), "currency": "EUR", **values,
    }  # fmt: skip


def test_what_is_ordered_and_not_delivered_is_still_to_come(planned):
    made = planned(
        [task(planned_hours=None)],
        suiteprojects__purchase_order=[
            order(),
            order(id=2),
            order(id=3, approval_status="S"),
            order(id=4, fulfilled=date(2026, 2, 20)),
            order(id=5, total=D(200)),
        ],
        suiteprojects__purchase_item=[item(), item(id=2, purchase_order_id=5)],
    )

    rows = made.rows("fct_commitment", "true ORDER BY purchase_order_id")
    assert [(r["purchase_order_id"], r["project_key"], r["amount"]) for r in rows] == [
        (1, PROJECT, D(300)),
        (2, -1, D(500)),  # nothing on it tells whose it is
    ]
    assert (rows[0]["amount_base"], rows[0]["delivered"]) == (D(375), D(200))
    value = made.row("fct_project_value")
    assert (value["commitment_base"], value["etc_base"]) == (D(375), D("1017.6"))


def test_the_first_order_of_a_project_is_its_contract_and_every_later_one_a_change(facts):
    orders = [
        {"id": n, "number": f"C{n}", "date": day, "currency": "CHF", "total": total}
        for n, day, total in (
            (1, date(2026, 2, 3), D(50)),
            (2, date(2026, 1, 5), D(900)),
            (3, date(2026, 2, 20), D(-20)),
            (4, None, D(7)),
        )
    ]
    made = facts(
        {
            "suiteprojects__customer_po": orders,
            "suiteprojects__customer_po_project": [
                {"id": n, "customer_po_id": n, "project_id": 101} for n in (1, 2, 3, 4)
            ],
        }
    )

    rows = made.rows("fct_contract", "true ORDER BY day")
    assert [(r["customer_po_id"], r["kind"], r["amount"]) for r in rows] == [
        (2, "original", D(900)),
        (1, "change", D(50)),
        (3, "change", D(-20)),
    ]
