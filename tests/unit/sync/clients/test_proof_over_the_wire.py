"""Source and mirror are compared over the wire: the true clients against the simulated systems."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from models.tables.proof import ops_alarm, ops_proof
from sync.engine.run import run_sync
from sync.engine.stage import staging_table
from sync.entities import ENTITIES

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
TRANSACTION, LINE = ENTITIES["netsuite__transaction"], ENTITIES["netsuite__transactionline"]
TIME_ENTRY, CHARGE = ENTITIES["suiteprojects__time_entry"], ENTITIES["suiteprojects__charge"]


@pytest.fixture
def mirror(record: Any) -> Any:
    """Runs the sync of some entities and proves all of them."""

    def run(source: Any, *entities: Any) -> Any:
        return run_sync(
            record, [source], lambda: NOW,
            trigger="command", build=lambda: 1, prove_all=True,
            entities={entity.key: entity for entity in entities},
        )  # fmt: skip

    return run


def lines(record: Any, entity: Any) -> list[Any]:
    with record.connect() as connection:
        return list(
            connection.execute(
                select(ops_proof)
                .where(ops_proof.c.entity == entity.key)
                .order_by(ops_proof.c.month, ops_proof.c.measure)
            )
        )


def alarms(record: Any) -> list[Any]:
    with record.connect() as connection:
        return list(connection.execute(select(ops_alarm)))


def value(record: Any, entity: Any, name: str, **identity: int) -> Any:
    table = staging_table(entity)
    match = [table.c[column] == part for column, part in identity.items()]
    with record.connect() as connection:
        return connection.scalar(select(table.c[name]).where(*match))


def silently(record: Any, statement: str) -> None:
    with record.begin() as connection:
        connection.execute(text(statement))


def test_netsuite_is_proven_by_month_in_one_query_an_entity(netsuite, record, mirror):
    connected = netsuite()

    result = mirror(connected.source, TRANSACTION, LINE)

    assert result.state == "succeeded", result.error
    found = lines(record, LINE)
    assert {line.state for line in found} == {"equal"}
    sums = {line.month: Decimal(line.source_value) for line in found if "foreign" in line.measure}
    assert sums == {202506: -1250, 202602: -1250, 202603: -1250}
    assert alarms(record) == []


def test_a_line_that_changed_behind_our_back_and_one_that_was_missed_are_mended(
    netsuite, record, mirror
):
    connected = netsuite()
    mirror(connected.source, TRANSACTION, LINE)
    row = connected.system.tables["transactionline"].rows[(502, 7)]
    connected.system.put("transactionline", row | {"foreignamount": Decimal("3.125")})
    silently(record, f'DELETE FROM {LINE.table} WHERE "transaction" = 503 AND id = 9')

    result = mirror(connected.source, TRANSACTION, LINE)

    assert result.state == "succeeded", result.error
    assert value(record, LINE, "foreignamount", transaction=502, id=7) == Decimal("3.125")
    assert value(record, LINE, "foreignamount", transaction=503, id=9) == Decimal("-2.5")
    healed = [alarm for alarm in alarms(record) if alarm.closed_at is not None]
    assert {alarm.month for alarm in healed} == {202602, 202603}
    assert all(alarm.closed_at is not None for alarm in alarms(record))


def test_a_transaction_saved_while_we_were_reading_is_explained(netsuite, record, mirror):
    connected = netsuite()
    mirror(connected.source, TRANSACTION, LINE)
    totals = connected.source.totals

    def saved_first(entity: Any, window: Any) -> Any:
        row = connected.system.tables["transaction"].rows[(502,)]
        new = row | {"foreigntotal": Decimal(9), "lastmodifieddate": NOW + timedelta(minutes=1)}
        connected.system.put("transaction", new)
        return totals(entity, window)

    connected.source.totals = saved_first
    mirror(connected.source, TRANSACTION)

    assert {line.state for line in lines(record, TRANSACTION) if line.month == 202602} == {
        "equal",
        "explained",
    }
    assert alarms(record) == []


def test_suiteprojects_is_proven_by_its_counts_and_by_listing_what_xml_does_not_count(
    suiteprojects, record, mirror
):
    connected = suiteprojects()
    result = mirror(connected.source, TIME_ENTRY, CHARGE)
    assert result.state == "succeeded", result.error
    [total] = lines(record, TIME_ENTRY)
    assert (total.measure, total.source_value, total.state) == ("rows", "2300", "equal")
    counted = lines(record, CHARGE)
    assert {line.state for line in counted} == {"equal"}
    assert sum(int(line.source_value) for line in counted if line.measure == "rows") == 2100
    silently(record, f"DELETE FROM {TIME_ENTRY.table} WHERE id = 77")
    silently(record, f"UPDATE {CHARGE.table} SET amount = 10000 WHERE id = 78")

    mirror(connected.source, TIME_ENTRY, CHARGE)

    assert value(record, TIME_ENTRY, "hours", id=77) == Decimal("7.75")
    assert {alarm.entity for alarm in alarms(record)} == {TIME_ENTRY.key, CHARGE.key}
