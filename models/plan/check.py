"""Checks an uploaded plan row by row: what is wrong is told with row, column, value and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from ..business.rules import SERVICES, Line, Stream
from ..errors import QuestionError
from ..metrics.catalogue import kpis
from ..metrics.kpi import Kind, Unit
from ..metrics.plan import PLANNED
from ..texts import _
from .columns import plain
from .members import Members
from .read import Cells, Sheet
from .values import Unreadable, month_of, number_of, text_of

_MEMBERS = ("subsidiary", "department", "customer", "project", "account")
_NAMED = {plain(name): key for key, one in PLANNED.items() for name in (key, *one.also)}
_STREAMS = {plain(name): name for name in (*Stream, SERVICES)}
_LINES = {plain(name): str(name) for name in Line}
_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A row that can be kept; members as `system:id`."""

    row_number: int
    measure: str
    month: int
    subsidiary: str | None = None
    department: str | None = None
    customer: str | None = None
    project: str | None = None
    account: str | None = None
    stream: str | None = None
    line: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    hours: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong in a row.

    Attributes:
        value: what the cell says; empty where it is missing.
        advice: what to do.
    """

    row: int
    column: str
    value: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a file.

    Attributes:
        rows: those that can be kept.
        faults: of the others, in their order.
        skipped: rows that were left out because the user said so.
    """

    rows: Sequence[PlanRow]
    faults: Sequence[Fault]
    skipped: tuple[int, ...] = ()


def check(sheet: Sheet, members: Members, skip: Collection[int] = ()) -> Checked:
    """Check every row but those to be skipped.

    Raises:
        QuestionError: a row to be skipped is not in the file.
    """
    numbers = {number for number, _ in sheet.rows}
    if unknown := sorted(set(skip) - numbers):
        raise QuestionError(
            _(
                "Row {row} is to be skipped, but holds nothing: rows {first} to {last} do. Nothing was taken.",
                row=unknown[0],
                first=min(numbers),
                last=max(numbers),
            )
        )
    rows: list[PlanRow] = []
    faults: list[Fault] = []
    met: dict[tuple[Any, ...], int] = {}
    for number, cells in sheet.rows:
        if number in skip:
            continue
        made, wrong = _Row(number, cells, members).read()
        if made is not None and not wrong:
            first = met.setdefault(_grain(made), number)
            if first != number:
                wrong = [
                    Fault(
                        row=number, column="measure", value=made.measure,
                        what=_("says the same as row {first}: measure, month and all it belongs to.", first=first),
                        advice=_("Add the two up in one row, or take one out."),
                    )
                ]  # fmt: skip
        faults += wrong
        if made is not None and not wrong:
            rows.append(made)
    return Checked(rows=rows, faults=faults, skipped=tuple(sorted(skip)))


