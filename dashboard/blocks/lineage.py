"""Where a number comes from: its definition, how it is computed, and the tables of the source system behind it."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.kpi import Kpi, Side
from models.metrics.trust import entities_of
from models.metrics.words import formula, source_fields
from models.texts import Text, _

from ..auth.permissions import Permission, may
from ..components.prose import prose
from ..components.words import system_of
from ..visit import Visit

_TITLE: Text = "Where this number comes from"


def lineage(visit: Visit, kpi: Kpi, side: Side) -> Component:
    """The way back from one side of a number, folded away until it is asked for."""
    tables = sorted(visit.titles.full(one) for one in entities_of(visit.snapshot, kpi, side))
    facts = [
        (_("Question"), _(kpi.question)),
        (_("Definition"), _(kpi.definition)),
        (_("In {system}", system=system_of(side)), prose(formula(kpi.side(side)))),
    ]
    if fields := source_fields(kpi.side(side)):
        facts.append((_("Made of"), prose(fields)))
    if tables:
        facts.append((_("Read from"), ", ".join(tables)))
    if kpi.edge_cases:
        facts.append((_("Mind"), _(kpi.edge_cases)))
    if may(visit.person, Permission.VIEW_DEFINITIONS):
        link = dcc.Link(_("Its whole definition"), href=f"/definitions/{kpi.key}", refresh=False)
        facts.append((_("More"), link))
    told = html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts],
        className="facts lineage-facts",
    )
    return html.Details([html.Summary(_(_TITLE)), told], className="card lineage")
