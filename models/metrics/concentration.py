"""How much hangs on few: shares of the largest, and the index of Herfindahl and Hirschman (E7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.conformed import dim_customer
from .billing import RECEIVABLES
from .kpi import (
    CLOSING,
    Basis,
    Better,
    Concentration,
    Constant,
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
    trailing,
)
from .rates import STANDARD_VALUES
from .sales import BACKLOG
from .statement_lines import REVENUE, profit

_YEAR = trailing(12)


def _by_group(total: Total) -> Total:
    """The same, of facts that know the customer at the top of each customer's tree."""
    return replace(total, terms=tuple((sign, _grouped(one)) for sign, one in total.terms))


def _grouped(measure: Measure) -> Measure:
    customer = measure.dimensions["customer"]
    return replace(
        measure,
        joins=(
            *measure.joins,
            Join(table=dim_customer, on=dim_customer.c.customer_key == customer),
        ),
        dimensions={**measure.dimensions, "customer_group": dim_customer.c.top_key},
    )


_REVENUE = Total(terms=profit(REVENUE).terms, window=_YEAR)
_OF_GROUPS = _by_group(_REVENUE)
_WHY = NotHeld(why="It is measured on NetSuite's books, which hold every stream.")
_NO_WORK = NotHeld(why="Who did which work at which price is kept in SuiteProjects Pro.")
_EDGE = (
    "A customer is the one at the top of its tree. A member below zero counts as zero. What is assigned to none counts as one member. Warned of from a share of "
    "20 % for the largest, or an index of 1,800, unless the thresholds say otherwise."
)


def _share(
    key: str, title: str, what: str, total: Total, of: str, top: int | None, by: tuple[str, ...], *,
    side: Side = Side.ERP,
) -> Kpi:  # fmt: skip
    formula = Concentration(total=total, of=of, top=top, empty=Reason.NO_VALUE)
    few = {"person": "people", "customer_group": "customers"}.get(of, f"{of}s")
    each = of.removesuffix("_group")
    shown = "largest" if top == 1 else f"{top} largest"
    words = (
        f"The share of the {shown} {few} in {what}."
        if top
        else f"The sum of the squared percentages of each {each} in {what}: 10,000 where one has all."
    )
    return Kpi(
        key=key,
        title=title,
        question=f"How much of {what} hangs on few {few}?",
        definition=words,
        unit=Unit.PERCENT if top else Unit.FACTOR,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=formula if side is Side.ERP else _NO_WORK,
        psa=formula if side is Side.PSA else _WHY,
        record=side,
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
TOP_CUSTOMER = _share(
    "top_customer_share", "Largest customer", _TTM, _OF_GROUPS, "customer_group", 1, _BY
)
TOP_5_CUSTOMERS = _share(
    "top_5_customers_share", "Five largest customers", _TTM, _OF_GROUPS, "customer_group", 5, _BY
)
TOP_10_CUSTOMERS = _share(
    "top_10_customers_share", "Ten largest customers", _TTM, _OF_GROUPS, "customer_group", 10, _BY
)
CUSTOMER_HHI = _share(
    "customer_hhi", "Customer concentration (HHI)", _TTM, _OF_GROUPS, "customer_group", None, _BY
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
    _by_group(Total(terms=_OPEN.terms, window=CLOSING)), "customer_group", None, _BY_OPEN,
)  # fmt: skip
BACKLOG_HHI = _share(
    "backlog_hhi", "Backlog concentration (HHI)", "the backlog",
    _by_group(Total(terms=_LEFT.terms, window=CLOSING)), "customer_group", None, _BY_OPEN,
)  # fmt: skip
_WORKED = Total(terms=((1, STANDARD_VALUES),), window=_YEAR)
_WORK, _BY_WORK = (
    "the standard value of the last 12 months' work",
    ("subsidiary", "department", "customer"),
)
TOP_PERSON = _share(
    "top_person_share", "Key person", _WORK, _WORKED, "person", 1, _BY_WORK, side=Side.PSA
)
TOP_5_PEOPLE = _share(
    "top_5_people_share", "Five key people", _WORK, _WORKED, "person", 5, _BY_WORK, side=Side.PSA
)
PERSON_HHI = _share(
    "person_hhi", "Concentration on people (HHI)", _WORK, _WORKED, "person", None, _BY_WORK, side=Side.PSA
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
        denominator=Concentration(total=_OF_GROUPS, of="customer_group", empty=Reason.NO_REVENUE),
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
