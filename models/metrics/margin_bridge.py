"""The bridge of the firm's gross margin from its plan, or from the year before, told by what moved it (P1, P3).

Every number is asked of the metric layer by department, within the scope; `drivers` does the arithmetic. Money of
the period is first told at the exchange rates of before, so that what currencies did is an effect of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from sqlalchemy import or_

from ..access import Hidden, Scope
from ..business.rules import ANY_SERVICES
from ..period import Period
from ..tables.plan import fct_plan
from ..tables.statements import fct_pnl
from . import leakage, statements, write_offs  # their numbers stay in their files' place
from .answer import Answer
from .compare import reference_of
from .drivers import Effects, Practice, effects, rounded, together
from .kpi import Basis, Formula, Kpi, Lens, Measure, NotHeld, Reason, Total, Unit
from .plan import planned
from .query import Ask, Filters, answer_many, trend_many
from .staffing import BILLABLE_HOURS, CAPACITY
from .statement_lines import DIRECT, LABOR, REVENUE, cost, profit
from .sums import ZERO

if TYPE_CHECKING:
    from ..snapshot import Snapshot

BY = ("subsidiary", "department")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginBridge:
    """Why the gross margin is another: all effects add up to the difference of its ends, to the last place.

    Attributes:
        effects: of the hours people had and used.
        other_revenue: of what is not earned by hours: goods, subscriptions, expenses that are passed on.
        other_cost: of subcontractors, expenses and resale.
        exchange: of exchange rates, on all of it.
        then, now: all practices together; now at the exchange rates of before.
    """

    before: Decimal
    after: Decimal
    effects: Effects
    other_revenue: Decimal
    other_cost: Decimal
    exchange: Decimal
    then: Practice
    now: Practice

    @property
    def difference(self) -> Decimal:
        """The margin after less the one before."""
        return self.after - self.before

    @property
    def rest(self) -> Decimal:
        """What no driver tells."""
        told = (
            self.effects.volume
            + self.effects.mix
            + self.effects.utilization
            + self.effects.rate
            + self.effects.write_offs
            + self.effects.cost_rate
            + self.other_revenue
            + self.other_cost
            + self.exchange
        )
        return self.difference - told


def _number(
    key: str, formula: Formula, unit: Unit = Unit.MONEY, plan: Formula | None = None
) -> Kpi:
    """A number of the bridge's own, asked by department alone; no page shows it by itself."""
    return replace(
        statements.FIRM_GROSS_MARGIN,
        key=f"bridge_{key}",
        title=key,
        unit=unit,
        erp=formula,
        psa=NotHeld(why="The bridge takes the side of record."),
        by=BY,
        plan=plan,
        compared=(),
    )


def _plan(key: str, *lines: str, sign: int = 1) -> Total:
    return Total(terms=((sign, planned(key, *lines)),))


def _of_services() -> Total:
    """Planned revenue of services; what is planned without a stream counts as such, too."""
    revenue = planned("revenue")
    is_service = or_(fct_plan.c.stream.in_(ANY_SERVICES), fct_plan.c.stream.is_(None))
    services = replace(
        revenue,
        key="planned_services_revenue",
        title="Planned revenue of services",
        where=(*revenue.where, is_service),
    )
    return Total(terms=((1, services),))


def _write_offs() -> Kpi:
    """Write-downs and credit memos, and what of both is planned."""
    memos, downs = write_offs.CREDIT_MEMOS.erp, leakage.WRITE_DOWNS.psa
    assert isinstance(memos, Total)
    assert isinstance(downs, Total)
    plans = ((1, planned("write_downs")), (1, planned("credit_memos")))
    return _number("write_offs", Total(terms=(*memos.terms, *downs.terms)), plan=Total(terms=plans))


_TURNOVER = Total(terms=(*profit(REVENUE).terms, *cost(DIRECT).terms))
_PLANNED_TURNOVER = Total(terms=(*_plan("revenue").terms, *_plan("cost", *DIRECT).terms))
_PLANNED_MARGIN = Total(terms=(*_plan("revenue").terms, *_plan("cost", *DIRECT, sign=-1).terms))
_POSTED: Mapping[str, Kpi] = MappingProxyType(
    {
        "services": _number("services", profit(REVENUE, streams=ANY_SERVICES), plan=_of_services()),
        "revenue": _number("revenue", profit(REVENUE), plan=_plan("revenue")),
        "labor": _number("labor", cost(LABOR), plan=_plan("cost", *LABOR)),
        "margin": _number("margin", profit((*REVENUE, *DIRECT)), plan=_PLANNED_MARGIN),
    }
)
_ENDS = (_number("ends", statements.FIRM_GROSS_MARGIN.erp, plan=statements.FIRM_GROSS_MARGIN.plan),)
_COUNTED: Mapping[str, Kpi] = MappingProxyType(
    {
        "capacity": _number("capacity", CAPACITY, Unit.HOURS, _plan("capacity_hours")),
        "hours": _number(
            "hours", Total(terms=((1, BILLABLE_HOURS),)), Unit.HOURS, _plan("billable_hours")
        ),
        "write_offs": _write_offs(),
    }
)


