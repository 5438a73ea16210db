"""The firm and all it did: makes the domain objects in the order in which they depend on each other."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from . import discrepancies, export
from .banking import bank
from .billing import Billing
from .calendar import MONTHS_OF_HISTORY, Clock, end_of, month_of
from .contracts import Contracts
from .costs import Costs
from .counter import sell_for_cash
from .customers import house_customer, invent_customers
from .firm import departments, roles, subsidiaries
from .ids import Ids
from .intercompany import charge_fees, elimination_company
from .ledger import Ledger
from .model import ZERO, Project, TimeBill
from .model_money import Discrepancy, Document, Recognition
from .offers import Offers
from .overheads import Overheads
from .people import People
from .pipeline import Pipeline, cancelled_orders
from .planning import allocate, budget
from .products import Products
from .projects import Portfolio
from .purchasing import order_purchases
from .rates import Rates
from .receivables import Receivables
from .relations import invent_contacts, invent_prospects, relate
from .revenue import Revenue
from .schedule import Schedule
from .timekeeping import Timekeeping


class Life:
    """Everything there is to tell of the firm, as domain objects."""

    def __init__(
        self, seed: int, today: date, months: int = MONTHS_OF_HISTORY, size: float = 1.0
    ) -> None:
        self.seed, self.clock, self.ids = seed, Clock(today, months), Ids()
        clock, ids = self.clock, self.ids
        self.as_of = today  # the day stocks are stated for; live days move it on
        self.rates = Rates.invent(seed, clock)
        self.subsidiaries = subsidiaries(clock)
        self.elimination = elimination_company(self.subsidiaries["US"])
        self.departments, self.roles = departments(), roles()
        self.people = People(
            seed, clock, ids, self.subsidiaries, self.departments, self.roles, size
        )
        self.house = house_customer(clock, ids, self.subsidiaries["US"])
        by_country = invent_customers(seed, clock, ids, self.subsidiaries)
        self.customers = [customer for there in by_country.values() for customer in there]
        self.prospects = invent_prospects(seed, clock, ids, self.subsidiaries)
        relate(seed, self.customers, self.prospects, self.people)
        self.portfolio = Portfolio(seed, clock, ids, self.people, by_country, self.house, size)
        self.clients = self.portfolio.clients
        time = Timekeeping(seed, clock, ids, self.people, self.portfolio)
        self.timesheets, self.entries = time.timesheets, time.entries
        self.orders = Contracts(seed, clock, ids, self.clients, self.entries).orders
        self.late = discrepancies.late_entries(seed, clock, self.entries)
        self.orphan = discrepancies.orphan_project(clock, self.clients, self.entries)
        self.costs = Costs(seed, clock, ids, self.subsidiaries, self.clients, self.entries)
        self.recognitions = Revenue(
            clock, ids, self.rates, self.clients, self.entries, self.costs
        ).recognitions
        billing = Billing(seed, clock, ids, self.rates, self.clients, self.entries, self.costs)
        self.charges, self.invoices = billing.charges, billing.invoices
        schedule = Schedule(seed, clock, ids, self.clients, self.recognitions)
        self.plans, self.projections = schedule.plans, schedule.projections
        self.bills: list[TimeBill] = []
        self.journals: dict[tuple[int, Project], Document] = {}  # of revenue, by month
        self.ledger = Ledger(ids, clock, self.rates)
        self._name_tasks()
        self._write_books()
        everyone = [*self.customers, *self.prospects]
        self.contacts = list(invent_contacts(seed, clock, ids, everyone))
        self.allocations = list(allocate(clock, ids, self.entries))
        companies = list(self.subsidiaries.values())
        self.budgets = budget(seed, clock, ids, self.documents, companies)

    @property
    def documents(self) -> list[Document]:
        """NetSuite's transactions."""
        return self.ledger.documents

    def _link_elements(self) -> None:
        """A project's orders become one revenue element."""
        for plan in self.plans:
            for order in plan.project.orders:
                if order.document is not None:
                    order.document.lines[1].element = plan.element_id

    def _name_tasks(self) -> None:
        """NetSuite holds the tasks of the projects it holds."""
        for project in self.portfolio.all:
            for task in project.tasks if project.ns_id is not None else ():
                task.ns_id = self.ids.take("project_task")

    def _write_books(self) -> None:
        clock, ledger, seed = self.clock, self.ledger, self.seed
        planned = discrepancies.plan(seed, clock, self.rates, self.invoices)
        offers = Offers(seed, clock, ledger)
        for order in sorted(self.orders, key=lambda o: o.day):
            if order.project.ns_id is not None:
                export.export_order(ledger, order, offers.before(order))
        self._link_elements()
        received = Receivables(seed, clock, self.ids, ledger, self.invoices, planned)
        self.payments = received.payments
        bought = [p for p in self.costs.purchases if p.project.ns_id is not None]
        ordered = order_purchases(ledger, bought)
        for purchase in bought:
            export.export_purchase(ledger, purchase, ordered[purchase.project])
        for report in self.costs.reports:
            if report.approved:
                export.export_expenses(ledger, report)
        self._recognize()
        self._absorb_labor()
        self._export_time()
        vendors = self.costs.vendors
        self.subscribed = Products(seed, clock, ledger, self.customers, vendors).subscribed
        root = self.subsidiaries["US"]
        manager = self.people.teams[("US", "Strategy & Transformation")][0]
        self.orphan_job = discrepancies.orphan_job(
            ledger, self.ids, clock, self.customers[3], manager, vendors[root.id][2]
        )
        sell_for_cash(seed, clock, ledger, self.customers, vendors)
        Overheads(seed, clock, ledger, self.subsidiaries, self.people.everyone, vendors)
        charge_fees(clock, ledger, self.subsidiaries, self.elimination)
        bank(ledger)
        self.pipeline = Pipeline(
            seed, clock, ledger, self.customers, self.prospects, self.departments
        )
        orders = [o.document for o in self.orders if o.document]
        cancelled_orders(ledger, orders, clock)
        self.discrepancies: list[Discrepancy] = discrepancies.describe(
            clock,
            planned,
            self.late,
            self.orphan,
            self._orphan_revenue(),
            self.orphan_job,
            ledger,
            self.rates,
        )

    def _recognize(self) -> None:
        """One journal a project and month."""
        groups: dict[tuple[int, Project], list[Recognition]] = {}
        for recognition in self.recognitions:
            if recognition.project.ns_id is not None:
                groups.setdefault((month_of(recognition.day), recognition.project), []).append(
                    recognition
                )
        for (month, project), rows in groups.items():
            at = self.clock.at(rows[0].day + timedelta(days=2), 6, 15)
            journal = export.export_revenue(self.ledger, project, rows[0].day, rows, at)
            self.journals[month, project] = journal
            for row in rows:
                row.updated = max(row.updated, at)

    def _absorb_labor(self) -> None:
        """One journal a subsidiary and month; for the running month, up to yesterday."""
        for (month, subsidiary), costs in sorted(
            export.labor_by_month(self.entries).items(),
            key=lambda pair: (pair[0][0], pair[0][1].id),
        ):
            day = min(end_of(month), self.clock.yesterday)
            day = max(day, date(month // 12, month % 12 + 1, 1))
            at = self.clock.at(day + timedelta(days=2), 6, 45)
            export.export_labor(self.ledger, subsidiary, day, dict(costs), at)

    def _export_time(self) -> None:
        for entry in self.entries:
            project = entry.project
            if entry.approved and project.is_client and project.ns_id is not None:
                self.bills.append(export.export_time(self.clock, self.ids, entry))

    def _orphan_revenue(self) -> Decimal:
        return sum(
            (
                r.amount
                for r in self.recognitions
                if r.project is self.orphan and month_of(r.day) == self.clock.closed
            ),
            ZERO,
        )
