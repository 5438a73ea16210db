"""A bad record is a value: kept whole, tried again, counted, and never more than a limit unnoticed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import SourceUnavailableError
from models.tables.operations import ops_quarantine
from models.tables.proof import ops_alarm
from sync.engine import quarantine

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


def order(which: int, **more: Any) -> dict[str, Any]:
    return {"id": str(which), "day": "2026-02-01", "amount": "1"} | more


def spoil(mirror: Mirror, how_many: int) -> None:
    """As many orders that cannot be used, changed now."""
    for number in range(500, 500 + how_many):
        mirror.netsuite.put(mirror.order, order(number, posting="?"))
    mirror.clock.move(minutes=1)


def open_alarms(mirror: Mirror) -> list[Any]:
    with mirror.engine.connect() as connection:
        return list(connection.execute(select(ops_alarm).where(ops_alarm.c.closed_at.is_(None))))


def asked(mirror: Mirror) -> int:
    return mirror.netsuite.asked.count("by_id netsuite__order")


@pytest.mark.fault(23)
def test_a_record_garbled_on_the_wire_heals_by_itself_with_the_next_run(mirror: Mirror) -> None:
    serve = mirror.netsuite.page
    garbled = []

    def garble_once(entity: Any, window: Any, after: Any) -> Any:
        page = serve(entity, window, after)
        if entity is mirror.order and not garbled:
            garbled.append(page.records[0]["id"])
            page.records[0] = page.records[0] | {"amount": "1\ufffd.10"}
        return page

    mirror.netsuite.page = garble_once
    mirror.run()
    assert [row.record_key for row in mirror.aside()] == garbled
    assert int(garbled[0]) not in mirror.rows(mirror.order)
    mirror.clock.move(minutes=1)

    mirror.run()

    assert mirror.aside() == []
    assert int(garbled[0]) in mirror.rows(mirror.order)


@pytest.mark.once
def test_a_record_that_stays_bad_costs_ever_fewer_requests(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, order(500, posting="?"))
    mirror.clock.move(minutes=30)
    mirror.run()
    tries = []
    for _ in range(40):
        mirror.clock.move(minutes=15)
        before = asked(mirror)
        mirror.run()
        tries.append(asked(mirror) - before)

    assert tries[0] == 1
    assert sum(tries) == 4  # at once, after 15 minutes, after an hour, after four hours
    [row] = mirror.aside()
    assert row.attempts == 4
    assert row.first_seen_at < row.last_seen_at


def test_a_source_that_is_busy_when_asked_again_fails_no_run(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, order(500, posting="?"))
    mirror.clock.move(minutes=1)
    mirror.run()
    mirror.netsuite.faults["by_id netsuite__order"] = SourceUnavailableError("busy")
    mirror.clock.move(hours=1)

    assert mirror.run().state == "succeeded"
    assert len(mirror.aside()) == 1


def test_a_record_that_is_gone_leaves_the_quarantine(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, order(500, posting="?"))
    mirror.clock.move(minutes=1)
    mirror.run()
    del mirror.netsuite.records[mirror.order.key][("500",)]
    mirror.clock.move(hours=1)

    mirror.run()

    assert mirror.aside() == []


@pytest.mark.fault(23)
@pytest.mark.parametrize("size", [200_000, 10_000_000])
def test_a_huge_record_is_kept_whole_compressed_and_says_so(mirror: Mirror, size: int) -> None:
    memo = random.Random(7).randbytes(size // 2).hex()
    mirror.netsuite.put(mirror.order, order(500, number=memo))
    mirror.clock.move(minutes=1)

    mirror.run()

    [row] = mirror.aside()
    assert row.reason == "is longer than 100,000 characters"
    assert len(row.payload["number"]) < 300
    assert "all of it is kept compressed" in row.payload["number"]
    assert row.payload_bytes > size
    assert quarantine.payload_of(row)["number"] == memo


@pytest.mark.fault(19)
def test_of_a_record_that_comes_twice_the_newest_is_taken_and_both_are_kept(mirror: Mirror) -> None:
    older = order(500, amount="1", changed="2026-03-02T07:00:00Z")
    mirror.netsuite.put(mirror.order, order(500, amount="2"), key=("500",))
    mirror.netsuite.put(mirror.order, older, key=("500", "again"))
    mirror.clock.move(minutes=1)

    mirror.run()

    assert mirror.rows(mirror.order)[500].amount == 2
    [row] = mirror.aside()
    assert "came twice" in row.reason
    assert (row.payload["taken"]["amount"], row.payload["other"]["amount"]) == ("2.0000", "1.0000")
    del mirror.netsuite.records[mirror.order.key]["500", "again"]
    mirror.clock.move(hours=1)

    mirror.run()

    assert mirror.aside() == []
    assert mirror.rows(mirror.order)[500].amount == 2


@pytest.mark.fault(19)
def test_the_same_record_twice_with_the_same_content_is_no_matter(mirror: Mirror) -> None:
    mirror.netsuite.put(mirror.order, order(500), key=("500",))
    mirror.netsuite.put(mirror.order, order(500), key=("500", "again"))
    mirror.clock.move(minutes=1)

    mirror.run()

    assert mirror.aside() == []


def test_too_many_bad_records_stop_the_run_before_it_publishes(mirror: Mirror) -> None:
    spoil(mirror, 101)

    result = mirror.run()

    assert result.state == "failed"
    assert mirror.builds.calls == 0
    assert "101 records could not be used" in result.error
    assert "oneview sync run --accept-quarantine" in result.error
    assert mirror.rows(mirror.order)  # what was read is kept
    assert [alarm.kind for alarm in open_alarms(mirror)] == ["quarantine"]
    mirror.clock.move(minutes=20)
    assert mirror.run().state == "failed"  # nothing new was read, and still nothing is published
    assert mirror.builds.calls == 0


def test_a_person_may_publish_all_the_same_and_is_not_asked_again(mirror: Mirror) -> None:
    spoil(mirror, 101)
    mirror.run()
    mirror.clock.move(minutes=20)

    assert mirror.run(quarantine_limit=None).state == "succeeded"

    assert mirror.builds.calls > 0
    assert open_alarms(mirror) == []
    mirror.clock.move(minutes=20)
    assert mirror.run().state == "succeeded"


def test_too_many_bad_records_that_are_mended_need_nobody(mirror: Mirror) -> None:
    spoil(mirror, 101)
    mirror.run()
    for number in range(500, 601):
        mirror.netsuite.put(mirror.order, order(number))
    mirror.clock.move(minutes=1)

    assert mirror.run().state == "succeeded"
    assert mirror.aside() == []
    assert open_alarms(mirror) == []


def test_a_few_bad_records_stop_nothing_whatever_their_share(mirror: Mirror) -> None:
    spoil(mirror, 100)

    assert mirror.run().state == "succeeded"
    with mirror.engine.connect() as connection:
        assert all(connection.scalars(select(ops_quarantine.c.accepted)))
