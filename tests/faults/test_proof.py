"""After each run source and mirror are compared; a difference is explained, mended, or an alarm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from models.errors import SourceUnavailableError
from models.tables.proof import ops_alarm, ops_proof, ops_proof_key
from models.told import ToldText
from sync.engine import proving, sides

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class


def proofs(mirror: Mirror, entity: Any, *, of_last_run: bool = True) -> dict[Any, Any]:
    """(month, measure) -> the newest line of an entity's proof."""
    with mirror.engine.connect() as connection:
        rows = connection.execute(
            select(ops_proof).where(ops_proof.c.entity == entity.key).order_by(ops_proof.c.proof_id)
        ).all()
    newest = max((row.run_id for row in rows), default=0)
    return {
        (row.month, row.measure): row for row in rows if not of_last_run or row.run_id == newest
    }


def states(mirror: Mirror, entity: Any) -> set[str]:
    return {row.state for row in proofs(mirror, entity).values()}


def alarms(mirror: Mirror, *, is_open: bool = True) -> list[Any]:
    with mirror.engine.connect() as connection:
        rows = connection.execute(select(ops_alarm).order_by(ops_alarm.c.alarm_id)).all()
    return [row for row in rows if (row.closed_at is None) == is_open]


def findings(mirror: Mirror, entity: Any) -> set[tuple[str, str]]:
    with mirror.engine.connect() as connection:
        rows = connection.execute(
            select(ops_proof_key).where(ops_proof_key.c.entity == entity.key)
        ).all()
    return {(row.record_key, row.finding) for row in rows}


def silently(mirror: Mirror, statement: str) -> None:
    """Change the mirror behind everybody's back."""
    with mirror.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_undisturbed_run_is_proven_equal_month_by_month(mirror: Mirror) -> None:
    mirror.run()

    lines = proofs(mirror, mirror.order)
    assert {row.state for row in lines.values()} == {"equal"}
    assert len({month for month, _ in lines}) == 32
    assert sum(int(row.source_value) for (_, what), row in lines.items() if what == "rows") == 120
    amounts = [Decimal(row.mirror_value) for (_, what), row in lines.items() if what == "amount"]
    assert sum(amounts) == 7272
    assert states(mirror, mirror.line) == {"equal"}
    assert states(mirror, mirror.hours) == {"equal"}
    assert alarms(mirror) == []


def test_one_answer_proves_all_months_of_an_entity(mirror: Mirror) -> None:
    mirror.run()

    assert mirror.netsuite.asked.count("totals netsuite__order") == 1
    assert not [asked for asked in mirror.netsuite.asked if asked.startswith("keys")]


@pytest.mark.fault(12)
def test_a_row_the_run_missed_is_read_again_and_the_alarm_says_so(mirror: Mirror) -> None:
    mirror.run()
    silently(mirror, "DELETE FROM stg_netsuite__order WHERE id = 7")
    mirror.clock.move(days=2)
    builds = mirror.builds.calls

    result = mirror.run()

    assert result.state == "succeeded"
    assert mirror.rows(mirror.order)[7].amount == Decimal("7.10")
    assert states(mirror, mirror.order) == {"equal"}
    [alarm] = alarms(mirror, is_open=False)
    assert alarm.detail["healed"] is True
    assert "missing in the mirror: 7" in alarm.text
    assert mirror.builds.calls == builds + 2  # what was mended is published at once


def test_a_value_that_changed_without_a_stamp_is_found_and_mended(mirror: Mirror) -> None:
    mirror.run()
    record = mirror.netsuite.records[mirror.line.key][("7", "1", "A")]
    record["amount"] = "12.3456"
    mirror.clock.move(days=2)

    mirror.run()

    assert mirror.rows(mirror.line)[7, 1, "A"].amount == Decimal("12.3456")
    [alarm] = alarms(mirror, is_open=False)
    assert "with other values: 7|1|A" in alarm.text


