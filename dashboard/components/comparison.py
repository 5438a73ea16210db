"""One thing in both systems, measure by measure: NetSuite, SuiteProjects Pro, the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.kpi import Kpi, Reason, Side, Unit
from models.period import Period
from models.texts import _

from .. import formats
from ..headline import headline_kpis
from ..questions import Questions
from .table import framed
from .tile import definition, rows_address
from .words import reason, system_of

_COST = "cost"
_LINES = (
    "recognized_revenue",
    _COST,
    "project_gross_margin",
    "project_gross_margin_pct",
    "invoiced_revenue",
    "backlog",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Both sides of one measure in one period."""

    kpi: Kpi
    period: Period
    currency: str | None
    sides: dict[Side, Decimal | None]
    reasons: dict[Side, Reason | None]
    within: bool | None = None

    @property
    def gap(self) -> Decimal | None:
        erp, psa = self.sides[Side.ERP], self.sides[Side.PSA]
        return None if erp is None or psa is None else erp - psa


def comparison(ask: Questions, periods: Sequence[Period], query: str) -> Component:
    """The table; every number of a declared measure leads to its rows."""
    names = [formats.period_name(period) for period in periods]
    head = [
        html.Tr(
            [
                html.Th("", rowSpan=2, scope="col"),
                *(
                    html.Th(
                        name if index == 0 else _("To date, {period}", period=name),
                        colSpan=3,
                        scope="colgroup",
                        className="group lead" if index else "group",
                    )
                    for index, name in enumerate(names)
                ),
            ]
        ),
        html.Tr(
            [
                html.Th(
                    text,
                    scope="col",
                    className="figures" + (" lead" if index and not column else ""),
                )
                for index in range(len(periods))
                for column, text in enumerate(
                    (system_of(Side.ERP), system_of(Side.PSA), _("Difference"))
                )
            ]
        ),
    ]
    return framed(
        [
            html.Thead(head),
            html.Tbody([_line(ask, key, periods, query) for key in _LINES]),
        ],
        "compared",
    )


def _line(ask: Questions, key: str, periods: Sequence[Period], query: str) -> Component:
    kpis = headline_kpis()
    cells = [
        _cost(ask, period) if key == _COST else _cell(ask, kpis[key], period) for period in periods
    ]
    title: list[Component | str] = (
        [_("Cost")] if key == _COST else [_(kpis[key].title), definition(kpis[key])]
    )
    return html.Tr(
        [
            html.Th(html.Span(title, className="title-line"), scope="row"),
            *(
                part
                for index, cell in enumerate(cells)
                for part in _cells(cell, query, linked=key != _COST, lead=bool(index))
            ),
        ],
        className="total" if key == "project_gross_margin" else "",
    )


def _cell(ask: Questions, kpi: Kpi, period: Period) -> _Cell:
    answer = ask.answer(kpi, period)
    row = answer.only
    return _Cell(
        kpi=kpi,
        period=period,
        currency=answer.currency,
        sides={side: row.side(side) for side in Side},
        reasons={side: row.reasons.get(side) for side in Side},
        within=row.within_tolerance,
    )


def _cost(ask: Questions, period: Period) -> _Cell:
    """Revenue less margin: what the margin has taken off."""
    kpis = headline_kpis()
    revenue = _cell(ask, kpis["recognized_revenue"], period)
    margin = _cell(ask, kpis["project_gross_margin"], period)
    sides: dict[Side, Decimal | None] = {}
    for side in Side:
        earned, kept = revenue.sides[side], margin.sides[side]
        sides[side] = None if earned is None or kept is None else earned - kept
    return _Cell(
        kpi=margin.kpi, period=period, currency=margin.currency, sides=sides, reasons=margin.reasons
    )


def _heading(name: str, *, lead: bool) -> dict[str, str]:
    """What stands above a cell where a row is a card."""
    return {"data-label": _("To date") if lead else name}


def _cells(cell: _Cell, query: str, *, linked: bool, lead: bool) -> list[Component]:
    found = []
    for side in Side:
        value = cell.sides[side]
        name = "figures" + (" of-record" if cell.kpi.record is side else "")
        name += " lead" if lead and side is Side.ERP else ""
        if value is None:
            why = reason(cell.reasons[side], side)
            found.append(
                html.Td(
                    f"{formats.MISSING} {why}"
                    if cell.reasons[side] is Reason.HISTORY_LOADING
                    else formats.MISSING,
                    className=name,
                    title=why,
                    **_heading(system_of(side), lead=lead),
                )
            )
            continue
        text, full = _text(value, cell), formats.exact(value, cell.kpi.unit, cell.currency)
        inner: Component | str = (
            dcc.Link(
                text,
                href=rows_address(cell.kpi, side, cell.period, query),
                refresh=False,
                title=_("{number}: see the rows behind it", number=full),
            )
            if linked
            else text
        )
        found.append(
            html.Td(inner, className=name, title=full, **_heading(system_of(side), lead=lead))
        )
    gap = cell.gap
    tone = " negative" if cell.within is False else ""
    found.append(
        html.Td(
            formats.MISSING if gap is None else _signed(gap, cell),
            className=f"figures{tone}",
            title=_("outside tolerance")
            if cell.within is False
            else _("within tolerance")
            if cell.within
            else "",
            **_heading(_("Difference"), lead=lead),
        )
    )
    return found


def _text(value: Decimal, cell: _Cell) -> str:
    if cell.kpi.unit is Unit.MONEY:
        return formats.whole_money(value, cell.currency)
    return formats.short(value, cell.kpi.unit, cell.currency)


def _signed(gap: Decimal, cell: _Cell) -> str:
    if cell.kpi.unit in formats.SHARES:
        return formats.difference(gap, cell.kpi.unit, cell.currency)
    text = _text(gap, cell)
    shown = any(digit in text for digit in "123456789")
    return f"+{text}" if shown and gap > 0 else text
