"""The books of a small firm, as a snapshot that numbers are asked of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Numeric, insert

from models.metrics import catalogue
from models.metrics.rollup import Rollup
from models.period import Month
from models.snapshot import Snapshot, SourceState
from models.tables.conformed import SNAPSHOT
from tests.small import engine_on

BOOKS = Path(__file__).parents[1] / "data" / "books.json"
NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)


def _value(column: Column[Any], text: Any) -> Any:
    if text is None or not isinstance(column.type, (Date, Numeric)):
        return text
    return date.fromisoformat(text) if isinstance(column.type, Date) else Decimal(text)


def write(path: Path, *, filled: bool = True) -> None:
    """Make the tables of a snapshot, with the firm's books in them unless they are to be empty."""
    catalogue.kpis()  # which declares every table
    engine = engine_on(path)
    SNAPSHOT.create_all(engine)
    books: Mapping[str, list[list[Any]]] = json.loads(BOOKS.read_text(encoding="utf-8"))
    with engine.begin() as connection:
        for name, (heads, *lines) in books.items() if filled else ():
            table = SNAPSHOT.tables[name]
            given = [
                {head: _value(table.c[head], cell) for head, cell in zip(heads, line, strict=True)}
                for line in lines
            ]
            connection.execute(insert(table), given)
    engine.dispose()


def roll_up(path: Path, rollups: Iterable[Rollup]) -> None:
    """Fill the rollups from the facts."""
    engine = engine_on(path)
    with engine.begin() as connection:
        for one in rollups:
            connection.execute(insert(one.table).from_select(list(one.table.c), one.select))
    engine.dispose()


def opened(path: Path) -> Snapshot:
    """The snapshot of a file that was written, to be read; its engine is to be disposed of."""
    return Snapshot(
        version=1,
        path=path,
        engine=engine_on(path, read_only=True),
        built_at=NOW,
        reporting_currency="GBP",
        today=NOW.date(),
        last_closed_month=Month(2026, 2),
        sources={
            system: SourceState(
                system=system,
                as_of=NOW,
                complete_from=None,
                account="1",
                record_url="https://erp.example",
                quarantined=0,
            )
            for system in ("netsuite", "suiteprojects")
        },
    )
