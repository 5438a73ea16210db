"""The functions of SuiteQL's BUILTIN package, as far as they are simulated."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from .functions import now
from .grammar import invalid_query
from .mirror import Tables
from .schema import APPROVALS, DISPLAY, REFERENCES, TIME_APPROVALS, TRANSACTION_TYPES

_RANGE_UNITS = {"M": "month", "Q": "quarter", "Y": "year", "W": "week", "FQ": "quarter",
                "FY": "year", "RH": "month"}  # fmt: skip
_ROLLING_HALF_MONTHS = 6


def builtin(node: exp.Anonymous, tables: Tables) -> exp.Expr:
    """What runs in place of `BUILTIN.<name>(…)`."""
    name = str(node.this).upper()
    arguments = list(node.expressions)
    if name in ("DF", "HIERARCHY") and isinstance(arguments[0], exp.Column):
        return _display(arguments[0], tables)
    if name in ("CF", "DF", "HIERARCHY", "CURRENCY"):
        value: exp.Expr = arguments[0]
        return value
    if name == "RELATIVE_RANGES":
        return _relative_range(*(str(argument.name).upper() for argument in arguments[:2]))
    raise invalid_query(f"Search error occurred: Function 'BUILTIN.{name}' is not simulated")


def _display(column: exp.Column, tables: Tables) -> exp.Expr:
    name, table = column.name, table_of(column, tables)
    if table == "transaction" and name == "status":
        return _status(column, tables)
    if table == "transaction" and name == "type":
        return _texts(column, {code: label for code, (_, label) in TRANSACTION_TYPES.items()})
    if name == "approvalstatus":
        texts = TIME_APPROVALS if table == "timebill" else APPROVALS
        return _texts(exp.cast(column, "varchar"), texts)
    found = [
        f'(SELECT MAX(r."{DISPLAY[target]}") FROM "{target}" AS r WHERE r."id" = {_sql(column)})'  # noqa: S608 - names are the schema's own
        for target in REFERENCES.get(name, ())
        if tables.offers(target) and DISPLAY[target] in tables.columns(target)
    ]
    if not found:
        return column
    return sqlglot.parse_one(f"COALESCE({', '.join(found)})", read="duckdb")


def _status(column: exp.Column, tables: Tables) -> exp.Expr:
    tables.columns("transactionstatus")
    type_ = exp.column("type", table=column.table or None, quoted=True)
    return sqlglot.parse_one(
        '(SELECT MAX(r."fullname") FROM "transactionstatus" AS r '  # noqa: S608 - as above
        f'WHERE r."id" = {_sql(column)} AND r."trantype" = {_sql(type_)})',
        read="duckdb",
    )


def _texts(column: exp.Expr, texts: dict[str, str]) -> exp.Expr:
    case = exp.Case(this=column.copy())
    for code, text in texts.items():
        case = case.when(exp.Literal.string(code), exp.Literal.string(text))
    return case.else_(column.copy())


def table_of(column: exp.Column, tables: Tables) -> str | None:
    """The table a column belongs to, when its own SELECT names it directly."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        below = [*select.find_all(exp.Table)]
        named = [table for table in below if table.alias_or_name == column.table]
        # A derived table passes its columns on: whichever table below has one of that name.
        for table in [*named, *(() if named else below)]:
            if tables.offers(table.name) and column.name in tables.columns(table.name):
                return str(table.name)
        select = select.find_ancestor(exp.Select)
    return None


def _relative_range(code: str, bound: str = "START") -> exp.Expr:
    last = code.startswith("L")
    unit = _RANGE_UNITS.get(code[1:])
    if code in ("TODAY", "YESTERDAY"):
        unit, last = "day", code == "YESTERDAY"
    if unit is None or bound not in ("START", "END"):
        raise invalid_query(f"Search error occurred: Invalid relative range '{code}'")
    start = f"date_trunc('{unit}', {_sql(now())})"
    length = f"INTERVAL 1 {unit}"
    if code.endswith("RH"):
        start = f"({start} - INTERVAL {_ROLLING_HALF_MONTHS - 1} MONTH)"
        length = f"INTERVAL {_ROLLING_HALF_MONTHS} MONTH"
    if last:
        start = f"({start} - {length})"
    text = start if bound == "START" else f"({start} + {length} - INTERVAL 1 DAY)"
    return sqlglot.parse_one(f"CAST({text} AS TIMESTAMP)", read="duckdb")


def _sql(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")
