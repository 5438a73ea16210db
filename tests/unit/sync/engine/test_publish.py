"""A snapshot appears whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from sqlalchemy import insert, select, update

from models.business import load_file
from models.database import open_record, upgrade, writing
from models.errors import NoSnapshotError, WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import POINTER, Snapshots
from models.tables.business import dim_pnl_line
from models.tables.conformed import dim_account, meta_entity
from models.tables.operations import ops_cursor, ops_quarantine
from sync.engine import build as build_module
from sync.engine import publish
from sync.engine.meta import SourceInfo
from sync.engine.parse import parser_of
from sync.engine.publish import build_and_publish
from sync.engine.renew import Outcome
from sync.engine.stage import ensure_tables
from sync.engine.turn import turn
from sync.engine.upsert import upsert
from sync.engine.warehouse import rebuild, verify
from sync.engine.workfiles import FACTS, MIRROR
from sync.entities import ENTITIES
from sync.entities.entity import System
from tests.builds import build_only

START = datetime(2026, 3, 10, 8, tzinfo=UTC)
ACCOUNT = ENTITIES["netsuite__account"]
SOURCES = [
    SourceInfo(system=System.NETSUITE, account="123", record_url="https://erp.example"),
    SourceInfo(system=System.SUITEPROJECTS, account="demo", record_url="https://psa.example"),
]


class Firm:
    """A record, its settings, and a clock that is set by hand."""

    def __init__(self, folder: Path, entities) -> None:
        self.now = START
        self.entities = entities
        self.settings = WarehouseSettings(data_dir=folder, snapshots_kept=2)
        self.record = open_record(self.settings.record_url)
        upgrade(self.record)
        ensure_tables(self.record, entities.values())
        self.snapshots = Snapshots(self.settings.snapshot_dir)

    def put(self, *names: str) -> None:
        records = [
            {"id": n, "fullname": name, "accttype": "Income"} for n, name in enumerate(names, 1)
        ]
        with writing(self.record) as connection:
            rows = [parser_of(ACCOUNT).parse(record) for record in records]
            upsert(connection, ACCOUNT, rows, run_id=1, now=self.now)

    def publish(self, **how) -> int | None:
        return build_and_publish(self.record, self.settings, SOURCES, self.clock, **how)

    def clock(self) -> datetime:
        return self.now

    @property
    def names(self) -> list[str]:
        """What readers see."""
        with self.snapshots.current().engine.connect() as connection:
            query = select(dim_account.c.name).where(dim_account.c.account_key > 0)
            return sorted(connection.scalars(query))

    @property
    def files(self) -> set[str]:
        return {path.name for path in self.settings.snapshot_dir.iterdir()}


@pytest.fixture
def firm(tmp_path):
    """A firm of whose tables only some are made: these tests are about the files, not about numbers."""
    with pytest.MonkeyPatch.context() as patch:  # its own: tests undo theirs half-way
        entities = build_only(
            patch,
            *("dim_account", "dim_item", "dim_service", "dim_pnl_line", "dim_stream_map"),
            "dim_department",
        )
        made = Firm(tmp_path, entities)
        made.put("Sales")
        yield made
        made.record.dispose()


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


def test_rebuild_publishes_what_the_whole_record_makes(firm):
    firm.publish()

    assert rebuild(firm.record, firm.settings, SOURCES, firm.clock) == 2
    assert firm.names == ["Sales"]


def test_verify_finds_no_difference_in_what_was_just_published(firm):
    firm.publish()
    firm.put("Services")
    firm.publish()

    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []


def test_verify_names_the_table_that_differs(firm):
    firm.publish()
    with duckdb.connect(firm.settings.snapshot_dir / "v000001.duckdb") as connection:
        connection.execute("UPDATE dim_account SET name = 'Altered' WHERE account_key = 1")

    assert verify(firm.record, firm.settings, SOURCES, firm.clock) == [
        (
            "dim_account: 1 rows only in the snapshot, 1 rows only in what the record makes; "
            "such as account_key 1 parent_key -1."
        )
    ]


def test_verify_says_when_the_record_has_moved_on(firm):
    firm.publish()
    firm.put("Services")

    first, *_ = verify(firm.record, firm.settings, SOURCES, firm.clock)

    assert "moved on" in first


def test_verify_notices_what_was_changed_in_the_record_behind_its_back(firm):
    firm.publish()
    with writing(firm.record) as connection:
        connection.exec_driver_sql(f"UPDATE {ACCOUNT.table} SET fullname = 'Other'")

    assert len(verify(firm.record, firm.settings, SOURCES, firm.clock)) == 1


def test_without_a_snapshot_there_is_nothing_to_verify(firm):
    with pytest.raises(NoSnapshotError):
        verify(firm.record, firm.settings, SOURCES, firm.clock)


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


def test_one_change_renews_what_it_reaches_and_nothing_else(firm):
    build_once(firm)
    firm.put("Services")

    renewed = {key: item.outcome for key, item in build_once(firm).renewed.items()}

    assert {key for key in renewed if renewed[key] != Outcome.LEFT} == {
        "dim_account",
        *("account_stream", "dim_stream_map", "dim_pnl_line"),  # by the account's name
        *("dim_item", "dim_service"),  # whose stream is their account's
    }


def test_what_was_touched_and_is_as_before_goes_no_further(firm):
    build_once(firm)
    with writing(firm.record) as connection:  # a column that no table shows
        connection.exec_driver_sql(
            f"UPDATE {ACCOUNT.table} SET generalrate = 'x', _sequence = _sequence + 1000"
        )
        connection.exec_driver_sql("UPDATE ops_change SET sequence = sequence + 1000")

    renewed = build_once(firm).renewed

    assert {renewed[key].outcome for key in renewed} <= {Outcome.LEFT, Outcome.COMPARED}


def test_another_declaration_makes_its_own_table_anew_and_no_other(firm, monkeypatch):
    build_once(firm)
    changed = dict(build_module.TRANSFORMS)
    changed["dim_account"] = replace(
        changed["dim_account"], sql=changed["dim_account"].sql.replace("fullname", "acctnumber")
    )
    monkeypatch.setattr("sync.engine.build.TRANSFORMS", changed)

    renewed = build_once(firm).renewed

    assert [key for key in renewed if renewed[key].outcome == Outcome.WHOLE] == ["dim_account"]


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


def test_a_rebuild_waits_for_the_process_that_is_building(firm):
    firm.publish()
    script = (
        "import fcntl, sys; handle = open(sys.argv[1], 'a'); fcntl.flock(handle, fcntl.LOCK_EX); "
        "print('taken', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(firm.settings.work_dir / "turn.lock")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "taken\n"
        with (
            pytest.raises(WarehouseError, match="Another process is building"),
            turn(firm.settings.work_dir, patience=0),
        ):
            pass
        assert verify(firm.record, firm.settings, SOURCES, firm.clock) == []  # waits for nobody
        other.communicate("\n")

    assert rebuild(firm.record, firm.settings, SOURCES, firm.clock) == 2


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


def test_only_what_reads_a_changed_rule_is_made_anew(firm, tmp_path):
    build_once(firm)
    path = tmp_path / "business.toml"
    path.write_text('[[lines]]\nline = "tax"\nnames = ["sales"]\n', encoding="utf-8")

    renewed = build_once(firm, business=load_file(str(path))).renewed

    whole = {key for key in renewed if renewed[key].outcome == Outcome.WHOLE}
    assert whole == {"dim_pnl_line", "dim_account"}  # an account bears its line


def build_once(firm, **how):
    return build_module.build(
        firm.record, firm.settings.work_dir, SOURCES, firm.clock, version=1, **how
    )
