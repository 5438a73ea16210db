"""Who does the work: hours, value and cost by role, and why the margin of one period differs from another's (C13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from ..access import Hidden, Scope
from ..period import Period
from ..tables.delivery import fct_task_value
from ..tables.people import dim_role
from ..tables.staffing import fct_time
from .drivers import rounded
from .earned_value import BY_TASK, NO_TASKS, TODAY_ONLY, of_task
from .formula import Formula
from .kpi import (
    CLOSING,
    Band,
    Better,
    Join,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
)
from .query import Filters, answer
from .sums import ZERO

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_BY = ("subsidiary", "department", "customer", "project", "stream", "role")
_NO_ROLES = NotHeld(why="NetSuite's time bills tell neither roles nor rates.")
_EDGE = (
    "Approved billable hours on client projects that have an agreed rate and a known cost; fixed fees agree on none. The "
    "role is the entry's, else the person's on the day. Hours count in the month worked in. "
)


def _worked(key: str, title: str, number: ColumnElement[Decimal], *, cost: bool = False) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="suiteprojects",
        table=fct_time,
        value=number,
        month=fct_time.c.month,
        where=(
            fct_time.c.status == "approved",
            fct_time.c.is_billable.is_(True),
            fct_time.c.agreed_value_base.is_not(None),
            fct_time.c.cost_base.is_not(None),
        ),
        joins=(Join(table=dim_role, on=dim_role.c.role_key == fct_time.c.role_key),),
        dimensions={
            "subsidiary": fct_time.c.subsidiary_key,
            "department": fct_time.c.project_department_key,
            "customer": fct_time.c.customer_key,
            "project": fct_time.c.project_key,
            "stream": fct_time.c.stream,
            "role": dim_role.c.name,
        },
        columns=(
            fct_time.c.day,
            fct_time.c.project_key,
            fct_time.c.customer_key,
            fct_time.c.person_key,
            fct_time.c.task_key,
            fct_time.c.hours,
        ),
        record=Record(type="Task", id=fct_time.c.time_entry_id),
        hidden_by=Hidden.PERSON_COST if cost else None,
    )


_HOURS = Total(terms=((1, _worked("agreed_hours", "Hours with an agreed rate", fct_time.c.hours)),))
_VALUE = Total(
    terms=(
        (
            1,
            replace(
                _worked("agreed_worth", "At the agreed rate", fct_time.c.agreed_value_base),
                lenses={  # the fact's own currency is that of the cost, which is the person's
                    Lens.TRANSACTION: ("agreed_value", "agreed_value_currency"),
                    Lens.SUBSIDIARY: ("agreed_value_subsidiary", "value_subsidiary_currency"),
                },
            ),
        ),
    )
)
_COST = Total(terms=((1, _worked("agreed_cost", "Labour cost", fct_time.c.cost_base, cost=True)),))


def _mix_kpi(
    key: str, title: str, question: str, definition: str, formula: Formula, unit: Unit
) -> Kpi:
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=Kind.FLOW,
        better=Better.LOWER if key.endswith("cost") else Better.HIGHER,
        erp=_NO_ROLES,
        psa=formula,
        record=Side.PSA,
        by=_BY
        if formula in {_HOURS, _VALUE}
        else _BY[:-1],  # a role's cost may be that of one person
        tolerance=Decimal(1),
        source="KPI catalogue C13",
        group="C",
        edge_cases=_EDGE,
        controls=("RC-03", "RC-04"),
    )


CLIENT_HOURS = replace(
    _mix_kpi(
        "client_hours",
        "Hours on client work",
        "Who does our client work?",
        "Approved hours on client projects, whatever their contract and whether they are billable, by role.",
        _HOURS,
        Unit.HOURS,
    ),
    psa=Total(
        terms=(
            (
                1,
                replace(
                    _HOURS.measures[0],
                    key="client_hours",
                    title="Approved hours on client projects",
                    where=(fct_time.c.status == "approved", fct_time.c.kind == "client"),
                ),
            ),
        )
    ),
    by=_BY,
    edge_cases="The role is the entry's, else the person's on the day. Hours count in the month worked in.",
    controls=("RC-03",),
)
ROLE_SHARE = replace(
    CLIENT_HOURS,
    key="role_share_of_hours",
    title="Role's share of hours",
    question="Which share of the hours on client work does each role do?",
    definition=(
        "Approved hours of a role on client projects divided by those of all roles: of the same customers, projects, "
        "departments and months."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.BAND,
    band=Band(low=None, high=None),  # more of a role is neither good nor bad
    psa=Ratio(
        numerator=CLIENT_HOURS.psa,
        denominator=CLIENT_HOURS.psa,
        empty=Reason.NO_HOURS,
        whole=("role",),
    ),
    tolerance=Decimal("0.005"),
    edge_cases="The role is the entry's, else the person's on the day. Roles' shares add up to 100 %, which is what it is of all "
    "roles together.",
)
HOURLY_HOURS = _mix_kpi(
    "hourly_work_hours",
    "Hours sold by the hour",
    "Who does the work that is sold by the hour?",
    "Approved billable hours that have an agreed rate, by role.",
    _HOURS,
    Unit.HOURS,
)
HOURLY_VALUE = _mix_kpi(
    "hourly_work_value",
    "Value of hours sold by the hour",
    "What are the hours of each role worth?",
    "Approved billable hours at the rate agreed for the project.",
    _VALUE,
    Unit.MONEY,
)
HOURLY_COST = _mix_kpi(
    "hourly_work_cost",
    "Cost of hours sold by the hour",
    "What do the hours cost that are sold by the hour?",
    "The same hours at loaded cost.",
    _COST,
    Unit.MONEY,
)
HOURLY_MARGIN = _mix_kpi(
    "hourly_work_margin",
    "Margin of hours sold by the hour",
    "What do the hours leave that are sold by the hour?",
    "Value of hours sold by the hour less their cost.",
    Sum(terms=((1, _VALUE), (-1, _COST))),
    Unit.MONEY,
)

_COSTED = (fct_task_value.c.is_valued.is_(True), fct_task_value.c.planned_hours > 0)


def _of_costed(key: str, *, cost: bool = False) -> Total:
    measure = of_task(f"costed_{key}", _TITLES[key], fct_task_value.c[key], cost=cost)
    return Total(
        terms=((1, replace(measure, where=_COSTED)),), window=CLOSING, empty=Reason.NO_BASELINE
    )


_TITLES = {
    "bac_base": "Budget of cost",
    "planned_hours": "Planned hours",
    "ac_base": "Actual cost of work done",
    "approved_hours": "Approved hours",
}


def _blended(key: str, title: str, question: str, definition: str, formula: Formula) -> Kpi:
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.RATE,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=NO_TASKS,
        psa=formula,
        record=Side.PSA,
        by=BY_TASK,
        tolerance=Decimal(1),
        source="KPI catalogue C13",
        group="C",
        compared=(),
        edge_cases=(
            "Active client projects, tasks that have a budget of cost, planned hours, dates and a reported percent "
            f"complete; at the exchange rates of the project's beginning. {TODAY_ONLY}"
        ),
        controls=("RC-03", "RC-04"),
    )


PLANNED_COST_RATE = _blended(
    "planned_cost_rate",
    "Planned cost of an hour",
    "What were the hours on tasks planned to cost?",
    "Budgets of cost of tasks divided by their planned hours: the planned mix of people.",
    Ratio(
        numerator=_of_costed("bac_base"),
        denominator=_of_costed("planned_hours"),
        empty=Reason.NO_PLAN,
    ),
)
ACTUAL_COST_RATE = _blended(
    "actual_cost_rate",
    "Actual cost of an hour on tasks",
    "What do the hours on tasks cost?",
    "Actual cost of the tasks divided by their approved hours: the actual mix of people.",
    Ratio(
        numerator=_of_costed("ac_base", cost=True),
        denominator=_of_costed("approved_hours"),
        empty=Reason.NO_HOURS,
    ),
)


# --- price, mix and volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Hours of a role, what they are worth and what they cost."""

    hours: Decimal
    value: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left."""
        return self.value - self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEffect:
    """One role's part of the difference."""

    role: str
    before: Work
    after: Work
    mix: Decimal
    rate: Decimal
    cost_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginBridge:
    """Why a margin differs: the effects add up to the difference, to the last place.

    Attributes:
        volume: more hours, at the margin of an hour there was before.
        mix: other roles than before, each at the margin of its hour before.
        rate: other prices of an hour, role by role.
        cost_rate: other cost of an hour, role by role; below zero where an hour costs more.
        roles: largest difference first; their parts add up to the effects, volume aside.
    """

    before: Decimal
    after: Decimal
    volume: Decimal
    mix: Decimal
    rate: Decimal
    cost_rate: Decimal
    roles: tuple[RoleEffect, ...]

    @property
    def difference(self) -> Decimal:
        """The margin after less the one before."""
        return self.after - self.before


