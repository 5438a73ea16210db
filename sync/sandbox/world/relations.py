"""Whom the firm deals with beyond the work: leads and prospects, contacts, who sells to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .calendar import Clock
from .dice import dice
from .firm import SALES
from .ids import Ids
from .lists import CUSTOMER_CATEGORIES
from .model import Customer, Subsidiary
from .names import FIRST_NAMES, JOB_TITLES, LAST_NAMES, LEADS, PROSPECTS
from .people import People

_PROSPECT_STAGES = (8, 9, 10, 10, 11, 12)
_LEAD_STAGES = (6, 6, 7)
_FAMILIES = ((2, 21), (5, 17), (33, 47), (56, 61), (58, 70))  # parent and child, by position


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a customer."""

    id: int
    customer: Customer
    first: str
    last: str
    title: str
    primary: bool
    created: datetime


def invent_prospects(
    seed: int, clock: Clock, ids: Ids, subsidiaries: dict[str, Subsidiary]
) -> list[Customer]:
    """Those who have bought nothing yet; only NetSuite knows them."""
    random = dice(seed, "prospects")
    made: list[Customer] = []
    for names, stages in ((PROSPECTS, _PROSPECT_STAGES), (LEADS, _LEAD_STAGES)):
        for name in names:
            subsidiary = random.choice(list(subsidiaries.values()))
            since = clock.at(clock.today - timedelta(days=random.randint(5, 420)), 10)
            ns_id = ids.take("entity")
            made.append(
                Customer(
                    None, ns_id, f"C{ns_id}", name, subsidiary, subsidiary.currency, 30, 0.0,
                    subsidiary.tax, since, since, stage=random.choice(stages),
                )
            )  # fmt: skip
    return made


def relate(seed: int, customers: list[Customer], prospects: list[Customer], people: People) -> None:
    """Give everyone a salesperson and a category, and some customers a parent."""
    random = dice(seed, "relations")
    sellers = {
        country: team for (country, department), team in people.teams.items() if department == SALES
    }
    for customer in (*customers, *prospects):
        team = [p for p in sellers[customer.subsidiary.country] if p.released is None]
        customer.sales_rep = random.choice(team)
        customer.category = random.choice(list(CUSTOMER_CATEGORIES))
    for parent, child in _FAMILIES:
        if child < len(customers) and customers[parent].subsidiary is customers[child].subsidiary:
            customers[child].parent = customers[parent]


def invent_contacts(
    seed: int, clock: Clock, ids: Ids, customers: list[Customer]
) -> Iterator[Contact]:
    """One to three people at each customer, prospect or lead; the first is the one to call."""
    random = dice(seed, "contacts")
    for customer in customers:
        country = customer.subsidiary.country
        for position in range(random.choice((1, 2, 2, 3))):
            yield Contact(
                ids.take("entity"), customer, random.choice(FIRST_NAMES[country]),
                random.choice(LAST_NAMES[country]), random.choice(JOB_TITLES), position == 0,
                max(customer.created, clock.at(clock.start, 9)),
            )  # fmt: skip


def address_of(first: str, last: str, company: str) -> str:
    """An e-mail address at a domain that cannot exist."""
    domain = "".join(c for c in company.lower() if c.isascii() and c.isalnum())
    plain = f"{first}.{last}".lower()
    for letter, other in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), (" ", ""), ("'", "")):
        plain = plain.replace(letter, other)
    return f"{plain}@{domain}.example"


def credit_limit(customer: Customer) -> Decimal:
    """What a customer may owe: more for those who wait longer to pay."""
    return Decimal(50_000 + customer.terms * 2_000)


def is_customer(customer: Customer) -> bool:
    """Whether it has bought something."""
    return customer.stage >= 13 and customer.stage != 14


def search_stage(customer: Customer) -> str:
    """NetSuite's word for it."""
    if is_customer(customer):
        return "Customer"
    return "Lead" if customer.stage < 8 else "Prospect"