def _by_books(key: str, total: Total, *columns: str) -> tuple[Kpi, ...]:
    """Postings that count in the consolidated lens by the currency of their books: in it, and in the reporting one."""

    def told(column: str, measure: Measure) -> Measure:
        return replace(
            measure,
            key=f"{measure.key}_{column}",
            lenses={Lens.SUBSIDIARY: (column, "subsidiary_currency")},
            where=(*measure.where, fct_pnl.c.is_intercompany.is_(False)),
        )

    return tuple(
        _number(
            f"{key}_{column}",
            Total(terms=tuple((sign, told(column, measure)) for sign, measure in total.terms)),
        )
        for column in columns
    )


def _by_plan(column: str) -> Kpi:
    """Planned amounts by the currency they were planned in: in it, and at the plan's rate."""
    lenses = {Lens.TRANSACTION: (column, "currency")}
    terms = tuple(
        (sign, replace(measure, key=f"{measure.key}_{column}", lenses=lenses))
        for sign, measure in _PLANNED_TURNOVER.terms
    )
    return _number(f"plan_{column}", Total(terms=terms))


_BOOKS = ("amount_subsidiary", "amount_consolidated")
_BOOKED: Mapping[str, tuple[Kpi, ...]] = MappingProxyType(
    {name: _by_books(name, cast("Total", kpi.erp), *_BOOKS) for name, kpi in _POSTED.items()}
)
_RATED: Mapping[Basis, tuple[Lens, tuple[Kpi, ...]]] = MappingProxyType(
    {
        Basis.PLAN: (Lens.TRANSACTION, (_by_plan("amount"), _by_plan("amount_base"))),
        Basis.PRIOR_YEAR: (Lens.SUBSIDIARY, _by_books("turnover", _TURNOVER, *_BOOKS)),
    }
)
_NEEDED = (
    ("money", _PLANNED_TURNOVER),
    ("capacity", _plan("capacity_hours")),
    ("hours", _plan("billable_hours")),
)
_IN_PLAN = tuple(
    _number(f"{name}_planned", replace(total, empty=Reason.NO_PLAN)) for name, total in _NEEDED
)


def bridge_from(
    snapshot: Snapshot,
    basis: Basis,
    period: Period,
    scope: Scope,
    where: Filters | None = None,
) -> MarginBridge | Reason:
    """Why the gross margin of a period is not that of its plan, or of the year before.

    Returns:
        The bridge, or why there is none: `no_plan`, `no_history`, `no_data`; `no_hours` where a month has a plan of
        money and none of capacity or billable hours; `out_of_scope` where the scope hides what people cost.

    Raises:
        QuestionError: `where` names another dimension than subsidiary and department.
    """
    if Hidden.PERSON_COST in scope.hidden:
        return Reason.OUT_OF_SCOPE
    asked = _Asked(snapshot=snapshot, basis=basis, period=period, scope=scope, where=where or {})
    margin, then = asked.ends()
    if margin is None:
        return Reason.NO_DATA
    if then is None:
        return Reason.NO_PLAN if basis is Basis.PLAN else Reason.NO_HISTORY
    if basis is Basis.PLAN and not asked.is_planned_in_hours():
        return Reason.NO_HOURS
    before, after = asked.before(), asked.after()
    found = effects(before.practices, after.practices)
    if found is None:
        return Reason.NO_HOURS
    return MarginBridge(
        before=then,
        after=margin,
        effects=found,
        other_revenue=after.other_revenue - before.other_revenue,
        other_cost=before.other_cost - after.other_cost,
        exchange=after.exchange,
        then=together(before.practices),
        now=together(after.practices),
    )


