"""The general rules that say what records are taken for: listed in order with what each decides, changed, tried, saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import abort

from models.business.deciding import OvertakenError, WrongValueError, decide, general
from models.business.decision import DEAL, MAPPED, PUT_BACK, RULED, SET, Decision
from models.business.keep import history
from models.business.mapping import Judge, Member, members
from models.business.ruling import Effects, Rule, difference, effects, moved
from models.errors import QuestionError
from models.metrics.catalogue import kpis
from models.texts import Text, _, ngettext

from .. import drafts, formats
from ..auth.permissions import Permission, may
from ..components import rule_list as parts
from ..components.ages import age
from ..components.business_words import KINDS, RULES
from ..components.place_words import mapped_words, title_of
from ..components.plain import plain
from ..components.said import done, refused
from ..components.said_by import by_file
from ..configuration import Standing, standing
from ..drafts import Draft
from ..page import Section
from ..rule_fields import read_rule, rule_fields
from ..services import Services, services
from ..visit import Visit, current_person
from . import gist
from .amounts import writes_amounts
from .business import settings_section
from .card import card, choice
from .mapping import KIND, kind_asked
from .setting_edit import may_change

_TITLE: Text = "Rules"
_PATH = "/settings"
_VIEW, _SAID = (
    {"type": name, "of": ALL} for name in ("rules-view", "rules-said")
)  # once, where there are rules


def ruling() -> Section:
    """The rules of one kind of records."""
    return settings_section("ruling", _TITLE, _render, 760, "")


def bind_rules(app: Dash) -> None:
    """Bind the list and the dialog."""
    _bind_list(app)
    _bind_dialog(app)


def _render(visit: Visit, found: Standing) -> Component:
    count = sum(len(general(found.next, one)) for one in MAPPED)
    kind = kind_asked(visit)
    draft = drafts.draft_of(found, kind, None)
    return card(
        _TITLE,
        [
            choice(visit, KIND, {key: _(one.every) for key, one in KINDS.items()}, kind, _(_TITLE)),
            dcc.Store(id="rules-kind", data=kind) if may_change(visit) else None,
            html.Div(
                _written(found.title(draft.place)) if draft.place in found.waiting else None,
                id={"type": "rules-said", "of": "list"},
                role="status",
            ),
            html.Div(
                _view(visit, found, draft),
                id={"type": "rules-view", "of": "list"},
                className="rules-view",
            ),
        ],
        says=_(
            "The first that holds decides. A list that is changed here stands in the place of the file's. Counted are open "
            "deals that no opportunity speaks for"
        )
        if kind == DEAL
        else _(
            "The first that holds decides; what is said of a single record goes before. A list that is changed here "
            "stands in the place of the file's. Counted are the last twelve months"
        ),
        gist=gist.of_settings(
            gist.in_words(
                ngettext("{count} rule", "{count} rules", count, count=formats.count(count))
            ),
            found,
            RULED,
        ),
    )


def _written(title: str) -> Component:
    """That a list was saved; it stands until the numbers are made by it, for the section is shown anew when one is."""
    return done(_("{title}: written down. It is in force from the next build on.", title=title))


def _bind_list(app: Dash) -> None:
    @app.callback(
        Output({"type": "rules-view", "of": "list"}, "children"),
        Input("rules-kind", "data"),
        State("rules-draft", "data"),
    )
    def restore(kind: str | None, kept: Mapping[str, Any] | None) -> Any:
        _require()
        if not kept or not kept.get(drafts.kind_of(kind)):
            return no_update  # the list shows what is saved
        found = standing(services())
        return plain(_view(_visit(), found, drafts.draft_of(found, drafts.kind_of(kind), kept)))

    @app.callback(
        Output("rules-draft", "data"),
        Output(_VIEW, "children", allow_duplicate=True),
        Output(_SAID, "children"),
        Output("noted", "data", allow_duplicate=True),
        Input("rules-asked", "data"),
        State("rules-draft", "data"),
        State({"type": "rules-why", "of": ALL}, "value"),
        prevent_initial_call=True,
    )
    def press(
        asked: Mapping[str, Any] | None, kept: Mapping[str, Any] | None, why: list[str | None]
    ) -> Any:
        _require()
        if not asked or asked.get("do") in ("add", "change"):  # the dialog opens
            raise PreventUpdate
        kind, here = drafts.kind_of(asked.get("kind")), services()
        found = standing(here)
        draft = drafts.draft_of(found, kind, kept)
        reason = next(iter(why), None)
        try:
            if asked.get("do") == "save":
                title = keep_rules(here, found, draft, reason)
                moment = here.clock().isoformat()
                return _kept(kept, kind, None), [no_update], [_written(title)], moment
            draft = drafts.pressed(found, draft, str(asked.get("do")), _number(asked.get("at")))
        except OvertakenError:
            draft = drafts.draft_of(found := standing(here), kind, kept)
            view = plain(_view(_visit(), found, draft, reason))
            return no_update, [view], [None], no_update
        except QuestionError as error:
            return no_update, [no_update], [refused(str(error))], no_update
        view = plain(_view(_visit(), found, draft, reason))
        return _kept(kept, kind, draft), [view], [None], no_update


def _bind_dialog(app: Dash) -> None:
    @app.callback(
        Output("rule-dialog", "opened"),
        Output("rule-dialog", "title"),
        Output("rule-form", "children"),
        Output("rule-said", "children"),
        Output("rule-about", "data"),
        Output("rule-remove", "hidden"),
        Input("rules-asked", "data"),
        State("rules-draft", "data"),
        prevent_initial_call=True,
    )
    def open_dialog(asked: Mapping[str, Any] | None, kept: Mapping[str, Any] | None) -> Any:
        _require()
        if not asked or asked.get("do") not in ("add", "change"):
            return [no_update] * 6
        found, kind = standing(services()), drafts.kind_of(asked.get("kind"))
        draft = drafts.draft_of(found, kind, kept)
        at = _number(asked.get("at")) if asked.get("do") == "change" else None
        if at is not None and not 0 <= at < len(draft.rules):
            abort(400)
        title = title_of(draft.place)
        about = {"kind": kind, "at": at}
        return True, title, parts.form(_fields(found, draft, at)), None, about, at is None

    @app.callback(
        Output("rules-draft", "data", allow_duplicate=True),
        Output(_VIEW, "children", allow_duplicate=True),
        Output("rule-dialog", "opened", allow_duplicate=True),
        Output("rule-said", "children", allow_duplicate=True),
        Output(_SAID, "children", allow_duplicate=True),
        Input("rule-put", "n_clicks"),
        Input("rule-remove", "n_clicks"),
        State("rule-about", "data"),
        State("rules-draft", "data"),
        State({"type": "rule-field", "name": ALL}, "value"),
        State({"type": "rule-field", "name": ALL}, "id"),
        State({"type": "rules-why", "of": ALL}, "value"),
        prevent_initial_call=True,
    )
    def put(
        given: int | None,
        removed: int | None,
        about: Mapping[str, Any] | None,
        kept: Mapping[str, Any] | None,
        values: list[Any],
        ids: list[Mapping[str, str]],
        why: list[str | None],
    ) -> Any:
        _require()
        if not about or not (given or removed):
            raise PreventUpdate
        found, kind = standing(services()), drafts.kind_of(about.get("kind"))
        draft = drafts.draft_of(found, kind, kept)
        at = None if about.get("at") is None else _number(about["at"])
        try:
            if ctx.triggered_id == "rule-remove":
                draft = draft.without(_number(at))
            else:
                told = {one["name"]: value for one, value in zip(ids, values, strict=True)}
                rule, to = read_rule(kind, _fields(found, draft, at), told)
                draft = draft.put(rule, at=at, to=to)
            view = plain(_view(_visit(), found, draft, next(iter(why), None)))
        except QuestionError as error:
            return no_update, [no_update], no_update, refused(str(error)), [no_update]
        return _kept(kept, kind, draft), [view], False, None, [None]


def keep_rules(here: Services, found: Standing, draft: Draft, why: str | None) -> str:
    """Keep the rules of a draft, or what the file says where it says the same; return what they are called.

    Raises:
        OvertakenError: somebody else has saved these rules meanwhile; nothing was kept.
        QuestionError: nothing was kept; says why.
    """
    drafts.checked(draft)
    if found.wrong is not None:
        raise QuestionError(
            _("The file of the business is wrong by now. Mend it first; nothing was kept.")
        )
    is_file = list(draft.rules) == general(found.base, draft.kind)
    made = Decision(
        place=draft.place,
        state=PUT_BACK if is_file and draft.place in found.said else SET,
        value=None if is_file and draft.place in found.said else list(draft.rules),
        note=(why or "").strip() or None,
        by=current_person().subject,
        at=here.clock(),
    )
    known = {key: tuple(one.by) for key, one in kpis().items()}
    try:
        decide(here.record, found.base, made, known, draft.made_from)
    except WrongValueError as error:
        raise QuestionError(str(error)) from error
    return found.title(draft.place)


def _view(
    visit: Visit, found: Standing, draft: Draft, why: str | None = None
) -> list[Component | None]:
    """The list of a draft, what it would change, and the buttons; `why` is what is written as the reason so far."""
    kind, changes = draft.kind, may_change(visit)
    told = difference(draft.was, draft.rules)
    theirs = drafts.overtaken(found, draft)
    try:
        whole = drafts.business_with(found, draft) if draft.is_changed else found.next
        wrong = None
    except QuestionError as error:
        whole, wrong = found.next, str(error)
    listed = _members(found, kind)
    judge = Judge(whole, kind)
    done_ = effects(judge, listed) if listed is not None and wrong is None else None
    money = writes_amounts(visit, kind)
    file, current = general(found.base, kind), general(found.next, kind)
    said = _Said(visit, found, draft, file, current)
    rows = [
        parts.rule_row(
            kind, rule, at, done_.rules[at] if done_ else None, said.of(rule), money,
            _buttons(kind, at, len(draft.rules)) if changes else None,
        )
        for at, rule in enumerate(draft.rules)
    ]  # fmt: skip
    rest = _rest(kind, done_, money, may_change=changes) if done_ else []
    missing = [(at, rule) for at, rule in enumerate(file) if rule not in draft.rules]
    heads = parts.columns(kind, _(KINDS[kind].amount) if money else "", may_change=changes)
    view: list[Component | None] = [
        html.Div(
            [
                html.H3(_(RULES[draft.place]), className="band"),
                html.Div(_tools(found, draft, file), className="rule-tools") if changes else None,
            ],
            className="rule-head",
        ),
        parts.meanwhile(kind, _who(found, draft), difference(draft.was, theirs)) if theirs is not None else None,
        refused(wrong) if wrong else None,
        parts.rule_table(heads, rows, rest),
        parts.left_out(kind, missing, may_change=changes),
    ]  # fmt: skip
    if draft.is_changed:
        changed = moved(Judge(found.next, kind), judge, listed) if listed is not None else None
        view += [
            parts.dry_run(kind, changed, money) if not wrong else None,
            parts.why_field(kind, why),
            parts.draft_bar(kind, told, can_save=theirs is None and wrong is None),
        ]
    return view


class _Said:
    """Who or what says each rule of a list."""

    def __init__(
        self,
        visit: Visit,
        found: Standing,
        draft: Draft,
        file: Sequence[Rule],
        current: Sequence[Rule],
    ) -> None:
        self._file, self._current = file, current
        self._document, self._path = found.base, draft.place
        self._names, self._now = found, visit.services.clock()
        is_decided = draft.place in found.next.decided
        self._earlier = history(visit.services.record, draft.place) if is_decided else []

    def of(self, rule: Rule) -> Component:
        """Built in, a line of the file, a person, or nobody yet."""
        if rule in self._file:
            line = None
            if self._document.line_of(*self._path) is not None:
                place = str(self._file.index(rule))
                line = self._document.document.line((*self._path, place))
            return by_file(line)
        if rule not in self._current:
            return html.Strong(_("not saved yet"))
        first = None
        for told, _was in self._earlier:  # the newest first
            if told.value is None or rule not in told.value:
                break
            first = told
        if first is None:
            return html.Span(_("somebody"))
        return html.Div(
            [
                html.Span(self._names.who(first)),
                html.Span(
                    [age(first.at, self._now) if first.at else "", f", {first.note}" if first.note else ""],
                    className="second-line wrapping",
                ),
            ],
            className="two-lines",
        )  # fmt: skip


def _buttons(kind: str, at: int, count: int) -> list[Component]:
    place = at + 1
    up, down = (
        html.Span(className=f"icon icon-{one}", **{"aria-hidden": "true"}) for one in ("up", "down")
    )
    return [
        parts.rule_button(kind, drafts.UP, up, at=at, off=at == 0, class_name="quiet-button move",
                          title=_("Move rule {place} up", place=place)),
        parts.rule_button(kind, drafts.DOWN, down, at=at, off=place == count, class_name="quiet-button move",
                          title=_("Move rule {place} down", place=place)),
        parts.rule_button(kind, "change", _("Change"), at=at, title=_("Change rule {place}", place=place)),
    ]  # fmt: skip


def _tools(found: Standing, draft: Draft, file: Sequence[Rule]) -> list[Component | None]:
    differs = list(draft.rules) != list(file)
    is_built_in = found.base.line_of(*draft.place) is None
    back = _("Take the built-in rules") if is_built_in else _("Take the file's rules")
    return [
        parts.rule_button(draft.kind, drafts.FILE, back) if differs else None,
        parts.rule_button(draft.kind, "add", _("Add a rule")),
    ]


def _rest(
    kind: str, told: Effects, money: parts.Money | None, *, may_change: bool
) -> list[list[Any]]:
    """What stands beside the rules, so that all records are told."""
    lines = []
    if told.singly.records:
        text = _("Said one by one, before all rules")
        lines.append(
            parts.other_row(text, _("each for itself"), told.singly, money, may_change=may_change)
        )
    if told.rest.records:
        lines.append(
            parts.other_row(
                _("No rule holds"), _unruled(kind), told.rest, money, may_change=may_change
            )
        )
    return lines  # fmt: skip


def _unruled(kind: str) -> str:
    if kind == "practice":
        return _("as “Departments that are no practice” says")
    if kind == DEAL:
        return _("not known: left out of the demand")
    default = MAPPED[kind].default
    return _("unmapped") if default is None else mapped_words(kind, default)


def _members(found: Standing, kind: str) -> Sequence[Member] | None:
    return None if found.snapshot is None else members(found.snapshot, kind, found.next)


def _fields(found: Standing, draft: Draft, at: int | None) -> list[Any]:
    rule = None if at is None else draft.rules[at] if 0 <= at < len(draft.rules) else abort(400)
    return rule_fields(draft.kind, rule, at, len(draft.rules), _members(found, draft.kind) or ())


def _who(found: Standing, draft: Draft) -> str | None:
    told = found.next.decided.get(draft.place)
    return found.who(told) if told else None


def _kept(kept: Mapping[str, Any] | None, kind: str, draft: Draft | None) -> dict[str, Any]:
    """What the browser keeps from now on."""
    others = {key: one for key, one in (kept or {}).items() if key != kind}
    return others | ({kind: draft.kept()} if draft is not None and draft.is_changed else {})


def _number(told: object) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        return -1
    return told


def _visit() -> Visit:
    return Visit(current_person(), services(), _PATH, "", {})


def _require() -> None:
    if not may(current_person(), Permission.MANAGE_SETTINGS):
        abort(403)
