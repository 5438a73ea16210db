"""Questions to the KPIs. Every one takes a scope; there is no other way to the facts.

To be completed: the signatures below are what pages, exports and the command line rely on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..access import Scope
from ..period import Month, Period
from .answer import Answer, RowPage, TrendPoint
from .kpi import Kpi, Side

if TYPE_CHECKING:
    from ..snapshot import Snapshot

Filters = Mapping[
    str, Sequence[int]
]  # dimension name -> keys of its members, any of which may match


def answer(
    snapshot: Snapshot,
    kpi: Kpi,
    period: Period,
    scope: Scope,
    *,
    by: Sequence[str] = (),
    where: Filters | None = None,
) -> Answer:
    """Answer `kpi` for `period`, within `scope`, broken down `by` dimensions, filtered by `where`."""
    raise NotImplementedError


def trend(
    snapshot: Snapshot,
    kpi: Kpi,
    months: Sequence[Month],
    scope: Scope,
    *,
    where: Filters | None = None,
) -> list[TrendPoint]:
    """`kpi` month by month."""
    raise NotImplementedError


def rows(
    snapshot: Snapshot,
    kpi: Kpi,
    side: Side,
    period: Period,
    scope: Scope,
    *,
    where: Filters | None = None,
    offset: int = 0,
    limit: int | None = 100,
    order: Sequence[tuple[str, bool]] = (),
) -> RowPage:
    """The rows behind one side of `kpi`; `order` is (column, descending) pairs; `limit=None` for all."""
    raise NotImplementedError
