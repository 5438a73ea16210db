"""Links in doubt are told, never guessed: what two claim, what has no twin, what looks alike."""

from __future__ import annotations

import pytest


def suggestions(made, kind="project"):
    return {
        (row["suiteprojects_id"], row["netsuite_id"]): (row["score"] > 0.95, row["reason"])
        for row in made.rows("map_suggestion", f"kind = '{kind}'")
    }


def findings(made, kind="project"):
    return {
        row["suiteprojects_id"]: (row["finding"], row["netsuite_id"], row["held_by"])
        for row in made.rows("map_finding", f"kind = '{kind}'")
    }


def decided(made, kind, suiteprojects_id, netsuite_id, state):
    made.connection.execute(
        "INSERT INTO mirror.own_map_decision VALUES (?, ?, ?, ?)",
        [kind, suiteprojects_id, netsuite_id, state],
    )
    return made


ALIKE = {
    "suiteprojects__project": [{"id": 103, "name": "River Crossing", "code": "P-9"}],
    "netsuite__job": [
        {"id": 709, "entityid": "P-9", "companyname": "River crossing"},
        {"id": 710, "entityid": "P-10", "companyname": "Rocket"},
    ],
}


def test_two_claims_of_one_twin_are_a_finding_and_change_nothing(facts):
    made = facts({"suiteprojects__project": [{"id": 103, "name": "Twin", "netsuite_id": 701}]})

    assert findings(made) == {103: ("two_claims", 701, 101)}
    assert made.row("dim_project", "suiteprojects_id = 101")["netsuite_id"] == 701


def test_a_twin_that_is_not_there_and_one_that_is_on_its_way_are_told(facts):
    made = facts(
        {
            "suiteprojects__project": [
                {"id": 103, "name": "Lost", "netsuite_id": 799},
                {"id": 104, "name": "New", "netsuite_id": -1},
            ]
        }
    )

    assert findings(made) == {103: ("no_twin", 799, None), 104: ("in_flight", None, None)}


def test_a_twin_may_bear_the_others_id_instead(facts):
    made = facts(
        {
            "suiteprojects__project": [{"id": 103, "name": "River"}],
            "netsuite__job": [{"id": 709, "entityid": "X", "externalid": "103"}],
        }
    )

    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] == 709


def test_records_without_twins_that_look_alike_are_suggested_not_linked(facts):
    made = facts(ALIKE)

    assert suggestions(made) == {(103, 709): (True, "its code is the same; the name is the same")}
    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] is None


def test_what_is_being_exported_is_not_suggested(facts):
    flying = {**ALIKE["suiteprojects__project"][0], "netsuite_id": -1}

    assert suggestions(facts({**ALIKE, "suiteprojects__project": [flying]})) == {}


def test_people_are_known_by_their_address(facts):
    made = facts(
        {
            "suiteprojects__user": [{"id": 12, "name": "B. Sun", "email": "Ben@example.com"}],
            "netsuite__employee": [{"id": 502, "entityid": "Ben", "email": "ben@Example.com "}],
        }
    )

    assert suggestions(made, "person") == {(12, 502): (False, "the e-mail address is the same")}


def test_a_suggestion_that_is_confirmed_is_a_link(facts):
    made = decided(facts(ALIKE), "project", 103, 709, "confirmed")

    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] == 709
    assert suggestions(made) == {}


def test_a_suggestion_that_is_rejected_is_not_made_again(facts):
    made = decided(facts(ALIKE), "project", 103, 709, "rejected")

    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] is None
    assert suggestions(made) == {}


@pytest.mark.parametrize("stored", [701, 709])
def test_a_stored_id_goes_before_a_persons_word(facts, stored):
    project = {"id": 103, "name": "River", "netsuite_id": 710}
    rows = {**ALIKE, "suiteprojects__project": [project]}
    made = decided(facts(rows), "project", 103, stored, "confirmed")

    assert made.row("dim_project", "suiteprojects_id = 103")["netsuite_id"] == 710
    assert made.row("dim_project", "suiteprojects_id = 101")["netsuite_id"] == 701
