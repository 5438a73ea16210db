"""The staging tables: one for each entity, derived from its declaration, holding the mirror of its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Index,
    Inspector,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
)
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeEngine

from models.database import writing
from models.tables.types import ExactDecimal, Instant

from ..entities.entity import Entity, Kind
from . import cursors
from .parse import CUSTOM

MODIFIED, HASH, RUN = "_modified_at", "_hash", "_run_id"
SEQUENCE, SYNCED, DELETED = "_sequence", "_synced_at", "_deleted_at"
VALID_FROM, VALID_TO = "_valid_from", "_valid_to"
KNOWN_FROM, KNOWN_TO = "_known_from", "_known_to"
IS_FIRST, IS_DELETION = "_is_first", "_is_deletion"

_LOCK = 4_021_002

_TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    Kind.ID: BigInteger,
    Kind.TEXT: Text,
    Kind.INTEGER: BigInteger,
    Kind.DECIMAL: ExactDecimal,
    Kind.RATE: Text,
    Kind.DATE: Date,
    Kind.INSTANT: Instant,
    Kind.FLAG: Boolean,
}


@cache
def staging_table(entity: Entity) -> Table:
    """The staging table of an entity.

    Beside the declared columns: `custom` (JSON text of custom fields that are not declared),
    `_modified_at`, `_hash`, `_run_id`, `_sequence` (the change that last wrote the row),
    `_synced_at` and `_deleted_at` (null while the record lives).
    """
    alone = len(entity.identity) == 1
    # SQLite keeps a lone whole number as the row's own address: no second index, faster writes
    lone_key = BigInteger().with_variant(Integer, "sqlite") if alone else BigInteger()
    columns = [
        Column(
            name,
            lone_key if field.kind is Kind.ID and name in entity.identity else _TYPES[field.kind],
            primary_key=name in entity.identity,
            autoincrement=False,
            # what is required is checked by the parser: a rule may be loosened without a migration
            nullable=name not in entity.identity,
        )
        for name, field in entity.fields.items()
    ]
    table = Table(
        entity.table,
        MetaData(),
        *columns,
        Column(CUSTOM, Text),
        Column(MODIFIED, Instant),
        Column(HASH, BigInteger, nullable=False),
        Column(RUN, BigInteger, nullable=False),
        Column(SEQUENCE, BigInteger, nullable=False),
        Column(SYNCED, Instant, nullable=False),
        Column(DELETED, Instant),
        Index(f"ix_{entity.table}_sequence", SEQUENCE),
        sqlite_with_rowid=alone,
    )
    if entity.parent_key and entity.identity[0] != entity.parent_key:
        Index(f"ix_{entity.table}_parent", table.c[entity.parent_key])
    return table


@cache
def history_table(entity: Entity) -> Table:
    """The versions of an entity's records that the row in staging has replaced; rows only ever come.

    Beside the declared columns and `custom`: `_valid_from` and `_valid_to` (when it held in the source),
    `_known_from` and `_known_to` (when we learnt of it, and of its end), `_is_first` (nothing is known
    of the time before), `_is_deletion` (the record was gone meanwhile), `_run_id` (which run read it)
    and `_sequence` (the change that replaced it).
    """
    return Table(
        entity.history_table,
        MetaData(),
        *(
            Column(
                name,
                _TYPES[field.kind],
                primary_key=name in entity.identity,
                autoincrement=False,
                nullable=name not in entity.identity,
            )
            for name, field in entity.fields.items()
        ),
        Column(CUSTOM, Text),
        Column(VALID_FROM, Instant, nullable=False),
        Column(VALID_TO, Instant, nullable=False),
        Column(KNOWN_FROM, Instant, nullable=False),
        Column(KNOWN_TO, Instant, nullable=False),
        Column(IS_FIRST, Boolean, nullable=False),
        Column(IS_DELETION, Boolean, nullable=False),
        Column(RUN, BigInteger, nullable=False),
        Column(SEQUENCE, BigInteger, primary_key=True, autoincrement=False),
        Index(f"ix_{entity.history_table}_sequence", SEQUENCE),
        sqlite_with_rowid=False,
    )


def ensure_tables(engine: Engine, entities: Iterable[Entity]) -> None:
    """Create the staging tables that are missing and add the columns that are new; nothing is dropped.

    An entity that gets new columns is read again: no change would bring their values to older records.
    """
    chosen = list(entities)
    tables = [staging_table(entity) for entity in chosen]
    tables += [history_table(entity) for entity in chosen if entity.history is not None]
    dated = {entity.table: entity for entity in chosen if entity.modified is not None}

    def read_again(connection: Connection, widened: Table) -> None:
        entity = dated.get(widened.name)
        if entity is not None:
            cursors.read_anew(connection, entity)

    ensure(engine, tables, read_again)


def ensure(
    engine: Engine,
    tables: Sequence[Table],
    widened: Callable[[Connection, Table], None] = lambda _connection, _table: None,
) -> None:
    """Create tables that are missing and add columns that are new; nothing is dropped.

    `widened` is told of each table that gets new columns, in the transaction that adds them.
    """
    if not _missing(inspect(engine), tables):
        return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # of processes that start at once, one creates
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        for table, columns in _missing(inspect(connection), tables).items():
            if columns is None:
                table.create(connection)
                continue
            widened(connection, table)
            for column in columns:
                added = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {added}")


def _missing(present: Inspector, tables: Iterable[Table]) -> dict[Table, list[Column[Any]] | None]:
    """The columns that each table lacks; None for a table that is not there at all."""
    existing = set(present.get_table_names())
    found: dict[Table, list[Column[Any]] | None] = {}
    for table in tables:
        if table.name not in existing:
            found[table] = None
            continue
        names = {column["name"] for column in present.get_columns(table.name)}
        lacking = [column for column in table.columns if column.name not in names]
        if lacking:
            found[table] = lacking
    return found