NOTHING = Work(hours=ZERO, value=ZERO, cost=ZERO)


def margin_bridge(before: Mapping[str, Work], after: Mapping[str, Work]) -> MarginBridge:
    """Split the difference of two margins into volume, mix, rate and cost rate.

    A role that is new has no price of before: it is all mix, as is one that is gone. Without any hours before
    there is no mix to compare with, and all is volume.
    """
    first, last = _together(before.values()), _together(after.values())
    if not first.hours:
        return MarginBridge(
            before=first.margin,
            after=last.margin,
            volume=last.margin - first.margin,
            mix=ZERO,
            rate=ZERO,
            cost_rate=ZERO,
            roles=(),
        )
    growth = Fraction(last.hours) / Fraction(first.hours)
    roles = [
        _effect(role, before.get(role, NOTHING), after.get(role, NOTHING), growth)
        for role in sorted(before.keys() | after.keys())
    ]
    mix, rate, cost_rate = (
        sum((getattr(role, name) for role in roles), ZERO) for name in ("mix", "rate", "cost_rate")
    )
    return MarginBridge(
        before=first.margin,
        after=last.margin,
        volume=last.margin - first.margin - mix - rate - cost_rate,  # with what rounding leaves
        mix=mix,
        rate=rate,
        cost_rate=cost_rate,
        roles=tuple(sorted(roles, key=lambda one: -abs(one.after.margin - one.before.margin))),
    )


