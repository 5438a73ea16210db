"""What was deleted keeps its name where living records refer to it, and counts for nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

D = Decimal


def entry(**values):
    return {
        "id": 1, "user_id": 11, "project_id": 900, "date": date(2026, 2, 2), "hours": D(8), **values,
    }  # fmt: skip


def project(id_=900, **values):
    return {"id": id_, "name": f"Project {id_}", "code": f"P{id_}", "customer_id": 21, **values}


def test_hours_on_a_deleted_project_keep_its_name(facts):
    made = facts(
        {
            "suiteprojects__project": [project(_gone=True)],
            "suiteprojects__time_entry": [entry()],
        }
    )

    assert made.row("fct_time", "time_entry_id = 1")["project_key"] == 1800
    found = made.row("dim_project", "project_key = 1800")
    assert (found["name"], found["is_deleted"]) == ("Project 900", True)
    assert not made.row("dim_project", "project_key = 202")["is_deleted"]


def test_a_thing_that_one_system_still_knows_is_not_deleted(facts):
    made = facts(
        {
            "suiteprojects__project": [project(netsuite_id=990, _gone=True)],
            "netsuite__job": [{"id": 990, "entityid": "P900"}],
        }
    )

    assert not made.row("dim_project", "project_key = 1800")["is_deleted"]


def test_of_two_that_claim_the_same_record_the_living_one_has_it(facts):
    made = facts(
        {
            "suiteprojects__project": [
                project(900, netsuite_id=990, _gone=True),
                project(901, netsuite_id=990),
            ],
            "netsuite__job": [{"id": 990, "entityid": "P900"}],
        }
    )

    assert made.row("dim_project", "netsuite_id = 990")["suiteprojects_id"] == 901


def test_a_deleted_person_signs_nobody_in_and_has_no_capacity_after_the_last_hour(facts):
    person = {
        "id": 900, "name": "Gone", "email": "gone@example.com", "department_id": 1,
        "work_schedule_id": 1, "work_hours": "8|8|8|8|8|0|0", "created": None, "_gone": True,
    }  # fmt: skip
    made = facts(
        {
            "suiteprojects__user": [person],
            "suiteprojects__time_entry": [entry(user_id=900, project_id=101)],
        }
    )

    found = made.row("dim_person", "person_key = 1800")
    assert (found["name"], found["email"], found["is_deleted"]) == ("Gone", None, True)
    days = [row["day"] for row in made.rows("fct_capacity", "person_key = 1800")]
    assert max(days, default=20260202) <= 20260202
