"""What records that rules tell apart come to, in words, for who may see it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from models.errors import NoSnapshotError

from .. import formats
from ..auth.permissions import Permission, may
from ..components.business_words import KINDS
from ..visit import Visit


def sees_amounts(visit: Visit) -> bool:
    """Amounts are the whole firm's: who sees a part of it, or no numbers, sees how many rows there are."""
    return may(visit.person, Permission.VIEW_NUMBERS) and visit.scope.is_unrestricted


def amount_words(kind: str, amount: Decimal | None, currency: str) -> str:
    """What records of a kind come to: money, or hours."""
    if amount is None:
        return formats.MISSING
    if KINDS[kind].is_hours:
        return formats.short_hours(amount)
    return formats.whole_money(amount, currency)


def writes_amounts(visit: Visit, kind: str) -> Callable[[Decimal | None], str] | None:
    """What writes the amounts of a kind; None where it has none, or for who does not see them."""
    if not KINDS[kind].amount:
        return None
    try:
        if not sees_amounts(visit):
            return None
        currency = visit.snapshot.reporting_currency
    except NoSnapshotError:
        return None
    return lambda amount: amount_words(kind, amount, currency)
