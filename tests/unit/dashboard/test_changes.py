"""Why a number is not what it was, for programs and on the page of its rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Role
from tests.unit.dashboard.test_api import check, problem

CHANGES = "/kpis/recognized_revenue/changes?period=2026-10&side=psa&since=6"


def test_a_program_is_told_what_became_of_each_record_and_the_sums_make_the_difference(
    later_app, program
):
    body = program(later_app, Role.CFO).get(CHANGES).get_json()

    check({"$ref": "#/components/schemas/Changes"}, body)
    (part,) = body["parts"]
    assert (part["kinds"]["new"]["rows"], part["kinds"]["changed"]["rows"]) == (1, 1)
    amounts = [Decimal(kind["amount"]) for kind in part["kinds"].values()]
    assert sum(amounts) == Decimal(body["difference"]) != 0
    assert sum(Decimal(one["change"]) for one in body["records"]) == Decimal(body["difference"])
    assert (body["before"]["version"], body["now"]["version"]) == (6, 7)
    assert all(one["link"] for one in body["records"])


def test_pages_of_changes_follow_one_another(later_app, program):
    asking = program(later_app, Role.CFO)
    whole = asking.get(CHANGES).get_json()["records"]

    pages = list(asking.pages(f"{CHANGES}&limit=1"))

    assert [row for page in pages for row in page["records"]] == whole
    assert len(pages) == 2


def test_as_closed_is_told_beside_as_known_now(later_app, program):
    asking = program(later_app, Role.CFO)
    since = asking.get(CHANGES).get_json()
    closed = asking.get(CHANGES.replace("since=6", "as=closed")).get_json()

    assert (closed["before"]["number"], closed["difference"]) == (
        since["before"]["number"],
        since["difference"],
    )


def test_only_the_kinds_asked_for_are_listed(later_app, program):
    body = program(later_app, Role.CFO).get(f"{CHANGES}&kind=new").get_json()

    assert [one["kind"] for one in body["records"]] == ["new"]
    assert body["parts"][0]["kinds"]["changed"]["rows"] == 1


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ("", 400, "Say since when"),
        ("since=3", 410, "not kept any more"),
        ("since=6&as=closed", 400, "as=closed instead"),
        ("as=opened", 400, "as=opened is not known"),
        ("as=closed&period=2026-09", 404, "2026-09 was not kept as closed"),
        ("since=6&kind=moved", 400, "'moved' is not a kind"),
        ("since=7&snapshot=6", 400, "later than version 6"),
    ],
)
def test_what_cannot_be_compared_is_told(later_app, program, question, status, said):
    answer = program(later_app, Role.CFO).get(f"/kpis/backlog/changes?{question}")

    assert said in problem(answer, status)["detail"]


def test_a_manager_is_told_of_changes_within_the_scope_alone(later_app, program):
    whole = program(later_app, Role.CFO).get(CHANGES).get_json()
    theirs = program(later_app, Role.PROJECT_MANAGER).get(CHANGES).get_json()

    assert {one["project"] for one in theirs["records"]} < {
        one["project"] for one in whole["records"]
    }
    assert theirs["difference"] != whole["difference"]


def test_the_page_of_rows_offers_earlier_days_and_tells_what_changed(later_app, signed_in):
    browser = signed_in(later_app, Role.CFO)
    search = "?side=psa&period=2026-10"
    offered = browser.section("/rows/recognized_revenue", "since", search).get_data(as_text=True)
    told = browser.section("/rows/recognized_revenue", "since", f"{search}&since=6").get_data(
        as_text=True
    )

    assert "since=6" in offered
    assert "It was" not in offered
    assert "It was" in told
    assert "2 changes." in told
    closed = browser.section("/rows/recognized_revenue", "since", f"{search}&since=closed")
    assert "October 2026 was closed" in offered
    assert "2 changes." in closed.get_data(as_text=True)
    gone = browser.section("/rows/recognized_revenue", "since", f"{search}&since=2")
    assert "not kept any more" in gone.get_data(as_text=True)
