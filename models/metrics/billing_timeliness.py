"""Whether work is invoiced in time, and what is due and still waits (F5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import fct_charge
from ..tables.cash import fct_milestone
from ..tables.conformed import dim_project
from ..tables.projects import fct_expense
from ..tables.realization import dim_project_terms
from ..tables.staffing import fct_time
from .kpi import (
    Better,
    Formula,
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
from .projects import RECEIPTS
from .rates import AGREED
from .realization import TIME_CHARGES, termed

_BY = ("subsidiary", "department", "customer", "project", "stream")
_NO_WORK = NotHeld(
    why="NetSuite's invoices do not tell when the work was done, nor what waits for one."
)

CHARGES = replace(
    TIME_CHARGES,
    key="charges",
    title="Charges",
    month=fct_charge.c.worked_month,
    day=fct_charge.c.worked_day,
    where=(fct_charge.c.is_credit.is_(False),),
    columns=(
        fct_charge.c.worked_day,
        fct_charge.c.invoice_day,
        fct_charge.c.status,
        fct_charge.c.stage,
        fct_charge.c.type,
        fct_charge.c.project_key,
        fct_charge.c.customer_key,
        fct_charge.c.description,
        fct_charge.c.amount,
        fct_charge.c.currency,
    ),
)
_IN_TIME = replace(
    CHARGES,
    key="charges_in_time",
    title="Charges invoiced in time",
    where=(*CHARGES.where, fct_charge.c.is_invoiced_in_time.is_(True)),
)
_UNCHARGED_TIME = termed(
    AGREED,
    key="uncharged_hours",
    title="Approved hours that are not charged, at the agreed rate",
    where=(
        fct_time.c.status == "approved",
        fct_time.c.is_billable.is_(True),
        fct_time.c.agreed_value.is_not(None),
        fct_time.c.charge_id.is_(None),
        dim_project_terms.c.is_cap_reached.is_(False),
    ),
)
_UNCHARGED_RECEIPTS = replace(
    RECEIPTS,
    key="uncharged_receipts",
    title="Approved billable receipts that are not charged",
    where=(
        *RECEIPTS.where,
        fct_expense.c.is_billable.is_(True),
        fct_expense.c.charge_id.is_(None),
    ),
)
_ON_HOLD = replace(
    CHARGES,
    key="charges_on_hold",
    title="Charges kept from invoicing",
    month=None,
    day=None,
    where=(fct_charge.c.status == "on_hold",),
)
_MILESTONES = Measure(
    key="milestones",
    title="Fixed fees that are due",
    system="suiteprojects",
    table=fct_milestone,
    value=fct_milestone.c.amount_base,
    month=fct_milestone.c.month,
    where=(fct_milestone.c.amount > 0,),
    since=(),
    dimensions=columns_of(fct_milestone, _BY),
    columns=(
        fct_milestone.c.day,
        fct_milestone.c.name,
        fct_milestone.c.project_key,
        fct_milestone.c.customer_key,
        fct_milestone.c.reached_on,
        fct_milestone.c.waiting_days,
        fct_milestone.c.fee,
        fct_milestone.c.amount,
        fct_milestone.c.currency,
    ),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_milestone.c.project_key),),
    record=Record(type="Project", id=dim_project.c.suiteprojects_id),
)


def _kpi(
    key: str, title: str, question: str, definition: str, psa: Formula, unit: Unit, kind: Kind,
    *, better: Better = Better.LOWER, edge_cases: str, tolerance: str = "100",
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=better,
        erp=_NO_WORK,
        psa=psa,
        record=Side.PSA,
        by=_BY,
        tolerance=Decimal(tolerance),
        source="KPI catalogue F5",
        group="F",
        edge_cases=edge_cases,
        controls=("RC-01", "RC-03"),
    )


BILLING_TIMELINESS = _kpi(
    "billing_timeliness",
    "Billing in time",
    "Which share of a month's billable work is invoiced within days of its end?",
    (
        "Charges by the month of their work whose invoice is dated by day 5 of the next month, unless configured "
        "otherwise, divided by all charges, approved hours not charged yet at the agreed rate, and billable receipts not "
        "charged yet."
    ),
    Ratio(
        numerator=Total(terms=((1, _IN_TIME),)),
        denominator=Total(terms=((1, CHARGES), (1, _UNCHARGED_TIME), (1, _UNCHARGED_RECEIPTS))),
        empty=Reason.NO_VALUE,
    ),
    Unit.PERCENT,
    Kind.RATIO,
    better=Better.HIGHER,
    tolerance="0.005",
    edge_cases=(
        "Credits are left out, and hours above a cap. A month is told in full once that day has passed; until then it is "
        "what has been invoiced so far. The day is that on the invoice, which may be earlier than that of its making."
    ),
)
MILESTONES_NOT_BILLED = _kpi(
    "milestones_not_billed",
    "Milestones not billed",
    "Which fixed fees are due and not invoiced?",
    "Fixed fees whose day is reached, or whose milestone is closed, less what of them is invoiced; at the closing rate.",
    Total(terms=((1, _MILESTONES),)),
    Unit.MONEY,
    Kind.STOCK,
    edge_cases=(
        "Net of tax. SuiteProjects Pro does not tell when a milestone was closed: its planned end stands for that. A fee "
        "that recurs counts until it is invoiced once. The past is told by the rules as they are today."
    ),
)
CHARGES_ON_HOLD = _kpi(
    "charges_on_hold",
    "Charges on hold",
    "How much is charged and kept from invoicing?",
    "Charges that are in a stage which is excluded from invoicing, as they stand today.",
    Total(terms=((1, _ON_HOLD),), empty=Reason.NO_CASES),
    Unit.MONEY,
    Kind.STOCK,
    edge_cases="Known as of today only: neither system keeps when a charge was held. At the rate of the charge's month.",
)
