from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.errors import NotOfferedError, SourceAuthError, SourceUnavailableError

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


def test_everything_is_mirrored_exactly_and_nothing_is_left_open(mirror: Mirror) -> None:
    result = mirror.run()

    assert result.state == "succeeded", result.error
    orders = mirror.rows(mirror.order)
    assert len(orders) == 120
    assert sum(row.amount for row in orders.values()) == sum(range(1, 121)) + Decimal("12.00")
    assert orders[7].rate == "1.08730000"
    assert orders[7].posting is True
    assert orders[7].custom == '{"custbody_region":"North"}'
    assert len(mirror.rows(mirror.line)) == 300
    assert len(mirror.rows(mirror.hours)) == 90
    assert mirror.cursor(mirror.order).complete_from is None
    assert mirror.cursor(mirror.order).window_to is None


def test_recent_records_are_published_before_the_older_ones_are_fetched(mirror: Mirror) -> None:
    seen: list[tuple[int, int | None]] = []
    mirror.builds.before = lambda: seen.append(
        (len(mirror.rows(mirror.order)), mirror.cursor(mirror.order).complete_from)
    )

    mirror.run()

    (early, complete_from), (late, done) = seen
    assert complete_from == 202501
    assert early == sum(row.day.year >= 2025 for row in mirror.rows(mirror.order).values())
    assert (late, done) == (120, None)


def test_a_second_run_writes_only_what_changed(mirror: Mirror) -> None:
    mirror.run()
    before = {key: row._sequence for key, row in mirror.rows(mirror.order).items()}
    mirror.clock.move(minutes=30)
    mirror.netsuite.put(mirror.order, {"id": "5", "day": "2023-07-11", "amount": "99.99"})
    mirror.clock.move(minutes=1)

    mirror.run()

    after = {key: row._sequence for key, row in mirror.rows(mirror.order).items()}
    assert {key for key in after if after[key] != before[key]} == {5}
    assert after[5] > max(before.values())
    assert mirror.rows(mirror.order)[5].amount == Decimal("99.99")


@pytest.mark.fault(15)
def test_a_change_that_the_source_shows_late_is_met_through_the_overlap(mirror: Mirror) -> None:
    mirror.run()
    late = mirror.clock.now - timedelta(minutes=4)
    mirror.clock.move(minutes=5)
    mirror.suiteprojects.put(
        mirror.person, {"id": 99, "name": "Late", "changed": late.strftime("%Y-%m-%dT%H:%M:%SZ")}
    )

    mirror.run()

    assert 99 in mirror.rows(mirror.person)


@pytest.mark.fault(12)
def test_an_older_version_never_replaces_a_newer_one(mirror: Mirror) -> None:
    mirror.run()
    mirror.suiteprojects.put(
        mirror.person, {"id": 3, "name": "Stale", "changed": "2020-01-01T00:00:00Z"}
    )

    mirror.run(mode="full")

    assert mirror.rows(mirror.person)[3].name == "Person 3"


