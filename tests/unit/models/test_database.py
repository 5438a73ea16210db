from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from models.database import is_current, open_record, upgrade, writing
from models.errors import ConfigError
from models.refresh import request_refresh
from models.tables.operations import RECORD, ops_cursor, ops_refresh_request

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def record(empty_url: str) -> Iterator[Engine]:
    engine = open_record(empty_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def test_the_migrated_schema_is_the_declared_one(record: Engine) -> None:
    with record.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, RECORD)

    assert differences == []


def test_an_upgrade_may_be_repeated_and_keeps_what_is_there(record: Engine) -> None:
    request_refresh(record, "somebody", NOON)

    upgrade(record)

    with record.connect() as connection:
        assert connection.scalar(select(ops_refresh_request.c.requested_by)) == "somebody"
    assert is_current(record)


def test_a_record_without_tables_is_not_current(empty_url: str) -> None:
    engine = open_record(empty_url)

    assert not is_current(engine)

    engine.dispose()


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(record: Engine) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    with writing(record) as connection:
        connection.execute(
            insert(ops_cursor).values(
                entity="a", watermark=NOON.astimezone(kathmandu), updated_at=NOON
            )
        )

    with record.connect() as connection:
        found = connection.scalar(select(ops_cursor.c.watermark))

    assert found == NOON
    assert found.tzinfo is UTC


def test_who_asks_while_a_refresh_waits_joins_it(record: Engine) -> None:
    first = request_refresh(record, "the first", NOON)

    second = request_refresh(record, "the second", NOON)

    assert first == second


def test_a_record_opened_to_read_refuses_to_write(record: Engine, empty_url: str) -> None:
    reader = open_record(empty_url, read_only=True)

    with pytest.raises(DBAPIError), reader.begin() as connection:
        connection.execute(text("DELETE FROM ops_run"))

    reader.dispose()


def test_a_sqlite_record_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "record.db"

    engine = open_record(f"sqlite:///{path}")
    upgrade(engine)

    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    engine.dispose()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    engine = open_record(f"sqlite:///{tmp_path / 'record.db'}")
    upgrade(engine)

    with writing(engine) as writer:
        writer.execute(text("UPDATE ops_change SET sequence = 7"))
        with engine.connect() as reader:
            assert reader.scalar(text("SELECT sequence FROM ops_change")) == 0

    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "mysql://host/db", "duckdb:///x", "nonsense"])
def test_a_record_elsewhere_is_refused_by_the_name_of_the_setting(url: str) -> None:
    with pytest.raises(ConfigError, match="ONEVIEW_DATABASE_URL"):
        open_record(url)
