"""Typed views of custom fields in the record: `cst_<entity>`, one column a field, by the kind it holds."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from ..entities.entity import Entity, Kind
from .parse import CUSTOM
from .stage import DELETED

PREFIX = "cst_"
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$"
_DAY = (
    r"^\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)"
    r"|02-(0[1-9]|1\d|2[0-8]))"
)
_TRUE, _FALSE = "('t', 'true', '1')", "('f', 'false', '0')"


def refresh_view(connection: Connection, entity: Entity, kinds: Mapping[str, Kind]) -> None:
    """Make the view of an entity's custom fields anew; a value that is not of its kind is null there."""
    view = f"{PREFIX}{entity.key}"
    connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view}")
    if not kinds:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    column = _sqlite if is_sqlite else _postgresql
    names = [name for name in sorted(kinds) if name not in entity.identity]
    columns = [
        *(f't."{name}"' for name in entity.identity),
        *(f"{column(name, kinds[name])} AS {_quoted(name)}" for name in names),
    ]
    document = CUSTOM if is_sqlite else f"CAST({CUSTOM} AS jsonb)"
    identity = ", ".join(f'"{name}"' for name in entity.identity)
    statement = (
        f"CREATE VIEW {view} AS SELECT {', '.join(columns)} "
        f"FROM (SELECT {identity}, {document} AS c FROM {entity.table} WHERE {DELETED} IS NULL) AS t"
    )
    connection.execute(text(statement.replace(":", r"\:")))


def _sqlite(name: str, kind: Kind) -> str:
    path = f'$."{name}"'.replace("'", "''")
    value = f"CAST(json_extract(t.c, '{path}') AS TEXT)"
    number = f"CASE WHEN json_valid({value}) AND json_type({value})"
    day = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]"
    match kind:
        case Kind.ID | Kind.INTEGER:
            return f"{number} = 'integer' THEN CAST({value} AS INTEGER) END"
        case Kind.DECIMAL | Kind.RATE:
            return f"{number} IN ('integer', 'real') THEN CAST({value} AS NUMERIC) END"
        case Kind.DATE:
            return f"CASE WHEN {value} GLOB '{day}' AND date({value}, '+0 days') = {value} THEN {value} END"
        case Kind.INSTANT:
            return f"CASE WHEN {value} GLOB '{day}T*Z' THEN datetime({value}) END"
        case Kind.FLAG:
            return f"CASE WHEN lower({value}) IN {_TRUE} THEN 1 WHEN lower({value}) IN {_FALSE} THEN 0 END"
        case _:
            return value


def _postgresql(name: str, kind: Kind) -> str:
    value = f"(t.c ->> '{name.replace(chr(39), chr(39) * 2)}')"
    leap = f"left({value}, 4)::integer"
    is_day = (
        f"({value} ~ '{_DAY}' OR ({value} ~ '^[0-9]{{4}}-02-29' AND {leap} % 4 = 0 "
        f"AND ({leap} % 100 <> 0 OR {leap} % 400 = 0)))"
    )
    match kind:
        case Kind.ID | Kind.INTEGER:
            return f"CASE WHEN {value} ~ '^-?[0-9]{{1,18}}$' THEN {value}::bigint END"
        case Kind.DECIMAL | Kind.RATE:
            return f"CASE WHEN {value} ~ '{_NUMBER}' THEN {value}::numeric END"
        case Kind.DATE:
            return f"CASE WHEN length({value}) = 10 AND {is_day} THEN {value}::date END"
        case Kind.INSTANT:
            moment = "'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$'"
            return f"CASE WHEN {is_day} AND {value} ~ {moment} THEN {value}::timestamptz END"
        case Kind.FLAG:
            return f"CASE WHEN lower({value}) IN {_TRUE} THEN true WHEN lower({value}) IN {_FALSE} THEN false END"
        case _:
            return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
