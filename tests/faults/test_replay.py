"""Fault 37: what earlier runs brought is merged again, and ends where the runs had ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from models.database import writing
from models.tables.operations import ops_quarantine
from sync.engine.payloads import Payloads
from sync.engine.run import replay_runs
from sync.engine.stage import staging_table

from .conftest import Mirror

pytestmark = pytest.mark.once

DAYS = 14


@pytest.fixture
def payloads(tmp_path: Path) -> Payloads:
    return Payloads(tmp_path / "payloads", DAYS)


def replay(mirror: Mirror, payloads: Payloads, runs: list[int] | None = None) -> Any:
    return replay_runs(
        mirror.engine, mirror.clock, payloads, runs or payloads.runs(),
        build=mirror.builds, entities=mirror.entities,
    )  # fmt: skip


def lose_all_rows(mirror: Mirror) -> None:
    """As if the reading of every record had been wrong."""
    with writing(mirror.engine) as connection:
        for entity in mirror.entities.values():
            connection.execute(delete(staging_table(entity)))
        connection.execute(delete(ops_quarantine))


def a_busy_week(mirror: Mirror, payloads: Payloads) -> None:
    """First load, changes, deletions of records and lines, a bad record that heals and one that stays."""
    mirror.run(payloads=payloads)
    order = dict(mirror.netsuite.records[mirror.order.key][("7",)])
    mirror.clock.move(hours=1)
    mirror.netsuite.put(
        mirror.order, {**order, "amount": "99.99", "changed": None} | {"changed": now(mirror)}
    )
    mirror.netsuite.remove(mirror.order, "9")
    mirror.suiteprojects.put(
        mirror.hours, {"id": 3, "person": 1, "day": "2026-02-30", "hours": "1"}
    )
    mirror.suiteprojects.put(
        mirror.hours, {"id": 4, "person": 1, "day": "2026-02-31", "hours": "1"}
    )
    mirror.run(payloads=payloads)
    mirror.clock.move(hours=1)
    del mirror.netsuite.records[mirror.line.key][("8", "1", "A")]
    mirror.netsuite.put(
        mirror.order, {**mirror.netsuite.records[mirror.order.key][("8",)], "changed": now(mirror)}
    )
    mirror.suiteprojects.put(
        mirror.hours, {"id": 3, "person": 1, "day": "2026-02-28", "hours": "1"}
    )
    mirror.netsuite.put(mirror.rate, {"id": "2", "rate": "1.5"})
    mirror.run(payloads=payloads)


def now(mirror: Mirror) -> str:
    return mirror.clock().strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.fault(37)
def test_what_runs_brought_is_merged_again_to_the_same_state(
    mirror: Mirror, payloads: Payloads
) -> None:
    a_busy_week(mirror, payloads)
    before = mirror.state()
    gone = {key for key in before if key.endswith(" True")}
    lose_all_rows(mirror)

    result = replay(mirror, payloads)

    assert result.state == "succeeded"
    after = mirror.state()
    for part in before.keys() - gone:
        assert after[part] == before[part], part


@pytest.mark.fault(37)
def test_a_replay_of_what_is_there_changes_nothing(mirror: Mirror, payloads: Payloads) -> None:
    a_busy_week(mirror, payloads)
    before = mirror.state()

    result = replay(mirror, payloads)

    assert result.state == "succeeded"
    assert mirror.state() == before


def test_what_was_deleted_since_stays_deleted(mirror: Mirror, payloads: Payloads) -> None:
    a_busy_week(mirror, payloads)

    replay(mirror, payloads, payloads.runs()[:1])  # of the first run alone, when it was alive

    assert 9 in mirror.rows(mirror.order)  # nothing newer was merged: the record as that run saw it

    replay(mirror, payloads)
    assert 9 not in mirror.rows(mirror.order)
    assert 9 in mirror.rows(mirror.order, deleted=True)


def test_a_run_that_found_nothing_new_keeps_nothing(mirror: Mirror, payloads: Payloads) -> None:
    first = mirror.run(payloads=payloads)
    mirror.clock.move(minutes=15)
    mirror.run(payloads=payloads)

    assert payloads.runs() == [first.run_id]


def test_what_a_killed_run_committed_is_kept_whole(
    mirror: Mirror, payloads: Payloads, in_child: Callable[[Callable[[], object]], int | None]
) -> None:
    def run_and_die() -> None:
        mirror.reopen()
        left = [12]

        def before_page(_: object) -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), 9)

        mirror.netsuite.before_page = before_page
        mirror.run(payloads=payloads)

    assert in_child(run_and_die) == -9
    mirror.run(payloads=payloads)
    before = mirror.state()
    lose_all_rows(mirror)

    replay(mirror, payloads)

    assert mirror.state() == before


def test_a_frame_that_was_cut_off_is_left_out(mirror: Mirror, payloads: Payloads) -> None:
    run = mirror.run(payloads=payloads)
    (path,) = payloads.folder.glob("*/netsuite__order.frames")
    whole = len(list(payloads.newest_first(run.run_id, mirror.order.key)))
    path.write_bytes(path.read_bytes()[:-5])

    assert len(list(payloads.newest_first(run.run_id, mirror.order.key))) == whole - 1


def test_a_damaged_file_is_named_and_changes_nothing(mirror: Mirror, payloads: Payloads) -> None:
    mirror.run(payloads=payloads)
    (path,) = payloads.folder.glob("*/netsuite__order.frames")
    content = bytearray(path.read_bytes())
    content[20:40] = bytes(20)
    path.write_bytes(content)
    before = mirror.rows(mirror.order)

    result = replay(mirror, payloads)

    assert result.state == "failed"
    assert "netsuite__order.frames" in str(result.error)
    assert "--full --entity netsuite__order" in str(result.error)
    assert mirror.rows(mirror.order) == before


def test_only_the_owner_of_the_data_folder_reads_what_is_kept(
    mirror: Mirror, payloads: Payloads
) -> None:
    mirror.run(payloads=payloads)

    for path in payloads.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def test_payloads_are_let_go_of_after_their_days(mirror: Mirror, payloads: Payloads) -> None:
    run = mirror.run(payloads=payloads)
    (folder,) = payloads.folder.iterdir()
    old = time.time() - (DAYS + 1) * 86_400
    os.utime(folder, (old, old))
    mirror.clock.move(minutes=15)

    mirror.run(payloads=payloads)

    assert run.run_id not in payloads.runs()


def test_a_full_disk_stops_the_entity_before_anything_is_written_that_is_not_kept(
    mirror: Mirror, payloads: Payloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.engine.payloads.os.open", full)

    result = mirror.run(payloads=payloads)

    assert result.state == "failed"
    assert "No space left on device" in str(result.error)
    assert "ONEVIEW_PAYLOAD_DAYS" in str(result.error)
    assert not mirror.rows(mirror.order)


def test_no_payload_is_kept_when_none_is_wanted(mirror: Mirror, tmp_path: Path) -> None:
    nothing = Payloads(tmp_path / "payloads", 0)

    mirror.run(payloads=nothing)

    assert not nothing.folder.exists()


def test_a_folder_of_payloads_that_is_none_is_an_error_a_person_understands(
    mirror: Mirror, payloads: Payloads
) -> None:
    payloads.folder.write_text("in the way")

    result = mirror.run(payloads=payloads)

    assert result.state == "failed"
    assert "could not be kept" in str(result.error)
