"""People: how many there are, who comes and goes, and what they earn for the firm."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import or_

from ..business.rules import ANY_SERVICES
from ..tables.conformed import UNKNOWN, dim_person
from ..tables.finance import fct_gl
from ..tables.projects import fct_rev_rec
from ..tables.workforce import fct_headcount
from .finance import INCOME_POSTINGS, RECOGNITION
from .kpi import (
    Better,
    Calendar,
    Elapsed,
    Formula,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
    Window,
    trailing,
)
from .staffing import BENCHMARKED, BY_PERSON, by_person, of_person
from .window import PERIOD

_YEAR = trailing(12)
_BY_PLACE = ("subsidiary", "department")
_THERE = fct_headcount.c.is_there.is_(True)
_EMPLOYEE = fct_headcount.c.is_contractor.is_(False)
_NO_WEEKS = NotHeld(
    why="Weekly hours, targets and contractors' users are kept in SuiteProjects Pro; NetSuite knows none."
)
_CONTROLS = ("RC-12",)
PASSED_ON = ("E", "P")  # recognition of expenses and purchases


def _people(system: str, key: str, title: str, *where: object) -> Measure:
    return Measure(
        key=f"{system}_{key}",
        title=title,
        system=system,
        table=fct_headcount,
        month=fct_headcount.c.month,
        where=(fct_headcount.c.system == system, *where),  # type: ignore[arg-type]
        joins=of_person(fct_headcount),
        dimensions=by_person(fct_headcount),
        columns=(
            fct_headcount.c.day,
            fct_headcount.c.month,
            fct_headcount.c.person_key,
            fct_headcount.c.department_key,
            fct_headcount.c.fte,
        ),
    )


def heads_of(system: str) -> Measure:
    """Employees of a system at the end of each month."""
    return _people(system, "heads", "People there at the end of the month", _THERE, _EMPLOYEE)


def _leavers(system: str) -> Measure:
    gone = fct_headcount.c.is_released.is_(True)
    return _people(system, "leavers", "People whose last day it was", gone, _EMPLOYEE)


def _hires(system: str) -> Measure:
    come = fct_headcount.c.is_hired.is_(True)
    return _people(system, "hires", "People whose first day it was", come, _EMPLOYEE)


_FTE = replace(
    heads_of("suiteprojects"),
    key="fte",
    title="Full-time equivalents at the end of the month",
    value=fct_headcount.c.fte,
    unit=Unit.COUNT,
)
_BILLABLE_FTE = replace(
    _FTE,
    key="billable_fte",
    title="Billable full-time equivalents at the end of the month",
    where=(*_FTE.where, fct_headcount.c.is_billable.is_(True)),
)
_BILLABLE_HEADS = replace(
    heads_of("suiteprojects"),
    key="billable_heads",
    title="People with a target at the end of the month",
    where=(*_FTE.where, fct_headcount.c.is_billable.is_(True)),
)
_CONTRACTORS = _people(
    "suiteprojects",
    "contractors",
    "Contractors there at the end of the month",
    _THERE,
    fct_headcount.c.is_contractor.is_(True),
)


def mean_of_months(measure: Measure, window: Window = PERIOD) -> Ratio:
    """The mean of month-ends."""
    return Ratio(
        numerator=Total(terms=((1, measure),), window=window),
        denominator=Elapsed(unit=Calendar.MONTHS, window=window),
        empty=Reason.NO_HISTORY,
    )


def _attrition(system: str) -> Ratio:
    return Ratio(
        numerator=Total(terms=((1, _leavers(system)),), window=_YEAR),
        denominator=mean_of_months(heads_of(system), _YEAR),
        empty=Reason.NO_PEOPLE,
    )


def _one(measure: Measure) -> Total:
    return Total(terms=((1, measure),))


_people_kpi = partial(
    Kpi,
    unit=Unit.COUNT,
    better=Better.HIGHER,
    by=BY_PERSON,
    tolerance=Decimal(0),
    source="KPI catalogue A8",
    group="A",
    controls=_CONTROLS,
)

HEADCOUNT = _people_kpi(
    key="headcount",
    title="Headcount",
    question="How many people do we employ?",
    definition=(
        "People employed on the last day of the period. NetSuite: employees by hire and release date. "
        "SuiteProjects Pro: active users, those NetSuite does not know as employees left out."
    ),
    kind=Kind.STOCK,
    erp=_one(heads_of("netsuite")),
    psa=_one(heads_of("suiteprojects")),
    record=Side.ERP,
    edge_cases=(
        "The last day of employment still counts. Generic resources and contractors are left out. The running "
        "month is stated for today. Who is inactive without a release date counts until the record last changed."
    ),
)
AVERAGE_HEADCOUNT = _people_kpi(
    key="average_headcount",
    title="Average headcount",
    question="How many people did we employ on average?",
    definition="The mean of the headcounts at the ends of the period's months.",
    kind=Kind.RATIO,
    erp=mean_of_months(heads_of("netsuite")),
    psa=mean_of_months(heads_of("suiteprojects")),
    record=Side.ERP,
    tolerance=Decimal("0.5"),
    edge_cases="The running month counts as a month, as it stands today.",
)
FTE = _people_kpi(
    key="fte",
    title="Full-time equivalents",
    question="How many full-time people do we have?",
    definition=(
        "Scheduled weekly hours of the people employed on the last day of the period, divided by the hours of a "
        "full-time week."
    ),
    kind=Kind.STOCK,
    erp=_NO_WEEKS,
    psa=_one(_FTE),
    record=Side.PSA,
    tolerance=Decimal("0.5"),
    tolerance_share=Decimal("0.01"),
    edge_cases=(
        "The full-time week is the configured working days times hours a day, everywhere the same. The schedule "
        "is today's: earlier ones are not kept."
    ),
)
BILLABLE_HEADCOUNT = _people_kpi(
    key="billable_headcount",
    title="Billable headcount",
    question="How many of our people are meant to bill?",
    definition="People employed on the last day of the period whose target utilisation of that day is above 0.",
    kind=Kind.STOCK,
    erp=_NO_WEEKS,
    psa=_one(_BILLABLE_HEADS),
    record=Side.PSA,
    edge_cases="Contractors are left out.",
)
CONTRACTOR_HEADCOUNT = _people_kpi(
    key="contractor_headcount",
    title="Contractors",
    question="How many people work for us whom we do not employ?",
    definition=(
        "Users of SuiteProjects Pro, active on the last day of the period, whom NetSuite does not know as "
        "employees. Generic resources are left out."
    ),
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=_NO_WEEKS,
    psa=_one(_CONTRACTORS),
    record=Side.PSA,
    source="KPI catalogue A8, A1",
    edge_cases="An employee whose link to NetSuite is missing appears here until it is mended.",
)
HIRES = _people_kpi(
    key="hires",
    title="People hired",
    question="How many people joined us?",
    definition="People whose first day of employment lies in the period.",
    kind=Kind.FLOW,
    erp=_one(_hires("netsuite")),
    psa=_one(_hires("suiteprojects")),
    record=Side.ERP,
    edge_cases="Contractors are left out.",
)
LEAVERS = _people_kpi(
    key="leavers",
    title="People who left",
    question="How many people left us?",
    definition="People whose last day of employment lies in the period, up to today.",
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=_one(_leavers("netsuite")),
    psa=_one(_leavers("suiteprojects")),
    record=Side.ERP,
    edge_cases=(
        "Who leaves on the last day of a month is in that month's headcount and among its leavers."
    ),
)
ATTRITION = _people_kpi(
    key="attrition",
    title="Attrition",
    question="Which share of our people leaves in a year?",
    definition="Leavers of the last twelve months divided by the mean of the twelve month-end headcounts.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=_attrition("netsuite"),
    psa=_attrition("suiteprojects"),
    record=Side.ERP,
    by=("subsidiary", "department", "role"),
    tolerance=Decimal("0.005"),
    needs_history=True,
    compared=BENCHMARKED,
    edge_cases="Without twelve months of data there is no number. Contractors are left out.",
)

_GL_SERVICES = replace(
    INCOME_POSTINGS,
    key="services_postings",
    title="Services revenue postings",
    where=(
        fct_gl.c.account_type == "Income",
        fct_gl.c.stream.in_(ANY_SERVICES),
        fct_gl.c.is_intercompany.is_not(True),
        fct_gl.c.is_elimination.is_not(True),
    ),
)
_RECOGNIZED_SERVICES = replace(
    RECOGNITION,
    key="services_recognition",
    title="Recognition of services",
    where=(fct_rev_rec.c.method.not_in(PASSED_ON),),
)


def _own(measure: Measure) -> Measure:
    """Without what is booked to a person who is no employee."""
    person = measure.table.c.person_key
    own = or_(person == UNKNOWN, dim_person.c.netsuite_id.is_not(None))
    return replace(
        measure,
        key=f"own_{measure.key}",
        where=(*measure.where, own),
        joins=(*measure.joins, Join(table=dim_person, on=dim_person.c.person_key == person)),
    )


SERVICES_POSTINGS = Total(terms=((-1, _GL_SERVICES),))
SERVICES_RECOGNIZED = Total(terms=((1, _RECOGNIZED_SERVICES),))


def _per_head(sign: int, revenue: Measure, heads: Measure) -> Formula:
    return Ratio(
        numerator=Total(terms=((sign, revenue),), window=_YEAR),
        denominator=mean_of_months(heads, _YEAR),
        empty=Reason.NO_PEOPLE,
    )


REVENUE_PER_CONSULTANT = _people_kpi(
    key="revenue_per_consultant",
    title="Revenue per consultant",
    question="How much services revenue does a consultant bring in a year?",
    definition=(
        "Services revenue of the last twelve months divided by the mean of the twelve month-ends' billable "
        "full-time equivalents. Revenue booked to contractors is left out, and so are they."
    ),
    unit=Unit.RATE,
    kind=Kind.RATIO,
    erp=_per_head(-1, _own(_GL_SERVICES), _BILLABLE_FTE),
    psa=_per_head(1, _own(_RECOGNIZED_SERVICES), _BILLABLE_FTE),
    record=Side.ERP,
    by=_BY_PLACE,
    tolerance=Decimal(1000),
    tolerance_share=Decimal("0.005"),
    needs_history=True,
    compared=BENCHMARKED,
    source="KPI catalogue A11",
    edge_cases=(
        "Expenses, resale and intercompany revenue are left out. A fixed fee names no person: what contractors "
        "did for it stays in. One to two times what a consultant costs is the least to expect."
    ),
    controls=("RC-02", "RC-12"),
)
REVENUE_PER_EMPLOYEE = _people_kpi(
    key="revenue_per_employee",
    title="Revenue per employee",
    question="How much services revenue does an employee bring in a year?",
    definition=(
        "Services revenue of the last twelve months divided by the mean of the twelve month-ends' "
        "headcounts, everybody included."
    ),
    unit=Unit.RATE,
    kind=Kind.RATIO,
    erp=_per_head(-1, _GL_SERVICES, heads_of("netsuite")),
    psa=_per_head(1, _RECOGNIZED_SERVICES, heads_of("suiteprojects")),
    record=Side.ERP,
    by=_BY_PLACE,
    tolerance=Decimal(1000),
    tolerance_share=Decimal("0.005"),
    needs_history=True,
    compared=BENCHMARKED,
    source="KPI catalogue A11",
    edge_cases="Expenses, resale and intercompany revenue are left out.",
    controls=("RC-02", "RC-12"),
)
