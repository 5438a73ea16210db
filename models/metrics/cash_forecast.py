"""The money to come: open invoices and fixed fees, when each customer usually pays (F7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement

from ..tables.calendar import dim_day
from ..tables.cash import fct_receipt_ahead, fct_receipt_chance
from ..tables.conformed import dim_project
from .aging import NO_DUE_DATES
from .kpi import (
    Better,
    Drawn,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Reason,
    Record,
    Side,
    Total,
    Unit,
)

_BY = ("subsidiary", "department", "customer", "project")
_BY_WEEK = (*_BY, "week", "receipt_kind", "lateness_basis")
_WEEK = Join(table=dim_day, on=dim_day.c.day == fct_receipt_ahead.c.day)


def _measure(key: str, title: str, *where: ColumnElement[bool]) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_receipt_ahead,
        value=fct_receipt_ahead.c.amount_base,
        month=fct_receipt_ahead.c.month,
        where=where,
        joins=(_WEEK,),
        dimensions={
            **{name: fct_receipt_ahead.c[f"{name}_key"] for name in _BY},
            "week": dim_day.c.week,
            "receipt_kind": fct_receipt_ahead.c.kind,
            "lateness_basis": fct_receipt_ahead.c.basis,
        },
        columns=(
            fct_receipt_ahead.c.kind,
            fct_receipt_ahead.c.number,
            fct_receipt_ahead.c.customer_key,
            fct_receipt_ahead.c.project_key,
            fct_receipt_ahead.c.subsidiary_key,
            fct_receipt_ahead.c.due_on,
            fct_receipt_ahead.c.basis,
            fct_receipt_ahead.c.days_after,
            fct_receipt_ahead.c.expected_on,
            fct_receipt_ahead.c.amount,
            fct_receipt_ahead.c.currency,
        ),
        record=Record(type="transaction", id=fct_receipt_ahead.c.document_id),
    )


_OPEN = _measure(
    "open_ahead", "Open invoices by expected payment", fct_receipt_ahead.c.kind == "open"
)
_SCHEDULED = replace(
    _measure(
        "scheduled_ahead", "Fixed fees by expected payment", fct_receipt_ahead.c.kind == "scheduled"
    ),
    system="suiteprojects",
    joins=(
        _WEEK,
        Join(table=dim_project, on=dim_project.c.project_key == fct_receipt_ahead.c.project_key),
    ),
    record=Record(type="Project", id=dim_project.c.suiteprojects_id),
)
_NEAR = fct_receipt_ahead.c.is_near.is_(True)
_NEVER = fct_receipt_ahead.c.expected_on.is_(None)
_EDGE = (
    "As of today. An item is expected at the median of those of its customer's payments of the last two years that came "
    "later than it is already; with fewer than five of them, at that of all customers. Open invoices are with tax, fixed "
    "fees without; at the closing rate. Time and materials not invoiced yet and recurring fees are left out. "
)
_RANGE = (
    "As of today, of the items of expected receipts. Each comes as late as one of the payments that tell of it, all of "
    "them as likely; in 5,000 courses, drawn the same for the same question. Payments hang together a little (a "
    "correlation of 0.15). What later than anything ever paid is never expected."
)


def _kpi(
    key: str, title: str, question: str, definition: str, erp: Total | Drawn, kind: Kind,
    *, better: Better = Better.HIGHER, by: tuple[str, ...] = _BY_WEEK, edge: str = _EDGE,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.MONEY,
        kind=kind,
        better=better,
        erp=erp,
        psa=NO_DUE_DATES,
        record=Side.ERP,
        by=by,
        tolerance=Decimal("0.01"),
        needs_history=True,
        source="KPI catalogue F7",
        group="F",
        compared=(),
        edge_cases=edge,
        controls=("RC-07",),
    )


def _as_of_today(measure: Measure, where: ColumnElement[bool]) -> Measure:
    return replace(measure, key=f"{measure.key}_today", month=None, where=(*measure.where, where))


EXPECTED_RECEIPTS = _kpi(
    "expected_receipts",
    "Expected receipts",
    "How much will customers pay, and when?",
    "Open invoices, and fixed fees that are still to be invoiced, in the period in which their payment is expected.",
    Total(terms=((1, _OPEN), (1, _SCHEDULED))),
    Kind.FLOW,
)
RECEIPTS_NEXT_QUARTER = _kpi(
    "receipts_next_13_weeks",
    "Receipts of the next 13 weeks",
    "How much money will come in within thirteen weeks?",
    "Expected receipts whose day is within thirteen weeks of today.",
    Total(
        terms=((1, _as_of_today(_OPEN, _NEAR)), (1, _as_of_today(_SCHEDULED, _NEAR))),
        empty=Reason.NO_CASES,
    ),
    Kind.STOCK,
)
RECEIPTS_WITHOUT_DATE = _kpi(
    "receipts_without_date",
    "Receipts nobody can date",
    "Which open invoices are later than anything that was ever paid?",
    "Open invoices that are later than all but a few payments of the last two years were.",
    Total(terms=((1, _as_of_today(_OPEN, _NEVER)),), empty=Reason.NO_CASES),
    Kind.STOCK,
    better=Better.LOWER,
)

_TO_COME = replace(
    _as_of_today(_SCHEDULED, fct_receipt_ahead.c.is_reached.is_(False)),
    key="milestones_to_come",
    title="Fixed fees to come",
    columns=(
        fct_receipt_ahead.c.number,
        fct_receipt_ahead.c.planned_on,
        fct_receipt_ahead.c.project_key,
        fct_receipt_ahead.c.customer_key,
        fct_receipt_ahead.c.subsidiary_key,
        fct_receipt_ahead.c.expected_on,
        fct_receipt_ahead.c.amount,
        fct_receipt_ahead.c.currency,
    ),
)
MILESTONES_TO_COME = replace(
    _kpi(
        "milestones_to_come",
        "Milestones to come",
        "Which fixed fees are still to be reached, and when?",
        "Fixed fees whose day has not come, or whose milestone is not closed, less what is charged of them.",
        Total(terms=((1, _TO_COME),), empty=Reason.NO_CASES),
        Kind.STOCK,
        by=_BY,
        edge=(
            "As of today, net of tax; at the closing rate. What was planned for a day that is over and is not reached is late. "
            "What is reached and not invoiced is told apart."
        ),
    ),
    erp=NotHeld(why="NetSuite's invoices do not tell what is agreed and still to be reached."),
    psa=Total(terms=((1, _TO_COME),), empty=Reason.NO_CASES),
    record=Side.PSA,
    source="KPI catalogue F5",
    controls=("RC-01",),
)

chance = fct_receipt_chance.c
_CHANCES = Measure(
    key="receipt_chances",
    title="What may be paid, times its chance",
    system="netsuite",
    table=fct_receipt_chance,
    value=chance.amount_base,
    month=chance.month,
    dimensions={
        **{name: chance[f"{name}_key"] for name in _BY},
        "receipt_kind": chance.kind,
        "lateness_basis": chance.basis,
    },
    columns=(
        chance.kind,
        chance.number,
        chance.customer_key,
        chance.project_key,
        chance.subsidiary_key,
        chance.due_on,
        chance.basis,
        chance.month,
        chance.item,
        chance.chance_from,
        chance.chance_to,
        chance.amount,
        chance.currency,
    ),
    record=Record(type="transaction", id=chance.document_id),
)
_SOON = replace(_CHANCES, key="near_chances", month=None, where=(chance.is_near.is_(True),))


def _drawn(measure: Measure, percent: int) -> Drawn:
    return Drawn(
        measure=measure,
        item=chance.item,
        chance=(chance.chance_from, chance.chance_to),
        at=Decimal(percent) / 100,
        empty=Reason.NO_CASES,
    )


def _range(percent: int, word: str, how: str, share: str) -> tuple[Kpi, Kpi]:
    by = (*_BY, "receipt_kind", "lateness_basis")
    return (
        _kpi(
            f"expected_receipts_p{percent}",
            f"Expected receipts, {word} (P{percent})",
            f"How {how} may customers pay, and when?",
            f"What open invoices and fixed fees bring in the period at most in {share} of 5,000 courses.",
            _drawn(_CHANCES, percent),
            Kind.FLOW,
            by=by,
            edge=_RANGE,
        ),
        _kpi(
            f"receipts_next_13_weeks_p{percent}",
            f"Receipts of the next 13 weeks, {word} (P{percent})",
            f"How {how} money may come in within thirteen weeks?",
            f"What open invoices and fixed fees bring within thirteen weeks at most in {share} of 5,000 courses.",
            _drawn(_SOON, percent),
            Kind.STOCK,
            by=by,
            edge=_RANGE,
        ),
    )


RECEIPTS_LOW, NEXT_QUARTER_LOW = _range(10, "low", "little", "a tenth")
RECEIPTS_MIDDLE, NEXT_QUARTER_MIDDLE = _range(50, "middle", "much", "half")
RECEIPTS_HIGH, NEXT_QUARTER_HIGH = _range(90, "high", "much", "nine tenths")
