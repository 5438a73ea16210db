"""The differences planted between the two systems, each with a name and what it amounts to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from .calendar import Clock, end_of, is_weekend, month_of, month_text, start_of
from .dice import dice
from .export import export_purchase
from .ids import Ids
from .ledger import Ledger, add_line, journal
from .model import CENT, TM, ZERO, Customer, Person, Project, TimeEntry
from .model_money import Discrepancy, PsaInvoice, Purchase, Vendor
from .rates import Rates

EDITED = "invoice edited after export"
MISSING = "missing export"
IN_FLIGHT = "export in flight"
LATE_TIME = "late time entry"
OTHER_RATE = "other exchange rate"
ORPHAN_JOB = "orphan project in NetSuite"
ORPHAN_PROJECT = "orphan project in SuiteProjects Pro"

_EDITS = ((0, "-2400"), (2, "1850"), (5, "-960"), (9, "-3200"), (12, "640"))
_MISSING_MONTHS = (0, 4)
_LATE_MONTHS = ((0, 3), (3, 2), (7, 2), (11, 1))
_RATE_MONTHS = ((0, "1.031"), (6, "0.972"), (10, "1.018"))


@dataclass(slots=True)
class Planned:
    """Which invoices will be treated differently when they are exported."""

    edited: dict[PsaInvoice, Decimal] = field(default_factory=dict)
    missing: list[PsaInvoice] = field(default_factory=list)
    in_flight: list[PsaInvoice] = field(default_factory=list)
    rates: dict[PsaInvoice, Decimal] = field(default_factory=dict)

    def holds(self, invoice: PsaInvoice) -> bool:
        """Whether an invoice is part of a difference already."""
        return any(
            invoice in there for there in (self.edited, self.missing, self.in_flight, self.rates)
        )


def late_entries(seed: int, clock: Clock, entries: list[TimeEntry]) -> list[TimeEntry]:
    """Turn some entries into ones made after the close of the month they were worked in."""
    random = dice(seed, "late")
    chosen: list[TimeEntry] = []
    for back, count in _LATE_MONTHS:
        month = clock.closed - back
        able = [
            e
            for e in entries
            if month_of(e.day) == month and e.day.day > 10 and e.billable and e.approved
            and e.project.contract_type == TM
        ]  # fmt: skip
        for entry in random.sample(able, min(count, len(able))):
            entered = clock.at(start_of(month + 1) + timedelta(days=6), 9, random.randint(0, 59))
            entry.accounting_day = start_of(month + 1)
            entry.created = entry.updated = entered
            entry.timesheet.updated = max(entry.timesheet.updated, entered)
            chosen.append(entry)
    return chosen


def orphan_project(
    clock: Clock, clients: list[Project], entries: list[TimeEntry]
) -> Project | None:
    """The project that nobody created in NetSuite: a recent one with work in the last closed month."""
    worked = {
        e.project for e in entries if month_of(e.day) == clock.closed and e.approved and e.billable
    }
    recent = start_of(clock.closed - 3)
    able = [
        p for p in clients if p in worked and p.start >= recent and p.bills_time and not p.ended
    ]
    able = able or [p for p in clients if p in worked and p.contract_type == TM and not p.ended]
    if not able:
        return None
    hours: dict[Project, Decimal] = dict.fromkeys(able, ZERO)
    for entry in entries:
        if entry.project in hours:
            hours[entry.project] += entry.hours
    chosen = min(able, key=lambda project: (hours[project], project.id))
    chosen.ns_id = None
    return chosen


def plan(seed: int, clock: Clock, rates: Rates, invoices: list[PsaInvoice]) -> Planned:
    """Choose the invoices that will differ."""
    random = dice(seed, "differences")
    made = Planned()
    credited = {i.original for i in invoices if i.original}

    def pick(month: int, foreign: bool = False) -> PsaInvoice | None:
        able = [
            i
            for i in invoices
            if month_of(i.day) == month
            and i.status == "A"
            and i.original is None
            and i not in credited
            and i.project.ns_id is not None
            and i.net > 8000
            and (i.project.currency != i.project.subsidiary.currency) == foreign
            and not made.holds(i)
        ]
        return random.choice(able) if able else None

    for back, factor in _RATE_MONTHS:
        if invoice := pick(clock.closed - back, foreign=True):
            fair = rates.on(
                invoice.project.currency, invoice.project.subsidiary.currency, invoice.day
            )
            made.rates[invoice] = (fair * Decimal(factor)).quantize(Decimal("0.0001"))
    for back, edit in _EDITS:
        if invoice := pick(clock.closed - back):
            made.edited[invoice] = Decimal(edit)
    for back in _MISSING_MONTHS:
        if invoice := pick(clock.closed - back):
            made.missing.append(invoice)
    if invoice := pick(clock.closed):
        made.in_flight.append(invoice)
    return made


def orphan_job(
    ledger: Ledger, ids: Ids, clock: Clock, customer: Customer, manager: Person, vendor: Vendor
) -> Project:
    """A job opened by hand in NetSuite, with revenue and costs no project system knows of."""
    first = clock.closed - 4
    made = clock.at(start_of(first), 14)
    job = Project(
        None, ids.take("entity"), "MAN-017", f"{customer.name} – Licence audit support", customer,
        manager, manager.subsidiary, manager.subsidiary.currency, TM, start_of(first),
        end_of(clock.running + 2), made, made,
    )  # fmt: skip
    for month in range(first, clock.closed + 1):
        fee = Decimal(6800 + 450 * (month - first))
        document = journal(
            ledger, end_of(month), job.subsidiary, "Manual accrual, licence audit support"
        )
        add_line(document, "4000", -fee, amount=-fee, project=job, memo=job.name)
        add_line(document, "2300", fee, amount=fee, project=job, memo=job.name)
        day = start_of(month) + timedelta(days=19)
        day -= timedelta(days=2) if is_weekend(day) else timedelta(0)
        text = f"{vendor.name}, audit specialist"
        bill = export_purchase(
            ledger,
            Purchase(
                0, job, day, text, (fee * Decimal("0.62")).quantize(CENT), vendor, clock.at(day, 13)
            ),
        )
        bill.external_id = None
    return job


def describe(
    clock: Clock,
    planned: Planned,
    late: list[TimeEntry],
    orphan: Project | None,
    orphan_amount: Decimal,
    job: Project,
    ledger: Ledger,
    rates: Rates,
) -> list[Discrepancy]:
    """The list of what was planted."""
    found: list[Discrepancy] = []
    for invoice, edit in planned.edited.items():
        what = f"{invoice.number} was changed in NetSuite by {edit} {invoice.project.currency} after its export."
        found.append(_of_invoice(EDITED, what, invoice, edit))
    for invoice in planned.missing:
        what = f"{invoice.number} is approved in SuiteProjects Pro and was never exported."
        found.append(_of_invoice(MISSING, what, invoice, invoice.net))
    for invoice in planned.in_flight:
        what = f"The export of {invoice.number} started and has not been confirmed."
        found.append(_of_invoice(IN_FLIGHT, what, invoice, invoice.net))
    for invoice, rate in planned.rates.items():
        fair = rates.on(invoice.project.currency, invoice.project.subsidiary.currency, invoice.day)
        effect = (invoice.net * (rate - fair)).quantize(CENT)
        what = f"{invoice.number} was posted at {rate} instead of {fair}."
        found.append(_of_invoice(OTHER_RATE, what, invoice, effect))
    for entry in late:
        what = (
            f"{entry.person.name} entered {entry.hours} h of {entry.day} after the close; "
            "they are in the books of the next month."
        )
        bills = (entry.bill.id,) if entry.bill else ()
        found.append(
            Discrepancy(
                LATE_TIME, what, bills, (entry.id,), entry.hours, month_text(month_of(entry.day))
            )
        )
    if orphan is not None and orphan.id is not None:
        what = f"{orphan.code} {orphan.name} was never created in NetSuite."
        found.append(
            Discrepancy(
                ORPHAN_PROJECT, what, (), (orphan.id,), orphan_amount, month_text(clock.closed)
            )
        )
    revenue = sum(
        (-line.amount for d in ledger.documents if d.month == clock.closed for line in d.lines
         if line.project is job and line.account == "4000"), ZERO
    )  # fmt: skip
    what = (
        f"{job.code} {job.name} was opened by hand in NetSuite; SuiteProjects Pro does not know it."
    )
    found.append(
        Discrepancy(ORPHAN_JOB, what, (job.ns_id or 0,), (), revenue, month_text(clock.closed))
    )
    return sorted(found, key=lambda d: (d.name, d.month, d.suiteprojects_ids))


def _of_invoice(name: str, what: str, invoice: PsaInvoice, amount: Decimal) -> Discrepancy:
    document = (invoice.document.id,) if invoice.document else ()
    return Discrepancy(
        name, what, document, (invoice.id,), amount, month_text(month_of(invoice.day))
    )
