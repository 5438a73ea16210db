"""Compares what a source tells with what the mirror holds: totals first, then record by record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.told import together, told

from ..entities.entity import Entity
from ..source import Listed
from .held import ROWS, ByMonth, Held, Month, add_to
from .parse import Key, key_text
from .values import BadValueError, read_decimal

EQUAL, EXPLAINED, DIFFERS, NOT_CHECKED = "equal", "explained", "differs", "not_checked"
_SHOWN = 5  # keys in a text


class Finding(StrEnum):
    """What is the matter with a record."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DIFFERS = "differs"
    MOVED = "moved"  # it changed, appeared or went after the moment up to which the run read
    QUARANTINED = "quarantined"
    OWNERLESS = "ownerless"  # its owner is not in the mirror, which the owner's own proof tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A record that is not the same on both sides."""

    key: Key
    month: Month
    finding: Finding
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_explained(self) -> bool:
        """Whether nothing is wrong with the mirror."""
        return self.finding in (Finding.MOVED, Finding.QUARANTINED, Finding.OWNERLESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What may rightly differ.

    Attributes:
        listed: records that changed in the source since the run's upper bound, as they are now there.
        gone: records deleted there since.
        parents: owners that changed or were deleted since, all of whose records may differ.
        aside: records (and owners) in quarantine.
        upper: that bound.
    """

    upper: datetime
    listed: Mapping[Key, Listed] = field(default_factory=dict)
    gone: frozenset[Key] = frozenset()
    parents: frozenset[int] = frozenset()
    aside: frozenset[str] = frozenset()
    parents_aside: frozenset[str] = frozenset()

    def why(self, entity: Entity, key: Key, modified: str | None = None) -> Finding | None:
        """The reason why a record may differ; None where there is none."""
        owner = owner_of(entity, key)
        if key_text(key) in self.aside or (owner is not None and str(owner) in self.parents_aside):
            return Finding.QUARANTINED
        if key in self.listed or key in self.gone or owner in self.parents:
            return Finding.MOVED
        stamp = moment(modified)
        return Finding.MOVED if stamp is not None and stamp >= self.upper else None


def owner_of(entity: Entity, key: Key) -> int | None:
    """The owner's id, where the identity of a record names it."""
    if entity.parent_key is None or entity.parent_key not in entity.identity:
        return None
    place = entity.identity.index(entity.parent_key)
    owner: int = key[place] if isinstance(key, tuple) else key
    return owner


def moment(stamp: str | datetime | None) -> datetime | None:
    """A stamp as a moment; None where it is none."""
    if not isinstance(stamp, str):
        return stamp
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found if found.tzinfo else None


def key_of(listed: Listed) -> Key:
    """The identity of a listed record as the mirror writes it."""
    return listed.identity[0] if len(listed.identity) == 1 else listed.identity


def month_of(day: str | None) -> Month:
    """The month of a day `YYYY-MM-DD`."""
    try:
        return int(day[:4]) * 100 + int(day[5:7]) if day else None
    except ValueError:
        return None


def values_of(listed: Listed) -> tuple[Decimal | None, ...]:
    """The measures of a listed record as the mirror keeps them; NaN for what cannot be read."""
    return tuple(_value(value) for value in listed.values)


def _value(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(read_decimal(value)).scaleb(-4)
    except BadValueError:
        return Decimal("NaN")


def share(entity: Entity, values: Iterable[Decimal | None]) -> dict[str, Decimal]:
    """What one record adds to the totals of its month."""
    pairs = zip(entity.measures, values, strict=True)
    return {ROWS: Decimal(1)} | {
        name: value for name, value in pairs if value is not None and not value.is_nan()
    }


def differing(source: ByMonth, mirror: ByMonth) -> set[Month]:
    """The months in which anything that the source tells is not what the mirror tells."""
    return {
        month
        for month in source.keys() | mirror.keys()
        if any(
            source.get(month, {}).get(name, Decimal(0))
            != mirror.get(month, {}).get(name, Decimal(0))
            for name in measures(source)
        )
    }


def measures(source: ByMonth) -> list[str]:
    """What the source tells: its rows, and the sums if it adds up."""
    return list(dict.fromkeys([ROWS, *(name for sums in source.values() for name in sums)]))


def without_moves(
    entity: Entity,
    source: ByMonth,
    mirror: ByMonth,
    moves: Moves,
    held: Mapping[Key, Held],
    aside: Iterable[Listed],
    *,
    by_month: bool,
) -> set[Month]:
    """The months that still differ when what may rightly differ is left out on both sides.

    `held` is what the mirror has of it; `aside` the records in quarantine as far as they can be read.
    """
    left, right = _copy(source), _copy(mirror)
    known = measures(source)
    there = {key_of(listed): listed for listed in aside} | dict(moves.listed)
    for listed in there.values():
        part = {
            name: value for name, value in share(entity, values_of(listed)).items() if name in known
        }
        add_to(left, month_of(listed.dated) if by_month else None, part, -1)
    for record in held.values():
        add_to(right, record.month if by_month else None, share(entity, record.values), -1)
    return differing(left, right)


def _copy(totals: ByMonth) -> ByMonth:
    return {month: dict(sums) for month, sums in totals.items()}


def compare_keys(
    entity: Entity,
    month: Month,
    there: Mapping[Key, Listed],
    here: Mapping[Key, Held],
    elsewhere: Mapping[Key, Held],
    moves: Moves,
    *,
    by_month: bool,
) -> list[Difference]:
    """Record by record: what of a month is not the same on both sides, and why.

    `here` is the mirror's month; `elsewhere` what the mirror holds of the others that the source lists.
    """
    found: list[Difference] = []
    for key, listed in there.items():
        held = here.get(key) or elsewhere.get(key)
        detail = {"modified_there": listed.modified}
        if held is None:
            finding = moves.why(entity, key, listed.modified) or Finding.MISSING_HERE
        elif _same(listed, held, by_month=by_month):
            continue
        elif by_month and is_ownerless(entity, held) and _same(listed, held, by_month=False):
            finding = Finding.OWNERLESS
        else:
            finding = moves.why(entity, key, listed.modified) or Finding.DIFFERS
            detail |= _both(entity, listed, held)
        found.append(Difference(key=key, month=month, finding=finding, detail=detail))
    for key in here.keys() - there.keys():
        finding = moves.why(entity, key) or Finding.MISSING_THERE
        detail = {"modified_here": _text(here[key].modified)}
        found.append(Difference(key=key, month=month, finding=finding, detail=detail))
    return found


def is_ownerless(entity: Entity, held: Held) -> bool:
    """Whether the record has no month because its owner is not in the mirror."""
    return entity.parent is not None and held.month is None


def _same(listed: Listed, held: Held, *, by_month: bool) -> bool:
    same_month = not by_month or month_of(listed.dated) == held.month
    pairs = zip(values_of(listed), held.values, strict=True)
    return same_month and all((left or 0) == (right or 0) for left, right in pairs)


def _both(entity: Entity, listed: Listed, held: Held) -> dict[str, Any]:
    pairs = zip(entity.measures, listed.values, held.values, strict=True)
    return {
        "modified_here": _text(held.modified),
        "values": {
            name: {"there": None if there is None else str(there)[:80], "here": _text(here)}
            for name, there, here in pairs
        },
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def in_words(differences: Sequence[Difference]) -> str:
    """The differences in a sentence or two, some of their keys named."""
    parts: list[str] = []
    for finding, words in _WORDS.items():
        keys = sorted(key_text(one.key) for one in differences if one.finding is finding)
        if keys:
            named, left = ", ".join(keys[:_SHOWN]), len(keys) - _SHOWN
            shown = (
                told("{keys} and {count} more", keys=named, count=f"{left:,}")
                if left > 0
                else named
            )
            parts.append(told("{what}: {keys}", what=words, keys=shown))
    return together(parts, "; ")


_WORDS = {
    Finding.MISSING_HERE: told("missing in the mirror"),
    Finding.MISSING_THERE: told("no longer in the source"),
    Finding.DIFFERS: told("with other values"),
    Finding.MOVED: told("changed while the run was reading"),
    Finding.QUARANTINED: told("in quarantine"),
    Finding.OWNERLESS: told("whose owner is not in the mirror"),
}
