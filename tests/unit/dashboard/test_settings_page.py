"""The page Settings: plans come in by it, links are decided on it, and what counts is told with where it is said."""

import json
from base64 import b64encode

import pytest
from sqlalchemy import delete, select

from dashboard.components.business_words import RULES, basics, thresholds
from models.access import Role
from models.business import load_file
from models.business.decision import RULED
from models.business.shape import BusinessFile
from models.plan.keep import versions
from models.tables.operations import ops_audit
from models.tables.plan import ops_plan, ops_plan_row

GOOD = "measure,month,amount\nrevenue,2027-01,1000\nrevenue,2027-02,1100\n"
BAD = "measure,month,amount\nrevenue,2027-01,1000\nrevenue,spring,1100\nlaughter,2027-02,3\n"


@pytest.fixture(autouse=True)
def no_plans(ran):
    yield
    with ran.begin() as connection:
        connection.execute(delete(ops_plan_row))
        connection.execute(delete(ops_plan))


def sent(text):
    return "data:text/csv;base64," + b64encode(text.encode()).decode()


def value(name, prop, content):
    return {"id": name, "property": prop, "value": content}


def look(browser, text, skip=""):
    """Choose a file."""
    return browser.call(
        '..{"of":"plan","type":"said"}.children...plan-take.disabled...plan-name.children..',
        [value("plan-file", "contents", sent(text)), value("plan-skip", "value", skip)],
        [value("plan-file", "filename", "plan.csv")],
        ["plan-file.contents"],
    )


def take(browser, text, version="Board 2027", skip="", approved=""):
    """Press 'Take it in'; Dash marks outputs that others have, too, with a hash of the inputs."""
    return browser.call(
        browser.outputs("plan-take"),
        [value("plan-take", "n_clicks", 1)],
        [
            value("plan-file", "contents", sent(text)),
            value("plan-file", "filename", "plan.csv"),
            value("plan-version", "value", version),
            value("plan-approved", "value", approved),
            value("plan-skip", "value", skip),
        ],
        ["plan-take.n_clicks"],
    )


def withdraw(browser, number):
    button = {"plan": number, "type": "plan-withdraw"}
    return browser.call(
        browser.outputs("plan-withdraw"),
        [[value(button, "n_clicks", 1)]],
        [],
        [f'{{"plan":{number},"type":"plan-withdraw"}}.n_clicks'],
    )


def audited(record, *actions):
    with record.connect() as connection:
        query = select(ops_audit).where(ops_audit.c.action.in_(actions))
        return list(connection.execute(query.order_by(ops_audit.c.audit_id)))


class TestAPlan:
    def test_is_checked_row_by_row_before_anything_is_taken(self, app, signed_in, ran):
        answer = look(signed_in(app, Role.ADMINISTRATOR), BAD).get_data(as_text=True)

        assert "2 rows are wrong, 1 can be taken. Nothing was taken." in answer
        assert "is no month." in answer
        assert "is nothing that can be planned." in answer
        assert '"3, 4"' in answer
        assert '"disabled":true' in answer.replace(" ", "")
        assert versions(ran) == []

    def test_can_be_taken_when_no_row_is_wrong(self, app, signed_in):
        answer = look(signed_in(app, Role.CFO), GOOD).get_data(as_text=True)

        assert "2 rows can be taken; none is wrong. Nothing is taken yet." in answer
        assert '"disabled":false' in answer.replace(" ", "")

    def test_is_kept_as_a_version_that_counts_from_the_next_build_on(self, app, signed_in, ran):
        browser, before = signed_in(app, Role.CFO), len(audited(ran, "plan_upload"))

        answer = take(browser, GOOD, approved="2026-12").get_data(as_text=True)

        assert "'Board 2027': 2 rows taken. It counts from the next build on." in answer
        (kept,) = versions(ran)
        assert (kept.version, kept.rows_taken, kept.uploaded_by) == ("Board 2027", 2, "cfo")
        assert kept.approved_month == 202612
        assert len(audited(ran, "plan_upload")) == before + 1
        changes = browser.section("/settings", "changes").get_data(as_text=True)
        assert "Plan 'Board 2027' taken in from plan.csv: 2 rows" in changes

    def test_with_wrong_rows_is_taken_only_when_they_are_named(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)

        assert "Nothing was taken." in take(browser, BAD).get_data(as_text=True)
        assert versions(ran) == []
        assert "Nothing was taken." in take(browser, BAD, skip="3").get_data(as_text=True)
        assert versions(ran) == []

        assert "1 row taken, 2 left out" in take(browser, BAD, skip="3, 4").get_data(as_text=True)
        (kept,) = versions(ran)
        assert (kept.rows_taken, list(kept.rows_skipped)) == (1, [3, 4])

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"version": ""}, "A version needs a name"),
            ({"approved": "soon"}, "'soon' is no month."),
            ({"skip": "the third"}, "are no rows"),
            ({"skip": "99"}, "Row 99 is to be skipped, but holds nothing"),
        ],
    )
    def test_is_refused_in_words(self, app, signed_in, ran, given, words):
        answer = take(signed_in(app, Role.CFO), GOOD, **given).get_data(as_text=True)

        assert words in answer
        assert versions(ran) == []

    def test_that_is_no_file_of_rows_is_refused_in_words(self, app, signed_in):
        answer = look(signed_in(app, Role.CFO), "hello").get_data(as_text=True)

        assert "there is no column" in answer

    def test_is_withdrawn_and_kept(self, app, signed_in, ran):
        browser = signed_in(app, Role.CFO)
        take(browser, GOOD)
        (kept,) = versions(ran)

        answer = withdraw(browser, kept.plan_id).get_data(as_text=True)

        assert "It counts no more from the next build on; its rows are kept." in answer
        assert [one.state for one in versions(ran)] == ["withdrawn"]
        assert "There is no version" in withdraw(browser, kept.plan_id).get_data(as_text=True)

    @pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
    def test_is_nobodys_who_may_not(self, app, signed_in, ran, role):
        browser = signed_in(app, role)

        assert look(browser, GOOD).status_code == 403
        assert take(browser, GOOD).status_code == 403
        assert withdraw(browser, 1).status_code == 403
        assert versions(ran) == []

    def test_waits_for_the_first_sync(self, waiting_app, signed_in):
        answer = look(signed_in(waiting_app, Role.CFO), GOOD)

        assert "Nothing has been published yet." in answer.get_data(as_text=True)


