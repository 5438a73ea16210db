"""Opportunities that did not become orders: lost ones, and what sales is working on. NetSuite holds them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .calendar import Clock
from .dice import dice
from .firm import BILL_LEVEL, DATA, SERVICE_FIXED, SERVICE_TM
from .ledger import Ledger, add_line, add_main
from .model import CENT, Customer, Department
from .model_money import Document
from .names import TOPICS
from .offers import offer

_LOST = 118
_OPEN = 46
_STAGES = (Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal("0.9"))
_SIZES = (35, 60, 85, 120, 180, 260, 420)
_OFFERED = Decimal("0.5")  # from this chance on, an estimate was sent
_RENEWALS = 6


class Pipeline:
    """What never became an order, or not yet."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ledger: Ledger,
        customers: list[Customer],
        prospects: list[Customer],
        departments: dict[str, Department],
    ) -> None:
        self._random = dice(seed, "pipeline")
        self._clock, self._ledger, self._departments = clock, ledger, departments
        self._able = [it for it in prospects if it.stage >= 8]
        self.open: list[Document] = []
        span = (clock.today - clock.start).days - 60
        for position in range(_LOST):
            self._lose(clock.start + timedelta(days=span * position // _LOST), customers)
        for position in range(_OPEN):
            self._pursue(clock.today - timedelta(days=170 * position // _OPEN + 1), customers)
        for _ in range(_RENEWALS):
            self._renew(self._random.choice(customers))

    def _draw(self, customers: list[Customer]) -> tuple[Customer, str, str, Decimal]:
        """Whom, about what, in which practice, for how much."""
        random = self._random
        customer = random.choice(self._able if random.random() < 0.25 else customers)
        practice = random.choice(list(TOPICS))
        value = random.choice(_SIZES) * 1000 * BILL_LEVEL[customer.currency]
        topic = random.choice(TOPICS[practice])
        return customer, f"{customer.name}: {topic}", practice, Decimal(repr(value)).quantize(CENT)

    def _lose(self, opened: date, customers: list[Customer]) -> None:
        random, clock = self._random, self._clock
        customer, text, practice, value = self._draw(customers)
        close = min(opened + timedelta(days=random.randint(35, 190)), clock.yesterday)
        lost = offer(
            self._ledger, "Opprtnty", opened, customer, value, "D", text, _item(random),
            department=self._departments[practice], probability=Decimal(0), close=close,
            decided=clock.at(close, 15),
        )  # fmt: skip
        if random.random() < 0.4:
            self._send(lost, customer, opened + (close - opened) / 2, "C")

    def _pursue(self, opened: date, customers: list[Customer]) -> None:
        """Something sales hopes for; now and then its day has passed and nobody moved it."""
        random, clock = self._random, self._clock
        customer, text, practice, value = self._draw(customers)
        chance = random.choice(_STAGES)
        close = max(
            opened + timedelta(days=random.randint(60, 300)),
            clock.today + timedelta(days=random.randint(-20, 60)),
        )
        document = offer(
            self._ledger, "Opprtnty", opened, customer, value, "A", text, _item(random),
            department=self._departments[practice], probability=chance, close=close,
        )  # fmt: skip
        self.open.append(document)
        if chance >= _OFFERED and opened < clock.today - timedelta(days=20):
            document.status = "B"
            self._send(document, customer, opened + timedelta(days=14), "A")

    def _send(self, origin: Document, customer: Customer, day: date, status: str) -> None:
        """The estimate of an opportunity, a little off what was hoped for."""
        random, line = self._random, origin.lines[1]
        amount = (-line.foreign * random.choice((95, 100, 100, 105)) / 100).quantize(CENT)
        sent = offer(
            self._ledger, "Estimate", day, customer, amount, status, origin.memo or "", line.item or 0,
            department=line.department, probability=origin.probability or Decimal(0),
            close=origin.expected_close or day,
            decided=origin.updated if status == "C" else None, origin=origin,
        )  # fmt: skip
        origin.updated = max(origin.updated, sent.created)

    def _renew(self, customer: Customer) -> None:
        """An estimate without an opportunity: more of the same, for the asking."""
        clock = self._clock
        day = clock.today - timedelta(days=self._random.randint(3, 40))
        offer(
            self._ledger, "Estimate", day, customer, Decimal(self._random.choice((9, 14, 22)) * 1000), "A",
            f"{customer.name}: extension", SERVICE_TM, department=self._departments[DATA],
            probability=Decimal("0.75"), close=clock.today + timedelta(days=30),
        )  # fmt: skip


def _item(random: Random) -> int:
    return SERVICE_FIXED if random.random() < 0.6 else SERVICE_TM


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
        document.closed = day
