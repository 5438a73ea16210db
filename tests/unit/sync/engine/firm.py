"""A record, what is published of it, and a clock that is set by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from models.database import open_record, upgrade, writing
from models.settings import WarehouseSettings
from models.snapshot import Snapshots
from models.tables.conformed import dim_account
from sync.engine.meta import SourceInfo
from sync.engine.parse import parser_of
from sync.engine.publish import build_and_publish
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.entities import ENTITIES
from sync.entities.entity import System

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
