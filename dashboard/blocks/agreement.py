"""Whether both systems tell the same of somebody's numbers: one mark, and which of them differ."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.texts import _, listed, within

from ..components.icons import icon
from ..visit import Visit
from .asking import line_of


def agreement(visit: Visit, keys: Sequence[str]) -> Component | None:
    """The mark for the period looked at; None where no number is told by both systems."""
    wanted = [kpi for key in keys if not visit.ask.lacks(kpi := kpis()[key])]
    found = visit.ask.compare(wanted, [visit.period], bases=())
    told = {
        kpi: line.row.within_tolerance
        for kpi in wanted
        if (line := line_of(visit, found[kpi.key, visit.period]))
        and line.row.within_tolerance is not None
    }
    if not told:
        return None
    apart = [kpi for kpi, holds in told.items() if not holds]
    if not apart:
        return html.Span([icon("check"), _("both systems agree")], className="verdict good")
    names = listed([within(kpi.title) for kpi in apart])
    words = _("the systems differ on {numbers}", numbers=names)
    return html.Span([icon("alert"), words], className="verdict warn")
