"""From what a number was to what it is: a waterfall whose steps are what moved it, each leading to its rows."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from itertools import accumulate

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of, lines_of, rows_of
from .bridge import NOTHING, Step, bridge_table
from .card import card, empty_card
from .tiles import lacking

_ZERO = Decimal(0)
_SMALL = 5  # steps that are so many times smaller than their ends are drawn from near these on


def moved(
    was: str,
    change: str,
    now: str,
    *,
    by: str,
    ahead: int,
    name: str,
    title: Text,
    says: Text,
    empty: Text,
    class_name: str = "half",
) -> Section:
    """The waterfall as a section, of the running month and those after it, whichever period was chosen.

    Args:
        was, change, now: the KPIs of what it was, what moved it (broken down `by` a dimension) and what it is.
        ahead: how many months follow the running one.
        empty: what is said while it is not known what it was.
    """
    wanted = (was, change, now)

    def render(visit: Visit) -> Component:
        running = Month.of(visit.snapshot.today)
        looking = visit.at(Period(running, running.plus(ahead)))
        before, moves, after = (kpis()[key] for key in wanted)
        if missing := looking.ask.lacks(moves, by):
            return empty_card(title, lacking(missing))
        told = looking.ask.compare([before, after], [looking.period], bases=())
        first, last = (line_of(looking, told[kpi.key, looking.period]) for kpi in (before, after))
        if first is None or last is None or not first.row.value or last.row.value is None:
            return empty_card(title, empty)
        parts = looking.ask.compare([moves], [looking.period], by=(by,), bases=())
        lines = lines_of(looking, parts[moves.key, looking.period])
        steps = _steps(looking, (before, moves, after), by, lines, first.row.value, last.row.value)
        cut = _cut(steps)
        begins = formats.short(cut, after.unit, last.row.currency)
        return card(
            title,
            bridge_table(steps, last.row.currency, cut=cut),
            says=_("{says}; bars begin at {amount}", says=_(says), amount=begins)
            if cut
            else _(says),
            gist=gist.of_ends([one.total for one in steps], last.row.currency),
            definition=definition(moves),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(8, each=40)),
        label=title,
        class_name=class_name,
    )


def _cut(steps: list[Step]) -> Decimal:
    """Where bars begin: at zero, or as far below the lowest point as the steps reach, in round numbers."""
    at = steps[0].total or _ZERO
    points = [at, *accumulate((step.effect or _ZERO for step in steps[1:-1]), initial=at)]
    low, reach = min(points), max(points) - min(points)
    if not reach or low < _SMALL * reach:
        return _ZERO
    places = (low - reach).adjusted() - 2
    return (low - reach).scaleb(-places).quantize(Decimal(1), ROUND_FLOOR).scaleb(places)


def _steps(
    visit: Visit,
    told: tuple[Kpi, Kpi, Kpi],
    by: str,
    lines: list[Compared],
    first: Decimal,
    last: Decimal,
) -> list[Step]:
    before, moves, after = told
    places = {key: at for at, key in enumerate(DIMENSIONS[by].words)}
    ordered = sorted(lines, key=lambda line: places.get(line.row.dimensions[by], len(places)))
    steps = [
        Step(
            name=line.row.labels[by],
            effect=line.row.value,
            href=rows_of(visit, moves, moves.record, members=[(by, line.row.dimensions[by])]),
        )
        for line in ordered
        if abs(line.row.value or _ZERO) >= NOTHING
    ]
    rest = last - first - sum((step.effect or _ZERO for step in steps), _ZERO)
    if abs(rest) >= NOTHING:  # what could not be told then: a month that has come into view since
        steps.append(Step(name=_("New in view"), effect=rest))
    return [
        Step(
            name=_(before.title), total=first, role="py", href=rows_of(visit, before, before.record)
        ),
        *steps,
        Step(name=_(after.title), total=last, role="ac", href=rows_of(visit, after, after.record)),
    ]
