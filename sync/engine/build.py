"""Builds the facts: the record's changed rows into the mirror, then every table by its SELECT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Engine, Table
from sqlalchemy.schema import CreateTable

from models.errors import WarehouseError
from models.tables import conformed

from ..entities import ENTITIES
from ..entities.entity import Entity, System
from ..settings import SyncSettings
from ..transforms import TRANSFORMS
from ..transforms.macros import create_macros
from ..transforms.transform import Transform, in_order
from .carry import EntityState, RecordState, carry, discard, open_work_file

Clock = Callable[[], datetime]
MIRROR, FACTS = "mirror.duckdb", "facts.duckdb"
META = (conformed.meta_snapshot, conformed.meta_source, conformed.meta_entity)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A file of facts, complete and checkpointed."""

    path: Path
    sequence: int
    today: date
    carried: Mapping[str, int]


def build(
    engine: Engine,
    work_dir: Path,
    sources: Sequence[SourceInfo],
    clock: Clock,
    *,
    version: int,
    rebuild: bool = False,
    entities: Mapping[str, Entity] = ENTITIES,
) -> Built:
    """Make the facts of the record as it is now.

    Args:
        version: what the snapshot made of it will be called.
        rebuild: carry every row again, not only the changed ones.

    Raises:
        WarehouseError: the record cannot be read, or the facts cannot be made; what is published stays.
    """
    mirror, facts = work_dir / MIRROR, work_dir / FACTS
    state = carry(engine, mirror, list(entities.values()), rebuild=rebuild)
    now = clock().astimezone(UTC)
    today = today_of(state, now)
    discard(facts)
    try:
        with open_work_file(facts) as connection:
            connection.execute(f"ATTACH '{_quoted(mirror)}' AS mirror (READ_ONLY)")
            make_facts(connection, today)
            _write_meta(connection, state, sources, entities, version, now, today)
            connection.execute("DETACH mirror")
            connection.execute("CHECKPOINT")
    except duckdb.Error as error:
        discard(mirror)  # whatever is wrong with it, the next build starts from the record
        raise WarehouseError(
            f"The facts could not be built; the published snapshot stays. {error}"
        ) from error
    return Built(path=facts, sequence=state.sequence, today=today, carried=state.carried)


def make_facts(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Run every transform on the attached `mirror`."""
    make_macros(connection)
    speak_of(connection, today)
    for transform in in_order(TRANSFORMS):
        make_table(connection, transform)


def make_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the macros that every transform may use."""
    for statement in create_macros():
        connection.execute(statement)


def speak_of(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Tell the transforms which day is today."""
    connection.execute(
        "CREATE TEMP TABLE run_day AS SELECT d AS today, day_key(d) AS day, month_key(d) AS month "
        "FROM (SELECT CAST(? AS DATE) AS d)",
        [today],
    )


def today_of(state: RecordState, now: datetime) -> date:
    """The day that "as of now" speaks of: that of the newest source, in UTC."""
    known = [
        as_of for system in System if (as_of := as_of_system(state.entities, system)) is not None
    ]
    return max(known, default=now).astimezone(UTC).date()


def as_of_system(entities: Mapping[str, EntityState], system: System) -> datetime | None:
    """Up to when every change of a system is here: what its least advanced entity reached."""
    return min(
        (
            state.watermark
            for name, state in entities.items()
            if name.startswith(f"{system}__") and state.watermark is not None
        ),
        default=None,
    )


def make_table(connection: duckdb.DuckDBPyConnection, transform: Transform) -> None:
    """Make the table of one transform."""
    target = transform.target
    if target is None:
        connection.execute(f"CREATE TEMP TABLE {transform.key} AS {transform.sql}")
        return
    create_table(connection, target)
    connection.execute(
        f"INSERT INTO {target.name} BY NAME SELECT * FROM ({transform.sql}) ORDER BY {_order(target)}"
    )


def create_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create a snapshot's table with its declared types."""
    connection.execute(str(CreateTable(table).compile(dialect=Dialect())))


def _order(table: Table) -> str:
    """By month, then key: what a question scans lies together."""
    first = [name for name in ("month", "project_key", "day") if name in table.c]
    if table.name.startswith("dim_"):
        first = []
    names = dict.fromkeys([*first, *(column.name for column in table.columns)])
    return ", ".join(f'"{name}"' for name in names)


def _write_meta(
    connection: duckdb.DuckDBPyConnection,
    state: RecordState,
    sources: Sequence[SourceInfo],
    entities: Mapping[str, Entity],
    version: int,
    now: datetime,
    today: date,
) -> None:
    for table in META:
        create_table(connection, table)
    currency = connection.execute("SELECT any_value(currency) FROM root_subsidiary").fetchone()
    connection.execute(
        "INSERT INTO meta_snapshot BY NAME SELECT ? AS version, CAST(? AS TIMESTAMP) AS built_at, "
        "? AS change_sequence, ? AS reporting_currency, ? AS today",
        [
            version,
            now.replace(tzinfo=None),
            state.sequence,
            (currency and currency[0]) or "",
            today.year * 10000 + today.month * 100 + today.day,
        ],
    )
    about = {source.system: source for source in sources}
    for system in System:
        _write_source(connection, state, system, about.get(system))
    for entity in entities.values():
        _write_entity(connection, entity, state.entities.get(entity.key))


def _write_source(
    connection: duckdb.DuckDBPyConnection,
    state: RecordState,
    system: System,
    about: SourceInfo | None,
) -> None:
    mine = [item for name, item in state.entities.items() if name.startswith(f"{system}__")]
    loading = [item.complete_from for item in mine if item.complete_from is not None]
    connection.execute(
        "INSERT INTO meta_source BY NAME SELECT ? AS system, CAST(? AS TIMESTAMP) AS as_of, "
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


def _write_entity(
    connection: duckdb.DuckDBPyConnection, entity: Entity, state: EntityState | None
) -> None:
    connection.execute(
        "INSERT INTO meta_entity BY NAME SELECT ? AS entity, ? AS system, "
        f"(SELECT count(*) FROM mirror.{entity.table}) AS rows, ? AS quarantined, "
        "CAST(? AS TIMESTAMP) AS as_of",
        [
            entity.key,
            str(entity.system),
            state.quarantined if state else 0,
            _naive(state.watermark if state else None),
        ],
    )


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
