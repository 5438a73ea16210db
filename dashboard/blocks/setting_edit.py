"""Changing a setting: the dialog is filled for what was asked, and what was written into it is checked and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component
from flask import abort
from sqlalchemy.exc import DBAPIError

from models.access import Scope
from models.business.deciding import OvertakenError, WrongValueError, decide, mark_of, value_at
from models.business.decision import (
    BENCHMARKS,
    LEFT_OUT,
    MAP,
    PUT_BACK,
    TARGETS,
    Decision,
    Place,
)
from models.business.keep import history
from models.business.mapping import members, verdict
from models.business.naming import NAMED
from models.errors import QuestionError
from models.metrics.catalogue import kpis
from models.plan.choosing import versions
from models.texts import Text, _, ngettext

from .. import formats
from ..auth.permissions import Permission, may
from ..components import rule_list
from ..components import setting_dialog as parts
from ..components.place_words import mapped_words, words_of
from ..components.said import done, refused
from ..components.setting_fields import Kind, number_text
from ..components.table import Column, words
from ..configuration import Standing, standing
from ..edits import BENCHMARK, TARGET, VERSION, Edit, is_version
from ..page import Section
from ..questions import Questions
from ..services import Services, services
from ..visit import Visit, current_person
from .setting_trial import is_tried, tried

_PATH = "/settings"
_MOST = 4  # earlier values that are told
_LIMITS: Mapping[
    str, Text
] = {  # the checker's words -> the same in the reader's language and the field's unit
    "greater than or equal to": "It should be at least {limit}. Nothing was kept.",
    "less than or equal to": "It should be at most {limit}. Nothing was kept.",
    "greater than": "It should be more than {limit}. Nothing was kept.",
    "less than": "It should be less than {limit}. Nothing was kept.",
}


def setting_dialog() -> Section:
    """The dialogs of a setting and of a rule as a section; only for who may change settings."""
    return Section(
        name="dialog",
        render=lambda _visit: html.Div([parts.dialog(), rule_list.dialog()]),
        skeleton=lambda: html.Div(),
        live=False,
        permission=Permission.MANAGE_SETTINGS,
    )


def bind_settings(app: Dash) -> None:
    """Bind the dialog."""
    _bind_opening(app)
    _bind_trying(app)
    _bind_keeping(app)


def _bind_opening(app: Dash) -> None:
    @app.callback(
        Output("setting-dialog", "opened"),
        Output("setting-dialog", "title"),
        Output("setting-form", "children"),
        Output("setting-said", "children"),
        Output("setting-about", "data"),
        Output("setting-back", "hidden"),
        Output("setting-out", "hidden"),
        Output("setting-try", "hidden"),
        Output("setting-dialog", "size"),
        Input("setting-asked", "data"),
        prevent_initial_call=True,
    )
    def open_dialog(asked: Mapping[str, Any] | None) -> Any:
        _require()
        if not asked:
            return [no_update] * 9
        here = services()
        found = standing(here)
        edit = edit_of(found, asked)
        try:
            form = parts.form(_says(here, found, edit), edit.fields())
        except QuestionError as error:
            return True, edit.title, [refused(str(error))], None, None, True, True, True, "md"
        place = edit.place
        is_own = place is not None and (place in found.next.decided or place in found.next.ignored)
        about = {**asked, **({"mark": mark_of(edit.value)} if place is not None else {})}
        return (
            True, edit.title, form, None, about, not is_own, not _may_leave(found, edit),
            not is_tried(edit),
            "xl" if edit.place in NAMED else "md",
        )  # fmt: skip


def _bind_trying(app: Dash) -> None:
    @app.callback(
        Output("setting-said", "children", allow_duplicate=True),
        Input("setting-try", "n_clicks"),
        State("setting-about", "data"),
        State({"type": "setting-field", "name": ALL}, "value"),
        State({"type": "setting-field", "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    def attempt(
        clicks: int | None,
        about: Mapping[str, Any] | None,
        values: list[Any],
        ids: list[Mapping[str, str]],
    ) -> Any:
        _require()
        if not clicks or not about:
            return no_update
        found = standing(services())
        try:
            edit = edit_of(found, about)
            visit = Visit(current_person(), services(), _PATH, "", {})
            return tried(visit, found, edit.decision(_given(ids, values)), edit)
        except QuestionError as error:
            return refused(str(error))


def _bind_keeping(app: Dash) -> None:
    @app.callback(
        Output("setting-dialog", "opened", allow_duplicate=True),
        Output("setting-said", "children", allow_duplicate=True),
        Output({"type": "said", "of": "settings"}, "children"),
        Output("noted", "data", allow_duplicate=True),
        Output("setting-about", "data", allow_duplicate=True),
        Input("setting-save", "n_clicks"),
        Input("setting-back", "n_clicks"),
        Input("setting-out", "n_clicks"),
        State("setting-about", "data"),
        State({"type": "setting-field", "name": ALL}, "value"),
        State({"type": "setting-field", "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    def keep(
        save: int | None,
        back: int | None,
        out: int | None,
        about: Mapping[str, Any] | None,
        values: list[Any],
        ids: list[Mapping[str, str]],
    ) -> Any:
        _require()
        if not about or not (save or back or out):
            return [no_update] * 5
        given = _given(ids, values)
        state = {"setting-back": PUT_BACK, "setting-out": LEFT_OUT}.get(str(ctx.triggered_id), "")
        here = services()
        try:
            title = keep_change(here, about, given, state)
        except OvertakenError as error:
            found = standing(here)
            now = {**about, "mark": mark_of(edit_of(found, about).value)}
            return no_update, refused(_overtaken(found, about, error)), no_update, no_update, now
        except QuestionError as error:
            return no_update, refused(str(error)), no_update, no_update, no_update
        said = _("{title}: written down. It is in force from the next build on.", title=title)
        return False, None, done(said), here.clock().isoformat(), no_update


def edit_of(found: Standing, asked: Mapping[str, Any]) -> Edit:
    """What a button asked for."""
    adds, told, currency = str(asked.get("adds") or ""), asked.get("place"), found.currency
    if adds in (TARGET, BENCHMARK, VERSION):
        return Edit(place=None, adds=adds, currency=currency, versions=_named(found))
    if not isinstance(told, list) or not told or not all(isinstance(one, str) for one in told):
        abort(400)
    place: Place = tuple(told)
    if (
        len(place) < 2
        or (place[0] == TARGETS and len(place) != 6)
        or (place[0] in (BENCHMARKS, MAP) and len(place) != 3)
    ):
        abort(400)
    value = found.value(place, then=True)
    return Edit(
        place=place, value=value, currency=currency, member=found.member(place), versions=_named(found),
    )  # fmt: skip


def _named(found: Standing) -> Sequence[str]:
    """The versions of the plan that there are; none where the snapshot is of an earlier version of the product."""
    if found.snapshot is None:
        return ()
    try:
        return list(dict.fromkeys(one.name for one in versions(found.snapshot)))
    except DBAPIError:
        return ()


def _given(ids: Sequence[Mapping[str, str]], values: Sequence[Any]) -> dict[str, Any]:
    return {one["name"]: value for one, value in zip(ids, values, strict=True)}


def _may_leave(found: Standing, edit: Edit) -> bool:
    """Whether there is something of the file that the page can leave out."""
    place = edit.place
    if place is None or edit.value is None:
        return False
    if is_version(place):
        return value_at(found.base, place) is not None
    return place[0] in (TARGETS, BENCHMARKS)


def _overtaken(found: Standing, about: Mapping[str, Any], error: OvertakenError) -> str:
    """That somebody else has changed it while the dialog was open."""
    edit = edit_of(found, about)
    now = words_of(edit.place or (), edit.value, edit.currency)
    who = found.who(error.said) if error.said else _("Somebody")
    return _(
        "{who} changed this meanwhile: {value}. Nothing was kept; Save again puts yours in its place.",
        who=who, value=now,
    )  # fmt: skip


def keep_change(
    here: Services, about: Mapping[str, Any], given: Mapping[str, Any], state: str
) -> str:
    """Keep what was written into the dialog, or put back, or leave out; return what it is called.

    Raises:
        QuestionError: nothing was kept; says why.
    """
    found = standing(here)
    edit = edit_of(found, about)
    if state:
        note = str(given.get("why") or "").strip() or None
        made = Decision(place=edit.place or (), state=state, note=note)
    else:
        made = edit.decision(given)
        _check_member(here, found, made)
    if found.wrong is not None:
        raise QuestionError(
            _("The file of the business is wrong by now. Mend it first; nothing was kept.")
        )
    said = Decision(
        place=made.place, state=made.state, value=made.value, note=made.note,
        by=current_person().subject, at=here.clock(),
    )  # fmt: skip
    try:
        known = {key: tuple(one.by) for key, one in kpis().items()}
        mark = about.get("mark")
        decide(here.record, found.base, said, known, mark if isinstance(mark, str) else None)
    except WrongValueError as error:
        raise QuestionError(_in_words(error, edit)) from error
    return found.title(said.place)


def _check_member(here: Services, found: Standing, made: Decision) -> None:
    """Refuse what speaks of a member that there is not: it would hold for nobody."""
    place = made.place
    snapshot = found.snapshot
    if snapshot is None:
        return
    if place[0] == MAP:
        if all(one.key != place[2] for one in members(snapshot, place[1], found.next)):
            raise QuestionError(_("There is no “{name}”. Nothing was kept.", name=place[2]))
        return
    if place[0] != TARGETS or not place[2]:
        return
    ask = Questions(snapshot, Scope.everything(), here.cache, {})
    listed = ask.choices(place[2])
    wanted = place[3].casefold()
    known = {str(one).casefold() for key, label in listed for one in (key, label)}
    if listed and wanted not in known and not any(one.endswith(f" {wanted}") for one in known):
        raise QuestionError(
            _("There is no “{name}” to set a target for. Nothing was kept.", name=place[3])
        )


def _in_words(error: WrongValueError, edit: Edit) -> str:
    """What the checker of the file says, in the unit of the field."""
    told = re.fullmatch(
        r"should be ((?:greater|less) than(?: or equal to)?) (-?[\d.]+)\.", error.what
    )
    if told is None:
        return str(error)
    limit = told[2].rstrip(".")
    kinds = {one.kind for one in edit.fields() if one.name == "value"}
    if kinds & {Kind.PERCENT, Kind.PERCENTS}:
        limit = f"{number_text(Decimal(limit) * 100)} %"
    return _(_LIMITS[told[1]], limit=limit)


def _says(here: Services, found: Standing, edit: Edit) -> Sequence[Component | None]:
    """Where the value comes from, what it was, and what a record is taken for without a word on it."""
    place = edit.place
    if place is None:
        return ()
    told: list[Component | None] = []
    if place[0] == MAP:
        told.append(_ruled(found, place))
    elif place in found.next.decided:
        said = words_of(place, value_at(found.base, place), edit.currency)
        told.append(html.P(_("The file says: {value}", value=said), className="hint"))
    if place in found.next.ignored:
        what = found.next.ignored[place]
        text = _(
            "What was decided here does not fit any more and is left aside: it {what}", what=what
        )
        told.append(refused(text))
    earlier = history(here.record, place)[:_MOST]
    if earlier:
        lines = [
            html.Li(
                _(
                    "{when}, {who}: before it was {value}",
                    when=formats.day(one.at.date()) if one.at else "",
                    who=found.who(one),
                    value=words_of(place, was, edit.currency),
                )
            )
            for one, was in earlier
        ]
        summary = ngettext("{count} change", "{count} changes", len(lines), count=len(lines))
        told.append(html.Details([html.Summary(summary), html.Ul(lines)], className="rules"))
    return told


def _ruled(found: Standing, place: Place) -> Component | None:
    if found.snapshot is None:
        return None
    listed = members(found.snapshot, place[1], found.next)
    one = next((one for one in listed if one.key == place[2]), None)
    if one is None:
        return None
    value = verdict(found.base, place[1], one).value
    said = (
        _("No rule speaks of it.")
        if value is None
        else _("By the rules: {value}", value=mapped_words(place[1], value))
    )
    return html.P(said, className="subline wrapping")


def _require() -> None:
    if not may(current_person(), Permission.MANAGE_SETTINGS):
        abort(403)


def may_change(visit: Visit) -> bool:
    """Whether the reader sees the buttons."""
    return may(visit.person, Permission.MANAGE_SETTINGS)


def change_column(visit: Visit) -> tuple[Column, ...]:
    """The head of the column that holds the buttons; none for who does not see them."""
    return words("") if may_change(visit) else ()
