"""What each headline number is made of, from the domain objects: one cell a thing that counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from .calendar import days, month_of
from .firm import ACCOUNTS
from .firm_life import Life
from .model import TIME_OFF, ZERO, Project
from .model_money import Document, Line

_FOUR = Decimal("0.0001")
_COST_TYPES = ("COGS", "Expense")


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount of a month, of a department and a project (or of none)."""

    month: int
    department: str | None
    project: str | None
    amount: Decimal


def rounded(value: Decimal) -> Decimal:
    """Four places, half to even: how every amount is kept."""
    return value.quantize(_FOUR, rounding=ROUND_HALF_EVEN)


def _cell(month: int, project: Project | None, amount: Decimal) -> Cell:
    if project is None:
        return Cell(month, None, None, amount)
    return Cell(month, project.department.name, project.code, amount)


class Flows:
    """Flows by KPI and side."""

    def __init__(self, life: Life) -> None:
        self._life, self._rates = life, life.rates
        self.sources: dict[tuple[str, str], Callable[[], Iterator[Cell]]] = {
            ("recognized_revenue", "erp"): self._ledger_revenue,
            ("recognized_revenue", "psa"): self._recognition,
            ("invoiced_revenue", "erp"): self._erp_invoices,
            ("invoiced_revenue", "psa"): self._psa_invoices,
            ("project_gross_margin", "erp"): self._ledger_margin,
            ("project_gross_margin", "psa"): self._project_margin,
            ("billable_hours", "erp"): self._billed_time,
            ("billable_hours", "psa"): self._worked_time,
            ("capacity", "erp"): self._capacity,
            ("capacity", "psa"): self._capacity,
            ("billings", "erp"): self._billings,
        }

    def _in_root(self, project: Project, amount: Decimal, currency: str, day: date) -> Decimal:
        """An amount of SuiteProjects Pro in the root's currency, at the day's and the month's rate."""
        base = project.subsidiary.currency
        daily = self._rates.on(currency, base, day)
        return rounded(amount * daily * self._rates.average(base, month_of(day)))

    def _posted(self) -> Iterator[tuple[Document, Line, str]]:
        for document in self._life.documents:
            if document.posting:
                for line in document.lines:
                    if line.project is not None and line.project.is_client:
                        yield document, line, ACCOUNTS[line.account].type

    def _booked(self, document: Document, line: Line) -> Cell:
        rate = self._rates.average(document.subsidiary.currency, document.month)
        return _cell(document.month, line.project, rounded(-line.amount * rate))

    def _ledger_revenue(self) -> Iterator[Cell]:
        for document, line, kind in self._posted():
            if kind == "Income":
                yield self._booked(document, line)

    def _ledger_margin(self) -> Iterator[Cell]:
        for document, line, kind in self._posted():
            if kind == "Income" or kind in _COST_TYPES:
                yield self._booked(document, line)

    def _recognition(self) -> Iterator[Cell]:
        for it in self._life.recognitions:
            amount = self._in_root(it.project, it.amount, it.project.currency, it.day)
            yield _cell(month_of(it.day), it.project, amount)

    def _project_margin(self) -> Iterator[Cell]:
        yield from self._recognition()
        for entry in self._life.entries:
            if entry.approved and entry.project.is_client:
                base = entry.person.subsidiary.currency
                month = month_of(entry.booked_on)
                cost = rounded(entry.cost * self._rates.average(base, month))
                yield _cell(month, entry.project, -cost)
        for receipt in self._life.costs.receipts:
            if receipt.report.approved:
                currency = receipt.report.person.subsidiary.currency
                cost = self._in_root(receipt.project, receipt.amount, currency, receipt.day)
                yield _cell(month_of(receipt.day), receipt.project, -cost)
        for purchase in self._life.costs.purchases:
            currency = purchase.project.subsidiary.currency
            cost = self._in_root(purchase.project, purchase.amount, currency, purchase.day)
            yield _cell(month_of(purchase.day), purchase.project, -cost)

    def _invoice_lines(self) -> Iterator[tuple[Document, Line]]:
        for document in self._life.documents:
            if document.type in ("CustInvc", "CustCred", "CashSale"):
                for line in document.lines[1:]:
                    yield document, line

    def _erp_invoices(self) -> Iterator[Cell]:
        return (
            self._booked(document, line) for document, line in self._invoice_lines() if not line.tax
        )

    def _billings(self) -> Iterator[Cell]:
        return (self._booked(document, line) for document, line in self._invoice_lines())

    def _psa_invoices(self) -> Iterator[Cell]:
        for invoice in self._life.invoices:
            if invoice.status == "A":
                for charge in invoice.charges:
                    amount = self._in_root(
                        charge.project, charge.amount, charge.project.currency, invoice.day
                    )
                    yield _cell(month_of(invoice.day), charge.project, amount)

    def _worked_time(self) -> Iterator[Cell]:
        for entry in self._life.entries:
            if entry.approved and entry.billable and entry.person.in_rollup:
                yield Cell(month_of(entry.day), entry.person.department.name, None, entry.hours)

    def _billed_time(self) -> Iterator[Cell]:
        for bill in self._life.bills:
            if bill.entry.billable and bill.entry.person.in_rollup:
                department = bill.entry.person.department.name
                yield Cell(month_of(bill.day), department, None, bill.hours)

    def _capacity(self) -> Iterator[Cell]:
        """The hours people were scheduled for, less holidays and approved leave, up to today."""
        life = self._life
        leave: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
        for entry in life.entries:
            if entry.approved and entry.project.contract_type == TIME_OFF:
                leave[entry.person.id, entry.day] += entry.hours
        for person in life.people.everyone:
            if not person.in_rollup:
                continue
            months: dict[int, Decimal] = defaultdict(Decimal)
            first = max(life.clock.start, person.hired)
            for day in days(first, min(person.released or life.as_of, life.as_of)):
                gross = person.works_on(day)
                if gross:
                    months[month_of(day)] += gross - min(gross, leave.get((person.id, day), ZERO))
            for month, hours in months.items():
                yield Cell(month, person.department.name, None, hours)
