"""The connector's work: what SuiteProjects Pro hands to NetSuite, written as NetSuite documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from .calendar import Clock, month_of, month_text, start_of
from .firm import REBILLED, SERVICE_FIXED, SERVICE_RETAINER, SERVICE_TM
from .ids import Ids
from .ledger import Ledger, add_line, add_main, journal
from .lists import EXPENSE_CATEGORIES
from .model import (
    CENT,
    RETAINER,
    ZERO,
    Customer,
    Department,
    Order,
    Project,
    Subsidiary,
    TimeBill,
    TimeEntry,
)
from .model_money import Charge, Document, ExpenseReport, PsaInvoice, Purchase, Recognition

_HOUR = timedelta(hours=1)
_FOUR = Decimal("0.0001")
SERVICE_COST = Decimal("0.64")  # what work is thought to cost, against its price


def service_of(project: Project) -> int:
    """What the work of a contract is sold as."""
    if project.contract_type == RETAINER:
        return SERVICE_RETAINER
    return SERVICE_TM if project.bills_time else SERVICE_FIXED


def seller_of(customer: Customer) -> int | None:
    """Who sells to a customer, as NetSuite knows them."""
    return customer.sales_rep.ns_id if customer.sales_rep else None


def bill(order: Document, share: Decimal, at: datetime) -> None:
    """Count a share of an order's one line as billed; the order changes with it."""
    line = order.lines[1]
    quantity = abs(line.quantity or ZERO)
    line.billed = min(quantity, (line.billed or ZERO) + (quantity * share).quantize(_FOUR))
    order.updated = max(order.updated, at)


def settle_difference(ledger: Ledger, invoice: Document, credit: Document) -> None:
    """What is left of a credit in the books when its rate was not the invoice's."""
    left = abs(credit.main.amount) - credit.applied[-1].base
    if left:
        memo = f"Exchange difference of {credit.number} on {invoice.number}"
        document = journal(ledger, credit.day, credit.subsidiary, memo, credit.created)
        add_line(document, "1100", left, amount=left, entity=credit.entity)
        add_line(document, "7900", -left, amount=-left)


def item_of(charge: Charge) -> int:
    """What a charge is sold as."""
    if charge.type in ("E", "P"):
        return REBILLED
    return service_of(charge.project)


def export_order(ledger: Ledger, order: Order, offer: Document | None = None) -> Document:
    """The sales order of a signed order, and the estimate or opportunity it came of."""
    project, day = order.project, order.day
    document = ledger.open(
        "SalesOrd", day, project.subsidiary, "B" if order.active else "H",
        currency=project.currency, entity=project.customer.ns_id, posting=False,
        memo=f"{project.name} ({order.number})", external_id=f"PO{order.id}",
        reference=order.number, employee=seller_of(project.customer),
    )  # fmt: skip
    line = add_line(
        document, "4000", -order.amount, project=project, item=service_of(project),
        quantity=Decimal(-1), rate=order.amount, closed=not order.active, memo=project.code,
        created_from=offer, billed=ZERO, starts=project.start, ends=project.finish,
    )  # fmt: skip
    line.cost = (-line.amount * SERVICE_COST).quantize(CENT)
    add_main(document, "1100")
    document.updated = max(document.updated, order.updated or document.updated)
    document.closed = None if order.active else document.updated.date()
    order.document = document
    return document


def export_invoice(
    ledger: Ledger,
    invoice: PsaInvoice,
    *,
    edit: Decimal = ZERO,
    rate: Decimal | None = None,
    at: datetime | None = None,
) -> Document:
    """The NetSuite twin of an invoice or credit; `edit` is a change made there to its first line."""
    project, customer = invoice.project, invoice.project.customer
    credit = invoice.original is not None
    created = at or min(invoice.created + _HOUR, ledger.clock.now)
    document = ledger.open(
        "CustCred" if credit else "CustInvc", invoice.day, project.subsidiary, "A",
        currency=project.currency, rate=rate, number=invoice.number, created=created,
        entity=customer.ns_id, due=invoice.day + timedelta(days=customer.terms),
        memo=project.name, external_id=str(invoice.id), employee=seller_of(customer),
    )  # fmt: skip
    order = next((o.document for o in project.orders if o.document), None)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for charge in invoice.charges:
        sums[item_of(charge)] += charge.amount
    for position, (item, amount) in enumerate(sums.items()):
        billed = amount + (edit if position == 0 else ZERO)
        add_line(
            document, "2300", -billed, project=project, item=item, quantity=Decimal(1 if credit else -1),
            rate=abs(billed), created_from=None if credit else order, memo=project.code,
        )  # fmt: skip
        if order is not None and not credit:
            worth = -order.lines[1].foreign
            bill(
                order, billed / worth if worth else Decimal(1), created
            )  # of nothing all is billed
    if customer.tax:
        tax = -(sum((line.foreign for line in document.lines), ZERO) * customer.tax).quantize(CENT)
        add_line(document, "2200", -tax, tax=True, entity=customer.ns_id)
    add_main(document, "1100")
    invoice.document, invoice.netsuite_id = document, document.id
    invoice.updated = max(invoice.updated, created)
    return document


