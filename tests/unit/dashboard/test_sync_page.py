"""The page Sync: the answer first, what needs somebody next, every table behind it, in every state."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from dashboard.app import create_app
from dashboard.auth.session import COOKIE, Sessions
from dashboard.components.prose import prose
from dashboard.mirror import Standing, verdict
from dashboard.operations import EntityProof, RunProgress
from dashboard.page import pages
from models.access import Role
from models.alarms import Alarm
from models.snapshot import SourceState
from models.tables.fields import ops_field, ops_schema_event
from models.tables.operations import (
    ops_audit,
    ops_entity_run,
    ops_quarantine,
    ops_run,
)
from models.tables.proof import ops_alarm, ops_proof
from tests.unit.dashboard.conftest import Browser, FakeSnapshots
from tests.unit.dashboard.firm import NOW

SECTIONS = [section.name for section in pages()["sync"].sections]
RUN = RunProgress(
    run_id=1, state="succeeded", stage="done", trigger="schedule", mode="incremental",
    started_at=NOW - timedelta(minutes=5), finished_at=NOW - timedelta(minutes=2),
    heartbeat_at=NOW, error=None, snapshot_version=7, entities=2, entities_done=2,
    entities_failed=0, rows_read=10, rows_changed=1, current="", moved_at=NOW,
)  # fmt: skip
EQUAL = EntityProof(
    entity="netsuite__job", state="equal", proven_at=NOW, source_rows=5, mirror_rows=5,
    equal=3, explained=0, differing=0, detail=None,
)  # fmt: skip
ALARM = Alarm(
    alarm_id=1, kind="quarantine", entity="netsuite__job", month=None, text="Projects: too many.",
    opened_at=NOW, last_seen_at=NOW,
)  # fmt: skip


def source(system, **more):
    state = SourceState(
        system=system, as_of=NOW - timedelta(minutes=2), complete_from=None, account="A",
        record_url="", quarantined=0,
    )  # fmt: skip
    return replace(state, **more)


HEALTHY = Standing(
    now=NOW,
    newest=RUN,
    sources={system: source(system) for system in ("netsuite", "suiteprojects")},
    proofs=[EQUAL],
)


class TestTheAnswer:
    @pytest.mark.parametrize(
        ("changed", "tone", "heading"),
        [
            ({}, "good", "mirrored completely and proven, as of 23 Nov 2026, 10:28 UTC"),
            ({"proofs": []}, "good", "Both systems are mirrored completely, as of"),
            ({"sources": {}, "newest": None}, "busy", "Nothing is mirrored yet."),
            (
                {"sources": {}, "newest": replace(RUN, state="running")},
                "busy",
                "The first sync is running.",
            ),
            (
                {"sources": {}, "newest": replace(RUN, state="failed", error="No sign-in.")},
                "bad",
                "The first sync did not finish.",
            ),
            (
                {"failed": {"netsuite": "Refused."}},
                "bad",
                "The last sync could not read all of NetSuite.",
            ),
            (
                {"newest": replace(RUN, state="failed", error="Disk full.")},
                "bad",
                "The last sync did not finish.",
            ),
            ({"newest": replace(RUN, state="interrupted")}, "warn", "The last sync was cut off."),
            ({"now": NOW + timedelta(hours=5)}, "warn", "were last mirrored 5 h ago"),
            (
                {"proofs": [replace(EQUAL, state="differs", differing=1)]},
                "warn",
                "The mirror differs from NetSuite in 1 table.",
            ),
            ({"alarms": [ALARM]}, "warn", "1 alarm is open."),
            ({"quarantined": 3}, "warn", "3 records could not be used."),
        ],
    )
    def test_is_the_worst_that_is_true(self, changed, tone, heading):
        found = verdict(replace(HEALTHY, **changed))

        assert found.tone == tone
        assert heading in found.heading
        assert found.detail or tone == "good"

    def test_does_not_claim_proof_for_tables_that_were_not_compared(self):
        some = [EQUAL, replace(EQUAL, entity="netsuite__term", state="not_checked")]

        found = verdict(replace(HEALTHY, proofs=some))

        assert "proven" not in found.heading
        assert "1 could not be compared" in found.detail

    def test_while_a_run_goes_on_nothing_is_called_stale(self):
        running = replace(RUN, state="running", finished_at=None)

        found = verdict(replace(HEALTHY, now=NOW + timedelta(hours=5), newest=running))

        assert found.tone == "good"


class Shown:
    """The page on a record, as an administrator reads it."""

    def __init__(self, settings, record, snapshot, clock, people, role=Role.ADMINISTRATOR):
        self.app = create_app(settings, record, FakeSnapshots(snapshot), clock)
        client = self.app.server.test_client()
        cookie = Sessions(record, settings, clock).open(people[role])
        client.set_cookie(COOKIE, cookie, domain="127.0.0.1")
        self.browser = Browser(client)

    def section(self, name, search=""):
        answer = self.browser.section("/sync", name, search)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def rows(self, name):
        answer = self.browser.get(f"/export/{name}.csv?at=/sync")
        assert answer.status_code == 200
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        return answer, list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def shown(settings, record, snapshot, clock, people):
    """Open the page: shown(), without a snapshot shown(None)."""
    return lambda of=snapshot, role=Role.ADMINISTRATOR: Shown(
        settings, record, of, clock, people, role
    )


def run_of(connection, run_id=1, state="succeeded", mode="incremental", error=None, entities=()):
    connection.execute(
        insert(ops_run).values(
            run_id=run_id, trigger="schedule", mode=mode, state=state, stage="done", error=error,
            started_at=NOW - timedelta(minutes=5), heartbeat_at=NOW,
            finished_at=None if state == "running" else NOW - timedelta(minutes=4),
        )
    )  # fmt: skip
    for entity, values in entities:
        row = {"state": "succeeded", "started_at": NOW - timedelta(minutes=5)} | values
        connection.execute(insert(ops_entity_run).values(run_id=run_id, entity=entity, **row))


class TestOnAnEmptyRecord:
    @pytest.mark.parametrize("name", SECTIONS)
    def test_every_section_says_in_words_that_there_is_nothing_yet(self, shown, name):
        assert "children" in shown(None).section(name)

    def test_the_calm_rows_are_sentences(self, shown):
        page = shown()

        assert "No alarm is open" in page.section("alarms")
        assert "No record is in quarantine" in page.section("quarantine")
        assert "No field appeared, vanished or changed its type" in page.section("fields")
        assert "Nothing is mirrored yet." in shown(None).section("systems")

    def test_the_run_log_can_be_taken_along_empty(self, shown):
        _, rows = shown(None).rows("run_log")

        assert rows == []


class TestWhereSomethingIsWrong:
    @pytest.fixture
    def faulty(self, record, shown):
        reason = "Refused: the role may not read it. Grant it, then: oneview sync run"
        with record.begin() as connection:
            run_of(connection, mode="part: project CAL-01")
            run_of(
                connection, 2, "failed", error=reason,
                entities=[
                    ("netsuite__transaction", {"state": "failed", "error": reason}),
                    ("suiteprojects__time_entry", {"rows_read": 7, "waited_ms": 12}),
                ],
            )  # fmt: skip
            connection.execute(
                insert(ops_alarm).values(
                    kind="proof", entity="suiteprojects__time_entry", month=202603, detail={},
                    text="Time entries of 2026-03: records 5 in the source, 4 in the mirror. If that "
                    "does not help: oneview sync run --full --entity suiteprojects__time_entry",
                    opened_at=NOW, last_seen_at=NOW,
                )
            )  # fmt: skip
            connection.execute(
                insert(ops_proof).values(
                    run_id=2, entity="suiteprojects__time_entry", month=202603, measure="rows",
                    source_value="5", mirror_value="4", state="differs", detail="missing here: 7",
                    proven_at=NOW, keys_total=1,
                )
            )  # fmt: skip
            connection.execute(
                insert(ops_quarantine).values(
                    entity="suiteprojects__time_entry", record_key="=9", field="hours",
                    reason="'1e308' is no amount", payload={"note": "personal"},
                    first_seen_at=NOW, last_seen_at=NOW, run_id=2,
                )
            )  # fmt: skip
            for name, event, before, after in (
                ("grade", "forbidden", "INTEGER", None), ("risk", "retyped", "text", "list"),
            ):  # fmt: skip
                connection.execute(
                    insert(ops_schema_event).values(
                        at=NOW - timedelta(days=2), run_id=2, entity="netsuite__transaction",
                        field=name, event=event, before=before, after=after,
                    )
                )  # fmt: skip
            connection.execute(
                insert(ops_field).values(
                    entity="netsuite__transaction", name="grade", label="Grade of the deal",
                    source_type="INTEGER", kind="integer", is_custom=True, state="forbidden",
                    first_seen_at=NOW, last_seen_at=NOW,
                )
            )  # fmt: skip
        return shown

    def test_the_alarms_name_tables_by_their_titles_and_set_commands_apart(self, faulty):
        told = faulty().section("alarms")

        assert "Not read: NetSuite Transactions" in told
        assert "Difference in SuiteProjects Pro Time entries, March 2026" in told
        told = told.encode().decode("unicode_escape")  # JSON for pages escapes what HTML is made of
        assert ">oneview sync run --full --entity suiteprojects__time_entry</code>" in told

    def test_the_tables_that_need_a_look_stand_first_and_all_are_by_system_and_area(self, faulty):
        page = faulty()

        few, every = page.section("entities"), page.section("entities", "?tables=all")

        assert "Need a look (2)" in few
        assert "Differs in 1 month" in few
        assert "missing here: 7" in few
        assert "People and time" in every
        assert "2 tables" not in every  # one in each system
        assert '"open":true' in every.replace(" ", "")

    @pytest.mark.parametrize(
        ("name", "gist"),
        [
            ("fields", "2 changes in the last 30 days"),
            ("entities", "Need a look"),
            ("runs", "Run 2"),
        ],
    )
    def test_on_a_narrow_screen_each_later_part_waits_under_what_it_comes_to(
        self, faulty, name, gist
    ):
        told = faulty().section(name)

        assert "data-opens" in told
        assert gist in told

    def test_a_refused_field_is_told_with_what_to_do(self, faulty):
        told = faulty().section("fields")

        assert "give the integration's role the permission" in told
        assert "Grade of the deal" in told
        assert "Changed its type from text to list" in told

    def test_the_runs_say_what_they_were_about_and_why_they_failed(self, faulty):
        told = faulty().section("runs")

        assert "Project CAL-01" in told
        assert "Refused: the role may not read it." in told

    @pytest.mark.parametrize("name", SECTIONS)
    @pytest.mark.parametrize("search", ["", "?tables=all", "?tables=nonsense"])
    def test_every_section_shows_itself(self, faulty, name, search):
        assert "children" in faulty().section(name, search)

    def test_the_run_log_holds_each_table_of_each_run(self, faulty, record):
        answer, rows = faulty().rows("run_log")

        first, second = rows
        assert 'filename="run-log-2026-11-23.csv"' in answer.headers["Content-Disposition"]
        assert (first["Table"], first["State"]) == ("Transactions", "failed")
        assert (second["Rows read"], second["Waited (ms)"]) == ("7", "12")
        assert second["Started (UTC)"] == "2026-11-23T10:25:00Z"
        assert first["Error"].startswith("Refused")
        with record.connect() as connection:
            newest = select(ops_audit).order_by(ops_audit.c.audit_id.desc()).limit(1)
            noted = connection.execute(newest).one()
        assert (noted.action, noted.detail["table"]) == ("export", "run_log")

    def test_the_exported_quarantine_bears_its_content_for_administrators_only(self, faulty):
        (mine,) = faulty().rows("quarantine")[1]
        (theirs,) = faulty(role=Role.CFO).rows("quarantine")[1]

        assert mine["Record"] == "'=9"  # never a formula
        assert mine["Content"] == '{"note": "personal"}'
        assert "Content" not in theirs
        assert theirs["What is wrong"] == "'1e308' is no amount"

    def test_the_way_to_retry_is_told_to_administrators(self, faulty):
        command = "oneview sync quarantine retry --all"

        assert command in faulty().section("quarantine")
        assert command not in faulty(role=Role.CFO).section("quarantine")

    @pytest.mark.parametrize("role", [Role.PRACTICE_LEAD, Role.PROJECT_MANAGER])
    @pytest.mark.parametrize("name", ["run_log", "quarantine"])
    def test_nobody_else_gets_the_files_or_the_page(self, faulty, role, name):
        browser = faulty(role=role).browser

        assert browser.get(f"/export/{name}.csv?at=/sync").status_code == 403
        assert browser.section("/sync", "quarantine").status_code == 403


class TestWhileARunGoesOn:
    def test_the_head_shows_how_far_it_is(self, record, shown):
        with record.begin() as connection:
            run_of(connection, state="running", entities=[("netsuite__job", {"state": "running"})])

        told = shown().section("systems")

        assert "0 of 1 tables" in told
        assert "mirrored completely" in told  # readers still have the last set


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("Run `oneview doctor` now.", ["oneview doctor"]),
        (
            "If not: oneview sync run --full --entity a__b",
            ["oneview sync run --full --entity a__b"],
        ),
        (
            "See: oneview sync quarantine list. Once mended, go on.",
            ["oneview sync quarantine list"],
        ),
        ("Nothing to type.", []),
    ],
)
def test_commands_in_a_text_are_set_apart_and_no_word_is_lost(text, commands):
    found = prose(text)

    assert [piece.children for piece in found if not isinstance(piece, str)] == commands
    whole = "".join(piece if isinstance(piece, str) else piece.children for piece in found)
    assert whole == text.replace("`", "")
