"""What the reader chose, as it stands in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from models.errors import QuestionError
from models.period import Month, Period

DIMENSIONS = ("subsidiary", "department", "customer", "project", "person", "stream")
_NONE: Mapping[str, tuple[int, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A period and the members chosen of each dimension.

    Attributes:
        period: None means the default, the last closed month.
        where: dimension -> keys of its members; any of them may match.
    """

    period: Period | None = None
    where: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: _NONE)

    @classmethod
    def parse(cls, search: str | None) -> Filters:
        """Read the query part of an address; what is not a filter is left alone.

        Raises:
            QuestionError: a filter is there but makes no sense.
        """
        period: Period | None = None
        chosen: dict[str, list[int]] = {}
        for name, value in parse_qsl((search or "").removeprefix("?")):
            if name == "period":
                period = Period.parse(value)
            elif name in DIMENSIONS:
                chosen.setdefault(name, []).append(_key(name, value))
        where = {name: tuple(dict.fromkeys(chosen[name])) for name in DIMENSIONS if name in chosen}
        return cls(period=period, where=MappingProxyType(where))

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as query pairs, always in the same order."""
        found = [("period", str(self.period))] if self.period else []
        for name in DIMENSIONS:
            found += [(name, str(key)) for key in self.where.get(name, ())]
        return found

    def search(self, **extra: str) -> str:
        """The query part of an address with these filters, '' or '?…'."""
        pairs = self.pairs() + list(extra.items())
        return f"?{urlencode(pairs)}" if pairs else ""

    def with_period(self, period: Period | None) -> Filters:
        """The same filters for another period."""
        return replace(self, period=period)

    def with_members(self, dimension: str, keys: tuple[int, ...]) -> Filters:
        """The same filters with other members of one dimension; none lifts the filter."""
        where = {name: chosen for name, chosen in self.where.items() if name != dimension}
        if keys:
            where[dimension] = keys
        return replace(self, where=MappingProxyType(where))

    def settled(self, default: Month) -> Filters:
        """The same filters, the default period filled in."""
        return self if self.period else self.with_period(Period.of(default))


def parameters(search: str | None) -> dict[str, str]:
    """The query part as a dictionary; of a name given twice, the last."""
    return dict(parse_qsl((search or "").removeprefix("?")))


def _key(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise QuestionError(f"'{value}' is not a key of {name}.") from None
