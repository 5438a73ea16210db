"""Links in doubt are told, never guessed: what two claim, what has no twin, what looks alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

D = Decimal


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


TWINS = {"suiteprojects__project": [{"id": 103, "name": "Twin", "netsuite_id": 701}]}


def linked(made, suiteprojects_id):
    return made.row("dim_project", f"suiteprojects_id = {suiteprojects_id}")["netsuite_id"]


def test_of_two_claims_a_person_may_confirm_the_other(facts):
    made = decided(facts(TWINS), "project", 103, 701, "confirmed")

    assert (linked(made, 101), linked(made, 103)) == (None, 701)
    assert findings(made) == {101: ("two_claims", 701, 103)}


def test_a_stored_id_that_a_person_refused_links_no_more_and_stays_told(facts):
    made = decided(facts(TWINS), "project", 101, 701, "rejected")

    assert (linked(made, 101), linked(made, 103)) == (None, 701)
    assert findings(made) == {101: ("refused", 701, 103)}


def test_two_records_of_netsuite_that_bear_one_id_are_a_finding(facts):
    made = facts(
        {
            "suiteprojects__project": [{"id": 103, "name": "River"}],
            "netsuite__job": [
                {"id": 709, "entityid": "X", "externalid": "103"},
                {"id": 710, "entityid": "Y", "externalid": "103"},
            ],
        }
    )

    assert linked(made, 103) == 709
    assert findings(made) == {103: ("two_claims", 710, None)}


def test_a_record_that_bears_the_id_of_one_which_names_another_is_a_finding(facts):
    made = facts({"netsuite__job": [{"id": 709, "entityid": "X", "externalid": "101"}]})

    assert linked(made, 101) == 701
    assert findings(made) == {101: ("two_claims", 709, None)}


@pytest.mark.parametrize(
    ("kind", "rows", "pair", "reason"),
    [
        (
            "department",
            {
                "suiteprojects__department": [{"id": 9, "name": "Legal & Tax"}],
                "netsuite__department": [{"id": 19, "name": "Legal, Tax"}],
            },
            (9, 19),
            "the name is the same",
        ),
        (
            "service",
            {
                "suiteprojects__service": [{"id": 9, "name": "Training", "code": "TR"}],
                "netsuite__item": [{"id": 69, "itemid": "TR", "displayname": "Courses"}],
            },
            (9, 69),
            "its code is the same",
        ),
    ],
)
def test_departments_and_services_are_suggested_and_confirmed_alike(
    facts, kind, rows, pair, reason
):
    assert suggestions(facts(rows), kind) == {pair: (False, reason)}

    made = decided(facts(rows), kind, *pair, "confirmed")
    assert (
        made.row(f"map_{kind}", f"system = 'netsuite' AND id = {pair[1]}")[f"{kind}_key"]
        == 2 * pair[0]
    )


@pytest.mark.parametrize("kind", ["customer", "department", "service", "person"])
def test_every_kind_tells_a_twin_that_is_not_there_and_one_on_its_way(facts, kind):
    entity, field = {
        "customer": ("customer", "netsuite_id"),
        "department": ("department", "external_id"),
        "service": ("service", "external_id"),
        "person": ("user", "netsuite_id"),
    }[kind]
    told = [str(id_) if field == "external_id" else id_ for id_ in (799, -1)]
    made = facts(
        {
            f"suiteprojects__{entity}": [
                {"id": 91, "name": "Lost", field: told[0]},
                {"id": 92, "name": "New", field: told[1]},
            ]
        }
    )

    assert findings(made, kind) == {91: ("no_twin", 799, None), 92: ("in_flight", None, None)}
    assert not made.rows("map_suggestion", "suiteprojects_id = 92")


class TestInvoices:
    OURS = {
        "id": 5, "number": "INV-5", "date": date(2026, 1, 31), "customer_id": 21, "currency": "CHF",
        "total": D(1190), "approval_status": "A",
    }  # fmt: skip
    THEIRS = {
        "id": 900, "tranid": "900", "type": "CustInvc", "trandate": date(2026, 1, 31), "entity": 601,
        "currency": 4, "foreigntotal": D(1190),
    }  # fmt: skip

    def _made(self, facts, ours=(), theirs=()):
        return facts(
            {
                "suiteprojects__invoice": [{**self.OURS, **one} for one in ours or ({},)],
                "netsuite__transaction": [{**self.THEIRS, **one} for one in theirs or ({},)],
            }
        )

    @pytest.mark.parametrize(
        ("ours", "theirs", "how"),
        [
            ({"netsuite_id": 900}, {"tranid": "INV-5"}, "suiteprojects"),
            ({}, {"externalid": "5", "tranid": "INV-5"}, "netsuite"),
            ({"netsuite_id": -1}, {"externalid": "5"}, "netsuite"),
            ({}, {"tranid": "INV-5"}, "number"),
        ],
    )
    def test_are_linked_by_either_id_then_by_their_number(self, facts, ours, theirs, how):
        made = self._made(facts, [ours], [theirs])

        assert made.rows("map_invoice") == [
            {"suiteprojects_id": 5, "netsuite_id": 900, "told_by": how}
        ]
        assert suggestions(made, "invoice") == {}

    def test_a_number_that_two_bear_links_nothing(self, facts):
        made = self._made(facts, theirs=[{"tranid": "INV-5"}, {"id": 901, "tranid": "INV-5"}])

        assert made.rows("map_invoice") == []

    def test_of_the_same_customer_and_amount_are_suggested(self, facts):
        made = self._made(
            facts,
            theirs=[
                {}, {"id": 901, "trandate": date(2026, 2, 3)}, {"id": 902, "foreigntotal": D(1191)},
                {"id": 903, "trandate": date(2026, 2, 10)}, {"id": 904, "entity": 602},
                {"id": 905, "currency": 2}, {"id": 906, "type": "CustCred"},
            ],
        )  # fmt: skip

        assert suggestions(made, "invoice") == {
            (5, 900): (False, "customer, amount and day are the same"),
            (5, 901): (False, "customer and amount are the same, the days are near"),
        }
        assert made.rows("map_invoice") == []

    def test_a_suggestion_that_is_confirmed_is_a_link(self, facts):
        made = decided(self._made(facts), "invoice", 5, 900, "confirmed")

        assert made.row("map_invoice")["told_by"] == "person"
        assert suggestions(made, "invoice") == {}

    def test_a_link_that_is_refused_is_none_and_stays_told(self, facts):
        made = decided(self._made(facts, [{"netsuite_id": 900}]), "invoice", 5, 900, "rejected")

        assert made.rows("map_invoice") == []
        assert findings(made, "invoice") == {5: ("refused", 900, None)}

    def test_two_claims_a_missing_twin_and_one_in_flight_are_told(self, facts):
        made = self._made(
            facts,
            [
                {"netsuite_id": 900}, {"id": 6, "number": "INV-6", "netsuite_id": 900},
                {"id": 7, "number": "INV-7", "netsuite_id": 999},
                {"id": 8, "number": "INV-8", "netsuite_id": -1},
            ],
        )  # fmt: skip

        assert findings(made, "invoice") == {
            6: ("two_claims", 900, 5), 7: ("no_twin", 999, None), 8: ("in_flight", None, None),
        }  # fmt: skip
        assert made.row("map_invoice")["suiteprojects_id"] == 5
