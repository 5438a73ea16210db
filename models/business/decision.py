"""What somebody decided of one value of the business: where it stands, and how it is laid over the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from .rules import (
    AccountRule,
    AnyRule,
    BookingRule,
    ContractRule,
    Crediting,
    CreditingRule,
    DealRule,
    ItemRule,
    LineRule,
    PracticeRule,
    PurposeRule,
)
from .shape import Target

Place = tuple[str, ...]
SET, LEFT_OUT, PUT_BACK = "set", "left_out", "put_back"
STATES = (SET, LEFT_OUT, PUT_BACK)
TARGETS, BENCHMARKS, MAP = "targets", "benchmarks", "map"
VERSIONS: Place = ("plan", "versions")


class UnfitError(ValueError):
    """A decision says something of what is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The newest word on one place.

    Attributes:
        place: the path of keys as in the file: ("thresholds", "health", "cpi"), ("benchmarks", KPI, name); of a
            target ("targets", KPI, dimension, member, from, to), empty where it says none; of one record
            ("map", kind of `MAPPED`, its id or name); of the rates of a plan ("plan", "versions", its version).
        state: set; left_out, of a target, benchmark or plan's rates of the file; put_back: as the file says.
        value: as the file would write it; None unless set.
    """

    place: Place
    state: str
    value: Any = None
    note: str | None = None
    by: str = ""
    at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A kind of records that rules tell apart.

    Attributes:
        rule: what one of its rules may say.
        rules: where they stand.
        field: what a rule says of a record.
        by_id: whether a record is known by its id in NetSuite; else by its name.
        default: what a record is that no rule speaks of; None: then it is not known.
        of_tasks: whether a rule may name the task, the project it is of (which is its type), or both.
        singly: whether each record may be told by itself.
    """

    rule: type[AnyRule]
    rules: Place
    field: str
    by_id: bool
    default: str | None = None
    of_tasks: bool = False
    singly: bool = True


DEAL = "deal"
MAPPED: Mapping[str, Mapped] = {
    "account_line": Mapped(rule=LineRule, rules=("lines",), field="line", by_id=True),
    "account_stream": Mapped(
        rule=AccountRule, rules=("streams", "accounts"), field="stream", by_id=True
    ),
    "item_stream": Mapped(rule=ItemRule, rules=("streams", "items"), field="stream", by_id=True),
    "contract_stream": Mapped(
        rule=ContractRule, rules=("streams", "contracts"), field="stream", by_id=False
    ),
    "booking_type": Mapped(rule=BookingRule, rules=("bookings",), field="commitment", by_id=False),
    "practice": Mapped(rule=PracticeRule, rules=("practices",), field="practice", by_id=False),
    "purpose": Mapped(
        rule=PurposeRule, rules=("purposes",), field="purpose", by_id=False, of_tasks=True
    ),
    "crediting": Mapped(
        rule=CreditingRule,
        rules=("crediting",),
        field="hours",
        by_id=False,
        default=Crediting.NEITHER,
        of_tasks=True,
    ),
    DEAL: Mapped(rule=DealRule, rules=("deals",), field="probability", by_id=False, singly=False),
}

SINGLY = tuple(kind for kind, one in MAPPED.items() if one.singly)

RULED: Mapping[Place, str] = {one.rules: kind for kind, one in MAPPED.items()}  # place -> its kind


def as_written(rule: BaseModel) -> dict[str, Any]:
    """A rule, or a version of the plan, as a file writes it: without what it does not say."""
    return {name: value for name, value in plain(rule).items() if value not in ([], {})}


def in_order(said: Sequence[Decision]) -> list[Decision]:
    """Decisions in the order in which they are laid over a file: a word on one record goes before all rules."""
    return sorted(said, key=lambda one: one.place[0] == MAP)


def laid_over(content: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    """The content of a file, the defaults filled in, with a decision laid over it; not checked.

    Raises:
        UnfitError: it speaks of what is not there.
    """
    head = decision.place[0]
    if head == TARGETS:
        return {**content, TARGETS: _targets(content.get(TARGETS, ()), decision)}
    if head == MAP:
        return _mapped(content, decision)
    if decision.place[:2] == VERSIONS and len(decision.place) == 3:
        return _put(content, VERSIONS, _versions(_at(content, VERSIONS, []), decision))
    if head == BENCHMARKS and decision.state == LEFT_OUT:
        there = _at(content, decision.place)
        return _put(content, decision.place, {**there, "shown": False})
    if decision.state != SET:
        raise UnfitError("cannot be left out")
    return _put(content, decision.place, decision.value)


def target_place(target: Target) -> Place:
    """Where a target stands: the number, for whom, when."""
    parts = (target.dimension, target.member, target.since, target.to)
    return (TARGETS, target.kpi, *(str(part or "") for part in parts))


def dumped(value: Any) -> str:
    """A value as JSON; decimals stay exact."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(key))}: {dumped(one)}" for key, one in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(dumped, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parsed(text: str | None) -> Any:
    """What `dumped` wrote."""
    return None if text is None else json.loads(text, parse_float=Decimal)


def plain(value: Any) -> Any:
    """A part of the checked file as a file would write it."""
    if isinstance(value, BaseModel):
        told = value.model_dump(by_alias=True, exclude_none=True)
        return {name: plain(one) for name, one in told.items()}
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _targets(found: Sequence[Mapping[str, Any]], decision: Decision) -> list[Mapping[str, Any]]:
    places = [_place_of(one) for one in found]
    others = [one for one, place in zip(found, places, strict=True) if place != decision.place]
    if decision.state == SET:
        if _place_of(decision.value) != decision.place:
            raise UnfitError("is of another number, member or time than its place says")
        return [*others, decision.value]
    if len(others) == len(found):
        raise UnfitError("is not there")
    return others


def _versions(found: Sequence[Mapping[str, Any]], decision: Decision) -> list[Mapping[str, Any]]:
    name = decision.place[2]
    others = [one for one in found if one.get("version") != name]
    if decision.state == SET:
        if decision.value.get("version") != name:
            raise UnfitError("is of another version than its place says")
        return [*others, decision.value]
    if len(others) == len(found):
        raise UnfitError("is not there")
    return others


def _place_of(target: Mapping[str, Any]) -> Place:
    keys = ("kpi", "dimension", "member", "from", "to")
    return (TARGETS, *(str(target.get(key) or "") for key in keys))


def _mapped(content: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    """A rule of its own in front of the others."""
    if decision.state != SET or len(decision.place) != 3 or decision.place[1] not in SINGLY:
        raise UnfitError("is of no kind that can be told one by one")
    kind, member = MAPPED[decision.place[1]], decision.place[2]
    if kind.by_id and not member.isdecimal():
        raise UnfitError("is no id")
    known = {"ids": [int(member)]} if kind.by_id else {"names": [member]}
    rules = [{kind.field: decision.value, **known}, *_at(content, kind.rules, [])]
    return _put(content, kind.rules, rules)


def _at(content: Any, place: Place, default: Any = None) -> Any:
    for name in place:
        if not isinstance(content, Mapping) or name not in content:
            if default is None:
                raise UnfitError("is not there")
            return default
        content = content[name]
    return content


def _put(content: Mapping[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """A copy with another value at a path."""
    name, rest = place[0], place[1:]
    if not rest:
        return {**content, name: value}
    below: Any = content.get(name, {})
    if not isinstance(below, Mapping):
        raise UnfitError("is no table")
    return {**content, name: _put(below, rest, value)}
