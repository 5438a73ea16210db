"""What a dimension says of its members beyond their names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.business import default_business
from models.business.load import load_file
from sync.engine.given import give

D = Decimal
ALWAYS, FOREVER = date(1, 1, 1), date(9999, 12, 31)


def organisation(made):
    return [
        (row["valid_from"], row["valid_to"], row["department_key"], row["role_key"], row["cost"])
        for row in made.rows("dim_person_org", "person_key = 22")
    ]


def was(made_of, key, at, until, **values):
    """Insert an earlier version of a record into the mirror's history."""
    names = [*values, "_valid_from", "_valid_to", "_known_from"]
    marks = ", ".join("?" * len(names))
    made_of.connection.execute(
        f"INSERT INTO mirror.his_{key} ({', '.join(names)}) VALUES ({marks})",
        [*values.values(), *(moment.replace(tzinfo=None) for moment in (at, until, at))],
    )


def test_a_customer_knows_the_one_above_it_and_the_one_on_top(facts):
    made = facts(
        {
            "netsuite__customer": [
                {"id": 602, "entityid": "C2", "parent": 603},
                {"id": 603, "entityid": "C3", "parent": 601},
            ]
        }
    )

    tree = {
        row["customer_key"]: (row["parent_key"], row["top_key"])
        for row in made.rows("dim_customer")
    }
    assert tree == {-1: (-1, -1), 42: (-1, 42), 1207: (42, 42), 1205: (1207, 42)}


def test_customers_above_each_other_in_a_ring_are_there_once(facts):
    made = facts(
        {
            "netsuite__customer": [
                {"id": 602, "entityid": "C2", "parent": 603},
                {"id": 603, "entityid": "C3", "parent": 602},
            ]
        }
    )

    assert len(made.rows("dim_customer", "netsuite_id IN (602, 603)")) == 2


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("Lead", "lead"), ("PROSPECT", "prospect"), ("Customer", "customer"), (None, "customer")],
)
def test_who_has_bought_nothing_yet_is_told_apart(facts, stage, expected):
    made = facts({"netsuite__customer": [{"id": 602, "entityid": "C2", "searchstage": stage}]})

    assert made.row("dim_customer", "netsuite_id = 602")["stage"] == expected


def test_a_customer_that_has_internal_projects_alone_is_the_firm_itself(facts):
    made = facts(
        {
            "suiteprojects__customer": [{"id": 22, "name": "Us", "currency": "EUR"}],
            "suiteprojects__project": [
                {"id": 103, "name": "Sick", "customer_id": 22, "contract_type": "Time off"},
            ],
        }
    )

    assert [row["is_internal"] for row in made.rows("dim_customer", "customer_key > 0")] == [
        False, True,
    ]  # fmt: skip


def test_a_project_keeps_the_dates_and_hours_it_was_first_seen_with(facts):
    made = facts()
    was(
        made, "suiteprojects__project", datetime(2026, 1, 2, 0, tzinfo=UTC), datetime(2026, 1, 9, 0, tzinfo=UTC), id=101,
        finish_date=date(2026, 1, 31), budget_hours=D(80),
    )  # fmt: skip
    row = made.row("dim_project", "project_key = 202")

    assert (row["baseline_ends_on"], row["ends_on"]) == (date(2026, 1, 31), date(2026, 2, 20))
    assert row["baseline_budget_hours"] == 80


def test_a_project_that_never_changed_is_its_own_baseline(facts):
    row = facts().row("dim_project", "project_key = 202")

    assert row["baseline_ends_on"] == row["ends_on"]


def test_a_project_knows_its_program_and_template(facts):
    projects = [
        {"id": 103, "name": "Program", "is_portfolio": True},
        {"id": 104, "name": "Part", "portfolio_id": 103, "template_id": 101},
    ]
    made = facts({"suiteprojects__project": projects})
    program, part = (made.row("dim_project", f"project_key = {key}") for key in (206, 208))

    assert (program["is_program"], part["is_program"]) == (True, False)
    assert (part["program_key"], part["template_key"]) == (206, 202)


