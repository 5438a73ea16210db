"""Numbers below each other on one scale: the steps from what was worked to what was paid, the pieces of a loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Basis, Kpi, NotHeld, Side, Unit
from models.period import Period
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.changes import HEADS
from ..components.table import framed
from ..components.tile import named
from ..components.track import Scale
from ..components.words import BADGES, system_of, why_missing
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of
from .breakdown import MOST_BESIDE, bar_cell, change_cell, difference_cell, number_cell, scale_of
from .card import card, empty_card, history_loading, is_loading
from .tiles import lacking


def ladder(
    *keys: str,
    name: str,
    title: Text,
    says: Text = "",
    empty: Text = "Nothing in this period.",
    class_name: str = "half",
) -> Section:
    """The numbers as a section; those of one unit share a scale, and one that is missing says why in its place."""

    def render(visit: Visit) -> Component:
        steps = [_Step(kpi) for kpi in map(kpis().__getitem__, keys)]
        able = [step.kpi for step in steps if not visit.ask.lacks(step.kpi)]
        if not able:
            return empty_card(title, lacking(visit.ask.lacks(steps[0].kpi)))
        found = visit.ask.compare(able, [visit.period], bases=(Basis.PRIOR_YEAR,))
        steps = [_step(visit, step.kpi, found) for step in steps]
        told = [(step.kpi, step.line) for step in steps if step.line is not None]
        if not told:
            loading = any(step.is_loading for step in steps)
            return empty_card(title, history_loading() if loading else empty)
        return card(title, _table(visit, steps), says=says or None, gist=gist.of_kpis(told))

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys))),
        label=title,
        class_name=class_name,
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One number of a ladder: its line, or why it is missing."""

    kpi: Kpi
    line: Compared | None = None
    why: str = ""
    is_loading: bool = False


def _step(visit: Visit, kpi: Kpi, found: Mapping[tuple[str, Period], Sequence[Compared]]) -> _Step:
    if missing := visit.ask.lacks(kpi):
        return _Step(kpi, why=lacking(missing))
    line = line_of(visit, found[kpi.key, visit.period])
    if line is None:
        return _Step(kpi, why=_("Nothing in this currency."))
    if any(line.row.side(side) is not None for side in Side):
        return _Step(kpi, line)
    return _Step(kpi, why=why_missing(kpi, line.row), is_loading=is_loading(line))


def _scales(told: Iterable[tuple[Kpi, Compared]]) -> dict[Unit, Scale]:
    """By unit the scale of its bars; a number that is the only one of its unit has no bar to be compared with."""
    values: dict[Unit, list[Decimal]] = {}
    for kpi, line in told:
        if line.row.value is not None:
            values.setdefault(kpi.unit, []).append(line.row.value)
    return {unit: scale_of(found) for unit, found in values.items() if len(found) > 1}


def _table(visit: Visit, steps: Sequence[_Step]) -> Component:
    told = [(step.kpi, step.line) for step in steps if step.line is not None]
    both = any(_is_double(kpi) for kpi, _ in told)
    sides = [one for one in Side if any(line.row.side(one) is not None for _, line in told)]
    changes = any(against.delta for _, line in told for against in line.against.values())
    scales = _scales(told)
    heads = [(BADGES[side], system_of(side)) for side in sides]
    heads += [(_("Difference"), _("NetSuite less SuiteProjects Pro"))] if both else []
    heads += [HEADS[Basis.PRIOR_YEAR]] if changes else []
    head = html.Tr(
        [
            html.Th(_("Number"), scope="col"),
            html.Td("", className="bar-head", **{"aria-hidden": "true"}),
            *(
                html.Th(_(text), scope="col", className="figures", title=_(full))
                for text, full in heads
            ),
        ]
    )
    rows = [
        _row(visit, step.kpi, step.line, scales, sides, (both, changes))
        if step.line is not None
        else _missing_row(step, len(heads))
        for step in steps
    ]
    kind = f"bars ladder above of-{len(heads)}" if len(heads) > MOST_BESIDE else "bars ladder"
    return framed([html.Thead(head), html.Tbody(rows)], kind)


def _row(
    visit: Visit,
    kpi: Kpi,
    line: Compared,
    scales: Mapping[Unit, Scale],
    sides: Sequence[Side],
    told: tuple[bool, bool],
) -> Component:
    (against,) = line.against.values()
    both, changes = told
    return html.Tr(
        [
            html.Th(_name(kpi), scope="row"),
            bar_cell(line.row.value, scales.get(kpi.unit)),
            *(
                number_cell(visit, kpi, line, side, [])
                if line.row.side(side) is not None
                else html.Td(formats.MISSING, className="figures soft")
                for side in sides
            ),
            *([difference_cell(kpi, line)] if both else []),
            *([change_cell(against, kpi, line.row.currency)] if changes else []),
        ]
    )


def _missing_row(step: _Step, count: int) -> Component:
    """A number that there is not, in its place, with the reason below its name."""
    why = html.Span(step.why, className="second-line wrapping")
    return html.Tr(
        [
            html.Th([_name(step.kpi), why], scope="row"),
            bar_cell(None, None),
            *(html.Td(formats.MISSING, className="figures soft") for _place in range(count)),
        ]
    )


def _name(kpi: Kpi) -> Component:
    return html.Span(named(kpi))


def _is_double(kpi: Kpi) -> bool:
    return not isinstance(kpi.erp, NotHeld) and not isinstance(kpi.psa, NotHeld)
