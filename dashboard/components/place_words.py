"""What a place of the business is called, and a value there in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from models.business.decision import BENCHMARKS, DEAL, MAP, MAPPED, RULED, TARGETS, VERSIONS, Place
from models.business.rules import (
    OVERHEAD,
    SERVICES,
    Commitment,
    Crediting,
    Line,
    Purpose,
    Stream,
)
from models.business.ruling import Difference, Rule, difference
from models.business.shape import month_key
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Unit
from models.period import Month
from models.texts import Text, _, ngettext, within

from .. import formats
from .business_words import KINDS, RULES, basics, shown, thresholds
from .setting_fields import number_text

_MOST = 3  # rules of a change that are told
MONEY = frozenset({Unit.MONEY, Unit.RATE})


def title_of(place: Place, member: str | None = None) -> str:
    """What a place is called.

    Args:
        member: what a single record is called, where its place knows it by its id.
    """
    head = place[0]
    if head == "thresholds" and len(place) == 3:
        group, named = thresholds().get(place[1], (place[1], {}))
        return f"{group}: {within(named.get(place[2], place[2]))}"
    if head == BENCHMARKS:
        return _("Benchmark: {number}", number=_kpi(place[1]))
    if head == TARGETS:
        return _("Target: {number}, {whom}", number=_kpi(place[1]), whom=_whom(place))
    if head == MAP:
        kind = _(KINDS[place[1]].title) if place[1] in KINDS else place[1]
        return f"{member or place[2]}: {within(kind)}"
    if place[:2] == VERSIONS and len(place) == 3:
        return _("Rates of the plan {version}", version=place[2])
    if place in RULES:
        return _("Rules: {what}", what=within(_(RULES[place])))
    return basics().get(place[:1] + place[1:][-1:], ".".join(place))


def _whom(place: Place) -> str:
    """For whom and when a target is."""
    _head, _kpi, dimension, member, begins, ends = (*place, "", "", "", "")[:6]
    of = member if dimension else _("everybody")
    return f"{of}, {when(begins, ends)}"


def when(begins: str | None, ends: str | None) -> str:
    """The months of a target in words."""
    first, last = (
        formats.month_name(Month.from_key(month_key(text)), long=False) if text else ""
        for text in (begins, ends)
    )
    if first and last:
        return first if first == last else _("{first} to {last}", first=first, last=last)
    if first:
        return _("from {month}", month=first)
    return _("until {month}", month=last) if last else _("always")


def words_of(place: Place, value: Any, currency: str | None = None) -> str:
    """A value of a place in words."""
    head = place[0]
    if value is None and head in (TARGETS, BENCHMARKS):
        return _("none")
    if head == TARGETS:
        return kpi_value(place[1], value["value"], currency)
    if head == BENCHMARKS:
        return f"{value_words(place, value)} ({published_by(value)})"
    if place[:2] == VERSIONS and len(place) == 3:
        return rates_words(value)
    if head == MAP:
        return _("as the rules say") if value is None else mapped_words(place[1], value)
    return shown(place[-1], value)


def rates_words(value: Mapping[str, Any] | None) -> str:
    """At which rates a version of the plan is told."""
    if not value:
        return _("average rates of the month it was approved in")
    rates = [
        f"{code} {number_text(Decimal(rate))}" for code, rate in (value.get("rates") or {}).items()
    ]
    parts = [", ".join(rates)] if rates else []
    if value.get("approved"):
        month = formats.month_name(Month.from_key(month_key(value["approved"])), long=False)
        parts.append(_("average rates of {month}", month=month))
    return "; ".join(parts)


def changed_words(place: Place, before: Any, after: Any, currency: str | None = None) -> str:
    """What became of a value, in words."""
    if place in RULED:
        return difference_words(RULED[place], difference(before or (), after or ()))
    return _(
        "{before}, then {after}",
        before=words_of(place, before, currency),
        after=words_of(place, after, currency),
    )


def difference_words(kind: str, told: Difference) -> str:
    """What was added to a list of rules, removed from it, moved in it."""
    parts = [_("added: {rule}", rule=rule_line(kind, one)) for one in told.added[:_MOST]]
    parts += [_("removed: {rule}", rule=rule_line(kind, one)) for one in told.removed[:_MOST]]
    rest = sum(max(len(several) - _MOST, 0) for several in (told.added, told.removed))
    if rest:
        parts.append(ngettext("{count} more", "{count} more", rest, count=formats.count(rest)))
    if told.reordered:
        parts.append(_("another order"))
    return "; ".join(parts) or _("as the rules say")


def rule_line(kind: str, rule: Rule) -> str:
    """A rule in one line: what it asks, and what a record is that meets it."""
    return f"{asks_words(rule)} → {mapped_words(kind, rule.get(MAPPED[kind].field))}"


def asks_words(rule: Rule) -> str:
    """What a rule asks of a record."""
    told = (
        ("{names}", "types"),
        (_("named {names}"), "names"),
        (_("numbered {names}"), "numbers"),
        (_("with id {names}"), "ids"),
        (_("stage {names}"), "stages"),
    )
    return "; ".join(
        template.format(names=", ".join(map(str, rule[name])))
        for template, name in told
        if rule.get(name)
    )


def value_words(place: Place, value: Any, currency: str | None = None) -> str:
    """The same without who published it."""
    if place[0] == BENCHMARKS and value is not None:
        return kpi_value(place[1], value["value"], value.get("currency"))
    return words_of(place, value, currency)


def published_by(benchmark: Mapping[str, Any]) -> str:
    """Who published a benchmark, and when."""
    year = f", {benchmark['year']}" if benchmark.get("year") else ""
    return f"{benchmark.get('source', '')}{year}"


def kpi_value(key: str, value: Any, currency: str | None) -> str:
    """A value of a KPI, as its unit is written."""
    unit = unit_of(key, currency)
    value = Decimal(value)
    if unit in formats.SHARES:
        return formats.percent(value)
    if unit in MONEY and value == value.to_integral_value():
        return formats.whole_money(value, currency)
    return formats.exact(value, unit, currency)


def unit_of(key: str, currency: str | None = None) -> Unit:
    """The unit of a KPI; of one that there is not, what its value looks like."""
    known = kpis().get(key)
    return known.unit if known else Unit.MONEY if currency else Unit.PERCENT


def mapped_words(kind: str, value: Any) -> str:
    """What a record is taken for."""
    if kind == DEAL:
        share = Decimal(value)
        return formats.percent(share, 0 if share * 100 == (share * 100).to_integral_value() else 1)
    if isinstance(value, bool):
        value = "practice" if value else "corporate"
    return options_of(kind).get(str(value), str(value))


def options_of(kind: str) -> dict[str, str]:
    """What a record of a kind may be taken for."""
    if kind == "practice":
        return {"practice": _("A practice"), "corporate": _("No practice: corporate overhead")}
    if kind == "booking_type":
        words: Mapping[str, Text] = {"hard": "Hard", "soft": "Soft", "internal": "Internal"}
        return {str(one): _(words[one]) for one in Commitment}
    if kind == "purpose":
        purposes = DIMENSIONS["purpose"].words
        return {str(one): _(purposes[one]) for one in Purpose}
    if kind == "crediting":
        hours: Mapping[str, Text] = {
            "credited": "Credited: as if billable",
            "excluded": "Excluded: taken off capacity",
            "neither": "Neither",
        }
        return {str(one): _(hours[one]) for one in Crediting}
    if kind == "account_line":
        lines = DIMENSIONS["line"].words
        found = {str(one): _(lines[one]) for one in Line}
        return found | {OVERHEAD: _("Overhead: the department of the posting tells whose")}
    names = DIMENSIONS["stream"].words
    streams = {str(one): _(names[one]) for one in Stream}
    if kind == "contract_stream":
        return streams
    return streams | {SERVICES: _("Services: the project's contract tells which")}


def _kpi(key: str) -> str:
    known = kpis().get(key)
    return _(known.title) if known else key
