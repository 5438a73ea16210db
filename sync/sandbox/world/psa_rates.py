"""Rate cards: the list of each currency, and what was agreed for each project that pays by the hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from .contracts import role_rate
from .firm import BILL_LEVEL
from .firm_life import Life
from .model import Project, Role

_FIRST_LIST, _FIRST_ITEM = 11, 20_001
LISTS = {currency: _FIRST_LIST + place for place, currency in enumerate(BILL_LEVEL)}


def agreed_card(project: Project) -> int | None:
    """The card of the rates agreed for a project; None: it does not pay by the hour."""
    return 1000 + (project.id or 0) if project.bills_time else None


def rate_cards(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Ratecard and RateCardItem."""
    clock = life.clock
    made = clock.at(clock.start, 7)
    sold = [project for project in life.clients if project.bills_time]
    yield (
        "Ratecard",
        [
            *(_card(card, f"List {currency}", made, made) for currency, card in LISTS.items()),
            *(
                _card(agreed_card(it), f"{it.code}, rates agreed", it.created, it.created)
                for it in sold
            ),
        ],
    )
    yield "RateCardItem", list(_items(life, sold))


def _items(life: Life, sold: list[Project]) -> Iterator[Row]:
    clock, ids = life.clock, count(_FIRST_ITEM)
    billed = [role for role in life.roles.values() if role.bill]
    first = clock.start.year
    for currency, card in LISTS.items():
        for year in range(first, clock.today.year + 1):
            made = clock.at(max(clock.start, date(year, 1, 1)), 7)
            start = None if year == first else date(year, 1, 1)
            end = date(year, 12, 31) if year < clock.today.year else None
            for role in billed:
                rate = role_rate(role, currency, year - first, 1.0)
                yield _item(next(ids), card, role, currency, rate, start, end, made)
    for it in sold:
        for role in billed:
            rate = role_rate(role, it.currency, it.start.year - first, it.price)
            yield _item(next(ids), agreed_card(it), role, it.currency, rate, None, None, it.created)


def _card(id_: int | None, name: str, created: object, updated: object) -> Row:
    return {
        "id": id_, "name": name, "notes": None, "active": True, "created": created, "updated": updated,
    }  # fmt: skip


def _item(
    id_: int,
    card: int | None,
    role: Role,
    currency: str,
    rate: Decimal,
    start: date | None,
    end: date | None,
    made: object,
) -> Row:
    return {
        "id": id_, "rate_card_id": card, "job_code_id": role.id, "rate": rate, "currency": currency,
        "start": start, "end": end, "current": end is None, "created": made, "updated": made,
    }  # fmt: skip
