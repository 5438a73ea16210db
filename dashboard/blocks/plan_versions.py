"""The plan as people upload it: a file is checked row by row, kept as a version, withdrawn."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort

from models.errors import NoSnapshotError, QuestionError
from models.plan.check import Checked, check, rows_to_skip
from models.plan.keep import Upload, keep, version_name, versions, withdraw
from models.plan.members import members_of
from models.plan.read import read_sheet
from models.plan.values import Unreadable, month_of
from models.texts import Text, _

from .. import formats
from ..auth import people
from ..auth.permissions import Permission, may
from ..components import plan_upload as parts
from ..components import skeleton
from ..components.said import refused
from ..page import Section
from ..services import services
from ..visit import Visit, current_person
from .card import card

_TITLE: Text = "Plan"


def plan_versions() -> Section:
    """Uploading a plan, and the versions there are; only for who may."""
    return Section(
        name="plan",
        render=_render,
        skeleton=skeleton.of_height(340),
        label=_TITLE,
        permission=Permission.MANAGE_PLAN,
        live=False,  # what is being filled in stays
    )


def _render(_visit: Visit) -> Component:
    kept = formats.count(len(versions(services().record)))
    return card(
        _TITLE,
        [parts.form(), parts.results(), parts.list_of(_versions())],
        gist=((_("Uploaded"), kept),),
        says=_(
            "Kept as a version, compared with from the next build on; the order of the plan versions says which comes first"
        ),
    )


def _versions() -> Component:
    here = services()
    names = {one.subject: one.name for one in people.everyone(here.record)}
    return parts.listed(versions(here.record), names, here.clock())


def bind_plan(app: Dash) -> None:
    """Bind the form and the list."""
    _bind_checking(app)
    _bind_changing(app)


def _bind_checking(app: Dash) -> None:
    @app.callback(
        Output({"type": "said", "of": "plan"}, "children"),
        Output("plan-take", "disabled"),
        Output("plan-name", "children"),
        Input("plan-file", "contents"),
        Input("plan-skip", "value"),
        State("plan-file", "filename"),
        prevent_initial_call=True,
    )
    def look(contents: str | None, skip: str | None, name: str | None) -> Any:
        _require()
        if not contents:
            return no_update, True, _(parts.NO_FILE)
        try:
            checked = _checked(name or "", _content(contents), skip)
        except (QuestionError, NoSnapshotError) as error:
            return refused(str(error)), True, name
        return parts.checked(checked), bool(checked.faults) or not checked.rows, name


def _bind_changing(app: Dash) -> None:
    @app.callback(
        Output({"type": "said", "of": "plan"}, "children", allow_duplicate=True),
        Output("plan-versions", "children"),
        Output("plan-file", "contents"),
        Output("plan-skip", "value"),
        Input("plan-take", "n_clicks"),
        State("plan-file", "contents"),
        State("plan-file", "filename"),
        State("plan-version", "value"),
        State("plan-approved", "value"),
        State("plan-skip", "value"),
        prevent_initial_call=True,
    )
    def take(
        clicks: int | None,
        contents: str | None,
        name: str | None,
        version: str | None,
        approved: str | None,
        skip: str | None,
    ) -> Any:
        _require()
        if not clicks or not contents:
            return no_update, no_update, no_update, no_update
        try:
            said = _take(name or "", _content(contents), version or "", approved or "", skip)
        except (QuestionError, NoSnapshotError) as error:
            return refused(str(error)), no_update, no_update, no_update
        return said, _versions(), None, ""

    @app.callback(
        Output({"type": "said", "of": "plan"}, "children", allow_duplicate=True),
        Output("plan-versions", "children", allow_duplicate=True),
        Input({"type": "plan-withdraw", "plan": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def end(clicks: list[int | None]) -> Any:
        _require()
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update  # the buttons have only just appeared
        try:
            said = _withdraw(ctx.triggered_id)
        except QuestionError as error:
            said = refused(str(error))
        return said, _versions()


def _take(name: str, content: bytes, version: str, approved: str, skip: str | None) -> Component:
    here = services()
    made = Upload(
        version=version_name(version),
        file_name=name,
        content=content,
        subject=current_person().subject,
        approved_month=_month(approved),
    )
    kept = keep(here.record, made, _checked(name, content, skip), here.clock())
    return parts.taken(kept)


def _withdraw(asked: Mapping[str, Any]) -> Component:
    here = services()
    found = next((one for one in versions(here.record) if one.plan_id == asked.get("plan")), None)
    if found is None:
        raise QuestionError(_("There is no such version. Nothing was changed."))
    withdraw(here.record, found.version, current_person().subject, here.clock())
    return parts.withdrawn(found.version)


def _checked(name: str, content: bytes, skip: str | None) -> Checked:
    members = members_of(services().snapshots.current())
    return check(read_sheet(name, content), members, rows_to_skip(skip or ""))


def _content(contents: str) -> bytes:
    """What the browser sends: data:<type>;base64,<content>."""
    try:
        return b64decode(contents.partition(",")[2], validate=True)
    except binascii.Error:
        abort(400)


def _month(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return month_of(text)
    except Unreadable as error:
        raise QuestionError(
            _(
                "Month of the approval: '{text}' {what} Write it as 2026-12. Nothing was taken.",
                text=text,
                what=error.what,
            )
        ) from error


def _require() -> None:
    if not may(current_person(), Permission.MANAGE_PLAN):
        abort(403)
