"""Records of the two systems that may be one thing: what speaks for it, and a person's word on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash.development.base_component import Component
from flask import abort
from sqlalchemy import Row

from models.decisions import decide, decisions
from models.errors import NoSnapshotError, QuestionError
from models.links_in_doubt import check, findings, suggestions
from models.texts import Text, _, ngettext, within

from .. import formats
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.said import done, refused
from ..components.states import nothing
from ..components.table import Cell, numbers, table, words
from ..page import Section
from ..services import Services, services
from ..visit import Visit, current_person
from .card import card

_MOST = 50
_TITLE: Text = "Links in doubt"
_FINDINGS: Mapping[str, Text] = {
    "two_claims": "another record holds the link it claims",
    "no_twin": "what it names is not there",
    "in_flight": "is being exported",
    "refused": "a person said that the two are not one",
}
_WORDS: Mapping[str, Text] = {"confirmed": "One thing", "rejected": "Not one"}


def links() -> Section:
    """The list of links in doubt; only for who may decide on them."""
    return Section(
        name="links",
        render=_render,
        skeleton=skeleton.of_height(221),
        label=_TITLE,
        permission=Permission.MANAGE_LINKS,
    )


def bind_links(app: Dash) -> None:
    """Bind the buttons of the list."""

    @app.callback(
        Output({"type": "said", "of": "links"}, "children"),
        Output("links-body", "children"),
        Input({"type": "link-word", "pair": ALL, "state": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def say(clicks: list[int | None]) -> Any:
        if not may(current_person(), Permission.MANAGE_LINKS):
            abort(403)
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update  # the buttons have only just appeared
        return _decide(ctx.triggered_id), _body(services())


def _decide(asked: Mapping[str, Any]) -> Component:
    here, state = services(), str(asked["state"])
    kind, ours, theirs = _pair(str(asked["pair"]))
    try:
        check(here.snapshots.current(), kind, ours, theirs, confirming=state == "confirmed")
        decide(
            here.record,
            kind=kind,
            suiteprojects_id=ours,
            netsuite_id=theirs,
            state=state,
            decided_by=current_person().subject,
            now=here.clock(),
        )
    except (QuestionError, NoSnapshotError) as error:
        return refused(str(error))
    return done(
        _("Written down: {word}. It holds from the next build on.", word=within(_WORDS[state]))
    )


def _pair(text: str) -> tuple[str, int, int]:
    kind, _colon, rest = text.partition(":")
    ours, _colon, theirs = rest.partition(":")
    if not (ours.isdecimal() and theirs.isdecimal()):
        abort(400)
    return kind, int(ours), int(theirs)


def _render(visit: Visit) -> Component:
    try:
        snapshot = visit.snapshot
    except NoSnapshotError:
        return card(_TITLE, nothing(_("The first sync will tell which records look alike.")))
    says = _says(len(suggestions(snapshot)), len(findings(snapshot)))
    return card(
        _TITLE,
        [
            html.Div(id={"type": "said", "of": "links"}, role="status"),
            html.Div(_body(visit.services), id="links-body"),
        ],
        says=says,
    )


def _body(here: Services) -> list[Component]:
    snapshot = here.snapshots.current()
    likely, wrong = suggestions(snapshot), findings(snapshot)
    said = {
        (one.kind, one.suiteprojects_id, one.netsuite_id): one.state
        for one in decisions(here.record)
    }
    if not likely and not wrong:
        return [nothing(_("Every record that names a twin has one, and none looks like another."))]
    body: list[Component] = []
    if likely:
        columns = (
            *words("SuiteProjects Pro", "NetSuite", _("Kind"), _("What speaks for it")),
            *numbers(_("Likeness")),
            *words(""),
        )
        body.append(table(columns, [_likely(one, said) for one in likely[:_MOST]], stacks=True))
    if wrong:
        columns = words("SuiteProjects Pro", _("Kind"), _("What is wrong"), "")
        body.append(html.H3(_("Claims that hold no link"), className="band"))
        body.append(table(columns, [_wrong(one, said) for one in wrong[:_MOST]], stacks=True))
    return body


def _says(likely: int, wrong: int) -> str:
    pairs = ngettext(
        "{count} pair looks alike",
        "{count} pairs look alike",
        likely,
        count=formats.count(likely),
    )
    claims = ngettext(
        "{count} claim holds no link",
        "{count} claims hold no link",
        wrong,
        count=formats.count(wrong),
    )
    text = f"{pairs}, {claims}"
    return (
        _("{text}; the first {count} of each", text=text, count=_MOST)
        if max(likely, wrong) > _MOST
        else text
    )


def _likely(one: Row[Any], said: Mapping[tuple[str, int, int], str]) -> list[Cell]:
    return [
        f"{one.suiteprojects_name} ({one.suiteprojects_id})",
        f"{one.netsuite_name} ({one.netsuite_id})",
        _(one.kind.capitalize()),
        html.Span(_(one.reason or ""), className="wrapping"),
        formats.percent(one.score, 0),
        _word(one, said),
    ]


def _word(one: Row[Any], said: Mapping[tuple[str, int, int], str]) -> Cell:
    """What a person said of the pair, or the buttons to say it."""
    state = said.get((one.kind, one.suiteprojects_id, one.netsuite_id))
    if state:
        return html.Span(
            _("{word}, at the next build", word=_(_WORDS[state])), className="wrapping"
        )
    pair = f"{one.kind}:{one.suiteprojects_id}:{one.netsuite_id}"
    return html.Div(
        [
            html.Button(
                _(words_),
                id={"type": "link-word", "pair": pair, "state": state},
                className="button small",
                type="button",
            )
            for state, words_ in _WORDS.items()
        ],
        className="link-words",
    )


def _wrong(one: Row[Any], said: Mapping[tuple[str, int, int], str]) -> list[Cell]:
    named = f"{one.name or _('Unnamed')} ({one.suiteprojects_id})"
    what = _(_FINDINGS.get(one.finding, one.finding))
    twin = f" (NetSuite {one.netsuite_id})" if one.netsuite_id else ""
    holder = "; " + _("{name} is linked to it", name=one.held_by) if one.held_by else ""
    # of two claims one may be said to be right; what is not there, or on its way, waits for the systems
    decidable = one.finding == "two_claims" and one.netsuite_id
    return [
        named,
        _(one.kind.capitalize()),
        html.Span(f"{what}{twin}{holder}", className="wrapping"),
        _word(one, said) if decidable else "",
    ]
