"""What moved the gross margin: capacity, its mix, utilisation, price, write-offs, cost, exchange rates (P1, P3).

The margin of a practice is what its people's hours earn less what the people cost:

    margin = capacity x (utilisation x price of an hour - cost of an hour of capacity) - write-offs

Each effect changes one of these, in this order, from what they were before (the plan, or the year before) to what
they are: those before it in the formula are new already, those after it are old still. The effects of all practices
add up; what hours do not tell stands beside them, and nothing is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .sums import ZERO

_PLACE = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What one practice earns by hours, in a period; money in the reporting currency.

    Attributes:
        capacity, hours: there were, and were billable.
        revenue: of services, write-offs taken off already.
        write_offs: positive.
        labor: direct labour, positive.
    """

    capacity: Decimal = ZERO
    hours: Decimal = ZERO
    revenue: Decimal = ZERO
    write_offs: Decimal = ZERO
    labor: Decimal = ZERO

    @property
    def margin(self) -> Decimal:
        """What its hours leave."""
        return self.revenue - self.labor

    @property
    def utilization(self) -> Fraction | None:
        """Billable hours of the hours there were."""
        return _share(self.hours, self.capacity)

    @property
    def price(self) -> Fraction | None:
        """What a billable hour earns before write-offs."""
        return _share(self.revenue + self.write_offs, self.hours)

    @property
    def cost(self) -> Fraction | None:
        """What an hour of capacity costs."""
        return _share(self.labor, self.capacity)

    def plus(self, other: Practice) -> Practice:
        """Both together."""
        return Practice(
            capacity=self.capacity + other.capacity,
            hours=self.hours + other.hours,
            revenue=self.revenue + other.revenue,
            write_offs=self.write_offs + other.write_offs,
            labor=self.labor + other.labor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What each driver did to the margin of hours; `rest` is what hours do not tell, and what rounding leaves."""

    volume: Decimal
    mix: Decimal
    utilization: Decimal
    rate: Decimal
    write_offs: Decimal
    cost_rate: Decimal
    rest: Decimal


def together(practices: Mapping[int, Practice]) -> Practice:
    """All practices as one."""
    found = Practice()
    for one in practices.values():
        found = found.plus(one)
    return found


def effects(before: Mapping[int, Practice], after: Mapping[int, Practice]) -> Effects | None:
    """Split the difference of two margins; the parts add up to it, to the last place.

    A practice that is new has no price, cost or utilisation of before, and one that is gone has none of after: the
    ones it has are taken, so that it is all mix. Where hours of before are not told apart (key -1 has capacity),
    the firm is taken as one and there is no mix.

    Returns:
        None where there was no capacity before, so that nothing can be told by hours.
    """
    unassigned = before.get(-1)
    if unassigned is not None and unassigned.capacity:
        before, after = {-1: together(before)}, {-1: together(after)}
    old, new = together(before), together(after)
    if not old.capacity:
        return None
    growth = Fraction(new.capacity) / Fraction(old.capacity)
    parts = [
        _parts(before.get(key, Practice()), after.get(key, Practice()), growth)
        for key in sorted(before.keys() | after.keys())
    ]
    volume, mix, utilization, rate, cost_rate = (
        rounded(sum(column, Fraction(0))) for column in zip(*parts, strict=True)
    )
    write_offs = old.write_offs - new.write_offs
    told = volume + mix + utilization + rate + cost_rate + write_offs
    return Effects(
        volume=volume,
        mix=mix,
        utilization=utilization,
        rate=rate,
        write_offs=write_offs,
        cost_rate=cost_rate,
        rest=new.margin - old.margin - told,
    )


def _parts(before: Practice, after: Practice, growth: Fraction) -> tuple[Fraction, ...]:
    """Volume, mix, utilisation, price and cost of one practice."""
    used, uses = _both(before.utilization, after.utilization)
    earned, earns = _both(before.price, after.price)
    cost, costs = _both(before.cost, after.cost)
    capacity = Fraction(after.capacity)
    expected = Fraction(before.capacity) * growth
    then = used * earned - cost
    return (
        (expected - Fraction(before.capacity)) * then,
        (capacity - expected) * then,
        capacity * (uses - used) * earned,
        capacity * uses * (earns - earned),
        capacity * (cost - costs),
    )


def _both(before: Fraction | None, after: Fraction | None) -> tuple[Fraction, Fraction]:
    """A rate of before and of after; one that there is not is taken as the other."""
    nothing = Fraction(0)
    first = next((one for one in (before, after) if one is not None), nothing)
    return first, first if after is None else after


def _share(amount: Decimal, of: Decimal) -> Fraction | None:
    return Fraction(amount) / Fraction(of) if of else None


def rounded(number: Fraction) -> Decimal:
    """To the four places that amounts have."""
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(_PLACE)
