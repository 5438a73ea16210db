"""The domain: what the firm does, before any system writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)

TM = "Time and materials"
CAPPED = "Capped time and materials"
PERCENT = "Fixed fee, percent complete"
MILESTONES = "Fixed fee, milestones"
RETAINER = "Retainer"
INTERNAL_PRODUCTIVE = "Internal productive"
INTERNAL_ADMIN = "Internal administration"
TIME_OFF = "Time off"
INTERNAL = (INTERNAL_PRODUCTIVE, INTERNAL_ADMIN, TIME_OFF)

APPROVED_STATES = ("A", "X")


@dataclass(slots=True, eq=False)
class Subsidiary:
    id: int
    name: str
    currency: str
    parent: int | None
    country: str
    subdivision: str | None
    schedule_id: int
    tax: Decimal
    holidays: dict[date, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Department:
    id: int  # NetSuite's
    psa_id: int
    name: str
    delivery: bool


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    cost: Decimal  # an hour, USD, in the first year
    bill: Decimal  # an hour, USD, in the first year
    target: Decimal  # percent of capacity to be billed; 0: not in the roll-up


@dataclass(slots=True, eq=False)
class CostRate:
    id: int
    start: date | None
    end: date | None
    cost: Decimal


@dataclass(slots=True, eq=False)
class Person:
    id: int  # SuiteProjects Pro's
    ns_id: int
    first: str
    last: str
    email: str
    role: Role
    department: Department
    subsidiary: Subsidiary
    hired: date
    released: date | None
    week: tuple[Decimal, ...]  # hours of Monday..Sunday
    manager: Person | None = None
    costs: list[CostRate] = field(default_factory=list)
    updated: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def in_rollup(self) -> bool:
        return self.role.target > 0

    def cost_on(self, day: date) -> Decimal:
        """The loaded cost of an hour on a day, in the subsidiary's currency."""
        for rate in reversed(self.costs):
            if rate.start is None or rate.start <= day:
                return rate.cost
        return self.costs[0].cost

    def works_on(self, day: date) -> Decimal:
        """The hours of a day that the person is there for, holidays taken out."""
        if day < self.hired or (self.released and day > self.released):
            return ZERO
        return ZERO if day in self.subsidiary.holidays else self.week[day.weekday()]


@dataclass(slots=True, eq=False)
class Customer:
    id: int | None  # SuiteProjects Pro's; None: only NetSuite knows it
    ns_id: int
    number: str
    name: str
    subsidiary: Subsidiary
    currency: str
    terms: int  # days
    lag: float  # how many days after the due date it pays
    tax: Decimal
    created: datetime
    updated: datetime


@dataclass(slots=True, eq=False)
class Task:
    id: int
    project: Project
    name: str
    non_billable: bool
    planned_hours: Decimal = ZERO
    updated: datetime | None = None


@dataclass(slots=True, eq=False)
class Milestone:
    day: date
    name: str
    amount: Decimal


@dataclass(slots=True, eq=False)
class Project:
    id: int | None  # SuiteProjects Pro's; None: an orphan of NetSuite
    ns_id: int | None  # NetSuite's job; None: an orphan of SuiteProjects Pro
    code: str
    name: str
    customer: Customer
    owner: Person
    subsidiary: Subsidiary
    currency: str
    contract_type: str
    start: date
    finish: date
    created: datetime
    updated: datetime
    price: float = 1.0  # its rates against the rate card
    tasks: list[Task] = field(default_factory=list)
    stage: int = 2
    ended: bool = False
    value: Decimal = ZERO  # fee, cap or estimate; in `currency`
    monthly_fee: Decimal = ZERO
    expected_hours: Decimal = ZERO
    milestones: list[Milestone] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    @property
    def is_client(self) -> bool:
        return self.contract_type not in INTERNAL

    @property
    def department(self) -> Department:
        return self.owner.department

    @property
    def bills_time(self) -> bool:
        return self.contract_type in (TM, CAPPED)


