"""What stands beside the numbers of a list's members: a line of thirteen months, the weeks that lie ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.compare import Compared
from models.metrics.dimensions import Key
from models.metrics.kpi import Side
from models.period import Month, Period
from models.texts import _

from .. import formats
from ..components.sparkline import sparkline
from ..visit import Visit
from .asking import lines_of, rows_of
from .member_lines import Column
from .tiles import months_to

_WEEK = "week"
_STRONGEST = 42  # per cent of the colour, so that figures stay readable on it
_ENOUGH = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What was asked for some members.

    Attributes:
        months: key of the KPI -> member -> its numbers of thirteen months, the oldest first.
        weeks: key of the KPI -> member -> week -> its line.
        names: key of the KPI -> the weeks ahead, in order.
        ahead: the months that hold these weeks.
    """

    months: Mapping[str, Mapping[Key, Sequence[Decimal | None]]]
    weeks: Mapping[str, Mapping[Key, Mapping[str, Compared]]]
    names: Mapping[str, Sequence[str]]
    ahead: Period


def extras_of(visit: Visit, by: str, columns: Sequence[Column], keys: Sequence[Key]) -> Extras:
    """Ask what stands beside the numbers of these members."""
    running = Month.of(visit.snapshot.today)
    ahead = Period(running, running.plus(2))
    looking = visit.of_members(by, tuple(keys)) if keys else visit
    weeks = {one.key: _weeks(looking.at(ahead), by, one) for one in columns if one.weeks and keys}
    return Extras(
        months={one.key: _months(looking, by, one) for one in columns if one.spark and keys},
        weeks=weeks,
        names={
            one.key: sorted({week for found in weeks[one.key].values() for week in found})[
                : one.weeks
            ]
            for one in columns
            if one.key in weeks
        },
        ahead=ahead,
    )


def _months(visit: Visit, by: str, column: Column) -> Mapping[Key, Sequence[Decimal | None]]:
    kpi, months = column.kpi, months_to(visit.period.last)
    told = visit.ask.compare([kpi], [Period.of(month) for month in months], by=(by,), bases=())
    found: dict[Key, list[Decimal | None]] = defaultdict(lambda: [None] * len(months))
    for place, month in enumerate(months):
        for line in lines_of(visit, told[kpi.key, Period.of(month)]):
            found[line.row.dimensions[by]][place] = line.row.value
    return found


def _weeks(visit: Visit, by: str, column: Column) -> Mapping[Key, Mapping[str, Compared]]:
    kpi = column.kpi
    told = visit.ask.compare([kpi], [visit.period], by=(by, _WEEK), bases=())
    found: dict[Key, dict[str, Compared]] = defaultdict(dict)
    for line in lines_of(visit, told[kpi.key, visit.period]):
        if line.row.value is not None:
            found[line.row.dimensions[by]][line.row.dimensions[_WEEK]] = line
    return found


def spark_cell(column: Column, extras: Extras, key: Key | None, label: str) -> Component:
    """The line of a member's thirteen months; nothing for the total."""
    values = extras.months.get(column.key, {}).get(key) if key is not None else None
    if values is None:
        return html.Td()
    record = column.kpi.record
    erp, psa = (values, []) if record is Side.ERP else ([], values)
    title = _("{title} of {name}, thirteen months", title=_(column.kpi.title), name=label)
    return html.Td(sparkline(erp, psa, title), className="spark-cell")


def weeks_cell(visit: Visit, by: str, column: Column, extras: Extras, key: Key | None) -> Component:
    """The weeks ahead of a member as small cells; in the line of the total what weeks they are."""
    names = extras.names.get(column.key, ())
    if key is None:
        heads = [html.Span(name[-3:], title=name) for name in names]
        return html.Td(html.Div(heads, className="week-cells heads"), className="weeks-cell")
    found = extras.weeks.get(column.key, {}).get(key, {})
    cells = [_week(visit, by, column, extras, (key, name, found.get(name))) for name in names]
    return html.Td(html.Div(cells, className="week-cells"), className="weeks-cell")


def _week(
    visit: Visit,
    by: str,
    column: Column,
    extras: Extras,
    told: tuple[Key, str, Compared | None],
) -> Component:
    key, week, line = told
    if line is None or line.row.value is None:
        return html.Span(formats.MISSING, title=_("{week}: no capacity", week=week))
    kpi, value = column.kpi, line.row.value
    distance = _ENOUGH - value
    share = int(min(abs(distance), Decimal(1)) * _STRONGEST)
    members = [(by, key), (_WEEK, week)]
    return dcc.Link(
        formats.percent(value, 0).strip("%\xa0\u202f "),
        href=rows_of(visit, kpi, kpi.record, period=extras.ahead, members=members) or visit.path,
        refresh=False,
        title=f"{week}: {formats.percent(value)}",
        className="short" if distance < 0 else "enough",
        style={"--heat": f"{share}%"},
    )
