"""How well the statistical layer of the forecast did in tests, practice by practice (D5, section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import func

from ..tables.forecast import fct_forecast_test
from .kpi import Better, Kind, Kpi, Measure, NotHeld, Ratio, Reason, Side, Total, Unit

test = fct_forecast_test.c
_RULES = (
    "Each of the last twelve closed months was the last known one in turn, and the six after it were told by what had come "
    "until then. Hours of capacity were taken as they had been: nobody knew of joiners, leavers and leave to come. The "
    "ledger is taken as it stands today. As of today, whatever the period; all at today's rates. "
)
_MISSED = Measure(
    key="test_missed",
    title="Missed in tests",
    system="netsuite",
    table=fct_forecast_test,
    value=test.missed_base,
    month=None,
    dimensions={"department": test.department_key, "stream": test.stream},
    columns=(
        test.month,
        test.ahead,
        test.method,
        test.department_key,
        test.stream,
        test.forecast_base,
        test.actual_base,
        test.year_before_base,
    ),
)
_NAIVE = replace(
    _MISSED,
    key="test_naive_missed",
    title="Missed by the year before",
    value=test.naive_missed_base,
)
_CAME = replace(
    _MISSED,
    key="test_actual",
    title="Revenue of the tested months",
    value=func.abs(test.actual_base),
    unit=Unit.MONEY,
)

_kpi = partial(
    Kpi,
    kind=Kind.RATIO,
    better=Better.LOWER,
    psa=NotHeld(why="It is made of NetSuite's ledger; SuiteProjects Pro gives the hours."),
    record=Side.ERP,
    by=("department", "stream"),
    compared=(),
    source="KPI catalogue D5, D8",
    group="D",
)


def _ratio(denominator: Measure) -> Ratio:
    return Ratio(
        numerator=Total(terms=((1, _MISSED),)),
        denominator=Total(terms=((1, denominator),)),
        empty=Reason.NO_HISTORY,
    )


STATISTICAL_MASE = _kpi(
    key="statistical_mase",
    title="Statistical forecast against the year before (MASE)",
    question="Is the statistical forecast worth more than taking the year before?",
    definition=(
        "What the statistical forecast missed in its tests, divided by what the same month of the year before missed of "
        "the same months. Below 1 it is the better of the two."
    ),
    unit=Unit.FACTOR,
    erp=_ratio(_NAIVE),
    tolerance=Decimal("0.005"),
    edge_cases=(
        f"{_RULES}A practice and stream at 1 or above adds nothing to the forecast. Of a series with less than a year and a "
        "half of closed months there are too few tests to trust."
    ),
)
STATISTICAL_ERROR = _kpi(
    key="statistical_error",
    title="Statistical forecast, error in tests",
    question="How far off was the statistical forecast in its tests?",
    definition="WAPE: what the statistical forecast missed in its tests, divided by the revenue of the tested months.",
    unit=Unit.PERCENT,
    erp=_ratio(_CAME),
    tolerance=Decimal("0.005"),
    edge_cases=_RULES,
)