@dataclass(slots=True, eq=False)
class Order:
    """A signed order of services: sales order there, customer PO here."""

    id: int
    link_id: int
    number: str
    day: date
    project: Project
    amount: Decimal
    active: bool
    document: Document | None = None
    updated: datetime | None = None


@dataclass(slots=True, eq=False)
class Timesheet:
    id: int
    person: Person
    start: date
    end: date
    status: str
    submitted: date | None
    approved: date | None
    total: Decimal
    created: datetime
    updated: datetime


@dataclass(slots=True, eq=False)
class TimeEntry:
    id: int
    person: Person
    project: Project
    task: Task
    timesheet: Timesheet
    day: date
    hours: Decimal
    notes: str | None
    created: datetime
    updated: datetime
    accounting_day: date | None = None
    bill: TimeBill | None = None

    @property
    def approved(self) -> bool:
        return self.timesheet.status in APPROVED_STATES

    @property
    def billable(self) -> bool:
        return self.project.is_client and not self.task.non_billable

    @property
    def booked_on(self) -> date:
        return self.accounting_day or self.day

    @property
    def cost(self) -> Decimal:
        return self.hours * self.person.cost_on(self.day)


@dataclass(slots=True, eq=False)
class TimeBill:
    id: int
    entry: TimeEntry
    day: date
    hours: Decimal
    updated: datetime


@dataclass(slots=True, eq=False)
class Charge:
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
    def balance(self) -> Decimal:
        return self.total - sum((payment.amount for payment in self.payments), ZERO)


@dataclass(slots=True, eq=False)
class Payment:
    id: int
    invoice: PsaInvoice
    day: date
    amount: Decimal
    updated: datetime


@dataclass(slots=True, eq=False)
class Recognition:
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
    months: list[tuple[int, int, Decimal, bool]] = field(default_factory=list)  # id, month, amount, done


@dataclass(slots=True, eq=False)
class ExpenseReport:
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
    id: int
    report: ExpenseReport
    project: Project
    day: date
    description: str
    amount: Decimal
    billable: bool
    updated: datetime


@dataclass(slots=True, eq=False)
class Purchase:
    id: int
    project: Project
    day: date
    name: str
    amount: Decimal  # in the subsidiary's currency
    vendor: Vendor
    updated: datetime


@dataclass(slots=True, eq=False)
class Vendor:
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
    closed: bool = False
    memo: str | None = None


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


@dataclass(slots=True, eq=False)
class Application:
    """A payment or credit set against an invoice; it dates from the payer."""

    invoice: Document
    payer: Document
    payer_line: int
    amount: Decimal
    updated: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A difference between the two systems, planted on purpose."""

    name: str
    what: str
    netsuite_ids: tuple[int, ...]
    suiteprojects_ids: tuple[int, ...]
    amount: Decimal
    month: str


class Ids:
    """Counters, one a kind of record."""

    def __init__(self) -> None:
        self._next: dict[str, int] = dict(_FIRST_IDS)

    def take(self, kind: str) -> int:
        """The next id of a kind."""
        taken = self._next[kind]
        self._next[kind] = taken + 1
        return taken


# NetSuite's numbers lie far from SuiteProjects Pro's, so that no id matches by accident.
_FIRST_IDS = dict(
    entity=1204,
    document=184_310,
    timebill=2_310_077,
    uniquekey=7_400_101,
    element=52_001,
    plan=61_001,
    planned=910_001,
    subsidiary_link=3_301,
    user=11,
    customer=21,
    project=101,
    task=1001,
    timesheet=40_001,
    entry=300_001,
    charge=90_001,
    invoice=5_001,
    payment=7_001,
    recognition=60_001,
    projection=80_001,
    report=3_001,
    receipt=30_001,
    purchase=2_001,
    order=1_501,
    order_link=2_501,
    product_invoice=4_101,
    cost=901,
    target=401,
    exception=201,
)
