"""What of the work done is not invoiced yet, and how long it has waited (D3, F5)."""

from __future__ import annotations

from decimal import Decimal

from ..tables.realization import fct_unbilled_work
from .kpi import Basis, Better, Kind, Kpi, Measure, NotHeld, Reason, Side, Total, Unit, columns_of
from .realization import termed

_BY = ("subsidiary", "department", "customer", "project", "stream", "person")
_WAITING = termed(
    Measure(
        key="unbilled_work",
        title="Work that is not invoiced",
        system="suiteprojects",
        table=fct_unbilled_work,
        value=fct_unbilled_work.c.amount_base,
        month=fct_unbilled_work.c.month,
        dimensions={
            **columns_of(fct_unbilled_work, _BY),
            "unbilled_kind": fct_unbilled_work.c.kind,
            "unbilled_age": fct_unbilled_work.c.age,
        },
        columns=(
            fct_unbilled_work.c.worked_day,
            fct_unbilled_work.c.waiting_days,
            fct_unbilled_work.c.kind,
            fct_unbilled_work.c.project_key,
            fct_unbilled_work.c.customer_key,
            fct_unbilled_work.c.person_key,
            fct_unbilled_work.c.description,
            fct_unbilled_work.c.hours,
            fct_unbilled_work.c.amount,
            fct_unbilled_work.c.currency,
        ),
    )
)
UNBILLED_WORK = Kpi(
    key="unbilled_work",
    title="Unbilled work",
    question="How much work waits for its invoice, and for how long?",
    definition=(
        "Charges that are on no invoice, and approved billable time that is billed by the hour and not charged yet, at "
        "the agreed rate; net of tax, at the closing rate."
    ),
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=NotHeld(why="What is not invoiced yet is in SuiteProjects Pro alone."),
    psa=Total(terms=((1, _WAITING),), empty=Reason.NO_CASES),
    record=Side.PSA,
    by=(*_BY, "billing_terms", "unbilled_kind", "unbilled_age"),
    tolerance=Decimal(100),
    source="KPI catalogue D3, F5",
    group="D",
    needs_history=True,
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
    edge_cases=(
        "At the end of the period's last month: what was done by then and is on no invoice of that day or before. The age is "
        "told from the day of the work. What has been charged since counts as a charge. Hours above a cap that is "
        "reached are left out."
    ),
    controls=("RC-05",),
)