def _effect(role: str, before: Work, after: Work, growth: Fraction) -> RoleEffect:
    old = before if before.hours else after  # a new role is taken at its own prices
    new = after if after.hours else old
    hours = Fraction(after.hours)
    expected = Fraction(before.hours) * growth
    then = _an_hour(old.margin, old.hours)
    return RoleEffect(
        role=role,
        before=before,
        after=after,
        mix=rounded((hours - expected) * then),
        rate=rounded(hours * (_an_hour(new.value, new.hours) - _an_hour(old.value, old.hours))),
        cost_rate=rounded(hours * (_an_hour(old.cost, old.hours) - _an_hour(new.cost, new.hours))),
    )


def _an_hour(amount: Decimal, hours: Decimal) -> Fraction:
    return Fraction(amount) / Fraction(hours) if hours else Fraction(0)


def _together(works: Iterable[Work]) -> Work:
    found = list(works)
    return Work(
        hours=sum((one.hours for one in found), ZERO),
        value=sum((one.value for one in found), ZERO),
        cost=sum((one.cost for one in found), ZERO),
    )


def bridge_between(
    snapshot: Snapshot, before: Period, after: Period, scope: Scope, where: Filters | None = None
) -> MarginBridge | None:
    """Why the margin of hours sold by the hour differs between two periods; None where the scope hides cost.

    Raises:
        QuestionError: the numbers have no dimension of `where`.
    """
    if Hidden.PERSON_COST in scope.hidden:
        return None  # a role's cost may be that of its only person
    return margin_bridge(
        _by_role(snapshot, before, scope, where), _by_role(snapshot, after, scope, where)
    )


def _by_role(
    snapshot: Snapshot, period: Period, scope: Scope, where: Filters | None
) -> dict[str, Work]:
    numbers: dict[str, dict[str, Decimal]] = {}
    for name, kpi in (
        ("hours", HOURLY_HOURS),
        ("value", HOURLY_VALUE),
        ("cost", replace(HOURLY_COST, by=_BY)),
    ):
        for row in answer(snapshot, kpi, period, scope, by=("role",), where=where).rows:
            numbers.setdefault(row.labels["role"], {})[name] = row.psa or ZERO
    nothing = {"hours": ZERO, "value": ZERO, "cost": ZERO}
    return {role: Work(**{**nothing, **known}) for role, known in numbers.items()}
