"""A refresh: of everything, and of one project, by those who may, told while it runs."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from dashboard import operations
from dashboard.components import refresh as panels
from dashboard.components.words import run_subject
from dashboard.operations import RunProgress
from dashboard.titles import Titles
from models.access import Role
from models.tables.operations import ops_audit, ops_refresh_request
from tests.unit.dashboard.firm import NOW

EVERYTHING = "..refresh.data...tick.interval...refresh-panel.children...refresh-button.disabled.."
MINE = "/project/20"


def where(path, search=""):
    return [
        {"id": "url", "property": "pathname", "value": path},
        {"id": "url", "property": "search", "value": search},
    ]


def start(browser):
    return browser.call(
        EVERYTHING,
        [{"id": "refresh-button", "property": "n_clicks", "value": 1}],
        [{"id": "url", "property": "search", "value": ""}],
        ["refresh-button.n_clicks"],
    )


def start_project(app, browser, path=MINE, clicks=1):
    [outputs] = [
        key for key, one in app.callback_map.items() if "refresh-project" in str(one["inputs"])
        and "refresh.data" in key
    ]  # fmt: skip
    button = {"project": 20, "type": "refresh-project"}
    return browser.call(
        outputs,
        [[{"id": button, "property": "n_clicks", "value": clicks}]],
        where(path, "?period=2026-10"),
        [f"{json.dumps(button, separators=(',', ':'))}.n_clicks"],
    )


def kept(answer):
    return answer.get_json()["response"]["refresh"]["data"]


@pytest.fixture(autouse=True)
def nobody_waits(ran):
    """Every request of before is done."""
    yield
    with ran.begin() as connection:
        connection.execute(update(ops_refresh_request).values(state="done"))


class TestOfEverything:
    def test_asks_the_worker_once_however_often_one_clicks(self, app, signed_in):
        browser = signed_in(app, Role.CFO)

        first, second = (kept(start(browser)) for _ in range(2))

        assert first["request"] == second["request"]
        assert first["before"]["recognized_revenue"] == ["29780.0000", "29700.0000"]

    def test_of_an_administrator_reads_no_business_number(self, app, signed_in):
        assert kept(start(signed_in(app, Role.ADMINISTRATOR)))["before"] == {}

    def test_is_refused_to_who_may_not(self, app, signed_in):
        assert start(signed_in(app, Role.PROJECT_MANAGER)).status_code == 403

    def test_pulse_tells_the_version_and_the_run(self, app, signed_in):
        pulse = signed_in(app, Role.PROJECT_MANAGER).get("/api/pulse").get_json()

        assert pulse["version"] == 7
        assert pulse["run"]["state"] == "succeeded"


class TestOfOneProject:
    def test_asks_for_that_project_by_its_code_and_is_written_down(self, app, signed_in, ran):
        asked = kept(start_project(app, signed_in(app, Role.CFO)))

        with ran.connect() as connection:
            request = operations.refresh_request(ran, asked["request"])
            newest = select(ops_audit).order_by(ops_audit.c.audit_id.desc()).limit(1)
            noted = connection.execute(newest).one()
        assert (request.project, request.requested_by) == ("CAL-01", "cfo")
        assert (noted.action, noted.detail["project"]) == ("refresh", "CAL-01")

    def test_a_second_click_joins_the_first(self, app, signed_in):
        browser = signed_in(app, Role.CFO)

        first, second = (kept(start_project(app, browser)) for _ in range(2))

        assert first["request"] == second["request"]

    def test_compares_the_numbers_of_that_project_alone(self, app, signed_in):
        before = kept(start_project(app, signed_in(app, Role.CFO)))["before"]

        assert before["recognized_revenue"] == ["14840.0000", "14800.0000"]

    def test_nothing_is_asked_when_the_button_only_appears(self, app, signed_in):
        answer = start_project(app, signed_in(app, Role.CFO), clicks=None)

        assert "request" not in answer.get_data(as_text=True)

    @pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.PRACTICE_LEAD])
    def test_who_may_not_refresh_sees_no_button_and_is_refused(self, app, signed_in, role):
        browser = signed_in(app, role)
        own = MINE if role is Role.PROJECT_MANAGER else "/project/22"

        assert "Refresh this project" not in browser.section(own, "head").get_data(as_text=True)
        assert start_project(app, browser, own).status_code == 403

    def test_who_may_sees_the_button(self, app, signed_in):
        shown = signed_in(app, Role.CFO).section(MINE, "head").get_data(as_text=True)

        assert "Refresh this project" in shown

    def test_an_administrator_who_may_not_open_the_project_is_refused(self, app, signed_in):
        assert start_project(app, signed_in(app, Role.ADMINISTRATOR)).status_code == 403

    @pytest.mark.parametrize("path", ["/project/999", "/sync", "/nowhere"])
    def test_of_nothing_is_not_found(self, app, signed_in, path):
        assert start_project(app, signed_in(app, Role.CFO), path).status_code == 404

    def test_is_called_by_its_code_while_it_runs(self):
        assert "Refreshing CAL-01" in str(panels.waiting("CAL-01"))


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("incremental", "What changed"),
        ("full", "Everything"),
        ("sweep", "What changed, and a sweep of keys"),
        ("replay", "Kept answers, merged again"),
        ("part: project ALPHA-1", "Project ALPHA-1"),
        ("part: Transactions 991", "Transactions 991"),
    ],
)
def test_what_a_run_was_about_is_said_in_words(mode, words):
    assert run_subject(mode) == words


PART = RunProgress(
    run_id=3, state="succeeded", stage="done", trigger="refresh", mode="part: project CAL-01",
    started_at=NOW, finished_at=NOW + timedelta(seconds=4), heartbeat_at=NOW, error=None,
    snapshot_version=None, entities=94, entities_done=94, entities_failed=0, rows_read=623,
    rows_changed=0, current="", moved_at=NOW,
)  # fmt: skip
TITLES = Titles(known={"netsuite__timebill": "Time bills"}, areas={})


def test_a_project_that_has_not_changed_is_said_to_be_so():
    told = str(panels.finished(PART, [], [], TITLES, "CAL-01"))

    assert "CAL-01 has not changed in either system" in told
    assert "Checked 623 records in 4.0 s." in told


def test_the_progress_of_a_part_claims_no_share_of_all_tables():
    told = str(panels.running(replace(PART, state="running", stage="fetching"), TITLES, "CAL-01"))

    assert "623 rows read" in told
    assert "of 94 tables" not in told
    assert "%" not in told


def test_what_changed_is_told_by_the_titles_of_the_tables():
    row = SimpleNamespace(
        entity="netsuite__timebill", rows_inserted=2, rows_updated=0, rows_deleted=1
    )

    told = str(panels.finished(replace(PART, rows_changed=3), [row], [], TITLES, "CAL-01"))

    assert "NetSuite Time bills: 2 new, 1 deleted" in told
