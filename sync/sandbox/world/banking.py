"""What customers paid is taken to the bank: one deposit a subsidiary and week."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from .calendar import monday
from .ledger import Ledger, add_line, add_main
from .model import ZERO, Subsidiary
from .model_money import Application, Document

_WEEK = timedelta(days=7)
_RECEIPTS = ("CustPymt", "CashSale", "CustDep")
UNDEPOSITED = "1050"


def bank(ledger: Ledger) -> None:
    """Deposit each week's receipts on the Monday after; the last ones still wait."""
    weeks: dict[tuple[date, int], list[Document]] = defaultdict(list)
    companies: dict[int, Subsidiary] = {}
    for document in ledger.documents:
        if document.type in _RECEIPTS:
            companies[document.subsidiary.id] = document.subsidiary
            weeks[monday(document.day) + _WEEK, document.subsidiary.id].append(document)
    for (day, company), receipts in sorted(weeks.items()):
        if day <= ledger.clock.yesterday:
            _deposit(ledger, day, companies[company], receipts)


def _deposit(ledger: Ledger, day: date, subsidiary: Subsidiary, receipts: list[Document]) -> None:
    """In the subsidiary's currency: what foreign money is worth was settled when it was received."""
    document = ledger.open("Deposit", day, subsidiary, "C", memo=f"Receipts before {day}")
    for receipt in receipts:
        held = sum((line.amount for line in receipt.lines if line.account == UNDEPOSITED), ZERO)
        add_line(document, UNDEPOSITED, -held, entity=receipt.entity, memo=receipt.number)
        if receipt.type == "CustDep":
            receipt.status = "B" if receipt.status == "A" else receipt.status
        else:
            receipt.status = "C"
        receipt.updated = max(receipt.updated, document.created)
    add_main(document, "1000")
    for line, receipt in zip(document.lines[1:], receipts, strict=True):
        amount = abs(line.amount)
        ledger.applications.append(
            Application(receipt, document, line.number, amount, document.created, amount, "Deposit")
        )