def test_a_task_is_told_with_its_plan(facts):
    task = {
        "id": 1003, "name": "Test", "project_id": 101, "planned_hours": D(40), "percent_complete": D(25),
        "calculated_start": date(2026, 1, 5), "calculated_finish": date(2026, 1, 30),
        "budget_cost": D(2000), "currency": "EUR", "parent_id": 1001,
    }  # fmt: skip
    row = facts({"suiteprojects__project_task": [task]}).row("dim_task", "task_key = 2006")

    assert (row["planned_hours"], row["percent_complete"], row["budget_cost"]) == (
        40,
        D("0.25"),
        2000,
    )
    assert (row["starts_on"], row["ends_on"]) == (date(2026, 1, 5), date(2026, 1, 30))
    assert row["parent_key"] == 2002


@pytest.mark.parametrize(
    ("user", "kind"),
    [({"netsuite_id": 502}, "employee"), ({"netsuite_id": -1}, "employee"), ({}, "contractor"),
     ({"is_generic": True}, "generic")],
)  # fmt: skip
def test_employees_contractors_and_placeholders_are_told_apart(facts, user, kind):
    made = facts(
        {
            "suiteprojects__user": [{"id": 12, "name": "Ben", "is_active": True, **user}],
            "netsuite__employee": [{"id": 502, "entityid": "Ben"}],
        }
    )

    assert made.row("dim_person", "suiteprojects_id = 12")["kind"] == kind


def test_a_person_belongs_where_they_belong_since_ever_unless_a_version_says_otherwise(facts):
    assert organisation(facts()) == [(ALWAYS, FOREVER, 2, 3, 50)]


def test_a_person_who_moved_belonged_to_both_departments_each_in_its_time(facts):
    made = facts()
    was(
        made, "suiteprojects__user", datetime(2025, 6, 1, 0, tzinfo=UTC), datetime(2026, 2, 9, 15, tzinfo=UTC), id=11,
        department_id=2, job_code_id=3,
    )  # fmt: skip

    assert organisation(made) == [
        (ALWAYS, date(2026, 2, 8), 4, 3, 50),
        (date(2026, 2, 9), FOREVER, 2, 3, 50),
    ]


def test_a_change_that_moved_nobody_begins_no_new_time(facts):
    made = facts()
    was(
        made, "suiteprojects__user", datetime(2025, 6, 1, 0, tzinfo=UTC), datetime(2026, 2, 9, 0, tzinfo=UTC), id=11,
        department_id=1, job_code_id=3,
    )  # fmt: skip

    assert len(organisation(made)) == 1


def test_a_raise_begins_on_its_day_and_a_gap_in_the_costs_is_told(facts):
    costs = [
        {"id": 1, "user_id": 11, "cost": D(50), "currency": "EUR", "end_date": date(2026, 1, 31)},
        {"id": 2, "user_id": 11, "cost": D(55), "currency": "EUR", "start_date": date(2026, 3, 1)},
        {"id": 3, "user_id": 11, "cost": D(99), "currency": "EUR", "project_id": 101},
    ]
    made = facts(replace={"suiteprojects__loaded_cost": costs})

    assert [(row[0], row[4]) for row in organisation(made)] == [
        (ALWAYS, 50), (date(2026, 2, 1), None), (date(2026, 3, 1), 55),
    ]  # fmt: skip


def test_a_role_is_a_job_code(facts):
    made = facts()

    assert made.row("dim_role", "role_key = 3")["name"] == "Consultant"
    assert made.row("dim_person", "person_key = 22")["role_key"] == 3


