"""REST v1 as the vendor's documents tell it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest


def rels(answer):
    return {link["rel"]: link["href"] for link in answer.json()["meta"]["links"]}


def names(answer):
    return [row["id"] for row in answer.json()["data"]]


def test_a_list_comes_a_hundred_at_a_time_with_its_counts_and_links(wire):
    first = wire.rest("time-entries/")
    assert first.json()["message"] == "success"
    meta = first.json()["meta"]
    assert (meta["rowsPerPage"], meta["totalPages"], meta["totalRows"]) == (100, 3, 250)
    assert set(rels(first)) == {"self", "next", "last"}
    last = wire.http.get(rels(first)["last"], headers={"Authorization": f"Bearer {wire.token}"})
    assert names(last) == list(range(201, 251))
    assert set(rels(last)) == {"self", "first", "prev"}


def test_following_next_visits_every_row_once(wire):
    seen, answer = [], wire.rest("time-entries", limit=60, q="id BETWEEN [1,200]", fields="id")
    while True:
        seen += names(answer)
        if "next" not in rels(answer):
            break
        answer = wire.http.get(
            rels(answer)["next"], headers={"Authorization": f"Bearer {wire.token}"}
        )
    assert seen == list(range(1, 201))


def test_values_are_json_of_their_kind_and_names_follow_the_rule(wire):
    [project] = wire.rest("projects/", q="id EQUAL 11").json()["data"]
    assert project == {
        "id": 11, "name": "Project 11", "customerId": 3, "projectStageId": 1, "budget": 100000.0,
        "budgetTime": 800, "startDate": "2026-01-11", "isActive": True, "cfcontract_type": "Retainer",
        "cfnetsuite_project_id": 5011, "notes": None, "updated": "2026-01-01 00:00:00",
    }  # fmt: skip
    [entry] = wire.rest("time-entries/", q="id EQUAL 1").json()["data"]
    assert entry["projectTaskId"] == 31
    assert entry["accountingDate"] is None
    assert entry["notes"] == "Wrote a “report”"
    assert wire.rest("users/7").json()["data"]["jobCodeId"] == 2


def test_money_is_written_as_an_exact_number(wire):
    amount = Decimal("12345678901234.5678")
    row = {**wire.system.tables["Project"].rows[(11,)], "budget": amount}
    wire.system.put("Project", row)
    text = wire.rest("projects/11").text
    assert json.loads(text, parse_float=Decimal)["data"]["budget"] == amount


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0}, {"limit": 1001}, {"limit": "many"}, {"limit": 10, "offset": 15}, {"fields": "id,nope"},
        {"expand": "nope"}, {"orderBy": "date,id"}, {"orderBy": "nope"}, {"orderBy": "notes"},
        {"filterSetId": "x"}, {"q": "id LIKE 3"}, {"q": "nope EQUAL 3"}, {"q": "notes IS 'x'"},
        {"q": "id EQUAL"}, {"q": "id EQUAL 3 XOR id EQUAL 4"}, {"q": "id EQUAL 'three'"},
        {"q": "date BETWEEN ['2026-01-01']"}, {"q": "date BETWEEN ['2026-02-30','2026-03-01']"},
        {"q": "date BETWEEN ['1/2/2026','2026-03-01']"}, {"q": "id ANY_OF 3"}, {"q": "id EQUAL 3)"},
        {"q": "id IS '3'"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_parameter_is_refused_with_a_message(wire, params):
    answer = wire.rest("time-entries/", **params)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message"}


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("id EQUAL 3", {3}),
        ("id ANY_OF [1,2,999]", {1, 2}),
        ("id BETWEEN [248,250] AND projectId EQUAL 12", {250}),
        ("id EQUAL 1 OR id BETWEEN [4,6] AND projectId EQUAL 12", {1, 4}),
        ("date BETWEEN ['2026-01-01','2026-01-01']", set(range(1, 10))),
        ("date EQUAL '2026-01-26'", {250}),
        ("updated BETWEEN ['2026-01-01 00:05:00','2026-01-01 00:07:00']", {5, 6, 7}),
        ("updated BETWEEN ['2026-01-01 04:08:00','2026-01-01']", {248, 249, 250}),
        ("acct_date EQUAL '2026-01-26'", None),
        ("accountingDate EQUAL '2026-01-26'", set()),
    ],
)
def test_q_finds_what_it_states(wire, q, wanted):
    answer = wire.rest("time-entries/", q=q, limit=1000)
    if wanted is None:
        assert answer.status_code == 400
    else:
        assert set(names(answer)) == wanted
        assert answer.json()["meta"]["totalRows"] == len(wanted)


def test_q_compares_text_and_flags(wire):
    assert names(wire.rest("customers/", q="currency IS 'EUR' AND name IS 'Brick & <Mortar>'")) == [
        3
    ]
    assert names(wire.rest("projects/", q="isActive EQUAL false")) == [13]


def test_order_is_by_one_attribute_with_ties_by_id(wire):
    assert names(wire.rest("projects/", orderBy="-startDate")) == [13, 12, 11]
    assert names(wire.rest("projects/", orderBy="projectStageId")) == [12, 11, 13]
    assert names(wire.rest("time-entries/", orderBy="-id", limit=2)) == [250, 249]


def test_expanded_objects_come_beside_the_data(wire):
    answer = wire.rest("projects/", expand="customerId").json()
    assert [(row["id"], row["externalId"]) for row in answer["included"]] == [(3, "1001")]
    assert "included" not in wire.rest("projects/").json()


def test_tasks_and_phases_are_told_apart(wire):
    assert names(wire.rest("project-tasks/")) == [31]
    assert names(wire.rest("project-phases/")) == [32]
    assert names(wire.rest("project-milestones/")) == []
    assert wire.rest("project-tasks/32").status_code == 404


def test_one_object_has_no_paging(wire):
    answer = wire.rest("users/7/").json()
    assert answer["data"]["name"] == "Ada Example"
    assert set(answer["meta"]) == {"links", "relationships"}
    assert wire.rest("users/8").status_code == 404
    assert wire.rest("users/x").status_code == 404


def test_a_resource_without_rows_is_an_empty_list(wire):
    answer = wire.rest("bookings/").json()
    assert answer["data"] == []
    assert answer["meta"]["totalRows"] == answer["meta"]["totalPages"] == 0


def test_verbs_are_those_of_the_documents(wire):
    refused = wire.rest("users/", "POST")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, OPTIONS")
    assert wire.rest("projects/11", "PATCH").status_code == 405
    assert wire.rest("projects/", "POST").status_code == 403
    assert wire.rest("projects/", "OPTIONS").status_code == 200
    assert wire.rest("bookings/", "OPTIONS").status_code == 405
    assert wire.rest("timesheets/").status_code == 404


def test_a_stranger_gets_401_and_a_malformed_header_400(wire):
    bare = wire.http.get("/rest/v1/users/")
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, "Bearer")
    malformed = wire.http.get("/rest/v1/users/", headers={"Authorization": "Token x"})
    assert malformed.status_code == 400


def test_the_request_limit_is_shared_with_xml_and_passes_with_time(open_wire):
    wire = open_wire(per_minute=3)
    wire.sign_in()
    assert wire.rest("users/").status_code == 200
    assert wire.xml("<Time/>").find("Auth").get("status") == "0"
    assert wire.rest("users/").status_code == 200
    assert wire.rest("users/").status_code == 429
    over = wire.xml("<Whoami/>")
    assert [child.get("status") for child in over] == ["556", "2"]
    wire.clock.forward(seconds=60)
    assert wire.rest("users/").status_code == 200


def test_the_daily_limit_holds_for_a_day(open_wire):
    wire = open_wire(per_day=2, token_seconds=200_000)
    wire.sign_in()
    assert [wire.rest("users/").status_code for _ in range(3)] == [200, 200, 429]
    wire.clock.forward(hours=23)
    assert wire.rest("users/").status_code == 429
    wire.clock.forward(hours=1)
    assert wire.rest("users/").status_code == 200


def new_project(wire, number):
    row = {**wire.system.tables["Project"].rows[(11,)], "id": number, "updated": wire.clock()}
    wire.system.put("Project", row)


def test_a_token_does_not_see_what_was_created_after_it_until_the_cache_is_refreshed(wire):
    new_project(wire, 14)
    assert names(wire.rest("projects/")) == [11, 12, 13]
    assert wire.rest("projects/").json()["meta"]["totalRows"] == 3
    assert wire.rest("projects/14").status_code == 404
    headers = {"Authorization": f"Bearer {wire.token}"}
    refresh = wire.http.post(
        "/rest/v1/session/cache/refresh", headers=headers, json={"filterSet": True}
    )
    assert refresh.status_code == 200
    assert names(wire.rest("projects/")) == [11, 12, 13, 14]
    assert wire.ids('type="Project" method="all" limit="10"') == [11, 12, 13]


def test_a_new_token_sees_what_is_there_when_it_is_issued(wire):
    new_project(wire, 14)
    wire.sign_in()
    assert names(wire.rest("projects/")) == [11, 12, 13, 14]
    new_project(wire, 15)
    assert names(wire.rest("projects/")) == [11, 12, 13, 14]


def test_the_cache_hides_no_changes_of_old_rows_and_can_be_switched_off(open_wire):
    wire = open_wire(filter_set_cache=False)
    wire.sign_in()
    new_project(wire, 14)
    assert names(wire.rest("projects/")) == [11, 12, 13, 14]
    wire.system.put("Project", {**wire.system.tables["Project"].rows[(11,)], "name": "Renamed"})
    assert wire.rest("projects/11").json()["data"]["name"] == "Renamed"


def test_lists_follow_the_rows_as_they_change(wire):
    def found():
        return names(wire.rest("time-entries/", q="updated BETWEEN ['2026-03-01','2026-05-01']"))

    assert found() == []
    old = wire.system.tables["Task"].rows[(5,)]
    wire.system.put("Task", {**old, "updated": wire.clock()})
    assert found() == [5]
    wire.system.remove("Task", (5,), wire.clock())
    assert found() == []
    assert wire.rest("time-entries/").json()["meta"]["totalRows"] == 249
    wire.system.put("Task", {**old, "updated": datetime(2026, 4, 2, tzinfo=UTC)})
    wire.sign_in()
    assert found() == [5]


def test_rows_changed_in_place_are_found_under_their_new_values(wire):
    assert names(wire.rest("projects/", q="startDate EQUAL '2026-01-12'")) == [12]
    row = wire.system.tables["Project"].rows[(12,)]
    row["start_date"] = date(2026, 6, 1)
    wire.system.put("Project", row)
    assert names(wire.rest("projects/", q="startDate EQUAL '2026-01-12'")) == []
    assert names(wire.rest("projects/", q="startDate EQUAL '2026-06-01'")) == [12]


def test_rows_loaded_after_the_start_are_served(wire):
    wire.system.load("Customer", [{"id": 4, "name": "Late", "currency": "USD", "externalid": None,
                                   "updated": wire.clock()}])  # fmt: skip
    assert names(wire.rest("customers/")) == [3, 4]


def test_an_account_can_differ_where_the_documents_leave_it_open(open_wire):
    wire = open_wire(
        iso_date_times=True,
        largest_page=50,
        not_queryable=frozenset({"Task.updated"}),
        missing=frozenset({"Project.contract_type__c"}),
    )
    wire.sign_in()
    project = wire.rest("projects/11").json()["data"]
    assert project["updated"] == "2026-01-01T00:00:00Z"
    assert "cfcontract_type" not in project
    assert wire.rest("projects/", fields="cfcontract_type").status_code == 400
    assert wire.rest("time-entries/", limit=51).status_code == 400
    assert wire.rest("time-entries/").json()["meta"]["rowsPerPage"] == 50
    changed = "updated BETWEEN ['2026-01-01','2026-01-02']"
    assert wire.rest("time-entries/", q=changed).status_code == 400
    assert wire.rest("projects/", q=changed).status_code == 200
    assert wire.read('type="Task" method="all" limit="51"').get("status") == "605"
    missing = "<_Return><contract_type__c/></_Return>"
    refused = wire.read('type="Project" method="all" limit="9" enable_custom="1"', missing)
    assert refused.get("status") == "602"


def test_answers_stay_whole_while_rows_change(wire):
    """Readers and a writer at the same time: every page is of one state, no request fails."""
    row = dict(wire.system.tables["Project"].rows[(11,)])
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            wire.system.put(
                "Project", {**row, "budget": Decimal(number), "budget_time": Decimal(number)}
            )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(50):
            answer = wire.rest("projects/", q="budget BETWEEN [1,99999999]", orderBy="-budget")
            assert answer.status_code == 200
            for data in answer.json()["data"]:
                assert (
                    data["id"] != 11
                    or data["budget"] == data["budgetTime"]
                    or data["budget"] == 100000
                )
    finally:
        stop.set()
        writer.join()


def test_paging_by_the_last_id_visits_every_row_once_while_rows_come_and_go(wire):
    seen, last = [], 0
    changed = "updated BETWEEN ['2026-01-01','2026-01-02']"
    while page := names(
        wire.rest(
            "time-entries/",
            limit=60,
            orderBy="+id",
            q=f"{changed} AND id BETWEEN [{last + 1},9999]",
        )
    ):
        seen += page
        last = page[-1]
        wire.system.remove("Task", (page[0],), wire.clock())
        wire.system.put("Task", dict(wire.system.tables["Task"].rows[(page[1],)]))
    assert seen == list(range(1, 251))
