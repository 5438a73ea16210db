"""How the firm counts: thresholds, basics and rules, each with where it is said, and changed by who may."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from models.business.decision import BENCHMARKS, TARGETS, Place
from models.metrics.catalogue import kpis
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.business_words import basics
from ..components.business_words import thresholds as named_thresholds
from ..components.icons import icon
from ..components.place_words import changed_words
from ..components.prose import woven
from ..components.said import refused
from ..components.said_by import said_by, value_cell
from ..components.setting_dialog import change_button
from ..components.table import Cell, grouped_table, numbers, table, words
from ..configuration import Standing, standing
from ..edits import is_editable
from ..page import Section
from ..visit import Visit
from . import gist
from .card import card
from .setting_edit import change_column, may_change


def thresholds() -> Section:
    """From where on something is told as a warning."""
    return settings_section("thresholds", "Thresholds", _thresholds, 1600, "")


def rules() -> Section:
    """What is neither a threshold nor a rule for records."""
    return settings_section("rules", "How the books are read", _rules, 980, "")


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
    if may_change(visit):
        more = _("What is changed here goes before them and counts from the next build on.")
    else:
        more = _("The chief financial officer and administrators may change them here.")
    body = [
        html.H2(_("How the firm counts")),
        html.P([*_said_first(found), " ", more], className="subline wrapping"),
        _file(found),
        *_ignored(found),
        _waiting(found),
    ]
    return html.Div(body, className="settings-where")


def _said_first(found: Standing) -> list[Component | str]:
    """Whose settings hold where nobody changed any here."""
    if found.base.path is None:
        return [
            _("These are One View's own settings."),
            " ",
            *woven(
                "A file of the firm's own is not set ({setting}).",
                setting=html.Code("ONEVIEW_BUSINESS_FILE"),
            ),
        ]
    return woven(
        "These are the settings of the file {file}; what it leaves open is One View's own.",
        file=html.Code(str(found.base.path)),
    )


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
                changed_words(
                    place, found.value(place), found.value(place, then=True), found.currency
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
    places = [
        ("thresholds", part, name)
        for part, (_title, named) in named_thresholds().items()
        for name in named
    ]
    return card(
        _("Thresholds"),
        grouped_table((*columns, *change_column(visit)), groups, stacks=True),
        says=_("When a number is a warning"),
        gist=gist.of_settings(
            gist.in_words(
                ngettext(
                    "{count} threshold",
                    "{count} thresholds",
                    len(places),
                    count=formats.count(len(places)),
                )
            ),
            found,
            places,
        ),
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
    told = {
        place: title
        for place, title in basics().items()
        if place[0] != "plan"  # stands with the versions of the plan
    }
    rows = [_setting(visit, found, place, title) for place, title in told.items()]
    return card(
        _("How the books are read"),
        table(columns, rows, stacks=True),
        says=_("In the numbers from the next build on"),
        gist=gist.of_settings(
            gist.in_words(
                ngettext(
                    "{count} setting",
                    "{count} settings",
                    len(told),
                    count=formats.count(len(told)),
                )
            ),
            found,
            told,
        ),
    )
