"""What the metric layer is measured against: live SQL on the raw tables in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg
from sqlalchemy import make_url

from .asked import Asked, Told

_TYPES = {"HUGEINT": "numeric", "VARCHAR": "text", "DOUBLE": "double precision"}
_CHUNK = 1 << 20
# what somebody who reports on these tables would have: keys, and what is filtered and joined by
_INDEXES = {
    "stg_suiteprojects__time_entry": ("date", "(coalesce(accounting_date, date))", "project_id, date", "user_id, date", "timesheet_id"),
    "stg_suiteprojects__revenue_recognition_transaction": ("date", "project_id"),
    "stg_suiteprojects__charge": ("invoice_id", "project_id"),
    "stg_suiteprojects__invoice": ("date",),
    "stg_suiteprojects__payment": ("invoice_id",),
    "stg_suiteprojects__ticket": ("date",),
    "stg_suiteprojects__purchase_item": ("date",),
    "stg_suiteprojects__loaded_cost": ("user_id, start_date",),
    "stg_suiteprojects__schedule_request": ("user_id, date", "date"),
    "stg_netsuite__timebill": ("trandate",),
    "stg_netsuite__transaction": ("postingperiod", "trandate"),
    "stg_netsuite__transactionline": ("entity",),
    "stg_netsuite__transactionaccountingline": ("transaction, transactionline", "account"),
    "stg_netsuite__nexttransactionlinelink": ("previousdoc",),
    "stg_netsuite__consolidatedexchangerate": ("fromsubsidiary, postingperiod",),
}  # fmt: skip
_KEYS = {"stg_netsuite__transactionline": "transaction, id"}


def connect(url: str, *, autocommit: bool = True) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the driver itself to what SQLAlchemy's URL names."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=autocommit)


def load_postgres(raw: Path, url: str) -> None:
    """Copy the raw tables into a fresh database, with keys, indexes and statistics."""
    file = raw.with_suffix(".csv")
    with duckdb.connect(str(raw), read_only=True) as held, connect(url) as server:
        held.execute("SET enable_progress_bar = false")
        for (name,) in held.execute(
            "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'stg_%' ORDER BY 1"
        ).fetchall():
            columns = copy_in(held, server, name, f"SELECT * FROM {name}", file)
            key = _KEYS.get(name, "id" if columns[0] == "id" else "")
            if key:
                server.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({key})")
            for index in _INDEXES.get(name, ()):
                server.execute(f"CREATE INDEX ON {name} ({index})")
        server.execute("VACUUM ANALYZE")


def copy_in(
    held: duckdb.DuckDBPyConnection,
    server: psycopg.Connection[tuple[object, ...]],
    name: str,
    query: str,
    file: Path,
) -> list[str]:
    """Make a table in PostgreSQL of what DuckDB answers; the names of its columns.

    Args:
        file: where the rows lie in between.
    """
    columns = held.execute(f"DESCRIBE {query}").fetchall()
    typed = ", ".join(f'"{line[0]}" {_TYPES.get(line[1], line[1])}' for line in columns)
    server.execute(f"CREATE TABLE {name} ({typed})".encode())
    held.execute(f"COPY ({query}) TO '{file}' (FORMAT csv, HEADER false)")
    with (
        file.open("rb") as source,
        server.cursor() as cursor,
        cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy,
    ):
        while chunk := source.read(_CHUNK):
            copy.write(chunk)
    file.unlink()
    return [str(line[0]) for line in columns]


def ask_postgres(server: psycopg.Connection[tuple[object, ...]], asked: Asked) -> Told:
    """What the raw tables say."""
    return asked.told(server.execute(asked.sql.encode(), asked.values).fetchall())
