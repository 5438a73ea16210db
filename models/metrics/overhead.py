"""What projects leave after they bear the firm's overhead by the hour (C5)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from ..tables.overhead import fct_overhead
from .finance import GL_REVENUE, RECOGNIZED
from .kpi import (
    Better,
    Formula,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Side,
    Sum,
    Total,
    Unit,
    columns_of,
)
from .projects import GL_MARGIN, PROJECT_MARGIN

_BY = ("subsidiary", "department", "customer", "project", "stream")
_BORNE = Measure(
    key="borne_overhead",
    title="Overhead borne by projects",
    system="netsuite",
    table=fct_overhead,
    value=fct_overhead.c.amount_base,
    month=fct_overhead.c.month,
    dimensions=columns_of(fct_overhead, _BY),
    columns=(
        fct_overhead.c.month,
        fct_overhead.c.overhead,
        fct_overhead.c.project_key,
        fct_overhead.c.customer_key,
        fct_overhead.c.department_key,
        fct_overhead.c.subsidiary_key,
        fct_overhead.c.hours,
        fct_overhead.c.cost_base,
        fct_overhead.c.over_hours,
    ),
    sensitive=(fct_overhead.c.cost_base,),
)
_OVERHEAD = Total(terms=((1, _BORNE),))
_EDGE = (
    "An hour bears the month's overhead of the company and of practices, of these only what came with a document and not "
    "their people's pay, divided by all hours worked; and the loaded cost of internal time and time off, divided by hours for clients. Rates are the whole "
    "firm's, in the reporting currency alone. What internal hours bear of overhead stays with the firm. Not to be mixed "
    "with the margin of projects."
)
_kpi = partial(
    Kpi,
    record=Side.ERP,
    by=_BY,
    source="KPI catalogue C5",
    group="C",
    edge_cases=_EDGE,
    controls=("RC-04", "RC-09"),
)


def _after(margin: Total) -> Formula:
    return Sum(terms=((1, margin), (-1, _OVERHEAD)))


PROJECT_OVERHEAD = _kpi(
    key="project_overhead",
    title="Overhead borne by projects",
    question="How much of the firm's overhead do client projects have to bear?",
    definition="Approved hours of client projects times the month's overhead of an hour.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=_OVERHEAD,
    psa=_OVERHEAD,
    tolerance=Decimal("0.01"),
)
CONTRIBUTION = _kpi(
    key="contribution_after_overhead",
    title="Contribution after overhead",
    question="What do our projects leave once they bear their overhead?",
    definition="Project gross margin less the overhead that the hours of projects bear.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_after(GL_MARGIN),
    psa=_after(PROJECT_MARGIN),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
)
CONTRIBUTION_PCT = _kpi(
    key="contribution_after_overhead_pct",
    title="Contribution % after overhead",
    question="Which share of their revenue do projects leave once they bear their overhead?",
    definition="Contribution after overhead divided by recognised revenue.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_after(GL_MARGIN), denominator=GL_REVENUE, empty=Reason.NO_REVENUE, positive=True
    ),
    psa=Ratio(
        numerator=_after(PROJECT_MARGIN),
        denominator=RECOGNIZED,
        empty=Reason.NO_REVENUE,
        positive=True,
    ),
    tolerance=Decimal("0.01"),
)
