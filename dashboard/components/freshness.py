"""How fresh each source's data is, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dash import html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.period import Month
from models.snapshot import Snapshot, SourceState
from models.texts import _

from .. import formats
from .ages import age
from .icons import icon
from .prose import woven
from .trust import alarms_in_words, link
from .words import SYSTEM_TITLES

_STALE = timedelta(hours=2)


def freshness(
    snapshot: Snapshot,
    failed: Mapping[str, str],
    now: datetime,
    alarms: Sequence[Alarm] = (),
    *,
    opens_sync: bool = False,
) -> Component:
    """One line a source; it leads to the page Sync where the reader may open that."""
    return html.Ul(
        [
            _source(
                snapshot.sources.get(system),
                system,
                failed.get(system),
                now,
                _of(system, alarms),
                opens_sync=opens_sync,
            )
            for system in SYSTEM_TITLES
        ],
        className="freshness",
        **{"aria-label": _("How fresh the data is")},
    )


def _of(system: str, alarms: Sequence[Alarm]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.entity.startswith(f"{system}__")]


def _source(
    state: SourceState | None,
    system: str,
    error: str | None,
    now: datetime,
    alarms: Sequence[Alarm],
    *,
    opens_sync: bool,
) -> Component:
    title = SYSTEM_TITLES[system]
    if state is None or state.as_of is None:
        return html.Li(
            [icon("clock"), html.Span(_("{system}: not synced yet", system=title))],
            className="stale",
        )
    as_of = state.as_of if state.as_of.tzinfo else state.as_of.replace(tzinfo=UTC)
    if error:
        return html.Li(
            [
                icon("alert"),
                html.Span(
                    woven(
                        "{system}: failed, {age}",
                        system=title,
                        age=age(as_of, now),
                    )
                ),
            ],
            className="failed",
            title=_("The last sync failed: {error}", error=error),
        )
    if now - as_of > _STALE:
        return html.Li(
            [
                icon("clock"),
                html.Span(woven("{system}: stale, {age}", system=title, age=age(as_of, now))),
            ],
            className="stale",
        )
    if alarms:
        words = link(alarms_in_words(len(alarms)), opens_sync=opens_sync)
        return html.Li(
            [icon("alert"), html.Span([f"{title}: ", age(as_of, now), ", ", words])],
            className="alarmed",
            title="\n".join(alarm.text for alarm in alarms[:3]) if opens_sync else None,
        )
    return html.Li(
        [icon("dot"), html.Span([f"{title}: ", age(as_of, now), _history(state.complete_from)])],
        className="fresh",
    )


def _history(complete_from: Month | None) -> Component | str:
    """From when on it is here, while what is older is still being read."""
    if complete_from is None:
        return ""
    month = formats.month_name(complete_from, long=False)
    return html.Span(
        [", ", _("from {month}", month=month)],
        className="loading-history",
        title=_("Complete from {month} on; older months are still being read", month=month),
    )
