"""Milestones in order of their day: what is reached and not invoiced, what is late, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.answer import RowPage
from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi, Lens, Unit
from models.period import day_of
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.prose import woven
from ..components.states import nothing
from ..components.table import Cell, numbers, table, words
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import member_address, rows_of
from .card import card, empty_card
from .tiles import lacking

_MOST = 10
# key of the KPI -> the columns of its rows that tell the name and the day
_LISTS = {
    "milestones_not_billed": ("name", "reached_on"),
    "milestones_to_come": ("number", "planned_on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """One fixed fee."""

    kpi: Kpi
    row: Mapping[str, Any]
    name: str
    day: date | None

    @property
    def is_reached(self) -> bool:
        return self.kpi.key == "milestones_not_billed"


def milestones(*, name: str, title: Text, class_name: str = "half") -> Section:
    """The list as a section, the longest due first; as it stands today."""

    def render(visit: Visit) -> Component:
        now = visit.today
        lists = {kpis()[key]: columns for key, columns in _LISTS.items()}
        for kpi in lists:
            if missing := visit.ask.lacks(kpi):
                return empty_card(title, lacking(missing))
        pages = {kpi: _page(now, kpi, day) for kpi, (_name, day) in lists.items()}
        due = sorted(
            (
                _Due(kpi=kpi, row=row, name=row[lists[kpi][0]] or "", day=_date(row[lists[kpi][1]]))
                for kpi, page in pages.items()
                for row in page.rows
            ),
            key=lambda one: (one.day is None, one.day),
        )
        if not due:
            withheld = next((page.withheld for page in pages.values() if page.withheld), "")
            return card(
                title, nothing(_(withheld) or _("No milestone is due, and none is to come."))
            )
        columns = (
            *words("Milestone", "Due", "State"),
            *numbers(_("Amount ({currency})", currency=visit.snapshot.reporting_currency)),
        )
        rows = [_row(now, one) for one in due[:_MOST]]
        return card(
            title,
            table(columns, rows, stacks=True),
            says=[_sum(now, *one) for one in pages.items()],
            gist=[(_(kpi.title), _amount(now, page)) for kpi, page in pages.items()],
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(_MOST, each=67)),
        label=title,
        class_name=class_name,
    )


def _page(visit: Visit, kpi: Kpi, day: str) -> RowPage:
    """The rows that are due first."""
    return visit.ask.rows(
        kpi,
        kpi.record,
        visit.period,
        lens=Lens.CONSOLIDATED,
        limit=_MOST,
        order=((day, False),),
    )


def _date(day: int | None) -> date | None:
    """The day that rows bear as yyyymmdd."""
    return day_of(day) if day else None


def _sum(visit: Visit, kpi: Kpi, page: RowPage) -> Component:
    """What a list comes to, and where all of it is."""
    amount = _amount(visit, page)
    href = rows_of(visit, kpi, kpi.record)
    inner = dcc.Link(amount, href=href, refresh=False) if href and page.total_rows else amount
    if kpi.key == "milestones_not_billed":
        return html.Span(woven("{amount} reached and not invoiced", amount=inner))
    return html.Span(woven("{amount} to come", amount=inner))


def _amount(visit: Visit, page: RowPage) -> str:
    currency = visit.snapshot.reporting_currency
    return formats.short(page.totals.get("value", Decimal(0)), Unit.MONEY, currency)


def _row(visit: Visit, one: _Due) -> list[Cell]:
    currency, row = visit.snapshot.reporting_currency, one.row
    amount = row["contribution"]
    href = rows_of(visit, one.kpi, one.kpi.record)
    text = formats.short(amount, Unit.MONEY, currency)
    return [
        html.Span(
            [
                one.name or _("Without a name"),
                html.Span(_project(visit, row), className="second-line"),
            ],
            className="wrapping wide-words",
        ),
        formats.day(one.day),
        _state(one, visit.snapshot.today),
        dcc.Link(text, href=href, refresh=False, title=formats.exact(amount, Unit.MONEY, currency))
        if href
        else text,
    ]


def _project(visit: Visit, row: Mapping[str, Any]) -> Component | str:
    """The project of a milestone, as a link to its page."""
    label = " ".join(filter(None, (row.get("project_code"), row.get("project"))))
    href = member_address(visit, "project", row["project_key"])
    return dcc.Link(label, href=href, refresh=False) if href else label


def _state(one: _Due, today: date) -> Component:
    """What its day means for its invoice."""
    days = (today - one.day).days if one.day else 0
    if one.is_reached:
        return html.Span(
            _("reached, {days} not invoiced", days=_days(days)), className="verdict warn"
        )
    if days > 0:
        return html.Span(_("late by {days}", days=_days(days)), className="verdict bad")
    if one.day is None:
        return html.Span(_("no day"), className="verdict")
    return html.Span(
        _("today") if not days else _("in {days}", days=_days(-days)), className="verdict"
    )


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count, count=formats.count(count))
