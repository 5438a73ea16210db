"""What the firm buys: purchase orders before the bills, and vendors' credits after."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from .calendar import Clock, after_weekend, month_of
from .dice import dice
from .ledger import Ledger, add_line, add_main
from .model import CENT, ZERO, Project
from .model_money import Document, Purchase

_HUNDRED = Decimal(100)
_CREDITED = 0.06
_CREDITED_ACCOUNTS = ("6100", "6200")


def order_purchases(ledger: Ledger, purchases: list[Purchase]) -> dict[Project, Document]:
    """One order a project for its subcontractor; of a running project, for what is still to come, too."""
    clock = ledger.clock
    bought: dict[Project, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        bought[purchase.project].append(purchase)
    made: dict[Project, Document] = {}
    for project, there in bought.items():
        first = there[0]
        total = sum((purchase.amount for purchase in there), ZERO)
        if not project.ended:
            ahead = max(1, month_of(project.finish) - clock.running)
            total += (total / len(there) * ahead / _HUNDRED).quantize(Decimal(1)) * _HUNDRED
        day = max(clock.start, first.day - timedelta(days=25))
        order = ledger.open(
            "PurchOrd", day, project.subsidiary, "G" if project.ended else "E",
            entity=first.vendor.ns_id, memo=first.name, posting=False, reference=project.code,
        )  # fmt: skip
        add_line(
            order, "5200", total, project=project, quantity=Decimal(1), rate=total, memo=first.name,
            billed=ZERO, closed=project.ended, starts=project.start, ends=project.finish,
        )  # fmt: skip
        add_main(order, "2000")
        order.closed = there[-1].day if project.ended else None
        made[project] = order
    return made


def credit_bills(seed: int, clock: Clock, ledger: Ledger) -> None:
    """Vendors of the house give something back now and then; the newest credit is not yet used."""
    random = dice(seed, "credits")
    made: list[tuple[Document, Document]] = []
    for bill in [d for d in ledger.documents if d.type == "VendBill"]:
        line = bill.lines[1]
        if line.account not in _CREDITED_ACCOUNTS or random.random() >= _CREDITED:
            continue
        day = after_weekend(bill.day + timedelta(days=random.randint(5, 20)))
        if day > clock.yesterday:
            continue
        amount = (line.foreign * Decimal(random.choice(("0.05", "0.08", "0.12")))).quantize(CENT)
        credit = ledger.open(
            "VendCred",
            day,
            bill.subsidiary,
            "A",
            entity=bill.entity,
            memo=f"Credit on {bill.number}",
        )
        add_line(credit, line.account, -amount, entity=bill.entity, memo=bill.memo)
        add_main(credit, "2000")
        made.append((bill, credit))
    for bill, credit in made[:-1]:
        ledger.apply(bill, credit, credit.total, 0, credit.created)
