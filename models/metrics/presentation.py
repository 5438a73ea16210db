"""How the columns of facts look among the rows behind a number: titles, types, names for keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Numeric,
    String,
    Table,
    cast,
    func,
    null,
)
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeEngine

from ..tables.conformed import (
    dim_account,
    dim_customer,
    dim_department,
    dim_person,
    dim_project,
    dim_subsidiary,
    dim_task,
)
from ..tables.people import dim_role
from ..texts import Text
from .answer import RowColumn
from .dimensions import DIMENSIONS, NOT_ASSIGNED
from .names import Named

_SQL_TYPES: dict[str, TypeEngine[Any]] = {
    "text": String(),
    "day": BigInteger(),
    "month": BigInteger(),
    "integer": BigInteger(),
    "money": Numeric(18, 4),
    "hours": Numeric(18, 4),
    "days": Numeric(18, 4),
    "number": Numeric(18, 4),
    "share": Numeric(18, 4),
    "flag": Boolean(),
}

MEASURE = RowColumn(name="measure", title="What", type="text")
PROJECT_CODE = RowColumn(name="project_code", title="Project code", type="text")

_TITLES: Mapping[str, tuple[Text, str]] = MappingProxyType(
    {
        "acv": ("ACV", "money"),
        "amount": ("Amount", "money"),
        "amount_base": ("Amount, reporting currency", "money"),
        "budget_revenue": ("Budgeted revenue", "money"),
        "chance_from": ("Chance from", "share"),
        "chance_to": ("Chance to", "share"),
        "contract": ("Contract", "text"),
        "contracted": ("Contracted", "money"),
        "cost": ("Cost", "money"),
        "cost_base": ("Cost, reporting currency", "money"),
        "currency": ("Currency", "text"),
        "day": ("Date", "day"),
        "description": ("Description", "text"),
        "due_on": ("Due", "day"),
        "gross_hours": ("Scheduled hours", "hours"),
        "hours": ("Hours", "hours"),
        "invoice_id": ("Invoice id", "integer"),
        "invoiced_on": ("Invoiced", "day"),
        "is_approved": ("Approved", "flag"),
        "is_billable": ("Billable", "flag"),
        "is_closed": ("Closed", "flag"),
        "is_tax": ("Tax", "flag"),
        "item": ("Item", "text"),
        "loss_percent": ("Share lost, %", "number"),
        "leave_hours": ("Leave", "hours"),
        "memo": ("Memo", "text"),
        "method": ("Method", "text"),
        "month": ("Month", "month"),
        "net_hours": ("Net capacity", "hours"),
        "notes": ("Notes", "text"),
        "number": ("Number", "text"),
        "deal_stage": ("Stage, %", "number"),
        "percent_complete": ("Share complete", "share"),
        "recognized": ("Recognised", "money"),
        "remaining": ("Remaining", "money"),
        "status": ("Status", "text"),
        "stream": ("Stream", "text"),
        "term_end": ("Term ends", "day"),
        "term_months": ("Months of the term", "number"),
        "term_start": ("Term starts", "day"),
        "type": ("Type", "text"),
    }
)

_NAMED: Mapping[str, tuple[str, Text, Any, Any, Any]] = (
    MappingProxyType(  # key column of a fact -> name, title, table, key, label
        {
            "account_key": (
                "account",
                "Account",
                dim_account,
                dim_account.c.account_key,
                dim_account.c.name,
            ),
            "customer_key": (
                "customer",
                "Customer",
                dim_customer,
                dim_customer.c.customer_key,
                dim_customer.c.name,
            ),
            "department_key": (
                "department",
                "Department",
                dim_department,
                dim_department.c.department_key,
                dim_department.c.name,
            ),
            "person_key": (
                "person",
                "Person",
                dim_person,
                dim_person.c.person_key,
                dim_person.c.name,
            ),
            "project_key": (
                "project",
                "Project",
                dim_project,
                dim_project.c.project_key,
                dim_project.c.name,
            ),
            "role_key": ("role", "Role", dim_role, dim_role.c.role_key, dim_role.c.name),
            "subsidiary_key": (
                "subsidiary",
                "Subsidiary",
                dim_subsidiary,
                dim_subsidiary.c.subsidiary_key,
                dim_subsidiary.c.name,
            ),
            "task_key": ("task", "Task", dim_task, dim_task.c.task_key, dim_task.c.name),
        }
    )
)
_ALIASES = {"project_department_key": "department_key", "accounting_month": "month"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column as it is shown, and what it is in SQL.

    Attributes:
        key: of what a member's name stands for; `expression` is then that name, from a join.
        named: where the key's name is, for who looks it up afterwards.
    """

    column: RowColumn
    expression: ColumnElement[Any]
    key: ColumnElement[Any] | None = None
    named: Named | None = None


def shown(
    column: KeyedColumnElement[Any], joined: FromClause, called: str | None = None
) -> tuple[list[Shown], FromClause]:
    """Return how a fact's column is shown, and the join that its name needs.

    `called` is the column whose name and type it bears, where `column` is made of it.
    """
    name = called or column.key
    kind = _ALIASES.get(name, name)
    named = _NAMED.get(kind) or _dimension(kind)
    if named is None:
        title, type_ = _TITLES.get(kind) or (_title(kind), _type(kind, column.type))
        return [Shown(column=RowColumn(name=kind, title=title, type=type_), expression=column)], (
            joined
        )
    name, title, table, key, label = named
    alias = _alias(table, name)
    joined = joined.outerjoin(alias, alias.c[key.name] == column)
    text = func.coalesce(alias.c[label.name], NOT_ASSIGNED)
    as_text = RowColumn(name=name, title=title, type="text")
    found = [Shown(column=as_text, expression=text, key=column, named=Named(table, key, label))]
    if name == "project":
        told = Named(table, key, table.c.code)
        code = Shown(column=PROJECT_CODE, expression=alias.c.code, key=column, named=told)
        found.insert(0, code)
    return found, joined


@cache
def _alias(table: Table, name: str) -> FromClause:
    """A dimension under the name of the column it names: making one costs more than all else here."""
    return table.alias(f"named_{name}")


def nothing(column: RowColumn, dated: bool) -> ColumnElement[Any]:
    """An empty cell of a column; `dated` where the facts hold a date rather than yyyymmdd."""
    return cast(null(), Date() if dated else _SQL_TYPES[column.type])


def _dimension(kind: str) -> tuple[str, str, Any, Any, Any] | None:
    """A key column whose members a declared dimension names."""
    about = DIMENSIONS.get(kind.removesuffix("_key")) if kind.endswith("_key") else None
    if about is None or about.table is None or about.key is None or about.label is None:
        return None
    return about.name, about.title, about.table, about.key, about.label


def _title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def _type(kind: str, of: TypeEngine[Any]) -> str:
    """What a column without a declared title holds, by its name and its type in SQL."""
    if isinstance(of, Boolean):
        return "flag"
    if isinstance(of, Date):
        return "day"
    if isinstance(of, Numeric):
        return next((word for word in ("hours", "days") if kind.endswith(word)), "money")
    if isinstance(of, Integer):  # BigInteger, too
        by_name = {"month": "month", "day": "day", "on": "day"}
        return by_name.get(kind.rsplit("_", 1)[-1], "integer")
    return "text"
