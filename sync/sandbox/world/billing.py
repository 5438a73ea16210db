"""Charges and invoices as SuiteProjects Pro makes them: month by month, contract by contract."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, after_weekend, end_of, monday, month_of
from .contracts import bill_rate
from .costs import Costs
from .dice import dice
from .ids import Ids
from .instalments import billed_on, instalments
from .model import CAPPED, CENT, ZERO, Person, Project, TimeEntry
from .model_money import Charge, PsaInvoice
from .rates import Rates
from .revenue import MARKUP, rebilled

_CREDITED = 0.03


class Billing:
    """Raises charges from work and costs, then invoices from charges."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        rates: Rates,
        clients: list[Project],
        entries: list[TimeEntry],
        costs: Costs,
    ) -> None:
        self._random = dice(seed, "billing")
        self._clock, self._ids, self._rates = clock, ids, rates
        self.charges: list[Charge] = []
        self.invoices: list[PsaInvoice] = []
        self._open: dict[tuple[int, Project], list[Charge]] = defaultdict(list)
        self._charge_time(entries)
        self._charge_costs(costs)
        drafts = [draft for project in clients for draft in self._fixed(project)]
        for (month, project), charges in self._open.items():
            created = after_weekend(end_of(month) + timedelta(days=3))
            if created < clock.today:
                drafts.append((end_of(month), created, project, charges))
        drafts.sort(key=lambda draft: (draft[1], draft[0], draft[2].id or 0))
        for day, created, project, charges in drafts:
            self._invoice(day, created, project, charges)
        self._credit_some()

    def _charge_time(self, entries: list[TimeEntry]) -> None:
        """One charge a person, project and week; a capped contract stops at its cap."""
        weeks: dict[tuple[date, int, Project, Person], Decimal] = defaultdict(Decimal)
        there: dict[tuple[date, int, Project, Person], list[TimeEntry]] = defaultdict(list)
        for entry in entries:
            if entry.approved and entry.billable and entry.project.bills_time:
                key = (monday(entry.day), month_of(entry.booked_on), entry.project, entry.person)
                weeks[key] += entry.hours
                there[key].append(entry)
        left: dict[Project, Decimal] = {}
        order = sorted(weeks, key=lambda k: (k[1], k[0], k[2].id or 0, k[3].id))
        for key in order:
            _, month, project, person = key
            entry, hours = there[key][-1], weeks[key]
            rate = bill_rate(project, person, self._clock.start.year)
            amount = hours * rate
            if project.contract_type == CAPPED:
                room = left.setdefault(project, project.value)
                amount = min(amount, room)
                left[project] = room - amount
            if amount:
                late = entry.accounting_day
                charge = self._charge(
                    month, "T", late or entry.day, project, amount,
                    f"{person.name}, week of {key[0]:%d %b %Y}", entry.day if late else None,
                    person, entry, hours, rate,
                )  # fmt: skip
                for part in there[key]:
                    part.charge = charge

    def _charge_costs(self, costs: Costs) -> None:
        for receipt in costs.receipts:
            if receipt.billable and receipt.report.approved:
                amount = rebilled(receipt.project, receipt.day, receipt.amount, self._rates)
                text = f"{receipt.description}, {receipt.report.person.name}"
                receipt.charge = self._charge(
                    month_of(receipt.day), "E", receipt.day, receipt.project, amount, text
                )
        for purchase in costs.purchases:
            if purchase.project.bills_time:
                amount = rebilled(
                    purchase.project, purchase.day, purchase.amount * MARKUP, self._rates
                )
                self._charge(
                    month_of(purchase.day),
                    "P",
                    purchase.day,
                    purchase.project,
                    amount,
                    purchase.name,
                )

    def _charge(
        self,
        month: int,
        letter: str,
        day: date,
        project: Project,
        amount: Decimal,
        text: str,
        worked: date | None = None,
        person: Person | None = None,
        entry: TimeEntry | None = None,
        hours: Decimal | None = None,
        rate: Decimal | None = None,
    ) -> Charge:
        made = self._clock.at(day + timedelta(days=3), 4, 10)
        charge = Charge(
            self._ids.take("charge"), letter, worked or day, project, amount.quantize(CENT), text,
            made, made, person, entry.task if entry else None, hours, rate, Decimal(1),
            day if worked else None,
        )  # fmt: skip
        self.charges.append(charge)
        if letter != "F":
            self._open[month, project].append(charge)
        return charge

    def _fixed(self, project: Project) -> list[tuple[date, date, Project, list[Charge]]]:
        """Invoices of a fixed price: instalments, milestones, or the month in advance."""
        drafts = []
        for day, text, amount in instalments(project):
            created = billed_on(day)
            if created <= self._clock.yesterday and amount:
                charge = self._charge(month_of(day), "F", day, project, amount, text)
                drafts.append((created, created, project, [charge]))
        return drafts

    def _invoice(
        self, day: date, created: date, project: Project, charges: list[Charge]
    ) -> PsaInvoice:
        clock, random = self._clock, self._random
        id_ = self._ids.take("invoice")
        net = sum((charge.amount for charge in charges), ZERO)
        made = clock.at(created, 9 + id_ % 8, id_ * 7 % 60)
        waits = created >= clock.today - timedelta(days=4) and random.random() < 0.08
        invoice = PsaInvoice(
            id_, f"INV-{id_ + 21000}", day, project, charges, net,
            (net * project.customer.tax).quantize(CENT), "S" if waits else "A", made, made,
        )  # fmt: skip
        for charge in charges:
            charge.invoice = invoice
            charge.updated = max(charge.updated, made)
        self.invoices.append(invoice)
        return invoice

    def _credit_some(self) -> None:
        """Credits for part of an invoice, some weeks later."""
        for invoice in list(self.invoices):
            if (
                invoice.project.bills_time
                and invoice.status == "A"
                and self._random.random() < _CREDITED
            ):
                day = after_weekend(
                    invoice.created.date() + timedelta(days=self._random.randint(6, 18))
                )
                if day <= self._clock.yesterday:
                    self._credit(invoice, day)

    def _credit(self, invoice: PsaInvoice, day: date) -> None:
        share = Decimal(repr(self._random.choice((0.05, 0.08, 0.1, 0.15))))
        amount = -(invoice.net * share).quantize(CENT)
        text = f"Credit on {invoice.number}: hours not accepted"
        charge = self._charge(month_of(day), "O", day, invoice.project, amount, text)
        self._open[month_of(day), invoice.project].remove(charge)
        credit = self._invoice(day, day, invoice.project, [charge])
        credit.number = f"CR-{credit.id + 21000}"
        credit.status, credit.original = "A", invoice
        credit.credit_reason = "Hours not accepted"
