"""Realisation: what of the standard value of work is invoiced, and what of the invoices is paid (B3 to B5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import fct_charge
from ..tables.projects import fct_rev_rec
from ..tables.realization import dim_project_terms, fct_collection
from ..tables.staffing import fct_time
from .finance import RECOGNITION
from .kpi import (
    Basis,
    Better,
    Formula,
    Join,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Product,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)
from .people import PASSED_ON
from .rates import STANDARD_VALUES

_BY_OPEN = ("subsidiary", "department", "customer", "project")
BY_TERMS = (*_BY_OPEN, "stream", "billing_terms")
BY_ENTRY = (*BY_TERMS, "person")
FIXED = dim_project_terms.c.terms == "fixed"
BY_HOUR = dim_project_terms.c.terms.in_(("hourly", "capped"))
NO_LIST = NotHeld(why="NetSuite's invoices tell neither hours nor list rates.")


def termed(measure: Measure, **changed: object) -> Measure:
    """A measure that knows its project's billing terms."""
    project = measure.table.c.project_key
    return replace(
        measure,
        joins=(
            *measure.joins,
            Join(table=dim_project_terms, on=dim_project_terms.c.project_key == project),
        ),
        dimensions={**measure.dimensions, "billing_terms": dim_project_terms.c.terms},
        **changed,  # type: ignore[arg-type]
    )


TIME_CHARGES = termed(
    Measure(
        key="billed_time",
        title="Time charges",
        system="suiteprojects",
        table=fct_charge,
        value=fct_charge.c.amount_base,
        month=fct_charge.c.cohort_month,
        day=fct_charge.c.invoice_day,
        where=(
            fct_charge.c.is_for_time.is_(True),
            fct_charge.c.is_credit.is_(False),
            fct_charge.c.list_value_base.is_not(None),
        ),
        dimensions=columns_of(fct_charge, (*_BY_OPEN, "stream", "person")),
        columns=(
            fct_charge.c.worked_day,
            fct_charge.c.invoice_day,
            fct_charge.c.project_key,
            fct_charge.c.customer_key,
            fct_charge.c.person_key,
            fct_charge.c.description,
            fct_charge.c.entry_hours,
            fct_charge.c.list_value,
            fct_charge.c.amount,
            fct_charge.c.currency,
        ),
        record=Record(type="Slip", id=fct_charge.c.charge_id),
    )
)
_APPROVED = fct_charge.c.invoice_status == "approved"
_INVOICED = replace(
    TIME_CHARGES,
    title="Invoiced time charges",
    where=(*TIME_CHARGES.where, _APPROVED),
)
_INVOICED_LISTED = replace(
    _INVOICED,
    key="billed_time_listed",
    title="Hours of invoiced charges, at the list rate",
    value=fct_charge.c.list_value_base,
    lenses={
        Lens.TRANSACTION: ("list_value", "list_value_currency"),
        Lens.SUBSIDIARY: ("list_value_subsidiary", "subsidiary_currency"),
    },
)
TIME_CREDITS = replace(
    TIME_CHARGES,
    key="time_credits",
    title="Credits on time",
    where=(fct_charge.c.is_for_time.is_(True), fct_charge.c.is_credit.is_(True), _APPROVED),
)
FIXED_RECOGNIZED = termed(
    RECOGNITION,
    key="fixed_recognition",
    title="Recognition of fixed fees",
    where=(FIXED, fct_rev_rec.c.method.not_in(PASSED_ON)),
)
_FIXED_LISTED = termed(
    STANDARD_VALUES,
    key="fixed_list_value",
    title="Hours on fixed fees, at the list rate",
    where=(*STANDARD_VALUES.where, FIXED, fct_time.c.list_value_base.is_not(None)),
    month=fct_time.c.accounting_month,
)
_BILLED_SHARE: Formula = Ratio(
    numerator=Total(terms=((1, _INVOICED), (1, TIME_CREDITS), (1, FIXED_RECOGNIZED))),
    denominator=Total(terms=((1, _INVOICED_LISTED), (1, _FIXED_LISTED))),
    empty=Reason.NO_VALUE,
)

BILLING_REALIZATION = Kpi(
    key="billing_realization",
    title="Billing realisation",
    question="How much of the standard value of our work do we bill?",
    definition=(
        "Time charges of the period's approved invoices, less the credits given on these, divided by the standard "
        "value of the hours they were made of. Fixed fees: recognised revenue divided by the standard value of the "
        "hours in the same books."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=NO_LIST,
    psa=_BILLED_SHARE,
    record=Side.PSA,
    by=BY_TERMS,
    tolerance=Decimal("0.005"),
    source="KPI catalogue B3",
    group="B",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.BENCHMARK),
    edge_cases=(
        "Both parts follow the same entries: a charge counts in the month of its invoice, a credit in that of the "
        "invoice it is given on, so that a month may still fall later. Tax, expenses, purchases and charges that "
        "were made by hand are left out; so are hours without a list rate. Hours above a cap that were never "
        "charged are leakage, not part of this. A project with a rule of time counts by its invoices, one with a "
        "fixed fee alone by its revenue."
    ),
    controls=("RC-01", "RC-03"),
)

