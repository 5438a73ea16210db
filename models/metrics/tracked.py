"""The rows of a term as they are followed from one snapshot to another: whose they are, and what they count.

A row is followed by its record: system, record type and id. Where the facts name no record (a person's day, a
project's month), by the columns that tell its rows apart. Rows of one record are taken together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.sql.visitors import iterate

from ..side_by_side import BEFORE, NOW, Both, text_of
from .compile import source
from .formula import PerMember
from .measure import Measure
from .scoping import restrict_measure
from .terms import Lines, Term
from .vocabulary import Lens

_NUMBER = Numeric(38, 4)
_IDENTITY: Mapping[str, tuple[str, ...]] = MappingProxyType(  # of facts whose rows are no record's
    {
        "fct_bench": ("person_key", "day"),
        "fct_bench_list": ("person_key",),
        "fct_capacity": ("person_key", "day"),
        "fct_capacity_ahead": ("person_key", "day"),
        "fct_deal_demand": ("labor_id", "day"),
        "fct_gl_balance": ("subsidiary_key", "kind", "account_key", "month"),
        "fct_headcount": ("system", "person_key", "month"),
        "fct_over_servicing": ("grain", "project_key", "task_key", "month"),
        "fct_overload": ("person_key", "month"),
        "fct_plan": ("measure", "source", "version", "record_id", "row_number", "month"),
        "fct_projection": ("projection_id",),
        "fct_rev_plan": ("planned_revenue_id",),
        "fct_unbilled": ("system", "project_key", "month"),
        "fct_unbilled_item": ("kind", "item_id"),
        "fct_unstaffed": ("request_id", "pending_booking_id", "day"),
    }
)
# whose rows of a fact are meant, rather than which of them count
_POPULATION = frozenset({"system", "grain", "measure", "source"})
_VALUED_BY_RATE = frozenset({"cost", "list_value", "agreed_value", "value"})
_HOURS = ("entry_hours", "over_hours", "hours")

_temporary = MetaData(schema="temp")
MOVED = Table(  # what counted differently in the two snapshots, record by record
    "moved",
    _temporary,
    Column("place", BigInteger),
    Column("record_id", BigInteger),
    Column("identity", String),  # where there is no record
    Column("currency", String),
    *(
        Column(f"{name}_{when}", kind)
        for when in ("before", "now")
        for name, kind in (
            ("rows", BigInteger),
            ("value", _NUMBER),
            ("origin", _NUMBER),
            ("origin_currency", String),
            ("month", BigInteger),
            ("day", BigInteger),
        )
    ),
    *(Column(name, BigInteger) for name in ("project_key", "customer_key", "person_key")),
    Column("number", String),
)
SEEN = Table(  # where a record that counts in one of them only stands in both
    "seen",
    _temporary,
    Column("place", BigInteger),
    Column("record_id", BigInteger),
    Column("identity", String),
    Column("is_before", BigInteger),
    Column("is_now", BigInteger),
    Column("left_month", BigInteger),  # a month that it has left
    Column("new_month", BigInteger),  # a month that it has come to
)
_KEYS = ("place", "record_id", "identity")
_DESCRIBED = ("month", "day", "project_key", "customer_key", "person_key")
_COUNTED = Table(  # the rows that count, in both snapshots
    "counted",
    MetaData(),
    *(Column(name, BigInteger) for name in ("is_now", "place", "record_id")),
    *(Column(name, String) for name in ("identity", "currency", "origin_currency", "number")),
    *(Column(name, _NUMBER) for name in ("value", "origin")),
    *(Column(name, BigInteger) for name in _DESCRIBED),
)
_KNOWN = Table(  # where records stand
    "known",
    MetaData(),
    *(Column(name, BigInteger) for name in ("is_now", "place", "record_id")),
    Column("identity", String),
    Column("month", BigInteger),
)


def follow(both: Both, before: Sequence[Term], now: Sequence[Term]) -> None:
    """Fill `MOVED` and `SEEN` with what the terms count in each of two snapshots."""
    sides = ((BEFORE, before, False), (NOW, now, True))
    counted = [(name, _counted(term, is_now)) for name, terms, is_now in sides for term in terms]
    both.keep("moved", _moved(), "counted", counted)
    known = [
        (name, _known(term, is_now))
        for name, terms, is_now in sides
        for term in terms
        if is_followed(term)
    ]
    both.keep("seen", _seen(), "known", known or [(NOW, _nobody())])


def _nobody() -> Select[Any]:
    nothing = (cast(null(), column.type).label(column.name) for column in _KNOWN.c)
    return select(*nothing).where(false())


def is_followed(term: Term) -> bool:
    """Whether its rows are the facts' own, whose records can be looked up whether they count or not."""
    return isinstance(term.leaf, Measure) and not term.withheld and not term.leaf.distinct


