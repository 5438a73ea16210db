"""The pieces of leakage as shares of the standard value of the same months (B7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .kpi import Kind, Kpi, Ratio, Reason, Side, Total, Unit
from .leakage import (
    CAPPED_TIME,
    LATE_TIME,
    NON_BILLABLE,
    RATE_DISCOUNTS,
    STANDARD,
    WRITE_DOWNS,
)
from .realization import NO_LIST
from .write_offs import CREDIT_MEMOS


def _share(of: Kpi, key: str, question: str) -> Kpi:
    return replace(
        of,
        key=key,
        title=f"{of.title} %",
        question=question,
        definition=(
            f"{of.definition.removesuffix('.')}; divided by the standard value of the approved billable hours worked in "
            "the period."
        ),
        unit=Unit.PERCENT,
        kind=Kind.RATIO,
        erp=NO_LIST,
        psa=Ratio(
            numerator=of.psa,
            denominator=Total(terms=((1, STANDARD),)),
            empty=Reason.NO_VALUE,
        ),
        record=Side.PSA,
        tolerance=Decimal("0.005"),
    )


LATE_SHARE = _share(LATE_TIME, "late_time_pct", "Which share of our work comes too late?")
CAPPED_SHARE = _share(CAPPED_TIME, "capped_time_pct", "Which share of our work do caps take?")
WRITE_DOWN_SHARE = _share(
    WRITE_DOWNS, "write_downs_pct", "Which share of our work do we take off before we invoice?"
)
NON_BILLABLE_SHARE = _share(
    NON_BILLABLE, "non_billable_client_pct", "How much client work is not billed, beside what is?"
)
DISCOUNT_SHARE = _share(
    RATE_DISCOUNTS, "rate_discounts_pct", "Which share of our work do agreed rates give away?"
)
CREDIT_SHARE = _share(CREDIT_MEMOS, "credit_memos_pct", "Which share of our work do we credit?")
