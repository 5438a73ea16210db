"""Whether the controls hold: the share that does, weighted by what is at stake and counted, and what does not (H3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..controls import CONTROLS
from ..tables.controls import fct_control
from .gap import Gap
from .kpi import (
    Better,
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
)

_BY = ("subsidiary", "department", "customer", "project", "control")
_BOTH = NotHeld(
    why="A control is not one system's: it stands on NetSuite's side, which has the books.",
    is_of_both=True,
)
_CHECKS = Measure(
    key="checks",
    title="Checks",
    system="netsuite",
    table=fct_control,
    month=fct_control.c.month,
    dimensions={name: fct_control.c[f"{name}_key"] for name in _BY[:-1]}
    | {"control": fct_control.c.control},
    columns=(
        fct_control.c.month,
        fct_control.c.control,
        fct_control.c.name,
        fct_control.c.project_key,
        fct_control.c.customer_key,
        fct_control.c.department_key,
        fct_control.c.subsidiary_key,
        fct_control.c.amount,
        fct_control.c.against,
        fct_control.c.currency,
        fct_control.c.holds,
    ),
    record=Record(type="transaction", id=fct_control.c.netsuite_id),
)
_STAKES = replace(
    _CHECKS, key="stakes", title="Checks, by what is at stake", value=fct_control.c.weight_base
)
_BROKEN = replace(
    _CHECKS, key="broken", title="Checks that do not hold", where=(fct_control.c.holds.is_(False),)
)
_APART = replace(
    _BROKEN, key="apart", title="What is unexplained", value=fct_control.c.unexplained_base
)
_EDGE = (
    "An invoice, a project in a month, a record, or the books of a subsidiary in a month is a check. One of hours or "
    "of records has nothing at stake in money. A control whose records are not mirrored makes no check. "
    + " ".join(f"{key}: {one.check}" for key, one in CONTROLS.items())
    + " RC-04 passes or fails nothing: how much of the payroll hours take up is a number of its own."
)


def _held(measure: Measure) -> Measure:
    return replace(measure, key=f"{measure.key}_held", where=(fct_control.c.holds.is_(True),))


def _share(measure: Measure) -> Ratio:
    return Ratio(
        numerator=Total(terms=((1, _held(measure)),)),
        denominator=Total(terms=((1, measure),)),
        empty=Reason.NO_CASES,
    )


_of_checks = partial(
    Kpi,
    psa=_BOTH,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(0),
    source="KPI catalogue H3",
    group="H",
    edge_cases=_EDGE,
    controls=tuple(CONTROLS),
)
_share_of_checks = partial(_of_checks, unit=Unit.PERCENT, kind=Kind.RATIO, better=Better.HIGHER)
RECONCILIATION_SCORE = _share_of_checks(
    key="reconciliation_score",
    title="Reconciliation score",
    question="How much of our money is reconciled?",
    definition="What is at stake in the checks that hold, divided by what is at stake in all checks of the period's months.",
    erp=_share(_STAKES),
)
CHECKS_PASSED = _share_of_checks(
    key="checks_passed",
    title="Checks passed",
    question="Which share of the reconciliation checks holds?",
    definition="Checks that hold, divided by all checks of the period's months, each counted once.",
    erp=_share(_CHECKS),
)
CONTROL_BREAKS = _of_checks(
    key="control_breaks",
    title="Checks that do not hold",
    question="How many reconciliation checks do not hold?",
    definition="Checks of the period's months that do not hold.",
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=Gap(missing=(_BROKEN,), whole=(_CHECKS,)).amount(),
)
UNEXPLAINED_AMOUNT = _of_checks(
    key="unexplained_amount",
    title="Unexplained difference",
    question="How far apart are the two sides of what does not reconcile?",
    definition="What checks that do not hold are apart by, whatever its sign, added up over the period's months.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=Gap(missing=(_APART,), whole=(_STAKES,)).amount(),
)
