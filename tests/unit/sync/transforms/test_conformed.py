"""One row a thing, whichever systems know it; nothing is lost for want of a parent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.tables.conformed import SNAPSHOT
from sync.transforms import TRANSFORMS

EUR = 2


def test_what_both_systems_know_is_one_row(facts):
    customer = facts().row("dim_customer", "customer_key <> -1")

    assert customer == {
        "customer_key": 42, "name": "Alpina", "currency": "CHF", "parent_key": -1, "top_key": 42,
        "stage": "customer", "category": None, "is_internal": False, "netsuite_id": 601,
        "suiteprojects_id": 21, "is_deleted": False,
    }  # fmt: skip


def test_what_only_netsuite_knows_has_an_odd_key(facts):
    made = facts({"netsuite__customer": [{"id": 602, "entityid": "C2", "currency": EUR}]})

    customer = made.row("dim_customer", "netsuite_id = 602")

    assert (customer["customer_key"], customer["name"], customer["currency"]) == (1205, "C2", "EUR")
    assert customer["suiteprojects_id"] is None


def test_of_two_projects_that_claim_one_job_the_smaller_id_has_it(facts):
    second = {"id": 103, "name": "Twin", "netsuite_id": 701}
    made = facts({"suiteprojects__project": [second]})

    found = {row["suiteprojects_id"]: row["netsuite_id"] for row in made.rows("dim_project")}

    assert found[101] == 701
    assert found[103] is None
    assert len(made.rows("map_project", "system = 'netsuite' AND id = 701")) == 1


def test_an_export_in_flight_leaves_two_rows(facts):
    flying = {"id": 103, "name": "New", "netsuite_id": -1}
    made = facts({"suiteprojects__project": [flying], "netsuite__job": [{"id": 702}]})

    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] is None
    assert made.row("dim_project", "netsuite_id = 702")["project_key"] == 1405


def test_an_employee_may_bear_the_users_id_instead(facts):
    user = {"id": 12, "name": "Ben"}
    made = facts(
        {
            "suiteprojects__user": [user],
            "netsuite__employee": [{"id": 502, "externalid": "12", "subsidiary": 1}],
        }
    )

    person = made.row("dim_person", "suiteprojects_id = 12")

    assert (person["netsuite_id"], person["subsidiary_key"]) == (502, 1)


def test_a_stated_link_wins_over_an_employees_external_id(facts):
    made = facts(
        {"suiteprojects__user": [{"id": 12, "name": "Ben"}]},
        replace={"netsuite__employee": [{"id": 501, "entityid": "Ada", "externalid": "12"}]},
    )

    assert made.row("dim_person", "suiteprojects_id = 11")["netsuite_id"] == 501
    assert made.row("dim_person", "suiteprojects_id = 12")["netsuite_id"] is None


def test_a_person_is_recognised_by_a_lower_case_address(facts):
    person = facts().row("dim_person", "person_key = 22")

    assert person["email"] == "ada@example.com"
    assert (person["role"], person["department_key"], person["subsidiary_key"]) == (
        "Consultant", 2, 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Time and materials", "client"),
        ("Retainer", "client"),
        (None, "client"),
        ("something new", "client"),
        ("Internal productive", "internal_productive"),
        ("Internal administration", "internal_admin"),
        (" time off ", "time_off"),
    ],
)
def test_the_contract_type_tells_the_kind_of_a_project(facts, text, kind):
    made = facts({"suiteprojects__project": [{"id": 103, "name": "X", "contract_type": text}]})

    assert made.row("dim_project", "suiteprojects_id = 103")["kind"] == kind


def test_a_projects_subsidiary_is_its_jobs_else_its_managers(facts):
    own = {"id": 103, "name": "X", "owner_id": 11}
    made = facts(
        {"suiteprojects__project": [own]},
        replace={
            "netsuite__projectsubsidiaryrelationship": [
                {"id": 1, "entity": 701, "subsidiary": 1, "isprimarysub": True},
                {"id": 2, "entity": 701, "subsidiary": 2, "isprimarysub": False},
            ]
        },
    )

    assert made.row("dim_project", "suiteprojects_id = 101")["subsidiary_key"] == 1
    assert made.row("dim_project", "suiteprojects_id = 103")["subsidiary_key"] == 2


def test_a_job_of_netsuite_alone_has_its_managers_department(facts):
    job = {"id": 702, "entityid": "M-1", "customer": 601, "projectmanager": 501}
    project = facts({"netsuite__job": [job]}).row("dim_project", "netsuite_id = 702")

    assert project["kind"] == "client"
    assert project["contract_type"] is None
    assert (project["manager_key"], project["department_key"], project["customer_key"]) == (
        22, 2, 42,
    )  # fmt: skip


def test_the_contract_of_a_project_is_the_sum_of_its_orders(facts):
    made = facts(
        {
            "suiteprojects__customer_po": [
                {"id": n, "number": f"PO-{n}", "currency": "CHF", "total": Decimal(100 * n)}
                for n in (1, 2)
            ],
            "suiteprojects__customer_po_project": [
                {"id": n, "customer_po_id": n, "project_id": 101} for n in (1, 2)
            ],
        }
    )

    assert made.row("dim_project", "project_key = 202")["contract_amount"] == Decimal(300)


def test_quarters_are_no_months(facts):
    periods = facts().rows("dim_period")

    assert [(row["month"], row["is_closed"]) for row in periods] == [
        (202601, True), (202602, True), (202603, False), (202604, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        name
        for name, table in SNAPSHOT.tables.items()
        if name.startswith("dim_") and f"{name.removeprefix('dim_')}_key" in table.c
    ],
)
def test_the_unknown_member_has_a_row(facts, table):
    key = f"{table.removeprefix('dim_')}_key"

    assert facts().row(table, f"{key} = -1")["name"] == "Not assigned"


def test_an_empty_record_makes_empty_facts(empty):
    for name in SNAPSHOT.tables:
        if name.startswith("fct_") and name in TRANSFORMS:
            assert empty.rows(name) == []


def test_a_stock_is_stated_for_month_ends_and_for_today(facts):
    made = facts({"netsuite__transaction": [{"id": 1, "trandate": date(2026, 1, 20)}]})

    assert sorted((row["month"], row["day"]) for row in made.rows("stock_month")) == [
        (202601, 20260131), (202602, 20260228), (202603, 20260310),
    ]  # fmt: skip
