"""What the firm wants of its numbers, and what others published of them: targets and benchmarks."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.business.decision import BENCHMARKS, LEFT_OUT, TARGETS, Place, target_place
from models.metrics.catalogue import kpis
from models.texts import _, ngettext

from .. import formats
from ..components.opening import Gist
from ..components.place_words import published_by, title_of, when
from ..components.said_by import said_by, value_cell
from ..components.setting_dialog import change_button
from ..components.states import nothing
from ..components.table import Cell, numbers, table, words
from ..configuration import Standing
from ..edits import BENCHMARK, TARGET
from ..page import Section
from ..visit import Visit
from . import gist
from .business import settings_section
from .card import card
from .setting_edit import change_column, may_change


def targets() -> Section:
    """What the firm wants of its numbers."""
    return settings_section("targets", "Targets", _targets, 130, "")


def benchmarks() -> Section:
    """What others published."""
    return settings_section("benchmarks", "Benchmarks", _benchmarks, 980, "")


def _targets(visit: Visit, found: Standing) -> Component:
    lines = {
        target_place(one): found.base.document.line((TARGETS, str(number)))
        for number, one in enumerate(found.base.file.targets)
    }
    every = (*found.now.file.targets, *found.next.file.targets, *found.base.file.targets)
    places = list(dict.fromkeys(map(target_place, every)))
    if not places:
        body: Component = nothing(_("None yet."))
    else:
        columns = (
            *words(_("Number")), *numbers(_("Target")), *words(_("For"), _("When"), _("Said by")),
            *change_column(visit),
        )  # fmt: skip
        body = table(
            columns,
            [_target(visit, found, place, lines.get(place)) for place in places],
            stacks=True,
        )
    return card(
        _("Targets"),
        body,
        says=_("What this firm wants of its numbers"),
        gist=gist.of_settings(_targets_in_words(len(places)), found, places) if places else (),
        tools=change_button(TARGET, "", _("Add a target")) if may_change(visit) else None,
    )


def _targets_in_words(count: int) -> Gist:
    return gist.in_words(
        ngettext("{count} target", "{count} targets", count, count=formats.count(count))
    )


def _target(visit: Visit, found: Standing, place: Place, line: int | None) -> list[Cell]:
    _head, key, dimension, member, begins, ends = place
    told = found.value(place, then=True) or found.value(place) or {}
    cells: list[Cell] = [
        _titled(key, told.get("note")),
        value_cell(found, place),
        member if dimension else _("everybody"),
        when(begins, ends),
        _said(visit, found, place, line),
    ]
    if may_change(visit):
        cells.append(change_button(place, title_of(place)))
    return cells


def _benchmarks(visit: Visit, found: Standing) -> Component:
    held = (found.base.file.benchmarks, found.now.file.benchmarks, found.next.file.benchmarks)
    places = dict.fromkeys(
        (BENCHMARKS, key, name) for some in held for key, named in some.items() for name in named
    )
    rows = [_benchmark(visit, found, place) for place in sorted(places, key=title_of)]
    columns = (
        *words(_("Number")), *numbers(_("Value")), *words(_("Published by"), _("Said by")),
        *change_column(visit),
    )  # fmt: skip
    return card(
        _("Benchmarks"),
        table(columns, rows, stacks=True),
        says=_("What others published: context, never targets"),
        gist=gist.of_settings(
            gist.in_words(
                ngettext(
                    "{count} benchmark",
                    "{count} benchmarks",
                    len(places),
                    count=formats.count(len(places)),
                )
            ),
            found,
            places,
        ),
        tools=change_button(BENCHMARK, "", _("Add a benchmark")) if may_change(visit) else None,
    )


def _benchmark(visit: Visit, found: Standing, place: Place) -> list[Cell]:
    _head, key, name = place
    told = found.value(place, then=True) or found.value(place) or {}
    cells: list[Cell] = [
        _titled(key, told.get("note")),
        value_cell(found, place),
        html.Span(published_by(told), className="wrapping"),
        _said(visit, found, place, found.base.line_of(BENCHMARKS, key, name)),
    ]
    if may_change(visit):
        cells.append(change_button(place, title_of(place)))
    return cells


def _said(visit: Visit, found: Standing, place: Place, line: int | None) -> Component:
    """Who says it; of what is left out, too."""
    said = said_by(found, place, visit.services.clock(), line)
    told = found.next.decided.get(place)
    is_out = told.state == LEFT_OUT if told else found.value(place, then=True) is None
    return html.Div([html.Span(_("left out by")), " ", said]) if is_out else said


def _titled(key: str, note: str | None) -> Component:
    known = kpis().get(key)
    title = _(known.title) if known else key.replace("_", " ").capitalize()
    second = html.Span(note, className="second-line wrapping") if note else None
    return html.Div([html.Span(title, className="wrapping"), second], className="two-lines")
