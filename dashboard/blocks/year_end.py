"""Where each line of a statement will be at the end of the fiscal year, as a column of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi, Side
from models.texts import Text, _

from .. import formats
from ..visit import Visit
from .asking import currency_of, line_of, lines_of, rows_of

YEAR_HEAD: tuple[Text, Text] = (
    "FC year",
    "FC year: the fiscal year, closed months as posted, the others as revenue is forecast and cost is planned",
)


@dataclass(frozen=True, kw_only=True)
class Year:
    """What tells where the year will end.

    Attributes:
        results: key of a line -> the KPI that tells it.
        of_lines: the KPI that tells lines of cost, by line.
        lines: key of a line -> the ledger's lines that it is made of.
        earned: keys of lines that are income less cost.
    """

    results: Mapping[str, str]
    of_lines: str
    lines: Mapping[str, tuple[str, ...]]
    earned: tuple[str, ...] = ()

    def cells(self, visit: Visit) -> dict[str, Component]:
        """Key of a line -> its cell; none of lines that nothing tells."""
        wanted = [kpis()[key] for key in {*self.results.values(), self.of_lines}]
        if any(visit.ask.lacks(kpi) for kpi in wanted):
            return {}
        period = visit.period
        found = visit.ask.compare(wanted, [period], bases=())
        cells: dict[str, Component] = {}
        for key, of in self.results.items():
            line = line_of(visit, found[of, period])
            if line and line.row.value is not None:
                cells[key] = _cell(visit, kpis()[of], line.row.value)
        return cells | self._costs(visit)

    def _costs(self, visit: Visit) -> dict[str, Component]:
        kpi, period = kpis()[self.of_lines], visit.period
        told = visit.ask.compare([kpi], [period], by=("line",), bases=())
        by_line = {
            str(one.row.dimensions["line"]): one.row.value
            for one in lines_of(visit, told[kpi.key, period])
        }
        cells = {}
        for key, lines in self.lines.items():
            at = visit.of_members("line", lines)
            value = by_line.get(lines[0]) if len(lines) == 1 else _together(at, kpi)
            if value is not None:
                cells[key] = _cell(at, kpi, -value if key in self.earned else value)
        return cells


def _together(visit: Visit, kpi: Kpi) -> Decimal | None:
    """What several lines come to."""
    line = line_of(visit, visit.ask.compare([kpi], [visit.period], bases=())[kpi.key, visit.period])
    return line.row.value if line else None


def _cell(visit: Visit, kpi: Kpi, value: Decimal) -> Component:
    currency = currency_of(visit) or visit.snapshot.reporting_currency
    text, full = (write(value, kpi.unit, currency) for write in (formats.short, formats.exact))
    href = rows_of(visit, kpi, Side.ERP)
    title = _("{number}: see what it is made of", number=full)
    inner = dcc.Link(text, href=href, refresh=False, title=title) if href else text
    return html.Td(inner, className="figures")
