"""Exchange rates: monthly rates between currencies, consolidated rates per period."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .calendar import Clock, month_of
from .dice import dice

ROOT = "USD"
CURRENCIES = {
    "USD": (1, "US Dollar"),
    "EUR": (2, "Euro"),
    "GBP": (3, "British Pound"),
    "CHF": (4, "Swiss Franc"),
}
_STARTS = {"EUR": 1.085, "GBP": 1.265, "CHF": 1.13}
_FIVE = Decimal("0.00001")
ONE = Decimal(1)


@dataclass(slots=True)
class Rates:
    """What one unit of a currency is worth, by month."""

    clock: Clock
    _usd: dict[str, dict[int, float]] = field(default_factory=dict)
    _cache: dict[tuple[str, str, int], Decimal] = field(default_factory=dict)

    @classmethod
    def invent(cls, seed: int, clock: Clock) -> Rates:
        """Walk the rates through history."""
        random = dice(seed, "rates")
        made = cls(clock)
        for currency, value in _STARTS.items():
            walk = made._usd[currency] = {}
            level = value
            for month in range(clock.first, clock.running + 2):
                walk[month] = level
                level *= 1 + random.gauss(0.0006, 0.011) + (value - level) * 0.08
        made._usd[ROOT] = dict.fromkeys(range(clock.first, clock.running + 2), 1.0)
        return made

    def monthly(self, currency: str, base: str, month: int) -> Decimal:
        """Units of `base` for one unit of `currency`, as in force from the first of the month."""
        if currency == base:
            return ONE
        month = max(self.clock.first, min(month, self.clock.running))
        key = (currency, base, month)
        if key not in self._cache:
            cross = self._usd[currency][month] / self._usd[base][month]
            self._cache[key] = Decimal(repr(cross)).quantize(_FIVE)
        return self._cache[key]

    def on(self, currency: str, base: str, day: date) -> Decimal:
        """The rate in force on a day."""
        return self.monthly(currency, base, month_of(day))

    def closing(self, base: str, month: int) -> Decimal:
        """Consolidated current rate of a period: from a subsidiary's currency to the root's."""
        if base == ROOT:
            return ONE
        month = min(month, self.clock.running)
        return Decimal(repr(self._usd[base][month + 1])).quantize(_FIVE)

    def average(self, base: str, month: int) -> Decimal:
        """Consolidated average rate of a period."""
        if base == ROOT:
            return ONE
        month = min(month, self.clock.running)
        walk = self._usd[base]
        return Decimal(repr(walk[month] * 0.47 + walk[month + 1] * 0.53)).quantize(_FIVE)

    def historical(self, base: str) -> Decimal:
        """Consolidated historical rate: that of the firm's first month."""
        return ONE if base == ROOT else self.average(base, self.clock.first)
