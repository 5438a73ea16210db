"""What of the business can be changed on the page Settings: its fields, and the decision they make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from models.business.decision import (
    BENCHMARKS,
    MAP,
    MAPPED,
    RULED,
    SET,
    SINGLY,
    TARGETS,
    VERSIONS,
    Decision,
    Place,
)
from models.business.shape import DAYS, BusinessFile
from models.errors import QuestionError
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Unit
from models.plan.values import Unreadable, month_of
from models.texts import Text, _

from . import formats
from .components.business_words import UNITS, is_share, shown
from .components.place_words import MONEY, options_of, title_of, unit_of
from .components.setting_fields import Field, Kind

EVERYBODY = "-"
TARGET, BENCHMARK, VERSION = "target", "benchmark", "version"  # what can be added
PREFER: Place = ("plan", "prefer")
_NEW: Mapping[str, Text] = {
    TARGET: "New target",
    BENCHMARK: "New benchmark",
    VERSION: "Rates of a version of the plan",
}
_KPI_UNITS: Mapping[Unit, Text] = {Unit.HOURS: "h", Unit.DAYS: "days", Unit.MINUTES: "min"}


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a dialog asks for.

    Attributes:
        place: of what is there; None of what is added.
        adds: what is added: target, benchmark, or version of the plan.
        value: what stands at the place from the next build on, as the business keeps it.
        currency: that targets of money are in.
        member: what a single record is called.
        versions: the versions of the plan that there are.
    """

    place: Place | None
    adds: str = ""
    value: Any = None
    currency: str = ""
    member: str | None = None
    versions: Sequence[str] = ()

    @property
    def title(self) -> str:
        """The dialog's heading."""
        if self.place is None:
            return _(_NEW[self.adds])
        return title_of(self.place, self.member)

    def fields(self) -> list[Field]:
        """The fields, without that for the reason.

        Raises:
            QuestionError: nothing of that name can be changed here.
        """
        if self.place is None:
            if self.adds == VERSION:
                return [_version(self.versions), *_rates(None, self.currency)]
            added = _new_target if self.adds == TARGET else _new_benchmark
            return added(self.currency)
        head = self.place[0]
        if head == TARGETS:
            return [*_target_value(self.place[1], self.value, self.currency), _note(self.value)]
        if head == BENCHMARKS:
            return _benchmark(self.place[1], self.value, self.currency)
        if head == MAP:
            return [_mapped(self.place[1], self.value)]
        if is_version(self.place):
            return _rates(self.value, self.currency)
        if self.place == PREFER:
            return [_prefer(self.value, self.versions)]
        return [_setting(self.place, self.value)]

    def decision(self, given: Mapping[str, Any]) -> Decision:
        """What was written into the fields, as a decision of nobody yet.

        Raises:
            QuestionError: something cannot be read.
        """
        fields = {one.name: one for one in self.fields()}
        read = {name: one.read(given.get(name)) for name, one in fields.items()}
        note = str(given.get("why") or "").strip() or None
        place, value = self._told(read)
        return Decision(place=place, state=SET, value=value, note=note)

    def _told(self, read: dict[str, Any]) -> tuple[Place, Any]:
        if self.adds == TARGET:
            return _told_target(read)
        if self.adds == BENCHMARK:
            return _told_benchmark(read)
        if self.adds == VERSION:
            return _told_version(read.pop("version"), read)
        place = self.place or ()
        if is_version(place):
            return _told_version(place[2], read)
        if place[0] == TARGETS:
            kept = {"kpi": place[1], **{k: v for k, v in self.value.items() if k != "kpi"}}
            return place, _without_nothing({**kept, **read})
        if place[0] == BENCHMARKS:
            return place, _without_nothing(read)
        value = read["value"]
        if place[0] == MAP:
            return place, value == "practice" if MAPPED[place[1]].field == "practice" else value
        if place == ("finance", "fiscal_start_month"):
            value = int(value) if value else None
        if _annotation(place) is bool:
            value = value == "yes"
        return place, value


def is_version(place: Place) -> bool:
    """Whether it is that of the rates of a version of the plan."""
    return place[:2] == VERSIONS and len(place) == 3


def is_editable(place: Place) -> bool:
    """Whether the page can change it."""
    return place != VERSIONS and place not in RULED


