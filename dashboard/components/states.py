"""What a page says when it has nothing to show: never blank, always with a next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.texts import Text, _, ngettext

from .. import formats
from ..operations import RunProgress
from .icons import icon
from .words import stage

_SILENT = timedelta(minutes=1)


def notice(name: str, heading: str, text: str, action: Component | None = None) -> Component:
    """A page-sized message."""
    return html.Div(
        [html.Div(icon(name), className="notice-mark"), html.H1(heading), html.P(text), action],
        className="notice",
    )


def _home() -> Component:
    return dcc.Link(_("To One View"), href="/", className="button", refresh=False)


def forbidden() -> Component:
    """For an address outside what the person may see."""
    return notice(
        "lock",
        _("This is not yours to see."),
        _(
            "Your role does not cover this page or this project. If it should, ask your One View "
            "administrator; nothing was shown or changed."
        ),
        _home(),
    )


def unknown() -> Component:
    """For an address that leads nowhere."""
    return notice(
        "search",
        _("There is nothing at this address."),
        _(
            "The page or project is unknown here. It may have been removed in the source systems, or the "
            "address was cut off on its way to you."
        ),
        _home(),
    )


def wrong(text: str) -> Component:
    """For an address whose filters make no sense."""
    return notice("search", _("This question cannot be asked."), text, _home())


def nothing(text: Text) -> Component:
    """A quiet line where a list is empty."""
    return html.P(_(text), className="empty")


def first_sync(progress: RunProgress | None, *, opens_sync: bool = False) -> Component:
    """Before the first snapshot: what is happening, and who is to do something.

    Args:
        opens_sync: whether the reader may open the page Sync, where the steps to the first numbers are.
    """
    if progress is None:
        return _not_begun(opens_sync=opens_sync)
    if progress.state == "failed":
        return notice(
            "alert",
            _("The first sync did not finish."),
            _(
                "{error} It is tried again by itself; an administrator can see the details under Sync.",
                error=progress.error or _("The sync stopped."),
            ),
            _steps() if opens_sync else None,
        )
    return html.Div(
        [
            html.Div(icon("refresh"), className="notice-mark"),
            html.H1(_("The first sync is running.")),
            html.P(
                _(
                    "NetSuite and SuiteProjects Pro are being read. The numbers appear here by "
                    "themselves as soon as a complete set is there."
                )
            ),
            html.Div(
                first_progress(progress), id="first-sync-progress", className="notice-progress"
            ),
        ],
        className="notice",
    )


def _not_begun(*, opens_sync: bool) -> Component:
    text = (
        _(
            "Connect NetSuite and SuiteProjects Pro; the steps are under Sync, each with how it stands."
        )
        if opens_sync
        else _(
            "Your One View administrator connects NetSuite and SuiteProjects Pro. There is nothing for you to do; the "
            "numbers appear here by themselves."
        )
    )
    found = notice("clock", _("No numbers are here yet."), text, _steps() if opens_sync else None)
    found.children = [
        *found.children,
        html.Div(id="first-sync-progress"),
    ]  # filled once a sync runs
    return found


def _steps() -> Component:
    return dcc.Link(_("To the steps"), href="/sync", className="button primary", refresh=False)


def first_progress(progress: RunProgress | None) -> list[Component]:
    """How far the first sync is."""
    if progress is None:
        return [html.P(_("Waiting for the sync worker to start."))]
    if progress.state == "running":
        return progress_lines(progress)
    return [html.P(progress.error or _("The numbers are being published."))]


def progress_lines(
    progress: RunProgress, title: Callable[[str], str] | None = None
) -> list[Component]:
    """A bar, and what is being done; `title` names the table that is read, where what they are called is known."""
    read = ngettext(
        "{count} row read",
        "{count} rows read",
        progress.rows_read,
        count=formats.count(progress.rows_read),
    )
    doing = stage(progress.stage)
    if title is not None and progress.stage == "fetching" and progress.current:
        doing = f"{doing}: {title(progress.current)}"
    share = (
        None if progress.is_part else round(progress.fraction * 100)
    )  # a part's end is not known
    if share is not None:
        read = _(
            "{done} of {total} tables, {read}",
            done=progress.entities_done,
            total=progress.entities,
            read=read,
        )
    bar = dmc.Progress(
        value=100 if share is None else share,
        striped=share is None,
        animated=share is None,
        size="sm",
        radius="xl",
        **{"aria-label": _("Sync progress")},
    )
    head = [
        html.Span(doing),
        None if share is None else html.Span(f"{share}%", className="figures"),
    ]
    return [
        html.Div(head, className="progress-head"),
        bar,
        html.P(read, className="progress-detail"),
        _silent(progress),
    ]


def _silent(progress: RunProgress) -> Component | None:
    """That nothing comes: a run has much patience with a system that hangs."""
    if progress.silent < _SILENT:
        return None
    text = _(
        "Nothing has come for {duration}. The systems are asked again for a while; then the run ends and "
        "says what was wrong. What you see stays as it was.",
        duration=formats.duration(progress.silent.total_seconds()),
    )
    return html.P([icon("alert"), text], className="verdict warn trust-line")
