"""The bar on top of every page: what is chosen stands in the address, the bar says it, one click lifts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from models.errors import QuestionError
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Lens
from models.period import Month
from models.texts import Text, _, within

from .. import formats
from ..components import skeleton
from ..components.deferred import deferred
from ..components.filter_bar import (
    LENSES,
    lens_select,
    member_select,
    options,
    period_control,
    reset,
    status_select,
)
from ..components.icons import icon
from ..filter_sets import marks_of
from ..filters import SHARED, others
from ..page import Section
from ..questions import month_of
from ..saved_filters import saved_filters
from ..visit import Visit

_TITLES: Mapping[str, Text] = {
    "subsidiary": "Subsidiary",
    "department": "Department",
    "customer": "Customer",
    "manager": "Project manager",
    "stream": "Stream",
}
_SHOWN = 3  # chips of one dimension; the rest is counted


def filters(
    offered: Callable[[Visit], Sequence[str]] = lambda _visit: SHARED, *, status: bool = False
) -> Section:
    """The bar as a section; what is chosen beside what is `offered` shows as chips.

    Args:
        status: whether the page has numbers that can count what is submitted and not approved yet.
    """
    return Section(
        name="filters",
        render=lambda visit: _bar(visit, offered(visit), status=status),
        skeleton=skeleton.of_height(36),
        class_name="sticky",
        label="Filters",
        kept=lambda visit: marks_of(visit.services.record, visit.person.subject),
    )


def _bar(visit: Visit, names: Sequence[str], *, status: bool) -> Component:
    chosen, period = visit.filters, visit.period
    extra = others(visit.search)
    count = sum(len(keys) for keys in chosen.where.values())
    return html.Div(
        [
            html.Div(
                [
                    period_control(
                        visit.path,
                        chosen,
                        period,
                        Month.of(visit.snapshot.today),
                        extra,
                        visit.snapshot.fiscal_start,
                    ),
                    html.Button(
                        _("Filters ({count})", count=count) if count else _("Filters"),
                        className="button filter-more",
                        type="button",
                        **{"data-unfolds": "filter-choices", "aria-expanded": "false"},
                    ),
                    html.Div(
                        deferred(
                            "choices",
                            *(
                                member_select(
                                    name,
                                    _(_TITLES[name]),
                                    visit.ask.choices(name),
                                    chosen,
                                    visit.ask.written(name, options),
                                )
                                for name in names
                            ),
                            lens_select(chosen, visit.snapshot.reporting_currency),
                            status_select(chosen) if status else None,
                            saved_filters(visit, names),
                        ),
                        id="filter-choices",
                        className="filter-choices",
                    ),
                ],
                className="filter-bar",
            ),
            _chips(visit, extra),
        ],
        className="filter-block",
        **{"data-period": formats.period_name(period)},
    )


def _chips(visit: Visit, extra: dict[str, str]) -> Component | None:
    """What is chosen, each with a way to lift it alone."""
    chips = [
        _chip(visit, name, key, extra)
        for name, keys in visit.filters.where.items()
        for key in keys[:_SHOWN]
    ]
    chips += [
        html.Li(
            [html.Span(_(DIMENSIONS[name].title)), _("and {count} more", count=len(keys) - _SHOWN)]
        )
        for name, keys in visit.filters.where.items()
        if len(keys) > _SHOWN
    ]
    if visit.filters.lens is not Lens.CONSOLIDATED:
        chips.append(html.Li([html.Span(_("Currency")), within(LENSES[visit.filters.lens])]))
    if visit.filters.submitted:
        chips.append(html.Li([html.Span(_("Time")), _("submitted included")]))
    lifted = reset(visit.path, visit.filters, extra)
    if lifted is None:
        return None
    chips.append(html.Li(lifted, className="chip-reset"))
    return html.Ul(chips, className="chips", **{"aria-label": _("Chosen filters")})


def _chip(visit: Visit, name: str, key: Key, extra: dict[str, str]) -> Component:
    left = tuple(one for one in visit.filters.where[name] if one != key)
    label = member_name(visit, name, key)
    return html.Li(
        [
            html.Span(_(DIMENSIONS[name].title)),
            label,
            dcc.Link(
                icon("close"),
                href=visit.path + visit.filters.with_members(name, left).search(**extra),
                refresh=False,
                className="chip-close",
                title=_("Lift the filter {label}", label=label),
            ),
        ]
    )


def member_name(visit: Visit, name: str, key: Key) -> str:
    """What a member is called, to a person who may see it."""
    if DIMENSIONS[name].is_month and key:
        return month_of(str(key))
    if DIMENSIONS[name].is_text:
        words = DIMENSIONS[name].words
        return (_(words[str(key)]) if key in words else str(key)) or _("Not assigned")
    known = dict(visit.ask.choices(name)) if name in _LISTED else {}
    return known.get(key) or (_("Not assigned") if key == -1 else _("Unknown ({key})", key=key))


def whose(visit: Visit) -> str:
    """Whose numbers a page shows, in a few words."""
    try:
        chosen = [
            member_name(visit, name, key)
            for name, keys in visit.filters.where.items()
            for key in keys
        ]
    except QuestionError:
        return ""
    if len(chosen) > _SHOWN:
        return _(
            "{chosen} and {count} more",
            chosen=", ".join(chosen[:_SHOWN]),
            count=len(chosen) - _SHOWN,
        )
    if chosen:
        return ", ".join(chosen)
    if visit.scope.managers is not None:
        return _("your projects")
    return _("the whole firm") if visit.scope.departments is None else _("your department")


_LISTED = (*SHARED, "project", "person")
