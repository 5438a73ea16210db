"""Numbers and dates as a British reader expects them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_currency_symbol

from models.metrics.kpi import Unit
from models.period import Month, Period

LOCALE = "en_GB"
MISSING = "–"
MINUS = "−"
_LARGE = Decimal(10_000)  # from here on cents and tenths say nothing on a tile
_STEPS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))


def symbol(currency: str | None) -> str:
    """The short sign of a currency, or its code where it has none.

    A page states its currency once, so that the dollar need not say whose it is each time.
    """
    if not currency:
        return ""
    sign = get_currency_symbol(currency, LOCALE)
    if sign.endswith("$"):
        return "$"
    return f"{sign} " if sign.isalpha() else sign


def compact_money(value: Decimal, currency: str | None) -> str:
    """Money short enough for a tile: £4.21m."""
    size = abs(value)
    for step, name in _STEPS:
        scaled = size / step
        digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
        shown = _round(scaled, digits)
        if shown >= 1:
            return f"{_sign(value)}{symbol(currency)}{shown}{name}"
    shown = _round(size, 0)
    return f"{_sign(value) if shown else ''}{symbol(currency)}{shown}"


def full_money(value: Decimal, currency: str | None) -> str:
    """Money to the cent: £4,213,456.78."""
    shown = _round(value, 2)
    return f"{_sign(shown)}{symbol(currency)}{format_decimal(abs(shown), '#,##0.00', LOCALE)}"


def whole_money(value: Decimal, currency: str | None) -> str:
    """Money without cents: £4,213,457."""
    shown = _round(value, 0)
    return f"{_sign(shown)}{symbol(currency)}{abs(int(shown)):,}"


def percent(value: Decimal, digits: int = 1) -> str:
    """A fraction as percent: 0.689 is 68.9 %."""
    shown = _round(value * 100, digits)
    return f"{_sign(shown)}{abs(shown)}%"


def points(value: Decimal) -> str:
    """A difference of two percentages: 0.012 is 1.2 pp."""
    shown = _round(value * 100, 1)
    return f"{_sign(shown)}{abs(shown)} pp"


def hours(value: Decimal) -> str:
    """Hours to one place: 1,204.5."""
    return _plain(value, 1)


def two_places(value: Decimal) -> str:
    """A quantity to two places, as a list of rows shows it."""
    return _plain(value, 2)


def quantity(value: Decimal) -> str:
    """A quantity with as many places as it needs, four at most."""
    return f"{_sign(value)}{format_decimal(abs(value), '#,##0.####', LOCALE)}"


def days(value: Decimal) -> str:
    """Days to one place."""
    return _plain(value, 1)


def count(value: int) -> str:
    """A whole number with thousands separators."""
    return f"{value:,}"


def short(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A number as a tile shows it."""
    if unit is Unit.MONEY:
        return compact_money(value, currency)
    if unit is Unit.PERCENT:
        return percent(value)
    if unit is Unit.RATE and abs(value) >= _LARGE:
        return compact_money(value, currency)
    return _quantity(value, unit, currency, 1 if abs(value) < _LARGE else 0)


def exact(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A number as a title or a total shows it: nothing worth seeing left out."""
    if unit is Unit.MONEY:
        return full_money(value, currency)
    if unit is Unit.PERCENT:
        return percent(value, 2)
    return _quantity(value, unit, currency, 2)


def difference(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A signed difference as a tile shows it."""
    text = points(value) if unit is Unit.PERCENT else short(value, unit, currency)
    shown = any(digit in text for digit in "123456789")
    return f"+{text}" if shown and value > 0 else text


def month_name(month: Month, *, long: bool = True) -> str:
    """October 2026, or Oct 26."""
    return _sep(format_date(month.start, "MMMM y" if long else "MMM yy", LOCALE))


def month_letter(month: Month) -> str:
    """Oct."""
    return _sep(format_date(month.start, "MMM", LOCALE))


def month_of_year(number: int) -> str:
    """January, of 1."""
    return format_date(date(2000, number, 1), "LLLL", LOCALE)


def period_name(period: Period, *, long: bool = True) -> str:
    """A period in words."""
    text = str(period)
    if period.first == period.last:
        return month_name(period.first, long=long)
    year, dash, quarter = text.partition("-Q")
    if dash:
        return f"Q{quarter} {year}"
    if ".." not in text:
        return text
    return f"{month_name(period.first, long=False)} to {month_name(period.last, long=False)}"


def day(value: date | int | None) -> str:
    """23 Nov 2026, from a date or a yyyymmdd integer."""
    if not value:
        return MISSING
    if isinstance(value, int):
        value = date(value // 10000, value // 100 % 100, value % 100)
    return _sep(format_date(value, "d MMM y", LOCALE))


def moment(value: datetime) -> str:
    """A moment in UTC, to the minute."""
    return _sep(format_datetime(value, "d MMM y, HH:mm 'UTC'", locale=LOCALE))


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in words."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    seconds = int((now - aware).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 36 * 3600:
        return f"{seconds // 3600} h ago"
    return f"{seconds // 86400} days ago"


def duration(seconds: float) -> str:
    """How long something took."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def _quantity(value: Decimal, unit: Unit, currency: str | None, digits: int) -> str:
    """A number that is neither an amount nor a percentage."""
    if unit is Unit.RATE:
        return full_money(value, currency)
    if unit is Unit.COUNT:
        return f"{_sign(value)}{format_decimal(abs(_round(value, 1)), '#,##0.#', LOCALE)}"
    if unit is Unit.FACTOR:
        return _plain(value, 2)
    return f"{_plain(value, digits)} {'days' if unit is Unit.DAYS else 'h'}"


def _plain(value: Decimal, digits: int) -> str:
    shown = _round(value, digits)
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return f"{_sign(shown)}{format_decimal(abs(shown), pattern, LOCALE)}"


def _sep(text: str) -> str:
    """Three letters for every short month; the locale gives September four."""
    return text.replace("Sept ", "Sep ") if "Sept " in text else "Sep" if text == "Sept" else text


def _sign(value: Decimal) -> str:
    return MINUS if value < 0 else ""


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
