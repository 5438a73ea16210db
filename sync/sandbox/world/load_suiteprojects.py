"""Fills the simulated SuiteProjects Pro from the firm's life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from sync.sandbox.system import Row, SourceSystem

from . import rows_suiteprojects as spp
from .firm_life import Life
from .model import Department, Project
from .psa_bookings import Bookings
from .psa_contacts import contacts
from .psa_deals import deals
from .psa_leave import leave
from .psa_lists import lists
from .psa_purchasing import purchasing
from .psa_rates import rate_cards
from .psa_requests import requests
from .psa_rules import rules
from .psa_skills import skills
from .psa_tasks import Plans


def load_suiteprojects(life: Life, system: SourceSystem) -> None:
    """Every table, in full."""
    tables = chain(
        _people(life), _contracts(life), _money(life), rate_cards(life), leave(life),
        purchasing(life), rules(life), _staffing(life), skills(life), deals(life),
        lists(life, life.clock.at(life.clock.start, 7)),
    )  # fmt: skip
    for table, rows in tables:
        system.load(table, rows)


def _people(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    clock, people = life.clock, life.people.everyone
    made = clock.at(clock.start, 7)
    yield "User", (spp.user(person, clock) for person in people)
    yield "Timesheet", map(spp.timesheet, life.timesheets)
    yield "Task", map(spp.entry, life.entries)
    yield "LoadedCost", chain.from_iterable(spp.loaded_costs(p, clock) for p in people)
    yield "TargetUtilization", (spp.target(p, life.ids.take("target"), made) for p in people)


def _contracts(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    there = list(contacts(life))
    billed = {row["customerid"]: row["id"] for row in there if row["can_bill_to"]}
    customers = map(spp.customer, [life.house, *life.customers])
    yield "Contact", there
    yield "Customer", ({**row, "billing_contact_id": billed.get(row["id"])} for row in customers)
    yield "Project", _projects(life, billed)
    yield "Customerpo", map(spp.order, life.orders)
    yield "Customerpo_to_project", map(spp.order_link, life.orders)


def _projects(life: Life, billed: dict[int, int]) -> Iterator[Row]:
    """Projects; one is set up after the first of its kind in its practice, as its template."""
    first: dict[tuple[Department, str], Project] = {}
    for project in life.portfolio.all:
        template = first.setdefault((project.department, project.contract_type), project)
        yield {
            **spp.project(project),
            "template_project_id": template.id if template is not project else None,
            "billing_contactid": billed.get(project.customer.id or 0),
        }


def _money(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "Envelope", map(spp.report, life.costs.reports)
    yield "Ticket", map(spp.receipt, life.costs.receipts)
    yield "Slip", map(spp.charge, life.charges)
    yield "Invoice", map(spp.invoice, life.invoices)
    yield "Payment", map(spp.payment, life.payments)
    yield "Revenue_recognition_transaction", map(spp.recognition, life.recognitions)
    yield "RevenueProjection", map(spp.projection, life.projections)


def _staffing(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    bookings = Bookings(life)
    yield "Booking", [it.row(life.clock) for it in bookings.all]
    yield from requests(life, bookings)
    yield from Plans(life).tables(bookings.newest)
