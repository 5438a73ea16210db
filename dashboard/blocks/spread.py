"""Lags step by step as boxes: the middle half of all cases, the middle one, where nine in ten lie, the weighted mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Kpi, Unit
from models.metrics.spread import Spread
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, legend, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of, rows_of
from .breakdown import number_cell
from .card import card, empty_card
from .tiles import lacking

_HEADS: tuple[tuple[Text, Text], ...] = (
    ("Median", "half of the cases take less"),
    ("Middle half", "a quarter of the cases takes less, a quarter more"),
    ("Mean", "weighted by the amount"),
    ("Cases", "each counted once, whatever its amount"),
)
_LEGEND: tuple[tuple[str, Text], ...] = (
    ("box", "middle half"),
    ("median", "median"),
    ("whisker", "all but the tenth at either end"),
    ("mean", "mean"),
)


def spread(
    *keys: str,
    name: str,
    title: Text,
    empty: Text = "Nothing in this period.",
    class_name: str = "half",
) -> Section:
    """The steps as a section, on one scale.

    Args:
        keys: of KPIs that are means weighted by amounts, in the order of the steps.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys]
        found = visit.ask.spreads(wanted, visit.period)
        told = [(kpi, one) for kpi in wanted if isinstance(one := found.get(kpi.key), Spread)]
        if not told:
            lacks = visit.ask.lacks(wanted[0])
            return empty_card(title, lacking(lacks) if lacks else empty)
        lines = visit.ask.compare([kpi for kpi, _one in told], [visit.period], bases=())
        means = {kpi.key: line_of(visit, lines[kpi.key, visit.period]) for kpi, _one in told}
        return card(
            title,
            _table(visit, told, means),
            says=legend(_LEGEND),
            gist=gist.of_kpis((kpi, means[kpi.key]) for kpi, _one in told),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys), each=46)),
        label=title,
        class_name=class_name,
    )


def _table(
    visit: Visit, told: Sequence[tuple[Kpi, Spread]], means: dict[str, Compared | None]
) -> Component:
    marks = {kpi.key: _marks(one, means[kpi.key]) for kpi, one in told}
    scale = Scale.of([mark for several in marks.values() for mark in several])
    head = html.Tr(
        [
            html.Th(_("Days"), scope="col"),
            track_head(),
            *(
                html.Th(_(text), scope="col", className="figures", title=_(full))
                for text, full in _HEADS
            ),
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(
                    html.Span([_(kpi.title), definition(kpi)], className="title-line"), scope="row"
                ),
                track_cell(marks[kpi.key], scale),
                *_cells(visit, kpi, one, means[kpi.key]),
            ]
        )
        for kpi, one in told
    ]
    return framed([html.Thead(head), html.Tbody(rows)], "tracks spread")


def _marks(one: Spread, mean: Compared | None) -> list[Mark]:
    marks = [
        Mark(start=one.low, end=one.high, role="whisker"),
        Mark(start=one.lower, end=one.upper, role="box"),
        Mark(end=one.middle, role="median"),
    ]
    if mean is not None and mean.row.value is not None:
        marks.append(Mark(end=mean.row.value, role="mean"))
    return marks


def _cells(visit: Visit, kpi: Kpi, one: Spread, mean: Compared | None) -> list[Component]:
    href = rows_of(visit, kpi, kpi.record)
    texts = (
        _days(one.middle),
        f"{_days(one.lower)} – {_days(one.upper)}",
        formats.count(one.cases),
    )
    middle, half, cases = (
        html.Td(dcc.Link(text, href=href, refresh=False) if href else text, className="figures")
        for text in texts
    )
    told = (
        number_cell(visit, kpi, mean, kpi.record, [], is_bare=True)
        if mean
        else html.Td(formats.MISSING, className="figures")
    )
    return [middle, half, told, cases]


def _days(value: Decimal) -> str:
    """A number of days; the heading says that it is one."""
    return formats.bare(value, Unit.DAYS, None)
