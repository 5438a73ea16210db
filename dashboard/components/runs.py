"""The last runs of the sync: what each was about, how it ended, what it brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _

from .. import formats, operations
from ..visit import Visit
from . import states
from .ages import age
from .entities import state_mark, took
from .export_link import export_link
from .opening import gist_line, opening
from .prose import prose
from .table import Cell, minor, numbers, table, words
from .words import run_state, run_subject

_TRIGGERS: Mapping[str, Text] = {
    "schedule": "Schedule",
    "refresh": "A person",
    "command": "Command line",
    "first": "First sync",
}
_COLUMNS = (
    words("Run", "About", "State", "Started")
    + minor(words("By") + numbers("Took", "Tables", "Rows read"))
    + numbers("Rows changed")
    + minor(numbers("Snapshot"))
)


def runs(visit: Visit) -> Component:
    """The section of the page."""
    found, now = operations.last_runs(visit.services.record), visit.services.clock()
    if not found:
        return html.Div(
            [
                html.H2(_("Last runs")),
                states.nothing(_("No run yet. The sync worker starts the first one.")),
            ],
            className="card",
        )
    newest = found[0]
    gist = ((_("Run {number}", number=newest.run_id), run_state(newest.state)),)
    return opening(
        "Last runs",
        [
            html.Div([html.H2(_("Last runs")), gist_line(gist)]),
            html.Div(export_link(visit, "run_log", _("Export run log")), className="card-tools"),
        ],
        [table(_COLUMNS, [_row(run, now) for run in found], stacks=True)],
        "card",
    )


def _row(run: operations.RunProgress, now: datetime) -> list[Cell]:
    return [
        _("Run {number}", number=run.run_id),
        _about(run),
        _state(run),
        age(run.started_at, now),
        _(_TRIGGERS.get(run.trigger, run.trigger)),
        took(run.started_at, run.finished_at),
        _("{count} of {total}", count=run.entities_done, total=run.entities),
        formats.count(run.rows_read),
        formats.count(run.rows_changed),
        f"v{run.snapshot_version}" if run.snapshot_version else formats.MISSING,
    ]


def _about(run: operations.RunProgress) -> str:
    if run.trigger == "first" and run.mode == "incremental":
        return _("Everything, the first time")
    return run_subject(run.mode)


def _state(run: operations.RunProgress) -> Component:
    mark = state_mark(run.state, run.error)
    if not run.error:
        return mark
    why = html.P(prose(run.error), className="wrapping")
    return html.Details([html.Summary(mark), why], className="why-failed")
