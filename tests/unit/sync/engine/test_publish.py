"""A snapshot appears whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import gc
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from sqlalchemy import insert, select, update

from models.business import default_business, in_force
from models.business.deciding import decide
from models.business.decision import Decision
from models.database import writing
from models.errors import WarehouseError
from models.snapshot import POINTER
from models.tables.business import dim_pnl_line
from models.tables.conformed import meta_entity
from models.tables.operations import ops_cursor, ops_quarantine
from sync.engine import build as build_module
from sync.engine import publish
from sync.engine.warehouse import verify
from sync.engine.workfiles import FACTS, MIRROR
from tests.unit.sync.engine.firm import ACCOUNT, SOURCES, START, Firm


def test_readers_see_what_the_record_held(firm):
    assert firm.publish() == 1
    assert firm.names == ["Sales"]


def test_nothing_new_is_not_published_again(firm):
    firm.publish()

    assert firm.publish() is None
    firm.put("Sales")  # the same once more
    assert firm.publish() is None
    assert firm.publish(force=True) == 2


def test_a_change_makes_the_next_version(firm):
    firm.publish()
    firm.put("Services")

    assert firm.publish() == 2
    assert firm.names == ["Services"]


def test_a_new_day_makes_the_next_version_for_stocks_speak_of_today(firm):
    firm.publish()
    firm.now += timedelta(days=1)

    assert firm.publish() == 2
    assert firm.snapshots.current().today == firm.now.date()


def test_a_version_that_makes_a_table_otherwise_publishes_though_nothing_came(firm, monkeypatch):
    firm.publish()
    changed = dict(build_module.TRANSFORMS)
    changed["dim_account"] = replace(
        changed["dim_account"], sql=changed["dim_account"].sql.replace("fullname", "acctnumber")
    )
    monkeypatch.setattr("sync.engine.build.TRANSFORMS", changed)

    assert firm.publish() == 2
    assert firm.names != ["Sales"]
    assert firm.publish() is None


def test_as_of_is_what_the_least_advanced_entity_reached(firm):
    marks = {"account": START, "item": START - timedelta(hours=3)}
    with writing(firm.record) as connection:
        for name, mark in marks.items():
            connection.execute(
                insert(ops_cursor).values(
                    entity=f"netsuite__{name}", watermark=mark, updated_at=START,
                    complete_from=202506 if name == "item" else None,
                )
            )  # fmt: skip
    firm.publish()

    snapshot = firm.snapshots.current()
    assert snapshot.sources["netsuite"].as_of == START - timedelta(hours=3)
    assert snapshot.sources["netsuite"].complete_from.key == 202506
    assert snapshot.sources["netsuite"].record_url == "https://erp.example"
    assert snapshot.sources["suiteprojects"].as_of is None


def test_tells_how_many_rows_of_each_entity_it_holds(firm):
    firm.publish()

    with firm.snapshots.current().engine.connect() as connection:
        found = dict(connection.execute(select(meta_entity.c.entity, meta_entity.c.rows)).all())

    assert found.keys() == firm.entities.keys()
    assert {key for key, count in found.items() if count} == {ACCOUNT.key}


def test_old_snapshots_go_and_the_newest_stay(firm):
    for _ in range(4):
        firm.now += timedelta(minutes=5)
        firm.publish(force=True)

    assert firm.files == {"v000003.duckdb", "v000004.duckdb", POINTER}


@pytest.mark.fault(4)
def test_a_full_disk_is_told_before_anything_is_lost(firm, monkeypatch):
    firm.publish()
    firm.put("Services")
    full = SimpleNamespace(total=10**9, used=10**9, free=1000)
    monkeypatch.setattr(publish.shutil, "disk_usage", lambda _: full)

    with pytest.raises(WarehouseError, match="too full to publish"):
        firm.publish()

    assert firm.names == ["Sales"]
    monkeypatch.undo()
    assert firm.publish() == 2
    assert firm.names == ["Services"]


class CrashError(BaseException):
    """The process ends here."""


@pytest.mark.fault(1)
@pytest.mark.parametrize(
    "step",
    [pytest.param(step, marks=() if step % 3 == 1 else pytest.mark.all) for step in range(1, 9)],
)
def test_a_crash_at_any_step_leaves_readers_on_a_whole_snapshot(firm, monkeypatch, step):
    firm.publish()
    firm.put("Services")
    _stop_at(step, monkeypatch)

    with pytest.raises(CrashError):
        firm.publish()
    assert firm.names in (["Sales"], ["Services"])

    monkeypatch.undo()
    firm.publish(force=True)
    assert firm.names == ["Services"]
    assert not {name for name in firm.files if name.endswith(".unfinished")}


def _stop_at(step, monkeypatch):
    """Crash before the n-th thing that publishing does to the disk."""
    left = [step]

    def counted(function):
        def call(*values, **more):
            left[0] -= 1
            if left[0] == 0:
                raise CrashError
            return function(*values, **more)

        return call

    monkeypatch.setattr(publish, "copy_file", counted(publish.copy_file))
    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "write_bytes", counted(Path.write_bytes))


@pytest.mark.fault(4)
def test_a_disk_that_fails_is_told_and_nothing_half_written_stays(firm, monkeypatch):
    firm.publish()
    firm.put("Services")

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(publish, "copy_file", fail)
    with pytest.raises(WarehouseError, match="Input/output error"):
        firm.publish()

    assert firm.files == {"v000001.duckdb", POINTER}
    assert firm.names == ["Sales"]


def test_a_version_is_never_used_twice(firm):
    firm.publish()
    (firm.settings.snapshot_dir / POINTER).unlink()

    assert firm.publish() == 2


def test_a_lost_work_folder_costs_nothing_but_time(firm):
    firm.publish()
    for name in (MIRROR, FACTS):
        (firm.settings.work_dir / name).unlink()
    firm.put("Services")

    firm.publish()

    assert firm.names == ["Services"]


def test_a_fact_that_cannot_be_built_leaves_the_snapshot_and_heals(firm, monkeypatch):
    firm.publish()
    firm.put("Services")

    def fail(*_):
        raise duckdb.Error("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr("sync.engine.build.make_facts", fail)
        with pytest.raises(WarehouseError, match="the published snapshot stays"):
            firm.publish()
    assert firm.names == ["Sales"]

    assert firm.publish() == 2
    assert firm.names == ["Services"]


def test_a_run_that_found_nothing_new_is_told_without_another_snapshot(firm):
    with writing(firm.record) as connection:
        connection.execute(
            insert(ops_cursor).values(entity=ACCOUNT.key, watermark=START, updated_at=START)
        )
    firm.publish()
    held = firm.snapshots.current()
    for minutes in (15, 30):
        later = START + timedelta(minutes=minutes)
        with writing(firm.record) as connection:
            connection.execute(update(ops_cursor).values(watermark=later))

        assert firm.publish() is None
        assert firm.snapshots.current().sources["netsuite"].as_of == later
        assert firm.snapshots.current().version == held.version == 1
    assert held.sources["netsuite"].as_of == START
    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []
    held.path.unlink()
    del held
    gc.collect()
    assert firm.names == ["Sales"]  # the file is held open by whoever reads it last


@pytest.mark.parametrize("damage", ["pointer", "file"])
def test_what_was_damaged_is_published_anew_by_the_next_sync(firm, damage):
    firm.publish()
    if damage == "pointer":
        (firm.settings.snapshot_dir / POINTER).write_text("{")
    else:
        (firm.settings.snapshot_dir / "v000001.duckdb").unlink()

    assert firm.publish() is not None
    assert firm.names == ["Sales"]


def test_the_last_snapshot_of_each_day_stays_for_as_many_days_as_wished(firm):
    firm.settings = firm.settings.model_copy(update={"snapshot_days_kept": 3})
    for hours in (8, 10, 24, 26, 24, 24):  # two on the first day, two on the second, then one a day
        firm.now = firm.now.replace(hour=0) + timedelta(hours=hours)
        firm.publish(force=True)

    days = [path.stat().st_mtime for path in sorted(firm.settings.snapshot_dir.glob("v*"))]
    assert [datetime.fromtimestamp(at, UTC).day for at in days] == [12, 13, 14]


def test_a_snapshot_that_was_the_newest_a_moment_ago_stays_for_who_was_told_of_it(firm):
    for _ in range(4):
        firm.now += timedelta(seconds=20)
        firm.publish(force=True)

    assert firm.files == {*(f"v00000{n}.duckdb" for n in (1, 2, 3, 4)), POINTER}


def test_more_rows_aside_are_told_even_when_no_row_changed(firm):
    firm.publish()
    with writing(firm.record) as connection:
        connection.execute(
            insert(ops_quarantine).values(
                entity=ACCOUNT.key, record_key="9", reason="is not a date", payload={}, run_id=1,
                first_seen_at=START, last_seen_at=START,
            )
        )  # fmt: skip

    assert firm.publish() == 2
    assert firm.snapshots.current().sources["netsuite"].quarantined == 1


def test_a_build_that_was_killed_in_the_middle_is_noticed_and_made_good(firm, monkeypatch):
    firm.publish()
    firm.put("Services")

    def stop(*_):
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr("sync.engine.build.write_meta", stop)
        with pytest.raises(CrashError):
            firm.publish()
    assert firm.names == ["Sales"]

    assert firm.publish() == 2
    assert firm.names == ["Services"]
    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []


@pytest.mark.parametrize("lost", [(FACTS,), (MIRROR,), (MIRROR, FACTS)])
def test_a_lost_or_damaged_work_file_is_made_anew_and_nothing_is_missing(firm, lost):
    firm.publish()
    for name in lost:
        (firm.settings.work_dir / name).write_bytes(b"\0" * 8192)
    firm.put("Services")

    assert firm.publish() == 2
    assert firm.names == ["Services"]
    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []


def test_facts_of_another_firm_are_not_taken_for_ones_own(firm, tmp_path):
    other = Firm(tmp_path / "other", firm.entities)
    other.put("Foreign")
    other.publish()
    other.record.dispose()
    firm.publish()
    shutil.copyfile(other.settings.work_dir / FACTS, firm.settings.work_dir / FACTS)
    firm.now += timedelta(days=1)
    firm.publish()

    assert firm.names == ["Sales"]


def test_a_change_of_how_the_firm_counts_publishes_anew_what_it_touches(firm, tmp_path):
    firm.publish()
    assert firm.publish() is None
    path = tmp_path / "business.toml"
    path.write_text('[[lines]]\nline = "tax"\nnames = ["sales"]\n', encoding="utf-8")
    firm.settings = firm.settings.model_copy(update={"business_file": str(path)})

    assert firm.publish() == 2

    with firm.snapshots.current().engine.connect() as connection:
        assert connection.scalars(select(dim_pnl_line.c.line)).all() == ["tax"]
    assert firm.publish() is None
    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []


def test_what_a_person_decides_is_in_the_next_snapshot_though_no_source_row_changed(firm):
    firm.publish()
    assert firm.publish() is None
    place = ("map", "account_line", "1")
    one = Decision(place=place, state="set", value="tax", by="cfo", at=firm.now)
    decide(firm.record, default_business(), one, {})

    assert firm.publish() == 2

    with firm.snapshots.current().engine.connect() as connection:
        assert connection.scalars(select(dim_pnl_line.c.line)).all() == ["tax"]
    assert in_force(firm.snapshots.current()).decided[place].by == "cfo"
    assert in_force(firm.snapshots.version(1)).decided == {}
    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []
    assert firm.publish() is None

    decide(firm.record, default_business(), replace(one, state="put_back", value=None), {})
    assert firm.publish() == 3
    with firm.snapshots.current().engine.connect() as connection:
        assert connection.scalars(select(dim_pnl_line.c.line)).all() == ["revenue"]


def test_a_file_that_is_wrong_by_now_leaves_in_force_what_it_said(firm, tmp_path):
    path = tmp_path / "business.toml"
    path.write_text("[thresholds.health]\ncpi = 0.8\n", encoding="utf-8")
    firm.settings = firm.settings.model_copy(update={"business_file": str(path)})
    firm.publish()
    path.write_text("[thresholds.health]\ncpi = ", encoding="utf-8")

    assert firm.publish() is None

    path.write_text("[thresholds.health]\ncpi = 0.7\n", encoding="utf-8")
    assert firm.publish() == 2
    assert str(in_force(firm.snapshots.current()).file.thresholds.health.cpi) == "0.7"


def test_defaults_that_a_newer_version_has_otherwise_are_published_at_once(firm, monkeypatch):
    firm.publish()
    assert firm.publish() is None
    newer = default_business()
    labor = newer.file.labor.model_copy(update={"payroll": ("wages*",)})
    newer = replace(newer, file=newer.file.model_copy(update={"labor": labor}))
    monkeypatch.setattr(publish, "file_of", lambda _file: newer)

    assert firm.publish() == 2
