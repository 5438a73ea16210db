"""The filters on top of a page; what they say is what the address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
import orjson
from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.dimensions import Key
from models.metrics.kpi import Lens
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..filters import APPROVED, STATUS, SUBMITTED, Filters
from ..locales import current
from .deferred import deferred
from .icons import icon

Choice = tuple[Key, str]
_MONTHS_BACK = 36
_WIDTHS = {
    "subsidiary": 118,
    "department": 128,
    "customer": 112,
    "manager": 156,
    "stream": 98,
}  # of their words
LENSES: Mapping[Lens, Text] = {
    Lens.SUBSIDIARY: "In the books' currencies",
    Lens.TRANSACTION: "In the deals' currencies",
}


def period_control(
    path: str,
    filters: Filters,
    period: Period,
    newest: Month,
    extra: Mapping[str, str] | None = None,
    year_starts: int = 1,
) -> Component:
    """One step back, a choice, one step on.

    Args:
        extra: what the address says beside the filters.
        year_starts: the month in which fiscal years begin.
    """
    rest = dict(extra or {})
    before, after = period.prior, period.next
    return html.Div(
        [
            _step(
                path + filters.with_period(before).search(**rest),
                before,
                "chevron-left",
                _("Earlier"),
            ),
            deferred(
                "period",
                dmc.Select(
                    id={"type": "filter", "name": "period"},
                    value=str(period),
                    data=period_choices(newest, period, year_starts),
                    allowDeselect=False,
                    searchable=True,
                    w=158,
                    maxDropdownHeight=320,
                    comboboxProps={"shadow": "md", "width": 190, "position": "bottom-start"},
                    **{"aria-label": _("Period")},
                ),
            ),
            _step(
                path + filters.with_period(after).search(**rest) if after.first <= newest else None,
                after,
                "chevron-right",
                _("Later"),
            ),
        ],
        className="period-control",
        role="group",
        **{"aria-label": _("Period")},
    )


def period_choices(newest: Month, chosen: Period, year_starts: int = 1) -> list[dict[str, object]]:
    """Months, quarters and years to choose from, the newest first; the firm's own before the calendar's."""
    listed, known = _periods(newest, year_starts, current())
    if str(chosen) in known:
        return list(listed)
    item = {"value": str(chosen), "label": formats.period_name(chosen)}
    return [{"group": _("Chosen"), "items": [item]}, *listed]


@lru_cache(64)
def _periods(
    newest: Month, year_starts: int, _locale: str
) -> tuple[Sequence[dict[str, object]], frozenset[str]]:
    """What is to be chosen, as a locale writes it, and the addresses of it."""
    months = [newest.plus(-step) for step in range(_MONTHS_BACK)]
    groups = [(_("Months"), [Period.of(month) for month in months])]
    if year_starts > 1:
        groups += [
            (_("Fiscal quarters"), _around(months, 3, year_starts)),
            (_("Fiscal years"), _around(months, 12, year_starts)),
        ]
    groups += [(_("Quarters"), _around(months, 3, 1)), (_("Years"), _around(months, 12, 1))]
    listed: list[dict[str, object]] = [
        {
            "group": title,
            "items": [{"value": str(one), "label": formats.period_name(one)} for one in periods],
        }
        for title, periods in groups
    ]
    return listed, frozenset(str(one) for _title, periods in groups for one in periods)


def _around(months: Sequence[Month], length: int, year_starts: int) -> list[Period]:
    """The quarters (3) or years (12) that months are in."""
    starts = dict.fromkeys(month.plus(-((month.number - year_starts) % length)) for month in months)
    return [Period(start, start.plus(length - 1), year_starts) for start in starts]


def member_select(
    name: str, title: str, choices: Sequence[Choice], filters: Filters, written: Any = None
) -> Component:
    """A choice of one member of a dimension, or all.

    Args:
        written: the choices as `options` writes them, where they need not be written again.
    """
    chosen = filters.where.get(name, ())
    known = {key for key, _name in choices} if chosen else set()
    strangers = [(key, _("Unknown ({key})", key=key)) for key in chosen if key not in known]
    data = options([*choices, *strangers]) if strangers or written is None else written
    return dmc.MultiSelect(
        id={"type": "filter", "name": name},
        value=[str(key) for key in chosen],
        data=data,
        placeholder=f"{title} ({len(chosen)})" if chosen else title,
        clearable=True,
        searchable=True,
        w=_WIDTHS[name] + (44 if chosen else 0),
        maxDropdownHeight=320,
        comboboxProps={"shadow": "md", "width": 280, "position": "bottom-start"},
        className="member-select chosen" if chosen else "member-select",
        nothingFoundMessage=_("None of that name"),
        **{"aria-label": title},
    )


def options(choices: Sequence[Choice]) -> Any:
    """Choices as a list to choose from gets them, ready for the browser: some are thousands."""
    listed = [{"value": str(key), "label": label} for key, label in choices]
    return orjson.Fragment(orjson.dumps(listed))


def reset(path: str, filters: Filters, extra: Mapping[str, str] | None = None) -> Component | None:
    """Lifts all filters; there only when there are any."""
    if filters == filters.bare:
        return None
    return dcc.Link(
        [icon("close"), _("Reset filters")],
        href=path + filters.bare.search(**dict(extra or {})),
        className="reset-link",
        refresh=False,
    )


def lens_select(filters: Filters, currency: str) -> Component:
    """The currency that money is told in."""
    return dmc.Select(
        id={"type": "filter", "name": "lens"},
        value=filters.lens.value,
        data=[
            {"value": Lens.CONSOLIDATED.value, "label": _("In {currency}", currency=currency)},
            *({"value": lens.value, "label": _(words)} for lens, words in LENSES.items()),
        ],
        allowDeselect=False,
        w=92 if filters.lens is Lens.CONSOLIDATED else 204,
        comboboxProps={"shadow": "md", "width": 220, "position": "bottom-end"},
        **{"aria-label": _("Currency")},
    )


def status_select(filters: Filters) -> Component:
    """Whether time counts that is submitted and not approved yet."""
    return dmc.Select(
        id={"type": "filter", "name": STATUS},
        value=SUBMITTED if filters.submitted else APPROVED,
        data=[
            {"value": APPROVED, "label": _("Approved time")},
            {"value": SUBMITTED, "label": _("Submitted, too")},
        ],
        allowDeselect=False,
        w=150,
        comboboxProps={"shadow": "md"},
        **{"aria-label": _("Approved time, or submitted time, too")},
    )


def _step(href: str | None, period: Period, name: str, word: str) -> Component:
    if href is None:
        return html.Span(icon(name), className="step disabled", **{"aria-hidden": "true"})
    return dcc.Link(
        icon(name),
        href=href,
        className="step",
        title=f"{word}: {formats.period_name(period)}",
        refresh=False,
    )
