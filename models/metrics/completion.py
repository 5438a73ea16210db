"""What projects will have cost and earned when they are done: planned and forecast margin, ETC and EAC (C4, C9)."""

from __future__ import annotations

from .formula import Formula
from .kpi import Better, Ratio, Reason, Sum, Unit
from .project_value import live_kpi, now, of_project, value

_PLAN_KNOWN = (value.planned_revenue_base.is_not(None), value.planned_cost_base.is_not(None))
_FORECAST_KNOWN = (value.final_revenue_base.is_not(None), value.final_cost_base.is_not(None))
_BOTH_KNOWN = (*_PLAN_KNOWN, *_FORECAST_KNOWN)
_METHODS = (
    "Cost to come is that of hard bookings after today, at today's loaded cost; without any it is the remaining planned "
    "hours at what an hour has cost so far, else the budget not yet earned; the rows tell which. Open purchase orders "
    "are added; other expenses to come are not known. "
)
_REVENUE = (
    "Revenue to come: of a fixed fee the contract, changes included, less what is recognised; of a retainer what is "
    "scheduled; of time and materials hard bookings, else remaining planned hours, at their rates, up to a cap. "
)
_LABOR = (
    "Labour on tasks with a budget of cost, at the exchange rates of the project's beginning; hours to come at "
    "today's. "
)

_PLANNED_REVENUE = of_project(
    "planned_revenue", "Planned revenue", value.planned_revenue_base, where=_PLAN_KNOWN
)
_PLANNED_COST = of_project(
    "planned_cost", "Planned cost", value.planned_cost_base, where=_PLAN_KNOWN
)
_FINAL_REVENUE = of_project(
    "final_revenue",
    "Revenue at completion",
    value.final_revenue_base,
    value.revenue_base,
    value.to_go_base,
    where=_FORECAST_KNOWN,
)
_FINAL_COST = of_project(
    "final_cost",
    "Cost at completion",
    value.final_cost_base,
    value.spent_base,
    value.etc_base,
    value.etc_method,
    where=_FORECAST_KNOWN,
)


def _margin(revenue: Formula, cost: Formula) -> Sum:
    return Sum(terms=((1, revenue), (-1, cost)))


def _pct(revenue: Formula, cost: Formula) -> Ratio:
    return Ratio(
        numerator=_margin(revenue, cost),
        denominator=revenue,
        empty=Reason.NO_REVENUE,
        positive=True,
    )


def _compared(key: str, title: str, number: str) -> Formula:
    """A part of both margins, of projects that have both."""
    return now(
        of_project(f"compared_{key}", title, value[number], where=_BOTH_KNOWN),
        empty=Reason.NO_PLAN,
    )


_PLAN = (
    now(_PLANNED_REVENUE, empty=Reason.NO_PLAN),
    now(_PLANNED_COST, empty=Reason.NO_PLAN),
)
_FORECAST = (
    now(_FINAL_REVENUE, empty=Reason.NO_PLAN),
    now(_FINAL_COST, empty=Reason.NO_PLAN),
)

