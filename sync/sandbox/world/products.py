"""Subscriptions and hardware: orders and invoices that live in NetSuite alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, after_weekend, end_of, month_of, start_of
from .dice import dice
from .export import bill, export_payment, seller_of
from .firm import BILL_LEVEL, HARDWARE, ITEMS, SUBSCRIPTIONS, Item
from .ledger import Ledger, add_line, add_main
from .model import CENT, ZERO, Customer
from .model_money import Document, Line, Vendor
from .prepayments import take_deposit, use_deposit

_SUBSCRIBERS = 0.34
_HARDWARE_ORDERS = 34
_PREPAID = 3  # every so many hardware orders are paid in part before
_COST = {"NonInvtPart": Decimal("0.62"), "InvtPart": Decimal("0.81")}


def _years(seats: int) -> int:
    """How many years the price of one year with so many seats may be for, with fewer of them."""
    return next((years for years in (2, 3) if seats % years == 0), 1)


class Products:
    """What is resold beside the consulting."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ledger: Ledger,
        customers: list[Customer],
        vendors: dict[int, list[Vendor]],
    ) -> None:
        self._random = dice(seed, "products")
        self._clock, self._ledger, self._vendors = clock, ledger, vendors
        self.orders: list[Document] = []
        self.subscribed: list[tuple[Document, Line]] = []  # each line has a revenue element
        self._deposits: dict[Document, Document] = {}  # by order, not yet used
        for customer in customers:
            if self._random.random() < _SUBSCRIBERS:
                self._subscribe(customer)
        for _ in range(_HARDWARE_ORDERS):
            self._hardware(self._random.choice(customers))

    def _subscribe(self, customer: Customer) -> None:
        """A yearly order, invoiced by the quarter, renewed while it lasts.

        The last may be for fewer seats and several years, paid within the first.
        """
        random, clock = self._random, self._clock
        month = clock.first + random.randint(0, 20)
        item, seats = random.choice(SUBSCRIPTIONS), random.randint(1, 4)
        while month <= clock.running:
            price = self._price(customer, item, seats * 12)
            day = after_weekend(start_of(month) + timedelta(days=1))
            if day > clock.yesterday:
                return
            order, line = self._order(customer, day, item, seats * 12, price)
            for quarter in range(4):
                billed = after_weekend(start_of(month + 3 * quarter) + timedelta(days=2))
                if billed <= clock.yesterday:
                    amount = price / 4 if quarter < 3 else price - 3 * (price / 4)
                    self._invoice(order, line, customer, billed, amount.quantize(CENT), seats * 3)
            if start_of(month + 12) <= clock.today:
                line.closed, order.status, order.closed = True, "H", start_of(month + 12)
            is_last = random.random() < 0.12
            if is_last or (month + 12 > clock.running and order.id % 3 == 0):
                line.ends = end_of(month + 12 * _years(seats) - 1)
            if is_last:
                return
            month += 12
            seats += random.choice((0, 0, 1))

    def _hardware(self, customer: Customer) -> None:
        """An order delivered and invoiced in one or two parts."""
        random, clock = self._random, self._clock
        day = clock.start + timedelta(days=random.randint(5, (clock.today - clock.start).days - 2))
        day = after_weekend(day)
        if day > clock.yesterday:
            return
        item, count = random.choice(HARDWARE), random.choice((2, 2, 4, 6))
        price = self._price(customer, item, count)
        order, line = self._order(customer, day, item, count, price)
        purchase = self._buy(order, customer, line)
        if len(self.orders) % _PREPAID == 0:
            self._deposits[order] = take_deposit(self._ledger, order)
        parts = (
            [(21, count)] if random.random() < 0.6 else [(18, count // 2), (55, count - count // 2)]
        )
        for wait, quantity in parts:
            billed = after_weekend(day + timedelta(days=wait))
            if billed <= clock.yesterday:
                self._invoice(
                    order,
                    line,
                    customer,
                    billed,
                    (price * quantity / count).quantize(CENT),
                    quantity,
                    purchase,
                )
                order.status = "G"

    def _price(self, customer: Customer, item: int, quantity: int) -> Decimal:
        level = Decimal(repr(BILL_LEVEL[customer.currency]))
        return (ITEMS[item].price * quantity * level / 40).quantize(Decimal(1)) * 40

    def _order(
        self, customer: Customer, day: date, item: int, quantity: int, price: Decimal
    ) -> tuple[Document, Line]:
        order = self._ledger.open(
            "SalesOrd", day, customer.subsidiary, "F", currency=customer.currency,
            entity=customer.ns_id, posting=False, memo=ITEMS[item].name, employee=seller_of(customer),
        )  # fmt: skip
        line = add_line(
            order, ITEMS[item].account, -price, item=item, entity=customer.ns_id,
            quantity=Decimal(-quantity), rate=(price / quantity).quantize(CENT), memo=ITEMS[item].name,
            billed=ZERO,
        )  # fmt: skip
        line.cost = (-line.amount * _COST[ITEMS[item].type]).quantize(CENT)
        if item in SUBSCRIPTIONS:
            line.starts, line.ends = start_of(month_of(day)), end_of(month_of(day) + 11)
            line.element = self._ledger.ids.take("element")
            self.subscribed.append((order, line))
        add_main(order, "1100")
        self.orders.append(order)
        return order, line

    def _invoice(
        self,
        order: Document,
        line: Line,
        customer: Customer,
        day: date,
        amount: Decimal,
        quantity: int,
        purchase: Document | None = None,
    ) -> None:
        item = ITEMS[line.item or 0]
        number = f"PRD-{self._ledger.ids.take('product_invoice')}"
        invoice = self._ledger.open(
            "CustInvc", day, customer.subsidiary, "A", currency=customer.currency, number=number,
            entity=customer.ns_id, due=day + timedelta(days=customer.terms), memo=item.name,
            employee=seller_of(customer),
        )  # fmt: skip
        add_line(
            invoice, item.account, -amount, item=item.id, entity=customer.ns_id,
            quantity=Decimal(-quantity), rate=(amount / quantity).quantize(CENT), created_from=order,
            memo=item.name,
        )  # fmt: skip
        if customer.tax:
            tax = (amount * customer.tax).quantize(CENT)
            add_line(invoice, "2200", -tax, tax=True, entity=customer.ns_id)
        add_main(invoice, "1100")
        if order in self._deposits:
            use_deposit(self._ledger, self._deposits.pop(order), invoice)
        bill(order, amount / -line.foreign, invoice.created)
        cost = (amount * _COST[item.type] * invoice.rate).quantize(CENT)
        self._supply(customer, day, item, quantity, cost, purchase)
        paid = after_weekend(
            day
            + timedelta(
                days=customer.terms + max(-10, round(customer.lag + self._random.gauss(0, 8)))
            )
        )
        if day < paid <= self._clock.yesterday:
            export_payment(self._ledger, invoice, invoice.unpaid, paid, self._clock.at(paid, 11))

    def _buy(self, order: Document, customer: Customer, sold: Line) -> Document:
        """The supplier's order for what a customer ordered."""
        item, count, cost = ITEMS[sold.item or 0], abs(sold.quantity or ZERO), sold.cost or ZERO
        purchase = self._ledger.open(
            "PurchOrd", order.day, customer.subsidiary, "B", posting=False, memo=item.name,
            entity=self._vendors[customer.subsidiary.id][6].ns_id, reference=order.number,
        )  # fmt: skip
        add_line(
            purchase, "5400", cost, item=item.id, quantity=count, rate=(cost / count).quantize(CENT),
            entity=purchase.entity, memo=item.name, billed=ZERO,
        )  # fmt: skip
        add_main(purchase, "2000")
        return purchase

    def _supply(
        self,
        customer: Customer,
        day: date,
        item: Item,
        quantity: int,
        cost: Decimal,
        purchase: Document | None,
    ) -> None:
        day = min(day, end_of(month_of(day)))
        vendor = self._vendors[customer.subsidiary.id][6]
        supplied = self._ledger.open(
            "VendBill", day, customer.subsidiary, "A", entity=vendor.ns_id,
            due=day + timedelta(days=30), memo=item.name,
        )  # fmt: skip
        add_line(
            supplied, "5400", cost, item=item.id, entity=vendor.ns_id, quantity=Decimal(quantity),
            rate=(cost / quantity).quantize(CENT), memo=item.name, created_from=purchase,
        )  # fmt: skip
        add_main(supplied, "2000")
        if purchase is not None:
            ordered = purchase.lines[1].quantity or Decimal(quantity)
            bill(purchase, quantity / ordered, supplied.created)
            purchase.status = "G" if purchase.lines[1].billed == ordered else "E"
