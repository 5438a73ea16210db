"""Who is hardly booked in the coming weeks: by name, those with the most free hours first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.texts import Text, _, ngettext

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.prose import woven
from ..components.states import nothing
from ..components.table import Cell, numbers, table, words
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import rows_of
from .card import card, empty_card
from .tiles import lacking

_MOST, _USUAL = 12, 6
_LIST, _SHARE = "bench_headcount", "bench_share"


def bench_list(*, name: str, title: Text, class_name: str = "") -> Section:
    """The list as a section, as it stands today; for who may see people by name."""

    def render(visit: Visit) -> Component:
        kpi, now = kpis()[_LIST], visit.today
        if missing := visit.ask.lacks(kpi):
            return empty_card(title, lacking(missing))
        # the rows of the list bear names alone; those that the share is of bear the hours, too
        page = now.ask.rows(kpis()[_SHARE], kpi.record, now.period, limit=None)
        free = sorted(
            (row for row in page.rows if row["part"] == "numerator" and row.get("person")),
            key=lambda row: (-_free(row), row["person"]),
        )
        if not free:
            return card(
                title,
                nothing(page.withheld or _("Nobody is on the bench.")),
                definition=definition(kpi),
            )
        columns = (
            *words(_("Person"), _("Department")),
            *numbers(_("Capacity, h"), _("Booked, h"), _("Free, h")),
        )
        href = rows_of(now, kpi, kpi.record)
        people = ngettext(
            "{count} person", "{count} people", len(free), count=formats.count(len(free))
        )
        says = woven(
            "{people}; those with the most free hours first",
            people=dcc.Link(people, href=href, refresh=False) if href else people,
        )
        if len(free) > _MOST:
            says += ["; ", _("the first {count} are shown", count=formats.count(_MOST))]
        return card(
            title,
            table(columns, [_row(row) for row in free[:_MOST]], stacks=True),
            says=[html.Span(says)],
            gist=[
                (people, ""),
                (free[0]["person"], _("{hours} h free", hours=formats.short_hours(_free(free[0])))),
            ],
            definition=definition(kpi),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(_USUAL)),
        label=title,
        class_name=class_name,
        permission=Permission.VIEW_PEOPLE,
    )


def _free(row: Mapping[str, Any]) -> Decimal:
    return (row["net_hours"] or Decimal(0)) - (row["booked_hours"] or Decimal(0))


def _row(row: Mapping[str, Any]) -> list[Cell]:
    return [
        row["person"],
        row.get("department") or formats.MISSING,
        *(
            formats.short_hours(value or Decimal(0))
            for value in (row["net_hours"], row["booked_hours"], _free(row))
        ),
    ]
