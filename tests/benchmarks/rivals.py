"""What the metric layer is measured against: the raw tables in PostgreSQL, the facts in pandas frames."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import psycopg
from sqlalchemy import make_url

from .asked import Asked, Told

_TYPES = {"HUGEINT": "numeric", "VARCHAR": "text", "DOUBLE": "double precision"}
_CHUNK = 1 << 20
# what somebody who reports on these tables would have: keys, and what is filtered and joined by
_INDEXES = {
    "stg_suiteprojects__time_entry": ("date", "project_id, date", "user_id, date", "timesheet_id"),
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
        for (name,) in held.execute(
            "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'stg_%' ORDER BY 1"
        ).fetchall():
            columns = held.execute(f"DESCRIBE {name}").fetchall()
            typed = ", ".join(f'"{line[0]}" {_TYPES.get(line[1], line[1])}' for line in columns)
            server.execute(f"CREATE TABLE {name} ({typed})")
            held.execute(f"COPY {name} TO '{file}' (FORMAT csv, HEADER false)")
            with (
                file.open("rb") as source,
                server.cursor() as cursor,
                cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy,
            ):
                while chunk := source.read(_CHUNK):
                    copy.write(chunk)
            key = _KEYS.get(name, "id" if columns[0][0] == "id" else "")
            if key:
                server.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({key})")
            for index in _INDEXES.get(name, ()):
                server.execute(f"CREATE INDEX ON {name} ({index})")
        server.execute("VACUUM ANALYZE")
    file.unlink(missing_ok=True)


def ask_postgres(server: psycopg.Connection[tuple[object, ...]], asked: Asked) -> Told:
    """What the raw tables say."""
    return asked.told(server.execute(asked.sql.encode(), asked.values).fetchall())


# ---------------------------------------------------------------- pandas

_PARENTS = "subsidiary_key, department_key, customer_key, project_key"
_HELD = {  # the columns that the questions need, numbers as pandas computes with them
    "fct_time": (
        "person_key, department_key, project_key, project_department_key, subsidiary_key, customer_key, role_key,"
        " day, month, accounting_month, status, kind, is_billable, in_rollup, hours::DOUBLE AS hours,"
        " cost_base::DOUBLE AS cost_base"
    ),
    "fct_time_bill": (
        "person_key, department_key, project_key, day, month, is_billable, is_approved, in_rollup,"
        " hours::DOUBLE AS hours"
    ),
    "fct_capacity": (
        "person_key, department_key, role_key, day, month, in_rollup, net_hours::DOUBLE AS net_hours"
    ),
    "fct_gl": (
        f"{_PARENTS}, month, account_type, project_kind, type, stream, amount_base::DOUBLE AS amount_base"
    ),
    "fct_rev_rec": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "fct_expense": f"{_PARENTS}, month, status, amount_base::DOUBLE AS amount_base",
    "fct_purchase": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "fct_invoice_line": f"{_PARENTS}, month, is_tax, amount_base::DOUBLE AS amount_base",
    "fct_psa_invoice_line": f"{_PARENTS}, month, status, amount_base::DOUBLE AS amount_base",
    "fct_ar_open": f"{_PARENTS}, system, month, amount_base::DOUBLE AS amount_base",
    "fct_backlog": f"{_PARENTS}, system, month, amount_base::DOUBLE AS amount_base",
    "fct_rev_plan": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "fct_projection": f"{_PARENTS}, month, amount_base::DOUBLE AS amount_base",
    "dim_project": "project_key, kind, budget_hours::DOUBLE AS budget_hours",
    "dim_person": "person_key, role",
}  # fmt: skip
Frames = dict[str, pd.DataFrame]


def write_frames(facts: Path, folder: Path) -> None:
    """Put the facts where pandas reads them."""
    with duckdb.connect(str(facts), read_only=True) as held:
        for name, columns in _HELD.items():
            held.execute(f"COPY (SELECT {columns} FROM {name}) TO '{folder}/{name}.parquet'")


def read_frames(folder: Path) -> Frames:
    """Hold the facts in memory, texts as categories, keys as narrow as they may be."""
    found: Frames = {}
    for name in _HELD:
        frame = pd.read_parquet(folder / f"{name}.parquet")
        for column in frame.columns:
            kind = frame[column].dtype
            if pd.api.types.is_integer_dtype(kind):
                frame[column] = frame[column].astype("int32")
            elif not pd.api.types.is_bool_dtype(kind) and not pd.api.types.is_float_dtype(kind):
                frame[column] = frame[column].astype("category")
        found[name] = frame
    return found
