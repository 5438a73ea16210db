"""Which version of the plan numbers are compared with: of those with rows for a measure and month the first, as built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from ..snapshot import Snapshot
from ..tables.plan import fct_plan

UPLOAD = "upload"
Month = tuple[str, int]  # measure, yyyymm
_FOUND = "plan versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a version plans of a measure in a month, in one currency.

    Attributes:
        position: of the version among those of its source.
        amount: in `currency`; None of hours.
        amount_base: in the reporting currency, at the version's rates.
        rows: how many planned amounts, or hours, it is.
    """

    measure: str
    month: int
    source: str
    version: str
    currency: str | None
    position: int
    amount: Decimal | None
    amount_base: Decimal | None
    rows: int

    @property
    def of(self) -> Month:
        """What it plans."""
        return self.measure, self.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the plan: a budget category, all project budgets, or an upload."""

    source: str
    name: str
    position: int
    planned: Sequence[Planned]

    @property
    def rows(self) -> int:
        """How many planned amounts and hours there are."""
        return sum(one.rows for one in self.planned)

    @property
    def months(self) -> list[int]:
        """The months it has rows for."""
        return sorted({one.month for one in self.planned})


def versions(snapshot: Snapshot) -> Sequence[Version]:
    """The versions there are."""
    if _FOUND not in snapshot.found:
        snapshot.found[_FOUND] = _versions(snapshot)
    found: Sequence[Version] = snapshot.found[_FOUND]
    return found


def _versions(snapshot: Snapshot) -> Sequence[Version]:
    table = fct_plan.c
    keys = (table.measure, table.month, table.source, table.version, table.currency)
    query = select(
        *keys,
        func.coalesce(func.min(table.position), 0).label("position"),
        func.sum(table.amount).label("amount"),
        func.sum(table.amount_base).label("amount_base"),
        func.count().label("rows"),
    ).group_by(*keys)
    with snapshot.engine.connect() as connection:
        return grouped(Planned(**row) for row in connection.execute(query).mappings())


def grouped(planned: Iterable[Planned]) -> Sequence[Version]:
    """What is planned, by version."""
    several_of: dict[tuple[str, str], list[Planned]] = {}
    for one in planned:
        several_of.setdefault((one.source, one.version), []).append(one)
    return [
        Version(
            source=source, name=name, position=min(one.position for one in several), planned=several
        )
        for (source, name), several in several_of.items()
    ]


def in_order(found: Sequence[Version], prefer: Sequence[str]) -> list[Version]:
    """Versions in the order in which they are compared with: those preferred, uploads, then the others."""
    places = {name: at for at, name in reversed(list(enumerate(prefer)))}
    return sorted(
        found,
        key=lambda one: (
            places.get(one.name, len(places)), one.source != UPLOAD, one.source, one.position, one.name,
        ),
    )  # fmt: skip


def compared(found: Sequence[Version], prefer: Sequence[str]) -> Mapping[Month, Version]:
    """Measure and month -> the version that is compared with."""
    chosen: dict[Month, Version] = {}
    for version in in_order(found, prefer):
        for one in version.planned:
            chosen.setdefault(one.of, version)
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Another version is compared with: of a measure, in some months.

    Attributes:
        was: what they sum to in the reporting currency, by the version that is compared with now.
        becomes: the same by the other.
    """

    measure: str
    now: str
    then: str
    months: Sequence[int]
    was: Decimal
    becomes: Decimal


def exchanged(
    found: Sequence[Version], before: Sequence[str], after: Sequence[str]
) -> list[Exchange]:
    """What another order of preference would compare with."""
    now, then = compared(found, before), compared(found, after)
    moved: dict[tuple[str, str, str], list[Month]] = {}
    for of, version in sorted(now.items()):
        if then[of] != version:
            moved.setdefault((of[0], version.name, then[of].name), []).append(of)
    return [
        Exchange(
            measure=measure,
            now=name,
            then=other,
            months=[month for _measure, month in several],
            was=_sum(now, several),
            becomes=_sum(then, several),
        )
        for (measure, name, other), several in moved.items()
    ]


def _sum(chosen: Mapping[Month, Version], several: Sequence[Month]) -> Decimal:
    amounts = (
        one.amount_base
        for of in several
        for one in chosen[of].planned
        if one.of == of and one.amount_base is not None
    )
    return sum(amounts, Decimal(0))