def test_a_record_that_went_untold_is_buried_once_its_absence_is_confirmed(mirror: Mirror) -> None:
    mirror.run()
    del mirror.netsuite.records[mirror.order.key][("7",)]
    for index in range(3):
        del mirror.netsuite.records[mirror.line.key]["7", str(index), "A"]
    mirror.clock.move(days=2)

    mirror.run()

    assert set(mirror.rows(mirror.order, deleted=True)) == {7}
    assert {key[0] for key in mirror.rows(mirror.line, deleted=True)} == {7}
    assert alarms(mirror) == []


def test_many_records_that_went_untold_stay_and_sound_an_alarm(mirror: Mirror) -> None:
    mirror.run()
    for number in range(1, 31):
        del mirror.suiteprojects.records[mirror.hours.key][(number,)]
    mirror.clock.move(days=2)

    result = mirror.run()

    assert result.state == "succeeded"
    assert len(mirror.rows(mirror.hours)) == 90
    [alarm] = alarms(mirror)
    assert alarm.detail["keys_total"] == 30
    assert "oneview sync run --full --entity suiteprojects__hours" in alarm.text


def test_what_cannot_be_mended_stays_an_alarm_until_it_is_equal(mirror: Mirror) -> None:
    mirror.run()
    silently(mirror, "DELETE FROM stg_netsuite__order WHERE id = 7")
    mirror.netsuite.faults["by_id netsuite__order"] = SourceUnavailableError("busy")
    mirror.clock.move(days=2)
    assert mirror.run().state == "succeeded"

    [first] = alarms(mirror)
    assert (first.entity, first.month) == (mirror.order.key, 202307)
    assert first.detail["keys"] == ["7"]
    assert states(mirror, mirror.line) == {"equal", "explained"}
    mirror.clock.move(minutes=10)
    mirror.run()
    assert [alarm.alarm_id for alarm in alarms(mirror)] == [first.alarm_id]
    mirror.netsuite.faults.clear()
    mirror.clock.move(minutes=10)

    mirror.run()

    assert alarms(mirror) == []


@pytest.mark.fault(13)
def test_a_source_that_moves_on_while_it_is_proven_sounds_no_alarm(mirror: Mirror) -> None:
    mirror.run()
    totals = mirror.netsuite.totals

    def move_on_first(entity: Any, window: Any) -> Any:
        if entity is mirror.order:
            mirror.clock.move(seconds=30)
            mirror.netsuite.put(mirror.order, {"id": "5", "day": "2024-01-09", "amount": "9"})
            mirror.netsuite.put(mirror.order, {"id": "777", "day": "2026-03-01", "amount": "1"})
            mirror.netsuite.remove(mirror.order, "9")
            mirror.clock.move(seconds=1)
        return totals(entity, window)

    mirror.netsuite.totals = move_on_first
    mirror.clock.move(days=2)
    mirror.run()

    assert states(mirror, mirror.order) == {"equal", "explained"}
    assert {("5", "moved"), ("777", "moved")} <= findings(mirror, mirror.order)
    assert alarms(mirror) == []
    assert alarms(mirror, is_open=False) == []
    del mirror.netsuite.totals
    mirror.clock.move(minutes=5)

    mirror.run()

    assert states(mirror, mirror.order) == {"equal"}


def test_the_lines_of_an_order_that_moves_on_sound_no_alarm(mirror: Mirror) -> None:
    mirror.run()
    totals = mirror.netsuite.totals

    def move_on_first(entity: Any, window: Any) -> Any:
        if entity is mirror.line:
            mirror.clock.move(seconds=30)
            mirror.netsuite.put(mirror.order, {"id": "7", "day": "2024-01-09", "amount": "9"})
            mirror.netsuite.remove(mirror.line, "7", "1", "A")
            mirror.netsuite.put(mirror.line, {"order": "7", "id": "9", "kind": "A", "amount": "4"})
            mirror.clock.move(seconds=1)
        return totals(entity, window)

    mirror.netsuite.totals = move_on_first
    mirror.clock.move(days=2)
    mirror.run()

    assert states(mirror, mirror.line) == {"equal", "explained"}
    assert alarms(mirror) == []
    assert alarms(mirror, is_open=False) == []


