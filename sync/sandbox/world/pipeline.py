"""Opportunities: what sales is working on, won and lost. NetSuite holds them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from .calendar import Clock
from .dice import dice
from .firm import BILL_LEVEL, SERVICE_FIXED, SERVICE_TM
from .ledger import Ledger, add_line, add_main
from .model import CENT, Customer
from .model_money import Document
from .names import TOPICS

_COUNT = 170
_STAGES = (Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal("0.9"))


def invent_opportunities(
    seed: int, clock: Clock, ledger: Ledger, customers: list[Customer]
) -> None:
    """Opportunities over the whole history; the older ones are decided."""
    random = dice(seed, "pipeline")
    span = (clock.today - clock.start).days
    for position in range(_COUNT):
        opened = clock.start + timedelta(days=span * position // _COUNT)
        customer = random.choice(customers)
        close = opened + timedelta(days=random.randint(35, 190))
        decided = close < clock.yesterday
        won = random.random() < 0.44
        topic = random.choice(random.choice(list(TOPICS.values())))
        value = (
            random.choice((35, 60, 85, 120, 180, 260, 420)) * 1000 * BILL_LEVEL[customer.currency]
        )
        document = ledger.open(
            "Opprtnty", opened, customer.subsidiary, ("C" if won else "D") if decided else "A",
            currency=customer.currency, entity=customer.ns_id, posting=False,
            memo=f"{customer.name}: {topic}", expected_close=close,
            probability=Decimal(1 if won else 0) if decided else random.choice(_STAGES),
        )  # fmt: skip
        _lines(document, Decimal(repr(value)).quantize(CENT), random, customer)
        if decided:
            document.updated = max(document.updated, clock.at(close, 15))


def cancelled_orders(ledger: Ledger, orders: list[Document], clock: Clock) -> None:
    """A few change orders that customers took back; SuiteProjects Pro never saw them."""
    for original in orders[40::90]:
        day = original.day + timedelta(days=30)
        if day > clock.yesterday:
            continue
        line = original.lines[1]
        document = ledger.open(
            "SalesOrd", day, original.subsidiary, "C", currency=original.currency,
            entity=original.entity, posting=False, memo="Change order, withdrawn by the customer",
        )  # fmt: skip
        value = (line.foreign / 10).quantize(CENT)
        add_line(
            document, "4000", value, project=line.project, item=line.item, quantity=Decimal(-1),
            rate=-value, closed=True,
        )  # fmt: skip
        add_main(document, "1100")


def _lines(document: Document, value: Decimal, random: Random, customer: Customer) -> None:
    split = (value * Decimal("0.8")).quantize(CENT) if random.random() < 0.3 else value
    add_line(
        document,
        "4000",
        -split,
        item=SERVICE_FIXED,
        entity=customer.ns_id,
        quantity=Decimal(-1),
        rate=split,
    )
    if split != value:
        rest = value - split
        add_line(
            document,
            "4000",
            -rest,
            item=SERVICE_TM,
            entity=customer.ns_id,
            quantity=Decimal(-1),
            rate=rest,
        )
    add_main(document, "1100")
