"""The records of one project, tab by tab: what a drill ends in before the source system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast

from ..access import Scope
from ..errors import QuestionError
from ..period import Period
from ..tables.billing import fct_charge, fct_psa_invoice_line
from ..tables.conformed import dim_project, dim_task
from ..tables.finance import fct_gl
from ..tables.projects import fct_expense
from ..tables.staffing import fct_time
from ..texts import _
from .answer import RowPage
from .behind import Cut, page_of
from .billing import BILLED_NET, PSA_BILLED
from .collections import PAID
from .compile import Slice, Span
from .finance import (
    COST_ACCOUNTS,
    COST_POSTINGS,
    INCOME_POSTINGS,
    IS_DOCUMENT,
    LABOR_POSTINGS,
    NOT_DOCUMENT,
)
from .kpi import Join, Measure, Record, Total
from .project_changes import CHANGES
from .projects import PURCHASES, RECEIPTS
from .terms import Term

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_TIME = Measure(
    key="time_entries",
    title="Time entries",
    system="suiteprojects",
    table=fct_time,
    value=fct_time.c.hours,
    month=fct_time.c.month,
    dimensions={
        "project": fct_time.c.project_key,
        "department": fct_time.c.project_department_key,
    },
    columns=(
        fct_time.c.day,
        fct_time.c.month,
        fct_time.c.person_key,
        fct_time.c.task_key,
        fct_time.c.status,
        fct_time.c.is_billable,
        fct_time.c.notes,
        fct_time.c.cost,
        fct_time.c.currency,
        fct_time.c.cost_base,
    ),
    record=Record(type="Task", id=fct_time.c.time_entry_id),
    sensitive=(fct_time.c.cost, fct_time.c.currency, fct_time.c.cost_base),
)
_CHARGES = Measure(
    key="charges",
    title="Charges",
    system="suiteprojects",
    table=fct_charge,
    value=fct_charge.c.amount_base,
    month=fct_charge.c.month,
    dimensions={"project": fct_charge.c.project_key, "department": fct_charge.c.department_key},
    columns=(
        fct_charge.c.day,
        fct_charge.c.month,
        fct_charge.c.type,
        fct_charge.c.person_key,
        fct_charge.c.hours,
        fct_charge.c.description,
        fct_charge.c.invoice_id,
        fct_charge.c.amount,
        fct_charge.c.currency,
    ),
    record=Record(type="Slip", id=fct_charge.c.charge_id),
)
_PSA_INVOICES = replace(
    PSA_BILLED,
    title="Invoices and credits",
    where=(),
    columns=(*PSA_BILLED.columns, fct_psa_invoice_line.c.status),
)
_INCOME = replace(INCOME_POSTINGS, where=(fct_gl.c.account_type == "Income",))
_COST = replace(COST_POSTINGS, where=(fct_gl.c.account_type.in_(COST_ACCOUNTS), IS_DOCUMENT))
_LABOR = replace(LABOR_POSTINGS, where=(fct_gl.c.account_type.in_(COST_ACCOUNTS), NOT_DOCUMENT))

_OF_PROJECT = Join(table=dim_project, on=dim_project.c.project_key == dim_task.c.project_key)
_TASKS = Measure(
    key="tasks",
    title="Tasks",
    system="suiteprojects",
    table=dim_task,
    value=dim_task.c.planned_hours,
    month=None,
    where=(dim_task.c.is_deleted.is_not(True),),
    joins=(_OF_PROJECT,),
    dimensions={
        "project": dim_task.c.project_key,
        "department": dim_project.c.department_key,
        "customer": dim_project.c.customer_key,
        "subsidiary": dim_project.c.subsidiary_key,
    },
    columns=(
        dim_task.c.number,
        dim_task.c.name,
        dim_task.c.starts_on,
        dim_task.c.ends_on,
        dim_task.c.percent_complete,
        dim_task.c.is_billable,
        dim_task.c.is_closed,
        dim_task.c.budget_revenue,
        dim_task.c.currency,
    ),
    record=Record(type="Projecttask", id=cast(dim_task.c.task_key // 2, BigInteger)),
)
_PURCHASES = replace(PURCHASES, where=())
_RECEIPTS = replace(RECEIPTS, where=(), columns=(*RECEIPTS.columns, fct_expense.c.status))

LISTINGS: Mapping[str, Total] = MappingProxyType(
    {
        "time_entries": Total(terms=((1, _TIME),)),
        "psa_invoices": Total(terms=((1, _PSA_INVOICES),)),
        "erp_invoices": Total(terms=((1, BILLED_NET),)),
        "ledger_lines": Total(terms=((-1, _INCOME), (-1, _COST), (-1, _LABOR))),
        "charges": Total(terms=((1, _CHARGES),)),
        "tasks": Total(terms=((1, _TASKS),)),
        "payments": Total(terms=((1, PAID),)),
        "purchases": Total(terms=((1, _PURCHASES), (1, _RECEIPTS))),
        "changes": Total(terms=tuple((1, one) for one in CHANGES)),
    }
)


def listing(
    snapshot: Snapshot,
    name: str,
    project_key: int,
    scope: Scope,
    *,
    period: Period | None = None,
    offset: int = 0,
    limit: int | None = 100,
    order: Sequence[tuple[str, bool]] = (),
    search: str = "",
) -> RowPage:
    """Return a page of one of `LISTINGS` for a project: of all time, unless `period` is given.

    `search` leaves the rows whose texts hold all of its words.

    Raises:
        QuestionError: there is no such listing, or it has no column of `order`.
    """
    if name not in LISTINGS:
        raise QuestionError(
            _(
                "There is no list '{name}'. There are: {listings}.",
                name=name,
                listings=", ".join(LISTINGS),
            )
        )
    if scope.is_nothing:
        return RowPage(columns=(), rows=(), total_rows=0, totals={})
    asked = Slice(scope=scope, where={"project": (project_key,)})
    span = Span(period.first.key, period.last.key) if period else Span(None, None)
    terms = [
        Term(sign=sign, leaf=measure, part="value", place=place, asked=asked, span=span)
        for place, (sign, measure) in enumerate(LISTINGS[name].terms)
    ]
    with snapshot.engine.connect() as connection:
        cut = Cut(offset=offset, limit=limit, order=order, search=search)
        return page_of(connection, terms, cut)