_ByMember = Mapping[int, Decimal]
_ByCurrency = Mapping[tuple[int, str], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The firm before or after: what hours make, by practice, and what stands beside them."""

    practices: Mapping[int, Practice]
    other_revenue: Decimal
    other_cost: Decimal
    exchange: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The questions of one bridge."""

    snapshot: Snapshot
    basis: Basis
    period: Period
    scope: Scope
    where: Filters

    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The margin and what it is compared with."""
        (end,) = _ENDS
        pair = self._pair(self._ask(end, by=()))
        now, then = answer_many(self.snapshot, pair, self.scope)
        return now.only.erp, then.only.erp

    def is_planned_in_hours(self) -> bool:
        """Whether each month that has a plan of money has one of capacity and of billable hours."""
        told = trend_many(
            self.snapshot, _IN_PLAN, list(self.period.months), self.scope, where=self.where
        )
        money, *hours = ({p.month for p in points if p.erp is not None} for points in told)
        return all(money <= one for one in hours)

    def before(self) -> _State:
        """What was planned, or was a year before."""
        kpis = {**_POSTED, **_COUNTED}
        found = self._answers([self._ask(kpi) for kpi in kpis.values()], then=True)
        return _state({name: _members(one) for name, one in zip(kpis, found, strict=True)})

    def after(self) -> _State:
        """What came, at the exchange rates of before, and what these make of it."""
        asks = [self._ask(kpi) for kpi in _COUNTED.values()]
        asks += [self._ask(kpi, lens=Lens.SUBSIDIARY) for pair in _BOOKED.values() for kpi in pair]
        found = self._answers(asks)
        told = {name: _members(one) for name, one in zip(_COUNTED, found, strict=False)}
        posted = found[len(_COUNTED) :]
        rates = self._rates()
        for place, name in enumerate(_BOOKED):
            own, at_actual = map(_currencies, posted[2 * place : 2 * place + 2])
            told[name] = _at(rates, own, at_actual)
        actual = sum(_currencies(posted[-1]).values(), ZERO)  # the margin is the last of them
        return replace(_state(told), exchange=actual - sum(told["margin"].values(), ZERO))

    def _rates(self) -> Mapping[str, Fraction]:
        """Currency -> the rate of before, of those that had an amount then."""
        lens, (own, told) = _RATED[self.basis]
        asks = [self._ask(kpi, by=(), lens=lens) for kpi in (own, told)]
        found = self._answers(asks, then=True)  # a plan's are of the plan already
        amounts, values = ({row.currency: row.erp for row in one.rows} for one in found)
        return {
            currency: Fraction(values[currency] or ZERO) / Fraction(amount)
            for currency, amount in amounts.items()
            if currency and amount and values.get(currency)
        }

    def _ask(
        self, kpi: Kpi, *, by: tuple[str, ...] = ("department",), lens: Lens = Lens.CONSOLIDATED
    ) -> Ask:
        return Ask(kpi=kpi, period=self.period, by=by, where=self.where, lens=lens)

    def _pair(self, ask: Ask) -> tuple[Ask, Ask]:
        """A question, and what it is of before; itself, where it has nothing of before."""
        return reference_of(ask, self.basis, self.snapshot) or (ask, ask)

    def _answers(self, asks: Sequence[Ask], *, then: bool = False) -> list[Answer]:
        """The answers for the period, or those of before."""
        wanted = [self._pair(ask)[then] for ask in asks]
        return answer_many(self.snapshot, wanted, self.scope)


def _state(told: Mapping[str, _ByMember]) -> _State:
    keys = {key for found in told.values() for key in found}

    def of(name: str, key: int) -> Decimal:
        return told[name].get(key, ZERO)

    def whole(name: str) -> Decimal:
        return sum(told[name].values(), ZERO)

    practices = {
        key: Practice(
            capacity=of("capacity", key),
            hours=of("hours", key),
            revenue=of("services", key),
            write_offs=of("write_offs", key),
            labor=of("labor", key),
        )
        for key in keys
    }
    return _State(
        practices=practices,
        other_revenue=whole("revenue") - whole("services"),
        other_cost=whole("revenue") - whole("labor") - whole("margin"),
    )


def _members(found: Answer) -> _ByMember:
    return {int(row.dimensions["department"]): row.erp for row in found.rows if row.erp is not None}


def _currencies(found: Answer) -> _ByCurrency:
    return {
        (int(row.dimensions["department"]), row.currency or ""): row.erp
        for row in found.rows
        if row.erp is not None
    }


def _at(
    rates: Mapping[str, Fraction], own: _ByCurrency, at_actual: _ByCurrency
) -> dict[int, Decimal]:
    """Amounts of books at the rates of before; at the actual ones where there was none."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for (member, currency), amount in at_actual.items():
        rate = rates.get(currency)
        if rate is not None and (member, currency) in own:
            amount = rounded(Fraction(own[member, currency]) * rate)
        found[member] += amount
    return found
