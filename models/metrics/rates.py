"""Rates: what hours are listed at, what was agreed and charged for them, what they bring and cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement

from ..business.rules import ANY_SERVICES
from ..tables.billing import fct_charge
from ..tables.finance import fct_gl
from ..tables.projects import fct_rev_rec
from ..tables.staffing import fct_time
from .finance import INCOME_POSTINGS, RECOGNITION
from .kpi import (
    Better,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
    columns_of,
)
from .people import PASSED_ON, SERVICES_POSTINGS, SERVICES_RECOGNIZED
from .projects import LABOR
from .staffing import WORKED_HOURS

_BY = ("subsidiary", "department", "customer", "project", "stream")
_BY_ENTRY = (*_BY, "person")
_NO_RATES = NotHeld(
    why="Rate cards and the rates agreed for projects are kept in SuiteProjects Pro."
)
_NO_HOURS = NotHeld(why="NetSuite's invoices do not tell hours.")


def _valued(stem: str, title: str, *where: ColumnElement[bool]) -> Measure:
    """What approved billable hours are worth, at one of the rates."""
    return Measure(
        key=stem,
        title=title,
        system="suiteprojects",
        table=fct_time,
        value=fct_time.c[f"{stem}_base"],
        lenses={
            Lens.TRANSACTION: (stem, f"{stem}_currency"),
            Lens.SUBSIDIARY: (f"{stem}_subsidiary", "value_subsidiary_currency"),
        },
        month=fct_time.c.month,
        where=(
            fct_time.c.status == "approved",
            fct_time.c.is_billable.is_(True),
            *where,
        ),
        dimensions=columns_of(fct_time, _BY_ENTRY)
        | {"department": fct_time.c.project_department_key},
        columns=(
            fct_time.c.day,
            fct_time.c.month,
            fct_time.c.project_key,
            fct_time.c.customer_key,
            fct_time.c.person_key,
            fct_time.c.task_key,
            fct_time.c.hours,
            fct_time.c[stem],
            fct_time.c[f"{stem}_currency"],
        ),
        record=Record(type="Task", id=fct_time.c.time_entry_id),
    )


_BOTH_RATES = (fct_time.c.list_value.is_not(None), fct_time.c.agreed_value.is_not(None))
STANDARD_VALUES = _valued("list_value", "Billable hours at the list rate")
LISTED = replace(
    _valued("list_value", "Hours with an agreed rate, at the list rate", *_BOTH_RATES),
    key="list_value_of_agreed",
)
AGREED = _valued("agreed_value", "Hours at the agreed rate", *_BOTH_RATES)

STANDARD_VALUE = Kpi(
    key="standard_value",
    title="Standard value",
    question="What would our billable work be worth at the list rates?",
    definition=(
        "Approved billable hours on client projects times the list rate of the day (rate card by role; "
        "without one the person's own rate), before any discount."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_RATES,
    psa=Total(terms=((1, STANDARD_VALUES),)),
    record=Side.PSA,
    by=_BY_ENTRY,
    tolerance=Decimal(100),
    source="KPI catalogue B1",
    group="B",
    edge_cases="Hours without any list rate are left out and told. Hours count in the month worked in.",
    controls=("RC-03",),
)
RATE_REALIZATION = Kpi(
    key="rate_realization",
    title="Rate realisation",
    question="How much of our list prices do customers agree to pay?",
    definition=(
        "Approved billable hours at the rate agreed for the project divided by the same hours at the "
        "list rate."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_NO_RATES,
    psa=Ratio(
        numerator=Total(terms=((1, AGREED),)),
        denominator=Total(terms=((1, LISTED),)),
        empty=Reason.NO_VALUE,
    ),
    record=Side.PSA,
    by=_BY_ENTRY,
    tolerance=Decimal("0.005"),
    source="KPI catalogue B2",
    group="B",
    edge_cases=(
        "Only hours with both rates count: a fixed fee agrees on none. It is above 100 % where more than the "
        "list was agreed."
    ),
    controls=("RC-03",),
)

_CHARGES = Measure(
    key="time_charges",
    title="Time charges",
    system="suiteprojects",
    table=fct_charge,
    value=fct_charge.c.amount_base,
    month=fct_charge.c.month,
    where=(fct_charge.c.type == "T", fct_charge.c.hours.is_not(None)),
    dimensions=columns_of(fct_charge, _BY_ENTRY),
    columns=(
        fct_charge.c.day,
        fct_charge.c.month,
        fct_charge.c.project_key,
        fct_charge.c.customer_key,
        fct_charge.c.person_key,
        fct_charge.c.hours,
        fct_charge.c.amount,
        fct_charge.c.currency,
    ),
    record=Record(type="Slip", id=fct_charge.c.charge_id),
)
_CHARGED_HOURS = replace(
    _CHARGES,
    key="charged_hours",
    title="Charged hours",
    value=fct_charge.c.hours,
    lenses={
        Lens.TRANSACTION: ("hours", "currency"),
        Lens.SUBSIDIARY: ("hours", "subsidiary_currency"),
    },
)
AVERAGE_BILL_RATE = Kpi(
    key="average_bill_rate",
    title="Average bill rate",
    question="What do we charge for an hour?",
    definition="Time charges divided by charged hours, time and materials only.",
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_NO_HOURS,
    psa=Ratio(
        numerator=Total(terms=((1, _CHARGES),)),
        denominator=Total(terms=((1, _CHARGED_HOURS),)),
        empty=Reason.NO_HOURS,
    ),
    record=Side.PSA,
    by=_BY_ENTRY,
    tolerance=Decimal(1),
    source="KPI catalogue B6",
    group="B",
    edge_cases="Fixed fees and expenses are left out. Hours above a cap are charged at less or nothing.",
    controls=("RC-03",),
)

_CLIENT = (fct_time.c.status == "approved", fct_time.c.kind == "client")
_CLIENT_HOURS = replace(
    LABOR,
    key="client_hours",
    title="Approved hours on client projects",
    value=fct_time.c.hours,
    where=_CLIENT,
    columns=tuple(one for one in LABOR.columns if not one.name.startswith(("cost", "currency"))),
    hidden_by=None,
)
_COSTED_HOURS = replace(
    _CLIENT_HOURS,
    key="costed_hours",
    title="Approved hours whose cost is known",
    where=(*_CLIENT, fct_time.c.cost_base.is_not(None)),
)
_PROJECT_SERVICES = replace(
    INCOME_POSTINGS,
    key="project_services_postings",
    title="Services revenue of client projects",
    where=(*INCOME_POSTINGS.where, fct_gl.c.stream.in_(ANY_SERVICES)),
)
_PROJECT_RECOGNITION = replace(
    RECOGNITION,
    key="project_services_recognition",
    title="Recognition of services",
    where=(fct_rev_rec.c.method.not_in(PASSED_ON),),
)
_HOURS = Total(terms=((1, _CLIENT_HOURS),))
_ERP_RATE = Ratio(
    numerator=Total(terms=((-1, _PROJECT_SERVICES),)), denominator=_HOURS, empty=Reason.NO_HOURS
)
_PSA_RATE = Ratio(
    numerator=Total(terms=((1, _PROJECT_RECOGNITION),)), denominator=_HOURS, empty=Reason.NO_HOURS
)
_HOUR_COST = Ratio(
    numerator=Total(terms=((1, LABOR),)),
    denominator=Total(terms=((1, _COSTED_HOURS),)),
    empty=Reason.NO_HOURS,
)

EFFECTIVE_BILL_RATE = Kpi(
    key="effective_bill_rate",
    title="Effective bill rate",
    question="What does an hour on a client project bring, whatever the contract?",
    definition=(
        "Services revenue of client projects divided by all approved hours on them, billable or not, by the "
        "month whose books they belong to."
    ),
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_ERP_RATE,
    psa=_PSA_RATE,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(1),
    source="KPI catalogue B6",
    group="B",
    edge_cases=(
        "Fixed fees are included: it is the one rate that compares contracts. Expenses and resale are left out, "
        "hours that bring nothing are in."
    ),
    controls=("RC-02",),
)
FIRM_YIELD = Kpi(
    key="firm_yield",
    title="Firm yield",
    question="What does an hour of our billable staff bring?",
    definition=(
        "Services revenue divided by all approved hours of work of people with a utilisation target, time off "
        "left out."
    ),
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=SERVICES_POSTINGS,
        denominator=Total(terms=((1, WORKED_HOURS),)),
        empty=Reason.NO_HOURS,
    ),
    psa=Ratio(
        numerator=SERVICES_RECOGNIZED,
        denominator=Total(terms=((1, WORKED_HOURS),)),
        empty=Reason.NO_HOURS,
    ),
    record=Side.ERP,
    by=("subsidiary", "department"),
    tolerance=Decimal(1),
    source="KPI catalogue B6",
    group="B",
    edge_cases="By department, revenue is the project's and hours are the person's.",
    controls=("RC-02",),
)
COST_PER_HOUR = Kpi(
    key="cost_per_hour",
    title="Cost per hour",
    question="What does an hour on a client project cost?",
    definition="Loaded cost of approved hours on client projects divided by these hours.",
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=NotHeld(why="NetSuite's postings of labour cost do not tell the hours."),
    psa=_HOUR_COST,
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal(1),
    source="KPI catalogue B6",
    group="B",
    edge_cases="Hours whose cost is not known are left out of both.",
    controls=("RC-04",),
)
RATE_SPREAD = Kpi(
    key="rate_spread",
    title="Rate spread",
    question="What is left of an hour's revenue after its cost?",
    definition="Effective bill rate less cost per hour.",
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Sum(terms=((1, _ERP_RATE), (-1, _HOUR_COST))),
    psa=Sum(terms=((1, _PSA_RATE), (-1, _HOUR_COST))),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(1),
    source="KPI catalogue B6",
    group="B",
    edge_cases="On NetSuite's side, too, hours and their cost are SuiteProjects Pro's.",
    controls=("RC-02", "RC-04"),
)
