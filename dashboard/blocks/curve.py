"""How much of a number the largest members hold together: a curve that is the steeper, the fewer matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi, Unit
from models.period import Period
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.chart import Told, chart
from ..components.opening import Gist
from ..components.tile import definition
from ..figures.months import axis_layout, left_of, tick
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, rows_of
from .card import card, empty_card
from .tiles import lacking

_MOST = 60  # members that are drawn
_FEW = 5  # members that are told of while it is closed
_ZERO = Decimal(0)
_QUARTERS = [Decimal(share) / 4 for share in range(5)]


def curve(
    key: str, *, by: str, months: int = 12, name: str, title: Text, class_name: str = "half"
) -> Section:
    """The curve as a section, of so many months that end with the period's last.

    Args:
        key: of a KPI whose members' numbers add up; those of nothing or less, and what is not assigned, are left out.
    """

    def render(visit: Visit) -> Component:
        kpi = kpis()[key]
        if missing := visit.ask.lacks(kpi, by):
            return empty_card(title, lacking(missing))
        last = visit.period.last
        period = Period(last.plus(1 - months), last)
        told = visit.ask.compare([kpi], [period], by=(by,), bases=())[kpi.key, period]
        points = _points(visit.at(period), kpi, by, lines_of(visit, told))
        if not points:
            return empty_card(title, _("Nothing in these months."))
        return card(
            title,
            chart(name, _figure(points, by), _behind(points, by, kpi), label=title),
            says=_(
                "{title} of {months} months to {month}; the largest first",
                title=_(kpi.title),
                months=months,
                month=formats.month_name(last),
            ),
            gist=_gist(points),
            definition=definition(kpi),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.chart(461),
        label=title,
        class_name=class_name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A member: what it holds, and what it and all larger ones hold together as a share of the whole."""

    label: str
    value: Decimal
    currency: str | None
    share: Decimal
    together: Decimal
    href: str | None


def _points(visit: Visit, kpi: Kpi, by: str, lines: Sequence[Compared]) -> list[_Point]:
    held = [
        line
        for line in lines
        if (line.row.value or _ZERO) > 0 and line.row.dimensions[by] not in (-1, "")
    ]
    held.sort(key=lambda line: (-(line.row.value or _ZERO), line.row.labels[by]))
    whole = sum((line.row.value or _ZERO for line in held), _ZERO)
    points, so_far = [], _ZERO
    for line in held:
        value = line.row.value or _ZERO
        so_far += value
        points.append(
            _Point(
                label=line.row.labels[by],
                value=value,
                currency=line.row.currency,
                share=value / whole,
                together=so_far / whole,
                href=rows_of(visit, kpi, kpi.record, members=[(by, line.row.dimensions[by])]),
            )
        )
    return points


def _gist(points: Sequence[_Point]) -> Gist:
    """What the first few hold together."""
    first = points[:_FEW]
    name = ngettext("The largest", "The {count} largest", len(first), count=len(first))
    return ((name, formats.percent(first[-1].together)),)


def _figure(points: Sequence[_Point], by: str) -> dict[str, Any]:
    shown = points[:_MOST]
    places = list(range(1, len(shown) + 1))
    held = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _(DIMENSIONS[by].title),
        "x": places,
        "y": [float(one.together) for one in shown],
        "customdata": [
            [
                f"{place}. {one.label}<br>"
                + _(
                    "{share}, together {together}",
                    share=formats.percent(one.share),
                    together=formats.percent(one.together),
                ),
                one.href,
            ]
            for place, one in zip(places, shown, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "line": {"color": "var(--ac)", "width": 2.4},
        "marker": {"color": "var(--ac)", "size": 6},
        "meta": {"swatch": "ac"},
    }
    even = {
        "type": "scatter",
        "mode": "lines",
        "name": _("if all were equal"),
        "x": places,
        "y": [place / len(points) for place in places],
        "hoverinfo": "skip",
        "line": {"color": "var(--py)", "width": 1.6, "dash": "dot"},
        "meta": {"swatch": "py"},
    }
    found = axis_layout(hover="closest")
    steps = [place for place in places if place == 1 or not place % (5 if len(places) > 10 else 1)]
    found["xaxis"] |= {"tickvals": steps, "ticktext": [str(step) for step in steps]}
    found["yaxis"] |= {
        "range": [0, 1.04],
        "tickvals": [float(step) for step in _QUARTERS],
        "ticktext": [tick(step, Unit.PERCENT, None) for step in _QUARTERS],
    }
    found["margin"]["l"] = left_of(found["yaxis"]["ticktext"])
    # a narrow screen keeps the labels of what looks like a quarter's first month
    found["meta"] = {"months": ["-01"] * len(steps)}
    return {"data": [even, held], "layout": found}


def _behind(points: Sequence[_Point], by: str, kpi: Kpi) -> tuple[list[str], list[list[Told]]]:
    rows: list[list[Told]] = [
        [
            one.label,
            (formats.exact(one.value, kpi.unit, one.currency), one.href),
            formats.percent(one.share),
            formats.percent(one.together),
        ]
        for one in points
    ]
    return [_(DIMENSIONS[by].title), _(kpi.title), _("Share"), _("Together")], rows
