"""Members with two numbers of one unit on one scale: what is used beside what is done."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.opening import Gist
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, legend, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, member_address
from .breakdown import number_cell
from .card import card, empty_card
from .tiles import lacking

_TOP = 12


def pairs(
    by: str,
    first: str,
    second: str,
    *,
    name: str,
    title: Text,
    names: tuple[Text, Text],
    says: Text,
    class_name: str = "half",
) -> Section:
    """The members whose two numbers lie farthest apart, as a section.

    Args:
        first, second: KPIs; a member shows where it has both, the second less the first tells its place.
        names: what the two are called in short.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[first], kpis()[second]]
        missing = next((m for kpi in wanted if (m := visit.ask.lacks(kpi, by))), None)
        if missing:
            return empty_card(title, lacking(missing))
        both = _both(visit, by, wanted)
        if not both:
            return empty_card(title, _("Nothing has both numbers."))
        shown = sorted(both, key=_gap, reverse=True)[:_TOP]
        told = (
            _(
                "{says}; the {count} widest of {total}",
                says=_(says),
                count=len(shown),
                total=len(both),
            )
            if len(both) > len(shown)
            else _(says)
        )
        return card(
            title,
            _table(visit, by, wanted, names, shown),
            says=[*legend(zip(("dot-first", "dot-second"), names, strict=True)), html.Span(told)],
            gist=_gist(by, wanted[0], shown[0]),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(640),
        label=title,
        class_name=class_name,
    )


_Pair = tuple[Key, Compared, Compared]


def _both(visit: Visit, by: str, wanted: Sequence[Kpi]) -> list[_Pair]:
    told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=())
    one, other = (
        {
            line.row.dimensions[by]: line
            for line in lines_of(visit, told[kpi.key, visit.period])
            if line.row.value is not None
        }
        for kpi in wanted
    )
    return [(key, line, other[key]) for key, line in one.items() if key in other]


def _gap(pair: _Pair) -> Decimal:
    one, other = pair[1:]
    return (other.row.value or Decimal(0)) - (one.row.value or Decimal(0))


def _gist(by: str, kpi: Kpi, pair: _Pair) -> Gist:
    """The member whose two numbers lie farthest apart."""
    apart = formats.difference(_gap(pair), kpi.unit, None)
    return ((pair[1].row.labels[by], apart),)


def _table(
    visit: Visit, by: str, wanted: Sequence[Kpi], names: tuple[str, str], shown: Sequence[_Pair]
) -> Component:
    marks = {key: _marks(one, other) for key, one, other in shown}
    scale = Scale.of([mark for some in marks.values() for mark in some])
    head = html.Tr(
        [
            html.Th(_(DIMENSIONS[by].title), scope="col"),
            track_head(),
            *(
                html.Th(
                    html.Span([_(name), definition(kpi)], className="title-line"),
                    scope="col",
                    className="figures",
                )
                for name, kpi in zip(names, wanted, strict=True)
            ),
            html.Th(_("Apart"), scope="col", className="figures"),
        ]
    )
    rows = [_row(visit, by, wanted, pair, marks[pair[0]], scale) for pair in shown]
    return framed([html.Thead(head), html.Tbody(rows)], "tracks pairs", folds=True)


def _marks(one: Compared, other: Compared) -> list[Mark]:
    done, used = one.row.value or Decimal(0), other.row.value or Decimal(0)
    return [
        Mark(start=done, end=used, role="between over" if used > done else "between"),
        Mark(end=done, role="dot first"),
        Mark(end=used, role="dot second"),
    ]


def _row(
    visit: Visit,
    by: str,
    wanted: Sequence[Kpi],
    pair: _Pair,
    marks: Sequence[Mark],
    scale: Scale,
) -> Component:
    key, one, other = pair
    label = one.row.labels[by]
    href = member_address(visit, by, key)
    gap = _gap(pair)
    return html.Tr(
        [
            html.Th(
                dcc.Link(label, href=href, refresh=False) if href else label,
                scope="row",
                title=label,
            ),
            track_cell(marks, scale),
            *(
                number_cell(visit, kpi, line, kpi.record, [(by, key)])
                for kpi, line in zip(wanted, (one, other), strict=True)
            ),
            html.Td(
                formats.difference(gap, wanted[0].unit, None),
                className="figures bad" if gap > 0 else "figures",
            ),
        ]
    )