def _setting(place: Place, value: Any) -> Field:
    """The one field of a threshold or a basic setting."""
    kind, name = _annotation(place), place[-1]
    label, unit = _("Value"), _(UNITS.get(name, ""))
    more: dict[str, Any] = {"name": "value", "label": label, "value": value}
    if name == "fiscal_start_month":
        months = {str(number): formats.month_of_year(number) for number in range(1, 13)}
        unsaid = {"": shown(name, None)}
        return Field(
            kind=Kind.CHOICE,
            options=unsaid | months,
            **(more | {"value": value or ""}),
            needed=False,
        )
    if name == "workdays":
        return Field(kind=Kind.SEVERAL, options={day: shown(name, day) for day in DAYS}, **more)
    if name == "sources":
        hint = _("One subsidiary a line: its id in NetSuite = psa or erp")
        return Field(kind=Kind.PAIRS, hint=hint, **more)
    if kind is bool:
        options = {"yes": shown(name, True), "no": shown(name, False)}
        return Field(
            kind=Kind.CHOICE, options=options, **(more | {"value": "yes" if value else "no"})
        )
    if get_origin(kind) is Literal:
        return Field(
            kind=Kind.CHOICE, options={one: shown(name, one) for one in get_args(kind)}, **more
        )
    if get_origin(kind) is tuple:
        if is_share(name):
            return Field(kind=Kind.PERCENTS, hint=_("One share a line, in %"), **more)
        hint = (
            _("One a line; * stands for anything")
            if name != "holidays"
            else _("One day a line, such as 2026-12-25")
        )
        return Field(kind=Kind.LINES, hint=hint, **more)
    if kind is int:
        return Field(kind=Kind.WHOLE, unit=unit, **more)
    return (
        Field(kind=Kind.PERCENT, unit="%", **more)
        if is_share(name)
        else Field(kind=Kind.NUMBER, unit=unit, **more)
    )


def _annotation(place: Place) -> Any:
    """The type of a setting.

    Raises:
        QuestionError: there is no such setting, or the page cannot change it.
    """
    kind: Any = BusinessFile
    for name in place:
        fields = getattr(kind, "model_fields", {})
        if name not in fields:
            raise QuestionError(_("There is no such setting. Nothing was kept."))
        kind = fields[name].annotation
    if not is_editable(place) or hasattr(kind, "model_fields"):
        raise QuestionError(_("This can be changed in the file only. Nothing was kept."))
    return kind


def _mapped(kind: str, value: Any) -> Field:
    if kind not in SINGLY:
        raise QuestionError(_("There is no such setting. Nothing was kept."))
    if isinstance(value, bool):
        value = "practice" if value else "corporate"
    return Field(
        name="value", label=_("Taken for"), kind=Kind.CHOICE, value=value, options=options_of(kind)
    )


def _target_value(key: str, value: Any, currency: str) -> list[Field]:
    unit = unit_of(key)
    told = value["value"] if value else None
    return [_number_field(unit, told, currency)]


def _number_field(unit: Unit, value: Any, currency: str) -> Field:
    if unit in formats.SHARES:
        return Field(name="value", label=_("Value"), kind=Kind.PERCENT, value=value, unit="%")
    sign = currency if unit in MONEY else _(_KPI_UNITS.get(unit, ""))
    return Field(name="value", label=_("Value"), kind=Kind.NUMBER, value=value, unit=sign)


def _note(value: Any) -> Field:
    told = value.get("note") if value else None
    return Field(
        name="note", label=_("Note for who reads it"), kind=Kind.TEXT, value=told, needed=False
    )


def _benchmark(key: str, value: Any, currency: str) -> list[Field]:
    told = value or {}
    unit = unit_of(key, told.get("currency"))
    number = _number_field(unit, told.get("value"), told.get("currency") or currency)
    fields = [
        number,
        Field(name="source", label=_("Published by"), kind=Kind.TEXT, value=told.get("source")),
        # some that are shipped are undated and may stay so
        Field(
            name="year",
            label=_("Year"),
            kind=Kind.WHOLE,
            value=told.get("year"),
            needed=value is None,
        ),
        _note(value),
    ]
    if unit in MONEY:
        code = told.get("currency") or currency
        fields.insert(1, Field(name="currency", label=_("Currency"), kind=Kind.TEXT, value=code))
    return fields


def _prefer(value: Any, versions: Sequence[str]) -> Field:
    hint = _("One version a line, the first is compared with first")
    if versions:
        hint = _("{hint}. There are: {names}", hint=hint, names=", ".join(versions))
    return Field(name="value", label=_("Value"), kind=Kind.LINES, value=value, hint=hint)


def _version(versions: Sequence[str]) -> Field:
    hint = _("There are: {names}", names=", ".join(versions)) if versions else ""
    return Field(name="version", label=_("Version"), kind=Kind.TEXT, hint=hint)


