"""The domain, money: charges, invoices, revenue, costs, and the documents NetSuite keeps of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from .model import APPROVED_STATES, ZERO, Department, Person, Project, Subsidiary, Task


@dataclass(slots=True, eq=False)
class Charge:
    """Something to be invoiced: hours, an expense, an instalment."""

    id: int
    type: str
    day: date
    project: Project
    amount: Decimal
    description: str
    created: datetime
    updated: datetime
    person: Person | None = None
    task: Task | None = None
    hours: Decimal | None = None
    rate: Decimal | None = None
    quantity: Decimal | None = None
    accounting_day: date | None = None
    invoice: PsaInvoice | None = None


@dataclass(slots=True, eq=False)
class PsaInvoice:
    """An invoice or credit as SuiteProjects Pro holds it."""

    id: int
    number: str
    day: date
    project: Project
    charges: list[Charge]
    net: Decimal
    tax: Decimal
    status: str
    created: datetime
    updated: datetime
    netsuite_id: int | None = None
    document: Document | None = None
    original: PsaInvoice | None = None
    credit_reason: str | None = None
    payments: list[Payment] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def emailed(self) -> date | None:
        """Approved invoices go out within days; some go by post alone, and credits are told by word."""
        if self.status != "A" or self.original is not None or self.id % 7 == 0:
            return None
        return min(self.day + timedelta(days=self.id % 4), max(self.updated.date(), self.day))

    @property
    def balance(self) -> Decimal:
        return self.total - sum((payment.amount for payment in self.payments), ZERO)


@dataclass(slots=True, eq=False)
class Payment:
    """A payment as SuiteProjects Pro imported it."""

    id: int
    invoice: PsaInvoice
    day: date
    amount: Decimal
    updated: datetime


@dataclass(slots=True, eq=False)
class Recognition:
    """Revenue recognised on a project."""

    id: int
    project: Project
    day: date
    type: str
    amount: Decimal
    created: datetime
    updated: datetime
    person: Person | None = None
    hours: Decimal | None = None
    rate: Decimal | None = None
    netsuite_id: int | None = None


@dataclass(slots=True, eq=False)
class Projection:
    """Revenue SuiteProjects Pro expects of a month."""

    id: int
    project: Project
    day: date
    amount: Decimal
    updated: datetime


@dataclass(slots=True, eq=False)
class Plan:
    """NetSuite's revenue element and plan of a project: what is recognised and what is to come."""

    element_id: int
    plan_id: int
    project: Project
    amount: Decimal
    updated: datetime
    months: list[tuple[int, int, Decimal, bool]] = field(
        default_factory=list
    )  # id, month, amount, done


@dataclass(slots=True, eq=False)
class ExpenseReport:
    """What a person claims back."""

    id: int
    number: str
    person: Person
    day: date
    status: str
    created: datetime
    updated: datetime
    receipts: list[Receipt] = field(default_factory=list)

    @property
    def approved(self) -> bool:
        return self.status in APPROVED_STATES


@dataclass(slots=True, eq=False)
class Receipt:
    """One thing claimed back."""

    id: int
    report: ExpenseReport
    project: Project
    day: date
    description: str
    amount: Decimal
    billable: bool
    updated: datetime
    charge: Charge | None = None  # what it was charged on with


@dataclass(slots=True, eq=False)
class Purchase:
    """Something bought for a project."""

    id: int
    project: Project
    day: date
    name: str
    amount: Decimal  # in the subsidiary's currency
    vendor: Vendor
    updated: datetime


@dataclass(slots=True, eq=False)
class Vendor:
    """Somebody the firm buys from."""

    ns_id: int
    name: str
    subsidiary: Subsidiary


@dataclass(slots=True, eq=False)
class Line:
    """A line of a NetSuite document. `amount` is debit positive, in the subsidiary's currency."""

    number: int
    account: str
    amount: Decimal
    foreign: Decimal
    item: int | None = None
    entity: int | None = None
    project: Project | None = None
    department: Department | None = None
    quantity: Decimal | None = None
    rate: Decimal | None = None
    tax: bool = False
    created_from: Document | None = None
    from_line: int = 1
    closed: bool = False
    memo: str | None = None
    category: int | None = None  # of an expense
    cost: Decimal | None = None  # what it is thought to cost, of something offered or ordered
    element: int | None = None  # the revenue element made of it
    billed: Decimal | None = None  # of an order's quantity
    starts: date | None = None  # from when to when it is delivered
    ends: date | None = None


@dataclass(slots=True, eq=False)
class Document:
    """A NetSuite transaction."""

    id: int
    number: str
    type: str
    day: date
    subsidiary: Subsidiary
    currency: str
    rate: Decimal
    status: str
    month: int
    created: datetime
    updated: datetime
    entity: int | None = None
    due: date | None = None
    posting: bool = True
    memo: str | None = None
    external_id: str | None = None
    probability: Decimal | None = None
    expected_close: date | None = None
    closed: date | None = None
    employee: int | None = None  # who sold it
    reference: str | None = None  # the other party's number
    elimination: bool = False  # takes out what companies charge each other
    lines: list[Line] = field(default_factory=list)
    applied: list[Application] = field(default_factory=list)

    @property
    def main(self) -> Line:
        return self.lines[0]

    @property
    def total(self) -> Decimal:
        """Gross, positive, in the document's currency."""
        return abs(self.main.foreign)

    @property
    def unpaid(self) -> Decimal:
        return self.total - sum((application.amount for application in self.applied), ZERO)

    @property
    def unpaid_base(self) -> Decimal:
        """The part of the main line's posting that nothing has settled yet, positive."""
        return abs(self.main.amount) - sum((it.base for it in self.applied), ZERO)


@dataclass(slots=True, eq=False)
class Application:
    """A payment or credit set against an invoice, or a payment taken to the bank; it dates from the payer."""

    invoice: Document
    payer: Document
    payer_line: int
    amount: Decimal
    updated: datetime
    base: Decimal  # what it takes off the invoice's posting
    kind: str = "Payment"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A difference between the two systems, planted on purpose."""

    name: str
    what: str
    netsuite_ids: tuple[int, ...]
    suiteprojects_ids: tuple[int, ...]
    amount: Decimal
    month: str