PLANNED_REVENUE = live_kpi(
    "planned_project_revenue",
    "Planned project revenue",
    "What were our projects planned to bring?",
    "Contract with its changes, else the budget of revenue.",
    _PLAN[0],
    source="C4",
    better=Better.HIGHER,
    edge="The plan is today's. Projects without planned revenue or cost are left out.",
)
PLANNED_MARGIN = live_kpi(
    "planned_project_margin",
    "Planned project margin",
    "What were our projects planned to earn?",
    "Contract with its changes (else the budget of revenue) less the budgets of cost (else those of the tasks).",
    _margin(*_PLAN),
    source="C4",
    better=Better.HIGHER,
    edge="The plan is today's. Projects without planned revenue or cost are left out.",
)
PLANNED_MARGIN_PCT = live_kpi(
    "planned_project_margin_pct",
    "Planned project margin %",
    "Which share of their revenue were our projects planned to keep?",
    "Planned project margin divided by planned revenue, both summed first.",
    _pct(*_PLAN),
    source="C4",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
)
REVENUE_AT_COMPLETION = live_kpi(
    "revenue_at_completion",
    "Revenue at completion",
    "What will our projects have earned in the end?",
    "Revenue recognised to date plus revenue to come.",
    _FORECAST[0],
    source="C4",
    better=Better.HIGHER,
    edge=_REVENUE,
)
COST_AT_COMPLETION = live_kpi(
    "cost_at_completion",
    "Cost at completion",
    "What will our projects have cost in the end?",
    "Labour, expenses and purchases to date plus the cost to come.",
    _FORECAST[1],
    source="C4, C9",
    edge=_METHODS,
)
FORECAST_MARGIN = live_kpi(
    "forecast_project_margin",
    "Forecast project margin",
    "What will our projects have earned after their cost?",
    "Revenue at completion less cost at completion.",
    _margin(*_FORECAST),
    source="C4",
    better=Better.HIGHER,
    edge=_METHODS + _REVENUE,
)
FORECAST_MARGIN_PCT = live_kpi(
    "forecast_project_margin_pct",
    "Forecast project margin %",
    "Which share of their revenue will our projects keep?",
    "Forecast project margin divided by revenue at completion, both summed first.",
    _pct(*_FORECAST),
    source="C4",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    edge=_METHODS + _REVENUE,
)
MARGIN_EROSION = live_kpi(
    "margin_erosion",
    "Margin erosion",
    "How much of the planned margin are projects losing?",
    "Forecast project margin % less planned project margin %; below zero margin is lost. In percentage points.",
    Sum(
        terms=(
            (
                1,
                _pct(
                    _compared("final_revenue", "Revenue at completion", "final_revenue_base"),
                    _compared("final_cost", "Cost at completion", "final_cost_base"),
                ),
            ),
            (
                -1,
                _pct(
                    _compared("planned_revenue", "Planned revenue", "planned_revenue_base"),
                    _compared("planned_cost", "Planned cost", "planned_cost_base"),
                ),
            ),
        )
    ),
    source="C4",
    unit=Unit.POINTS,
    better=Better.HIGHER,
    edge="Projects that have both a plan and a forecast. " + _METHODS,
)
_LOSSES = of_project(
    "expected_loss",
    "Expected loss",
    value.expected_loss_base,
    value.final_revenue_base,
    value.final_cost_base,
    value.etc_method,
    where=(value.expected_loss_base > 0,),
)
EXPECTED_LOSS = live_kpi(
    "expected_contract_loss",
    "Expected loss of contracts",
    "How much will projects lose that end below their cost?",
    "Cost at completion less revenue at completion, project by project, where that is above zero.",
    now(_LOSSES, empty=None),
    source="C4",
    edge="All of it is to be provided for now, not as work proceeds. Nothing is set off against other projects.",
)
LOSS_CONTRACTS = live_kpi(
    "loss_contracts",
    "Loss contracts",
    "How many projects will end below their cost?",
    "Projects whose cost at completion is above their revenue at completion.",
    now(
        of_project(
            "loss_contract",
            "Loss contract",
            None,
            value.expected_loss_base,
            where=(value.expected_loss_base > 0,),
        ),
        empty=None,
    ),
    source="C4",
    unit=Unit.COUNT,
)
ESTIMATE_TO_COMPLETE = live_kpi(
    "estimate_to_complete",
    "Estimate to complete (ETC)",
    "What will it still cost to finish our projects?",
    "Hard bookings after today at loaded cost, else remaining planned hours, else the budget not earned; plus open "
    "purchase orders.",
    now(
        of_project(
            "etc",
            "Cost to come",
            value.etc_base,
            value.etc_method,
            value.commitment_base,
            where=(value.etc_base.is_not(None),),
        ),
        empty=Reason.NO_PLAN,
    ),
    source="C9",
    edge=_METHODS,
)


_ALL_KNOWN = (value.eac_bookings_base.is_not(None), value.bac_base.is_not(None))


def _eac(key: str, title: str, number: str) -> Formula:
    return now(
        of_project(
            f"eac_{key}",
            title,
            value[number],
            value.bac_base,
            value.ev_base,
            value.ac_base,
            value.pv_base,
            where=(*_ALL_KNOWN, value[number].is_not(None)),
        ),
        empty=Reason.NO_BASELINE,
    )


_EAC_BOOKINGS = _eac("bookings", "Actual cost plus cost to come", "eac_bookings_base")
_EAC_BUDGET = now(
    of_project("eac_bac", "Budget at completion", value.bac_base, where=_ALL_KNOWN),
    empty=Reason.NO_BASELINE,
)
EAC = live_kpi(
    "estimate_at_completion",
    "Estimate at completion (EAC), bottom up",
    "What will the work on tasks have cost in the end?",
    "Actual cost plus the labour to come.",
    _EAC_BOOKINGS,
    source="C9",
    edge=_LABOR + _METHODS,
)
EAC_CPI = live_kpi(
    "estimate_at_completion_cpi",
    "Estimate at completion (EAC) at the CPI",
    "What will the work have cost if it goes on as it has?",
    "Budget at completion divided by the cost performance index, project by project.",
    _eac("cpi", "Budget over CPI", "eac_cpi_base"),
    source="C9",
    edge=_LABOR + "Projects without cost or without anything earned are left out. ",
)
EAC_PLAN = live_kpi(
    "estimate_at_completion_plan",
    "Estimate at completion (EAC) at plan",
    "What will the work have cost if the rest goes as planned?",
    "Actual cost plus budget at completion less earned value.",
    _eac("plan", "Actual cost plus the budget not earned", "eac_plan_base"),
    source="C9",
    edge=_LABOR,
)
EAC_CPI_SPI = live_kpi(
    "estimate_at_completion_cpi_spi",
    "Estimate at completion (EAC) at CPI × SPI",
    "What will the work have cost if being late costs, too?",
    "Actual cost plus the budget not earned divided by CPI × SPI, project by project.",
    _eac("cpi_spi", "Actual cost plus the rest over CPI × SPI", "eac_cpi_spi_base"),
    source="C9",
    edge=_LABOR + "Projects without cost or without anything earned or due are left out. ",
)
VARIANCE_AT_COMPLETION = live_kpi(
    "variance_at_completion",
    "Variance at completion (VAC)",
    "By how much will the work stay below its budget?",
    "Budget at completion less the bottom-up estimate at completion; below zero the budget is exceeded.",
    Sum(terms=((1, _EAC_BUDGET), (-1, _EAC_BOOKINGS))),
    source="C9",
    better=Better.HIGHER,
    edge=_LABOR + _METHODS,
)
