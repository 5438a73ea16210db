"""The invented consulting group: one firm, told by two systems."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from threading import RLock

from . import rows_netsuite as ns
from . import rows_planning as planned
from . import rows_revenue as revenue
from . import rows_transactions as books
from .calendar import MONTHS_OF_HISTORY
from .custom import add_custom_fields
from .eventlog import Event, EventLog
from .events import Live
from .firm import DATA, FINANCE
from .firm_life import Life
from .load_suiteprojects import load_suiteprojects
from .model import Person
from .model_money import Discrepancy
from .reference_data import reference_rows
from .removed import removed
from .tables import netsuite_system
from .tables_suiteprojects import suiteprojects_system
from .totals import Totals
from .writer import Writer

_log = logging.getLogger(__name__)


class World:
    """The firm of a seed as of a day, with so many months behind it, in the shape of its two systems.

    With a `size` it has so many people and projects against the usual, some 110 consultants.

    Attributes:
        netsuite: the rows of the simulated NetSuite.
        suiteprojects: the rows of the simulated SuiteProjects Pro.
        life: the domain objects both are derived from.
        totals: the headline numbers, added up from the domain objects.
    """

    def __init__(
        self, seed: int = 7, *, today: date, months: int = MONTHS_OF_HISTORY, size: float = 1.0
    ) -> None:
        self.seed, self.today = seed, today
        self.netsuite = netsuite_system()
        self.suiteprojects = suiteprojects_system()
        with _no_collection():
            self.life = Life(seed, today, months, size)
            self._load_netsuite()
            load_suiteprojects(self.life, self.suiteprojects)
            add_custom_fields(self.netsuite, self.suiteprojects)
        self.totals = Totals(self.life, self.netsuite, self.suiteprojects)
        self._lock = RLock()
        self._sequence, self._last = 0, self.now
        self._live: Live | None = None

    @property
    def now(self) -> datetime:
        """The moment history ends; live events come after it."""
        return self.life.clock.now

    @property
    def discrepancies(self) -> list[Discrepancy]:
        """The differences planted between the two systems."""
        return self.life.discrepancies

    @property
    def cast(self) -> dict[str, Person]:
        """Somebody to be, for each role of a demo: cfo, practice_lead, project_manager, administrator."""
        teams = self.life.people.teams
        finance, lead = teams[("US", FINANCE)], teams[("US", DATA)][0]
        led = Counter(
            project.owner
            for project in self.life.clients
            if not project.ended and project.stage != 1 and project.owner is not lead
        )
        manager = max(led, key=lambda person: (led[person], -person.id))
        here = [person for person in finance[1:] if person.released is None]
        return {
            "cfo": finance[0],
            "practice_lead": lead,
            "project_manager": manager,
            "administrator": here[0],
        }

    def tick(self, now: datetime, log: EventLog | None = None) -> list[str]:
        """Let the next event happen, at `now`; tells what happened, in sentences.

        The log, if any, gets it first, so that `replay` brings the firm to the same state.
        """
        with self._lock:
            event = Event(self._sequence + 1, max(now, self._last))
            if log is not None:
                log.append(event)
            return self._apply(event)

    def replay(self, log: EventLog) -> int:
        """Live through everything in the log that has not happened here yet; returns how much."""
        count = 0
        with self._lock:
            for event in log.read():
                if event.sequence > self._sequence:
                    count += 1
                    try:
                        self._apply(event)
                    except Exception:  # it failed as well when it first happened
                        _log.exception(
                            "Event %s of the simulated firm could not happen.", event.sequence
                        )
        return count

    def _apply(self, event: Event) -> list[str]:
        with self.netsuite.lock, self.suiteprojects.lock:
            self._sequence, self._last = event.sequence, event.at
            if self._live is None:
                self._live = Live(
                    self.life, Writer(self.netsuite, self.suiteprojects, self.life.clock)
                )
            try:
                return self._live.apply(event.sequence, event.at)
            finally:
                self.totals.forget()

    def _load_netsuite(self) -> None:
        life, load = self.life, self.netsuite.load
        clock = life.clock
        departments, subsidiaries = (
            list(life.departments.values()),
            [*life.subsidiaries.values(), life.elimination],
        )
        for table, rows in reference_rows(clock, life.rates, subsidiaries, departments).items():
            load(table, rows)
        load("employee", (ns.employee(person, clock) for person in life.people.everyone))
        self._load_partners()
        self._load_projects()
        load("transaction", (books.document(it, clock) for it in life.documents))
        load("transactionline", chain.from_iterable(map(books.lines, life.documents)))
        load(
            "transactionaccountingline",
            chain.from_iterable(map(books.accounting_lines, life.documents)),
        )
        load("nexttransactionlinelink", map(books.application, life.ledger.applications))
        load("nexttransactionlinelink", chain.from_iterable(map(books.origins, life.documents)))
        load("timebill", map(ns.time_bill, life.bills))
        self._load_plans()
        load("deletedrecord", removed(self.seed, clock, life.ids))

    def _load_partners(self) -> None:
        """Whom NetSuite knows the firm to deal with."""
        life, load, clock = self.life, self.netsuite.load, self.life.clock
        customers = [life.house, *life.customers, *life.prospects]
        vendors = [pair for there in life.costs.vendors.values() for pair in enumerate(there)]
        made = clock.at(clock.start, 9)
        load("customer", map(ns.customer, customers))
        load("contact", map(ns.contact, life.contacts))
        load("vendor", (ns.vendor(vendor, place, clock) for place, vendor in vendors))
        load(
            "customersubsidiaryrelationship",
            (
                ns.belongs(9000 + i, c.ns_id, c.subsidiary.id, c.created)
                for i, c in enumerate(customers)
            ),
        )
        load(
            "vendorsubsidiaryrelationship",
            (
                ns.belongs(9500 + i, vendor.ns_id, vendor.subsidiary.id, made)
                for i, (_, vendor) in enumerate(vendors)
            ),
        )

    def _load_projects(self) -> None:
        life, load = self.life, self.netsuite.load
        jobs = [p for p in (*life.portfolio.all, life.orphan_job) if p.ns_id is not None]
        load("job", map(ns.job, jobs))
        load(
            "projectsubsidiaryrelationship",
            (
                ns.belongs(3301 + i, p.ns_id or 0, p.subsidiary.id, p.created)
                for i, p in enumerate(jobs)
            ),
        )
        tasks = (task for job in jobs for task in job.tasks if task.ns_id is not None)
        load("projecttask", map(ns.project_task, tasks))
        load("resourceallocation", map(planned.allocation, life.allocations))

    def _load_plans(self) -> None:
        life, load = self.life, self.netsuite.load
        for plan in life.plans:
            project = plan.project
            rate = life.rates.on(
                project.currency, project.subsidiary.currency, life.clock.yesterday
            )
            load("revenueelement", [revenue.element(plan, rate)])
            load("revenueplan", [revenue.plan(plan, rate)])
            load(
                "revenueplanplannedrevenue", revenue.planned(plan, rate, life.clock, life.journals)
            )
        load("revenueelement", (revenue.subscribed(*pair) for pair in life.subscribed))
        load("budgetcategory", planned.categories())
        load("budgets", map(planned.budget, life.budgets))
        months = (planned.months(budget, life.clock) for budget in life.budgets)
        load("budgetsmachine", chain.from_iterable(months))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare the collector a million objects that are here to stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
