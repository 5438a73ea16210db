"""Live events around money: invoices raised and exported, payments received, postings adjusted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from random import Random

from . import export
from .calendar import end_of, month_of, month_text
from .firm_life import Life
from .ledger import add_line, journal
from .model import CENT, ZERO, Project
from .model_money import Charge, Document, Payment, PsaInvoice, Recognition
from .writer import Writer

_WORTH_BILLING = Decimal(4000)


class LiveMoney:
    """Events that start in billing or in the ledger."""

    def __init__(self, life: Life, writer: Writer) -> None:
        self._life, self._writer = life, writer
        self._to_export: list[PsaInvoice] = []
        self._to_import: list[tuple[PsaInvoice, Decimal, date]] = []
        self._to_follow: list[tuple[Project, Decimal, Document]] = []

    def raise_invoice(self, random: Random, day: date, at: datetime) -> list[str]:
        """A project's open charges become an approved invoice in SuiteProjects Pro."""
        life = self._life
        waiting: dict[Project, list[Charge]] = defaultdict(list)
        for charge in life.charges:
            if charge.invoice is None and charge.project.ns_id is not None:
                waiting[charge.project].append(charge)
        able = [p for p, there in waiting.items() if sum(c.amount for c in there) > _WORTH_BILLING]
        if not able:
            return []
        project = random.choice(able)
        charges = waiting[project]
        id_ = life.ids.take("invoice")
        net = sum((charge.amount for charge in charges), ZERO)
        invoice = PsaInvoice(
            id_, f"INV-{id_ + 21000}", day, project, charges, net,
            (net * project.customer.tax).quantize(CENT), "A", at, at,
        )  # fmt: skip
        life.invoices.append(invoice)
        for charge in charges:
            charge.invoice, charge.updated = invoice, at
            self._writer.charge(charge)
        self._writer.invoice(invoice)
        self._to_export.append(invoice)
        return [
            f"{invoice.number} for {project.customer.name} was raised: {net} {project.currency}"
        ]

    def export_invoice(self, random: Random, day: date, at: datetime) -> list[str]:
        """NetSuite gets the oldest invoice that waits for its export."""
        if not self._to_export:
            return []
        invoice = self._to_export.pop(0)
        document = export.export_invoice(self._life.ledger, invoice, at=at)
        self._writer.document(document)
        for order in {line.created_from for line in document.lines if line.created_from}:
            self._writer.document(order)
        invoice.updated = at
        self._writer.invoice(invoice)
        return [f"{invoice.number} reached NetSuite"]

    def receive_payment(self, random: Random, day: date, at: datetime) -> list[str]:
        """A customer pays an invoice that is due."""
        due = [
            i
            for i in self._life.invoices
            if i.document is not None
            and i.original is None
            and i.document.unpaid > 0
            and (i.document.due or day) <= day
        ]
        if not due:
            return []
        invoice = random.choice(sorted(due, key=lambda i: (i.day, i.id))[-25:])
        document = invoice.document
        assert document is not None  # chosen for having one
        amount = document.unpaid
        payment = export.export_payment(self._life.ledger, document, amount, day, at)
        self._writer.document(payment)
        self._writer.document(document)
        self._writer.application(payment.applied[0])
        self._to_import.append((invoice, amount, day))
        return [
            f"{invoice.project.customer.name} paid {invoice.number}: {amount} {document.currency}"
        ]

    def import_payment(self, random: Random, day: date, at: datetime) -> list[str]:
        """SuiteProjects Pro hears of a payment."""
        if not self._to_import:
            return []
        invoice, amount, paid = self._to_import.pop(0)
        payment = Payment(self._life.ids.take("payment"), invoice, paid, amount, at)
        self._life.payments.append(payment)
        invoice.payments.append(payment)
        invoice.updated = at
        self._writer.payment(payment)
        self._writer.invoice(invoice)
        return [f"The payment of {invoice.number} was imported"]

    def adjust_posting(self, random: Random, day: date, at: datetime) -> list[str]:
        """Finance adjusts a project's revenue in the last closed month."""
        month = self._life.clock.closed
        able = sorted(
            {
                it.project
                for it in self._life.recognitions[-900:]
                if month_of(it.day) == month
                and it.project.ns_id is not None
                and it.project.currency == it.project.subsidiary.currency
            },
            key=lambda project: project.id or 0,
        )
        if not able:
            return []
        project = random.choice(able)
        amount = Decimal(random.choice((-1850, -1200, 950, 1400, 2600, 3750)))
        document = journal(
            self._life.ledger,
            end_of(month),
            project.subsidiary,
            f"Adjustment after close, {project.code}",
            at,
        )
        add_line(document, "4000", -amount, amount=-amount, project=project, memo=project.name)
        add_line(document, "2300", amount, amount=amount, project=project, memo=project.name)
        self._writer.document(document)
        self._to_follow.append((project, amount, document))
        return [
            f"Revenue of {project.code} in {month_text(month)} was adjusted by {amount} {project.currency}"
        ]

    def follow_adjustment(self, random: Random, day: date, at: datetime) -> list[str]:
        """SuiteProjects Pro records the adjustment finance made."""
        if not self._to_follow:
            return []
        project, amount, document = self._to_follow.pop(0)
        it = Recognition(
            self._life.ids.take("recognition"), project, document.day, "T", amount, at, at,
            netsuite_id=document.id,
        )  # fmt: skip
        self._life.recognitions.append(it)
        self._writer.recognition(it)
        return [f"The adjustment of {project.code} was recorded in SuiteProjects Pro"]
