"""Saved filters in the bar of every page, and the callbacks that change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort

from models.errors import QuestionError
from models.texts import _

from . import filter_sets
from .auth.permissions import Permission, may
from .components import filter_sets as parts
from .components.said import done, refused
from .filter_sets import FilterSet
from .filters import others
from .visit import Visit, current_person, visit

Said = tuple[str, bool]  # what was said, and whether it was done


def saved_filters(looking: Visit, offered: Sequence[str]) -> Component | None:
    """The menu, where a page offers filters; each set there leads to this page with its filters."""
    if not offered:
        return None
    sets = filter_sets.sets_of(looking.services.record, looking.person.subject)
    return parts.menu(
        parts.chosen_label(sets, looking.filters),
        _contents(looking, sets, offered, None),
        looking.path + looking.search,
    )


def add_saved_filters(app: Dash) -> None:
    """Bind the menu."""

    @app.callback(
        Output("filter-sets", "children"),
        Output("filter-set-chosen", "children"),
        Input("filter-set-save", "n_clicks"),
        Input("filter-set-name", "n_submit"),
        Input({"type": "filter-set", "set": ALL, "do": ALL}, "n_clicks"),
        State("filter-set-name", "value"),
        State("filter-set-period", "checked"),
        State({"type": "filter-set-name", "set": ALL}, "value"),
        State("filter-set-offered", "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def change(
        _saved: int | None,
        _submitted: int | None,
        _clicked: list[int | None],
        name: str | None,
        with_period: bool | None,
        _names: list[str | None],
        offered: list[str],
        path: str,
        search: str | None,
    ) -> Any:
        if not may(current_person(), Permission.VIEW_NUMBERS):
            abort(403)
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update  # the buttons have only just appeared
        found = visit(path or "/", search)
        if found is None:
            abort(404)
        looking = found[1]
        try:
            said = _done(looking, ctx.triggered_id, name or "", with_period=bool(with_period))
        except QuestionError as error:
            said = (str(error), False)
        sets = filter_sets.sets_of(looking.services.record, looking.person.subject)
        return (
            _contents(looking, sets, offered, said),
            parts.chosen_label(sets, looking.filters),
        )


def _done(looking: Visit, asked: Any, name: str, *, with_period: bool) -> Said:
    record, subject = looking.services.record, looking.person.subject
    now = looking.services.clock()
    if not isinstance(asked, Mapping):
        chosen = looking.filters if with_period else looking.filters.with_period(None)
        replaced = filter_sets.save(record, subject, name, chosen, now)
        return (_saved(" ".join(name.split()), anew=replaced), True)
    number, do = _number(asked), str(asked["do"])
    if do == "rename":
        filter_sets.rename(record, subject, number, _new_name(number), now)
        return (_("Renamed."), True)
    if do == "delete":
        return (
            _("Deleted: {name}.", name=filter_sets.remove(record, subject, number, now)),
            True,
        )
    on = do == "default"
    if not on and do != "undefault":
        abort(400)
    told = filter_sets.make_default(record, subject, number, now, on=on)
    words = (
        _("{name} holds from now on where an address names no filter.", name=told)
        if on
        else _("{name} is no longer default.", name=told)
    )
    return (words, True)


def _saved(name: str, *, anew: bool) -> str:
    return _("Saved anew: {name}.", name=name) if anew else _("Saved: {name}.", name=name)


def _number(asked: Mapping[str, Any]) -> int:
    number = asked.get("set")
    if not isinstance(number, int):
        abort(400)
    return number


def _new_name(number: int) -> str:
    """What the field beside the button says."""
    for group in ctx.states_list:
        for one in group if isinstance(group, list) else []:
            if one["id"].get("set") == number:
                return str(one.get("value") or "")
    return ""


def _contents(
    looking: Visit, sets: Sequence[FilterSet], offered: Sequence[str], said: Said | None
) -> list[Component]:
    def href(one: FilterSet) -> str | None:
        if one.filters is None or not set(one.filters.where) <= set(offered):
            return None
        return looking.path + one.on(looking.filters).search(**others(looking.search))

    words = None
    if said is not None:
        words = done(said[0]) if said[1] else refused(said[0])
    return parts.contents(sets, looking.filters, offered, href, words)
