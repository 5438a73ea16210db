"""A token opens to a program what its person may see, and nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dashboard.auth.session import COOKIE
from dashboard.questions import Questions
from models.access import Hidden, Role, Scope
from tests.unit.dashboard.api import CALLS, PERIOD, problem
from tests.unit.dashboard.firm import OTHERS


class TestTheScope:
    def test_of_a_project_manager_is_that_of_the_pages(self, app, program):
        address = f"/kpis/recognized_revenue?{PERIOD}&by=project"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_data(as_text=True)
        all_of_it = program(app, Role.CFO).get(address).get_data(as_text=True)

        assert "Route planning" in mine
        assert "Secret migration" not in mine
        assert "Secret migration" in all_of_it

    @pytest.mark.parametrize("member", ["Secret migration", "HYP-02", str(OTHERS), "No such"])
    def test_does_not_tell_what_lies_outside_from_what_is_not_there(self, app, program, member):
        answer = program(app, Role.PROJECT_MANAGER).get(
            f"/kpis/recognized_revenue?{PERIOD}&where=project={member}"
        )

        assert problem(answer, 400)["detail"] == (
            f"There is no project with the name, code or key '{member}'."
        )

    def test_holds_for_rows_too(self, app, program):
        address = f"/kpis/recognized_revenue/rows?{PERIOD}&side=psa"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_json()
        all_of_it = program(app, Role.CFO).get(address).get_json()

        assert {row["project_code"] for row in mine["records"]} == {"CAL-01"}
        assert {row["project_code"] for row in all_of_it["records"]} == {"CAL-01", "HYP-02"}

    def test_keeps_back_what_an_hour_of_a_person_costs(self, app, program):
        address = f"/kpis/project_gross_margin/rows?{PERIOD}&side=psa"

        mine = program(app, Role.PROJECT_MANAGER).get(address).get_json()
        costs = [row for row in mine["records"] if row["measure"] == "Labour cost"]

        assert "not part of your access" in mine["withheld"]
        assert costs
        assert not [row for row in costs if row["person"]]
        assert program(app, Role.CFO).get(address).get_json()["withheld"] == ""

    @pytest.mark.parametrize("key", ["list_kpis", "get_kpi", "get_kpi_rows", "list_members"])
    def test_of_an_administrator_holds_no_number(self, app, program, key):
        problem(program(app, Role.ADMINISTRATOR).get(CALLS[key]), 403)

    def test_is_part_of_the_mark_so_that_nobody_is_told_another_s_answer_is_still_right(
        self, app, program
    ):
        marks = {
            role: program(app, role).get(CALLS["get_kpi"]).headers["ETag"]
            for role in (Role.CFO, Role.PRACTICE_LEAD, Role.PROJECT_MANAGER)
        }

        assert len(set(marks.values())) == 3


def test_a_session_beside_a_token_changes_nothing(app, signed_in, program):
    asking = program(app, Role.PROJECT_MANAGER)
    cookie = signed_in(app, Role.CFO).client.get_cookie(COOKIE, domain="127.0.0.1").value

    answer = asking.get(
        f"/kpis/recognized_revenue?{PERIOD}&by=project", headers={"Cookie": f"{COOKIE}={cookie}"}
    )

    assert "Secret migration" not in answer.get_data(as_text=True)


def test_results_are_kept_apart_by_every_axis_of_a_scope(snapshot):
    scopes = [Scope(), Scope(hidden=frozenset(Hidden))] + [
        Scope(**{one.name: frozenset(keys)})
        for one in fields(Scope)
        if one.name != "hidden"
        for keys in ((), (1,), (2,), (1, 2))
    ]

    keys = {Questions(snapshot, scope, None, {})._key(("answer",)) for scope in scopes}

    assert len(keys) == len(scopes)
