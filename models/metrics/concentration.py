"""How much hangs on few: shares of the largest, and the index of Herfindahl and Hirschman (E7)."""

from __future__ import annotations

from decimal import Decimal

from .billing import RECEIVABLES
from .kpi import (
    CLOSING,
    Basis,
    Better,
    Concentration,
    Constant,
    Kind,
    Kpi,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
    trailing,
)
from .sales import BACKLOG
from .statement_lines import REVENUE, profit

_YEAR = trailing(12)
_REVENUE = Total(terms=profit(REVENUE).terms, window=_YEAR)
_WHY = NotHeld(why="It is measured on NetSuite's books, which hold every stream.")
_EDGE = (
    "A member below zero counts as zero. What is assigned to none counts as one member. Warned of from a share of "
    "20 % for the largest, or an index of 1,800, unless the thresholds say otherwise."
)


def _share(
    key: str, title: str, what: str, total: Total, of: str, top: int | None, by: tuple[str, ...]
) -> Kpi:  # fmt: skip
    shown = "largest" if top == 1 else f"{top} largest"
    words = (
        f"The share of the {shown} {of}s in {what}."
        if top
        else f"The sum of the squared percentages of each {of} in {what}: 10,000 where one has all."
    )
    return Kpi(
        key=key,
        title=title,
        question=f"How much of {what} hangs on few {of}s?",
        definition=words,
        unit=Unit.PERCENT if top else Unit.FACTOR,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=Concentration(total=total, of=of, top=top, empty=Reason.NO_VALUE),
        psa=_WHY,
        record=Side.ERP,
        by=by,
        tolerance=Decimal("0.001") if top else Decimal(1),
        needs_history=True,
        source="KPI catalogue E7",
        group="E",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
        edge_cases=_EDGE,
    )


_BY = ("subsidiary", "department", "practice", "stream")
_BY_OPEN = ("subsidiary", "department")
_TTM = "the revenue of the last 12 months"
TOP_CUSTOMER = _share("top_customer_share", "Largest customer", _TTM, _REVENUE, "customer", 1, _BY)
TOP_5_CUSTOMERS = _share(
    "top_5_customers_share", "Five largest customers", _TTM, _REVENUE, "customer", 5, _BY
)
TOP_10_CUSTOMERS = _share(
    "top_10_customers_share", "Ten largest customers", _TTM, _REVENUE, "customer", 10, _BY
)
CUSTOMER_HHI = _share(
    "customer_hhi", "Customer concentration (HHI)", _TTM, _REVENUE, "customer", None, _BY
)
PROJECT_HHI = _share(
    "project_hhi", "Project concentration (HHI)", _TTM, _REVENUE, "project", None, _BY
)
PRACTICE_HHI = _share(
    "practice_hhi", "Practice concentration (HHI)", _TTM, _REVENUE, "practice", None, ("subsidiary", "stream")
)  # fmt: skip
_OPEN, _LEFT = RECEIVABLES.erp, BACKLOG.erp
assert isinstance(_OPEN, Total)
assert isinstance(_LEFT, Total)
RECEIVABLES_HHI = _share(
    "receivables_hhi", "Receivables concentration (HHI)", "open receivables",
    Total(terms=_OPEN.terms, window=CLOSING), "customer", None, _BY_OPEN,
)  # fmt: skip
BACKLOG_HHI = _share(
    "backlog_hhi", "Backlog concentration (HHI)", "the backlog",
    Total(terms=_LEFT.terms, window=CLOSING), "customer", None, _BY_OPEN,
)  # fmt: skip
EFFECTIVE_CUSTOMERS = Kpi(
    key="effective_customers",
    title="Effective number of customers",
    question="How many customers of equal size would our revenue be spread over?",
    definition="10,000 divided by the customer concentration (HHI) of the last 12 months' revenue.",
    unit=Unit.FACTOR,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=Constant(value=Decimal(10_000)),
        denominator=Concentration(total=_REVENUE, of="customer", empty=Reason.NO_REVENUE),
        empty=Reason.NO_REVENUE,
    ),
    psa=_WHY,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.1"),
    needs_history=True,
    source="KPI catalogue E7",
    group="E",
    edge_cases=_EDGE,
)
