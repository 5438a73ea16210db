"""What is earned before it is billed, and billed before it is earned (D3, D4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import fct_unbilled
from ..tables.conformed import dim_project
from ..tables.finance import fct_gl_balance
from .kpi import (
    Band,
    Better,
    Join,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)

_BY = ("subsidiary", "department", "customer", "project", "stream")
_PROJECT = {
    "netsuite": Record(type="job", id=dim_project.c.netsuite_id),
    "suiteprojects": Record(type="Project", id=dim_project.c.suiteprojects_id),
}
_SOURCES = (
    "NetSuite: income postings and invoices of client projects. SuiteProjects Pro: recognition "
    "transactions and approved invoices."
)
_NEVER_NETTED = (
    "One project's asset never takes from another's liability. Credit memos take from what was billed; tax is "
    "left out. The past is told as the books stand today. A project is of one stream, that of its contract: expenses that are "
    "billed on stand with it."
)


def _earned(system: str) -> Measure:
    return Measure(
        key=f"{system}_unbilled",
        title="Recognised and not billed",
        system=system,
        table=fct_unbilled,
        value=fct_unbilled.c.asset_base,
        lenses={Lens.TRANSACTION: ("asset", "currency")},
        month=fct_unbilled.c.month,
        where=(fct_unbilled.c.system == system,),
        joins=(
            Join(table=dim_project, on=dim_project.c.project_key == fct_unbilled.c.project_key),
        ),
        dimensions=columns_of(fct_unbilled, _BY),
        columns=(
            fct_unbilled.c.day,
            fct_unbilled.c.project_key,
            fct_unbilled.c.customer_key,
            fct_unbilled.c.department_key,
            fct_unbilled.c.subsidiary_key,
            fct_unbilled.c.recognized,
            fct_unbilled.c.billed,
            fct_unbilled.c.currency,
        ),
        record=_PROJECT[system],
    )


def _billed_ahead(system: str) -> Measure:
    return replace(
        _earned(system),
        key=f"{system}_billed_ahead",
        title="Billed and not recognised",
        value=fct_unbilled.c.liability_base,
        lenses={Lens.TRANSACTION: ("liability", "currency")},
    )


_ASSET = {system: _earned(system) for system in _PROJECT}
_LIABILITY = {system: _billed_ahead(system) for system in _PROJECT}


def _ledger(key: str, title: str, account_type: str) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_gl_balance,
        value=fct_gl_balance.c.amount_base,
        month=fct_gl_balance.c.month,
        where=(fct_gl_balance.c.kind == "account", fct_gl_balance.c.account_type == account_type),
        eliminated=fct_gl_balance.c.is_intercompany.is_(True),
        dimensions={
            "subsidiary": fct_gl_balance.c.subsidiary_key,
            "account": fct_gl_balance.c.account_key,
        },
        columns=(
            fct_gl_balance.c.day,
            fct_gl_balance.c.account_key,
            fct_gl_balance.c.subsidiary_key,
            fct_gl_balance.c.amount_subsidiary,
            fct_gl_balance.c.subsidiary_currency,
        ),
    )


UNBILLED_RECEIVABLE = Kpi(
    key="unbilled_receivable",
    title="Unbilled receivable",
    question="How much have we earned on projects and not billed yet?",
    definition=(
        "Revenue recognised to date less billed to date, project by project and never below zero, at the closing "
        f"rate. {_SOURCES}"
    ),
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=Total(terms=((1, _ASSET["netsuite"]),)),
    psa=Total(terms=((1, _ASSET["suiteprojects"]),)),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D3",
    group="D",
    edge_cases=_NEVER_NETTED,
    controls=("RC-05",),
)
DEFERRED_REVENUE = Kpi(
    key="deferred_revenue",
    title="Deferred revenue",
    question="How much have we billed on projects and not earned yet?",
    definition=(
        "Billed to date less revenue recognised to date, project by project and never below zero, at the closing "
        f"rate. {_SOURCES}"
    ),
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=Total(terms=((1, _LIABILITY["netsuite"]),)),
    psa=Total(terms=((1, _LIABILITY["suiteprojects"]),)),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D4",
    group="D",
    edge_cases=f"{_NEVER_NETTED} What is billed without a project is in the ledger's accounts only.",
    controls=("RC-06",),
)
OVER_UNDER_BILLING = Kpi(
    key="over_under_billing",
    title="Under- and over-billing",
    question="Do we bill behind what we earn, or ahead of it?",
    definition="Unbilled receivable less deferred revenue of projects: positive is earned ahead of billing.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.BAND,
    band=Band(low=None, high=Decimal(0)),
    erp=Total(terms=((1, _ASSET["netsuite"]), (-1, _LIABILITY["netsuite"]))),
    psa=Total(terms=((1, _ASSET["suiteprojects"]), (-1, _LIABILITY["suiteprojects"]))),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D4",
    group="D",
    edge_cases="Over all projects it is recognised less billed to date, at the closing rate.",
    controls=("RC-05", "RC-06"),
)
LEDGER_DEFERRED = Kpi(
    key="deferred_revenue_ledger",
    title="Deferred revenue in the ledger",
    question="What do the books show as deferred revenue?",
    definition="Balance of the ledger's deferred revenue accounts, positive when owed, at the closing rate.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=Total(
        terms=((-1, _ledger("deferred_accounts", "Deferred revenue accounts", "DeferRevenue")),)
    ),
    psa=NotHeld(why="SuiteProjects Pro keeps no ledger."),
    record=Side.ERP,
    by=("subsidiary", "account"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D4",
    group="D",
    edge_cases=(
        "It holds subscriptions and prepayments, too, so it may be more than the projects' deferred revenue. "
        "Accounts are those NetSuite calls deferred revenue."
    ),
    controls=("RC-06",),
)
LEDGER_UNBILLED = Kpi(
    key="unbilled_receivable_ledger",
    title="Unbilled receivable in the ledger",
    question="What do the books show as earned and not billed?",
    definition="Balance of the ledger's unbilled receivable accounts, at the closing rate.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=Total(
        terms=((1, _ledger("unbilled_accounts", "Unbilled receivable accounts", "UnbilledRec")),)
    ),
    psa=NotHeld(why="SuiteProjects Pro keeps no ledger."),
    record=Side.ERP,
    by=("subsidiary", "account"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D3",
    group="D",
    edge_cases="Accounts are those NetSuite calls unbilled receivable.",
    controls=("RC-05",),
)
