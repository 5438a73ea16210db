"""From what was planned to what came: a result, and what each of its lines did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Basis, Kpi, Unit
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.opening import Gist
from ..components.states import nothing
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of
from .breakdown import number_cell
from .card import card, empty_card
from .tiles import lacking

_ZERO = Decimal(0)
DIRECT_COSTS = (
    "direct_labor_cost",
    "subcontractor_cost",
    "project_expense_cost",
    "resale_cost",
)  # the lines that the firm's direct cost is made of
NOTHING = Decimal("0.5")  # below it, in whole units of money, there is nothing to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a bridge.

    Attributes:
        effect: what it does to the result; None for the two ends.
        total: where an end stands.
        cells: what stands beside it: the number itself, and its reference.
        href: where the rows behind the effect are.
    """

    name: Component | str
    effect: Decimal | None = None
    total: Decimal | None = None
    role: str = ""
    cells: Sequence[Component | str] = ()
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A result and what makes it.

    Attributes:
        total: the KPI that is explained.
        earns, costs: its lines; what is left unexplained is told as a line of its own.
    """

    total: str
    earns: Sequence[str]
    costs: Sequence[str]

    def told(self, visit: Visit) -> Mapping[str, Compared | None]:
        """Key of the KPI -> its line, against the plan and the year before."""
        wanted = [kpis()[key] for key in (self.total, *self.earns, *self.costs)]
        found = visit.ask.compare(wanted, [visit.period], bases=(Basis.PLAN, Basis.PRIOR_YEAR))
        return {key: line_of(visit, lines) for (key, _), lines in found.items()}

    def table(self, visit: Visit, basis: Basis) -> tuple[Component, Gist] | None:
        """The bridge from a basis, line by line, and its two ends; None where that is not known."""
        told = self.told(visit)
        line = told.get(self.total)
        if line is None or line.row.value is None or line.against[basis].reference is None:
            return None
        steps, currency = _steps(visit, told, self, basis), line.row.currency
        ends = gist.of_ends([one.total for one in steps], currency)
        return bridge_table(steps, currency, heads_of(basis)), ends


def bridge(
    lines: Lines,
    *,
    name: str = "bridge",
    title: Text,
    class_name: str = "half",
    permission: Permission | None = None,
) -> Section:
    """The bridge of a result line by line, as a section: from its plan, else from the year before."""
    total = kpis()[lines.total]

    def render(visit: Visit) -> Component:
        if missing := visit.ask.lacks(total):
            return empty_card(title, lacking(missing))
        for basis in ROLES:
            if found := lines.table(visit, basis):
                table, ends = found
                return card(
                    title,
                    table,
                    says=_says(visit, basis),
                    gist=ends,
                    definition=definition(total),
                )
        return card(title, nothing(_("There is neither a plan nor a year before to start from.")))

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(497),
        label=title,
        class_name=class_name,
        permission=permission,
    )


def _steps(
    visit: Visit, told: Mapping[str, Compared | None], lines: Lines, basis: Basis
) -> list[Step]:
    line = told[lines.total]
    assert line is not None
    against = line.against[basis]
    begin, end = against.reference or _ZERO, against.primary or _ZERO
    steps = [Step(name=begins(basis), total=begin, role=ROLES[basis], cells=("", ""))]
    for key in (*lines.earns, *lines.costs):
        found = told.get(key)
        if found is None or (found.row.value is None and found.against[basis].reference is None):
            continue
        steps.append(_step(visit, kpis()[key], found, basis, 1 if key in lines.earns else -1))
    rest = end - begin - sum((one.effect or _ZERO for one in steps), _ZERO)
    if abs(rest) >= NOTHING:
        steps.append(Step(name=_("Other"), effect=rest, cells=("", "")))
    return [*steps, Step(name=_("Actual"), total=end, role="ac", cells=("", ""))]


def _step(visit: Visit, kpi: Kpi, line: Compared, basis: Basis, sign: int) -> Step:
    against = line.against[basis]
    now, then = against.primary or _ZERO, against.reference or _ZERO
    before = (
        formats.MISSING
        if against.reference is None
        else formats.short(against.reference, kpi.unit, line.row.currency)
    )
    return Step(
        name=_(kpi.title),
        effect=sign * (now - then),
        cells=(number_cell(visit, kpi, line, kpi.record, []), before),
    )


ROLES = {Basis.PLAN: "pl", Basis.PRIOR_YEAR: "py"}  # those it may begin at, the first known one


def begins(basis: Basis) -> str:
    """What the first row of a bridge is called."""
    return _("Plan") if basis is Basis.PLAN else _("Year before")


def heads_of(basis: Basis) -> tuple[str, ...]:
    """The heads of the cells beside the effects."""
    return _("AC"), _("PL") if basis is Basis.PLAN else _("PY")


def _says(visit: Visit, basis: Basis) -> str:
    period = formats.period_name(visit.period)
    if basis is Basis.PLAN:
        return _("From the plan to {period}; blue helps, orange hurts", period=period)
    return _(
        "No plan is known: from the year before to {period}; blue helps, orange hurts",
        period=period,
    )


def bridge_table(
    steps: Sequence[Step],
    currency: str | None,
    heads: Sequence[str] = (),
    cut: Decimal = _ZERO,
) -> Component:
    """The steps below each other on one scale, each beginning where the one above it ended.

    Args:
        cut: where the bars of the ends begin, so that small steps between large ends are seen; say so beside it.
    """
    marks, at = [], _ZERO
    for one in steps:
        if one.total is not None:
            at = one.total - cut
            marks.append(Mark(start=_ZERO, end=at, role=one.role))
        else:
            effect = one.effect or _ZERO
            marks.append(Mark(start=at, end=at + effect, role="good" if effect > 0 else "bad"))
            at += effect
    scale = Scale.of(marks)
    head = html.Tr(
        [
            html.Th("", scope="col"),
            track_head(),
            html.Th(_("Effect"), scope="col", className="figures"),
            *(html.Th(text, scope="col", className="figures") for text in heads),
        ]
    )
    rows = [
        _row(one, mark, scale, currency, len(heads)) for one, mark in zip(steps, marks, strict=True)
    ]
    return framed([html.Thead(head), html.Tbody(rows)], "tracks bridge")


def _row(step: Step, mark: Mark, scale: Scale, currency: str | None, cells: int) -> Component:
    number = step.total if step.total is not None else step.effect or _ZERO
    is_end = step.total is not None
    shown = formats.short if is_end else formats.difference
    text = shown(number, Unit.MONEY, currency)
    tone = "" if is_end or not number else "good" if number > 0 else "bad"
    beside = [
        one if isinstance(one, Component) else html.Td(one, className="figures soft")
        for one in list(step.cells)[:cells]
    ]
    return html.Tr(
        [
            html.Th(step.name, scope="row"),
            track_cell([mark], scale),
            html.Td(
                dcc.Link(text, href=step.href, refresh=False) if step.href else text,
                className=f"figures {tone}".strip(),
            ),
            *beside,
        ],
        className="total-row" if step.total is not None else "",
    )
