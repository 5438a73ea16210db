"""The refresh panel: from the click to the new numbers, told while it happens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.metrics.kpi import Kpi
from models.texts import _, ngettext

from .. import formats
from ..operations import RunProgress
from ..titles import Titles
from .icons import icon
from .states import progress_lines
from .words import SYSTEM_TITLES

_SHOWN = 5


def panel(
    heading: str, body: list[Component], *, tone: str = "", closable: bool = False
) -> Component:
    """The bar at the bottom; it takes room of its own, so that it hides nothing that can be pressed."""
    close = html.Button(
        icon("close"),
        id="refresh-close",
        className="quiet-button",
        type="button",
        hidden=not closable,
        **{"aria-label": _("Close")},
    )
    return html.Div(
        [html.H2(heading), html.Div(body, className="panel-body"), close],
        className=f"panel {tone}".strip(),
    )


def waiting(project: str | None = None) -> Component:
    """The request is in the queue."""
    return panel(
        _heading(project),
        [
            html.Div(
                [
                    html.Div(
                        [html.Span(_("Waiting for the sync worker"))], className="progress-head"
                    ),
                    html.P(
                        _("It takes the request as soon as it is free."),
                        className="progress-detail",
                    ),
                ]
            )
        ],
        tone="busy",
    )


def running(progress: RunProgress, titles: Titles, project: str | None = None) -> Component:
    """The run is under way."""
    return panel(_heading(project), [html.Div(progress_lines(progress, titles.of))], tone="busy")


def _heading(project: str | None) -> str:
    return _("Refreshing {project}", project=project) if project else _("Refreshing")


def failed(progress: RunProgress) -> Component:
    """The run failed; the numbers on the page are the ones from before."""
    return panel(
        _("The refresh did not finish"),
        [
            html.Div(
                [
                    html.P(progress.error or _("The sync stopped before it was done.")),
                    html.P(
                        _("The numbers on this page are unchanged and still right for their age."),
                        className="progress-detail",
                    ),
                ]
            )
        ],
        tone="failed",
        closable=True,
    )


def finished(
    progress: RunProgress,
    entities: list[Row[Any]],
    moved: list[Component],
    titles: Titles,
    project: str | None = None,
) -> Component:
    """The run is done: what came, and which headline numbers moved."""
    changed = [row for row in entities if row.rows_inserted or row.rows_updated or row.rows_deleted]
    seconds = (
        (progress.finished_at - progress.started_at).total_seconds()
        if progress.finished_at
        else 0.0
    )
    if not changed:
        return panel(
            _("Up to date"),
            [
                html.P(
                    _unchanged(project, _checked(progress), formats.duration(seconds)),
                )
            ],
            tone="done",
            closable=True,
        )
    changed.sort(key=lambda row: -(row.rows_inserted + row.rows_updated + row.rows_deleted))
    lines = [html.Li(_change(row, titles)) for row in changed[:_SHOWN]]
    if len(changed) > _SHOWN:
        lines.append(html.Li(_more(len(changed) - _SHOWN)))
    told: list[Component] = [
        html.P(
            ngettext(
                "{count} row changed, read in {duration}.",
                "{count} rows changed, read in {duration}.",
                progress.rows_changed,
                count=formats.count(progress.rows_changed),
                duration=formats.duration(seconds),
            )
        )
    ]
    if not moved:
        told.append(
            html.P(_("No headline number of this page moved."), className="progress-detail")
        )
    if progress.entities_failed:
        told.append(
            html.P(
                ngettext(
                    "{count} table could not be read; its rows are from before.",
                    "{count} tables could not be read; theirs are from before.",
                    progress.entities_failed,
                    count=progress.entities_failed,
                ),
                className="progress-detail",
            )
        )
    body: list[Component] = [html.Div(told), html.Ul(lines, className="panel-list")]
    if moved:
        numbers = html.Ul(moved, className="panel-list moved")
        body.insert(1, html.Div([html.H3(_("Numbers that moved")), numbers]))
    return panel(_("New numbers"), body, tone="done", closable=True)


def _checked(progress: RunProgress) -> str:
    if progress.is_part:
        read = progress.rows_read
        return ngettext("{count} record", "{count} records", read, count=formats.count(read))
    done = progress.entities_done
    return ngettext("{count} table", "{count} tables", done, count=done)


def _unchanged(project: str | None, checked: str, duration: str) -> str:
    if project:
        return _(
            "{project} has not changed in either system since the last sync. Checked {checked} in {duration}.",
            project=project,
            checked=checked,
            duration=duration,
        )
    return _(
        "Nothing has changed in either system since the last sync. Checked {checked} in {duration}.",
        checked=checked,
        duration=duration,
    )


def _more(tables: int) -> str:
    return ngettext("and {count} more table", "and {count} more tables", tables, count=tables)


def moved_lines(
    kpis: Mapping[str, Kpi],
    before: Mapping[str, list[str | None]],
    after: Mapping[str, list[str | None]],
    currency: str,
) -> list[Component]:
    """The headline numbers that differ between two moments."""
    lines = []
    for key, new in after.items():
        for system, old_text, new_text in zip(
            SYSTEM_TITLES, before.get(key, [None, None]), new, strict=True
        ):
            if old_text is None or new_text is None or old_text == new_text:
                continue
            kpi = kpis[key]
            step = formats.difference(Decimal(new_text) - Decimal(old_text), kpi.unit, currency)
            if any(digit in step for digit in "123456789"):  # what rounds to nothing is no news
                lines.append(
                    html.Li(
                        [
                            html.Span(f"{_(kpi.title)}, {SYSTEM_TITLES[system]}"),
                            html.Strong(step),
                        ]
                    )
                )
    return lines


def _change(row: Row[Any], titles: Titles) -> str:
    parts = [
        word.format(count=formats.count(number))
        for number, word in (
            (row.rows_inserted, _("{count} new")),
            (row.rows_updated, _("{count} changed")),
            (row.rows_deleted, _("{count} deleted")),
        )
        if number
    ]
    return f"{titles.full(row.entity)}: {', '.join(parts)}"
