"""What SuiteProjects Pro plans, books and rules fits what was worked, charged and earned."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from sync.sandbox.world.hours_plan import plan_hours
from sync.sandbox.world.model import PERCENT, TIME_OFF
from sync.sandbox.world.rates import ROOT

ZERO = Decimal(0)
HARD, SOFT, INTERNAL = 1, 2, 3


@pytest.fixture(scope="module")
def table(world):
    """The rows of a table by id."""
    return lambda name: {row["id"]: row for row in world.suiteprojects.tables[name].rows.values()}


def summed(rows, key, amount):
    sums = defaultdict(Decimal)
    for row in rows:
        sums[row[key]] += row[amount]
    return sums


# ---------------------------------------------------------------- who is there


def test_approved_leave_is_the_time_off_that_was_written_once_a_person_and_day(world, table):
    off = defaultdict(Decimal)
    for entry in world.life.entries:
        if entry.project.contract_type == TIME_OFF:
            off[entry.person.id, entry.day] += entry.hours
    requests = table("Schedulerequest")
    days = [it for it in table("Schedulerequest_item").values() if it["date"] < world.today]
    assert all(requests[it["schedule_requestid"]]["approval_status"] == "A" for it in days)
    asked = {(it["userid"], it["date"]): it["hours"] for it in days}
    assert len(asked) == len(days)
    assert asked == off


def test_leave_lies_within_its_request_and_some_is_planned_ahead(world, table):
    requests = table("Schedulerequest")
    for day in table("Schedulerequest_item").values():
        request = requests[day["schedule_requestid"]]
        assert request["startdate"] <= day["date"] <= request["enddate"]
    ahead = [it for it in requests.values() if it["startdate"] > world.today]
    assert {it["approval_status"] for it in ahead} == {"A", "S"}


def test_who_works_another_week_has_a_schedule_of_their_own(world, table):
    schedules = {it["userid"]: it for it in table("Workschedule").values() if it["userid"]}
    users = table("User")
    assert schedules.keys() == {it["id"] for it in users.values() if it["is_user_schedule"]}
    for person in world.life.people.everyone:
        hours = [Decimal(part) for part in users[person.id]["workschedule_workhours"].split("|")]
        assert tuple(hours) == person.week
        if person.id in schedules:
            assert schedules[person.id]["workhours"] == users[person.id]["workschedule_workhours"]
    assert any(sum(person.week) < 35 for person in world.life.people.everyone)


# ---------------------------------------------------------------- bookings


def test_people_were_booked_for_about_what_they_worked(world, table):
    worked = defaultdict(Decimal)
    for entry in world.life.entries:
        if entry.project.is_client:
            worked[entry.person.id, entry.project.id] += entry.hours
    booked = defaultdict(Decimal)
    for it in table("Booking").values():
        if it["enddate"] < world.today and it["booking_typeid"] == HARD:
            booked[it["userid"], it["projectid"]] += it["hours"]
    assert booked.keys() <= worked.keys()
    both = [key for key in booked if worked[key] > 80]
    assert sum(booked[key] for key in both) == pytest.approx(
        sum(worked[key] for key in both), rel=Decimal("0.1")
    )


def test_bookings_reach_half_a_year_ahead_firm_ones_first(world, table):
    ahead = [it for it in table("Booking").values() if it["enddate"] >= world.today]
    assert {it["booking_typeid"] for it in ahead} == {HARD, SOFT, INTERNAL}
    assert max(it["enddate"] for it in ahead) >= world.today + timedelta(days=150)
    soon, late = world.today + timedelta(days=30), world.today + timedelta(days=120)
    of = lambda day, kind: sum(  # noqa: E731
        it["startdate"] <= day <= it["enddate"] for it in ahead if it["booking_typeid"] == kind
    )
    assert of(soon, HARD) > of(late, HARD)
    assert of(late, SOFT) > 0
    assert all(it["startdate"] <= it["enddate"] and it["hours"] > 0 for it in ahead)


def test_nobody_is_booked_for_more_than_their_week_on_what_runs(world, table):
    shares = defaultdict(Decimal)
    for it in table("Booking").values():
        if it["as_percentage"] and it["startdate"] <= world.today <= it["enddate"]:
            shares[it["userid"]] += it["percentage"]
    assert shares
    assert max(shares.values()) <= 100


def test_bookings_assignments_and_requests_name_records_that_exist(table):
    users, projects, tasks = table("User"), table("Project"), table("Projecttask")
    bookings, roles, places = table("Booking"), table("Jobcode"), table("ResourceRequestQueue")
    for it in bookings.values():
        assert it["userid"] in users
        assert it["projectid"] in projects
        assert it["job_code_id"] == users[it["userid"]]["job_codeid"]
    for it in table("Projecttaskassign").values():
        assert it["projecttaskid"] in tasks
        assert it["userid"] in users
        if it["booking_id"]:
            assert bookings[it["booking_id"]]["userid"] == it["userid"]
    for it in table("PendingBooking").values():
        assert it["resource_request_queue_id"] in places
        assert it["job_code_id"] in roles


def test_an_open_request_has_a_pending_booking_for_each_place_and_a_filled_one_none(table):
    pending = defaultdict(int)
    for it in table("PendingBooking").values():
        pending[it["resource_request_queue_id"]] += 1
    places = table("ResourceRequestQueue")
    assert {it["status"] for it in places.values()} == {"O", "F"}
    for it in places.values():
        assert pending[it["id"]] == (it["slots"] if it["status"] == "O" else 0)


def test_planned_hours_of_a_task_are_shared_out_among_those_assigned(table):
    shared = summed(table("Projecttaskassign").values(), "projecttaskid", "planned_hours")
    tasks = table("Projecttask")
    assert shared
    assert all(hours == tasks[task]["planned_hours"] for task, hours in shared.items())


# ---------------------------------------------------------------- rates and rules


def test_time_is_charged_at_the_rate_of_the_role_on_the_card_of_its_rule(table):
    rates = {(it["rate_card_id"], it["job_code_id"]): it["rate"]
             for it in table("RateCardItem").values() if it["current"]}  # fmt: skip
    rules = table("Projectbillingrule")
    time = [it for it in table("Slip").values() if it["type"] == "T"]
    assert time
    for charge in time:
        rule = rules[charge["project_billing_ruleid"]]
        assert charge["rate"] == rates[rule["rate_cardid"], charge["job_code_id"]]


def test_every_charge_but_a_credit_is_explained_by_a_rule_of_its_project(table):
    rules = table("Projectbillingrule")
    for charge in table("Slip").values():
        rule = rules.get(charge["project_billing_ruleid"])
        if charge["type"] == "O":
            assert rule is None
            assert charge["total"] < 0
            continue
        assert (rule["projectid"], rule["type"], rule["currency"]) == (
            charge["projectid"], charge["type"], charge["currency"],
        )  # fmt: skip


def test_a_cap_and_an_instalment_are_never_exceeded(table):
    charged = summed(table("Slip").values(), "project_billing_ruleid", "total")
    rules = table("Projectbillingrule")
    capped = [it for it in rules.values() if it.get("cap")]
    fixed = [it for it in rules.values() if it["type"] == "F" and it.get("percent")]
    assert capped
    assert fixed
    assert all(charged[it["id"]] <= it["cap"] and it["stop_if_capped"] for it in capped)
    assert all(charged[it["id"]] in (ZERO, it["amount"]) for it in fixed)


def test_hours_point_to_the_charge_that_bills_them(table):
    charges = table("Slip")
    hours = defaultdict(Decimal)
    for entry in table("Task").values():
        if entry["slipid"]:
            charge = charges[entry["slipid"]]
            assert (entry["userid"], entry["projectid"]) == (charge["userid"], charge["projectid"])
            hours[charge["id"]] += entry["decimal_hours"]
    assert hours == {it["id"]: it["decimal_hours"] for it in charges.values() if it["type"] == "T"}


def test_revenue_is_recognised_by_a_rule_of_its_project(world, table):
    rules = table("Revenue_recognition_rule")
    for it in table("Revenue_recognition_transaction").values():
        rule = rules[it["revenue_recognition_ruleid"]]
        assert (rule["projectid"], rule["type"]) == (it["projectid"], it["type"])
    earned = summed(
        table("Revenue_recognition_transaction").values(), "revenue_recognition_ruleid", "total"
    )
    for rule in rules.values():
        if rule["name"] == PERCENT and rule["amount"]:
            share = earned[rule["id"]] / rule["amount"] * 100
            assert rule["percent_complete"] == pytest.approx(share, abs=Decimal("0.0001"))


def test_what_is_expected_to_be_charged_is_expected_as_revenue_or_not_yet_charged(world, table):
    expected = summed(table("SlipProjection").values(), "projectid", "total")
    revenue = summed(table("RevenueProjection").values(), "project_id", "total")
    for project in world.life.clients:
        if project.bills_time:
            assert expected[project.id] == revenue[project.id]
    rules = table("Projectbillingrule")
    charged = {it["project_billing_ruleid"] for it in table("Slip").values()}
    for it in table("SlipProjection").values():
        if it["type"] == "F" and rules[it["project_billing_ruleid"]].get("percent"):
            assert it["project_billing_ruleid"] not in charged


# ---------------------------------------------------------------- money


def test_purchase_items_stand_on_orders_of_their_vendor_and_sum_to_them(table):
    orders = table("Purchaseorder")
    sums = summed(table("Purchase_item").values(), "purchaseorderid", "total")
    assert sums == {it["id"]: it["total"] for it in orders.values()}
    for item in table("Purchase_item").values():
        order = orders[item["purchaseorderid"]]
        assert (item["vendorid"], item["currency"]) == (order["vendorid"], order["currency"])
        assert order["date"] <= item["date"]


def test_budgets_by_month_sum_to_the_budget_and_labour_to_the_tasks(table):
    budgets = table("Budget")
    assert summed(table("BudgetAllocation").values(), "budgetid", "total") == {
        it["id"]: it["total"] for it in budgets.values()
    }
    tasks = defaultdict(Decimal)
    for it in table("Projecttask").values():
        tasks[it["projectid"]] += it["task_budget_cost"] or ZERO
    labour = [it for it in budgets.values() if it["name"] == "Labour"]
    assert labour
    assert all(it["total"] == tasks[it["projectid"]] for it in labour)


def test_currency_rates_are_those_of_the_ledger_told_the_other_way_round(world, table):
    rates = table("Currencyrate").values()
    assert len(rates) >= 100
    for it in rates:
        ledger = world.life.rates.on(it["csymbol"], ROOT, it["date"])
        assert it["crate"] * ledger == pytest.approx(1, abs=Decimal("0.000001"))


def test_hierarchies_hold_people_customers_and_projects_in_nodes_that_exist(table):
    nodes = table("HierarchyNode")
    hierarchies = table("Hierarchy")
    kinds = {"User": "user", "Customer": "customer", "Project": "project"}
    for name, kind in kinds.items():
        placed = [it for it in table(name).values() if it["hierarchy_node_ids"]]
        assert placed
        for it in placed:
            node = nodes[int(it["hierarchy_node_ids"])]
            assert hierarchies[node["hierarchyid"]]["type"] == kind
    assert all(it["parentid"] is None or it["parentid"] in nodes for it in nodes.values())


# ---------------------------------------------------------------- what is planned outside of both systems


def test_hours_are_planned_for_every_practice_and_month_that_has_a_budget(world):
    life = world.life
    found = list(plan_hours(life.seed, life.clock, life.people.everyone))

    budgeted = {month for budget in life.budgets for month in budget.months}
    practices = {person.department for person in life.people.everyone if person.department.delivery}
    assert {(it.department, it.month) for it in found} == {
        (department, month) for department in practices for month in budgeted
    }
    assert all(0 < it.billable < it.capacity for it in found)
