"""How fast budgets are used up (C10), and how far projects are by cost, time and milestones (C6)."""

from __future__ import annotations

from .formula import Formula
from .kpi import Better, Ratio, Reason, Unit
from .project_value import live_kpi, now, of_project, value

_COSTED = (value.planned_cost_base > 0,)
_CAPPED = (value.cap_base > 0,)
_FEES = (value.fee_base > 0,)
_PACED = (value.budget_hours > 0, value.daily_hours > 0)
_TOLD = (value.budget_hours > 0, value.told_hours > 0)
_LASTING = (value.final_cost_base > 0,)
_DATED = (value.planned_days > 0,)


def _share(over: Formula, under: Formula, empty: Reason = Reason.NO_BUDGET) -> Ratio:
    return Ratio(numerator=over, denominator=under, empty=empty)


COST_BURN = live_kpi(
    "budget_cost_burn",
    "Cost burn",
    "Which share of the budgeted cost is used up?",
    "Labour, expenses and purchases to date divided by the budgets of cost, else those of the tasks.",
    _share(
        now(
            of_project(
                "cost", "Cost to date", value.spent_base, value.planned_cost_base, where=_COSTED
            ),
            empty=Reason.NO_BUDGET,
        ),
        now(
            of_project("budget", "Budget of cost", value.planned_cost_base, where=_COSTED),
            empty=Reason.NO_BUDGET,
        ),
    ),
    source="C10",
    unit=Unit.PERCENT,
    edge="Projects without a budget of cost are left out. Above 100 % it is used up. The budget is today's.",
)
FEE_BURN = live_kpi(
    "cap_burn",
    "Fee burn",
    "Which share of what may be charged at most is charged?",
    "Time charged under a cap divided by the caps.",
    _share(
        now(
            of_project(
                "capped", "Charged under the cap", value.capped_base, value.cap_base, where=_CAPPED
            ),
            empty=Reason.NO_BUDGET,
        ),
        now(of_project("cap", "Cap", value.cap_base, where=_CAPPED), empty=Reason.NO_BUDGET),
    ),
    source="C10",
    unit=Unit.PERCENT,
    edge="Projects whose time is capped by an amount; caps of hours are left out.",
)
_WORKED_SHARE = _share(
    now(
        of_project(
            "worked", "Approved hours", value.approved_hours, value.budget_hours, where=_TOLD
        ),
        empty=Reason.NO_BUDGET,
    ),
    now(
        of_project("budgeted", "Budgeted hours", value.budget_hours, where=_TOLD),
        empty=Reason.NO_BUDGET,
    ),
)
_DONE_SHARE = _share(
    now(
        of_project(
            "done",
            "Planned hours times reported percent complete",
            value.reported_hours,
            value.told_hours,
            where=_TOLD,
        ),
        empty=Reason.NO_BUDGET,
    ),
    now(
        of_project("planned", "Planned hours", value.told_hours, where=_TOLD),
        empty=Reason.NO_BUDGET,
    ),
)
BURN_RATIO = live_kpi(
    "burn_ratio",
    "Burn ratio",
    "Are hours used up faster than work is done?",
    "Hours burn divided by the percent complete as reported; above 1 hours go faster than work.",
    Ratio(numerator=_WORKED_SHARE, denominator=_DONE_SHARE, empty=Reason.NO_HOURS),
    source="C10",
    unit=Unit.FACTOR,
    edge="Projects with a budget of hours and tasks whose percent complete is reported. Nothing done: there is none.",
)
BUDGET_RUNWAY = live_kpi(
    "budget_runway",
    "Days until the budget runs out",
    "For how many working days will the budgeted hours last?",
    "Budgeted hours left divided by the hours worked on a mean working day of late (20, unless the thresholds say "
    "otherwise), both summed first. The rows tell the day for each project.",
    Ratio(
        numerator=now(
            of_project(
                "left",
                "Budgeted hours left",
                value.budget_left_hours,
                value.budget_hours,
                value.daily_hours,
                value.run_out_on,
                where=_PACED,
            ),
            empty=Reason.NO_BUDGET,
        ),
        denominator=now(
            of_project("pace", "Hours a day", value.daily_hours, where=_PACED),
            empty=Reason.NO_BUDGET,
        ),
        empty=Reason.NO_HOURS,
    ),
    source="C10",
    unit=Unit.DAYS,
    better=Better.HIGHER,
    edge="Projects with a budget of hours that were worked on of late. Below zero the budget is used up.",
)

BY_COST = live_kpi(
    "percent_complete_cost",
    "Percent complete, by cost",
    "How far are our projects?",
    "Cost to date divided by cost at completion.",
    _share(
        now(
            of_project(
                "cost_done", "Cost to date", value.spent_base, value.final_cost_base, where=_LASTING
            ),
            empty=Reason.NO_PLAN,
        ),
        now(
            of_project("cost_all", "Cost at completion", value.final_cost_base, where=_LASTING),
            empty=Reason.NO_PLAN,
        ),
        Reason.NO_PLAN,
    ),
    source="C6",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    edge="Projects whose cost to come can be told.",
)
BY_DURATION = live_kpi(
    "percent_complete_duration",
    "Percent complete, by duration",
    "How much of our projects' time is over?",
    "Working days over divided by working days between a project's beginning and its end.",
    _share(
        now(
            of_project(
                "days_over",
                "Working days over",
                value.elapsed_days,
                value.starts_on,
                value.ends_on,
                unit=Unit.DAYS,
                where=_DATED,
            ),
            empty=Reason.NO_PLAN,
        ),
        now(
            of_project(
                "days_all", "Working days", value.planned_days, unit=Unit.DAYS, where=_DATED
            ),
            empty=Reason.NO_PLAN,
        ),
        Reason.NO_PLAN,
    ),
    source="C6",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    edge="Projects that have both dates. Never above 100 %, however late a project is.",
    controls=(),
)
BY_MILESTONES = live_kpi(
    "percent_complete_milestones",
    "Percent complete, by milestones",
    "Which share of the fixed fees is reached?",
    "Fixed fees charged divided by fixed fees agreed: each milestone weighs what it is paid by.",
    _share(
        now(
            of_project(
                "fees_charged",
                "Fixed fees charged",
                value.fee_charged_base,
                value.fee_base,
                where=_FEES,
            ),
            empty=Reason.NO_PLAN,
        ),
        now(of_project("fees", "Fixed fees", value.fee_base, where=_FEES), empty=Reason.NO_PLAN),
        Reason.NO_PLAN,
    ),
    source="C6",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    edge="Contracts of a fixed fee that have milestones (billing rules of a fixed fee). A down payment counts as one.",
    controls=(),
)