def _counted(term: Term, is_now: bool) -> Select[Any]:
    """The rows that count, with what is known of their records."""
    lines = term.lines
    record, identity = _identity(term, lines)
    origin, origin_currency = _origin(term)
    told = {
        "is_now": literal(int(is_now)),
        "place": literal(term.place),
        "record_id": record,
        "identity": identity,
        "currency": _text(lines.currency),
        "value": lines.value,
        "origin": origin,
        "origin_currency": _text(origin_currency),
        **{name: _whole(_of(term, lines, name)) for name in _DESCRIBED},
        "number": _text(_of(term, lines, "number")),
    }
    columns = (column.label(name) for name, column in told.items())
    return select(*columns).select_from(lines.base).where(*lines.where)


@cache
def _moved() -> str:
    """Of the rows of both snapshots, record by record, what counts differently."""
    told = _COUNTED.c
    keys = [told[name] for name in (*_KEYS, "currency")]
    sides: list[ColumnElement[Any]] = []
    for when, at in (("before", 0), ("now", 1)):
        here = told.is_now == at
        sides += [
            func.sum(case((here, 1), else_=0)).label(f"rows_{when}"),
            func.sum(case((here, told.value))).label(f"value_{when}"),
            func.sum(case((here, told.origin))).label(f"origin_{when}"),
            func.min(case((here, told.origin_currency))).label(f"origin_currency_{when}"),
            func.min(case((here, told.month))).label(f"month_{when}"),
            func.min(case((here, told.day))).label(f"day_{when}"),
        ]
    described = [
        func.max(told[name]).label(name)
        for name in ("project_key", "customer_key", "person_key", "number")
    ]
    change = func.sum(case((told.is_now == 1, told.value), else_=-told.value))
    moved = select(*keys, *sides, *described).group_by(*keys)
    return text_of(moved.having(func.coalesce(change, 0) != 0))


def _known(term: Term, is_now: bool) -> Select[Any]:
    """Where the records stand that count in one snapshot only: their rows, whether they count or not.

    Within the scope alone: what has left it is gone for who may not see it.
    """
    assert isinstance(term.leaf, Measure)
    measure = term.leaf
    record, identity = _identity(term, term.lines)
    month = literal(0) if measure.month is None else measure.month
    one_sided = (MOVED.c.place == term.place, (MOVED.c.rows_before == 0) | (MOVED.c.rows_now == 0))
    if measure.record is not None:
        wanted = record.in_(select(MOVED.c.record_id).where(*one_sided))
    else:
        wanted = identity.in_(select(MOVED.c.identity).where(*one_sided))
    return (
        select(
            literal(int(is_now)).label("is_now"),
            literal(term.place).label("place"),
            record.label("record_id"),
            identity.label("identity"),
            _whole(month).label("month"),
        )
        .select_from(source(measure))
        .where(*restrict_measure(term.asked.scope, measure), *_population(measure), wanted)
        .distinct()
    )


