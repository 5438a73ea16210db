"""How fresh each source's data is, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from dash import html
from dash.development.base_component import Component

from models.alarms import Alarm
from models.snapshot import Snapshot

from .ages import age
from .icons import icon
from .trust import alarms_in_words, link
from .words import SYSTEM_TITLES

_STALE = timedelta(hours=2)


def freshness(
    snapshot: Snapshot,
    failed: Mapping[str, str],
    now: datetime,
    alarms: Sequence[Alarm] = (),
) -> Component:
    """One line a source."""
    return html.Ul(
        [
            _source(snapshot, system, failed.get(system), now, _of(system, alarms))
            for system in SYSTEM_TITLES
        ],
        className="freshness",
        **{"aria-label": "How fresh the data is"},
    )


def _of(system: str, alarms: Sequence[Alarm]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.entity.startswith(f"{system}__")]


def _source(
    snapshot: Snapshot, system: str, error: str | None, now: datetime, alarms: Sequence[Alarm]
) -> Component:
    state = snapshot.sources.get(system)
    title = SYSTEM_TITLES[system]
    if state is None or state.as_of is None:
        return html.Li([icon("clock"), html.Span(f"{title}: not synced yet")], className="stale")
    as_of = state.as_of if state.as_of.tzinfo else state.as_of.replace(tzinfo=UTC)
    if error:
        return html.Li(
            [icon("alert"), html.Span([f"{title}: last sync failed, showing ", age(as_of, now)])],
            className="failed",
            title=error,
        )
    if now - as_of > _STALE:
        return html.Li(
            [icon("clock"), html.Span([f"{title}: stale, ", age(as_of, now)])], className="stale"
        )
    if alarms:
        words = alarms_in_words(len(alarms))
        return html.Li(
            [icon("alert"), html.Span([f"{title}: ", age(as_of, now), ", ", link(words)])],
            className="alarmed",
            title="\n".join(alarm.text for alarm in alarms[:3]),
        )
    loading = (
        html.Span(f", history from {state.complete_from}", className="loading-history")
        if state.complete_from
        else ""
    )
    return html.Li(
        [icon("dot"), html.Span([f"{title}: ", age(as_of, now), loading])], className="fresh"
    )
