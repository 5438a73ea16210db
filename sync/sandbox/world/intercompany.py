"""What the companies of the group charge each other, and how consolidation takes it out again."""

from __future__ import annotations

from decimal import Decimal

from .calendar import Clock, end_of
from .ledger import Ledger, add_line, journal
from .model import CENT, Subsidiary
from .model_money import Document

_FEE = {"EUR": Decimal(21_500), "GBP": Decimal(16_800)}  # a month
ELIMINATION = 4


def elimination_company(root: Subsidiary) -> Subsidiary:
    """The company that only holds eliminations."""
    return Subsidiary(
        ELIMINATION, "Northmere Eliminations", root.currency, root.id, root.country, None,
        root.schedule_id, Decimal(0), elimination=True,
    )  # fmt: skip


def charge_fees(
    clock: Clock, ledger: Ledger, subsidiaries: dict[str, Subsidiary], elimination: Subsidiary
) -> None:
    """The parent's management fee of every month that is over, on both sides, and its elimination.

    Both sides are booked so that they are equal at the month's average rate: consolidated, nothing is left.
    """
    root = next(it for it in subsidiaries.values() if it.parent is None)
    daughters = [it for it in subsidiaries.values() if it.parent is not None]
    for month in range(clock.first, clock.running):
        day, total = end_of(month), Decimal(0)
        for daughter in daughters:
            fee = _FEE[daughter.currency]
            memo = f"Management fee {day:%b %Y}, {daughter.name}"
            _book(journal(ledger, day, daughter, memo), (("6900", fee), ("2900", -fee)))
            worth = (fee * ledger.rates.average(daughter.currency, month)).quantize(CENT)
            _book(journal(ledger, day, root, memo), (("1900", worth), ("7500", -worth)))
            total += worth
        document = journal(ledger, day, elimination, f"Elimination {day:%b %Y}")
        document.elimination = True
        _book(document, (("7500", total), ("6900", -total), ("2900", total), ("1900", -total)))


def _book(document: Document, amounts: tuple[tuple[str, Decimal], ...]) -> None:
    for account, amount in amounts:
        add_line(document, account, amount, amount=amount)
