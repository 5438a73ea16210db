"""Money that customers pay ahead, and the invoices it is used for."""

from __future__ import annotations

from decimal import Decimal

from .ledger import Ledger, add_line, add_main
from .model import CENT, ZERO
from .model_money import Application, Document

_SHARE = Decimal("0.3")
_HELD = "2400"


def take_deposit(ledger: Ledger, order: Document) -> Document:
    """A customer's deposit on an order, the day it is signed: owed to the customer until it is used."""
    deposit = ledger.open(
        "CustDep", order.day, order.subsidiary, "A", currency=order.currency, entity=order.entity,
        memo=f"Deposit {order.number}",
    )  # fmt: skip
    amount = (order.total * _SHARE).quantize(CENT)
    add_line(deposit, _HELD, -amount, entity=order.entity, created_from=order)
    add_main(deposit, "1050")
    return deposit


def use_deposit(ledger: Ledger, deposit: Document, invoice: Document) -> None:
    """Set a deposit against an invoice; the exchange difference is realised."""
    amount = min(deposit.total, invoice.unpaid)
    document = ledger.open(
        "DepAppl", invoice.day, invoice.subsidiary, "A", currency=invoice.currency,
        entity=invoice.entity, memo=f"{deposit.number} for {invoice.number}",
    )  # fmt: skip
    held = (abs(deposit.main.amount) * amount / deposit.total).quantize(CENT)
    add_line(document, _HELD, amount, amount=held, entity=invoice.entity)
    settled = ledger.settled(invoice, amount)
    add_line(document, "1100", -amount, amount=-settled, entity=invoice.entity)
    if settled != held:
        add_line(document, "7900", ZERO, amount=settled - held)
    ledger.apply(invoice, document, amount, 1, document.created)
    ledger.applications.append(
        Application(deposit, document, 0, amount, document.created, held, "DepAppl")
    )
    deposit.updated = max(deposit.updated, document.created)
    if amount == deposit.total:
        deposit.status, deposit.closed = "C", invoice.day
