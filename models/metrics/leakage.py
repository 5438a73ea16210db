"""Leakage: what is lost between the standard value of work and the cash, piece by piece (B7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import (
    fct_charge,
)
from ..tables.realization import dim_project_terms
from ..tables.staffing import fct_time
from .compliance import MISSING
from .kpi import (
    Better,
    Formula,
    Kind,
    Kpi,
    NotHeld,
    Product,
    Ratio,
    Reason,
    Side,
    Sum,
    Total,
    Unit,
)
from .rates import AGREED, AVERAGE_BILL_RATE, LISTED, STANDARD_VALUES
from .realization import (
    BY_TERMS,
    FIXED_RECOGNIZED,
    NO_LIST,
    TIME_CHARGES,
    TIME_CREDITS,
    termed,
)

_ENTRY = (*BY_TERMS, "person")
FIRM = ("subsidiary", "department", "customer", "project")
_NO_TIME = NotHeld(why="NetSuite gets the hours that are to be billed, and no rates.")


def piece(
    key: str, title: str, question: str, definition: str, psa: Formula, *, by: tuple[str, ...] = _ENTRY,
    edge_cases: str, kind: Kind = Kind.FLOW, unit: Unit = Unit.MONEY, erp: Formula = _NO_TIME,
    record: Side = Side.PSA, better: Better = Better.LOWER, controls: tuple[str, ...] = ("RC-03",),
) -> Kpi:  # fmt: skip
    """A piece of leakage."""
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=better,
        erp=erp,
        psa=psa,
        record=record,
        by=by,
        tolerance=Decimal("0.005") if unit is Unit.PERCENT else Decimal(100),
        source="KPI catalogue B7",
        group="B",
        edge_cases=edge_cases,
        controls=controls,
    )


STANDARD = termed(
    STANDARD_VALUES, where=(*STANDARD_VALUES.where, fct_time.c.list_value_base.is_not(None))
)
_UNCHARGED = termed(
    AGREED,
    key="uncharged_time",
    title="Hours that are not charged yet, at the agreed rate",
    where=(
        *AGREED.where,
        fct_time.c.charge_id.is_(None),
        dim_project_terms.c.is_cap_reached.is_(False),
    ),
)
_CAPPED_OUT = replace(
    _UNCHARGED,
    key="capped_out_time",
    title="Hours above the cap, at the agreed rate",
    where=(
        *AGREED.where,
        fct_time.c.charge_id.is_(None),
        dim_project_terms.c.is_cap_reached.is_(True),
    ),
)
_CUT = replace(
    TIME_CHARGES,
    key="cut",
    title="Taken off charges",
    value=fct_charge.c.cut_base,
    month=fct_charge.c.worked_month,
    day=fct_charge.c.worked_day,
    where=(fct_charge.c.cut > 0, fct_charge.c.is_credit.is_(False)),
    columns=(*TIME_CHARGES.columns[:-2], fct_charge.c.rate, *TIME_CHARGES.columns[-2:]),
)
_CAP_CUT = replace(
    _CUT,
    key="cap_cut",
    title="Taken off charges at the cap",
    where=(*_CUT.where, fct_charge.c.is_capped.is_(True)),
)

UNENTERED_TIME = piece(
    "unentered_time_value",
    "Time not written down",
    "What is the time worth that nobody wrote down?",
    "Expected hours that nobody wrote down, times the average bill rate of the period.",
    Product(factors=(MISSING, AVERAGE_BILL_RATE.psa)),
    by=("subsidiary", "department", "person"),
    kind=Kind.RATIO,
    edge_cases=(
        "An estimate: nobody knows what would have been billable. By department, hours are the person's and the rate "
        "is that of the department's projects; parts do not add up to the whole."
    ),
    controls=("RC-12",),
)
LATE_TIME = piece(
    "late_time_value",
    "Late time",
    "What is the time worth that came after its month was billed?",
    "Approved billable hours that are in the books of a later month than they were worked in, at the list rate.",
    Total(
        terms=(
            (
                1,
                replace(
                    STANDARD,
                    key="late_time",
                    title="Hours that came late, at the list rate",
                    where=(*STANDARD.where, fct_time.c.accounting_month > fct_time.c.month),
                ),
            ),
        )
    ),
    edge_cases="It is late, not lost: most of it is billed with the next month.",
)
CAPPED_TIME = piece(
    "capped_time_value",
    "Time above caps",
    "What is the time worth that a cap keeps us from billing?",
    (
        "Approved billable hours that were not charged because the cap of their project is reached, and what was taken "
        "off charges of capped rules; at the agreed rate."
    ),
    Total(terms=((1, _CAPPED_OUT), (1, _CAP_CUT))),
    edge_cases="By the month of the work. A cap that is raised later brings the hours back.",
)
WRITE_DOWNS = piece(
    "write_downs",
    "Write-downs before the invoice",
    "How much do we take off before we invoice?",
    "Hours times rate less the amount, of time charges without a cap that are charged at less.",
    Total(
        terms=(
            (
                1,
                replace(
                    _CUT,
                    key="write_down",
                    title="Charged at less",
                    where=(*_CUT.where, fct_charge.c.is_capped.is_(False)),
                ),
            ),
        )
    ),
    edge_cases="By the month of the work. A rate that was lowered by hand is no write-down: it shows as a discount.",
)
NON_BILLABLE = piece(
    "non_billable_client_value",
    "Client work that is not billable",
    "What is the client work worth that we do not bill?",
    "Approved hours on tasks of client projects that are not billable, at the list rate.",
    Total(
        terms=(
            (
                1,
                replace(
                    STANDARD,
                    key="non_billable_time",
                    title="Hours that are not billable, at the list rate",
                    where=(
                        fct_time.c.status == "approved",
                        fct_time.c.kind == "client",
                        fct_time.c.is_billable.is_(False),
                        fct_time.c.list_value_base.is_not(None),
                    ),
                ),
            ),
        )
    ),
    edge_cases="Rework is part of it; SuiteProjects Pro does not tell it from other work that is not billable.",
)
RATE_DISCOUNTS = piece(
    "rate_discounts",
    "Discounts beyond the rate card",
    "How much do agreed rates give away?",
    "Approved billable hours at the list rate less the same hours at the agreed rate.",
    Total(terms=((1, LISTED), (-1, AGREED))),
    by=(*FIRM, "stream", "person"),
    edge_cases=(
        "Only hours with both rates count. It is below zero where more than the list was agreed. Where list and agreed "
        "rate are in different currencies, each is a line of its own but in the reporting currency."
    ),
)

_KEPT = Total(
    terms=(
        (
            1,
            replace(
                TIME_CHARGES,
                key="kept_charges",
                month=fct_charge.c.worked_month,
                day=fct_charge.c.worked_day,
            ),
        ),
        (1, TIME_CREDITS),
        (1, _UNCHARGED),
        (1, FIXED_RECOGNIZED),
    )
)
_STANDARD = Total(terms=((1, STANDARD),))
LEAKAGE = piece(
    "leakage_pct",
    "Leakage",
    "Which share of the standard value of our work is lost?",
    (
        "Standard value less what was collected of it and what may still be, divided by standard value. Still "
        "collectible are charges, less credits on them, and hours not charged yet at the agreed rate; of fixed fees, "
        "recognised revenue."
    ),
    Ratio(
        numerator=Sum(terms=((1, _STANDARD), (-1, _KEPT))),
        denominator=_STANDARD,
        empty=Reason.NO_VALUE,
    ),
    by=BY_TERMS,
    kind=Kind.RATIO,
    unit=Unit.PERCENT,
    erp=NO_LIST,
    edge_cases=(
        "By the month of the work; a credit counts in that of the invoice it is given on. What is only late is not "
        "lost. Hours above a cap are. Receivables that are written off by a journal entry are not known from an "
        "invoice's charges and still count as collectible. It is below zero where more than the list is earned."
    ),
    controls=("RC-01", "RC-03"),
)
