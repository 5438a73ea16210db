"""What a snapshot tells of itself: of which record, how fresh, how complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import duckdb
import pyarrow as pa

from models.business import Business
from models.business.decided import told
from models.period import day_key
from models.tables import conformed
from models.tables.business import meta_business

from ..entities.entity import Entity, System
from ..settings import SyncSettings
from ..transforms import TRANSFORMS
from ..transforms.transform import Transform, sources_of
from .carry import IS_DELETED, EntityState, RecordState
from .making import create_table

META = (
    conformed.meta_snapshot,
    conformed.meta_source,
    conformed.meta_entity,
    conformed.meta_lineage,
    meta_business,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """What the snapshot tells of a source system beside its data."""

    system: System
    account: str
    record_url: str  # base address of the system's own pages


def source_infos(settings: SyncSettings) -> list[SourceInfo]:
    """What the settings say of both systems."""
    return [
        SourceInfo(
            system=System.NETSUITE,
            account=settings.netsuite_account,
            record_url=settings.netsuite_record_url,
        ),
        SourceInfo(
            system=System.SUITEPROJECTS,
            account=settings.suiteprojects_company,
            record_url=settings.suiteprojects_url,
        ),
    ]


def today_of(state: RecordState, now: datetime) -> date:
    """The day that "as of now" speaks of: that of the newest source, in UTC."""
    known = [
        as_of for system in System if (as_of := as_of_system(state.entities, system)) is not None
    ]
    return max(known, default=now).astimezone(UTC).date()


def is_whole(state: RecordState) -> bool:
    """Whether everything is here, nothing still loads: only then do stocks and sums mean something."""
    return bool(state.entities) and all(
        item.watermark is not None and item.complete_from is None
        for item in state.entities.values()
    )


def as_of_system(entities: Mapping[str, EntityState], system: System) -> datetime | None:
    """Up to when every change of a system is here: what its least advanced entity that is on reached."""
    return min(
        (
            state.watermark
            for name, state in entities.items()
            if name.startswith(f"{system}__") and state.watermark is not None and not state.is_off
        ),
        default=None,
    )


def write_meta(
    connection: duckdb.DuckDBPyConnection,
    state: RecordState,
    sources: Sequence[SourceInfo],
    entities: Mapping[str, Entity],
    version: int,
    now: datetime,
    today: date,
    business: Business,
) -> None:
    """Write the tables about the snapshot anew."""
    connection.execute("BEGIN")
    for table in META:
        connection.execute(f"DROP TABLE IF EXISTS facts.{table.name}")
        create_table(connection, table)
    currency = connection.execute("SELECT any_value(currency) FROM root_subsidiary").fetchone()
    connection.execute(
        "INSERT INTO facts.meta_snapshot BY NAME SELECT ? AS version, CAST(? AS TIMESTAMP) AS built_at, "
        "? AS change_sequence, ? AS reporting_currency, ? AS today",
        [
            version,
            now.replace(tzinfo=None),
            state.sequence,
            (currency and currency[0]) or "",
            day_key(today),
        ],
    )
    about = {source.system: source for source in sources}
    for system in System:
        _write_source(connection, state, system, about.get(system))
    _write_entities(connection, state, entities, now)
    _write_lineage(connection, entities)
    about_business = told(business)
    connection.execute(
        "INSERT INTO facts.meta_business BY NAME SELECT ? AS file, ? AS text, ? AS decided",
        [about_business[name] for name in ("file", "text", "decided")],
    )
    connection.execute("COMMIT")


def _write_source(
    connection: duckdb.DuckDBPyConnection,
    state: RecordState,
    system: System,
    about: SourceInfo | None,
) -> None:
    mine = [item for name, item in state.entities.items() if name.startswith(f"{system}__")]
    loading = [item.complete_from for item in mine if item.complete_from is not None]
    connection.execute(
        "INSERT INTO facts.meta_source BY NAME SELECT ? AS system, CAST(? AS TIMESTAMP) AS as_of, "
        "? AS complete_from, ? AS account, ? AS record_url, ? AS quarantined",
        [
            str(system),
            _naive(as_of_system(state.entities, system)),
            max(loading, default=None),
            about.account if about else "",
            about.record_url if about else "",
            sum(item.quarantined for item in mine),
        ],
    )


def _write_entities(
    connection: duckdb.DuckDBPyConnection,
    state: RecordState,
    entities: Mapping[str, Entity],
    now: datetime,
) -> None:
    rows, values = [], []
    for entity in entities.values():
        item = state.entities.get(entity.key)
        living = f" WHERE NOT {IS_DELETED}" if entity.is_member else ""
        newest = f'(SELECT max("{entity.modified}") FROM mirror.{entity.table})'
        rows.append(
            f"SELECT ? AS entity, ? AS system, (SELECT count(*) FROM mirror.{entity.table}{living}) AS rows, "
            "? AS quarantined, CAST(? AS TIMESTAMP) AS as_of, ? AS age_minutes, ? AS title, ? AS area, "
            f"CAST({newest if entity.modified else 'NULL'} AS TIMESTAMP) AS newest_change"
        )
        values += [
            entity.key,
            str(entity.system),
            item.quarantined if item else 0,
            _naive(item.watermark if item else None),
            _minutes(item.watermark if item else None, now),
            entity.title,
            entity.area,
        ]
    connection.execute(
        "INSERT INTO facts.meta_entity BY NAME SELECT *, "
        "CASE WHEN newest_change IS NOT NULL THEN greatest(date_diff('minute', newest_change, as_of), 0) END "
        "AS change_minutes FROM (" + " UNION ALL ".join(rows) + ")",
        values,
    )


@cache
def _sources(transform: Transform) -> frozenset[str]:
    return sources_of(transform, TRANSFORMS)


def _write_lineage(connection: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity]) -> None:
    """Which entities each published table is made of, as the transforms' own SQL says."""
    by_table = {entity.table: entity for entity in entities.values()}
    lines = [
        (transform.target.name, by_table[table].key, by_table[table].title)
        for transform in TRANSFORMS.values()
        if transform.target is not None
        for table in sorted(_sources(transform))
        if table in by_table
    ]
    if lines:
        # By Arrow: as parameters, a thousand rows cost a second.
        names = [column.name for column in conformed.meta_lineage.columns]
        columns = map(list, zip(*lines, strict=True))
        connection.register("lineage", pa.table(dict(zip(names, columns, strict=True))))
        connection.execute("INSERT INTO facts.meta_lineage BY NAME FROM lineage")
        connection.unregister("lineage")


def _minutes(moment: datetime | None, now: datetime) -> int | None:
    """How long ago a moment was; a source's clock may be ahead of ours."""
    return max(0, int((now - moment).total_seconds()) // 60) if moment else None


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
