"""Numbers, money and dates as the reader's locale writes them; units and ages in words as the catalogue has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, get_currency_symbol, parse_pattern

from models.metrics.kpi import Unit
from models.period import Month, Period, day_of
from models.texts import Text, _

from .locales import current

NOW: Text = "just now"  # these four grow older in the browser, too
MINUTES_AGO: Text = "{count} min ago"
HOURS_AGO: Text = "{count} h ago"
DAYS_AGO: Text = "{count} days ago"
MISSING = "–"
MINUS = "−"
_THOUSAND = Decimal(1_000)
_TEN, _HUNDRED = 10, 100
_LARGE = Decimal(10_000)  # from here on cents and tenths say nothing on a tile
_HOUR = 60  # minutes
_MOST_MORE = 2  # places beyond the usual that keep two numbers apart
SHARES = frozenset({Unit.PERCENT, Unit.POINTS})
_STEPS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))


def symbol(currency: str | None) -> str:
    """The short sign of a currency, or its code where it has none.

    A page states its currency once, so that the dollar need not say whose it is each time.
    """
    if not currency:
        return ""
    return _symbol(currency)


@cache
def _symbol(currency: str) -> str:
    sign = get_currency_symbol(currency, "en_GB")
    return "$" if sign.endswith("$") else sign


def compact_money(value: Decimal, currency: str | None, *, more: int = 0) -> str:
    """Money short enough for a tile: £4.21m; 4,21 Mio. £.

    Args:
        more: places beyond the usual.
    """
    size = abs(value)
    for step, name in _STEPS:
        scaled = size / step
        digits = _places_of(scaled) + more
        if _round(scaled, digits) < 1:
            continue
        short = _short_of(current(), str(step), name)
        if short is None:  # the locale has no short word for it
            return f"{_sign(value)}{_priced(_number(_round(size, 0), 0), currency)}"
        return f"{_sign(value)}{_priced(_number(_round(scaled, digits), digits) + short, currency)}"
    shown = _round(size, 0)
    return f"{_sign(value) if shown else ''}{_priced(_number(shown, 0), currency)}"


def _places_of(scaled: Decimal) -> int:
    """Three figures in all."""
    return 2 if scaled < _TEN else 1 if scaled < _HUNDRED else 0


def _grain(value: Decimal, unit: Unit, more: int) -> Decimal:
    """What the last figure of a number counts for, as `beside` writes it."""
    if unit is not Unit.MONEY:
        return Decimal(1).scaleb(-3 - more)
    step = next((one for one, _name in _STEPS if abs(value) >= one), Decimal(1))
    places = _places_of(abs(value) / step) if step > 1 else 0
    return step.scaleb(-places - more)


def beside(value: Decimal, other: Decimal | None, unit: Unit, currency: str | None) -> str:
    """A number as a tile shows it, beside the other system's: with more places where rounding alone would set them apart.

    1,235,514 beside 1,234,869 is $1.236m, not $1.24m: that one beside $1.23m would look like a difference of 10,000.
    """
    if other is None or unit not in {Unit.MONEY, Unit.PERCENT}:
        return short(value, unit, currency)

    def written(number: Decimal, more: int) -> str:
        if unit is Unit.PERCENT:
            return percent(number, 1 + more)
        return compact_money(number, currency, more=more)

    for more in range(_MOST_MORE):
        text = written(value, more)
        if text == written(other, more) or abs(value - other) * 2 >= _grain(value, unit, more):
            return text
    return written(value, _MOST_MORE)


def full_money(value: Decimal, currency: str | None) -> str:
    """Money to the cent: £4,213,456.78; 4.213.456,78 £."""
    shown = _round(value, 2)
    return f"{_sign(shown)}{_priced(_number(abs(shown), 2), currency)}"


def whole_money(value: Decimal, currency: str | None) -> str:
    """Money without cents: £4,213,457."""
    shown = _round(value, 0)
    return f"{_sign(shown)}{_priced(_number(abs(shown), 0), currency)}"


def percent(value: Decimal, digits: int = 1) -> str:
    """A fraction as percent: 0.689 is 68.9%; 68,9 %."""
    shown = _round(value * 100, digits)
    return f"{_sign(shown)}{_number(abs(shown), digits)}{_percent_sign(current())}"


def points(value: Decimal, digits: int = 1) -> str:
    """A difference of two percentages: 0.012 is 1.2 pp."""
    shown = _round(value * 100, digits)
    return f"{_sign(shown)}{_('{number} pp', number=_number(abs(shown), digits))}"


def minutes(value: Decimal) -> str:
    """A time that passed: 0 min, 12 min, 3 h 20 min, 2 days."""
    whole = int(_round(abs(value), 0))
    sign = _sign(value) if whole else ""
    if whole < _HOUR:
        return f"{sign}{_('{number} min', number=whole)}"
    if whole < 36 * _HOUR:
        told, rest = divmod(whole, _HOUR)
        if not rest:
            return f"{sign}{_('{number} h', number=told)}"
        return f"{sign}{_('{hours} h {minutes} min', hours=told, minutes=rest)}"
    return f"{sign}{_('{number} days', number=_plain(Decimal(whole) / (24 * _HOUR), 1))}"


def hours(value: Decimal) -> str:
    """Hours to one place: 1,204.5."""
    return _plain(value, 1)


def short_hours(value: Decimal) -> str:
    """Hours where a heading says that they are: 1,204."""
    return _plain(value, 0)


def two_places(value: Decimal) -> str:
    """A quantity to two places, as a list of rows shows it."""
    return _plain(value, 2)


def quantity(value: Decimal) -> str:
    """A quantity with as many places as it needs, four at most."""
    return f"{_sign(value)}{format_decimal(abs(value), '#,##0.####', current())}"


def days(value: Decimal) -> str:
    """Days to one place."""
    return _plain(value, 1)


def count(value: int) -> str:
    """A whole number with thousands separators."""
    return f"{'-' if value < 0 else ''}{format_decimal(abs(value), '#,##0', current())}"


def short(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A number as a tile shows it."""
    if unit is Unit.MONEY:
        return compact_money(value, currency)
    if unit is Unit.PERCENT:
        return percent(value)
    if unit is Unit.POINTS:
        return points(value)
    if unit is Unit.MINUTES:
        return minutes(value)
    if unit is Unit.RATE and abs(value) >= _LARGE:
        return compact_money(value, currency)
    if unit is Unit.RATE and abs(value) >= _THOUSAND:  # of a head or a month, not of an hour
        return whole_money(value, currency)
    if unit is Unit.FACTOR:
        return _plain(value, 2 if abs(value) < _TEN else 1 if abs(value) < _HUNDRED else 0)
    return _quantity(value, unit, currency, 1 if abs(value) < _LARGE else 0)