@pytest.mark.fault(20, 21)
def test_a_deleted_record_is_buried_with_its_lines(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(minutes=30)
    mirror.netsuite.remove(mirror.order, "7")
    for index in range(3):
        mirror.netsuite.remove(mirror.line, "7", str(index), "A")
    mirror.clock.move(minutes=1)

    mirror.run()

    assert set(mirror.rows(mirror.order, deleted=True)) == {7}
    assert set(mirror.rows(mirror.line, deleted=True)) == {(7, 0, "A"), (7, 1, "A"), (7, 2, "A")}


@pytest.mark.fault(21)
def test_a_deletion_that_is_told_again_costs_no_write(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(minutes=1)
    mirror.suiteprojects.remove(mirror.person, 3)
    mirror.clock.move(minutes=1)
    mirror.run()
    buried = mirror.rows(mirror.person, deleted=True)[3]._sequence
    mirror.clock.move(minutes=1)

    mirror.run()

    assert mirror.rows(mirror.person, deleted=True)[3]._sequence == buried


@pytest.mark.fault(21)
def test_a_record_that_comes_back_lives_again(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(minutes=1)
    mirror.suiteprojects.remove(mirror.person, 3)
    mirror.clock.move(minutes=1)
    mirror.run()
    mirror.clock.move(minutes=1)
    mirror.suiteprojects.put(mirror.person, {"id": 3, "name": "Person 3"})
    mirror.clock.move(minutes=1)

    mirror.run()

    assert 3 in mirror.rows(mirror.person)


@pytest.mark.fault(21)
def test_the_lines_of_a_changed_order_are_replaced_as_a_set(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(minutes=30)
    mirror.netsuite.put(mirror.order, {"id": "7", "day": "2023-07-27", "amount": "1"})
    mirror.netsuite.remove(mirror.line, "7", "1", "A")
    mirror.netsuite.put(mirror.line, {"order": "7", "id": "9", "kind": "A", "amount": "4"})
    mirror.clock.move(minutes=1)

    mirror.run()

    assert {key for key in mirror.rows(mirror.line) if key[0] == 7} == {
        (7, 0, "A"), (7, 2, "A"), (7, 9, "A"),
    }  # fmt: skip
    assert set(mirror.rows(mirror.line, deleted=True)) == {(7, 1, "A")}


@pytest.mark.fault(21)
def test_a_line_that_changed_without_its_order_leaves_its_sisters_alive(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(minutes=30)
    mirror.netsuite.put(mirror.line, {"order": "7", "id": "1", "kind": "A", "amount": "4"})
    mirror.clock.move(minutes=1)

    mirror.run()

    lines = {key: row.amount for key, row in mirror.rows(mirror.line).items() if key[0] == 7}
    assert lines == {(7, 0, "A"): Decimal("-0.05"), (7, 1, "A"): 4, (7, 2, "A"): Decimal("-0.05")}


@pytest.mark.fault(21)
def test_what_is_read_whole_loses_what_the_source_no_longer_has(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.remove(mirror.rate, "4")
    mirror.clock.move(minutes=1)

    mirror.run()

    assert set(mirror.rows(mirror.rate, deleted=True)) == {4}


@pytest.mark.fault(31)
def test_an_empty_answer_buries_nothing(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.records[mirror.rate.key].clear()
    mirror.clock.move(minutes=1)

    result = mirror.run()

    assert result.state == "failed"
    assert "no record at all" in result.error
    assert len(mirror.rows(mirror.rate)) == 7


@pytest.mark.fault(21)
def test_a_full_run_finds_what_no_list_of_deletions_names(mirror: Mirror) -> None:
    mirror.run()
    del mirror.suiteprojects.records[mirror.hours.key][(5,)]
    mirror.clock.move(minutes=1)

    result = mirror.run(mode="full")

    assert result.state == "succeeded"
    assert set(mirror.rows(mirror.hours, deleted=True)) == {5}


@pytest.mark.fault(21)
def test_a_full_run_that_would_bury_too_much_stops_and_says_how_to_go_on(mirror: Mirror) -> None:
    mirror.run()
    for number in range(1, 31):
        del mirror.suiteprojects.records[mirror.hours.key][(number,)]
    mirror.clock.move(minutes=1)

    refused = mirror.run(mode="full")
    accepted = mirror.run(mode="full", accept_deletions=True)

    assert refused.state == "failed"
    assert "--accept-deletions" in refused.error
    assert accepted.state == "succeeded"
    assert len(mirror.rows(mirror.hours)) == 60


@pytest.mark.fault(23)
def test_a_bad_record_is_kept_aside_whole_until_it_arrives_usable(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, {"id": "500", "day": "2026-02-31", "amount": "1"})
    mirror.netsuite.put(mirror.order, {"id": "501", "day": "2026-02-01", "amount": "1e400"})
    mirror.clock.move(minutes=1)
    mirror.run()
    aside = {row.record_key: row for row in mirror.aside()}
    assert {key: (row.field, row.reason) for key, row in aside.items()} == {
        "500": ("day", "is not a date"), "501": ("amount", "is too large"),
    }  # fmt: skip
    assert aside["500"].payload["amount"] == "1"
    mirror.clock.move(minutes=30)
    mirror.netsuite.put(mirror.order, {"id": "500", "day": "2026-02-28", "amount": "1"})
    mirror.netsuite.put(mirror.order, {"id": "501", "day": "2026-02-01", "amount": "NaN"})
    mirror.clock.move(minutes=1)

    result = mirror.run()

    assert result.state == "succeeded"
    assert 500 in mirror.rows(mirror.order)
    assert [(row.record_key, row.reason) for row in mirror.aside()] == [("501", "is not a number")]
    assert mirror.aside()[0].first_seen_at < mirror.aside()[0].last_seen_at


@pytest.mark.fault(8)
def test_a_failed_entity_publishes_nothing_and_does_not_stop_the_others(mirror: Mirror) -> None:
    mirror.netsuite.faults[mirror.order.key] = SourceUnavailableError("NetSuite did not answer.")

    result = mirror.run()

    assert result.state == "failed"
    assert "NetSuite did not answer." in result.error
    assert mirror.builds.calls == 0
    assert len(mirror.rows(mirror.rate)) == 7
    assert len(mirror.rows(mirror.person)) == 7

    mirror.netsuite.faults.clear()
    assert mirror.run().state == "succeeded"
    assert len(mirror.rows(mirror.order)) == 120


@pytest.mark.fault(29)
def test_refused_credentials_stop_the_system_after_one_try(mirror: Mirror) -> None:
    for entity in (mirror.order, mirror.line, mirror.rate):
        mirror.netsuite.faults[entity.key] = SourceAuthError("NetSuite refuses the certificate.")
    asked: list[str] = []
    mirror.netsuite.before_page = lambda entity: asked.append(entity.key)

    result = mirror.run()

    assert result.state == "failed"
    assert len(asked) == 1


@pytest.mark.fault(30)
def test_a_table_that_the_account_lacks_is_marked_and_the_rest_is_published(mirror: Mirror) -> None:
    mirror.netsuite.faults[mirror.rate.key] = NotOfferedError("Record 'rate' was not found.")

    result = mirror.run()

    assert result.state == "succeeded"
    assert mirror.builds.calls == 2


@pytest.mark.fault(14)
def test_a_source_that_repeats_a_page_for_ever_is_found_out(mirror: Mirror) -> None:
    serve = mirror.suiteprojects.page
    mirror.suiteprojects.page = lambda entity, window, after: serve(entity, window, None)

    result = mirror.run()

    assert result.state == "failed"
    assert "same page again" in result.error


def test_a_fault_of_the_build_is_told_and_what_was_read_is_kept(mirror: Mirror) -> None:
    mirror.builds.fault = RuntimeError("no space")

    result = mirror.run()

    assert result.state == "failed"
    assert "no space" in result.error
    assert mirror.rows(mirror.order)


@pytest.mark.fault(16)
@pytest.mark.parametrize("backwards", [timedelta(hours=-2)])
def test_a_source_clock_that_jumps_back_loses_nothing(mirror: Mirror, backwards: timedelta) -> None:
    mirror.run()
    watermark = mirror.cursor(mirror.person).watermark
    mirror.clock.now += backwards

    result = mirror.run()

    assert result.state == "succeeded"
    assert mirror.cursor(mirror.person).watermark == watermark
