"""What a closed part tells: its key numbers, each with what it is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from models.business.decision import Place
from models.metrics.compare import Compared
from models.metrics.kpi import Kpi, Unit
from models.period import Month
from models.texts import _

from .. import formats
from ..components.opening import Gist
from ..configuration import Standing

_MOST = 2  # numbers that are told


def of_lines(told: Iterable[tuple[str, Kpi, Compared | None]]) -> Gist:
    """The first of some named numbers."""
    found = [
        (name, formats.short(line.row.value, kpi.unit, line.row.currency))
        for name, kpi, line in told
        if line is not None and line.row.value is not None
    ]
    return tuple(found[:_MOST])


def of_kpis(told: Iterable[tuple[Kpi, Compared | None]]) -> Gist:
    """The first of some numbers, by their titles."""
    return of_lines((_(kpi.title), kpi, line) for kpi, line in told)


def of_difference(name: str, kpi: Kpi, line: Compared) -> Gist:
    """How far the systems lie apart on a member."""
    apart = line.row.variance
    return ((name, formats.difference(apart, kpi.unit, line.row.currency)),) if apart else ()


def of_months(
    months: Sequence[Month],
    values: Sequence[Decimal | None],
    last: Month,
    unit: Unit,
    currency: str | None,
) -> Gist:
    """What the newest month up to `last` tells."""
    for month, value in reversed(list(zip(months, values, strict=True))):
        if value is not None and month <= last:
            return ((formats.month_name(month), formats.short(value, unit, currency)),)
    return ()


def of_ends(totals: Iterable[Decimal | None], currency: str | None) -> Gist:
    """The two ends of a bridge; what lies between has no total."""
    ends = [formats.short(one, Unit.MONEY, currency) for one in totals if one is not None]
    return ((_("From {amount} to", amount=ends[0]), ends[-1]),) if len(ends) > 1 else ()


def of_holding(count: int, total: int) -> Gist:
    """How many of some controls hold."""
    share = _("{count} of {total}", count=formats.count(count), total=formats.count(total))
    return ((_("Hold"), share),)


def in_words(text: str) -> Gist:
    """A number that words tell together with what it is of: '37 rules'."""
    return ((text, ""),)


def of_settings(told: Gist, found: Standing, places: Iterable[Place]) -> Gist:
    """How many there are, how many of them somebody decided, and how many wait for the next build."""
    mine = set(places)
    decided, waiting = len(mine & set(found.next.decided)), len(mine & set(found.waiting))
    told = [*told]
    told += [(_("Changed here"), formats.count(decided))] if decided else []
    told += [(_("Wait for the next build"), formats.count(waiting))] if waiting else []
    return tuple(told)
