"""A firm that was put out of order: what is on hold, missing or open, a contractor, a plan of bookings."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, text, update

from models.database import open_record, writing
from models.sequence import next_sequence
from models.settings import WarehouseSettings
from models.tables.operations import ops_cursor
from models.tables.plan import ops_plan, ops_plan_row
from sync.engine.publish import build_and_publish

WEEK = timedelta(days=7)
PLANNED = {
    (1, 202611): 40_000_000,
    (1, 202612): 60_000_000,
    (2, 202612): 10_000_000,
    (1, 202701): 9_000_000,
}

_CREDITING = """
    [[crediting]]
    hours = "credited"
    types = ["Presales and proposals"]
    [[crediting]]
    hours = "excluded"
    names = ["Administration: *meetings"]
"""
CONTRACTOR = 990
BOOKED = (
    ("2026-05-11", "2026-05-29", "A"),
    ("2026-05-20", "2026-06-03", "S"),
    ("2026-10-05", "2026-10-16", "R"),
)
_CHANGES = """
    INSERT INTO stg_suiteprojects__charge_stage (id, name, position, is_excluded_from_invoicing, updated,
            _modified_at, _hash, _run_id, _sequence, _synced_at)
        SELECT 9, 'On hold', 9, true, updated, _modified_at, 9, _run_id, :now, _synced_at
        FROM stg_suiteprojects__charge_stage WHERE id = 1;
    UPDATE stg_suiteprojects__charge SET stage_id = 9, _sequence = :now
        WHERE coalesce(invoice_id, 0) = 0 AND id % 3 > 0;
    UPDATE stg_suiteprojects__charge SET project_id = 999999, _sequence = :now WHERE id % 97 = 0;
    UPDATE stg_suiteprojects__project SET budget_hours = NULL, _sequence = :now WHERE id % 3 = 0;
    UPDATE stg_suiteprojects__purchase_order SET total = total + id * 10000, _sequence = :now
        WHERE fulfilled IS NULL;
    UPDATE stg_suiteprojects__purchase_order SET total = total / 2, _sequence = :now
        WHERE fulfilled IS NULL AND id % 5 = 0;
    UPDATE stg_suiteprojects__purchase_order SET approval_status = 'R', _sequence = :now
        WHERE id = (SELECT max(id) FROM stg_suiteprojects__purchase_order WHERE fulfilled IS NULL);
    UPDATE stg_suiteprojects__loaded_cost SET _deleted_at = _synced_at, _sequence = :now WHERE user_id % 7 = 0;
    UPDATE stg_netsuite__transactionline SET entity = NULL, _sequence = :now WHERE "transaction" % 40 = 0;
    UPDATE stg_netsuite__revenueelement SET revrecenddate = date(revrecstartdate, '+200 days'), _sequence = :now
        WHERE entity IN (SELECT id FROM stg_netsuite__customer) AND id % 5 = 0;
    UPDATE stg_netsuite__revenueelement SET revrecenddate = date(revrecenddate, '+40 days'), _sequence = :now
        WHERE entity IN (SELECT id FROM stg_netsuite__customer) AND id % 5 = 1;
    UPDATE stg_netsuite__revenueelement SET revrecenddate = NULL, _sequence = :now
        WHERE entity IN (SELECT id FROM stg_netsuite__customer) AND id % 5 IN (2, 3);
    UPDATE stg_netsuite__transactionline SET revrecstartdate = NULL, _sequence = :now
        WHERE revenueelement % 5 = 2"""


def out_of_order(short, folder, business):
    """A copy of a firm, a week later; `folder` is where it lives, `business` where its file of the business is written."""
    shutil.copytree(short.settings.data_dir, folder, dirs_exist_ok=True)
    business.write_text(_CREDITING, encoding="utf-8")
    settings = WarehouseSettings(data_dir=folder, business_file=str(business))
    copied = replace(
        short,
        settings=settings,
        record=open_record(settings.record_url),
        clock=lambda: short.clock() + WEEK,
    )
    with writing(copied.record) as connection:
        sequence = next_sequence(connection)
        for change in _CHANGES.split(";"):
            assert connection.execute(text(change), {"now": sequence}).rowcount > 0, change
        _contractor(connection, sequence)
        _plan(connection, copied.clock())
        connection.execute(update(ops_cursor).values(watermark=copied.clock()))
    assert build_and_publish(copied.record, settings, (), copied.clock) == 2
    return copied


def _contractor(connection, sequence):
    """Somebody whom NetSuite knows not, booked now and then; one of the bookings was turned down."""
    user = _copied(
        connection, "stg_suiteprojects__user", "work_hours LIKE '8%'", id=CONTRACTOR, _sequence=sequence,
        name="Freelance", email="free@lance.example", netsuite_id=None, external_id=None, created="2025-01-01 09:00:00",
    )  # fmt: skip
    for number, (first, last, status) in enumerate(BOOKED):
        _copied(
            connection, "stg_suiteprojects__booking", "approval_status = 'A'", id=990_000 + number,
            user_id=CONTRACTOR, start_date=first, end_date=last, hours=80_000, percentage=None, is_percentage=False,
            approval_status=status, _sequence=sequence,
        )  # fmt: skip
    assert user


def _copied(connection, table, where, **changed):
    row = connection.execute(text(f"SELECT * FROM {table} WHERE {where} LIMIT 1")).mappings().one()
    told = {**row, **changed}
    names = ", ".join(f'"{name}"' for name in told)
    values = ", ".join(f":{name}" for name in told)
    return connection.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({values})"), told
    ).rowcount


def _plan(connection, now):
    connection.execute(
        insert(ops_plan).values(
            plan_id=1, version="Bookings", state="active", approved_month=202610, file_name="a.csv",
            file_sha256="0" * 64, rows_taken=len(PLANNED), rows_skipped=[], uploaded_by="cfo",
            uploaded_at=now,
        )
    )  # fmt: skip
    for number, ((subsidiary, month), amount) in enumerate(PLANNED.items(), start=2):
        connection.execute(
            insert(ops_plan_row).values(
                plan_id=1, row_number=number, measure="bookings", month=month,
                subsidiary=f"netsuite:{subsidiary}", currency="USD", amount=amount,
            )
        )  # fmt: skip
