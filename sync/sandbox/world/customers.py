"""The customers: where they are, in which currency they are billed, how they pay."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from .calendar import Clock
from .dice import dice
from .ids import Ids
from .model import Customer, Subsidiary
from .names import COMPANIES, FIRM

# Billed in a currency that is not their supplier's.
FOREIGN = {
    "Säntis Präzision": "CHF",
    "Limmat Vermögensverwaltung": "CHF",
    "Alpenrhein Instrumente": "CHF",
    "Leinster Dairy Cooperative": "EUR",
    "Corrib Leasing": "EUR",
    "Penrose Shipping": "USD",
    "Bayonet Marine": "GBP",
}


def invent_customers(
    seed: int, clock: Clock, ids: Ids, subsidiaries: dict[str, Subsidiary]
) -> dict[str, list[Customer]]:
    """All customers by the country of the subsidiary that serves them."""
    random = dice(seed, "customers")
    made: dict[str, list[Customer]] = {}
    for country, names in COMPANIES.items():
        made[country] = [
            _customer(random, clock, ids, subsidiaries[country], name) for name in names
        ]
    return made


def house_customer(clock: Clock, ids: Ids, root: Subsidiary) -> Customer:
    """The firm as its own customer: internal projects hang there."""
    made = clock.at(clock.start - timedelta(days=900))
    id_, ns_id = ids.take("customer"), ids.take("entity")
    name = f"{FIRM} Group (internal)"
    return Customer(id_, ns_id, "C1000", name, root, root.currency, 0, 0, Decimal(0), made, made)


def _customer(
    random: Random, clock: Clock, ids: Ids, subsidiary: Subsidiary, name: str
) -> Customer:
    id_, ns_id = ids.take("customer"), ids.take("entity")
    made = clock.at(clock.start - timedelta(days=random.randint(30, 1500)), random.randint(8, 16))
    changed = clock.at(clock.start + timedelta(days=random.randint(0, 1090)), random.randint(8, 16))
    return Customer(
        id_,
        ns_id,
        f"C{1000 + id_}",
        name,
        subsidiary,
        FOREIGN.get(name, subsidiary.currency),
        random.choice((30, 30, 30, 45, 45, 60)),
        random.gauss(4, 8),
        Decimal(0) if name in FOREIGN else subsidiary.tax,
        made,
        max(made, changed),
    )
