"""What the income statement says in shares: margins, overhead, growth (G2 to G4)."""

from __future__ import annotations

from decimal import Decimal

from ..business.rules import ANY_SERVICES
from .kpi import (
    PRIOR_YEAR,
    Basis,
    Better,
    Formula,
    Kind,
    Kpi,
    Ratio,
    Reason,
    Side,
    Sum,
    Total,
    Unit,
)
from .plan import planned_total
from .statement_lines import (
    BY,
    DIRECT,
    LABOR,
    NO_LEDGER,
    OPERATING,
    REVENUE,
    at_prior_rates,
    cost,
    planned_cost,
    planned_profit,
    profit,
)

_EDGE = "Sums first, then the quotient; nothing to divide by is no number. Intercompany is left out when consolidated."


def _planned_share(numerator: Formula, denominator: Formula | None = None) -> Ratio:
    """What is planned of something, divided by the planned revenue, unless something else is named."""
    return Ratio(
        numerator=numerator,
        denominator=denominator or planned_total("revenue"),
        empty=Reason.NO_PLAN,
        positive=True,
    )


def _ratio(
    key: str, title: str, question: str, definition: str, numerator: Formula, denominator: Formula,
    *, better: Better, empty: Reason = Reason.NO_REVENUE, unit: Unit = Unit.PERCENT, source: str,
    tolerance: Decimal = Decimal("0.001"), benchmark: bool = False, positive: bool = True,
    planned: Formula | None = None, planned_below: Formula | None = None,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=Kind.RATIO,
        better=better,
        erp=Ratio(numerator=numerator, denominator=denominator, empty=empty, positive=positive),
        psa=NO_LEDGER,
        record=Side.ERP,
        by=BY,
        tolerance=tolerance,
        source=source,
        group="G",
        compared=(
            Basis.PRIOR_PERIOD,
            Basis.PRIOR_YEAR,
            *((Basis.PLAN,) if planned else ()),
            *((Basis.BENCHMARK,) if benchmark else ()),
        ),
        plan=_planned_share(planned, planned_below) if planned else None,
        edge_cases=_EDGE,
        controls=("RC-09",),
    )


FIRM_GROSS_MARGIN_PCT = _ratio(
    "firm_gross_margin_pct",
    "Firm gross margin %",
    "What share of revenue is left after direct cost?",
    "Revenue less direct cost, divided by revenue, as the ledger holds them.",
    profit((*REVENUE, *DIRECT)),
    profit(REVENUE),
    better=Better.HIGHER,
    source="KPI catalogue G3",
    planned=planned_profit(*DIRECT),
)
SERVICES_GROSS_MARGIN_PCT = _ratio(
    "services_gross_margin_pct",
    "Services gross margin %",
    "What share of services revenue is left after its direct cost?",
    "Services revenue less the direct cost of the same streams, divided by services revenue.",
    profit((*REVENUE, *DIRECT), streams=ANY_SERVICES),
    profit(REVENUE, streams=ANY_SERVICES),
    better=Better.HIGHER,
    source="KPI catalogue G3, section 4",
    benchmark=True,
)
EBITDA_PCT = _ratio(
    "ebitda_pct",
    "EBITDA %",
    "What share of revenue did operations earn?",
    "EBITDA divided by revenue.",
    profit((*REVENUE, *OPERATING)),
    profit(REVENUE),
    better=Better.HIGHER,
    source="KPI catalogue G2",
    benchmark=True,
    planned=planned_profit(*OPERATING),
)
OVERHEAD_MULTIPLIER = _ratio(
    "overhead_multiplier",
    "Overhead multiplier",
    "How much does the firm cost for each unit of direct labour?",
    "All operating cost divided by direct labour.",
    cost(OPERATING),
    cost(LABOR),
    better=Better.LOWER,
    empty=Reason.NO_COST,
    unit=Unit.FACTOR,
    planned=planned_cost(*OPERATING),
    planned_below=planned_cost(*LABOR),
    source="KPI catalogue G3",
)
OVERHEAD_PCT = _ratio(
    "overhead_pct",
    "Overhead %",
    "What share of revenue does overhead take?",
    "Practice and corporate overhead, stock compensation and allocations, divided by revenue (SG&A %).",
    cost(("practice_overhead", "corporate_overhead", "stock_compensation", "allocations")),
    profit(REVENUE),
    better=Better.LOWER,
    source="KPI catalogue G3",
    planned=planned_cost(
        "practice_overhead", "corporate_overhead", "stock_compensation", "allocations"
    ),
)
SUBCONTRACTOR_RATIO = _ratio(
    "subcontractor_ratio",
    "Subcontractor ratio",
    "How much of direct cost do we buy from others?",
    "Subcontractors divided by direct cost.",
    cost(("subcontractors",)),
    cost(DIRECT),
    better=Better.LOWER,
    empty=Reason.NO_COST,
    planned=planned_cost("subcontractors"),
    planned_below=planned_cost(*DIRECT),
    source="KPI catalogue G3",
)
_A_YEAR_EARLIER = Total(terms=profit(REVENUE).terms, window=PRIOR_YEAR)
REVENUE_GROWTH = _ratio(
    "revenue_growth",
    "Revenue growth",
    "How much more revenue did we book than a year earlier?",
    "Revenue of the period divided by that of the same period a year earlier, less one; each at its own rates.",
    Sum(terms=((1, profit(REVENUE)), (-1, _A_YEAR_EARLIER))),
    _A_YEAR_EARLIER,
    better=Better.HIGHER,
    empty=Reason.NO_HISTORY,
    source="KPI catalogue G4",
    benchmark=True,
)
CONSTANT_CURRENCY_GROWTH = _ratio(
    "constant_currency_growth",
    "Revenue growth at constant currency",
    "How much more revenue did we book than a year earlier, exchange rates aside?",
    "Revenue of the period at the average rates of the same months a year earlier, divided by that of the same period a "
    "year earlier, less one.",
    Sum(terms=((1, at_prior_rates(profit(REVENUE))), (-1, _A_YEAR_EARLIER))),
    _A_YEAR_EARLIER,
    better=Better.HIGHER,
    empty=Reason.NO_HISTORY,
    source="KPI catalogue G4",
)