class TestHowTheFirmCounts:
    def test_every_setting_of_the_file_is_told(self, app, signed_in):
        browser = signed_in(app, Role.CFO)
        shown = browser.section("/settings", "thresholds").get_data(as_text=True)
        for _, named in thresholds().values():
            assert all(title in shown for title in named.values())
        shown = browser.section("/settings", "rules").get_data(as_text=True)
        for (part, *_), title in basics().items():
            assert part == "plan" or json.dumps(title)[1:-1] in shown
        shown = browser.section("/settings", "plan-choice").get_data(as_text=True)
        assert "Preferred:" in shown
        assert "Told at" in shown
        for place, title in RULES.items():
            listed = browser.section("/settings", "ruling", f"?map-kind={RULED[place]}")
            assert title in listed.get_data(as_text=True)
        told = {part for part, *_ in (*basics(), *RULES)} | {"thresholds", "benchmarks", "targets"}
        assert told == set(BusinessFile.model_fields)

    def test_says_whose_settings_hold_where_no_file_is_named(self, app, signed_in):
        browser = signed_in(app, Role.ADMINISTRATOR)

        where = browser.section("/settings", "business").get_data(as_text=True)
        assert "These are One View's own settings." in where
        assert "A file of the firm's own is not set" in where
        shown = browser.section("/settings", "thresholds").get_data(as_text=True)
        assert "Forecast margin below the planned one by" in shown
        assert "built in" in shown
        assert "the file, line" not in shown
        assert "SPI Research" in browser.section("/settings", "benchmarks").get_data(as_text=True)

    def test_names_the_line_of_the_file_that_says_it(self, app, signed_in, tmp_path, monkeypatch):
        file = tmp_path / "business.toml"
        file.write_text(
            "[thresholds.health]\nmargin_erosion = 0.07\n\n[[targets]]\n"
            'kpi = "billable_utilization"\nvalue = 0.74\nfrom = "2026-01"\n'
        )
        monkeypatch.setattr("dashboard.configuration.in_force", lambda _: load_file(str(file)))
        monkeypatch.setenv("ONEVIEW_BUSINESS_FILE", str(file))
        browser = signed_in(app, Role.ADMINISTRATOR)

        shown = browser.section("/settings", "thresholds").get_data(as_text=True)
        assert "7%" in shown
        assert "the file, line 2" in shown
        assert "built in" in shown
        targets = browser.section("/settings", "targets").get_data(as_text=True)
        assert "Billable utilisation" in targets
        assert "74.0%" in targets
        assert "from Jan 26" in targets
        assert "the file, line 4" in targets
        where = browser.section("/settings", "business").get_data(as_text=True)
        assert file.name in where
        assert "was changed since" not in where

    def test_says_when_the_file_says_something_else_by_now(
        self, app, signed_in, tmp_path, monkeypatch
    ):
        file = tmp_path / "business.toml"
        file.write_text("[thresholds.health]\ncpi = 0.8\n")
        read = load_file(str(file))
        monkeypatch.setattr("dashboard.configuration.in_force", lambda _: read)
        monkeypatch.setenv("ONEVIEW_BUSINESS_FILE", str(file))
        browser = signed_in(app, Role.CFO)

        file.write_text("[thresholds.health]\ncpi = 0.85\n")
        assert "The file was changed since" in browser.section("/settings", "business").get_data(
            as_text=True
        )
        file.write_text("[thresholds.health]\ncpy = 0.85\n")
        wrong = browser.section("/settings", "business").get_data(as_text=True)
        assert "The file is wrong by now" in wrong
        assert "line 2" in wrong