def _rates(value: Any, currency: str) -> list[Field]:
    told = value or {}
    into = _(
        "One currency a line, into {currency}: EUR = 1.08. They go before the month's",
        currency=currency,
    )
    return [
        Field(name="approved", label=_("Approved in"), kind=Kind.TEXT, value=told.get("approved"), needed=False,
              hint=_("A month such as 2025-12: its average rates hold")),
        Field(name="rates", label=_("Rates of its own"), kind=Kind.RATES, value=told.get("rates"), needed=False, hint=into),
    ]  # fmt: skip


def _told_version(name: str, read: Mapping[str, Any]) -> tuple[Place, Any]:
    value = {"version": name, "approved": _month(read["approved"]), "rates": read["rates"] or None}
    told = _without_nothing(value)
    if len(told) == 1:
        raise QuestionError(_("Say a month or rates of its own. Nothing was kept."))
    return (*VERSIONS, name), told


def _new_target(currency: str) -> list[Field]:
    by = sorted(
        {name for one in kpis().values() for name in one.by},
        key=lambda one: _(DIMENSIONS[one].title),
    )
    dimensions = {EVERYBODY: _("Everybody")} | {name: _(DIMENSIONS[name].title) for name in by}
    return [
        _kpi_field(),
        _any_value(currency),
        Field(name="dimension", label=_("For"), kind=Kind.CHOICE, value=EVERYBODY, options=dimensions),
        Field(name="member", label=_("Which one"), kind=Kind.TEXT, needed=False,
              hint=_("Its name or key; empty for everybody")),
        Field(name="from", label=_("From"), kind=Kind.TEXT, needed=False, half=True, hint=_("First month, such as 2026-01")),
        Field(name="to", label=_("Until"), kind=Kind.TEXT, needed=False, half=True, hint=_("Last month, such as 2026-12")),
        _note(None),
    ]  # fmt: skip


def _new_benchmark(currency: str) -> list[Field]:
    return [
        _kpi_field(),
        _any_value(currency),
        Field(
            name="currency",
            label=_("Currency"),
            kind=Kind.TEXT,
            needed=False,
            hint=_("Of an amount of money"),
        ),
        Field(name="source", label=_("Published by"), kind=Kind.TEXT),
        Field(name="year", label=_("Year"), kind=Kind.WHOLE),
        _note(None),
    ]


def _kpi_field() -> Field:
    titles = {key: _(one.title) for key, one in kpis().items()}
    options = dict(sorted(titles.items(), key=lambda one: one[1]))
    return Field(name="kpi", label=_("Number"), kind=Kind.CHOICE, options=options)


def _any_value(currency: str) -> Field:
    hint = _("As the number is shown: 75 for 75 %, money in {currency}", currency=currency)
    return Field(name="value", label=_("Value"), kind=Kind.NUMBER, hint=hint)


def _told_target(read: dict[str, Any]) -> tuple[Place, Any]:
    dimension, member = read.pop("dimension"), read["member"]
    if (dimension == EVERYBODY) != (member is None):
        raise QuestionError(
            _("Say both for what and for which one a target is, or neither. Nothing was kept.")
        )
    value = {
        "kpi": read["kpi"],
        "value": _in_unit(read["kpi"], read["value"]),
        "from": _month(read["from"]),
        "to": _month(read["to"]),
        "dimension": None if dimension == EVERYBODY else dimension,
        "member": member,
        "note": read["note"],
    }
    told = _without_nothing(value)
    parts = (told.get(key, "") for key in ("kpi", "dimension", "member", "from", "to"))
    return (TARGETS, *parts), told


def _told_benchmark(read: dict[str, Any]) -> tuple[Place, Any]:
    key = read.pop("kpi")
    read["value"] = _in_unit(key, read["value"])
    if unit_of(key) not in MONEY:
        read["currency"] = None
    elif read["currency"] is None:
        raise QuestionError(_("An amount of money needs its currency. Nothing was kept."))
    name = re.sub(r"[^a-z0-9]+", "_", f"{read['source']} {read['year']}".lower()).strip("_")
    return (BENCHMARKS, key, name[:60] or "own"), _without_nothing(read)


def _in_unit(key: str, value: Decimal) -> Decimal:
    return value / 100 if unit_of(key) in formats.SHARES else value


def _month(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        key = month_of(text)
    except Unreadable as error:
        raise QuestionError(
            _("'{text}' {what} Write it as 2026-12. Nothing was kept.", text=text, what=error.what)
        ) from error
    return f"{key // 100}-{key % 100:02d}"


def _without_nothing(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if one is not None}
