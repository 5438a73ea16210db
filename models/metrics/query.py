"""Questions to the KPIs. Every one takes a scope; there is no other way to the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ..access import Scope
from ..period import Month, Period
from .answer import Answer, AnswerRow, RowPage, TrendPoint
from .behind import rows_behind
from .compile import Filters, Slice
from .dimensions import dimension, labels
from .kpi import Kpi, Reason, Side, Unit
from .sides import Question, side_columns
from .sums import Cell, Column, Group, Reader
from .trust import concerns

if TYPE_CHECKING:
    from ..snapshot import Snapshot

__all__ = ["Filters", "answer", "rows", "trend"]


def answer(
    snapshot: Snapshot,
    kpi: Kpi,
    period: Period,
    scope: Scope,
    *,
    by: Sequence[str] = (),
    where: Filters | None = None,
) -> Answer:
    """Answer `kpi` for `period`, within `scope`, broken down `by` dimensions, filtered by `where`.

    A filter that names no member does not filter.

    Raises:
        QuestionError: the KPI lacks a dimension of `by` or `where`.
    """
    question = _question(snapshot, kpi, scope, by, where)
    span = question.span(period)
    if scope.is_nothing:
        refused = Column(rest=Reason.OUT_OF_SCOPE)
        found, named = dict.fromkeys(Side, refused), {}
    else:
        with snapshot.engine.connect() as connection:
            reader = Reader(connection, question.asked, question.today)
            found = {side: side_columns(reader, question, side, [span])[span] for side in Side}
            named = _named(connection, question.asked.by, _groups(found, question.asked.by))
    return Answer(
        kpi=kpi,
        period=period,
        currency=snapshot.reporting_currency if kpi.unit is Unit.MONEY else None,
        as_of={system: state.as_of for system, state in snapshot.sources.items()},
        snapshot=snapshot.version,
        trust={side: concerns(snapshot, kpi, side) for side in Side},
        rows=[
            _row(kpi, question.asked.by, group, named, found)
            for group in sorted(
                _groups(found, question.asked.by),
                key=lambda group: _reading_order(question.asked.by, group, named),
            )
        ],
    )


def trend(
    snapshot: Snapshot,
    kpi: Kpi,
    months: Sequence[Month],
    scope: Scope,
    *,
    where: Filters | None = None,
) -> list[TrendPoint]:
    """Answer `kpi` month by month.

    Raises:
        QuestionError: the KPI lacks a dimension of `where`.
    """
    question = _question(snapshot, kpi, scope, (), where)
    if scope.is_nothing or not months:
        return [TrendPoint(month=month, erp=None, psa=None) for month in months]
    spans = [question.span(Period.of(month)) for month in months]
    with snapshot.engine.connect() as connection:
        reader = Reader(connection, question.asked, question.today)
        unique = list(dict.fromkeys(spans))
        found = {side: side_columns(reader, question, side, unique) for side in Side}
    return [
        TrendPoint(
            month=month,
            erp=_number(found[Side.ERP][span].of(())),
            psa=_number(found[Side.PSA][span].of(())),
        )
        for month, span in zip(months, spans, strict=True)
    ]


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
    """Return the rows behind one side of `kpi`; they sum to its answer exactly.

    `order` is (column, descending) pairs; `limit=None` is for all.

    Raises:
        QuestionError: the KPI lacks a dimension of `where`, or the rows a column of `order`.
    """
    question = _question(snapshot, kpi, scope, (), where)
    return rows_behind(question, side, period, offset=offset, limit=limit, order=order)


def _question(
    snapshot: Snapshot, kpi: Kpi, scope: Scope, by: Sequence[str], where: Filters | None
) -> Question:
    filters = {name: tuple(keys) for name, keys in (where or {}).items() if keys}
    for name in (*by, *filters):
        dimension(name, kpi.by)
    return Question(
        snapshot=snapshot, kpi=kpi, asked=Slice(scope=scope, by=tuple(by), where=filters)
    )


def _groups(found: Mapping[Side, Column], by: Sequence[str]) -> set[Group]:
    """The members that have a number on either side; without a breakdown, the one group there is."""
    if not by:
        return {()}
    return {group for column in found.values() for group in column.cells}


def _named(
    connection: Connection, by: Sequence[str], groups: set[Group]
) -> dict[str, dict[int, str]]:
    return {
        name: labels(connection, dimension(name, by), {group[place] for group in groups})
        for place, name in enumerate(by)
    }


def _reading_order(
    by: Sequence[str], group: Group, named: Mapping[str, Mapping[int, str]]
) -> tuple[tuple[str, int], ...]:
    return tuple((named[name][key].casefold(), key) for name, key in zip(by, group, strict=True))


def _row(
    kpi: Kpi,
    by: Sequence[str],
    group: Group,
    named: Mapping[str, Mapping[int, str]],
    found: Mapping[Side, Column],
) -> AnswerRow:
    cells = {side: column.of(group) for side, column in found.items()}
    erp, psa = _number(cells[Side.ERP]), _number(cells[Side.PSA])
    variance = erp - psa if erp is not None and psa is not None else None
    return AnswerRow(
        dimensions=dict(zip(by, group, strict=True)),
        labels={name: named[name][key] for name, key in zip(by, group, strict=True)},
        erp=erp,
        psa=psa,
        variance=variance,
        value=_number(cells[kpi.record]),
        reasons={side: cell for side, cell in cells.items() if isinstance(cell, Reason)},
        within_tolerance=_within(kpi, erp, variance),
    )


def _within(kpi: Kpi, erp: Decimal | None, variance: Decimal | None) -> bool | None:
    if erp is None or variance is None:
        return None
    return abs(variance) <= max(kpi.tolerance, kpi.tolerance_share * abs(erp))


def _number(cell: Cell) -> Decimal | None:
    return None if isinstance(cell, Reason) else cell