def rows_to_skip(text: str) -> frozenset[int]:
    """The numbers of a list such as '12,15'.

    Raises:
        QuestionError: it is no such list.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise QuestionError(
            _("'{text}' are no rows. Write their numbers, such as 12,15.", text=text)
        )
    return frozenset(map(int, parts))


def _grain(row: PlanRow) -> tuple[Any, ...]:
    free = ("row_number", "amount", "hours", "note")
    return tuple(getattr(row, field.name) for field in fields(row) if field.name not in free)


class _Row:
    """One row while it is read."""

    def __init__(self, number: int, cells: Cells, members: Members) -> None:
        self.number, self.cells, self.members = number, cells, members
        self.faults: list[Fault] = []

    def read(self) -> tuple[PlanRow | None, list[Fault]]:
        if "" in self.cells:
            self._wrong(
                "", Unreadable(_("stands beside the columns."), _("Give its column a heading."))
            )
        measure = self._cell("measure", _measure, required=True)
        month = self._cell("month", month_of, required=True)
        named: Mapping[str, Any] = {name: self._cell(name, self._member(name)) for name in _MEMBERS}
        stream = self._cell("stream", _one_of(_STREAMS, _("revenue stream")))
        line = self._cell("line", _one_of(_LINES, _("line of the income statement")))
        currency = self._cell("currency", self._currency)
        amount, hours = self._cell("amount", number_of), self._cell("hours", number_of)
        note = self._cell("note", text_of)
        if measure is not None:
            self._check_value(measure, amount, hours, currency)
        self._check_subsidiary(named)
        if self.faults or measure is None or month is None:
            return None, self.faults
        return PlanRow(
            row_number=self.number, measure=measure, month=month, **named, stream=stream, line=line,
            currency=currency, amount=amount, hours=hours, note=note and note[:_NOTE],
        ), []  # fmt: skip

    def _cell(self, column: str, read: Callable[[Any], Any], *, required: bool = False) -> Any:
        if column not in self.cells:
            if required:
                self._wrong(
                    column, Unreadable(_("is empty."), _("Fill it in, or take the row out."))
                )
            return None
        try:
            return read(self.cells[column])
        except Unreadable as error:
            self._wrong(column, error)
            return None

    def _wrong(self, column: str, error: Unreadable) -> None:
        shown = str(self.cells.get(column, ""))[:80]
        self.faults.append(
            Fault(row=self.number, column=column, value=shown, what=error.what, advice=error.advice)
        )

    def _member(self, column: str) -> Callable[[Any], str]:
        return lambda value: self.members.indexes[column].reference(text_of(value))

    def _currency(self, value: Any) -> str:
        code = text_of(value).upper()
        if code not in self.members.currencies:
            raise Unreadable(
                _("is no currency in use."),
                _(
                    "Write one of {currencies}.",
                    currencies=", ".join(sorted(self.members.currencies)),
                ),
            )
        return code

    def _check_value(
        self, measure: str, amount: Decimal | None, hours: Decimal | None, currency: str | None
    ) -> None:
        """The one of amount and hours that the measure has, and not the other."""
        counts_hours = measure in PLANNED and PLANNED[measure].hours
        wanted, other = ("hours", "amount") if counts_hours else ("amount", "hours")
        if other in self.cells:
            self._wrong(
                other,
                Unreadable(
                    _(
                        "does not belong to {measure}, which has {wanted}.",
                        measure=measure,
                        wanted=wanted,
                    ),
                    _("Use column {wanted}.", wanted=wanted),
                ),
            )
        elif wanted not in self.cells:
            self._wrong(wanted, Unreadable(_("is empty."), _("Fill it in, or take the row out.")))
        if counts_hours and currency is not None:
            self._wrong(
                "currency", Unreadable(_("does not belong to hours."), _("Leave it empty."))
            )

    def _check_subsidiary(self, named: Mapping[str, Any]) -> None:
        own = self.members.projects.get(named["project"] or "")
        if own and named["subsidiary"] and named["subsidiary"] != own:
            names = self.members.indexes["subsidiary"].names
            self._wrong(
                "subsidiary",
                Unreadable(
                    _(
                        "is not the subsidiary of this project, which is {own}.",
                        own=names.get(own, own),
                    ),
                    _("Leave it empty, or mend it."),
                ),
            )


def _measure(value: Any) -> str:
    text = text_of(value)
    if known := _NAMED.get(plain(text)):
        return known
    key = plain(text).replace(" ", "_")
    if key not in kpis():
        raise Unreadable(
            _("is nothing that can be planned."),
            _("Write one of {planned}.", planned=", ".join(PLANNED)),
        )
    kpi = kpis()[key]
    if kpi.kind is Kind.FLOW and kpi.unit is Unit.MONEY:
        return key
    if kpi.kind is Kind.RATIO:
        raise Unreadable(
            _("is a ratio, which cannot be added up."),
            _(
                "Plan what it is made of, such as billable_hours and capacity_hours, or set a target in "
                "the file of the business."
            ),
        )
    raise Unreadable(
        _("cannot be planned month by month."), _("Set a target in the file of the business.")
    )


def _one_of(known: Mapping[str, str], title: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        found = known.get(plain(text_of(value)))
        if found is None:
            raise Unreadable(
                _("is no {title}.", title=title),
                _("Write one of {values}.", values=", ".join(known.values())),
            )
        return str(found)

    return read