def test_records_in_quarantine_explain_what_the_mirror_lacks(mirror: Mirror) -> None:
    mirror.netsuite.put(
        mirror.order, {"id": "500", "day": "2026-02-01", "amount": "1", "posting": "?"}
    )
    mirror.netsuite.put(mirror.order, {"id": "501", "day": "2026-02-31", "amount": "1"})
    mirror.clock.move(minutes=1)

    mirror.run()

    assert states(mirror, mirror.order) == {"equal", "explained"}
    assert alarms(mirror) == []


def test_more_places_than_the_mirror_keeps_are_compared_as_they_are_kept(mirror: Mirror) -> None:
    for number in range(1, 30):
        record = mirror.netsuite.records[mirror.order.key][(str(number),)]
        record["amount"] = f"{number}.00004"
    mirror.run()

    assert states(mirror, mirror.order) == {"equal"}


def test_a_source_too_busy_to_be_proven_fails_no_run(mirror: Mirror) -> None:
    mirror.netsuite.faults["totals netsuite__order"] = SourceUnavailableError("NetSuite is busy.")

    result = mirror.run()

    assert result.state == "succeeded"
    [line] = proofs(mirror, mirror.order).values()
    assert line.state == "not_checked"
    assert "NetSuite is busy." in line.detail
    assert states(mirror, mirror.hours) == {"equal"}


def test_what_the_requests_do_not_reach_is_told_in_any_language(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "Budget", lambda: sides.Budget(left=0))

    mirror.run()

    [line] = proofs(mirror, mirror.order).values()
    assert line.detail == "The requests that a run may spend on proofs were spent before its turn."
    assert isinstance(line.detail, ToldText)


def test_what_no_run_touches_is_proven_once_a_day(mirror: Mirror) -> None:
    mirror.run()
    mirror.netsuite.asked.clear()
    mirror.clock.move(hours=1)
    mirror.run()
    assert mirror.netsuite.asked == []

    mirror.clock.move(hours=25)
    mirror.run()

    assert "totals netsuite__order" in mirror.netsuite.asked


def test_where_the_source_counts_nothing_its_keys_are_counted(mirror: Mirror) -> None:
    mirror.suiteprojects.without_totals.add(mirror.hours.key)
    mirror.run()
    lines = proofs(mirror, mirror.hours)
    assert {row.state for row in lines.values()} == {"equal"}
    assert (
        sum(Decimal(row.source_value) for (_, what), row in lines.items() if what == "hours") == 675
    )
    silently(mirror, "DELETE FROM stg_suiteprojects__hours WHERE id = 7")
    mirror.clock.move(days=2)

    mirror.run()

    assert 7 in mirror.rows(mirror.hours)
    assert states(mirror, mirror.hours) == {"equal"}


def test_of_proofs_that_were_equal_only_the_newest_is_kept(mirror: Mirror) -> None:
    mirror.run()
    before = len(proofs(mirror, mirror.order, of_last_run=False))
    for _ in range(3):
        mirror.clock.move(days=2)
        mirror.run()

    with mirror.engine.connect() as connection:
        kept = connection.execute(
            select(ops_proof).where(ops_proof.c.entity == mirror.order.key)
        ).all()
    assert len(kept) == before


def test_a_proof_costs_requests_that_the_run_log_tells(mirror: Mirror) -> None:
    mirror.run()
    with mirror.engine.connect() as connection:
        requests = connection.scalar(
            text("SELECT requests FROM ops_entity_run WHERE entity = 'netsuite__rate'")
        )
    assert requests == 2  # one page, one proof


def test_history_that_is_still_loading_is_not_called_missing(mirror: Mirror) -> None:
    calls = []

    def stop_before_history() -> None:
        calls.append(1)
        mirror.netsuite.faults[mirror.order.key] = SourceUnavailableError("busy")

    mirror.builds.before = stop_before_history
    assert mirror.run().state == "failed"
    assert alarms(mirror) == []
