"""A number as its members make it: the largest one after the other, the rest together, up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.states import nothing
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of, lines_of, member_address, rows_of
from .bridge import Step, bridge_table
from .card import card, choice, empty_card, history_loading, is_loading, nothing_here
from .tiles import lacking

_TOP = 10
_ZERO = Decimal(0)


def waterfall(
    key: str, *, by: Sequence[str], name: str, title: Text, class_name: str = "half"
) -> Section:
    """The steps as a section, by one of several dimensions, which the reader chooses.

    Args:
        key: of a KPI whose members' numbers add up.
    """

    def render(visit: Visit) -> Component:
        kpi = kpis()[key]
        asked = visit.query.get(f"{name}-by", "")
        chosen = asked if asked in by else by[0]
        if missing := visit.ask.lacks(kpi, chosen):
            return empty_card(title, lacking(missing))
        period = visit.period
        whole = line_of(visit, visit.ask.compare([kpi], [period], bases=())[kpi.key, period])
        told = visit.ask.compare([kpi], [period], by=(chosen,), bases=())[kpi.key, period]
        lines = [line for line in lines_of(visit, told) if line.row.value]
        options = {one: DIMENSIONS[one].title for one in by}
        tools = choice(visit, f"{name}-by", options, chosen, _("{title} by", title=_(title)))
        if whole is None or whole.row.value is None or not lines:
            words = history_loading() if is_loading(whole) else nothing_here(visit)
            return card(title, nothing(words), tools=tools)
        steps = _steps(visit, kpi, chosen, lines, whole.row.value)
        return card(
            title,
            bridge_table(steps, whole.row.currency),
            says=_("blue adds, orange takes"),
            gist=gist.of_kpis([(kpi, whole)]),
            tools=tools,
            definition=definition(kpi),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(_TOP + 2, each=41)),
        label=title,
        class_name=class_name,
    )


def _steps(
    visit: Visit, kpi: Kpi, by: str, lines: Sequence[Compared], whole: Decimal
) -> list[Step]:
    """The members that add or take most, the most first; then what is left, and the whole."""
    shown = sorted(lines, key=lambda line: -abs(line.row.value or _ZERO))[:_TOP]
    shown.sort(key=lambda line: -(line.row.value or _ZERO))
    steps = [_member(visit, kpi, by, line) for line in shown]
    rest = whole - sum((step.effect or _ZERO for step in steps), _ZERO)
    if rest:
        count = len(lines) - len(shown)
        name = _("{count} more", count=formats.count(count)) if count else _("Not told apart")
        steps.append(Step(name=name, effect=rest))
    total = Step(name=_("Total"), total=whole, role="ac", href=rows_of(visit, kpi, kpi.record))
    return [*steps, total]


def _member(visit: Visit, kpi: Kpi, by: str, line: Compared) -> Step:
    member, label = line.row.dimensions[by], line.row.labels[by]
    address = member_address(visit, by, member)
    return Step(
        name=dcc.Link(label, href=address, refresh=False, title=label) if address else label,
        effect=line.row.value,
        href=rows_of(visit, kpi, kpi.record, members=[(by, member)]),
    )
