"""Members with several numbers each: asked together, in an order, as lines of a list or as rows of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import Key
from models.metrics.kpi import Kpi, Side
from models.texts import _

from ..visit import Visit
from .asking import lines_of

Lines = Mapping[str, Mapping[Any, Compared]]  # key of the KPI -> member -> its line


@dataclass(frozen=True, kw_only=True)
class Column:
    """One number of a list.

    Attributes:
        both: whether the other system's number stands beside it.
        change: whether its change against the year before (or the plan) stands beside it.
        heat: whether its colour tells how it moved.
        flag: whether it should be zero; what is not bears a mark.
        now: whether it is told as of today whichever period was chosen, for neither system keeps it as it was.
        spark: whether its line of thirteen months stands beside it.
        weeks: how many weeks ahead are told, as small cells, instead of the period's number; 0: none. It is a share
            of something that there is, and 1 is enough.
    """

    key: str
    both: bool = False
    change: bool = False
    heat: bool = False
    flag: bool = False
    now: bool = False
    spark: bool = False
    weeks: int = 0

    @property
    def kpi(self) -> Kpi:
        """Its declaration."""
        return kpis()[self.key]

    @property
    def title(self) -> str:
        """What it is called in a head."""
        title = _(self.kpi.title)
        return _("{title}, today", title=title) if self.now else title

    @property
    def sides(self) -> tuple[Side, ...]:
        """The systems shown, the one of record first."""
        record = self.kpi.record
        return (record, *(one for one in Side if one is not record)) if self.both else (record,)


def able_columns(visit: Visit, by: str, columns: Sequence[Column]) -> list[Column]:
    """The columns that can be told by this dimension with the filters chosen."""
    return [one for one in columns if not visit.ask.lacks(one.kpi, by)]


def member_lines(visit: Visit, by: str, columns: Sequence[Column]) -> Lines:
    """The numbers of every member, all read together."""
    return {
        key: {one.row.dimensions[by]: one for one in lines_of(visit, found)}
        for key, found in asked(visit, columns, by=(by,)).items()
    }


def asked(
    visit: Visit, columns: Sequence[Column], by: tuple[str, ...] = ()
) -> Mapping[str, list[Compared]]:
    """Key of the KPI -> its lines: those of the period, and of today what is told as of today."""
    told: dict[str, list[Compared]] = {}
    for at, now in ((visit, False), (visit.today, True)):
        wanted = {one.key: one.kpi for one in columns if one.now is now and not one.weeks}.values()
        if wanted:
            found = at.ask.compare(wanted, [at.period], by=by)
            told |= {key: lines for (key, _period), lines in found.items()}
    return told


def _has(line: Compared | None) -> bool:
    return line is not None and (line.row.erp is not None or line.row.psa is not None)


def ordered_keys(lines: Lines, sort: str, usual: str, by: str) -> list[Key]:
    """The members that have a number, in an order: 'key' or '-key' of a KPI, or the dimension's own name."""
    keys = [
        key
        for key in dict.fromkeys(key for found in lines.values() for key in found)
        if any(_has(found.get(key)) for found in lines.values())
    ]
    wanted, falling = sort.removeprefix("-"), sort.startswith("-")
    named = sorted(keys, key=lambda key: label_of(key, lines, by).casefold())
    if wanted == by:
        return named[::-1] if falling else named
    found = lines.get(wanted) or lines.get(usual, {})

    def value(key: Key) -> tuple[bool, Decimal]:
        line = found.get(key)
        number = line.row.value if line else None
        return number is None, (-(number or Decimal(0)) if falling else number or Decimal(0))

    return sorted(named, key=value)


def label_of(key: Key, lines: Lines, by: str) -> str:
    """What a member is called."""
    return next(found[key].row.labels[by] for found in lines.values() if key in found)
