"""What the mirror counts, adds up and holds, in the shape in which a source tells the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    Table,
    cast,
    func,
    literal,
    select,
    text,
    tuple_,
)

from ..entities.entity import Entity
from .chosen import chosen_rows
from .parse import Key
from .stage import DELETED, MODIFIED, RUN, staging_table

ROWS = "rows"
_AT_ONCE = 400

Month = int | None  # yyyymm; None: without a date, or all of them
Sums = dict[str, Decimal]  # 'rows' and the measures
ByMonth = dict[Month, Sums]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A living record of the mirror, as far as a proof looks at it."""

    month: Month
    modified: datetime | None
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """The living records of one entity in the mirror; months are the owner's where it has one."""

    connection: Connection
    entity: Entity
    parent: Entity | None
    by_month: bool

    def totals(self, months: Collection[Month] | None = None) -> ByMonth:
        """Counts and sums by month (of all, where months are not told apart), of some months or all."""
        table, month = self._table(), self._month()
        sums = [func.sum(table.c[name]) for name in self.entity.measures]
        query = self._from(select(month, func.count(), *sums))
        if self.by_month:
            query = query.group_by(text("1"))  # a parameter twice is not the same to PostgreSQL
        found: ByMonth = {}
        for row in self.connection.execute(query):
            key = _month_of(row[0])
            if months is None or key in months:
                pairs = zip(self.entity.measures, row[2:], strict=True)
                found[key] = {ROWS: Decimal(row[1])} | {
                    name: Decimal(total or 0) for name, total in pairs
                }
        return found

    def months_of_run(self, run_id: int) -> set[int]:
        """The months of the records that a run wrote, also of those it buried."""
        table, month = self._table(), self._month()
        query = self._from(select(month), alive=False).where(table.c[RUN] == run_id).distinct()
        return {found for said in self.connection.scalars(query) if (found := _month_of(said))}

    def of_month(self, month: Month) -> dict[Key, Held]:
        """The records of a month."""
        column = self._month()
        condition = column.is_(None) if month is None else column == _month_text(month)
        query = self._keys() if not self.by_month else self._keys().where(condition)
        return self._read(query)

    def of_keys(self, keys: Iterable[Key]) -> dict[Key, Held]:
        """The records with these identities."""
        table = self._table()
        columns = [table.c[name] for name in self.entity.identity]
        found: dict[Key, Held] = {}
        ordered = list(keys)
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            match = columns[0].in_(part) if len(columns) == 1 else tuple_(*columns).in_(part)
            found |= self._read(self._keys().where(match))
        return found

    def of_parents(self, parents: Iterable[int]) -> dict[Key, Held]:
        """The records that belong to these owners."""
        if self.entity.parent_key is None:
            return {}
        column = self._table().c[self.entity.parent_key]
        found: dict[Key, Held] = {}
        ordered = list(parents)
        for start in range(0, len(ordered), _AT_ONCE):
            part = ordered[start : start + _AT_ONCE]
            found |= self._read(self._keys().where(column.in_(part)))
        return found

    # ------------------------------------------------------------ queries

    def _table(self) -> Table:
        return staging_table(self.entity)

    def _owner(self) -> Table | None:
        return staging_table(self.parent) if self.parent is not None else None

    def _month(self) -> Any:
        owner = self.parent or self.entity
        if not self.by_month or owner.dated is None:
            return literal(None, String).label("month")
        column = staging_table(owner).c[owner.dated]
        return func.substr(cast(column, String), 1, 7)

    def _keys(self) -> Select[Any]:
        table = self._table()
        names = (*self.entity.identity, MODIFIED, *self.entity.measures)
        return self._from(select(self._month(), *(table.c[name] for name in names)))

    def _from(self, query: Select[Any], *, alive: bool = True) -> Select[Any]:
        table, owner = self._table(), self._owner()
        if owner is None or self.parent is None or self.entity.parent_key is None:
            query = query.select_from(table)
        else:
            on = table.c[self.entity.parent_key] == owner.c[self.parent.identity[0]]
            query = query.select_from(table.outerjoin(owner, on))
        query = query.where(*chosen_rows(self.entity))
        return query.where(table.c[DELETED].is_(None)) if alive else query

    def _read(self, query: Select[Any]) -> dict[Key, Held]:
        width = len(self.entity.identity)
        return dict(self._one(row, width) for row in self.connection.execute(query))

    def _one(self, row: Row[Any], width: int) -> tuple[Key, Held]:
        parts: Sequence[Any] = row[1 : 1 + width]
        held = Held(
            month=_month_of(row[0]), modified=row[1 + width], values=tuple(row[2 + width :])
        )
        return (parts[0] if width == 1 else tuple(parts)), held


def add_to(totals: ByMonth, month: Month, values: Mapping[str, Decimal], sign: int = 1) -> None:
    """Add (or take away) one record's share."""
    sums = totals.setdefault(month, {})
    for name, value in values.items():
        sums[name] = sums.get(name, Decimal(0)) + sign * value


def _month_of(said: str | None) -> Month:
    return int(said.replace("-", "")) if said else None


def _month_text(month: int) -> str:
    return f"{month // 100:04d}-{month % 100:02d}"
