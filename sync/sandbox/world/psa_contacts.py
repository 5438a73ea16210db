"""Contacts: whom to talk to at each customer, and who gets the invoices."""

from __future__ import annotations

from collections.abc import Iterator

from sync.sandbox.system import Row

from .dice import dice
from .firm_life import Life
from .names import FIRST_NAMES, LAST_NAMES

_FIRST = 1801
_TITLES = ("Head of Finance", "Programme Director", "Chief Information Officer", "Procurement Lead")


def contacts(life: Life) -> Iterator[Row]:
    """Contact: two a customer, the first of whom is billed."""
    random = dice(life.seed, "contacts")
    for place, customer in enumerate(life.customers):
        country = customer.subsidiary.country
        domain = f"{customer.name.split()[0].lower()}.example"
        for number in range(2):
            first = random.choice(FIRST_NAMES[country])
            last = random.choice(LAST_NAMES[country])
            yield {
                "id": _FIRST + 2 * place + number, "name": f"{first} {last}", "first": first,
                "last": last, "email": f"contact{number + 1}@{domain}".encode("ascii", "ignore").decode(),
                "job_title": _TITLES[number] if number == 0 else random.choice(_TITLES[1:]),
                "customerid": customer.id, "active": True, "can_bill_to": number == 0,
                "can_ship_to": number == 1, "can_sold_to": True, "externalid": None,
                "created": customer.created, "updated": customer.created,
            }  # fmt: skip
