"""The firm lives on: the same seed and log give the same firm, and events show in the numbers."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sync.sandbox.world import EventLog, World
from sync.sandbox.world.eventlog import Event
from sync.sandbox.world.ledger import is_balanced

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENTS = 40


def _state(world):
    return {
        (system.name, name): (table.rows, table.deleted)
        for system in (world.netsuite, world.suiteprojects)
        for name, table in system.tables.items()
    }


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return EventLog(tmp_path_factory.mktemp("world") / "events.jsonl")


@pytest.fixture(scope="module")
def lived(log, today, world):
    """A firm made anew, found equal to the first one, and then lived in for a while."""
    made = World(7, today=today)
    assert _state(made) == _state(world)
    made.told = [made.tick(NOON + timedelta(seconds=30 * step), log) for step in range(EVENTS)]
    return made


def test_every_tick_does_something(lived):
    assert all(lived.told)


def test_events_change_the_last_closed_and_the_running_month(world, lived):
    changed = {
        (key, side, month)
        for key in ("recognized_revenue", "invoiced_revenue", "billable_utilization", "receivables")
        for side in ("erp", "psa")
        for month in ("2026-10", "2026-11")
        if world.totals.kpi(key, side, month) != lived.totals.kpi(key, side, month)
    }

    assert ("recognized_revenue", "erp", "2026-10") in changed
    assert ("billable_utilization", "psa", "2026-10") in changed
    assert {(key, "erp", "2026-11") for key, _, _ in changed} <= changed


def test_changed_rows_bear_the_moment_of_the_event(lived):
    for system in (lived.netsuite, lived.suiteprojects):
        for change in system.since(0):
            table = system.tables[change.table]
            if change.row is not None:
                assert change.row[table.modified] >= NOON, change


def test_entries_are_deleted_in_both_systems(lived):
    assert lived.suiteprojects.tables["Task"].deleted
    assert lived.netsuite.tables["timebill"].deleted


def test_the_ledger_still_balances(lived):
    assert all(is_balanced(it) for it in lived.life.documents if it.posting)


def test_replaying_the_log_gives_the_same_firm(lived, log, today):
    with log.path.open("a") as file:
        file.write('{"sequence": 41, "at": "2026-11')  # cut off by a crash

    again = World(7, today=today)

    assert again.replay(log) == EVENTS
    assert _state(again) == _state(lived)
    assert again.replay(log) == 0
    assert again.totals.kpi("receivables", "erp", "2026-11") == lived.totals.kpi(
        "receivables", "erp", "2026-11"
    )


def test_a_log_cut_off_by_a_crash_can_be_written_on(tmp_path):
    log = EventLog(tmp_path / "new" / "events.jsonl")
    log.append(Event(1, NOON))
    with log.path.open("a") as file:
        file.write('{"sequence": 2')

    assert log.read() == [Event(1, NOON)]
    log.append(Event(2, NOON))
    assert log.read() == [Event(1, NOON), Event(2, NOON)]


def test_what_is_charged_and_earned_live_has_its_rule_and_its_hours(lived):
    tables = lived.suiteprojects.tables
    rules = {row["id"]: row for row in tables["Projectbillingrule"].rows.values()}
    changed = {(it.table, it.key[0]) for it in lived.suiteprojects.since(0) if it.row is not None}
    charges = [row for row in tables["Slip"].rows.values() if ("Slip", row["id"]) in changed]
    hours = defaultdict(Decimal)
    for row in tables["Task"].rows.values():
        hours[row["slipid"]] += row["decimal_hours"]

    assert charges
    for charge in charges:
        assert rules[charge["project_billing_ruleid"]]["type"] == charge["type"]
        if charge["type"] == "T":
            assert hours[charge["id"]] == charge["decimal_hours"]
    for row in tables["Revenue_recognition_transaction"].rows.values():
        by_hand = row["netsuite_revenue_recognition_transaction_id__c"] and not row["decimal_hours"]
        assert row["revenue_recognition_ruleid"] or by_hand
