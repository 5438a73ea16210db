"""The rows behind a number: every term's rows under one another, in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Subquery, union_all

from ..errors import QuestionError
from ..period import Month, Period
from . import countback
from .answer import RowColumn, RowPage
from .compile import Span
from .dimensions import DIMENSIONS, labels
from .kpi import Countback, Formula, NotHeld, Ratio, Reason, Side, Total
from .sides import Question
from .sums import ZERO, Reader
from .terms import PART, PLACE, TECHNICAL, Term

Order = Sequence[tuple[str, bool]]

_WITHHELD = (
    "Labour cost is shown as one sum a project and month; who worked and what an hour of theirs "
    "costs is not part of your access."
)
_REFUSALS = {
    Reason.OUT_OF_SCOPE: "This number needs rows that are not part of your access.",
    Reason.HISTORY_LOADING: "The history this number needs is still loading.",
    Reason.NOT_HELD: "This system does not hold what was asked for.",
}


def rows_behind(
    question: Question, side: Side, period: Period, *, offset: int, limit: int | None, order: Order
) -> RowPage:
    """Return a page of the rows behind one side of a KPI."""
    span, formula = question.span(period), question.kpi.side(side)
    refusal = question.refusal(side, span)
    if refusal is not None:
        why = formula.why if isinstance(formula, NotHeld) else _REFUSALS[refusal]
        return RowPage(columns=(), rows=(), total_rows=0, totals={}, withheld=why)
    with question.snapshot.engine.connect() as connection:
        if isinstance(formula, Countback):
            found = _months(connection, question, formula, span)
            return _sorted_page(connection, question, found, offset, limit, order)
        return page_of(connection, _terms(question, formula, span), offset, limit, order)


def page_of(
    connection: Connection, terms: Sequence[Term], offset: int, limit: int | None, order: Order
) -> RowPage:
    """Return a page of the rows of `terms`, with sums over all of them."""
    columns = _columns(terms)
    dates = {name for term in terms for name in term.dates}
    shown = {column.name for column in columns}
    union = union_all(
        *(term.rows([c for c in columns if c.name != "contribution"], dates) for term in terms)
    ).subquery("behind")
    query = union.select().order_by(*_ordering(union, order, shown)).offset(offset)
    counts, totals = _count(connection, terms)
    return RowPage(
        columns=columns,
        rows=[
            _plain(row)
            for row in connection.execute(query.limit(limit) if limit is not None else query)
            .mappings()
            .all()
        ],
        total_rows=counts,
        totals=totals,
        withheld=_WITHHELD if any(term.withheld for term in terms) else "",
        filters=filter_texts(connection, terms[0].asked.where),
    )


def filter_texts(connection: Connection, where: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """Return the filters as a person reads them."""
    return {
        DIMENSIONS[name].title: ", ".join(labels(connection, DIMENSIONS[name], keys).values())
        for name, keys in where.items()
    }


def _terms(question: Question, formula: Formula, span: Span) -> list[Term]:
    parts: dict[str, Total] = {}
    if isinstance(formula, Ratio):
        parts = {"numerator": formula.numerator, "denominator": formula.denominator}
    elif isinstance(formula, Total):
        parts = {"value": formula}
    signed = [(part, *term) for part, total in parts.items() for term in total.terms]
    return [
        Term(sign=sign, measure=measure, part=part, place=place, asked=question.asked, span=span)
        for place, (part, sign, measure) in enumerate(signed)
    ]


def _columns(terms: Sequence[Term]) -> list[RowColumn]:
    """All columns of all terms, each once, the contribution last."""
    found = {column.name: column for term in terms for column in term.columns}
    contribution = RowColumn(name="contribution", title="Contribution", type=terms[0].value_type)
    return [*found.values(), contribution]


def _ordering(union: Subquery, order: Order, shown: set[str]) -> list[Any]:
    """The asked order, then one that leaves nothing to chance, so that pages never overlap."""
    found = []
    for name, descending in order:
        if name not in shown:
            raise QuestionError(
                f"The rows have no column '{name}' to order by. They have: {', '.join(sorted(shown))}."
            )
        column = union.c[name]
        found.append((column.desc() if descending else column.asc()).nulls_last())
    first = [name for name in (PLACE, "month", "day", "record_id") if name in union.c]
    rest = [column.name for column in union.c if column.name not in first]
    return found + [union.c[name].asc().nulls_last() for name in (*first, *rest)]


def _count(connection: Connection, terms: Sequence[Term]) -> tuple[int, dict[str, Decimal]]:
    rows, totals = 0, defaultdict[str, Decimal](lambda: ZERO)
    for term in terms:
        count, amount = connection.execute(term.count_and_sum()).one()
        rows += count
        totals[term.part] += term.sign * (amount or ZERO)
    return rows, dict(totals)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as plain values: days as yyyymmdd whatever the fact holds."""
    return {
        name: value.year * 10000 + value.month * 100 + value.day
        if isinstance(value, date)
        else value
        for name, value in row.items()
        if name != PLACE
    }


def _months(
    connection: Connection, question: Question, formula: Countback, span: Span
) -> list[dict[str, Any]]:
    """The months that a countback went through, newest first."""
    reader = Reader(connection, question.asked, question.today)
    balance = reader.columns(formula.balance, [span])[span].of(())
    if isinstance(balance, Reason) or span.last is None:
        return []
    billings = reader.months(formula.billings, Span(None, span.last)).get((), {})
    last = Month.from_key(span.last)
    found = countback.steps(balance, billings, last, question.snapshot.today, formula.limit_days)
    return [
        dict.fromkeys(TECHNICAL)
        | {
            "measure": "Days of billings",
            "part": "value",
            "system": formula.billings.measures[0].system,
            "month": step.month,
            "billings": step.billings,
            "days": step.days,
            "contribution": step.contribution,
        }
        for step in found
    ]


_COUNTBACK_COLUMNS = (
    RowColumn(name="measure", title="What", type="text"),
    RowColumn(name="month", title="Month", type="month"),
    RowColumn(name="billings", title="Billed, tax included", type="money"),
    RowColumn(name="days", title="Days of the month", type="integer"),
    RowColumn(name="contribution", title="Contribution", type="days"),
)


def _sorted_page(
    connection: Connection,
    question: Question,
    found: list[dict[str, Any]],
    offset: int,
    limit: int | None,
    order: Order,
) -> RowPage:
    names = {column.name for column in _COUNTBACK_COLUMNS}
    for name, descending in reversed(order):
        if name not in names:
            raise QuestionError(
                f"The rows have no column '{name}' to order by. They have: {', '.join(sorted(names))}."
            )
        found.sort(key=lambda row: row[name], reverse=descending)
    for row in found:
        row.pop(PLACE, None)
    end = None if limit is None else offset + limit
    return RowPage(
        columns=_COUNTBACK_COLUMNS,
        rows=found[offset:end],
        total_rows=len(found),
        totals={"value": sum((row["contribution"] for row in found), ZERO)},
        filters=filter_texts(connection, question.asked.where),
    )


__all__ = ["PART", "page_of", "rows_behind"]
