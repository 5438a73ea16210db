"""What is published can be made again from the record, and held to what the record makes."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from models.database import writing
from models.errors import NoSnapshotError, WarehouseError
from sync.engine.turn import turn
from sync.engine.warehouse import rebuild, verify
from tests.unit.sync.engine.firm import ACCOUNT, SOURCES


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


def test_verify_names_rows_that_are_there_once_too_often(firm):
    firm.publish()
    with duckdb.connect(firm.settings.snapshot_dir / "v000001.duckdb") as connection:
        connection.execute("INSERT INTO dim_account FROM dim_account WHERE account_key = 1")
        connection.execute("INSERT INTO dim_account FROM dim_account WHERE account_key = 1")

    (told,) = verify(firm.record, firm.settings, SOURCES, firm.clock)

    assert told.startswith("dim_account: 3 rows only in the snapshot, 0 rows only in what")


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
