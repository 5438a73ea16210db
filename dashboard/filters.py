"""What the reader chose, as it stands in the address bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from models.errors import QuestionError
from models.metrics.dimensions import DIMENSIONS as DECLARED
from models.metrics.dimensions import Key
from models.metrics.kpi import Lens
from models.period import Month, Period
from models.texts import _

SHARED = ("subsidiary", "department", "customer", "manager", "stream")  # those of every page's bar
STATUS, APPROVED, SUBMITTED = "status", "approved", "submitted"
DIMENSIONS = (*SHARED, "project", "person")
TRAVELLING = ("period", "lens", STATUS, *SHARED)  # what goes along to every page
NOT_TOLD = "none"  # for a currency: the line of what no record tells the currency of
_NONE: Mapping[str, tuple[Key, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A period, the members chosen of each dimension, and the currency that money is told in.

    Attributes:
        period: None means the default, the last closed month.
        where: dimension -> keys of its members; any of them may match.
        submitted: whether what was submitted and is not approved yet counts where a number can tell it.
    """

    period: Period | None = None
    where: Mapping[str, tuple[Key, ...]] = field(default_factory=lambda: _NONE)
    lens: Lens = Lens.CONSOLIDATED
    submitted: bool = False

    @classmethod
    def parse(cls, search: str | None, year_starts: int = 1) -> Filters:
        """Read the query part of an address; what is not a filter is left alone.

        Args:
            year_starts: the month in which fiscal years begin.

        Raises:
            QuestionError: a filter is there but makes no sense.
        """
        period: Period | None = None
        lens, submitted = Lens.CONSOLIDATED, False
        chosen: dict[str, list[Key]] = {}
        for name, value in pairs(search):
            if name == "period":
                period = Period.parse(value, year_starts)
            elif name == "lens":
                lens = _lens(value)
            elif name == STATUS:
                submitted = _submitted(value)
            elif name in DECLARED:
                chosen.setdefault(name, []).append(_key(name, value))
        where = {name: tuple(dict.fromkeys(chosen[name])) for name in _ordered(chosen)}
        return cls(period=period, where=MappingProxyType(where), lens=lens, submitted=submitted)

    def pairs(self) -> list[tuple[str, str]]:
        """The filters as query pairs, always in the same order."""
        found = [("period", str(self.period))] if self.period else []
        if self.lens is not Lens.CONSOLIDATED:
            found.append(("lens", self.lens.value))
        if self.submitted:
            found.append((STATUS, SUBMITTED))
        for name in _ordered(self.where):
            found += [(name, str(key)) for key in self.where[name]]
        return found

    def search(self, **extra: str) -> str:
        """The query part of an address with these filters, '' or '?…'."""
        pairs = self.pairs() + list(extra.items())
        return f"?{urlencode(pairs)}" if pairs else ""

    def with_period(self, period: Period | None) -> Filters:
        """The same filters for another period."""
        return replace(self, period=period)

    def with_lens(self, lens: Lens) -> Filters:
        """The same filters, money told in another currency."""
        return replace(self, lens=lens)

    def with_submitted(self, submitted: bool) -> Filters:
        """The same filters, with or without what is not approved yet."""
        return replace(self, submitted=submitted)

    def with_members(self, dimension: str, keys: tuple[Key, ...]) -> Filters:
        """The same filters with other members of one dimension; none lifts the filter."""
        where = {name: chosen for name, chosen in self.where.items() if name != dimension}
        if keys:
            where[dimension] = keys
        return replace(self, where=MappingProxyType(where))

    def settled(self, default: Month) -> Filters:
        """The same filters, the default period filled in."""
        return self if self.period else self.with_period(Period.of(default))

    @property
    def bare(self) -> Filters:
        """The period alone."""
        return Filters(period=self.period)

    @property
    def travelling(self) -> Filters:
        """What goes along to every page: the filters of the bar, not those that led to one list of rows."""
        where = {name: keys for name, keys in self.where.items() if name in SHARED}
        return replace(self, where=MappingProxyType(where))


def is_filter(name: str) -> bool:
    """Whether a parameter of an address is a filter."""
    return name in {"period", "lens", STATUS} or name in DECLARED


def pairs(search: str | None) -> list[tuple[str, str]]:
    """The query part as pairs; a filter with several members has one for each, an empty one means no member."""
    found = parse_qsl((search or "").removeprefix("?"), keep_blank_values=True)
    return [
        (name, value)
        for name, value in found
        if value or (name in DECLARED and DECLARED[name].is_text)
    ]


def parameters(search: str | None) -> dict[str, str]:
    """The query part as a dictionary; of a name given twice, the last."""
    return dict(pairs(search))


def others(search: str | None) -> dict[str, str]:
    """What the query part says beside the filters."""
    return {name: text for name, text in parameters(search).items() if not is_filter(name)}


def _ordered(names: Mapping[str, object]) -> list[str]:
    """Names of dimensions in the order in which addresses have them."""
    rest = sorted(name for name in names if name not in DIMENSIONS)
    return [*(name for name in DIMENSIONS if name in names), *rest]


def _key(name: str, value: str) -> Key:
    if DECLARED[name].is_text:
        return value
    try:
        return int(value)
    except ValueError:
        raise QuestionError(
            _("'{value}' is not a key of {name}.", value=value, name=name)
        ) from None


def _submitted(value: str) -> bool:
    if value not in {APPROVED, SUBMITTED}:
        raise QuestionError(
            _(
                "'{value}' is no status. There are: {approved}, {submitted}.",
                value=value,
                approved=APPROVED,
                submitted=SUBMITTED,
            )
        )
    return value == SUBMITTED


def _lens(value: str) -> Lens:
    try:
        return Lens(value)
    except ValueError:
        named = ", ".join(lens.value for lens in Lens)
        raise QuestionError(
            _("'{value}' is not a currency lens. There are: {named}.", value=value, named=named)
        ) from None
