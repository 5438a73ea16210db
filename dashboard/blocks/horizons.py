"""Judgements of forecasts by how far ahead they were made: a row each, a column a horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.texts import Text, _

from ..components import skeleton
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import line_of
from .card import card, empty_card
from .matrix import State, matrix
from .tiles import lacking


def horizons(
    heads: Sequence[Text],
    rows: Mapping[Text, Sequence[str]],
    *,
    name: str,
    title: Text,
    says: Text = "",
    empty: Text,
    class_name: str = "half",
) -> Section:
    """The table as a section; a row that no horizon has a number for is left out.

    Args:
        heads: what the horizons are called.
        rows: what is judged -> its KPIs, one a horizon.
        empty: what is said while nothing can be judged.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for keys in rows.values() for key in keys]
        able = [kpi for kpi in wanted if not visit.ask.lacks(kpi)]
        if not able:
            return empty_card(title, lacking(visit.ask.lacks(wanted[0])))
        found = visit.ask.compare(able, [visit.period], bases=())
        known = {
            key
            for (key, _period), lines in found.items()
            if (line := line_of(visit, lines)) and line.row.value is not None
        }
        shown = {row: keys for row, keys in rows.items() if known & {*keys}}
        if not shown:
            return empty_card(title, empty)
        states = [
            State(
                title=head,
                visit=visit,
                keys=[keys[at] if keys[at] in known else None for keys in shown.values()],
            )
            for at, head in enumerate(heads)
        ]
        return card(title, matrix(list(shown), states), says=_(says) if says else None)

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(rows))),
        label=title,
        class_name=class_name,
    )
