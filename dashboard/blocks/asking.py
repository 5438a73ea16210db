"""What blocks ask of a visit: the line in the currency looked at, the address of a list of rows."""

from __future__ import annotations

from collections.abc import Sequence

from models.metrics.answer import TrendPoint
from models.metrics.compare import Compared
from models.metrics.dimensions import Key
from models.metrics.kpi import Kpi, Lens, Side
from models.period import Period

from ..components.tile import rows_address
from ..filters import SHARED
from ..page import page_key
from ..visit import Visit


def currency_of(visit: Visit) -> str | None:
    """The one currency that charts and lists tell money in; None where there is but the reporting currency."""
    if visit.filters.lens is Lens.CONSOLIDATED:
        return None
    return visit.query.get("currency") or visit.snapshot.reporting_currency


def lines_of(visit: Visit, lines: Sequence[Compared]) -> list[Compared]:
    """The lines in the currency looked at; those of a number that is no money, too."""
    currency = currency_of(visit)
    if currency is None:
        return list(lines)
    return [one for one in lines if one.row.currency in (None, currency)]


def line_of(visit: Visit, lines: Sequence[Compared] | None) -> Compared | None:
    """The one line of a number without a breakdown; None if there is none in this currency."""
    found = lines_of(visit, lines or ())
    return found[0] if len(found) == 1 else None


def points_of(visit: Visit, points: Sequence[TrendPoint]) -> list[TrendPoint]:
    """A trend in the currency looked at."""
    currency = currency_of(visit)
    return [one for one in points if currency is None or one.currency in (None, currency)]


def rows_of(
    visit: Visit,
    kpi: Kpi,
    side: Side,
    *,
    period: Period | None = None,
    members: Sequence[tuple[str, Key]] = (),
) -> str | None:
    """Where the rows behind a number are, the page's filters kept; None for a member no address can name."""
    chosen = visit.filters
    for name, key in members:
        if key == "" or (name in chosen.where and key not in chosen.where[name]):
            return None
        chosen = chosen.with_members(name, (key,))
    extra = {}
    if (currency := currency_of(visit)) and kpi.is_money:
        extra["currency"] = currency
    if key_of_page := page_key(visit.path):
        extra["from"] = key_of_page
    return rows_address(kpi, side, period or visit.period, chosen.search(**extra))


def member_address(visit: Visit, name: str, key: Key) -> str | None:
    """Where a member leads: a project to its page, another to this page for it alone."""
    if name == "project" and isinstance(key, int) and key > 0:
        return f"/project/{key}{visit.filters.travelling.search()}"
    if name not in SHARED:
        return None
    return visit.path + visit.filters.with_members(name, (key,)).search()
