"""The filters of Read: by date, and by status under the vendor's names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from lxml import etree

from .conditions import Between, Condition, Every, Neither, OneOf
from .store import Kind, TableView

DATE_FILTERS = frozenset({"newer-than", "older-than", "date-equal-to", "date-not-equal-to"})


class ReadError(Exception):
    """A Read that is refused, with the status it answers."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Read is refused with status {status}.")
        self.status = status


def parse_date(block: etree._Element) -> datetime:
    """The instant (in UTC) of a Date element; what of the time is missing is zero."""
    parts = {part: (block.findtext(part) or "").strip() for part in _PARTS}
    if not all(parts[name] for name in ("year", "month", "day")):
        raise ReadError(944)
    try:
        year, month, day, hour, minute, second = (int(parts[part] or 0) for part in _PARTS)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise ReadError(944) from None


_PARTS = ("year", "month", "day", "hour", "minute", "second")


def date_condition(name: str, column: str, moment: datetime, view: TableView) -> Condition:
    """One date filter; newer-than and older-than leave out the moment itself."""
    kind = view.kind(column) if column in view.columns else None
    if kind not in (Kind.DATE, Kind.INSTANT):
        raise ReadError(602)
    midnight = datetime.combine(moment, time.min, UTC)
    day_only = kind is Kind.DATE
    match name:
        case "newer-than":
            return Between(column, low=moment.date() if day_only else moment, low_included=False)
        case "older-than" if day_only:
            return Between(column, high=moment.date(), high_included=moment > midnight)
        case "older-than":
            return Between(column, high=moment, high_included=False)
    same: Condition = OneOf(column, (moment.date(),))
    if not day_only:
        same = Between(column, midnight, midnight + timedelta(days=1), high_included=False)
    return same if name == "date-equal-to" else Neither((same,))


def _status(datatype: str, *letters: str) -> Callable[[TableView], Condition]:
    def condition(view: TableView) -> Condition:
        if view.name != datatype:
            raise ReadError(10)
        return OneOf("status", letters)

    return condition


def _slips(*, open_: bool) -> Callable[[TableView], Condition]:
    """Open charges are on no invoice yet; the others were approved onto one."""

    def condition(view: TableView) -> Condition:
        if view.name != "Slip":
            raise ReadError(10)
        unbilled = OneOf("invoiceid", (None,))
        return unbilled if open_ else Neither((unbilled,))

    return condition


def _approved_recognition(view: TableView) -> Condition:
    """Every recognition transaction counts as approved: no approval is kept on it."""
    if view.name != "Revenue_recognition_transaction":
        raise ReadError(10)
    return Every()


STATUS_FILTERS: dict[str, Callable[[TableView], Condition]] = {
    **{
        f"{word}-{plural}": _status(datatype, letter)
        for plural, datatype in (("timesheets", "Timesheet"), ("envelopes", "Envelope"))
        for word, letter in (
            ("open", "O"),
            ("submitted", "S"),
            ("approved", "A"),
            ("rejected", "R"),
        )
    },
    "open-slips": _slips(open_=True),
    "approved-slips": _slips(open_=False),
    "approved-revenue-recognition-transactions": _approved_recognition,
}
