"""A second start of the demonstration fetches what changed in the meantime."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from models.database import writing
from models.tables.operations import ops_refresh_request, ops_run
from models.tables.plan import ops_plan_row
from sync.demo.cli import ask_for_changes, upload_plan

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


def _requests(record):
    with record.connect() as connection:
        return connection.scalar(select(func.count()).select_from(ops_refresh_request))


def test_the_first_start_leaves_the_first_sync_to_the_worker(record):
    assert ask_for_changes(record, NOW) == 0
    assert _requests(record) == 0


def test_a_later_start_asks_for_the_changes_at_once(record):
    run = {
        "trigger": "first",
        "mode": "incremental",
        "state": "succeeded",
        "started_at": NOW,
        "heartbeat_at": NOW,
        "stage": "done",
    }
    with writing(record) as connection:
        connection.execute(insert(ops_run).values(**run))

    assert ask_for_changes(record, NOW) == 1
    assert _requests(record) == 1


def test_what_the_firm_plans_is_uploaded_at_the_first_start_alone(record, tmp_path):
    file = tmp_path / "plan.json"
    row = {"measure": "capacity_hours", "month": "2026-03", "department": "netsuite:10"}
    file.write_text(json.dumps([{**row, "hours": "160"}]))

    upload_plan(record, file, NOW)
    upload_plan(record, file, NOW)

    with record.connect() as connection:
        (kept,) = connection.execute(select(ops_plan_row)).mappings()
    assert (kept["month"], kept["department"], kept["hours"]) == (202603, "netsuite:10", 160)
