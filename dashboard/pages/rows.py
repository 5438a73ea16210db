"""The rows behind a number: they sum to it exactly."""

from __future__ import annotations

from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.errors import QuestionError
from models.metrics.answer import Answer, AnswerRow, RowPage
from models.metrics.catalogue import kpi as kpi_of
from models.metrics.kpi import (
    Countback,
    CountOf,
    Elapsed,
    Formula,
    Kpi,
    NotHeld,
    Ratio,
    Side,
    Unit,
)
from models.metrics.parts import is_linear
from models.metrics.words import formula as in_words
from models.texts import _, ngettext

from .. import formats
from ..auth.permissions import Permission, may
from ..blocks.filters import filters, member_name
from ..blocks.lineage import lineage
from ..blocks.searched_grid import searched_grid, together
from ..blocks.since import since
from ..components import skeleton, states
from ..components.ages import age
from ..components.breadcrumb import breadcrumb
from ..components.export_link import export_links
from ..components.icons import icon
from ..components.prose import woven
from ..components.tile import compares_both, definition, rows_address
from ..components.words import BADGES, SIDE_SYSTEM, reason, system_of
from ..exports.rows import ROWS as EXPORT
from ..exports.rows import currency_of, line_of, question
from ..filters import NOT_TOLD, SHARED
from ..finding import find_of
from ..page import Access, Page, Section, pages
from ..visit import Visit


def _allows(visit: Visit) -> Access:
    try:
        kpi_of(visit.params["kpi"])
    except QuestionError:
        return Access.UNKNOWN
    return Access.OPEN


def _offered(visit: Visit) -> list[str]:
    """The filters that this number knows; a manager stands for the projects."""
    by = kpi_of(visit.params["kpi"]).by
    return [name for name in SHARED if name in by or (name == "manager" and "project" in by)]


def _head(visit: Visit) -> Component:
    kpi, side = question(visit)
    answer = visit.ask.answer(kpi, visit.period)
    line = line_of(answer, visit)
    return html.Div(
        [
            breadcrumb(_above(visit), f"{_(kpi.title)}, {system_of(side)}"),
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(
                                [html.H1(_(kpi.title)), definition(kpi)], className="title-line"
                            ),
                            html.P(
                                [
                                    html.Span(
                                        [
                                            _("Both systems, compared")
                                            if compares_both(kpi)
                                            else system_of(side),
                                            None
                                            if compares_both(kpi)
                                            else html.Span(BADGES[side], className="badge"),
                                        ]
                                    ),
                                    html.Span(formats.period_name(visit.period)),
                                    html.Span(_("in {currency}", currency=line.currency))
                                    if line and line.currency
                                    else None,
                                    _age(answer, side, visit),
                                ],
                                className="subline",
                            ),
                        ]
                    ),
                    _sides(visit, kpi, side),
                ],
                className="page-head",
            ),
            _sum(line, kpi, side, visit) if line else _lines(answer, kpi, side, visit),
        ]
    )


def _age(answer: Answer, side: Side, visit: Visit) -> Component | None:
    as_of = answer.as_of.get(SIDE_SYSTEM[side])
    return (
        html.Span(woven("data as of {age}", age=age(as_of, visit.services.clock())))
        if as_of
        else None
    )


def _above(visit: Visit) -> list[tuple[str, str]]:
    """The pages that led here: One View, the page the number stands on, its project."""
    home = visit.filters.travelling.settled(visit.snapshot.last_closed_month).search()
    found = [("One View", f"/{home}")]
    origin = pages().get(visit.query.get("from", ""))
    if origin is not None and origin.nav is not None and may(visit.person, origin.permission):
        found.append((_(origin.title), origin.path + home))
    projects = visit.filters.where.get("project", ())
    if len(projects) == 1:
        name = member_name(visit, "project", projects[0])
        found.append((name, f"/project/{projects[0]}{home}"))
    return found


def _sides(visit: Visit, kpi: Kpi, side: Side) -> Component | None:
    if compares_both(kpi):
        return None
    origin = {"from": visit.query["from"]} if "from" in visit.query else {}
    query = visit.filters.search(**origin)
    return html.Div(
        [
            dcc.Link(
                system_of(one),
                href=rows_address(kpi, one, visit.period, query),
                refresh=False,
                className="segment" + (" current" if one is side else ""),
            )
            for one in Side
        ],
        className="segments",
        role="group",
        **{"aria-label": _("System")},
    )


def _lines(answer: Answer, kpi: Kpi, side: Side, visit: Visit) -> Component:
    """A number told in several currencies: one line each, which are never added up."""
    return html.Div(
        [
            html.P(_("One number for each currency; choose one to see its rows.")),
            html.Ul(
                [
                    html.Li(
                        dcc.Link(
                            formats.exact(number, kpi.unit, row.currency),
                            href=visit.path
                            + visit.filters.search(
                                side=side.value, currency=row.currency or NOT_TOLD
                            ),
                            refresh=False,
                        )
                    )
                    for row in answer.rows
                    if (number := row.side(side)) is not None
                ],
                className="currency-lines",
            ),
        ]
        if answer.rows
        else [html.P(_("There is no number here: nothing in this period."))],
        className="sum-line",
    )