_HOURS = termed(
    replace(
        STANDARD_VALUES,
        key="billable_hours",
        title="Approved hours billed by the hour",
        value=fct_time.c.hours,
        lenses={},
        where=(*STANDARD_VALUES.where, BY_HOUR),
    )
)
_BILLED_HOURS = replace(
    _HOURS,
    key="invoiced_hours",
    title="... that are invoiced",
    joins=(
        *_HOURS.joins,
        Join(table=fct_charge, on=fct_charge.c.charge_id == fct_time.c.charge_id),
    ),
    where=(*_HOURS.where, _APPROVED),
)
BILLED_HOURS_SHARE = Kpi(
    key="billed_hours_realization",
    title="Billed hours",
    question="Which share of the billable hours was invoiced?",
    definition=(
        "Hours of the period that are on an approved invoice, divided by the approved billable hours of projects "
        "that are billed by the hour."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=NO_LIST,
    psa=Ratio(
        numerator=Total(terms=((1, _BILLED_HOURS),)),
        denominator=Total(terms=((1, _HOURS),)),
        empty=Reason.NO_HOURS,
    ),
    record=Side.PSA,
    by=BY_ENTRY,
    tolerance=Decimal("0.005"),
    source="KPI catalogue B3 (B3h)",
    group="B",
    edge_cases=(
        "Hours count in the month they were worked in, invoiced whenever: the newest months are yet to be invoiced. "
        "An hour that was charged at less counts in full. Fixed fees are left out."
    ),
    controls=("RC-03",),
)

_DUE = Measure(
    key="cohort_invoiced",
    title="Invoices that are 90 days old",
    system="netsuite",
    table=fct_collection,
    value=fct_collection.c.amount_base,
    month=fct_collection.c.month,
    dimensions=columns_of(fct_collection, _BY_OPEN),
    columns=(
        fct_collection.c.day,
        fct_collection.c.number,
        fct_collection.c.customer_key,
        fct_collection.c.project_key,
        fct_collection.c.department_key,
        fct_collection.c.subsidiary_key,
        fct_collection.c.due_on,
        fct_collection.c.collected,
        fct_collection.c.amount,
        fct_collection.c.currency,
    ),
    record=Record(type="transaction", id=fct_collection.c.invoice_id),
)
_COLLECTED = replace(
    _DUE,
    key="cohort_collected",
    title="Paid within 90 days",
    value=fct_collection.c.collected_base,
    lenses={
        Lens.TRANSACTION: ("collected", "currency"),
        Lens.SUBSIDIARY: ("collected_subsidiary", "subsidiary_currency"),
    },
)
_PAID_SHARE: Formula = Ratio(
    numerator=Total(terms=((1, _COLLECTED),)),
    denominator=Total(terms=((1, _DUE),)),
    empty=Reason.NO_CASES,
)
_COHORT = (
    "Invoices count in the month of their date, once they are 90 days old: until then neither part knows them. "
    "Credit memos and what is written off are no payments and lower it."
)
COLLECTION_REALIZATION = Kpi(
    key="collection_realization",
    title="Collection realisation",
    question="How much of what we invoice is paid within 90 days?",
    definition=(
        "Payments and deposits applied within 90 days, divided by the invoices of the period that are at least 90 "
        "days old; tax is in both."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=_PAID_SHARE,
    psa=NotHeld(why="Payments in SuiteProjects Pro are copies of NetSuite's."),
    record=Side.ERP,
    by=_BY_OPEN,
    tolerance=Decimal("0.005"),
    source="KPI catalogue B4",
    group="B",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.BENCHMARK),
    edge_cases=f"{_COHORT} Both parts are at the rates of the invoice.",
    controls=("RC-07",),
)
NET_REALIZATION = Kpi(
    key="net_realization",
    title="Net realisation",
    question="How much of the standard value of our work reaches the bank?",
    definition="Billing realisation times collection realisation of the same invoice months.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Product(factors=(_BILLED_SHARE, _PAID_SHARE)),
    psa=NotHeld(why="Payments are NetSuite's."),
    record=Side.ERP,
    by=_BY_OPEN,
    tolerance=Decimal("0.005"),
    source="KPI catalogue B5",
    group="B",
    edge_cases=(
        f"{_COHORT} Credits lower both factors: once what was billed, once what was paid of it. The first factor is "
        "SuiteProjects Pro's."
    ),
    controls=("RC-01", "RC-03", "RC-07"),
)
