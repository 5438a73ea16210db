"""Numbers beside each other, month below month: what each layer adds, and how much of the plan is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import plan_of
from models.metrics.kpi import Kpi, Side
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.table import framed, labelled
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import currency_of, line_of, points_of, rows_of
from .card import card, empty_card
from .tiles import lacking, months_to

_TOLD = 2  # columns that are told of while it is closed


@dataclass(frozen=True, kw_only=True)
class Told:
    """A column.

    Attributes:
        title: what it is called here; the KPI's own title by default.
        is_plan: whether it tells the plan of the KPI instead of the number.
    """

    key: str
    title: Text = ""
    is_plan: bool = False

    @property
    def kpi(self) -> Kpi:
        """The number, or its plan as a number of its own."""
        return plan_of(kpis()[self.key]) if self.is_plan else kpis()[self.key]

    @property
    def side(self) -> Side:
        """Who tells it."""
        return self.kpi.record


def by_month(
    *columns: Told,
    name: str,
    title: Text,
    back: int,
    ahead: int,
    says: Text = "",
    class_name: str = "",
) -> Section:
    """The table as a section, all its months together in the last row.

    Args:
        back, ahead: how many months are shown up to the last one of the period, and after it.
    """

    def render(visit: Visit) -> Component:
        able = [one for one in columns if not visit.ask.lacks(one.kpi)]
        if not able:
            return empty_card(title, lacking(visit.ask.lacks(columns[0].kpi)))
        last = min(visit.period.last, Month.of(visit.snapshot.today))
        months = months_to(last, back, ahead=ahead)
        told = {
            **_by_month(visit, [one for one in able if not one.is_plan], months),
            **_by_month(visit, [one for one in able if one.is_plan], months),
        }
        shown = [one for one in able if any(v is not None for v in told[one].values())]
        if not shown:
            return empty_card(title, _("Nothing in these months."))
        rows = [_row(visit, shown, months, told, at) for at in (*months, None)]
        currency = currency_of(visit) or visit.snapshot.reporting_currency
        whole = [(one, value) for one in shown if (value := told[one].get(None)) is not None]
        return card(
            title,
            framed([_head(shown), html.Tbody(rows)], "by-month stacks threes"),
            says=says or None,
            gist=[
                (_(one.title or one.kpi.title), formats.short(value, one.kpi.unit, currency))
                for one, value in whole[:_TOLD]
            ],
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(back + ahead + 1, each=44)),
        label=title,
        class_name=class_name,
    )


_Cells = Mapping[Month | None, Decimal | None]  # None: all months together


def _by_month(visit: Visit, columns: Sequence[Told], months: Sequence[Month]) -> dict[Told, _Cells]:
    """What each column tells; a number and its plan bear one key and are asked apart."""
    wanted, whole = [one.kpi for one in columns], Period(months[0], months[-1])
    trends = visit.ask.trends(wanted, months)
    lines = visit.ask.compare(wanted, [whole], bases=())
    found: dict[Told, _Cells] = {}
    for one in columns:
        cells: dict[Month | None, Decimal | None] = {
            point.month: point.erp if one.side is Side.ERP else point.psa
            for point in points_of(visit, trends[one.key])
        }
        line = line_of(visit, lines[one.key, whole])
        found[one] = cells | {None: line.row.value if line else None}
    return found


def _head(columns: Sequence[Told]) -> Component:
    heads = [
        html.Th(
            html.Span(
                [_(one.title or one.kpi.title), None if one.is_plan else definition(one.kpi)],
                className="title-line",
            ),
            scope="col",
            className="figures",
        )
        for one in columns
    ]
    return html.Thead(html.Tr([html.Th(_("Month"), scope="col"), *heads]))


def _row(
    visit: Visit,
    columns: Sequence[Told],
    months: Sequence[Month],
    told: Mapping[Told, _Cells],
    at: Month | None,
) -> Component:
    period = Period(months[0], months[-1]) if at is None else Period.of(at)
    cells = labelled(
        [_cell(visit, one, told[one].get(at), period) for one in columns],
        (_(one.title or one.kpi.title) for one in columns),
    )
    name = _("Together") if at is None else formats.month_name(at)
    return html.Tr(
        [html.Th(name, scope="row"), *cells], className="total-row" if at is None else ""
    )


def _cell(visit: Visit, one: Told, value: Decimal | None, period: Period) -> Component:
    currency = currency_of(visit) or visit.snapshot.reporting_currency
    if value is None:
        return html.Td(formats.MISSING, className="figures soft")
    text, full = (write(value, one.kpi.unit, currency) for write in (formats.short, formats.exact))
    if one.is_plan:
        return html.Td(text, className="figures soft", title=full)
    href = rows_of(visit, one.kpi, one.side, period=period)
    title = _("{number}: see the rows behind it", number=full)
    inner = dcc.Link(text, href=href, refresh=False, title=title) if href else text
    return html.Td(inner, className="figures")
