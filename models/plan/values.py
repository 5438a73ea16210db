"""Reads one cell of an uploaded plan: a month, an amount; what cannot be read is told with what to do."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from ..texts import _

_PLACES = Decimal("0.0001")
_LIMIT = Decimal(10) ** 13
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?"), (1, 2)),
    (re.compile(r"(\d{1,2})[-/.](\d{4})"), (2, 1)),
    (re.compile(r"(\d{4})(\d{2})"), (1, 2)),
)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ -]*(\d{4})")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_GROUPS = {  # a number with separators of thousands, and its decimal sign
    re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+"): (",", "."),
    re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+"): (".", ","),
    re.compile(r"[+-]?\d{1,3}(,\d{3}){2,}"): (",", "."),
    re.compile(r"[+-]?\d{1,3}(\.\d{3}){2,}"): (".", ","),
    re.compile(r"[+-]?\d+(\.\d+)?"): ("", "."),
    re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})"): ("", ","),
}
_EXCEL_ERROR = re.compile(r"#[A-Z0-9/!?]+")


class Unreadable(ValueError):
    """A cell that cannot be read.

    Attributes:
        what: is wrong.
        advice: what to do.
    """

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} {advice}")
        self.what, self.advice = what, advice


def month_of(value: Any) -> int:
    """The month, as yyyymm.

    Raises:
        Unreadable: it is none.
    """
    if isinstance(value, datetime | date):
        return _checked(value.year, value.month)
    text = _text(value)
    for form, (year, month) in _FORMS:
        if found := form.fullmatch(text):
            return _checked(int(found[year]), int(found[month]))
    if (found := _NAMED.fullmatch(text)) and found[1][:3].lower() in _MONTHS:
        return _checked(int(found[2]), _MONTHS.index(found[1][:3].lower()) + 1)
    raise Unreadable(_("is no month."), _("Write it as 2026-03, one row a month."))


def _checked(year: int, month: int) -> int:
    if not 1 <= month <= 12 or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unreadable(
            _("is no month that can be planned."),
            _("Write it as 2026-03, from {first} to {last}.", first=_FIRST_YEAR, last=_LAST_YEAR),
        )
    return year * 100 + month


def number_of(value: Any) -> Decimal:
    """A number, to four places; what a workbook computed to more is rounded half to even.

    Raises:
        Unreadable: it is none, or may be read in two ways.
    """
    if isinstance(value, bool | datetime | date):
        raise Unreadable(_("is no number."), _("Write digits, and a point before the decimals."))
    number = Decimal(repr(value)) if isinstance(value, int | float) else _written(_text(value))
    if not number.is_finite() or abs(number) >= _LIMIT:
        raise Unreadable(_("is out of range."), _("Write an amount below ten trillion."))
    exact = number.quantize(_PLACES, rounding=ROUND_HALF_EVEN)
    if not isinstance(value, float) and exact != number:
        raise Unreadable(_("has more than four decimal places."), _("Round it to four."))
    return exact


def _written(text: str) -> Decimal:
    text = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    text = text.replace("\u2212", "-")
    for form, (thousands, decimal) in _GROUPS.items():
        if form.fullmatch(text):
            plain = text.replace(thousands, "") if thousands else text
            try:
                return Decimal(plain.replace(decimal, "."))
            except InvalidOperation:
                break
    if re.fullmatch(r"[+-]?\d{1,3},\d{3}", text):
        bare = text.replace(",", "")
        raise Unreadable(
            _("may be {one} or {other}.", one=bare, other=text.replace(",", ".")),
            _(
                "Write it without separators: {one} or {other}.",
                one=bare,
                other=text.replace(",", "."),
            ),
        )
    if _EXCEL_ERROR.fullmatch(text):
        raise Unreadable(
            _("is an error of the workbook."), _("Mend its formula, save, upload again.")
        )
    raise Unreadable(_("is no number."), _("Write digits, and a point before the decimals."))


def text_of(value: Any) -> str:
    """A cell as text; a whole number without decimals, as an account's number is meant.

    Raises:
        Unreadable: it is a date, or an error of the workbook.
    """
    if isinstance(value, datetime | date):
        raise Unreadable(_("is a date."), _("Format the cell as text."))
    text = _text(value)
    if _EXCEL_ERROR.fullmatch(text):
        raise Unreadable(
            _("is an error of the workbook."), _("Mend its formula, save, upload again.")
        )
    return text


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
