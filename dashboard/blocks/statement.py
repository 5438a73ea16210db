"""Lines that make a result: actual, the year before, the plan, their differences; parts fold away under their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from models.metrics.answer import TrendPoint
from models.metrics.catalogue import kpis
from models.metrics.compare import Against, Compared
from models.metrics.kpi import Basis, Kpi, Side
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.changes import WILD, arrow, signed_share, tone, why_not
from ..components.sparkline import sparkline
from ..components.table import framed
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import currency_of, line_of, points_of
from .breakdown import number_cell
from .card import card
from .tiles import lacking, months_to
from .year_end import YEAR_HEAD, Year

_BASES = (Basis.PRIOR_YEAR, Basis.PLAN)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a statement.

    Attributes:
        parts: what it is made of; they fold away under it.
        strong: whether it is a result.
    """

    key: str
    parts: tuple[str, ...] = ()
    strong: bool = False


def result(key: str) -> Line:
    """A line that is a result."""
    return Line(key=key, strong=True)


def statement(
    *lines: Line, title: Text, name: str = "statement", year: Year | None = None
) -> Section:
    """The statement as a section.

    Args:
        year: what tells where the lines will be at the end of the fiscal year.
    """
    keys = [key for one in lines for key in (one.key, *one.parts)]

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys]
        if missing := visit.ask.lacks(wanted[0]):
            return card(title, lacking(missing))
        period = visit.period
        found = visit.ask.compare(wanted, [period], bases=_BASES)
        told = {key: line_of(visit, lines) for (key, _), lines in found.items()}
        trends = visit.ask.trends(wanted, months_to(period.last))
        currency = currency_of(visit) or visit.snapshot.reporting_currency
        planned = any(
            line.against[Basis.PLAN].reference is not None for line in told.values() if line
        )
        ends = year.cells(visit) if year else {}
        heads = [*(_HEADS if planned else _HEADS[:4]), *((YEAR_HEAD,) if ends else ())]
        shown = _Shown(
            told=told,
            trends=trends,
            bases=_BASES if planned else _BASES[:1],
            ends=ends,
            looks=[_look(text, planned=planned) for text, _full in heads],
        )
        body = [
            html.Tbody(_rows(visit, one, shown))
            for one in lines
            if one.strong or _is_known(told.get(one.key))
        ]
        head = html.Thead(
            html.Tr(
                [
                    html.Th(f"{formats.period_name(period)}, {currency}", scope="col"),
                    *(
                        html.Th(_(text), scope="col", className=look, title=_(full))
                        for (text, full), look in zip(heads, shown.looks, strict=True)
                    ),
                    html.Th(_("13 months"), scope="col", className="minor"),
                ]
            )
        )
        frame = framed([head, *body], "statement above of-4")
        says = [_("NetSuite's ledger; a click on a number leads to its postings")]
        says += [] if planned else [_("no plan is known for it")]
        says += [_(YEAR_HEAD[1])] if ends else []
        results = [(kpis()[one.key], told.get(one.key)) for one in lines if one.strong]
        return card(
            title,
            frame,
            says=[html.Span(text) for text in says],
            gist=gist.of_kpis(results),
        )

    return Section(
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys), each=34)),
        label=title,
        kept=nothing_else,
    )


def _is_known(line: Compared | None) -> bool:
    """Whether there is anything of a line, now or in what it is compared with."""
    return line is not None and (
        line.row.value is not None
        or any(one.reference is not None for one in line.against.values())
    )


_HEADS: tuple[tuple[Text, Text], ...] = (
    ("AC", "Actual"),
    ("PY", "Year before"),
    ("ΔPY", "Actual less the year before"),
    ("ΔPY%", "in per cent of the year before"),
    ("PL", "Plan"),
    ("ΔPL", "Actual less the plan"),
    ("ΔPL%", "in per cent of the plan"),
)


_ASIDE = frozenset({"PY", "ΔPY", "ΔPL"})  # what a narrow screen leaves out beside a plan


def _look(head: str, *, planned: bool) -> str:
    """How a column looks: a narrow screen has room for four."""
    return "figures aside" if head == YEAR_HEAD[0] or (planned and head in _ASIDE) else "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What the rows tell: the numbers, their months, what they are compared with, where the year will end.

    Attributes:
        looks: of each column of numbers.
    """

    told: Mapping[str, Compared | None]
    trends: Mapping[str, Sequence[TrendPoint]]
    bases: Sequence[Basis]
    ends: Mapping[str, Component]
    looks: Sequence[str]


def _rows(visit: Visit, line: Line, shown: _Shown) -> list[Component]:
    return [
        _row(visit, line, kpis()[line.key], shown, part=False),
        *(
            _row(visit, line, kpis()[key], shown, part=True)
            for key in line.parts
            if _is_known(shown.told.get(key))
        ),
    ]


def _row(visit: Visit, line: Line, kpi: Kpi, shown: _Shown, *, part: bool) -> Component:
    told, points = shown.told.get(kpi.key), shown.trends.get(kpi.key, ())
    folds = bool(line.parts) and not part
    button = (
        html.Button(
            className="fold",
            type="button",
            **{
                "data-folds": line.key,
                "aria-expanded": "true",
                "aria-label": _("The parts of {title}", title=_(kpi.title)),
            },
        )
        if folds
        else html.Span(className="fold-place")
    )
    cells = (
        [number_cell(visit, kpi, told, Side.ERP, []), *_against(kpi, told, shown.bases)]
        if told
        else [
            html.Td(formats.MISSING, className="figures")
            for _place in range(1 + 3 * len(shown.bases))
        ]
    )
    if shown.ends:
        missing = html.Td(formats.MISSING, className="figures soft", title=_("Nothing tells it."))
        cells.append(shown.ends.get(kpi.key, missing))
    for cell, look in zip(cells, shown.looks, strict=True):
        if look != "figures":
            cell.className += look.removeprefix("figures")
    values = [one.erp for one in points_of(visit, points)]
    spark = (
        sparkline(values, [], _("{title}, thirteen months", title=_(kpi.title))) if values else None
    )
    more = {"data-part": line.key} if part else {}
    names = ["part" if part else "", "strong" if line.strong else ""]
    return html.Tr(
        [
            html.Th(
                html.Span([button, _(kpi.title), definition(kpi)], className="title-line"),
                scope="row",
            ),
            *cells,
            html.Td(spark, className="minor spark-cell"),
        ],
        className=" ".join(filter(None, names)),
        **more,
    )


def _against(kpi: Kpi, told: Compared, bases: Sequence[Basis]) -> list[Component]:
    found: list[Component] = []
    for basis in bases:
        found += _cells(told.against[basis], kpi, told.row.currency)
    return found


def _cells(against: Against, kpi: Kpi, currency: str | None) -> list[Component]:
    if against.delta is None or against.reference is None:
        missing = [html.Td(formats.MISSING, className="figures", title=why_not(against))]
        if against.reference is not None:
            missing = [_plain(formats.short(against.reference, kpi.unit, currency))]
        return [*missing, *(html.Td(formats.MISSING, className="figures") for _place in range(2))]
    share = against.delta_share
    if share is not None and abs(share) >= WILD:
        share = None
    step = formats.difference(against.delta, kpi.unit, currency)
    name = f"figures {tone(against, step)}"
    text = formats.MISSING if share is None else signed_share(share)
    return [
        _plain(formats.short(against.reference, kpi.unit, currency)),
        html.Td(step, className=name),
        html.Td(text if share is None else [*arrow(against, text), text], className=name),
    ]


def _plain(text: str) -> Component:
    return html.Td(text, className="figures soft")