def _sum(line: AnswerRow, kpi: Kpi, side: Side, visit: Visit) -> Component:
    number = line.side(side)
    rows = visit.ask.rows(kpi, side, visit.period, limit=1, currency=currency_of(visit))
    if number is None:
        why = reason(line.reasons.get(side), side)
        return html.Div(
            [
                html.Span(formats.MISSING, className="sum-number"),
                html.Span(
                    _(
                        "There is no number here: {why}. {withheld}",
                        why=why,
                        withheld=_(rows.withheld),
                    )
                ),
                # the grid keeps them in step with its rows
                *(export_links(visit, "rows") if rows.total_rows else ()),
            ],
            className="sum-line",
        )
    shown = html.Span(formats.exact(number, kpi.unit, line.currency), className="sum-number")
    return html.Div(
        [
            shown,
            html.Span(_explained(kpi, side, rows, number, line.currency), className="sum-words"),
            html.Span(rows.withheld, className="withheld") if rows.withheld else None,
            *export_links(visit, "rows"),
        ],
        className="sum-line",
    )


def _explained(
    kpi: Kpi, side: Side, rows: RowPage, number: Decimal, currency: str | None
) -> list[Component | str]:
    found = rows.total_rows
    count = ngettext("{count} row", "{count} rows", found, count=formats.count(found))
    formula = kpi.side(side)
    if isinstance(formula, Ratio) and {"numerator", "denominator"} == rows.totals.keys():
        over, under = (
            formats.exact(rows.totals[part], _unit(of), None)
            for part, of in (("numerator", formula.numerator), ("denominator", formula.denominator))
        )
        plain = isinstance(formula.times, Elapsed) or formula.times == 1
        times = "" if plain else f" × {formula.times}"
        return [
            icon("check"),
            _(
                "{rows}: {over} ÷ {under}{times}, exactly this number.",
                rows=count,
                over=over,
                under=under,
                times=times,
            ),
        ]
    if not is_linear(formula):
        return [
            icon("check"),
            _(
                "{rows} make this number: {formula}.",
                rows=count,
                formula=in_words(formula).replace("`", ""),
            ),
        ]
    total = rows.totals.get("value", Decimal(0))
    if total == number:
        return [icon("check"), _exactly(found, is_months=isinstance(formula, Countback))]
    return [
        icon("alert"),
        (
            _(
                "{rows} sum to {value}: not the number above. Reload; if it stays so, tell your administrator.",
                rows=count,
                value=formats.exact(total, kpi.unit, currency),
            )
        ),
    ]


def _exactly(found: int, *, is_months: bool) -> str:
    count = formats.count(found)
    if is_months:
        return ngettext(
            "{count} month sums to this number exactly.",
            "{count} months sum to this number exactly.",
            found,
            count=count,
        )
    return ngettext(
        "{count} row sums to this number exactly.",
        "{count} rows sum to this number exactly.",
        found,
        count=count,
    )


def _unit(formula: Formula) -> Unit:
    """What a part of a ratio counts."""
    counted = isinstance(formula, CountOf | Elapsed) or not formula.measures
    return Unit.COUNT if counted else formula.measures[0].counts


def _table(visit: Visit) -> Component:
    kpi, side = question(visit)
    formula = kpi.side(side)
    line = line_of(visit.ask.answer(kpi, visit.period), visit)
    if isinstance(formula, NotHeld) or line is None:
        return html.Div()  # the head says why
    whole = visit.ask.rows(kpi, side, visit.period, limit=1, currency=currency_of(visit))
    if not whole.columns or not whole.total_rows:
        return states.nothing(_("No rows for this period and these filters."))
    counted = isinstance(formula, Countback)
    alone = counted or len(formula.measures) == 1
    find = find_of(visit, "rows")
    return searched_grid(
        visit,
        "rows",
        EXPORT.rows(visit, 0, 1, ()) if find else whole,
        whole.total_rows,
        label=_("Rows behind {title}", title=_(kpi.title)),
        sums=lambda found: _together(found, formula, line.currency),
        linked=not counted,
        same=frozenset({"measure"}) if alone else frozenset(),
        tall=True,
    )


def _together(found: RowPage, formula: Formula, currency: str | None) -> str:
    """What the rows that are found sum to; of a quotient, of both its parts."""
    if isinstance(formula, Ratio) and found.totals.keys() == {"numerator", "denominator"}:
        over, under = (
            formats.exact(found.totals[part], _unit(of), currency)
            for part, of in (("numerator", formula.numerator), ("denominator", formula.denominator))
        )
        return _("{over} of the numerator, {under} of the denominator", over=over, under=under)
    return together(found, currency)


def _since(visit: Visit) -> Component:
    kpi, side = question(visit)
    return since(visit, kpi, side, currency_of(visit))


ROWS = Page(
    key="rows",
    path="/rows/<kpi>",
    title="Rows behind a number",
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    allows=_allows,
    sections=(
        filters(_offered),
        Section(name="head", render=_head, skeleton=skeleton.heading),
        Section(name="table", render=_table, skeleton=skeleton.of_height(420), label="Rows"),
        Section(name="since", render=_since, label="What changed since"),
        Section(
            name="lineage",
            render=lambda visit: lineage(visit, *question(visit)),
            label="Where it comes from",
        ),
    ),
)
