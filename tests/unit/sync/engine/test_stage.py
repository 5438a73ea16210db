from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from models.database import open_record, upgrade, writing
from sync.engine import cursors
from sync.engine.parse import Parser
from sync.engine.stage import ensure_tables, staging_table
from sync.engine.upsert import Counts, upsert
from sync.entities import ENTITIES
from sync.entities.entity import Entity, Field, Kind, Surface, System

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORDER = Entity(
    key="netsuite__order",
    title="Orders",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="order",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "amount": Field(source="amount", kind=Kind.DECIMAL),
        "rate": Field(source="rate", kind=Kind.RATE),
        "day": Field(source="day", kind=Kind.DATE),
        "open": Field(source="open", kind=Kind.FLAG),
        "changed": Field(source="changed", kind=Kind.INSTANT),
    },
    modified="changed",
)
RECORD = {
    "id": "7", "amount": "-0.01", "rate": "1.0870", "day": "2026-02-28", "open": "T",
    "changed": "2026-03-02T11:00:00Z",
}  # fmt: skip


@pytest.fixture
def record(record_url: str) -> Iterator[Engine]:
    engine = open_record(record_url)
    upgrade(engine)
    ensure_tables(engine, [ORDER])
    yield engine
    engine.dispose()


def store(record: Engine, *records: dict[str, Any]) -> Counts:
    rows = [Parser(ORDER).parse(one) for one in records]
    assert all(isinstance(row, tuple) for row in rows)
    with writing(record) as connection:
        return upsert(connection, ORDER, rows, run_id=3, now=NOON)  # type: ignore[arg-type]


def cursor(record: Engine) -> cursors.Cursor:
    return cursors.load(record, ORDER.key)


def read(record: Engine, entity: Entity = ORDER) -> Any:
    with record.connect() as connection:
        return connection.execute(select(staging_table(entity))).one()


def test_every_kind_of_value_comes_back_exactly(record: Engine) -> None:
    counts = store(record, RECORD)

    row = read(record)
    assert counts == Counts(inserted=1)
    assert (row.id, row.amount, row.rate) == (7, Decimal("-0.01"), "1.0870")
    assert (row.day, row.open) == (date(2026, 2, 28), True)
    assert row.changed == row._modified_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert (row._run_id, row._sequence, row._synced_at, row._deleted_at) == (3, 1, NOON, None)


def test_an_unchanged_row_costs_no_write_and_no_sequence(record: Engine) -> None:
    store(record, RECORD)

    counts = store(record, RECORD)

    assert counts == Counts(unchanged=1)
    with record.connect() as connection:
        assert connection.scalar(text("SELECT sequence FROM ops_change")) == 1


def test_of_two_forms_in_one_page_the_newer_wins_in_either_order(record: Engine) -> None:
    older = RECORD | {"amount": "5", "changed": "2026-03-01T11:00:00Z"}

    store(record, older, RECORD)
    store(record, RECORD, older)

    assert read(record).amount == Decimal("-0.01")


def test_an_older_form_that_arrives_late_is_left_out(record: Engine) -> None:
    store(record, RECORD)

    counts = store(record, RECORD | {"amount": "5", "changed": "2026-03-01T11:00:00Z"})

    assert counts == Counts(unchanged=1)
    assert read(record).amount == Decimal("-0.01")


def test_a_new_field_becomes_a_column_and_what_is_there_stays(record: Engine) -> None:
    store(record, RECORD)
    fields = {**ORDER.fields, "memo": Field(source="memo", kind=Kind.TEXT)}
    wider = replace(ORDER, fields=fields)

    ensure_tables(record, [wider])

    row = read(record, wider)
    assert (row.id, row.memo) == (7, None)


def test_every_declared_entity_has_a_table_that_takes_a_row(record_url: str) -> None:
    engine = open_record(record_url)
    upgrade(engine)
    samples = {
        Kind.ID: "1", Kind.TEXT: "a", Kind.INTEGER: "1", Kind.DECIMAL: "1.5", Kind.RATE: "1.5",
        Kind.DATE: "2026-01-01", Kind.INSTANT: "2026-01-01T00:00:00Z", Kind.FLAG: "T",
    }  # fmt: skip

    ensure_tables(engine, ENTITIES.values())
    ensure_tables(engine, ENTITIES.values())

    with writing(engine) as connection:
        for entity in ENTITIES.values():
            row = Parser(entity).parse(
                {field.source: samples[field.kind] for field in entity.fields.values()}
            )
            assert isinstance(row, tuple)
            assert upsert(connection, entity, [row], run_id=1, now=NOON) == Counts(inserted=1)
            assert upsert(connection, entity, [row], run_id=1, now=NOON) == Counts(unchanged=1)
    engine.dispose()


def wider() -> Entity:
    """The entity with one more column, as a later version declares it."""
    more = {"memo": Field(source="memo", kind=Kind.TEXT)}
    return replace(ORDER, fields=ORDER.fields | more)


def test_an_entity_that_gets_a_new_column_is_read_again_from_the_beginning(record: Engine) -> None:
    reached = cursors.Cursor(watermark=NOON, complete_from=202401)
    with writing(record) as connection:
        cursors.save(connection, ORDER.key, reached, NOON)

    ensure_tables(record, [ORDER])
    assert cursor(record) == reached
    ensure_tables(record, [wider()])
    again = cursor(record)
    ensure_tables(record, [wider()])

    assert again.window_from is not None
    assert again.window_from.year == 1970
    assert again == reached._replace(window_from=again.window_from, window_to=NOON)
    assert cursor(record) == again


def test_a_first_load_under_way_begins_anew_with_the_new_column(record: Engine) -> None:
    with writing(record) as connection:
        cursors.save(connection, ORDER.key, cursors.Cursor(window_to=NOON, position=[7]), NOON)

    ensure_tables(record, [wider()])

    assert cursor(record) == cursors.Cursor()
