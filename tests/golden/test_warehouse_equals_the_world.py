"""The facts of the built warehouse add up to what the invented firm knows of itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Select, Table, func, select

from models.period import Month
from models.tables.billing import fct_ar_open, fct_invoice_line, fct_psa_invoice_line
from models.tables.conformed import dim_department, dim_project
from models.tables.finance import fct_gl
from models.tables.projects import fct_expense, fct_purchase, fct_rev_rec
from models.tables.sales import fct_backlog
from models.tables.staffing import fct_capacity, fct_time, fct_time_bill

MONTHS = ("2025-03", "2026-10", "2026-11")
CLIENT = select(dim_project.c.project_key).where(dim_project.c.kind == "client")


def _sum(table: Table, *where: Any, value: str = "amount_base", month: str = "month") -> Any:
    """A question: the sum of a fact in a month, for one department or all."""

    def ask(
        connection: Connection, key: int, department: int | None = None, project: int | None = None
    ) -> Decimal:
        query: Select[Any] = select(func.sum(table.c[value])).where(table.c[month] == key, *where)
        if department is not None:
            name = "project_department_key" if value == "cost_base" else "department_key"
            query = query.where(table.c[name] == department)
        if project is not None:
            query = query.where(table.c.project_key == project)
        return connection.scalar(query) or Decimal(0)

    return ask


def _less(first: Any, *others: Any) -> Any:
    def ask(connection: Connection, *member: int | None) -> Decimal:
        return first(connection, *member) - sum(other(connection, *member) for other in others)

    return ask


_INCOME = _sum(fct_gl, fct_gl.c.account_type == "Income", fct_gl.c.project_kind == "client")
_COST = _sum(
    fct_gl, fct_gl.c.account_type.in_(("COGS", "Expense")), fct_gl.c.project_kind == "client"
)
_NOTHING: Any = lambda *_: Decimal(0)  # noqa: E731
_LABOR = _sum(
    fct_time,
    fct_time.c.status == "approved",
    fct_time.c.kind == "client",
    value="cost_base",
    month="accounting_month",
)
_CASES: dict[tuple[str, str], Callable[..., Decimal]] = {
    ("recognized_revenue", "erp"): _less(_NOTHING, _INCOME),
    ("recognized_revenue", "psa"): _sum(fct_rev_rec),
    ("invoiced_revenue", "erp"): _sum(fct_invoice_line, fct_invoice_line.c.is_tax.is_(False)),
    ("invoiced_revenue", "psa"): _sum(
        fct_psa_invoice_line, fct_psa_invoice_line.c.status == "approved"
    ),
    ("project_gross_margin", "erp"): _less(_NOTHING, _INCOME, _COST),
    ("project_gross_margin", "psa"): _less(
        _sum(fct_rev_rec),
        _LABOR,
        _sum(
            fct_expense, fct_expense.c.status == "approved", fct_expense.c.project_key.in_(CLIENT)
        ),
        _sum(fct_purchase, fct_purchase.c.project_key.in_(CLIENT)),
    ),
    ("backlog", "erp"): _sum(fct_backlog, fct_backlog.c.system == "netsuite"),
    ("backlog", "psa"): _sum(fct_backlog, fct_backlog.c.system == "suiteprojects"),
    ("receivables", "erp"): _sum(fct_ar_open, fct_ar_open.c.system == "netsuite"),
    ("receivables", "psa"): _sum(fct_ar_open, fct_ar_open.c.system == "suiteprojects"),
}
_HOURS = {
    "psa": _sum(
        fct_time,
        fct_time.c.status == "approved",
        fct_time.c.is_billable.is_(True),
        fct_time.c.in_rollup.is_(True),
        value="hours",
    ),
    "erp": _sum(
        fct_time_bill,
        fct_time_bill.c.is_billable.is_(True),
        fct_time_bill.c.is_approved.is_(True),
        fct_time_bill.c.in_rollup.is_(True),
        value="hours",
    ),
}
_CAPACITY = _sum(fct_capacity, fct_capacity.c.in_rollup.is_(True), value="net_hours")


def _key(month: str) -> int:
    return Month(int(month[:4]), int(month[5:])).key


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize(("kpi", "side"), _CASES, ids=lambda value: value)
class TestMoney:
    def test_adds_up_to_the_firms_own_total(self, loaded, connection, kpi, side, month):
        known = loaded.world.totals.kpi(kpi, side, month)

        assert known
        assert _CASES[kpi, side](connection, _key(month)) == known

    def test_adds_up_in_each_department(self, loaded, connection, departments, kpi, side, month):
        totals = loaded.world.totals
        known = {name: totals.kpi(kpi, side, month, department=name) for name in departments}

        assert {
            name: _CASES[kpi, side](connection, _key(month), key)
            for name, key in departments.items()
        } == known


@pytest.mark.parametrize(("kpi", "side"), _CASES, ids=lambda value: value)
def test_adds_up_for_each_project(loaded, connection, kpi, side):
    totals, month = loaded.world.totals, "2026-10"
    codes = select(dim_project.c.code, dim_project.c.project_key).where(
        dim_project.c.kind == "client"
    )
    projects = dict(connection.execute(codes).all())
    known = {code: totals.kpi(kpi, side, month, project_code=code) for code in projects}

    assert {
        code: _CASES[kpi, side](connection, _key(month), None, key)
        for code, key in projects.items()
    } == known


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("side", ["erp", "psa"])
def test_billable_hours_and_capacity_add_up(loaded, connection, side, month):
    hours, capacity = loaded.world.totals.parts("billable_utilization", side, month)

    assert _HOURS[side](connection, _key(month)) == hours
    assert _CAPACITY(connection, _key(month)) == capacity


@pytest.fixture(scope="module")
def connection(loaded):
    with loaded.snapshot.engine.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def departments(connection):
    found = connection.execute(select(dim_department.c.name, dim_department.c.department_key))
    return {name: key for name, key in found if key != -1}