@cache
def _seen() -> str:
    """Record by record, in which snapshots it stands, and the months it has left and come to."""
    told = _KNOWN.c
    keys = [told[name] for name in _KEYS]
    months = (
        select(
            *keys,
            told.month,
            func.max(case((told.is_now == 0, 1), else_=0)).label("is_before"),
            func.max(case((told.is_now == 1, 1), else_=0)).label("is_now"),
        )
        .group_by(*keys, told.month)
        .subquery("months")
    )
    records = [months.c[name] for name in _KEYS]
    seen = select(
        *records,
        func.max(months.c.is_before).label("is_before"),
        func.max(months.c.is_now).label("is_now"),
        func.min(case((months.c.is_now == 0, months.c.month))).label("left_month"),
        func.min(case((months.c.is_before == 0, months.c.month))).label("new_month"),
    ).group_by(*records)
    return text_of(seen)


def _identity(term: Term, lines: Lines) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The record's id, and what stands for it where there is none."""
    no_record = cast(null(), BigInteger())
    if not is_followed(term):  # sums, of what they are told apart by
        sums = {"currency_of", "value"} if isinstance(term.leaf, Measure) else set()
        first = "" if isinstance(term.leaf, Measure) else "k"
        return no_record, _joined(
            [c for c in lines.base.c if c.name not in sums and c.name.startswith(first)]
        )
    measure = term.leaf
    assert isinstance(measure, Measure)
    table = measure.table
    if measure.record is None:
        names = _IDENTITY.get(table.name) or _keys_of(table)
        return no_record, _joined([table.c[name] for name in names])
    record = _whole(measure.record.id)
    without = _joined([table.c[name] for name in _keys_of(table)])
    return record, case((record.is_(None), without))


def _keys_of(table: Table) -> list[str]:
    return [
        c.name for c in table.c if c.name.endswith(("_key", "_id")) or c.name in {"month", "day"}
    ]


def _joined(columns: Sequence[Any]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = literal("", String())
    for column in columns:
        found = found.concat(func.coalesce(cast(column, String()), "-")).concat("/")
    return found


def _origin(term: Term) -> tuple[ColumnElement[Any], ColumnElement[Any] | None]:
    """What the source system said of a row before a rate made money of it: hours, or an amount and its currency."""
    nothing = cast(null(), _NUMBER)
    if not is_followed(term):
        return nothing, None
    measure = term.leaf
    assert isinstance(measure, Measure)
    if not measure.is_money:
        return nothing, None
    name = measure.value.name if isinstance(measure.value, Column) else ""
    if name.removesuffix("_base") in _VALUED_BY_RATE:
        hours = next((measure.table.c[one] for one in _HOURS if one in measure.table.c), None)
        if hours is not None:
            return (hours if measure.times is None else nothing), None
    currency = measure.currency(Lens.TRANSACTION)
    amount = measure.number(Lens.TRANSACTION)
    if amount is None or currency is None:
        return nothing, None
    return amount, currency


def _population(measure: Measure) -> list[ColumnElement[bool]]:
    """The conditions that say whose rows are meant; the others say which of them count."""
    return [
        condition
        for condition in measure.where
        if {one.name for one in iterate(condition) if isinstance(one, Column)} <= _POPULATION
    ]


def _of(term: Term, lines: Lines, name: str) -> ColumnElement[Any] | None:
    """A column that describes a row, where its term shows it."""
    if name == "project_key":
        return lines.project
    if isinstance(term.leaf, PerMember):
        per = [one if one in {"month", "day"} else f"{one}_key" for one in term.leaf.per]
        return lines.base.c[f"k{per.index(name)}"] if name in per else None
    if not is_followed(term):
        return lines.base.c.get(name)
    found = term.leaf.month if name == "month" else term.leaf.table.c.get(name)
    return None if found is not None and isinstance(found.type, Date) else found


def _whole(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return cast(null() if column is None else column, BigInteger())


def _text(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return cast(null() if column is None else column, String())
