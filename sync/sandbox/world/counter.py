"""What is sold for cash: small hardware, paid on the spot, without an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from .calendar import Clock, after_weekend
from .dice import dice
from .export import seller_of
from .firm import BILL_LEVEL, HARDWARE, ITEMS
from .ledger import Ledger, add_line, add_main
from .model import CENT, Customer
from .model_money import Vendor

_COUNT = 26
_PRICES = (Decimal(240), Decimal(380), Decimal(560), Decimal(890))
_COST = Decimal("0.78")


def sell_for_cash(
    seed: int,
    clock: Clock,
    ledger: Ledger,
    customers: list[Customer],
    vendors: dict[int, list[Vendor]],
) -> None:
    """Cash sales over all of history; what was sold is billed by the supplier the same day."""
    random = dice(seed, "counter")
    item = ITEMS[HARDWARE[0]]
    span = (clock.yesterday - clock.start).days
    for position in range(_COUNT):
        customer, count = random.choice(customers), random.randint(1, 3)
        price = random.choice(_PRICES) * Decimal(repr(BILL_LEVEL[customer.currency]))
        day = after_weekend(clock.start + timedelta(days=2 + span * position // _COUNT))
        if day > clock.yesterday:
            continue
        sale = ledger.open(
            "CashSale", day, customer.subsidiary, "B", currency=customer.currency,
            entity=customer.ns_id, memo=f"{item.name}, accessories", employee=seller_of(customer),
        )  # fmt: skip
        amount = (price * count).quantize(CENT)
        add_line(
            sale, item.account, -amount, item=item.id, entity=customer.ns_id,
            quantity=Decimal(-count), rate=price.quantize(CENT), memo=sale.memo,
        )  # fmt: skip
        if customer.tax:
            tax = (amount * customer.tax).quantize(CENT)
            add_line(sale, "2200", -tax, tax=True, entity=customer.ns_id)
        add_main(sale, "1050")
        supplier = vendors[customer.subsidiary.id][6]
        bill = ledger.open(
            "VendBill", day, customer.subsidiary, "A", entity=supplier.ns_id,
            due=day + timedelta(days=30), memo=sale.memo,
        )  # fmt: skip
        cost = (amount * _COST * sale.rate).quantize(CENT)
        add_line(
            bill, "5400", cost, item=item.id, entity=supplier.ns_id, quantity=Decimal(count),
            rate=(cost / count).quantize(CENT), memo=sale.memo,
        )  # fmt: skip
        add_main(bill, "2000")
