"""What a page says when it has nothing to show: never blank, always with a next step."""

from __future__ import annotations

from collections.abc import Callable

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from .. import formats
from ..operations import RunProgress
from .icons import icon
from .words import entity_title, stage


def notice(name: str, heading: str, text: str, action: Component | None = None) -> Component:
    """A page-sized message."""
    return html.Div(
        [html.Div(icon(name), className="notice-mark"), html.H1(heading), html.P(text), action],
        className="notice",
    )


def _home() -> Component:
    return dcc.Link("To One View", href="/", className="button", refresh=False)


def forbidden() -> Component:
    """For an address outside what the person may see."""
    return notice(
        "lock",
        "This is not yours to see.",
        "Your role does not cover this page or this project. If it should, ask your One View "
        "administrator; nothing was shown or changed.",
        _home(),
    )


def unknown() -> Component:
    """For an address that leads nowhere."""
    return notice(
        "search",
        "There is nothing at this address.",
        "The page or project is unknown here. It may have been removed in the source systems, or the "
        "address was cut off on its way to you.",
        _home(),
    )


def wrong(text: str) -> Component:
    """For an address whose filters make no sense."""
    return notice("search", "This question cannot be asked.", text, _home())


def nothing(text: str) -> Component:
    """A quiet line where a list is empty."""
    return html.P(text, className="empty")


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
            "The first sync did not finish.",
            f"{progress.error or 'The sync stopped.'} It is tried again by itself; an administrator "
            "can see the details under Sync.",
            _steps() if opens_sync else None,
        )
    return html.Div(
        [
            html.Div(icon("refresh"), className="notice-mark"),
            html.H1("The first sync is running."),
            html.P(
                "NetSuite and SuiteProjects Pro are being read. The numbers appear here by "
                "themselves as soon as a complete set is there."
            ),
            html.Div(
                first_progress(progress), id="first-sync-progress", className="notice-progress"
            ),
        ],
        className="notice",
    )


def _not_begun(*, opens_sync: bool) -> Component:
    text = (
        "Connect NetSuite and SuiteProjects Pro; the steps are under Sync, each with how it stands."
        if opens_sync
        else "Your One View administrator connects NetSuite and SuiteProjects Pro. There is nothing for you to do; the "
        "numbers appear here by themselves."
    )
    found = notice("clock", "No numbers are here yet.", text, _steps() if opens_sync else None)
    found.children = [
        *found.children,
        html.Div(id="first-sync-progress"),
    ]  # filled once a sync runs
    return found


def _steps() -> Component:
    return dcc.Link("To the steps", href="/sync", className="button primary", refresh=False)


def first_progress(progress: RunProgress | None) -> list[Component]:
    """How far the first sync is."""
    if progress is None:
        return [html.P("Waiting for the sync worker to start.")]
    if progress.state == "running":
        return progress_lines(progress)
    return [html.P(progress.error or "The numbers are being published.")]


def progress_lines(
    progress: RunProgress, title: Callable[[str], str] = entity_title
) -> list[Component]:
    """A bar, and what is being done; `title` names the table that is read."""
    read = f"{formats.count(progress.rows_read)} rows read"
    doing = stage(progress.stage)
    if progress.stage == "fetching" and progress.current:
        doing = f"{doing}: {title(progress.current)}"
    share = (
        None if progress.is_part else round(progress.fraction * 100)
    )  # a part's end is not known
    if share is not None:
        read = f"{progress.entities_done} of {progress.entities} tables, {read}"
    bar = dmc.Progress(
        value=100 if share is None else share,
        striped=share is None,
        animated=share is None,
        size="sm",
        radius="xl",
        **{"aria-label": "Sync progress"},
    )
    head = [
        html.Span(doing),
        None if share is None else html.Span(f"{share}%", className="figures"),
    ]
    return [
        html.Div(head, className="progress-head"),
        bar,
        html.P(read, className="progress-detail"),
    ]
