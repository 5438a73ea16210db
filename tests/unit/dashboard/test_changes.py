"""Why a number is not what it was, for programs and on the page of its rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Role, Scope
from models.metrics.catalogue import kpi
from models.metrics.query import Ask
from models.metrics.since import since
from models.period import Period
from tests.unit.dashboard.api import check, problem

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


NUMBER = "/kpis/recognized_revenue?period=2026-10"


@pytest.mark.parametrize("then", ["since=6", "as=closed"])
def test_a_number_stands_beside_what_it_was_line_by_line(later_app, program, then):
    asking = program(later_app, Role.CFO)
    told = asking.get(f"{NUMBER}&{then}&by=project").get_json()
    whole = asking.get(f"{NUMBER}&{then}").get_json()
    why = asking.get(CHANGES.replace("side=psa&", "").replace("since=6", then)).get_json()

    check({"$ref": "#/components/schemas/Answer"}, told)
    assert told["before"]["version"] == 6
    assert whole["rows"][0]["change"] == why["difference"]
    assert whole["rows"][0]["before"]["value"] == why["before"]["number"]
    changes = [Decimal(line["change"]) for line in told["rows"]]
    assert sum(changes) == Decimal(why["difference"])
    for line in told["rows"]:
        assert Decimal(line["value"]) - Decimal(line["before"]["value"]) == Decimal(line["change"])


def test_who_is_in_one_version_alone_has_a_line_in_both_under_its_name(snapshot, empty_snapshot):
    ask = Ask(kpi=kpi("recognized_revenue"), period=Period.parse("2026-10"), by=("project",))
    everything = Scope.everything()

    new = since(empty_snapshot, snapshot, ask, everything)
    gone = since(snapshot, empty_snapshot, ask, everything)

    projects = ["CAL-01 Route planning", "HYP-02 Secret migration"]
    assert [line.now.labels["project"] for line in new.lines] == projects
    assert [row.labels["project"] for row in gone.now.rows] == projects
    assert all(line.now.value and line.before.reasons for line in new.lines)
    assert all(line.before.value and line.now.reasons for line in gone.lines)
    assert {line.change for line in (*new.lines, *gone.lines)} == {None}


def test_pages_of_lines_beside_what_they_were_follow_one_another(later_app, program):
    asking = program(later_app, Role.CFO)
    whole = asking.get(f"{NUMBER}&since=6&by=project").get_json()["rows"]

    pages = list(asking.pages(f"{NUMBER}&since=6&by=project&limit=1"))

    assert [line for page in pages for line in page["rows"]] == whole


def test_a_manager_s_number_stands_beside_what_it_was_for_them(later_app, program):
    theirs = program(later_app, Role.PROJECT_MANAGER).get(f"{NUMBER}&since=6&by=project")

    assert "Secret migration" not in theirs.get_data(as_text=True)
    assert [line["project"] for line in theirs.get_json()["rows"]] == ["CAL-01 Route planning"]


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


def test_the_page_of_rows_tells_where_the_number_comes_from(later_app, signed_in):
    told = signed_in(later_app, Role.CFO).section(
        "/rows/recognized_revenue", "lineage", "?side=psa&period=2026-10"
    )

    assert "In SuiteProjects Pro" in told.get_data(as_text=True)
    assert "In NetSuite" not in told.get_data(as_text=True)
