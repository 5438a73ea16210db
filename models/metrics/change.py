"""What comes back when a number of one snapshot is set against the same number of a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ..period import Period
from ..snapshot import Closing
from .answer import RowPage
from .kpi import Kpi, Lens, Reason, Side


class Moved(StrEnum):
    """What became of a record between two snapshots, as far as a number is concerned."""

    NEW = "new"  # it was not there before
    GONE = "gone"  # it is not there any more
    CHANGED = (
        "changed"  # it says something else: another amount, or it has begun or ceased to count
    )
    RE_DATED = "re_dated"  # it has moved into the period, or out of it
    RE_RATED = "re_rated"  # its source says the same; an exchange, cost or list rate is another


@dataclass(frozen=True, slots=True)
class Sum:
    """How many records, and by how much they change the sum."""

    rows: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """The sum of one part of a number (`value`, or `numerator` and `denominator`), then and now.

    Attributes:
        currency: ISO code where money is told in several; else None.
        kinds: what became of its records; the amounts sum to `difference` exactly.
    """

    part: str
    currency: str | None
    before: Decimal
    now: Decimal
    kinds: Mapping[Moved, Sum]

    @property
    def difference(self) -> Decimal:
        """By how much the sum has changed."""
        return self.now - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A number in one snapshot.

    Attributes:
        number: None with a reason.
        built_at: when the snapshot was made, UTC.
        closing: the closed month that it was kept for; None: it is a version of the data that is kept for a while.
    """

    version: int
    built_at: datetime
    closing: Closing | None
    number: Decimal | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One side of a KPI in two snapshots, and the records that make the difference.

    Attributes:
        parts: the sums the number is made of; of a ratio numerator and denominator apart.
        page: a page of the records, the largest change first: `kind`, `before`, `now` and `change`. What a person
            may not see is summed up as it is in the rows behind the number.
    """

    kpi: Kpi
    side: Side
    period: Period
    lens: Lens
    currency: str | None
    before: Standing
    now: Standing
    parts: Sequence[PartChange]
    page: RowPage
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal | None:
        """By how much the number has changed; None unless there are two."""
        if self.now.number is None or self.before.number is None:
            return None
        return self.now.number - self.before.number
