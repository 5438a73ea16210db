"""How the firm counts: targets, benchmarks, thresholds and rules, each with where it is said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from models.business import Business, current, in_force, load
from models.business.rules import BookingRule
from models.business.shape import Benchmark, Target, month_key
from models.errors import ConfigError, NoSnapshotError
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Unit
from models.period import Month
from models.settings import WarehouseSettings
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.business_words import RULES, basics, shown
from ..components.business_words import thresholds as named_thresholds
from ..components.icons import icon
from ..components.prose import woven
from ..components.states import nothing
from ..components.table import Cell, grouped_table, numbers, table, words
from ..page import Section
from ..visit import Visit
from .card import card

_DEFAULT: Text = "built in"
_AT_BUILD: Text = "A change of the file is in force from the next build on."


def targets() -> Section:
    """What the firm wants of its numbers."""
    return _section("targets", "Targets", _targets, 130, "")


def benchmarks() -> Section:
    """What others published."""
    return _section("benchmarks", "Benchmarks", _benchmarks, 620, "half")


def thresholds() -> Section:
    """From where on something is told as a warning."""
    return _section("thresholds", "Thresholds", _thresholds, 620, "half")


def rules() -> Section:
    """The basics, and the rules for streams, lines and booking types."""
    return _section("rules", "How the books are read", _rules, 420, "")


def where() -> Section:
    """Which file says it, and whether it was changed since it was read."""
    return _section("business", "How the firm counts", _where, 70, "")


def _section(name: str, title: Text, make: Any, height: int, class_name: str) -> Section:
    return Section(
        name=name,
        render=lambda visit: make(visit, _business(visit)),
        skeleton=skeleton.of_height(height),
        label=title,
        live=False,
        class_name=class_name,
    )


def _business(visit: Visit) -> Business:
    """How the firm counts in the snapshot that the pages show; before the first, as this process read it."""
    try:
        return in_force(visit.snapshot)
    except NoSnapshotError:
        return current()


def _where(_visit: Visit, business: Business) -> Component:
    setting = html.Code("ONEVIEW_BUSINESS_FILE")
    said = woven("As built in: {setting} names no file.", setting=setting)
    if business.path is not None:
        said = woven("As {file} says, over what is built in.", file=html.Code(str(business.path)))
    body = [
        html.H2(_("How the firm counts")),
        html.P([*said, " ", _(_AT_BUILD)], className="subline wrapping"),
        _since(business),
    ]
    return html.Div(body, className="settings-where")


def _since(business: Business) -> Component | None:
    """Whether the file says something else than when this process read it."""
    try:
        now = load(WarehouseSettings.load())
        now.check_kpis(kpis(), DIMENSIONS)
    except ConfigError as error:
        text = str(error).removeprefix("Cannot start. ")
        return _told(
            _("The file is wrong by now; what it said before still holds. {text}", text=text)
        )
    if now.file != business.file:
        return _told(
            _("The file was changed since. What it says now is in force from the next build on.")
        )
    return None


def _told(text: str) -> Component:
    return html.P([icon("alert"), text], className="verdict warn")


def _targets(_visit: Visit, business: Business) -> Component:
    found = business.file.targets
    if not found:
        body: Component = nothing(
            _("None. Write [[targets]] into the file: docs/business.example.toml shows how.")
        )
    else:
        columns = (
            *words(_("Number")),
            *numbers(_("Target")),
            *words(_("For"), _("When"), _("Said by")),
        )
        body = table(
            columns,
            [_target(one, business, place) for place, one in enumerate(found)],
            stacks=True,
        )
    return card(_("Targets"), body, says=_("What this firm wants of its numbers"))


def _target(one: Target, business: Business, place: int) -> list[Cell]:
    of = _("everybody") if one.dimension is None else str(one.member)
    line = business.document.line(("targets", str(place)))
    return [
        _titled(one.kpi, one.note),
        _value(one.kpi, one.value, None),
        of,
        _when(one),
        _line(line),
    ]


def _when(one: Target) -> str:
    begins, ends = (
        formats.month_name(Month.from_key(month_key(text)), long=False) if text else ""
        for text in (one.since, one.to)
    )
    if begins and ends:
        return begins if begins == ends else _("{first} to {last}", first=begins, last=ends)
    if begins:
        return _("from {month}", month=begins)
    return _("until {month}", month=ends) if ends else _("always")


def _benchmarks(_visit: Visit, business: Business) -> Component:
    rows = [
        _benchmark(business, key, name, one)
        for key, named in business.file.benchmarks.items()
        for name, one in named.items()
    ]
    columns = (*words(_("Number")), *numbers(_("Value")), *words(_("Published by"), _("Said by")))
    return card(
        _("Benchmarks"),
        table(columns, rows, stacks=True),
        says=_("What others published: context, never targets"),
    )


def _benchmark(business: Business, key: str, name: str, one: Benchmark) -> list[Cell]:
    year = f", {one.year}" if one.year else ""
    said = _line(business.line_of("benchmarks", key, name))
    return [
        _titled(key, one.note),
        _value(key, one.value, one.currency),
        html.Span(f"{one.source}{year}", className="wrapping"),
        said if one.shown else html.Span(woven("left out: {where}", where=said)),
    ]


def _titled(key: str, note: str | None) -> Component:
    known = kpis().get(key)
    title = _(known.title) if known else key.replace("_", " ").capitalize()
    second = html.Span(note, className="second-line wrapping") if note else None
    return html.Div([html.Span(title, className="wrapping"), second], className="two-lines")


def _value(key: str, value: Decimal, currency: str | None) -> str:
    known = kpis().get(key)
    unit = known.unit if known else Unit.MONEY if currency else Unit.PERCENT
    if unit is Unit.PERCENT:
        return formats.percent(value)
    if unit in {Unit.MONEY, Unit.RATE} and value == value.to_integral_value():
        return formats.whole_money(value, currency)
    return formats.exact(value, unit, currency)


def _thresholds(_visit: Visit, business: Business) -> Component:
    columns = (*words(_("Warned of")), *numbers(_("From")), *words(_("Said by")))
    groups = {
        title: [
            _setting(business, ("thresholds", part, name), text) for name, text in named.items()
        ]
        for part, (title, named) in named_thresholds().items()
    }
    return card(
        _("Thresholds"), grouped_table(columns, groups), says=_("When a number is a warning")
    )


def _setting(business: Business, path: Sequence[str], title: str) -> list[Cell]:
    value: Any = business.file
    for name in path:
        value = getattr(value, name)
    return [
        html.Span(title, className="wrapping"),
        html.Span(shown(path[-1], value), className="wrapping"),
        _line(business.line_of(*path)),
    ]


def _rules(_visit: Visit, business: Business) -> Component:
    columns = (*words(_("What"), _("Value"), _("Said by")),)
    rows = [_setting(business, path, title) for path, title in basics().items()]
    counted: list[list[Cell]] = []
    for path, title in RULES.items():
        found: Any = business.file
        for name in path:
            found = getattr(found, name)
        counted.append([_(title), _more(found), _line(business.line_of(*path))])
    return card(
        _("How the books are read"),
        [
            table(columns, rows),
            html.H3(_("Rules"), className="band"),
            html.P(_("The first rule that holds decides."), className="hint"),
            table(words(_("Of"), _("Rules"), _("Said by")), counted),
        ],
        says=_("In the numbers from the next build on"),
    )


def _more(found: Sequence[Any]) -> Component:
    """How many rules, and each of them on demand."""
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
                                        _listed(_("numbered {names}"), getattr(one, "numbers", []))))),
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


def _listed(template: str, texts: Sequence[str]) -> str:
    return template.format(names=", ".join(texts)) if texts else ""


def _line(line: int | None) -> Component:
    if line is None:
        return html.Span(_(_DEFAULT), className="soft")
    return html.Span(_("the file, line {line}", line=line))