def export_payment(
    ledger: Ledger, invoice: Document, amount: Decimal, day: date, at: datetime
) -> Document:
    """A customer's payment of (part of) an invoice; the exchange difference is realised."""
    document = ledger.open(
        "CustPymt", day, invoice.subsidiary, "B", currency=invoice.currency, created=at,
        entity=invoice.entity, memo=f"Payment {invoice.number}",
    )  # fmt: skip
    add_line(document, "1050", amount, entity=invoice.entity)
    settled = ledger.settled(invoice, amount)
    add_line(document, "1100", -amount, amount=-settled, entity=invoice.entity)
    difference = settled - document.lines[0].amount
    if difference:
        add_line(document, "7900", ZERO, amount=difference)
    ledger.apply(invoice, document, amount, 1, at)
    return document


def export_purchase(ledger: Ledger, purchase: Purchase, order: Document | None = None) -> Document:
    """A subcontractor's bill, of a purchase order if there is one."""
    document = ledger.open(
        "VendBill", purchase.day, purchase.project.subsidiary, "A", entity=purchase.vendor.ns_id,
        due=purchase.day + timedelta(days=30), memo=purchase.name, created=purchase.updated,
        external_id=str(purchase.id),
    )  # fmt: skip
    add_line(
        document, "5200", purchase.amount, project=purchase.project, memo=purchase.name,
        created_from=order,
    )  # fmt: skip
    add_main(document, "2000")
    if order is not None:
        bill(order, purchase.amount / order.lines[1].foreign, document.created)
    return document


def export_expenses(ledger: Ledger, report: ExpenseReport) -> Document:
    """An approved expense report; what belongs to no known job is a cost of the house."""
    document = ledger.open(
        "ExpRept", report.day, report.person.subsidiary, "F", number=report.number,
        created=report.updated, entity=report.person.ns_id, external_id=str(report.id),
        memo=f"Expenses {report.person.name}",
    )  # fmt: skip
    for receipt in report.receipts:
        if receipt.project.ns_id is None:
            add_line(
                document, "6400", receipt.amount, department=report.person.department,
                memo=receipt.description, category=EXPENSE_CATEGORIES[receipt.description][0],
            )  # fmt: skip
        else:
            add_line(
                document, "5300", receipt.amount, project=receipt.project, memo=receipt.description,
                category=EXPENSE_CATEGORIES[receipt.description][0],
            )  # fmt: skip
    add_main(document, "2050")
    return document


def export_revenue(
    ledger: Ledger, project: Project, day: date, recognitions: list[Recognition], at: datetime
) -> Document:
    """The recognition journal of a project: contract billings against revenue."""
    document = journal(
        ledger, day, project.subsidiary, f"Revenue {month_text(month_of(day))} {project.code}", at
    )
    rate = ledger.rates.on(project.currency, project.subsidiary.currency, day)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for recognition in recognitions:
        sums["4050" if recognition.type in ("E", "P") else "4000"] += recognition.amount
        recognition.netsuite_id = document.id
    for account, amount in sums.items():
        base = (amount * rate).quantize(CENT)
        add_line(document, account, -base, amount=-base, project=project, memo=project.name)
    total = -sum((line.amount for line in document.lines), ZERO)
    add_line(document, "2300", total, amount=total, project=project, memo=project.name)
    return document


def export_labor(
    ledger: Ledger, subsidiary: Subsidiary, day: date, costs: dict[Project, Decimal], at: datetime
) -> Document:
    """Hours at loaded cost: to the projects, out of the pool of people that each practice pays."""
    document = journal(ledger, day, subsidiary, f"Project labour {month_text(month_of(day))}", at)
    for project, cost in sorted(costs.items(), key=lambda pair: pair[0].ns_id or 0):
        amount = cost.quantize(CENT)
        add_line(document, "5100", amount, amount=amount, project=project, memo=project.code)
    absorbed: dict[Department | None, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        absorbed[line.department] -= line.amount
    for department, total in absorbed.items():
        add_line(
            document, "5900", total, amount=total, department=department, memo="Labour absorbed by projects",
        )  # fmt: skip
    return document


def export_time(clock: Clock, ids: Ids, entry: TimeEntry, at: datetime | None = None) -> TimeBill:
    """The time bill of an approved entry; a closed month sends it to the next open one."""
    approved = entry.timesheet.updated + 2 * _HOUR
    made = at or min(max(approved, entry.created), clock.now)
    entry.bill = TimeBill(ids.take("timebill"), entry, entry.booked_on, entry.hours, made)
    entry.updated = max(entry.updated, made)
    entry.task.billed_hours += entry.hours
    entry.task.billed_at = max(entry.task.billed_at or made, made)
    return entry.bill


def labor_by_month(
    entries: Iterable[TimeEntry],
) -> dict[tuple[int, Subsidiary], dict[Project, Decimal]]:
    """The loaded cost of approved client work, by booking month, subsidiary and project."""
    made: dict[tuple[int, Subsidiary], dict[Project, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for entry in entries:
        project = entry.project
        if entry.approved and project.is_client and project.ns_id is not None:
            made[month_of(entry.booked_on), project.subsidiary][project] += entry.cost
    return made


def first_open_day(clock: Clock, day: date) -> date:
    """The day itself, or the first one of the month after the newest closed one."""
    return max(day, start_of(clock.closed + 1))
