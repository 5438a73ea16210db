"""Purchasing: what was asked for and ordered of whom, so that every purchase item stands on an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sync.sandbox.system import Row

from . import psa_links as links
from .calendar import Clock
from .firm_life import Life
from .model import ZERO, Project
from .model_money import Purchase
from .psa_lists import vendor_ids

_FIRST_ORDER, _FIRST_REQUEST = 4001, 4501
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Order:
    """What one vendor supplies to one project."""

    id: int
    request_id: int
    project: Project
    vendor_id: int
    items: list[Purchase]

    def header(self, clock: Clock, wait: int) -> Row:
        """What request and order have in common; dated so many days before the first delivery."""
        it, first = self.project, self.items[0].day
        day = first - timedelta(days=wait)
        total = sum((item.amount for item in self.items), ZERO)
        last = self.items[-1].day
        return {
            "name": f"Specialist support, {it.code}", "date": day, "userid": it.owner.id,
            "approval_status": "A", "date_submitted": day, "date_approved": day + timedelta(days=1),
            "date_required": first, "date_fulfilled": last if it.ended else None, "total": total,
            "total_quantity": Decimal(len(self.items)),
            "quantity_fulfilled": Decimal(len(self.items)), "currency": it.subsidiary.currency,
            "created": clock.at(day, 9), "updated": self.items[-1].updated,
        }  # fmt: skip


def purchasing(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Purchaserequest, Purchaseorder and Purchase_item."""
    orders = list(_orders(life))
    yield "Purchaserequest", [
        {
            "id": it.request_id, "number": f"PR-{it.request_id}", "projectid": it.project.id,
            "customerid": it.project.customer.id, **it.header(life.clock, 16),
        }
        for it in orders
    ]  # fmt: skip
    yield "Purchaseorder", [
        {
            "id": it.id, "number": f"SPO-{it.id}", "vendorid": it.vendor_id, "terms": "Net 30",
            **it.header(life.clock, 10),
        }
        for it in orders
    ]  # fmt: skip
    yield "Purchase_item", [_item(order, item) for order in orders for item in order.items]


def _orders(life: Life) -> Iterator[_Order]:
    vendors = vendor_ids(life)
    groups: dict[tuple[Project, int], list[Purchase]] = defaultdict(list)
    for purchase in life.costs.purchases:
        groups[purchase.project, vendors[purchase.vendor.ns_id]].append(purchase)
    for place, ((project, vendor), items) in enumerate(groups.items()):
        yield _Order(_FIRST_ORDER + place, _FIRST_REQUEST + place, project, vendor, items)


def _item(order: _Order, it: Purchase) -> Row:
    return {
        "id": it.id, "date": it.day, "acct_date": None, "projectid": it.project.id,
        "customerid": it.project.customer.id, "name": it.name, "purchaseorderid": order.id,
        "purchaserequestid": order.request_id, "vendorid": order.vendor_id,
        "productid": links.SPECIALIST, "userid": it.project.owner.id, "quantity": _ONE,
        "quantity_fulfilled": _ONE, "date_fulfilled": it.day, "cost": it.amount, "total": it.amount,
        "currency": it.project.subsidiary.currency, "created": it.updated, "updated": it.updated,
    }  # fmt: skip