def exact(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A number as a title or a total shows it: nothing worth seeing left out."""
    if unit is Unit.MONEY:
        return full_money(value, currency)
    if unit is Unit.PERCENT:
        return percent(value, 2)
    if unit is Unit.POINTS:
        return points(value, 2)
    if unit is Unit.MINUTES:
        return f"{_plain(value, 2)} min"
    return _quantity(value, unit, currency, 2)


def difference(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A signed difference as a tile shows it."""
    text = points(value) if unit in SHARES else short(value, unit, currency)
    shown = any(digit in text for digit in "123456789")
    return f"+{text}" if shown and value > 0 else text


def month_name(month: Month, *, long: bool = True) -> str:
    """October 2026, or Oct 26."""
    return _month_name(month, current(), long=long)


@lru_cache(4096)
def _month_name(month: Month, locale: str, *, long: bool) -> str:
    if long:
        return _sep(format_skeleton("yMMMM", month.start, locale=locale))
    return _sep(format_date(month.start, "MMM yy", locale))


def month_letter(month: Month) -> str:
    """Oct."""
    return _sep(format_date(month.start, "MMM", current()))


def month_of_year(number: int) -> str:
    """January, of 1."""
    return format_date(date(2000, number, 1), "LLLL", current())


def period_name(period: Period, *, long: bool = True) -> str:
    """A period in words."""
    text = str(period)
    if period.first == period.last:
        return month_name(period.first, long=long)
    year, dash, quarter = text.partition("-Q")
    if dash:
        return _("Q{quarter} {year}", quarter=quarter, year=year)
    if ".." not in text:
        return text
    first, last = month_name(period.first, long=False), month_name(period.last, long=False)
    return _("{first} to {last}", first=first, last=last)


def day(value: date | int | None) -> str:
    """23 Nov 2026, from a date or a yyyymmdd integer."""
    if not value:
        return MISSING
    if isinstance(value, int):
        value = day_of(value)
    return _sep(format_skeleton("yMMMd", value, locale=current()))


def moment(value: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{day(value)}, {value:%H:%M} UTC"


def ago(value: datetime, now: datetime) -> str:
    """How long ago, in words."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    seconds = int((now - aware).total_seconds())
    if seconds < 60:
        return _(NOW)
    if seconds < 3600:
        return _(MINUTES_AGO, count=seconds // 60)
    if seconds < 48 * 3600:
        return _(HOURS_AGO, count=seconds // 3600)
    return _(DAYS_AGO, count=seconds // 86400)


def duration(seconds: float) -> str:
    """How long something took."""
    if seconds < 60:
        digits = 1 if seconds < 10 else 0
        return _("{count} s", count=_number(_round(Decimal(seconds), digits), digits))
    minutes, rest = divmod(int(seconds), 60)
    return _("{minutes} min {seconds} s", minutes=minutes, seconds=f"{rest:02d}")


def _quantity(value: Decimal, unit: Unit, currency: str | None, digits: int) -> str:
    """A number that is neither an amount nor a percentage."""
    if unit is Unit.RATE:
        return full_money(value, currency)
    if unit is Unit.COUNT:
        return f"{_sign(value)}{format_decimal(abs(_round(value, 1)), '#,##0.#', current())}"
    if unit is Unit.FACTOR:
        return _plain(value, 2)
    shown = _round(value, digits)
    number = _number(abs(shown), digits)
    words = (
        _("{number} days", number=number) if unit is Unit.DAYS else _("{number} h", number=number)
    )
    return f"{_sign(shown)}{words}"


def bare(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A number as a tile shows it, without the unit that a heading says."""
    if unit in {Unit.HOURS, Unit.DAYS}:
        return _plain(value, 1 if abs(value) < _LARGE else 0)
    return short(value, unit, currency)


def _plain(value: Decimal, digits: int) -> str:
    shown = _round(value, digits)
    return f"{_sign(shown)}{_number(abs(shown), digits)}"


def decimal_sign() -> str:
    """What stands before the decimals."""
    return str(Locale.parse(current()).number_symbols["latn"]["decimal"])


def _number(value: Decimal, digits: int) -> str:
    """A number, rounded already, with that many decimals."""
    return format_decimal(value, _pattern(digits), _locale(current()))


@cache
def _pattern(digits: int) -> Any:
    return parse_pattern("#,##0." + "0" * digits if digits else "#,##0")


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _priced(number: str, currency: str | None) -> str:
    """A number with the sign of its currency where the locale has it."""
    sign = symbol(currency)
    if not sign:
        return number
    if _sign_is_before(current()):
        return f"{sign} {number}" if sign.isalpha() else f"{sign}{number}"
    return f"{number}\xa0{sign}"


@cache
def _sign_is_before(locale: str) -> bool:
    return bool(Locale.parse(locale).currency_formats["standard"].pattern.startswith("¤"))


@cache
def _percent_sign(locale: str) -> str:
    """The sign with the space before it, if the locale has one."""
    return str(Locale.parse(locale).percent_formats[None].pattern.partition("0")[2])


@cache
def _short_of(locale: str, step: str, english: str) -> str | None:
    """A thousand, a million or a thousand million in short; None where a locale writes them out."""
    if locale.startswith("en"):
        return english
    pattern = Locale.parse(locale).compact_decimal_formats["short"]["other"][step].pattern
    return pattern.replace("0", "").replace("'", "") or None


def _sep(text: str) -> str:
    """Three letters for every short month in English; British English gives September four."""
    if not current().startswith("en"):
        return text
    return text.replace("Sept ", "Sep ") if "Sept " in text else "Sep" if text == "Sept" else text


def _sign(value: Decimal) -> str:
    return MINUS if value < 0 else ""


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
