"""What comes before an order: the opportunity it was, and the estimate that was sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from .calendar import Clock
from .dice import dice
from .export import SERVICE_COST, seller_of, service_of
from .ledger import Ledger, add_line, add_main
from .model import CENT, Customer, Department, Order
from .model_money import Document

_PURSUED = 0.72  # share of first orders that sales had followed
_OFFERED = 0.8  # share of those that an estimate was sent for
_STEP = Decimal(500)


class Offers:
    """Opportunities that were won, told from the orders they became."""

    def __init__(self, seed: int, clock: Clock, ledger: Ledger) -> None:
        self._random = dice(seed, "offers")
        self._clock, self._ledger = clock, ledger

    def before(self, order: Order) -> Document | None:
        """What a project's first order was made of; None: it came unasked."""
        random, clock, project = self._random, self._clock, order.project
        opened = order.day - timedelta(days=random.randint(35, 150))
        if order is not project.orders[0] or opened < clock.start or random.random() > _PURSUED:
            return None
        hoped = order.amount * Decimal(repr(round(random.uniform(0.85, 1.2), 3)))
        hoped = max(_STEP, (hoped / _STEP).quantize(Decimal(1)) * _STEP)
        signed = clock.at(order.day, 11)
        opportunity = offer(
            self._ledger, "Opprtnty", opened, project.customer, hoped, "C", project.name, service_of(project),
            department=project.department, probability=Decimal(1), close=order.day, decided=signed,
        )  # fmt: skip
        if random.random() > _OFFERED:
            return opportunity
        sent = opened + (order.day - opened) * 2 // 3
        return offer(
            self._ledger, "Estimate", sent, project.customer, order.amount, "B", project.name,
            service_of(project), department=project.department, probability=Decimal(1), close=order.day,
            decided=signed, origin=opportunity,
        )  # fmt: skip


def offer(
    ledger: Ledger,
    type_: str,
    day: date,
    customer: Customer,
    amount: Decimal,
    status: str,
    memo: str,
    item: int,
    *,
    department: Department | None,
    probability: Decimal,
    close: date,
    decided: datetime | None = None,
    origin: Document | None = None,
) -> Document:
    """An opportunity or estimate of one line; `decided` is when it was won or lost."""
    document = ledger.open(
        type_, day, customer.subsidiary, status, currency=customer.currency, entity=customer.ns_id,
        posting=False, memo=memo, expected_close=close, probability=probability,
        employee=seller_of(customer), due=close if type_ == "Estimate" else None,
    )  # fmt: skip
    line = add_line(
        document, "4000", -amount, item=item, entity=customer.ns_id, department=department,
        quantity=Decimal(-1), rate=amount, created_from=origin,
    )  # fmt: skip
    line.cost = (-line.amount * SERVICE_COST).quantize(CENT)
    add_main(document, "1100")
    if decided is not None:
        document.updated = max(document.updated, decided)
        document.closed = decided.date()
    return document
