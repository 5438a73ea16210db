"""Small books whose numbers can be worked out by hand: `tests/data/books.json`."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime, Engine, Numeric, create_engine
from sqlalchemy.exc import SAWarning

from models.metrics import catalogue
from models.period import Month
from models.snapshot import Snapshot, SourceState
from models.tables.conformed import SNAPSHOT
from tests.small import engine_on

BOOKS = Path(__file__).parents[3] / "data" / "books.json"


def _value(column, text):
    if text is None:
        return None
    if isinstance(column.type, Date):
        return date.fromisoformat(text)
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(text)
    return Decimal(text) if isinstance(column.type, Numeric) else text


def _fill(engine: Engine) -> None:
    catalogue.kpis()  # which declares every fact
    SNAPSHOT.create_all(engine)
    with engine.begin() as connection:
        for name, (heads, *lines) in json.loads(BOOKS.read_text(encoding="utf-8")).items():
            table = SNAPSHOT.tables[name]
            records = [
                {head: _value(table.c[head], cell) for head, cell in zip(heads, line, strict=True)}
                for line in lines
            ]
            connection.execute(table.insert(), records)


def _snapshot(engine: Engine, path: Path) -> Snapshot:
    as_of = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
    return Snapshot(
        version=7,
        path=path,
        engine=engine,
        built_at=as_of,
        reporting_currency="GBP",
        today=date(2026, 3, 20),
        last_closed_month=Month(2026, 2),
        sources={
            system: SourceState(
                system=system,
                as_of=as_of,
                complete_from=None,
                account="T1",
                record_url=f"https://{system}.example",
                quarantined=0,
            )
            for system in ("netsuite", "suiteprojects")
        },
    )


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """The books as a snapshot that is only read, as published ones are."""
    path = tmp_path_factory.mktemp("books") / "v7.duckdb"
    engine = create_engine(f"duckdb:///{path}")
    _fill(engine)
    engine.dispose()
    engine = engine_on(path, read_only=True, enable_external_access=False)
    yield _snapshot(engine, path)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_books():
    """The same books on another engine."""
    engine = create_engine("sqlite://")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dialect sqlite", SAWarning)
        _fill(engine)
    yield _snapshot(engine, Path("books.db"))
    engine.dispose()
