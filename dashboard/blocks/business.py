"""How the firm counts: thresholds, basics and rules, each with where it is said, and changed by who may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from models.business.decision import BENCHMARKS, TARGETS, Place
from models.business.rules import BookingRule
from models.metrics.catalogue import kpis
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.business_words import RULES, basics
from ..components.business_words import thresholds as named_thresholds
from ..components.icons import icon
from ..components.place_words import words_of
from ..components.prose import woven
from ..components.said import refused
from ..components.said_by import by_file, said_by, value_cell
from ..components.setting_dialog import change_button
from ..components.table import Cell, grouped_table, numbers, table, words
from ..configuration import Standing, standing
from ..edits import is_editable
from ..page import Section
from ..visit import Visit
from .card import card
from .setting_edit import change_column, may_change


def thresholds() -> Section:
    """From where on something is told as a warning."""
    return settings_section("thresholds", "Thresholds", _thresholds, 1600, "half")


def rules() -> Section:
    """The basics, and the rules for streams, lines and booking types."""
    return settings_section("rules", "How the books are read", _rules, 1250, "half")


def where() -> Section:
    """Which file says it, whether it was changed since, and what waits for the next build."""
    return settings_section("business", "How the firm counts", _where, 110, "")


def settings_section(
    name: str,
    title: Text,
    make: Callable[[Visit, Standing], Component],
    height: int,
    class_name: str,
) -> Section:
    """A section that shows settings, and is renewed when one is changed."""
    return Section(
        name=name,
        render=lambda visit: make(visit, standing(visit.services)),
        skeleton=skeleton.of_height(height),
        label=title,
        class_name=class_name,
        noted=True,
    )


def _where(visit: Visit, found: Standing) -> Component:
    business = found.base
    setting = html.Code("ONEVIEW_BUSINESS_FILE")
    said = woven("As built in: {setting} names no file.", setting=setting)
    if business.path is not None:
        said = woven("As {file} says, over what is built in.", file=html.Code(str(business.path)))
    if may_change(visit):
        more = _("What is changed here goes before it.")
    else:
        more = _("The chief financial officer and administrators may change it here.")
    body = [
        html.H2(_("How the firm counts")),
        html.P([*said, " ", more], className="subline wrapping"),
        _file(found),
        *_ignored(found),
        _waiting(found),
    ]
    return html.Div(body, className="settings-where")


def _file(found: Standing) -> Component | None:
    """Whether the file says something else than when the numbers were made."""
    if found.wrong is not None:
        return refused(
            _("The file is wrong by now; what it said before still holds. {text}", text=found.wrong)
        )
    if found.file_changed:
        return refused(
            _("The file was changed since. What it says now is in force from the next build on.")
        )
    return None


def _ignored(found: Standing) -> list[Component]:
    return [
        refused(
            _(
                "{title}: what {who} decided does not fit any more and is left aside: it {what}",
                title=found.title(place), who=_who(found, place), what=what,
            )
        )
        for place, what in (*found.next.ignored.items(), *_of_no_number(found))
    ]  # fmt: skip


def _of_no_number(found: Standing) -> list[tuple[Place, str]]:
    """What was decided of numbers that this version does not tell."""
    return [
        (place, _("is of a number that there is not any more."))
        for place in found.next.decided
        if place[0] in (TARGETS, BENCHMARKS) and place[1] not in kpis()
    ]


def _who(found: Standing, place: Place) -> str:
    return found.names.get(found.said.get(place, ""), _("somebody"))


def _waiting(found: Standing) -> Component | None:
    """What will be another at the next build, and the button that has one made."""
    places = found.waiting
    if not places:
        return None
    count = len(places)
    lines = [
        html.Li(
            [
                html.Strong(found.title(place)),
                ": ",
                _(
                    "{before}, then {after}",
                    before=words_of(place, found.value(place), found.currency),
                    after=words_of(place, found.value(place, then=True), found.currency),
                ),
            ]
        )
        for place in places
    ]
    head = ngettext(
        "{count} change waits for the next build:", "{count} changes wait for the next build:", count,
        count=formats.count(count),
    )  # fmt: skip
    return html.Div(
        [
            html.P([icon("clock"), html.Strong(head)], className="verdict"),
            html.Ul(lines, className="waiting-list"),
            html.Button(
                _("Build now"),
                id={"type": "refresh-now", "of": "settings"},
                className="button",
                type="button",
            ),
            html.P(
                _("Fetches what changed in both systems, too, and renews all numbers."),
                className="hint",
            ),
        ],
        className="waiting",
    )


def _thresholds(visit: Visit, found: Standing) -> Component:
    columns = (*words(_("Warned of")), *numbers(_("From")), *words(_("Said by")))
    groups = {
        title: [
            _setting(visit, found, ("thresholds", part, name), text) for name, text in named.items()
        ]
        for part, (title, named) in named_thresholds().items()
    }
    return card(
        _("Thresholds"),
        grouped_table((*columns, *change_column(visit)), groups, stacks=True),
        says=_("When a number is a warning"),
    )


def _setting(visit: Visit, found: Standing, place: Place, title: str) -> list[Cell]:
    line = found.base.line_of(*place)
    cells: list[Cell] = [
        html.Span(title, className="wrapping"),
        value_cell(found, place),
        said_by(found, place, visit.services.clock(), line),
    ]
    if may_change(visit):
        cells.append(change_button(place, title) if is_editable(place) else "")
    return cells


def _rules(visit: Visit, found: Standing) -> Component:
    columns = (*words(_("What"), _("Value"), _("Said by")), *change_column(visit))
    rows = [_setting(visit, found, place, title) for place, title in basics().items()]
    counted: list[list[Cell]] = []
    for path, title in RULES.items():
        several: Any = found.base.file
        for name in path:
            several = getattr(several, name)
        counted.append([_(title), _more(several), by_file(found.base.line_of(*path))])
    return card(
        _("How the books are read"),
        [
            table(columns, rows, stacks=True),
            html.H3(_("Rules"), className="band"),
            html.P(
                _("Of the file. The first rule that holds decides; what is said of single records goes before."),
                className="hint",
            ),
            table(words(_("Of"), _("Rules"), _("Said by")), counted),
        ],
        says=_("In the numbers from the next build on"),
    )  # fmt: skip


def _more(found: Sequence[Any]) -> Component:
    """How many rules, and each of them on demand."""
    if not found:
        return html.Span(_("none"), className="soft")
    lines = [
        html.Li(
            [
                html.Strong(
                    str(one.commitment if isinstance(one, BookingRule) else one.result).replace(
                        "_", " "
                    )
                ),
                ": ",
                "; ".join(filter(None, (_listed("{names}", one.types), _listed(_("named {names}"), one.names),
                                        _listed(_("numbered {names}"), getattr(one, "numbers", [])),
                                        _listed(_("with id {names}"), getattr(one, "ids", []))))),
            ]
        )
        for one in found
    ]  # fmt: skip
    return html.Details(
        [
            html.Summary(ngettext("{count} rule", "{count} rules", len(found), count=len(found))),
            html.Ol(lines, className="rule-list"),
        ],
        className="rules",
    )


def _listed(template: str, texts: Sequence[object]) -> str:
    return template.format(names=", ".join(map(str, texts))) if texts else ""
