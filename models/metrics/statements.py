"""The firm's income statement, line by line (G1), from the ledger alone."""

from __future__ import annotations

from decimal import Decimal

from .kpi import Basis, Better, Formula, Kind, Kpi, Reason, Side, Sum, Total, Unit
from .plan import planned, planned_total
from .statement_lines import (
    BY,
    DEPRECIATION,
    DIRECT,
    NO_LEDGER,
    OPERATING,
    REVENUE,
    cost,
    planned_cost,
    planned_profit,
    profit,
)

_EDGE = (
    "Intercompany postings stand in the books of each subsidiary and count for nothing in the consolidated lens. "
    "A posting without a department is 'Not assigned', never spread. Adjustment periods are included."
)
_PLANNED = "A line that the plan leaves out counts as nothing in a planned result."


_PLANNED_RESULT = Sum(
    terms=(
        (1, planned_total("revenue")),
        (
            1,
            Total(
                terms=((1, planned("other_income")), (-1, planned("cost"))), empty=Reason.NO_PLAN
            ),
        ),
    )
)


def _less_income(line: str) -> Total:
    """What is planned as cost on a line less what is planned as income on it."""
    return Total(
        terms=((1, planned("cost", line)), (-1, planned("other_income", line))),
        empty=Reason.NO_PLAN,
    )


def _line(
    key: str, title: str, definition: str, erp: Total, *, better: Better = Better.LOWER,
    question: str = "", source: str = "KPI catalogue G1", plan: Formula | None = None,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question or f"What was our {title[0].lower()}{title[1:]} in the period?",
        definition=definition,
        unit=Unit.MONEY,
        kind=Kind.FLOW,
        better=better,
        erp=erp,
        psa=NO_LEDGER,
        record=Side.ERP,
        by=BY,
        tolerance=Decimal("0.01"),
        source=source,
        group="G",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, *((Basis.PLAN,) if plan else ())),
        plan=plan,
        edge_cases=f"{_EDGE} {_PLANNED}" if plan else _EDGE,
        controls=("RC-09", "RC-14"),
    )


FIRM_REVENUE = _line(
    "firm_revenue",
    "Firm revenue",
    "Postings to income accounts, by posting period, at the average rate.",
    profit(REVENUE),
    better=Better.HIGHER,
    question="How much revenue did the firm book, all streams?",
    plan=planned_total("revenue"),
)
DIRECT_COST = _line(
    "firm_direct_cost",
    "Direct cost",
    "Direct labour, subcontractors, project expenses and resale, as the ledger holds them.",
    cost(DIRECT),
    plan=planned_cost(*DIRECT),
)
DIRECT_LABOR_COST = _line(
    "direct_labor_cost",
    "Direct labour",
    "Postings to accounts of direct labour.",
    cost(("direct_labor",)),
    plan=planned_cost("direct_labor"),
)
SUBCONTRACTOR_COST = _line(
    "subcontractor_cost",
    "Subcontractors",
    "Postings to accounts of subcontractors.",
    cost(("subcontractors",)),
    plan=planned_cost("subcontractors"),
)
PROJECT_EXPENSE_COST = _line(
    "project_expense_cost",
    "Project expenses",
    "Postings to accounts of travel and expenses of projects, rebilled or not.",
    cost(("project_expenses",)),
    plan=planned_cost("project_expenses"),
)
RESALE_COST = _line(
    "resale_cost",
    "Cost of resale",
    "Postings to accounts of what is resold: hardware, subscriptions, licences.",
    cost(("resale",)),
    plan=planned_cost("resale"),
)
FIRM_GROSS_MARGIN = _line(
    "firm_gross_margin",
    "Firm gross margin",
    "Revenue less direct cost, both as the ledger holds them.",
    profit((*REVENUE, *DIRECT)),
    better=Better.HIGHER,
    source="KPI catalogue G1, G3",
    plan=planned_profit(*DIRECT),
)
PRACTICE_OVERHEAD = _line(
    "practice_overhead",
    "Practice overhead",
    "Overhead postings whose department (class, location) is a practice.",
    cost(("practice_overhead",)),
    plan=planned_cost("practice_overhead"),
)
PRACTICE_CONTRIBUTION = _line(
    "practice_contribution",
    "Practice contribution",
    "Gross margin less practice overhead.",
    profit((*REVENUE, *DIRECT, "practice_overhead")),
    better=Better.HIGHER,
    plan=planned_profit(*DIRECT, "practice_overhead"),
)
CORPORATE_OVERHEAD = _line(
    "corporate_overhead",
    "Corporate overhead",
    "Overhead postings whose department (class, location) is no practice, or which name none.",
    cost(("corporate_overhead",)),
    plan=planned_cost("corporate_overhead"),
)
ALLOCATED_COST = _line(
    "allocated_cost",
    "Allocations",
    "Postings to accounts of allocations, kept apart from what was spent.",
    cost(("allocations",)),
    plan=planned_cost("allocations"),
)
STOCK_COMPENSATION = _line(
    "stock_compensation",
    "Stock compensation",
    "Postings to accounts of stock compensation.",
    cost(("stock_compensation",)),
    plan=planned_cost("stock_compensation"),
)
EBITDA = _line(
    "ebitda",
    "EBITDA",
    "Revenue less direct cost, practice and corporate overhead, stock compensation and allocations.",
    profit((*REVENUE, *OPERATING)),
    better=Better.HIGHER,
    question="What did operations earn before depreciation, interest and tax?",
    source="KPI catalogue G1, G2",
    plan=planned_profit(*OPERATING),
)
DEPRECIATION_AMORTIZATION = _line(
    "depreciation_amortization",
    "Depreciation and amortisation",
    "Postings to accounts of depreciation and amortisation.",
    cost(DEPRECIATION),
    plan=planned_cost(*DEPRECIATION),
)
INTEREST = _line(
    "interest_cost",
    "Interest",
    "Interest paid less interest earned.",
    cost(("interest",)),
    plan=_less_income("interest"),
)
INCOME_TAX = _line(
    "income_tax",
    "Income tax",
    "Postings to accounts of income tax.",
    cost(("tax",)),
    plan=planned_cost("tax"),
)
OTHER_RESULT = _line(
    "other_result",
    "Other income and expense",
    "Other income less other expense; interest and tax are told apart.",
    profit(("non_operating",)),
    better=Better.HIGHER,
    plan=Total(
        terms=(
            (1, planned("other_income", "non_operating")),
            (-1, planned("cost", "non_operating")),
        ),
        empty=Reason.NO_PLAN,
    ),
)
NET_INCOME = _line(
    "net_income",
    "Net income",
    "All postings to accounts of profit and loss.",
    profit(),
    better=Better.HIGHER,
    question="What was left for the owners?",
    plan=_PLANNED_RESULT,
)
