"""Where the fiscal year will end, line by line: what is posted of closed months, forecast and plan for the rest (G1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from .kpi import (
    YEAR_CLOSED,
    YEAR_OPEN,
    Better,
    Formula,
    Kind,
    Kpi,
    Reason,
    Side,
    Sum,
    Total,
    Unit,
)
from .layers import REVENUE_AHEAD
from .plan import planned
from .statement_lines import DEPRECIATION, DIRECT, NO_LEDGER, OPERATING, REVENUE, profit

_BY = ("subsidiary", "department", "customer", "project", "stream")
_COSTS = (*OPERATING, *DEPRECIATION, "non_operating", "interest", "tax")
_EDGE = (
    "The fiscal year is that in which the period ends; of a year that is over it is what was posted. Months whose books "
    "are not closed count as revenue is forecast (posted, in flight, booked, scheduled, likely, expected by experience) and as cost is planned: "
    "no system tells what will be spent."
)
_LEFT_OUT = "A line of cost that is not planned counts with what is posted in closed months."

_outlook = partial(
    Kpi,
    unit=Unit.MONEY,
    kind=Kind.STOCK,  # of a year, so that months do not add up
    psa=NO_LEDGER,
    record=Side.ERP,
    tolerance=Decimal(1),
    source="KPI catalogue G1",
    group="G",
    compared=(),
    controls=("RC-08", "RC-09"),
)


def _posted(total: Total) -> Total:
    return replace(total, window=YEAR_CLOSED)


_REVENUE_TO_COME = Total(terms=(*profit(REVENUE).terms, (1, REVENUE_AHEAD)), window=YEAR_OPEN)


def _cost_to_come(*lines: str) -> Total:
    """What is planned on lines of cost, less what is planned as income on them."""
    terms = ((1, planned("cost", *lines)), (-1, planned("other_income", *lines)))
    return Total(terms=terms, window=YEAR_OPEN, empty=Reason.NO_PLAN)


def _left_of(*lines: str) -> Formula:
    """Revenue less lines of cost."""
    return Sum(
        terms=(
            (1, _posted(profit((*REVENUE, *lines)))),
            (1, _REVENUE_TO_COME),
            (-1, _cost_to_come(*lines)),
        )
    )


YEAR_REVENUE = _outlook(
    key="year_revenue",
    title="Revenue of the year, forecast",
    question="How much revenue will the firm book this year?",
    definition="Income postings of the fiscal year's closed months, and the revenue forecast of the others.",
    better=Better.HIGHER,
    erp=Sum(terms=((1, _posted(profit(REVENUE))), (1, _REVENUE_TO_COME))),
    by=_BY,
    edge_cases=_EDGE,
)
YEAR_COST = _outlook(
    key="year_cost",
    title="Cost of the year, forecast",
    question="What will each line of the income statement cost this year?",
    definition=(
        "Postings of cost in the fiscal year's closed months, and what is planned for the others; other income and "
        "interest earned are taken off."
    ),
    better=Better.LOWER,
    erp=Sum(terms=((1, _posted(profit(_COSTS, sign=-1))), (1, _cost_to_come(*_COSTS)))),
    by=(*_BY, "line"),
    edge_cases=f"{_EDGE} A line that is not planned has none.",
)
YEAR_GROSS_MARGIN = _outlook(
    key="year_gross_margin",
    title="Gross margin of the year, forecast",
    question="What will be left this year after the cost of delivery?",
    definition="Revenue of the year as forecast, less direct cost: posted in closed months, planned in the others.",
    better=Better.HIGHER,
    erp=_left_of(*DIRECT),
    by=_BY,
    edge_cases=f"{_EDGE} {_LEFT_OUT}",
)
YEAR_CONTRIBUTION = _outlook(
    key="year_practice_contribution",
    title="Practice contribution of the year, forecast",
    question="What will practices contribute this year?",
    definition="Gross margin of the year, forecast, less practice overhead.",
    better=Better.HIGHER,
    erp=_left_of(*DIRECT, "practice_overhead"),
    by=_BY,
    edge_cases=f"{_EDGE} {_LEFT_OUT}",
)
YEAR_EBITDA = _outlook(
    key="year_ebitda",
    title="EBITDA of the year, forecast",
    question="What will operations earn this year?",
    definition=(
        "Revenue of the year as forecast, less direct cost, overheads, stock compensation and allocations: posted in closed "
        "months, planned in the others."
    ),
    better=Better.HIGHER,
    erp=_left_of(*OPERATING),
    by=_BY,
    edge_cases=f"{_EDGE} {_LEFT_OUT}",
)
YEAR_NET_INCOME = _outlook(
    key="year_net_income",
    title="Net income of the year, forecast",
    question="What will be left for the owners this year?",
    definition="EBITDA of the year, forecast, less depreciation, amortisation, interest and tax, other income added.",
    better=Better.HIGHER,
    erp=_left_of(*_COSTS),
    by=_BY,
    edge_cases=f"{_EDGE} {_LEFT_OUT}",
)
