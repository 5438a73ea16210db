"""What stands at the end of a month: work sold and not yet earned, invoices not yet paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from .calendar import end_of, month_of
from .firm import ACCOUNTS
from .firm_life import Life
from .flows import Cell, rounded
from .model import CENT, ZERO, Project, Subsidiary
from .model_money import Document


class Stocks:
    """Stocks by KPI and side, stated for a month."""

    def __init__(self, life: Life) -> None:
        self._life, self._rates = life, life.rates
        self.sources: dict[tuple[str, str], Callable[[int], Iterator[Cell]]] = {
            ("backlog", "erp"): self._erp_backlog,
            ("backlog", "psa"): self._psa_backlog,
            ("receivables", "erp"): self._erp_receivables,
            ("receivables", "psa"): self._psa_receivables,
        }

    def day_of(self, month: int) -> date:
        """The day a month's stock is stated for."""
        return min(end_of(month), self._life.as_of)

    def _closing(self, subsidiary: Subsidiary, month: int) -> Decimal:
        return self._rates.closing(subsidiary.currency, month)

    def _erp_backlog(self, month: int) -> Iterator[Cell]:
        day, invoices = self.day_of(month), self._invoices_by_order()
        sold: dict[Project, Decimal] = defaultdict(Decimal)
        for document in self._life.documents:
            if document.type != "SalesOrd" or document.status == "C" or document.day > day:
                continue
            for line in document.lines[1:]:
                if line.project is None:
                    yield from self._product(document, invoices[document.id], month, day)
                elif not (line.closed and month >= month_of(line.project.finish)):
                    sold[line.project] -= line.amount
        earned = self._earned(month)
        for project, amount in sold.items():
            left = amount - earned[project]
            if left > 0:
                yield _of(project, month, rounded(left * self._closing(project.subsidiary, month)))

    def _earned(self, month: int) -> dict[Project | None, Decimal]:
        """Income posted on projects up to a month."""
        earned: dict[Project | None, Decimal] = defaultdict(Decimal)
        for document in self._life.documents:
            if document.posting and document.month <= month:
                for line in document.lines:
                    if ACCOUNTS[line.account].type == "Income":
                        earned[line.project] -= line.amount
        return earned

    def _product(
        self, order: Document, invoices: list[Document], month: int, day: date
    ) -> Iterator[Cell]:
        """An order of one product: what has not been invoiced yet."""
        line = order.lines[1]
        invoiced = [
            (it.day, -row.amount)
            for it in invoices
            for row in it.lines
            if row.created_from is order
        ]
        last = max((billed for billed, _ in invoiced), default=None)
        if line.closed and (last is None or month >= month_of(last)):
            return
        left = -line.amount - sum((amount for billed, amount in invoiced if billed <= day), ZERO)
        if left > 0:
            yield Cell(month, None, None, rounded(left * self._closing(order.subsidiary, month)))

    def _invoices_by_order(self) -> dict[int, list[Document]]:
        found: dict[int, list[Document]] = defaultdict(list)
        for document in self._life.documents:
            if document.type == "CustInvc":
                for order in {line.created_from for line in document.lines if line.created_from}:
                    found[order.id].append(document)
        return found

    def _psa_backlog(self, month: int) -> Iterator[Cell]:
        day = self.day_of(month)
        earned: dict[Project, Decimal] = defaultdict(Decimal)
        for it in self._life.recognitions:
            if month_of(it.day) <= month:
                earned[it.project] += it.amount
        for project in self._life.clients:
            over = project.orders and not any(order.active for order in project.orders)
            if over and month >= month_of(project.finish):
                continue
            sold = sum((order.amount for order in project.orders if order.day <= day), ZERO)
            left = sold - earned[project]
            if sold and left > 0:
                base = project.subsidiary.currency
                daily = self._rates.on(project.currency, base, day)
                yield _of(project, month, rounded(left * daily * self._rates.closing(base, month)))

    def _erp_receivables(self, month: int) -> Iterator[Cell]:
        day = self.day_of(month)
        for document in self._life.documents:
            if document.type not in ("CustInvc", "CustCred", "CustPymt") or document.day > day:
                continue
            applied = [it.amount for it in document.applied if it.payer.day <= day]
            if document.total != sum(applied, ZERO):
                off = sum(((it * document.rate).quantize(CENT) for it in applied), ZERO)
                booked = abs(document.main.amount) - off
                signed = booked if document.type == "CustInvc" else -booked
                closing = self._closing(document.subsidiary, month)
                project = next((line.project for line in document.lines if line.project), None)
                yield _of(project, month, rounded(signed * closing))

    def _psa_receivables(self, month: int) -> Iterator[Cell]:
        day = self.day_of(month)
        for invoice in self._life.invoices:
            if invoice.status != "A" or invoice.day > day:
                continue
            paid = sum((it.amount for it in invoice.payments if it.day <= day), ZERO)
            left = invoice.total - paid
            if left:
                base = invoice.project.subsidiary.currency
                daily = self._rates.on(invoice.project.currency, base, day)
                amount = rounded(left * daily * self._closing(invoice.project.subsidiary, month))
                yield _of(invoice.project, month, amount)


def _of(project: Project | None, month: int, amount: Decimal) -> Cell:
    if project is None:
        return Cell(month, None, None, amount)
    return Cell(month, project.department.name, project.code, amount)
