"""The facts that nine visuals are made of, copied into PostgreSQL as a careful administrator would have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from .live import connect, copy_in

_LENSES = ("amount_base",)
_PARENTS = ("project_key", "department_key", "customer_key", "subsidiary_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A table of a snapshot in PostgreSQL.

    Attributes:
        columns: those that are copied.
        month: the column that its months are told by; it becomes a date, `month_start`.
        by: what is filtered by beside the month.
        found: what an index holds beside that, so that it answers without the table.
    """

    columns: tuple[str, ...]
    month: str = ""
    by: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    key: str = ""


TABLES = {
    "dim_department": Copied(columns=("department_key", "name"), key="department_key"),
    "dim_project": Copied(columns=("project_key", "code", "name", "kind"), key="project_key"),
    "fct_gl": Copied(
        columns=("account_type", "project_kind", "stream", *_PARENTS, *_LENSES), month="month",
        by=("account_type", "project_kind"), found=("project_key", "department_key", *_LENSES),
    ),
    "fct_rev_rec": Copied(
        columns=("method", "hours", *_PARENTS, *_LENSES), month="month",
        found=("project_key", *_LENSES),
    ),
    "fct_time": Copied(
        columns=("person_key", *_PARENTS, "hours", "status", "kind", "is_billable", "cost_base"),
        month="accounting_month", by=("status", "kind"), found=("project_key", "cost_base"),
    ),
    "fct_expense": Copied(
        columns=("status", *_PARENTS, *_LENSES), month="month", by=("status",),
        found=("project_key", *_LENSES),
    ),
    "fct_purchase": Copied(
        columns=(*_PARENTS, *_LENSES), month="month", found=("project_key", *_LENSES)
    ),
    "fct_invoice_line": Copied(
        columns=("is_tax", "stream", *_PARENTS, *_LENSES), month="month", by=("is_tax",),
        found=_LENSES,
    ),
    "fct_order_intake": Copied(
        columns=("kind", "stream", *_PARENTS, *_LENSES), month="month",
        found=("department_key", *_LENSES),
    ),
    "fct_backlog": Copied(
        columns=("system", "stream", *_PARENTS, *_LENSES), month="month", by=("system",),
        found=("department_key", *_LENSES),
    ),
    "fct_ar_open": Copied(
        columns=("system", "due_on", *_PARENTS, *_LENSES), month="month", by=("system",),
        found=("department_key", *_LENSES),
    ),
}  # fmt: skip


def load(facts: Path, url: str) -> None:
    """Copy the facts into a fresh database, with keys, indexes and statistics."""
    file = facts.with_suffix(".csv")
    with duckdb.connect(str(facts), read_only=True) as held, connect(url) as server:
        held.execute("SET enable_progress_bar = false")
        for name, table in TABLES.items():
            columns = ", ".join(table.columns)
            if table.month:
                parts = (
                    f"CAST({table.month} // 100 AS INTEGER), CAST({table.month} % 100 AS INTEGER)"
                )
                columns = f"make_date({parts}, 1) AS month_start, {columns}"
            copy_in(held, server, name, f"SELECT {columns} FROM {name}", file)
            if table.key:
                server.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({table.key})")
            if table.month:
                by = ", ".join(("month_start", *table.by))
                server.execute(f"CREATE INDEX ON {name} ({by}) INCLUDE ({', '.join(table.found)})")
        server.execute("VACUUM ANALYZE")
