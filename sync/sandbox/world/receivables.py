"""Invoices, credits and payments in both systems: exported, paid, imported back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, after_weekend
from .dice import dice
from .discrepancies import Planned
from .export import export_invoice, export_payment, settle_difference
from .ids import Ids
from .ledger import Ledger, add_line
from .model import CENT, ZERO, Customer
from .model_money import Document, Payment, PsaInvoice

_LATE = 0.05
_PARTIAL = 0.015
_SPREAD = 9.0


class Receivables:
    """Exports what is approved, then lets the customers pay."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        ledger: Ledger,
        invoices: list[PsaInvoice],
        planned: Planned,
    ) -> None:
        self._random = dice(seed, "payments")
        self._clock, self._ids, self._ledger = clock, ids, ledger
        self.payments: list[Payment] = []
        for invoice in invoices:
            if invoice.project.ns_id is None or invoice.status != "A" or invoice in planned.missing:
                continue
            if invoice in planned.in_flight:
                invoice.netsuite_id = -1
                continue
            document = export_invoice(
                ledger,
                invoice,
                edit=planned.edited.get(invoice, ZERO),
                rate=planned.rates.get(invoice),
            )
            if invoice.original is not None and invoice.original.document is not None:
                ledger.apply(
                    invoice.original.document, document, document.total, 0, document.created
                )
                settle_difference(ledger, invoice.original.document, document)
        for invoice in invoices:
            if invoice.document is not None and invoice.original is None:
                self._pay(invoice, invoice.document)
        self._unapplied(invoices)

    def pay_day(self, customer: Customer, due: date, earliest: date) -> date:
        """When a customer pays something due on a day."""
        lag = customer.lag + self._random.gauss(0, _SPREAD)
        if self._random.random() < _LATE:
            lag += self._random.uniform(30, 95)
        return after_weekend(max(earliest, due + timedelta(days=round(lag))))

    def _pay(self, invoice: PsaInvoice, document: Document) -> None:
        earliest = max(a.payer.day for a in document.applied) if document.applied else document.day
        day = self.pay_day(
            invoice.project.customer, document.due or document.day, earliest + timedelta(days=7)
        )
        if day > self._clock.yesterday:
            return
        amount = document.unpaid
        if self._random.random() < _PARTIAL:
            amount = (amount * Decimal("0.6")).quantize(CENT)
        if amount <= ZERO:  # nobody pays what is owed to them
            return
        at = self._clock.at(day, 10 + invoice.id % 6, invoice.id % 60)
        export_payment(self._ledger, document, amount, day, at)
        later = min(at + timedelta(hours=5), self._clock.now)
        payment = Payment(self._ids.take("payment"), invoice, day, amount, later)
        self.payments.append(payment)
        invoice.payments.append(payment)
        invoice.updated = max(invoice.updated, later)

    def _unapplied(self, invoices: list[PsaInvoice]) -> None:
        """Two payments on account that nobody has matched yet."""
        for invoice in [i for i in invoices if i.document][-400::190]:
            project = invoice.project
            day = after_weekend(invoice.day + timedelta(days=20))
            if day <= self._clock.yesterday:
                document = self._ledger.open(
                    "CustPymt", day, project.subsidiary, "B", currency=project.currency,
                    entity=project.customer.ns_id, memo="Payment on account, reference unclear",
                )  # fmt: skip
                amount = Decimal(2450)
                add_line(document, "1050", amount, entity=project.customer.ns_id)
                add_line(document, "1100", -amount, entity=project.customer.ns_id)
