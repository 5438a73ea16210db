"""The mirror holds the record as of one moment, and only what changed travels."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest
from sqlalchemy import insert, select

from models.database import open_record, upgrade, writing
from models.errors import WarehouseError
from models.tables.operations import ops_cursor, ops_quarantine, ops_run
from sync.engine.asof import versions as versions_of
from sync.engine.bury import bury
from sync.engine.carry import carry as carry_into
from sync.engine.carry import newest_sequence, reading
from sync.engine.changes import Changes
from sync.engine.parse import Unusable, parser_of
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.engine.workfiles import open_work_file
from sync.entities import ENTITIES
from sync.entities.entity import Field, Kind

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TRANSACTION, LINE, PERIOD = (
    ENTITIES[f"netsuite__{name}"] for name in ("transaction", "transactionline", "accountingperiod")
)
WATCHED = [TRANSACTION, LINE, PERIOD]


@pytest.fixture
def record(record_url):
    engine = open_record(record_url)
    upgrade(engine)
    ensure_tables(engine, ENTITIES.values())
    yield engine
    engine.dispose()


@pytest.fixture
def put(record):
    def put(entity, *records):
        rows = [parser_of(entity).parse(item) for item in records]
        assert not any(isinstance(row, Unusable) for row in rows), rows
        with writing(record) as connection:
            upsert(connection, entity, rows, run_id=1, now=NOW)

    return put


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "work" / "mirror.duckdb"


def document(id_, **values):
    return {
        "id": id_, "type": "CustInvc", "trandate": "2026-03-01", "tranid": f"N{id_}",
        "lastmodifieddate": "2026-03-01T08:00:00Z", **values,
    }  # fmt: skip


def carry(record, mirror, entities, **how):
    with closing(open_work_file(mirror)) as work:
        return carry_into(record, work, entities, Changes(work), **how)


def held(mirror, columns, entity=TRANSACTION):
    with duckdb.connect(mirror) as work:
        return work.execute(f"SELECT {columns} FROM {entity.table} ORDER BY ALL").fetchall()


def test_every_kind_of_value_arrives_as_it_is(record, put, mirror):
    put(
        TRANSACTION,
        document(
            1, foreigntotal="-12345678901234.5678", exchangerate="0.00688468123456789",
            posting=True, voided="F", memo="Überweisung €",
        ),
        document(2, lastmodifieddate=None),
    )  # fmt: skip

    carry(record, mirror, WATCHED)

    columns = "id, foreigntotal, exchangerate, posting, voided, memo, trandate, lastmodifieddate"
    assert held(mirror, columns) == [
        (
            1, Decimal("-12345678901234.5678"), "0.00688468123456789", True, False, "Überweisung €",
            date(2026, 3, 1), datetime(2026, 3, 1, 8),  # noqa: DTZ001 - UTC by agreement
        ),
        (2, None, None, None, None, None, date(2026, 3, 1), None),
    ]  # fmt: skip


def test_only_what_changed_is_carried_again(record, put, mirror):
    put(TRANSACTION, *(document(n) for n in range(1, 101)))
    put(
        PERIOD,
        {"id": 1, "periodname": "Mar 2026", "startdate": "2026-03-01", "enddate": "2026-03-31"},
    )
    assert carry(record, mirror, WATCHED).carried[TRANSACTION.key] == 100

    put(
        TRANSACTION,
        document(7, memo="changed", lastmodifieddate="2026-03-02T08:00:00Z"),
        document(8),
        document(101),
    )
    state = carry(record, mirror, WATCHED)

    assert state.carried == {TRANSACTION.key: 2, LINE.key: 0, PERIOD.key: 0}
    assert [row for row in held(mirror, "id, memo") if row[1]] == [(7, "changed")]
    assert len(held(mirror, "id")) == 101
    assert carry(record, mirror, WATCHED).carried == {}


@pytest.mark.once
def test_what_was_deleted_goes_with_its_lines(record, put, mirror):
    put(TRANSACTION, document(1), document(2))
    put(LINE, *({"transaction": t, "id": n} for t in (1, 2) for n in (0, 1)))
    carry(record, mirror, WATCHED)

    with writing(record) as connection:
        bury(connection, TRANSACTION, {1: NOW}, children=[LINE], run_id=2, now=NOW)
    carry(record, mirror, WATCHED)

    assert held(mirror, "id") == [(2,)]
    assert held(mirror, "transaction, id", LINE) == [(2, 0), (2, 1)]


@pytest.mark.once
def test_what_was_deleted_before_the_first_build_never_arrives(record, put, mirror):
    put(TRANSACTION, document(1), document(2))
    with writing(record) as connection:
        bury(connection, TRANSACTION, {1: NOW}, run_id=2, now=NOW)

    carry(record, mirror, WATCHED)

    assert held(mirror, "id") == [(2,)]


@pytest.mark.once
def test_a_deleted_member_stays_with_its_mark_whenever_it_was_deleted(
    record, put, mirror, tmp_path
):
    people = ENTITIES["netsuite__employee"]
    put(people, *({"id": n, "entityid": f"E{n}"} for n in (1, 2)))
    carry(record, mirror, [people])
    with writing(record) as connection:
        bury(connection, people, {1: NOW}, run_id=2, now=NOW)

    fresh = tmp_path / "fresh" / "mirror.duckdb"
    for path in (mirror, fresh):
        carry(record, path, [people])
        assert held(path, "id, entityid, is_deleted", people) == [(1, "E1", True), (2, "E2", False)]


def test_the_mirror_tells_every_version_as_the_record_does(record, put, mirror, tmp_path):
    def offer(id_, day, total, **values):
        return document(
            id_, type="Opprtnty", foreigntotal=total, createddate="2026-01-01T00:00:00Z",
            lastmodifieddate=f"2026-03-{day:02d}T08:00:00Z", **values,
        )  # fmt: skip

    put(TRANSACTION, offer(1, 1, "10"), offer(2, 1, "20"), document(3))
    put(LINE, {"transaction": 1, "id": 0, "netamount": "10"}, {"transaction": 3, "id": 0})
    carry(record, mirror, WATCHED)
    put(TRANSACTION, offer(1, 5, "11"))
    with writing(record) as connection:
        bury(connection, TRANSACTION, {2: NOW}, children=[LINE], run_id=2, now=NOW)
    carry(record, mirror, WATCHED)
    put(
        TRANSACTION,
        offer(1, 8, "12"),
        document(3, lastmodifieddate="2026-03-09T08:00:00Z", memo="x"),
    )

    fresh = tmp_path / "fresh" / "mirror.duckdb"
    told = []
    for path in (mirror, fresh):
        carry(record, path, WATCHED)
        with duckdb.connect(path) as work:
            told.append(
                work.execute(
                    "SELECT id, valid_from, valid_to, foreigntotal, is_first "
                    "FROM ver_netsuite__transaction ORDER BY ALL"
                ).fetchall()
            )
            assert work.execute(
                "SELECT transaction, id FROM ver_netsuite__transactionline"
            ).fetchall() == [(1, 0)]
    versions = read_versions(record)
    assert told[0] == told[1] == versions
    assert [row[3] for row in versions if row[0] == 1] == [10, 11, 12]


def read_versions(record):
    """The living versions of transactions that the record tells."""
    version = versions_of(TRANSACTION).subquery("v").c
    columns = (
        version.id,
        version._valid_from,
        version._valid_to,
        version.foreigntotal,
        version._is_first,
    )
    query = select(*columns).where(version._is_deletion.is_(False)).order_by(*columns[:2])
    with record.connect() as connection:
        return [
            (id_, *(at and at.replace(tzinfo=None) for at in (begun, ended)), total, bool(first))
            for id_, begun, ended, total, first in connection.execute(query)
        ]


@pytest.mark.once
def test_a_lost_file_is_made_again(record, put, mirror):
    put(TRANSACTION, document(1))
    carry(record, mirror, WATCHED)
    mirror.unlink()

    assert carry(record, mirror, WATCHED).carried[TRANSACTION.key] == 1


@pytest.mark.once
def test_a_damaged_file_is_made_again(record, put, mirror):
    put(TRANSACTION, document(1))
    mirror.parent.mkdir()
    mirror.write_bytes(b"\0" * 8192)

    carry(record, mirror, WATCHED)

    assert held(mirror, "id") == [(1,)]


@pytest.mark.once
def test_asking_for_all_carries_all(record, put, mirror):
    put(TRANSACTION, document(1))
    carry(record, mirror, WATCHED)

    assert carry(record, mirror, WATCHED, rebuild=True).carried[TRANSACTION.key] == 1
    assert held(mirror, "id") == [(1,)]


@pytest.mark.once
def test_a_mirror_of_another_record_is_made_again(record, put, mirror):
    put(TRANSACTION, document(1))
    carry(record, mirror, WATCHED)
    with duckdb.connect(mirror) as work:  # as if the record had been put back from a backup
        work.execute("UPDATE carried SET sequence = 99")
        work.execute(f"DELETE FROM {TRANSACTION.table}")

    carry(record, mirror, WATCHED)

    assert held(mirror, "id") == [(1,)]


@pytest.mark.once
def test_a_new_record_in_the_place_of_the_old_one_is_noticed(record, put, mirror):
    put(TRANSACTION, document(1))
    carry(record, mirror, WATCHED)

    with writing(record) as connection:
        connection.execute(
            insert(ops_run).values(
                trigger="first", mode="full", state="running", started_at=NOW, heartbeat_at=NOW,
                stage="fetching",
            )
        )  # fmt: skip

    assert carry(record, mirror, WATCHED).carried[TRANSACTION.key] == 1


@pytest.mark.once
def test_a_newly_mirrored_field_brings_all_rows_again(record, put, mirror):
    put(TRANSACTION, document(1))
    narrow = replace(
        TRANSACTION, fields={"id": Field(source="id", kind=Kind.ID, required=True)}, modified=None, dated=None
    )  # fmt: skip
    carry(record, mirror, [narrow])

    carry(record, mirror, [TRANSACTION])

    assert held(mirror, "id, tranid") == [(1, "N1")]


@pytest.mark.once
def test_what_is_written_meanwhile_waits_for_the_next_build(record, put):
    put(TRANSACTION, document(1))
    with reading(record) as connection:
        before = newest_sequence(connection)
        put(TRANSACTION, document(2))
        count = connection.exec_driver_sql(f"SELECT count(*) FROM {TRANSACTION.table}").scalar()

        assert newest_sequence(connection) == before
        assert count == 1


@pytest.mark.once
def test_tells_how_far_each_entity_is_and_what_was_kept_aside(record, put, mirror):
    with writing(record) as connection:
        connection.execute(
            insert(ops_cursor).values(
                entity=TRANSACTION.key, watermark=NOW, complete_from=202501, updated_at=NOW
            )
        )
        connection.execute(
            insert(ops_quarantine).values(
                entity=LINE.key, record_key="1|2", reason="is not a date", payload={}, run_id=1,
                first_seen_at=NOW, last_seen_at=NOW,
            )
        )  # fmt: skip

    entities = carry(record, mirror, WATCHED).entities

    assert (entities[TRANSACTION.key].watermark, entities[TRANSACTION.key].complete_from) == (
        NOW, 202501,
    )  # fmt: skip
    assert entities[LINE.key].quarantined == 1


def test_a_record_without_its_tables_names_the_cure(tmp_path):
    engine = open_record(f"sqlite:///{tmp_path / 'empty.db'}")

    with pytest.raises(WarehouseError, match="oneview db upgrade"):
        carry(engine, tmp_path / "mirror.duckdb", WATCHED)


def test_two_processes_do_not_build_at_once(tmp_path):
    engine = open_record(f"sqlite:///{tmp_path / 'record.db'}")
    upgrade(engine)
    ensure_tables(engine, WATCHED)
    path = tmp_path / "mirror.duckdb"
    script = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "open\n"

        with pytest.raises(WarehouseError, match="Another process is building"):
            carry(engine, path, WATCHED)

        other.communicate("\n")
    carry(engine, path, WATCHED)
