"""How much of what experience expects counts in the forecast, by months ahead: how that is known, and what it misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.forecast_weights import Weight, weights
from models.metrics.kpi import Kpi
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.table import framed
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of
from .breakdown import number_cell
from .card import card, empty_card

_HORIZON = "horizon"
_Errors = Mapping[str, Mapping[str, Compared]]  # KPI -> months ahead -> its line


def experience_weights(
    errors: Mapping[Text, str],
    *,
    name: str,
    title: Text,
    says: Text,
    says_judged: Text,
    class_name: str = "",
) -> Section:
    """The weights as a section; errors stand beside them once there are months that can be judged.

    Args:
        errors: what is held against what came -> its KPI, which is told by months ahead.
        says_judged: what stands below the heading then.
    """

    def render(visit: Visit) -> Component:
        found = weights(visit.snapshot)
        if not found:
            return empty_card(title, _("The snapshot tells none yet; the next one will."))
        judged = _judged(visit, [kpis()[key] for key in errors.values()])
        shown = {words: kpis()[key] for words, key in errors.items() if judged.get(key)}
        rows = [
            _row(visit, list(alike), list(shown.values()), judged)
            for _same, alike in groupby(found, lambda one: (_told(one), judged and one.ahead))
        ]
        return card(
            title,
            framed([_head(shown), html.Tbody(rows)]),
            says=says_judged if shown else says,
            gist=[
                (_("{count} months ahead", count=one.ahead), _told(one)[0])
                for one in (found[0], found[-1])
            ],
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(5)),
        label=title,
        class_name=class_name,
    )


def _judged(visit: Visit, wanted: Sequence[Kpi]) -> _Errors:
    """The errors that are known."""
    able = [kpi for kpi in wanted if not visit.ask.lacks(kpi, _HORIZON)]
    told = visit.ask.compare(able, [visit.period], by=(_HORIZON,), bases=()) if able else {}
    found = {
        key: {
            str(line.row.dimensions[_HORIZON]): line
            for line in lines_of(visit, lines)
            if line.row.value is not None
        }
        for (key, _period), lines in told.items()
    }
    return {key: lines for key, lines in found.items() if lines}


def _told(one: Weight) -> tuple[str, str]:
    """The weight, and how it is known."""
    if one.is_learned:
        how = ngettext(
            "learned from {count} month end",
            "learned from {count} month ends",
            one.months,
            count=one.months,
        )
    elif one.is_wanted:
        how = _(
            "fixed: {count} of {needed} month ends judged",
            count=one.months,
            needed=one.months_needed,
        )
    else:
        how = _("fixed: learning is switched off")
    return formats.percent(one.weight, 0), how


def _head(errors: Mapping[Text, Kpi]) -> Component:
    told = [
        html.Th(
            html.Span([_(words), definition(kpi)], className="title-line"),
            scope="col",
            className="figures",
        )
        for words, kpi in errors.items()
    ]
    return html.Thead(
        html.Tr(
            [
                html.Th(_("Months ahead"), scope="col"),
                html.Th(_("Weight"), scope="col", className="figures"),
                html.Th(_("How it is known"), scope="col"),
                *told,
            ]
        )
    )


def _row(
    visit: Visit, alike: Sequence[Weight], errors: Sequence[Kpi], judged: _Errors
) -> Component:
    """One row; months ahead that tell the same share it."""
    first, last = alike[0].ahead, alike[-1].ahead
    name = str(first) if first == last else _("{first} to {last}", first=first, last=last)
    weight, how = _told(alike[0])
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(weight, className="figures of-record"),
            html.Td(html.Span(how, className="wrapping")),
            *(_error(visit, kpi, judged[kpi.key].get(str(first)), first) for kpi in errors),
        ]
    )


def _error(visit: Visit, kpi: Kpi, line: Compared | None, ahead: int) -> Component:
    if line is None:
        return html.Td(formats.MISSING, className="figures soft")
    return number_cell(visit, kpi, line, kpi.record, [(_HORIZON, str(ahead))])
