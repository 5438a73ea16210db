"""The parts of uploading a plan: the form, what came of the check, the versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.period import Month
from models.plan.check import Checked, Fault
from models.plan.keep import Version
from models.plan.read import LIMIT_BYTES
from models.texts import Text, _, ngettext

from .. import formats
from . import states
from .ages import age
from .said import done, refused
from .table import Cell, numbers, table, words

NO_FILE: Text = "No file chosen"
_TOO_LARGE: Text = (
    "“{name}” has {size} MB, and at most 1 MB can be read. Nothing was taken. Leave out sheets and columns that are "
    "no plan, or make several files of it."
)
_SHOWN = 200
_FAULTS = (*numbers("Row"), *words("Column", "Says", "What is wrong", "What to do"))
_VERSIONS = (
    *words("Version", "State"),
    *numbers("Rows", "Left out"),
    *words("Rates of", "Uploaded by", "When", "File", ""),
)
_STATES: Mapping[str, Text] = {"active": "Counts", "replaced": "Replaced", "withdrawn": "Withdrawn"}


def form() -> Component:
    """Where a file is chosen and named."""
    return html.Div(
        [
            html.Div(
                [
                    html.Span(_("File"), className="field-label"),
                    html.Div(
                        [
                            dcc.Upload(
                                html.Button(_("Choose a file"), className="button", type="button"),
                                id="plan-file",
                                accept=".csv,.xlsx",
                                max_size=LIMIT_BYTES,
                                className="plan-file",
                            ),
                            html.Span(_(NO_FILE), id="plan-name", className="plan-name ellipsis"),
                        ],
                        className="plan-choose",
                    ),
                    # the library leaves out what is larger without a word; `assets/lists.js` says it
                    html.P(
                        "",
                        className="plan-too-large verdict warn",
                        role="alert",
                        hidden=True,
                        **{"data-limit": str(LIMIT_BYTES), "data-says": _(_TOO_LARGE)},
                    ),
                ],
                className="plan-field",
            ),
            dmc.TextInput(id="plan-version", label=_("Name of the version"), placeholder=_("Board 2027"),
                          w=190),
            dmc.TextInput(id="plan-approved", label=_("Approved in"), placeholder=_("this month"), w=130),
            dmc.TextInput(id="plan-skip", label=_("Rows to leave out"), placeholder=_("none"), w=150,
                          debounce=600),
            html.Button(_("Take it in"), id="plan-take", className="button primary", type="button",
                        disabled=True),
        ],
        className="token-form",
    )  # fmt: skip


def results() -> Component:
    """Where the check and each change are told."""
    return html.Div(
        html.P(
            _(
                "CSV or XLSX of at most 1 MB; one row for each measure and month. It is checked at once, row by row; nothing "
                "is taken while a row is wrong, unless you name the rows to leave out. A version of the same name is replaced."
            ),
            className="hint",
        ),
        id={"type": "said", "of": "plan"},
        role="status",
        className="plan-said",
    )


def list_of(body: Component) -> Component:
    """The place of the list."""
    return html.Div(body, id="plan-versions")


def checked(found: Checked) -> Component:
    """What came of a file; nothing is taken yet."""
    if not found.faults:
        return done(_can(_rows(len(found.rows)), len(found.skipped)))
    wrong = sorted({one.row for one in found.faults})
    text = ngettext(
        "{rows} is wrong, {good} can be taken. Nothing was taken. Mend the file, or write the rows to be left out into "
        "the field:",
        "{rows} are wrong, {good} can be taken. Nothing was taken. Mend the file, or write the rows to be left out into "
        "the field:",
        len(wrong),
        rows=_rows(len(wrong)),
        good=len(found.rows),
    )
    listed = ", ".join(map(str, wrong[:_SHOWN]))
    return html.Div(
        [
            refused(html.Span([text, " ", html.Strong(listed)])),
            table(_FAULTS, [_fault(one) for one in found.faults[:_SHOWN]], stacks=True),
            html.P(_("… and {count} more.", count=len(found.faults) - _SHOWN), className="hint")
            if len(found.faults) > _SHOWN
            else None,
        ]
    )


def taken(kept: Version) -> Component:
    """A version was kept."""
    return done(_taken(kept))


def withdrawn(version: str) -> Component:
    """A version counts no more."""
    text = _(
        "Version '{version}' is withdrawn. It counts no more from the next build on; its rows are kept.",
        version=version,
    )
    return done(text)


def listed(found: Sequence[Version], names: Mapping[str, str], now: datetime) -> Component:
    """The versions; what counts no more is kept."""
    if not found:
        return states.nothing(_("Nothing was uploaded yet."))
    return table(_VERSIONS, [_version(one, names, now) for one in found], stacks=True)


def _version(one: Version, names: Mapping[str, str], now: datetime) -> list[Cell]:
    button = html.Details(
        [
            html.Summary(_("Withdraw")),
            html.Button(
                _("Withdraw it"),
                id={"type": "plan-withdraw", "plan": one.plan_id},
                className="button small",
                type="button",
            ),
        ],
        className="asked-twice",
    )
    return [
        one.version,
        _(_STATES.get(one.state, one.state)),
        formats.count(one.rows_taken),
        formats.count(len(one.rows_skipped)),
        formats.month_name(Month.from_key(one.approved_month), long=False),
        names.get(one.uploaded_by, one.uploaded_by),
        age(one.uploaded_at, now),
        html.Span(one.file_name, className="wrapping"),
        button if one.state == "active" else "",
    ]


def _fault(one: Fault) -> list[Cell]:
    return [
        str(one.row),
        one.column or _("beside the columns"),
        html.Span(one.value or _("nothing"), className="wrapping"),
        html.Span(one.what, className="wrapping"),
        html.Span(one.advice, className="wrapping"),
    ]


def _rows(count: int) -> str:
    return ngettext("{count} row", "{count} rows", count, count=formats.count(count))


def _can(rows: str, skipped: int) -> str:
    if not skipped:
        return _("{rows} can be taken; none is wrong. Nothing is taken yet.", rows=rows)
    return _(
        "{rows} can be taken, {count} left out; none is wrong. Nothing is taken yet.",
        rows=rows,
        count=skipped,
    )


def _taken(kept: Version) -> str:
    rows, skipped = _rows(kept.rows_taken), len(kept.rows_skipped)
    if not skipped:
        return _(
            "Version '{version}': {rows} taken. It counts from the next build on.",
            version=kept.version,
            rows=rows,
        )
    return _(
        "Version '{version}': {rows} taken, {count} left out. It counts from the next build on.",
        version=kept.version,
        rows=rows,
        count=skipped,
    )
