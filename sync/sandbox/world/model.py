"""The domain, people and work: what the firm does, before any system writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model_money import Charge, Document

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
    """A company of the group."""

    id: int
    name: str
    currency: str
    parent: int | None
    country: str
    subdivision: str | None
    schedule_id: int
    tax: Decimal
    holidays: dict[date, str] = field(default_factory=dict)
    elimination: bool = False  # not a real company: takes out what the others charge each other


@dataclass(slots=True, eq=False)
class Department:
    """A practice or a support department."""

    id: int  # NetSuite's
    psa_id: int
    name: str
    delivery: bool


@dataclass(slots=True, eq=False)
class Role:
    """A job code: what it costs and earns an hour."""

    id: int
    name: str
    cost: Decimal  # an hour, USD, in the first year
    bill: Decimal  # an hour, USD, in the first year
    target: Decimal  # percent of capacity to be billed; 0: not in the roll-up


@dataclass(slots=True, eq=False)
class CostRate:
    """A loaded cost with its dates."""

    id: int
    start: date | None
    end: date | None
    cost: Decimal


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who works for the firm."""

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
    """Somebody the firm works for."""

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
    stage: int = 13  # NetSuite's status: a lead's, a prospect's, a customer's
    category: int | None = None
    parent: Customer | None = None
    sales_rep: Person | None = None


@dataclass(slots=True, eq=False)
class Task:
    """A part of a project that time is written on."""

    id: int
    project: Project
    name: str
    non_billable: bool
    planned_hours: Decimal = ZERO
    updated: datetime | None = None
    ns_id: int | None = None  # None: NetSuite does not hold it
    billed_hours: Decimal = ZERO  # hours exported to NetSuite
    billed_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Milestone:
    """Something to deliver, and what it pays."""

    day: date
    name: str
    amount: Decimal


@dataclass(slots=True, eq=False)
class Project:
    """Work for a customer, or within the house."""

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
    """A person's week."""

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
    """Hours of a person on a task on a day."""

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
    charge: Charge | None = None  # what it was charged with

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
    """NetSuite's copy of an approved time entry."""

    id: int
    entry: TimeEntry
    day: date
    hours: Decimal
    updated: datetime
