"""Before there are numbers the page Sync leads an administrator through connecting both systems and the first sync."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from dashboard.app import create_app
from dashboard.auth.session import COOKIE, Sessions
from dashboard.components.first_run import SETTINGS
from models.access import Role
from models.tables.operations import (
    ops_entity_run,
    ops_lease,
    ops_probe,
    ops_run,
)
from sync.settings import SyncSettings
from tests.unit.dashboard.conftest import Browser, FakeSnapshots
from tests.unit.dashboard.firm import NOW


class TestTheFirstRun:
    """Before the first numbers an administrator is led to them, step by step."""

    @pytest.fixture
    def beginning(self, settings, record, clock, people):
        """An app without numbers on an empty record, and a browser of somebody on it."""
        app = create_app(settings, record, FakeSnapshots(None), clock)

        def browser(role):
            client = app.server.test_client()
            value = Sessions(record, settings, clock).open(people[role])
            client.set_cookie(COOKIE, value, domain="127.0.0.1")
            return Browser(client)

        return browser

    def shown(self, browser):
        return browser.section("/sync", "first-run").get_data(as_text=True)

    def found(self, record, system, subject, state, detail, advice=None, title="A title"):
        with record.begin() as connection:
            connection.execute(
                insert(ops_probe).values(
                    system=system, subject=subject, title=title, state=state, detail=detail,
                    advice=advice, checked_at=NOW,
                )
            )  # fmt: skip

    def test_names_the_settings_of_both_systems_and_the_commands(self, beginning):
        text = self.shown(beginning(Role.ADMINISTRATOR))

        assert "Connect NetSuite" in text
        assert "Connect SuiteProjects Pro" in text
        for names in SETTINGS.values():
            assert all(name in text for name in names)
        for command in ("oneview db upgrade", "oneview doctor", "oneview sync worker"):
            assert command in text

    def test_names_only_settings_that_there_are_and_all_that_are_needed(self):
        named = {name for names in SETTINGS.values() for name in names}

        assert named <= SyncSettings.variables()
        needed = {
            f"ONEVIEW_{name.upper()}"
            for name, field in SyncSettings.model_fields.items()
            if field.is_required()
        }
        assert needed - named == {
            "ONEVIEW_SECRET_KEY"
        }  # the page says that it is the same for both

    def test_tells_what_the_check_found_with_what_to_do(self, beginning, record):
        self.found(record, "netsuite", "account:sign_in", "ok", "Signed in to account TSTDRV1.")
        self.found(record, "netsuite", "table:netsuite__job", "ok", "answers")
        self.found(
            record, "netsuite", "table:netsuite__bill", "forbidden", "The role may not read bills.",
            "Give it the permission Bills.",
        )  # fmt: skip
        self.found(
            record, "suiteprojects", "account:sign_in", "wrong", "It refuses our credentials.",
            "Check the ONEVIEW_SUITEPROJECTS_… settings.",
        )  # fmt: skip

        text = self.shown(beginning(Role.ADMINISTRATOR))

        assert "NetSuite is connected" in text
        assert "Signed in to account TSTDRV1." in text
        assert "NetSuite: 1 of 2 tables answer." in text
        assert "Give it the permission Bills." in text
        assert "It refuses our credentials. Check the ONEVIEW_SUITEPROJECTS_" in text

    def test_names_the_system_of_what_is_wrong_once(self, beginning, record):
        self.found(
            record, "netsuite", "account:clock", "wrong", "It is late.", title="Clock of NetSuite"
        )
        self.found(record, "netsuite", "table:netsuite__bill", "wrong", "It fails.", title="Bills")

        text = self.shown(beginning(Role.ADMINISTRATOR))

        assert "NetSuite: Bills: It fails." in text
        assert "Clock of NetSuite: It is late." in text
        assert "NetSuite: Clock of NetSuite" not in text

    def test_sees_the_worker_and_how_far_the_first_sync_is(self, beginning, record):
        assert "Start the sync worker" in self.shown(beginning(Role.ADMINISTRATOR))
        with record.begin() as connection:
            connection.execute(
                insert(ops_lease).values(
                    name="worker", owner="a", token=1, expires_at=NOW + timedelta(seconds=30)
                )
            )
            connection.execute(
                insert(ops_run).values(
                    run_id=1, trigger="first", mode="full", state="running", started_at=NOW,
                    heartbeat_at=NOW, stage="fetching",
                )
            )  # fmt: skip

        text = self.shown(beginning(Role.ADMINISTRATOR))

        assert "The sync worker runs" in text
        assert "Fetching what changed" in text
        assert "Under way" in text
        assert "To do" not in text

    def test_hears_that_nothing_comes_from_a_system_that_hangs(self, beginning, record):
        with record.begin() as connection:
            connection.execute(
                insert(ops_run).values(
                    run_id=1, trigger="first", mode="full", state="running", stage="fetching",
                    started_at=NOW - timedelta(minutes=8), heartbeat_at=NOW,
                )
            )  # fmt: skip
            connection.execute(
                insert(ops_entity_run).values(
                    run_id=1,
                    entity="netsuite__job",
                    state="running",
                    started_at=NOW - timedelta(minutes=3),
                )
            )
        assert "Nothing has come for 3 min 00 s" in self.shown(beginning(Role.ADMINISTRATOR))

        with record.begin() as connection:
            connection.execute(update(ops_entity_run).values(rows_read=5))
        assert "Nothing has come" not in self.shown(beginning(Role.ADMINISTRATOR))

    def test_is_over_once_there_are_numbers(self, app, signed_in):
        assert "From here to" not in self.shown(signed_in(app, Role.ADMINISTRATOR))

    def test_leads_those_who_may_to_the_steps_and_tells_the_others_to_wait(self, beginning):
        def page(role):
            return beginning(role).layout("/cash").get_data(as_text=True)

        assert "No numbers are here yet." in page(Role.CFO)
        assert "To the steps" in page(Role.CFO)
        lead = page(Role.PRACTICE_LEAD)
        assert "There is nothing for you to do" in lead
        assert "To the steps" not in lead
