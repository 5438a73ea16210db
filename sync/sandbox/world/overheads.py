"""The rest of the ledger: opening balances, payroll, rent, what is paid to whom."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, end_of, start_of
from .dice import dice
from .ledger import Ledger, add_line, add_main, journal
from .model import CENT, ZERO, Department, Person, Subsidiary
from .model_money import Vendor
from .purchasing import credit_bills

_FIXED = (  # account, a head and month in USD, vendor position
    ("6100", 540, 7),
    ("6200", 310, 9),
    ("6300", 160, None),
    ("6500", 130, None),
)
_LEVEL = {"USD": Decimal(1), "EUR": Decimal("0.91"), "GBP": Decimal("0.78")}
_HOURS = Decimal("4.345")  # weeks in a month


class Overheads:
    """Posts what a firm posts every month."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ledger: Ledger,
        subsidiaries: dict[str, Subsidiary],
        everyone: list[Person],
        vendors: dict[int, list[Vendor]],
    ) -> None:
        self._random = dice(seed, "overheads")
        self._clock, self._ledger, self._vendors = clock, ledger, vendors
        for subsidiary in subsidiaries.values():
            people = [p for p in everyone if p.subsidiary is subsidiary]
            self._open(subsidiary, len(people))
            for month in clock.months():
                self._month(month, subsidiary, people)
        credit_bills(seed, clock, ledger)
        self._settle("VendBill", "2000", 31)
        self._settle("ExpRept", "2050", 12)
        self._pay_tax(list(subsidiaries.values()))

    def _open(self, subsidiary: Subsidiary, heads: int) -> None:
        day = self._clock.start
        document = journal(self._ledger, day, subsidiary, "Opening balances")
        level = _LEVEL[subsidiary.currency]
        for account, amount in (
            ("1000", 46_500 * heads), ("1500", 2_900 * heads),
            ("3000", -34_000 * heads), ("3100", -15_400 * heads),
        ):  # fmt: skip
            value = (amount * level).quantize(CENT)
            add_line(document, account, value, amount=value)

    def _month(self, month: int, subsidiary: Subsidiary, people: list[Person]) -> None:
        here = [
            p
            for p in people
            if p.hired <= end_of(month) and (not p.released or p.released >= start_of(month))
        ]
        payday = start_of(month) + timedelta(days=24)
        if payday <= self._clock.yesterday:
            self._payroll(payday, subsidiary, here)
        for position, (account, amount, vendor) in enumerate(_FIXED):
            day = start_of(month) + timedelta(days=2 + 5 * position)
            if day <= self._clock.yesterday:
                value = len(here) * amount * _LEVEL[subsidiary.currency]
                value *= Decimal(repr(round(self._random.uniform(0.93, 1.09), 3)))
                self._bill(day, subsidiary, account, value.quantize(CENT), vendor)
        if month < self._clock.running:
            depreciation = (Decimal(62) * len(people) * _LEVEL[subsidiary.currency]).quantize(CENT)
            document = journal(self._ledger, end_of(month), subsidiary, "Depreciation")
            add_line(document, "7100", depreciation, amount=depreciation)
            add_line(document, "1500", -depreciation, amount=-depreciation)

    def _payroll(self, day: date, subsidiary: Subsidiary, people: list[Person]) -> None:
        """Salaries by department; loaded cost covers social security and a share of overheads."""
        wages: dict[Department, Decimal] = defaultdict(Decimal)
        for person in people:
            weekly = sum(person.week, ZERO)
            wages[person.department] += person.cost_on(day) * weekly * _HOURS * Decimal("0.555")
        document = journal(self._ledger, day, subsidiary, f"Payroll {day:%B %Y}")
        for department, wage in wages.items():
            gross = wage.quantize(CENT)
            social = (wage * Decimal("0.20")).quantize(CENT)
            add_line(document, "6000", gross, amount=gross, department=department)
            add_line(document, "6050", social, amount=social, department=department)
        total = sum((line.amount for line in document.lines), ZERO)
        add_line(document, "1000", -total, amount=-total)

    def _bill(
        self, day: date, subsidiary: Subsidiary, account: str, value: Decimal, vendor: int | None
    ) -> None:
        if vendor is None:
            document = journal(self._ledger, day, subsidiary, "Card settlement")
            add_line(document, account, value, amount=value)
            add_line(document, "1000", -value, amount=-value)
            return
        supplier = self._vendors[subsidiary.id][vendor]
        bill = self._ledger.open(
            "VendBill", day, subsidiary, "A", entity=supplier.ns_id, due=day + timedelta(days=30),
            memo=supplier.name,
        )  # fmt: skip
        add_line(bill, account, value, entity=supplier.ns_id)
        add_main(bill, "2000")

    def _settle(self, owed: str, account: str, wait: int) -> None:
        """Pay what is owed: one payment for every document."""
        for document in [d for d in self._ledger.documents if d.type == owed]:
            day = document.day + timedelta(days=wait)
            if day > self._clock.yesterday:
                continue
            payment = self._ledger.open(
                "VendPymt",
                day,
                document.subsidiary,
                "C",
                entity=document.entity,
                memo=f"Payment {document.number}",
            )
            amount = document.unpaid
            add_line(payment, "1000", -amount, entity=document.entity)
            add_line(payment, account, amount, entity=document.entity)
            self._ledger.apply(document, payment, amount, 1, payment.created)

    def _pay_tax(self, subsidiaries: list[Subsidiary]) -> None:
        """Each month's sales tax is paid on the tenth of the next."""
        owed: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for document in self._ledger.documents:
            if document.posting:
                for line in document.lines:
                    if line.account == "2200":
                        owed[document.month, document.subsidiary.id] -= line.amount
        for subsidiary in subsidiaries:
            for month in range(self._clock.first, self._clock.running):
                amount = owed[month, subsidiary.id]
                day = start_of(month + 1) + timedelta(days=9)
                if amount and day <= self._clock.yesterday:
                    document = journal(self._ledger, day, subsidiary, "Sales tax payment")
                    add_line(document, "2200", amount, amount=amount)
                    add_line(document, "1000", -amount, amount=-amount)
