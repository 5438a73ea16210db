"""Why the gross margin is not as planned: capacity, mix, utilisation, price, write-offs, cost, exchange rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dash import dcc, html
from dash.development.base_component import Component

from models.business.rules import ANY_SERVICES, Stream
from models.metrics.catalogue import kpis
from models.metrics.kpi import Basis, Lens, Reason, Unit
from models.metrics.margin_bridge import BY, MarginBridge
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.opening import Gist
from ..components.states import nothing
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import rows_of
from .bridge import NOTHING, ROLES, Lines, Step, begins, bridge_table, heads_of
from .card import card, choice, empty_card
from .tiles import lacking

_KPI = "firm_gross_margin"
_FROM: Mapping[Basis, Text] = {Basis.PLAN: "Plan", Basis.PRIOR_YEAR: "Year before"}
_WHY: Mapping[Reason, Text] = {
    Reason.OUT_OF_SCOPE: "It tells what hours cost, which is not yours to see.",
    Reason.NO_DATA: "Nothing in this period.",
    Reason.NO_HISTORY: "There is neither a plan nor a year before to start from.",
}
_BY_LINE: Mapping[Reason, Text] = {
    Reason.NO_HOURS: "the plan holds no capacity_hours and billable_hours of each month, so it is told line by line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Driver:
    """A row of the bridge: what it did, and what stands beside it.

    Attributes:
        key: of the KPI whose rows it is about.
        streams: those of its rows it is about; none: all.
    """

    name: Text
    effect: Decimal
    key: str = ""
    streams: tuple[str, ...] = ()
    now: str = ""
    then: str = ""


def margin_drivers(
    *,
    lines: Lines,
    title: Text,
    name: str = "bridge",
    class_name: str = "half",
    permission: Permission | None = None,
) -> Section:
    """The bridge of the firm's gross margin as a section, from the plan or the year before, as the reader chooses.

    Args:
        lines: the bridge line by line, for what a plan without hours still tells.
    """

    def render(visit: Visit) -> Component:
        kpi = kpis()[_KPI]
        if visit.filters.lens is not Lens.CONSOLIDATED:
            return empty_card(title, _("Known in the reporting currency alone."))
        if missing := [name for name in visit.where if visit.where[name] and name not in BY]:
            return empty_card(title, lacking(missing))
        asked = visit.query.get(f"{name}-from")
        basis = Basis.PRIOR_YEAR if asked == Basis.PRIOR_YEAR else Basis.PLAN
        found = visit.ask.drivers(basis, visit.period)
        if found is Reason.NO_PLAN:
            basis, found = Basis.PRIOR_YEAR, visit.ask.drivers(Basis.PRIOR_YEAR, visit.period)
        tools = choice(
            visit,
            f"{name}-from",
            {str(one): _(words) for one, words in _FROM.items()},
            str(basis),
            _("{title}: from", title=_(title)),
        )
        if not isinstance(found, MarginBridge):
            body, why, ends = _untold(visit, found, lines, basis)
            return card(title, body, says=why, gist=ends, tools=tools, definition=definition(kpi))
        steps, currency = _steps(visit, found, basis), visit.snapshot.reporting_currency
        return card(
            title,
            bridge_table(steps, currency, heads_of(basis)),
            says=_says(visit),
            gist=gist.of_ends([one.total for one in steps], currency),
            tools=tools,
            definition=definition(kpi),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(497),
        label=title,
        class_name=class_name,
        permission=permission,
    )


def _says(visit: Visit) -> str:
    return _(
        "{period}; blue helps, orange hurts",
        period=formats.period_name(visit.period),
    )


def _untold(
    visit: Visit, why: Reason, lines: Lines, basis: Basis
) -> tuple[Component, Sequence[Component] | None, Gist]:
    """What is shown where the drivers are not known: the lines, if these are known, why, and their ends."""
    words = _BY_LINE.get(why)
    by_line = lines.table(visit, basis) if words else None
    if by_line is None:
        return nothing(_(_WHY.get(why, _WHY[Reason.NO_HISTORY]))), None, ()
    table, ends = by_line
    told = _("Upload them on the page Settings")
    return table, [html.Span(_says(visit)), html.Span(_(words or "")), html.Span(told)], ends


def _steps(visit: Visit, found: MarginBridge, basis: Basis) -> list[Step]:
    kpi = kpis()[_KPI]
    begin = Step(name=begins(basis), total=found.before, role=ROLES[basis], cells=("", ""))
    end = Step(
        name=_("Actual"),
        total=found.after,
        role="ac",
        cells=("", ""),
        href=rows_of(visit, kpi, kpi.record),
    )
    told = [_step(visit, one) for one in _drivers(visit, found)]
    return [begin, *told, end]


def _drivers(visit: Visit, found: MarginBridge) -> list[_Driver]:
    """The drivers in their order; of those that have no rate beside them only what did something."""
    did, now, then = found.effects, found.now, found.then
    told = [
        _Driver(
            name="Capacity, hours",
            effect=did.volume,
            key="billable_utilization",
            now=formats.short_hours(now.capacity),
            then=formats.short_hours(then.capacity),
        ),
        _Driver(name="Mix of departments", effect=did.mix),
        _Driver(
            name="Utilisation",
            effect=did.utilization,
            key="billable_utilization",
            now=_percent(now.utilization),
            then=_percent(then.utilization),
        ),
        _Driver(
            name="Price of a billable hour",
            effect=did.rate,
            key="firm_revenue",
            streams=ANY_SERVICES,
            now=_rate(visit, now.price),
            then=_rate(visit, then.price),
        ),
        _Driver(
            name="Write-offs",
            effect=did.write_offs,
            key="credit_memos",
            now=_money(visit, now.write_offs),
            then=_money(visit, then.write_offs),
        ),
        _Driver(
            name="Cost of a capacity hour",
            effect=did.cost_rate,
            key="direct_labor_cost",
            now=_rate(visit, now.cost),
            then=_rate(visit, then.cost),
        ),
        _Driver(
            name="Other revenue",
            effect=found.other_revenue,
            key="firm_revenue",
            streams=tuple(stream for stream in Stream if stream not in ANY_SERVICES),
        ),
        _Driver(name="Other direct cost", effect=found.other_cost, key="firm_direct_cost"),
        _Driver(name="Exchange rates", effect=found.exchange),
        _Driver(name="Not told by hours", effect=found.rest),
    ]
    return [one for one in told if one.now or abs(one.effect) >= NOTHING]


def _step(visit: Visit, one: _Driver) -> Step:
    looking = visit.of_members("stream", one.streams) if one.streams else visit
    kpi = kpis()[one.key] if one.key else None
    href = rows_of(looking, kpi, kpi.record) if kpi else None
    name = _(one.name)
    linked = dcc.Link(name, href=href, refresh=False) if href else name
    return Step(name=linked, effect=one.effect, cells=(one.now, one.then))


def _exact(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _percent(share: Fraction | None) -> str:
    return formats.MISSING if share is None else formats.percent(_exact(share))


def _rate(visit: Visit, number: Fraction | None) -> str:
    if number is None:
        return formats.MISSING
    return formats.short(_exact(number), Unit.RATE, visit.snapshot.reporting_currency)


def _money(visit: Visit, amount: Decimal) -> str:
    return formats.short(amount, Unit.MONEY, visit.snapshot.reporting_currency)
