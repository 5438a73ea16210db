"""A number says what is left out of it, and that an alarm is open: by colour, icon and words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from dashboard import operations
from dashboard.blocks.sides import known_to_both
from dashboard.components.freshness import freshness
from dashboard.components.trust import trust_line
from models.access import Role, Scope
from models.alarms import Alarm
from models.metrics.catalogue import kpi
from models.metrics.kpi import Side
from models.metrics.query import answer
from models.metrics.trust import entities_of, in_words
from models.period import Period
from models.snapshot import EntityStanding
from models.tables.proof import ops_alarm, ops_proof

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
ALARM = Alarm(
    alarm_id=1, kind="proof", entity="netsuite__transaction", month=202603,
    text="Transactions of 2026-03: 4 here, 5 there.", opened_at=NOW, last_seen_at=NOW,
)  # fmt: skip
REVENUE = kpi("recognized_revenue")


def standing(system, title, quarantined):
    return EntityStanding(system=system, title=title, quarantined=quarantined)


@pytest.fixture
def doubted(snapshot):
    """A snapshot that left records out, of which some are behind recognised revenue."""
    return replace(
        snapshot,
        entities={
            "netsuite__transaction": standing("netsuite", "Transactions", 3),
            "netsuite__account": standing("netsuite", "Accounts", 1),
            "netsuite__timebill": standing("netsuite", "Time bills", 9),
            "suiteprojects__recognition": standing("suiteprojects", "Recognition", 0),
        },
        lineage={
            "fct_gl": frozenset({"netsuite__transaction", "netsuite__account"}),
            "fct_rev_rec": frozenset({"suiteprojects__recognition"}),
            "fct_time": frozenset({"netsuite__timebill"}),
        },
    )


def test_a_side_counts_the_records_left_out_of_its_own_tables_only(doubted):
    asked = answer(doubted, REVENUE, Period.parse("2026-10"), Scope.everything())

    assert in_words(asked.trust[Side.ERP]) == (
        "3 records of Transactions and 1 of Accounts are in quarantine"
    )
    assert asked.trust[Side.PSA] == []
    assert entities_of(doubted, REVENUE, Side.PSA) == {"suiteprojects__recognition"}


def test_a_snapshot_that_tells_nothing_of_its_making_doubts_nothing(snapshot):
    asked = answer(snapshot, REVENUE, Period.parse("2026-10"), Scope.everything())

    assert in_words(asked.trust[Side.ERP]) == ""


def test_a_number_that_compares_both_systems_has_no_two_sides(app, signed_in):
    shown = signed_in(app, Role.CFO).section("/trust", "score", "?period=2026-10")

    text = shown.get_data(as_text=True)
    assert "Both systems, compared" in text
    assert "not held by SuiteProjects Pro" not in text


def test_the_line_of_a_tile_leads_to_the_page_sync(doubted):
    asked = answer(doubted, REVENUE, Period.parse("2026-10"), Scope.everything())

    told = str(trust_line(asked.trust[Side.ERP], [ALARM], opens_sync=True))

    assert "3 records of Transactions and 1 of Accounts are in quarantine; 1 alarm is open" in told
    assert "href='/sync'" in told
    assert "icon-alert" in told
    assert trust_line([], [], opens_sync=True) is None


def test_who_may_not_open_the_page_sync_reads_the_same_without_a_link(doubted):
    concerns = answer(doubted, REVENUE, Period.parse("2026-10"), Scope.everything()).trust[Side.ERP]

    told = str(trust_line(concerns, [ALARM], opens_sync=False))
    fresh = str(freshness(doubted, {}, NOW, [ALARM]))

    assert "in quarantine; 1 alarm is open" in told
    assert "1 alarm is open" in fresh
    assert "/sync" not in told + fresh
    assert ALARM.text not in told + fresh


def test_an_open_alarm_turns_the_freshness_of_its_system_amber(snapshot):
    both = freshness(snapshot, {}, NOW, [ALARM]).children

    assert [one.className == "alarmed" for one in both] == [True, False]
    assert "1 alarm is open" in str(both[0])


def test_the_page_shows_how_each_table_compared(record):
    line = {
        "run_id": 1, "entity": "netsuite__job", "measure": "rows", "keys_total": 0, "proven_at": NOW,
        "source_value": "5", "mirror_value": "5", "state": "equal", "detail": None, "month": 202602,
    }  # fmt: skip
    worse = {"month": 202603, "mirror_value": "4", "state": "differs", "detail": "missing: 7"}
    with record.begin() as connection:
        connection.execute(insert(ops_proof), [line, line | worse])
        connection.execute(
            insert(ops_alarm).values(
                kind="proof", entity="netsuite__job", text="Projects differ.", detail={},
                opened_at=NOW, last_seen_at=NOW,
            )
        )  # fmt: skip

    [one] = operations.proofs(record)

    assert (one.state, one.source_rows, one.mirror_rows) == ("differs", 10, 9)
    assert (one.equal, one.differing, one.detail) == (1, 1, "missing: 7")
    assert [alarm.text for alarm in operations.alarms(record)] == ["Projects differ."]


def test_the_content_of_a_bad_record_is_for_administrators_only(app, signed_in):
    shown = {
        role: signed_in(app, role).section("/sync", "quarantine", "").get_data(as_text=True)
        for role in (Role.ADMINISTRATOR, Role.CFO)
    }

    assert "Content," in shown[Role.ADMINISTRATOR]
    assert "Content," not in shown[Role.CFO]


def test_what_each_system_tells_of_itself_is_not_compared():
    compared = {one.key for one in known_to_both()}

    assert {"data_age", "records_set_aside"} & compared == set()
    assert {"recognized_revenue", "headcount"} <= compared
