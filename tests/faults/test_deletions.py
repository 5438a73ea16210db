"""What is gone at the source is gone here, with a tombstone; what merely was not told is found again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from models.database import writing
from models.errors import SourceUnavailableError
from models.tables.history import ops_sweep
from sync.engine import sweep_store
from sync.engine.run import Mode

Mirror = Any  # a fixture's class


def sweep(mirror: Mirror, **options: Any) -> Any:
    """Run with a sweep of every entity, an hour later."""
    mirror.clock.move(hours=1)
    result = mirror.run(mode=Mode.SWEEP, **options)
    assert result.state == "succeeded", result.error
    return sweep_store.outcomes(mirror.engine)


def lose_silently(mirror: Mirror, entity: Any, *identity: str) -> None:
    """Delete at the source, with all lines, without a word in its list of deletions."""
    del mirror.netsuite.records[entity.key][identity]
    lines = mirror.netsuite.records[mirror.line.key]
    for key in [key for key in lines if entity is mirror.order and key[0] == identity[0]]:
        del lines[key]


@pytest.mark.fault(21)
def test_a_sweep_finds_what_no_list_of_deletions_names(mirror: Mirror) -> None:
    mirror.run()
    lose_silently(mirror, mirror.order, "7")
    mirror.clock.move(hours=1)
    mirror.run()
    assert 7 in mirror.rows(mirror.order)

    outcome = sweep(mirror)[mirror.order.key]

    assert 7 not in mirror.rows(mirror.order)
    assert list(mirror.rows(mirror.order, deleted=True)) == [7]  # a tombstone, not a hole
    assert set(mirror.rows(mirror.line, deleted=True)) == {(7, number, "A") for number in range(3)}
    assert (outcome.listed, outcome.recovered, outcome.refusal) == (119, 0, None)


@pytest.mark.fault(21)
def test_a_deletion_older_than_what_the_source_lists_is_found_by_the_sweep(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.remove(mirror.order, "7")
    mirror.netsuite.gone.clear()  # past its retention
    mirror.clock.move(hours=1)
    mirror.run()
    assert 7 in mirror.rows(mirror.order)

    sweep(mirror)

    assert 7 not in mirror.rows(mirror.order)
    assert sweep(mirror)[mirror.order.key].buried == 0  # once


def test_a_sweep_finds_a_record_that_the_mirror_never_got(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.put(
        mirror.order,
        {"id": "900", "day": "2026-02-02", "amount": "9", "changed": "2026-01-01T00:00:00Z"},
    )
    mirror.netsuite.put(
        mirror.line,
        {"order": "900", "id": "0", "kind": "A", "amount": "9", "changed": "2026-01-01T00:00:00Z"},
    )
    mirror.clock.move(hours=1)
    mirror.run()
    assert 900 not in mirror.rows(mirror.order)

    outcome = sweep(mirror)

    assert mirror.rows(mirror.order)[900].amount == Decimal(9)
    assert (900, 0, "A") in mirror.rows(mirror.line)
    assert outcome[mirror.order.key].recovered == 1


@pytest.mark.fault(21)
def test_a_deleted_line_is_found_where_nothing_else_tells_of_it(mirror: Mirror) -> None:
    mirror.run()
    lose_silently(mirror, mirror.line, "8", "1", "A")

    assert sweep(mirror)[mirror.line.key].buried == 1
    assert (8, 1, "A") in mirror.rows(mirror.line, deleted=True)
    assert (8, 0, "A") in mirror.rows(mirror.line)


@pytest.mark.fault(21)
def test_a_line_that_moves_to_another_order_counts_once(mirror: Mirror) -> None:
    mirror.run()
    lose_silently(mirror, mirror.line, "8", "1", "A")
    mirror.clock.move(hours=1)
    mirror.netsuite.put(mirror.line, {"order": "10", "id": "1", "kind": "B", "amount": "-0.05"})
    sweep(mirror)

    lines = mirror.rows(mirror.line)
    assert (10, 1, "B") in lines
    assert (8, 1, "A") not in lines
    assert len(lines) == 300


@pytest.mark.fault(21)
def test_a_record_made_again_under_its_old_name_is_another_record(mirror: Mirror) -> None:
    mirror.run()
    mirror.clock.move(hours=1)
    mirror.netsuite.remove(mirror.order, "7")
    mirror.netsuite.put(mirror.order, {"id": "907", "number": "SO7", "day": "2026-03-01"})
    mirror.clock.move(hours=1)
    mirror.run()
    sweep(mirror)

    alive = mirror.rows(mirror.order)
    assert [key for key, row in alive.items() if row.number == "SO7"] == [907]
    assert list(mirror.rows(mirror.order, deleted=True)) == [7]


@pytest.mark.fault(21)
def test_a_sweep_that_would_delete_too_much_deletes_nothing_and_asks(mirror: Mirror) -> None:
    mirror.run()
    for number in range(1, 31):
        lose_silently(mirror, mirror.order, str(number))

    outcome = sweep(mirror)[mirror.order.key]

    assert len(mirror.rows(mirror.order)) == 120
    assert "30 of 120" in outcome.refusal
    assert f"oneview sync sweep --entity {mirror.order.key} --accept-deletions" in outcome.refusal
    assert outcome.due_at == mirror.clock() + timedelta(days=1)

    outcome = sweep(mirror, accept_deletions=True)[mirror.order.key]
    assert (len(mirror.rows(mirror.order)), outcome.refusal) == (90, None)


@pytest.mark.fault(31)
def test_an_empty_list_of_keys_deletes_nothing(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.records[mirror.order.key].clear()

    assert "no record at all" in sweep(mirror)[mirror.order.key].refusal
    assert len(mirror.rows(mirror.order)) == 120


def test_what_the_list_of_keys_merely_leaves_out_lives_on(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.run()
    whole = mirror.netsuite.keys

    def with_gaps(*asked: Any) -> Any:
        page = whole(*asked)
        return type(page)(
            keys=page.keys[1:], position=page.position, requests=1, bytes_read=1, waited_ms=0
        )

    monkeypatch.setattr(mirror.netsuite, "keys", with_gaps)
    sweep(mirror)

    assert len(mirror.rows(mirror.order)) == 120


def test_a_sweep_that_fails_leaves_the_run_and_the_mirror_as_they_are(mirror: Mirror) -> None:
    mirror.run()
    lose_silently(mirror, mirror.order, "7")
    mirror.netsuite.faults[f"keys {mirror.order.key}"] = SourceUnavailableError(
        "It does not answer."
    )

    outcome = sweep(mirror)

    assert 7 in mirror.rows(mirror.order)
    assert outcome[mirror.order.key].refusal == "It does not answer."
    assert outcome[mirror.line.key].refusal is None
    mirror.netsuite.faults.clear()
    assert sweep(mirror)[mirror.order.key].refusal is None


@pytest.mark.once
def test_each_entity_is_swept_once_a_week_and_not_all_on_one_day(mirror: Mirror) -> None:
    swept: dict[str, list[int]] = {}
    for day in range(17):
        mirror.netsuite.asked.clear()
        mirror.run(trigger="schedule")
        for what in mirror.netsuite.asked:
            if what.startswith("keys "):
                days = swept.setdefault(what[5:], [])
                days += [day] if day not in days else []
        mirror.clock.move(days=1)

    assert set(swept) == {mirror.order.key, mirror.line.key}  # rates are read whole each time
    for days in swept.values():
        assert days[0] <= 8  # the first run does not count: all was just read
        assert days[1] == days[0] + 7
    assert swept[mirror.order.key] != swept[mirror.line.key]


def test_nobody_who_waits_for_a_refresh_waits_for_a_sweep(mirror: Mirror) -> None:
    mirror.run()
    mirror.run(trigger="schedule")
    with writing(mirror.engine) as connection:
        connection.execute(update(ops_sweep).values(due_at=mirror.clock()))
    mirror.clock.move(hours=1)
    mirror.netsuite.asked.clear()

    mirror.run(trigger="refresh")
    assert not [what for what in mirror.netsuite.asked if what.startswith("keys")]
    mirror.run(trigger="schedule")
    assert [what for what in mirror.netsuite.asked if what.startswith("keys")]
