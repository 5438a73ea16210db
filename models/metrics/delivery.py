"""Whether projects end when they were to (C8), what was added to their contracts (C11), what is on order (C9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.conformed import dim_project
from ..tables.delivery import fct_commitment, fct_contract, fct_delivery
from ..tables.sales import fct_so_line
from .kpi import (
    CLOSING,
    TO_DATE,
    Basis,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)
from .project_value import live_kpi, now, of_project, value

_BY = ("subsidiary", "department", "customer", "project", "manager", "contract_type", "stream")
_BY_ORDER = ("subsidiary", "department", "customer", "project", "stream")
_SLIPPED = (value.slip_days.is_not(None),)
_TIMED = (value.earned_days.is_not(None), value.actual_days > 0)


FORECAST_SLIP = live_kpi(
    "forecast_slip_days",
    "Forecast delay",
    "How many working days later than first planned will projects end?",
    "Working days from the baseline's end to the forecast end, a mean of all projects. The forecast end is the latest of "
    "the project's end, its open tasks' and its hard bookings'.",
    Ratio(
        numerator=now(
            of_project(
                "slip",
                "Working days later",
                value.slip_days,
                value.baseline_ends_on,
                value.forecast_ends_on,
                unit=Unit.DAYS,
                where=_SLIPPED,
            ),
            empty=Reason.NO_BASELINE,
        ),
        denominator=now(
            of_project("dated", "Project with a baseline", None, where=_SLIPPED),
            empty=Reason.NO_BASELINE,
        ),
        empty=Reason.NO_BASELINE,
    ),
    source="C8",
    unit=Unit.DAYS,
    edge="The baseline is the oldest version of the project that was seen. Below zero it ends earlier.",
    controls=(),
)
_EARNED_DAYS = now(
    of_project(
        "earned_days",
        "Working days' worth earned",
        value.earned_days,
        value.actual_days,
        unit=Unit.DAYS,
        where=_TIMED,
    ),
    empty=Reason.NO_BASELINE,
)
_ACTUAL_DAYS = now(
    of_project(
        "actual_days", "Working days passed", value.actual_days, unit=Unit.DAYS, where=_TIMED
    ),
    empty=Reason.NO_BASELINE,
)
_TIME_EDGE = (
    "Projects that have begun and whose tasks have budgets of cost, dates and a reported percent complete. Unlike the "
    "schedule performance index it tells lateness to the end. "
)
SCHEDULE_IN_TIME = live_kpi(
    "schedule_performance_time",
    "Schedule performance in time, SPI(t)",
    "How much of the time that has passed was earned?",
    "Earned schedule divided by working days passed, both summed first. Earned schedule is after how many working days as "
    "much was planned as is earned today.",
    Ratio(numerator=_EARNED_DAYS, denominator=_ACTUAL_DAYS, empty=Reason.NO_BASELINE),
    source="C8",
    unit=Unit.FACTOR,
    better=Better.HIGHER,
    edge=_TIME_EDGE,
    controls=("RC-03",),
)
DAYS_BEHIND = live_kpi(
    "schedule_variance_days",
    "Schedule variance in days, SV(t)",
    "By how many working days are projects ahead of their plan?",
    "Earned schedule less working days passed, a mean of all projects; below zero they are behind.",
    Ratio(
        numerator=now(
            of_project(
                "days_ahead",
                "Working days ahead",
                value.earned_days - value.actual_days,
                value.earned_days,
                value.actual_days,
                unit=Unit.DAYS,
                where=_TIMED,
            ),
            empty=Reason.NO_BASELINE,
        ),
        denominator=now(
            of_project("timed", "Project", None, where=_TIMED), empty=Reason.NO_BASELINE
        ),
        empty=Reason.NO_BASELINE,
    ),
    source="C8",
    unit=Unit.DAYS,
    better=Better.HIGHER,
    edge=_TIME_EDGE,
    controls=("RC-03",),
)

_FINISHED = Measure(
    key="finished",
    title="Finished projects",
    system="suiteprojects",
    table=fct_delivery,
    month=fct_delivery.c.month,
    where=(fct_delivery.c.late_days.is_not(None),),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_delivery.c.project_key),),
    dimensions=columns_of(fct_delivery, _BY),
    columns=(
        fct_delivery.c.project_key,
        fct_delivery.c.customer_key,
        fct_delivery.c.department_key,
        fct_delivery.c.subsidiary_key,
        fct_delivery.c.manager_key,
        fct_delivery.c.baseline_ends_on,
        fct_delivery.c.finished_on,
        fct_delivery.c.late_days,
    ),
    record=Record(type="Project", id=dim_project.c.suiteprojects_id),
)
_NO_ENDS = NotHeld(why="NetSuite does not tell when work on a project was finished.")
ON_TIME_DELIVERY = Kpi(
    key="on_time_delivery",
    title="On-time delivery",
    question="Which share of our projects was finished in time?",
    definition=(
        "Projects whose last approved hour is not later than the baseline's end plus the tolerance, divided by projects "
        "finished in the period."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_NO_ENDS,
    psa=Ratio(
        numerator=Total(
            terms=(
                (
                    1,
                    replace(
                        _FINISHED,
                        key="on_time",
                        title="Projects finished in time",
                        where=(*_FINISHED.where, fct_delivery.c.is_on_time.is_(True)),
                    ),
                ),
            )
        ),
        denominator=Total(terms=((1, _FINISHED),)),
        empty=Reason.NO_CASES,
    ),
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal("0.005"),
    source="KPI catalogue C8",
    group="C",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.BENCHMARK),
    edge_cases=(
        "Client projects that are active no more and had approved time; neither system keeps the day a project was "
        "finished, so the last approved hour stands for it. The baseline is the oldest version of the project that was "
        "seen: of projects that were changed before, it is already the changed one."
    ),
    controls=(),
)


def _contract(kind: str, title: str) -> Measure:
    return Measure(
        key=kind,
        title=title,
        system="suiteprojects",
        table=fct_contract,
        value=fct_contract.c.amount_base,
        month=fct_contract.c.month,
        where=(fct_contract.c.kind == kind,),
        dimensions=columns_of(fct_contract, _BY),
        columns=(
            fct_contract.c.day,
            fct_contract.c.number,
            fct_contract.c.project_key,
            fct_contract.c.customer_key,
            fct_contract.c.department_key,
            fct_contract.c.subsidiary_key,
            fct_contract.c.manager_key,
            fct_contract.c.amount,
            fct_contract.c.currency,
        ),
        record=Record(type="Customerpo", id=fct_contract.c.customer_po_id),
    )


_CHANGES, _ORIGINAL = _contract("change", "Change orders"), _contract("original", "First contracts")
_NO_CHANGES = NotHeld(why="NetSuite's orders do not tell which of them change an earlier one.")
_CHANGE_EDGE = (
    "The first customer purchase order of a project is its contract, every later one a change. Changes that are not "
    "approved yet, and work on them, are kept in neither system."
)
CHANGE_ORDERS = Kpi(
    key="change_orders",
    title="Change orders",
    question="How much was added to contracts?",
    definition="Customer purchase orders on client projects after the first, by their date.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_CHANGES,
    psa=Total(terms=((1, _CHANGES),)),
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal(1),
    source="KPI catalogue C11",
    group="C",
    edge_cases=_CHANGE_EDGE,
    controls=("RC-08",),
)
CHANGE_ORDER_YIELD = Kpi(
    key="change_order_yield",
    title="Change-order yield",
    question="How much do changes add to what was signed at first?",
    definition="Change orders to date divided by first contracts to date.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_NO_CHANGES,
    psa=Ratio(
        numerator=Total(terms=((1, _CHANGES),), window=TO_DATE),
        denominator=Total(terms=((1, _ORIGINAL),), window=TO_DATE),
        empty=Reason.NO_VALUE,
    ),
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal("0.005"),
    needs_history=True,
    source="KPI catalogue C11",
    group="C",
    edge_cases=_CHANGE_EDGE,
    controls=("RC-08",),
)
_WAITING = Measure(
    key="pending_orders",
    title="Orders that wait for approval",
    system="netsuite",
    table=fct_so_line,
    value=fct_so_line.c.amount_base,
    month=None,
    where=(fct_so_line.c.status == "A", fct_so_line.c.project_key != -1),
    dimensions=columns_of(fct_so_line, _BY_ORDER),
    columns=(
        fct_so_line.c.day,
        fct_so_line.c.number,
        fct_so_line.c.item,
        fct_so_line.c.project_key,
        fct_so_line.c.customer_key,
        fct_so_line.c.department_key,
        fct_so_line.c.subsidiary_key,
        fct_so_line.c.amount,
        fct_so_line.c.currency,
    ),
    record=Record(type="transaction", id=fct_so_line.c.transaction_id),
)
PENDING_ORDERS = Kpi(
    key="pending_orders",
    title="Project orders that wait for approval",
    question="How much of contracts and changes to them is not approved yet?",
    definition="Sales orders of projects that NetSuite holds as pending approval, net of tax.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=Total(terms=((1, _WAITING),), empty=Reason.NO_CASES),
    psa=NotHeld(why="Orders are approved in NetSuite; SuiteProjects Pro has them once they are."),
    record=Side.ERP,
    by=_BY_ORDER,
    tolerance=Decimal(1),
    source="KPI catalogue C11",
    group="C",
    compared=(),
    edge_cases=(
        "Known as of today only, at the average rate of the order's month. A project's first order and its changes are "
        "not told apart before they are approved. Work on them is kept apart in neither system."
    ),
    controls=("RC-08",),
)
OPEN_COMMITMENTS = Kpi(
    key="open_commitments",
    title="Open commitments",
    question="What have we ordered for projects that is still to come?",
    definition="Approved purchase orders that are not fulfilled, less what was delivered on them.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=NotHeld(why="Purchase orders for projects are kept in SuiteProjects Pro."),
    psa=Total(
        terms=(
            (
                1,
                Measure(
                    key="commitment",
                    title="Open purchase orders",
                    system="suiteprojects",
                    table=fct_commitment,
                    value=fct_commitment.c.amount_base,
                    month=fct_commitment.c.month,
                    dimensions=columns_of(fct_commitment, _BY_ORDER),
                    columns=(
                        fct_commitment.c.ordered_on,
                        fct_commitment.c.number,
                        fct_commitment.c.project_key,
                        fct_commitment.c.customer_key,
                        fct_commitment.c.department_key,
                        fct_commitment.c.subsidiary_key,
                        fct_commitment.c.ordered,
                        fct_commitment.c.delivered,
                        fct_commitment.c.amount,
                        fct_commitment.c.currency,
                    ),
                    record=Record(type="Purchaseorder", id=fct_commitment.c.purchase_order_id),
                ),
            ),
        ),
        window=CLOSING,
    ),
    record=Side.PSA,
    by=_BY_ORDER,
    tolerance=Decimal(1),
    source="KPI catalogue C9",
    group="C",
    compared=(),
    edge_cases=(
        "Known for the running month alone. An order of which nothing was delivered tells no project. More delivered than "
        "ordered counts as nothing left."
    ),
    controls=("RC-05",),
)