def test_an_account_has_a_line_a_rate_and_a_statement(facts):
    account = {"id": 9, "fullname": "Bank", "accttype": "Bank", "generalrate": "CURRENT"}
    made = facts({"netsuite__account": [account]})
    income, bank = (made.row("dim_account", f"account_key = {key}") for key in (1, 9))

    assert (income["statement"], income["line"], income["rate_type"]) == (
        "profit_and_loss", "revenue", "average",
    )  # fmt: skip
    assert (bank["statement"], bank["line"], bank["rate_type"]) == (
        "balance_sheet",
        None,
        "closing",
    )


def test_a_service_is_one_thing_in_both_systems(facts):
    service = {"id": 301, "name": "Consulting", "code": "C", "external_id": "41"}
    made = facts({"suiteprojects__service": [service]})

    assert made.row("dim_item", "item_key = 41")["service_key"] == 602
    assert made.row("dim_service", "service_key = 602")["netsuite_id"] == 41
    assert made.row("dim_item", "item_key = 61")["service_key"] == -1


def test_one_currency_is_the_reporting_one(facts):
    found = {row["currency"]: row["is_reporting"] for row in facts().rows("dim_currency")}

    assert found == {"USD": True, "EUR": False, "CHF": False}


# --- the books' calendar


def period(id_, start, end, **kind):
    return {"id": id_, "periodname": f"P{id_}", "startdate": start, "enddate": end, **kind}


def test_a_month_of_four_or_five_weeks_is_called_by_the_month_most_of_it_lies_in(facts):
    weeks = [
        period(1, date(2025, 12, 29), date(2026, 3, 29), isquarter=True),
        period(2, date(2025, 12, 29), date(2026, 1, 25), parent=1),
        period(3, date(2026, 1, 26), date(2026, 2, 22), parent=1),
        period(4, date(2026, 2, 23), date(2026, 3, 29), parent=1),
    ]
    made = facts(replace={"netsuite__accountingperiod": weeks})

    assert [(r["month"], r["weeks"]) for r in made.rows("dim_fiscal_period", "kind = 'month'")] == [
        (202601, 4), (202602, 4), (202603, 5),
    ]  # fmt: skip
    assert [r["quarter"] for r in made.rows("dim_period")] == ["P1"] * 3
    assert made.rows("dim_period")[2]["quarter_month"] == 202601


@pytest.mark.parametrize(
    ("starts", "years", "quarters"),
    [
        (2, [(202502, "FY2026"), (202602, "FY2027")], [(202511, "Q4 FY2026"), (202602, "Q1 FY2027")]),
        (4, [(202504, "FY2026"), (202604, "FY2027")], [(202601, "Q4 FY2026"), (202604, "Q1 FY2027")]),
        (1, [(202601, "FY2026")] * 2, [(202601, "Q1 FY2026"), (202604, "Q2 FY2026")]),
    ],
)  # fmt: skip
def test_the_file_of_the_business_says_when_years_begin(facts, tmp_path, starts, years, quarters):
    path = tmp_path / "business.toml"
    path.write_text(f"[finance]\nfiscal_start_month = {starts}\n", encoding="utf-8")
    made = facts()
    give(made.connection, load_file(str(path)))
    rows = {row["month"]: row for row in made.rows("dim_period")}
    give(made.connection, default_business())

    ends = [rows[202601], rows[202604]]
    assert [(row["year_month"], row["year"]) for row in ends] == years
    assert [(row["quarter_month"], row["quarter"]) for row in ends] == quarters


def test_quarters_years_and_adjustments_are_no_months(facts):
    more = [
        period(300, date(2026, 1, 1), date(2026, 12, 31), isyear=True),
        period(301, date(2026, 1, 31), date(2026, 1, 31), isadjust=True),
    ]
    made = facts({"netsuite__accountingperiod": more})
    kinds = {row["period_key"]: row["kind"] for row in made.rows("dim_fiscal_period")}

    assert kinds[300] == "year"
    assert kinds[301] == "adjustment"
    assert kinds[190] == "quarter"
    assert {row["year"] for row in made.rows("dim_period")} == {"P300"}
    assert len(made.rows("dim_period")) == 4
