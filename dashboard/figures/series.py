"""What charts are drawn from: numbers in order, and the range that they lie within."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Full = Callable[[Decimal], str]  # a number as a hover tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One of the things a chart tells by month.

    Attributes:
        role: ac | py | pl | fc | other, or c1 to c6 for a part of a whole; names its colour.
        links: where a click on each month leads.
        bases: what each column stands on; by default on zero.
    """

    name: str
    role: str
    values: Sequence[Decimal | None]
    links: Sequence[str | None] = ()
    bases: Sequence[Decimal | None] = ()

    @property
    def tops(self) -> Sequence[Decimal]:
        """How far it reaches, month by month; nothing where it tells nothing."""
        bases = self.bases or [None] * len(self.values)
        pairs = zip(self.values, bases, strict=True)
        return [value + (base or 0) for value, base in pairs if value is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What may come of each month: rather not below `low`, as likely above `middle` as below, rather not above `high`.

    Attributes:
        middle_name: what the middle is called; empty where the chart tells it already.
        bases: what each month's range stands on, where it is of what is still to come; by default on zero.
    """

    name: str
    low: Sequence[Decimal | None]
    middle: Sequence[Decimal | None]
    high: Sequence[Decimal | None]
    low_links: Sequence[str | None] = ()
    high_links: Sequence[str | None] = ()
    middle_links: Sequence[str | None] = ()
    middle_name: str = ""
    bases: Sequence[Decimal | None] = ()

    @property
    def bounds(self) -> tuple[Series, ...]:
        """Its ends, and its middle where it has a name, as the table behind the chart shows them."""
        ends = (
            ("P10", self.low, self.low_links),
            *([(self.middle_name, self.middle, self.middle_links)] if self.middle_name else []),
            ("P90", self.high, self.high_links),
        )
        return tuple(
            Series(name=name, role="range", values=values, links=links, bases=self.bases)
            for name, values, links in ends
        )

    def drawn(self, values: Sequence[Decimal | None]) -> list[float | None]:
        """Where values of the range lie in a chart: on what their months stand on."""
        bases = self.bases or [None] * len(values)
        return [
            None if value is None else float(value + (base or 0))
            for value, base in zip(values, bases, strict=True)
        ]

    @property
    def is_known(self) -> bool:
        """Whether any month has a range."""
        return any(one is not None for one in self.middle)
