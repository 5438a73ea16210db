"""From an empty product to the first numbers: what to set, what the check found, what runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.texts import Text, _

from ..operations import RunProgress
from .ages import age
from .icons import icon
from .prose import prose, woven
from .states import first_progress
from .words import SYSTEM_TITLES, finding_of

# setting -> what it is; `tests` hold them to the settings of the sync
SETTINGS: Mapping[str, Mapping[str, Text]] = {
    "netsuite": {
        "ONEVIEW_NETSUITE_ACCOUNT": "the account's id, such as 1234567",
        "ONEVIEW_NETSUITE_CLIENT_ID": "the client id of the integration record",
        "ONEVIEW_NETSUITE_CERTIFICATE_ID": "the id that NetSuite gave the certificate",
        "ONEVIEW_NETSUITE_PRIVATE_KEY": "the certificate's private key, as PEM",
    },
    "suiteprojects": {
        "ONEVIEW_SUITEPROJECTS_URL": "the account's domain",
        "ONEVIEW_SUITEPROJECTS_CLIENT_ID": "the client id of the integration application",
        "ONEVIEW_SUITEPROJECTS_CLIENT_SECRET": "the client secret of the same application",
        "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN": "the first refresh token; later ones are kept by One View",
        "ONEVIEW_SUITEPROJECTS_API_KEY": "the key of the XML API",
    },
}
_HOW: Text = (
    "Settings are environment variables, of the worker and the web app alike; `ONEVIEW_SECRET_KEY` is the same for both. "
    "Each may also be given as …_FILE, naming a file that holds the value. No secret is ever shown here."
)
_MOST = 12
_MARKS = {"done": "check", "wrong": "alert", "busy": "refresh", "open": "clock", "later": "clock"}
_WORDS: Mapping[str, Text] = {
    "done": "Done",
    "wrong": "Needs you",
    "busy": "Under way",
    "open": "To do",
    "later": "Can wait",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known before the first numbers.

    Attributes:
        findings: of the last check of both accounts.
        worker: whether a sync worker is alive.
    """

    now: datetime
    findings: Sequence[Row[Any]] = field(default=())
    newest: RunProgress | None = None
    worker: bool = False

    @property
    def is_reading(self) -> bool:
        """Whether a run is under way."""
        return self.newest is not None and self.newest.state == "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    title: str
    state: str  # done | wrong | busy | open | later
    body: Sequence[Component | None]


def first_run(known: Beginning) -> Component:
    """The steps, each with how it stands and what to do next."""
    steps = [
        *(_connecting(known, system) for system in SYSTEM_TITLES),
        _checking(known),
        _working(known),
        _syncing(known),
    ]
    return html.Div(
        [
            html.H2(_("From here to the first numbers")),
            html.P(prose(_(_HOW)), className="hint"),
            html.Ol([_step(one) for one in steps], className="first-steps"),
        ],
        className="card",
    )


def _step(one: _Step) -> Component:
    tone = {"done": "good", "wrong": "warn", "busy": "busy"}.get(one.state, "")
    return html.Li(
        [
            html.Div(
                [
                    html.H3(one.title),
                    html.Span(
                        [icon(_MARKS[one.state]), _(_WORDS[one.state])],
                        className=f"verdict {tone}".strip(),
                    ),
                ],
                className="first-step-head",
            ),
            *(part for part in one.body if part is not None),
        ],
        className=f"first-step {one.state}",
    )


def _connecting(known: Beginning, system: str) -> _Step:
    title = SYSTEM_TITLES[system]
    signed = _sign_in(known, system)
    if signed is None and known.is_reading:
        text = _("The first sync reads with what is set; it says below how far it is.")
        return _Step(title=_("Connect {title}", title=title), state="busy", body=[_said(text)])
    if signed is not None and signed.state == "ok":
        return _Step(
            title=_("{title} is connected", title=title), state="done", body=[_said(signed.detail)]
        )
    settings = html.Dl(
        [
            html.Div([html.Dt(html.Code(name)), html.Dd(_(what))])
            for name, what in SETTINGS[system].items()
        ],
        className="setting-list",
    )
    if signed is not None:
        wrong = _said(f"{signed.detail} {signed.advice or ''}")
        return _Step(title=_("Connect {title}", title=title), state="wrong", body=[wrong, settings])
    return _Step(
        title=_("Connect {title}", title=title),
        state="open",
        body=[_said(_("Set these:")), settings],
    )


def _sign_in(known: Beginning, system: str) -> Row[Any] | None:
    return next(
        (
            one
            for one in known.findings
            if one.system == system and one.subject == "account:sign_in"
        ),
        None,
    )


def _checking(known: Beginning) -> _Step:
    title = _("Check both accounts")
    again = _(
        "`oneview doctor` signs in to both, asks for a page of every table, and says what to change."
    )
    if not known.findings and known.is_reading:
        text = _("The first sync runs without it. Should it stop: {again}", again=again)
        return _Step(title=title, state="later", body=[_said(text)])
    if not known.findings:
        first = _(
            "Run `oneview db upgrade` once, then `oneview doctor`: it signs in to both, asks for a page of every table, "
            "and says what to change."
        )
        return _Step(title=title, state="open", body=[_said(first)])
    newest = max(one.checked_at for one in known.findings)
    looked = html.P([*woven("Looked at {age}.", age=age(newest, known.now)), " ", *prose(again)])
    counts = [
        html.P(text) for system in SYSTEM_TITLES if (text := _answering(known.findings, system))
    ]
    wrong = [one for one in known.findings if one.state in ("wrong", "forbidden")]
    needing = [one for one in wrong if one.subject != "account:sign_in"]  # told above
    listed = html.Ul(
        [
            html.Li(prose(f"{finding_of(one)}: {one.detail} {one.advice or ''}"))
            for one in needing[:_MOST]
        ],
        className="first-needs",
    )
    more = (
        html.P(_("… and {count} more, below.", count=len(needing) - _MOST))
        if len(needing) > _MOST
        else None
    )
    return _Step(
        title=title,
        state="wrong" if wrong else "done",
        body=[looked, *counts, listed if needing else None, more],
    )


def _answering(findings: Sequence[Row[Any]], system: str) -> str:
    mine = [one for one in findings if one.system == system and one.subject.startswith("table:")]
    if not mine:
        return ""
    good = sum(one.state == "ok" for one in mine)
    return _(
        "{system}: {good} of {count} tables answer.",
        system=SYSTEM_TITLES[system],
        good=good,
        count=len(mine),
    )


def _working(known: Beginning) -> _Step:
    if known.worker or known.is_reading:
        return _Step(
            title=_("The sync worker runs"),
            state="done",
            body=[
                _said(_("It fetches what changed on its schedule, and when somebody asks for it."))
            ],
        )
    text = _(
        "Run `oneview sync worker` beside `oneview serve`, one of it. `oneview sync plan` tells what the first sync "
        "would fetch and how long it should take."
    )
    return _Step(title=_("Start the sync worker"), state="open", body=[_said(text)])


def _syncing(known: Beginning) -> _Step:
    newest = known.newest
    if newest is None:
        text = _(
            "It begins by itself once the worker runs; the pages fill as soon as a complete set is there."
        )
        return _Step(title=_("The first sync"), state="open", body=[_said(text)])
    state = {"running": "busy", "failed": "wrong", "interrupted": "wrong"}.get(newest.state, "busy")
    again = _said(_("It is tried again by itself.")) if state == "wrong" else None
    return _Step(title=_("The first sync"), state=state, body=[*first_progress(newest), again])


def _said(text: str) -> Component:
    return html.P(prose(text.strip()))
