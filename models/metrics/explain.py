"""Why a number is not what it was: the same question to two snapshots, explained by the records that make it.

Every record that counts differently is new, gone, changed, re-dated or re-rated, and what these change sums to
the difference exactly. Both snapshots are asked in one query; only what differs is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, String, case, func, literal, select

from ..access import Scope
from ..errors import QuestionError
from ..period import Period
from ..side_by_side import Both, side_by_side
from ..texts import Text, _
from .across import Block
from .answer import RowColumn, RowPage
from .behind import Cut, rows_behind, taken_apart
from .change import Change, Moved, PartChange, Standing, Sum
from .compile import Filters
from .dimensions import DIMENSIONS, NOT_ASSIGNED, labels
from .kpi import Kpi, Lens, Side
from .query import Ask, answer_many, question_of
from .sides import Question, base_span
from .sums import ZERO, Facts
from .terms import CURRENCY, PART, Term
from .tracked import MOVED, SEEN, follow
from .written import Written

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_NAMED = ("project", "customer", "person")
_COLUMNS = (
    RowColumn(name="kind", title="What became of it", type="text"),
    RowColumn(name="measure", title="What", type="text"),
    RowColumn(name="name", title="Number or name", type="text"),
    *(RowColumn(name=name, title=name.capitalize(), type="text") for name in _NAMED),
    RowColumn(name="day_before", title="Date before", type="day"),
    RowColumn(name="day", title="Date now", type="day"),
    RowColumn(name="month_before", title="Month before", type="month"),
    RowColumn(name="month", title="Month now", type="month"),
)
_AMOUNTS: tuple[tuple[str, Text], ...] = (
    ("before", "Before"),
    ("now", "Now"),
    ("change", "Change"),
)
_MADE_OF = frozenset({"number", "billings", "days", "contribution", "project_key", "record_id"})
_Key = tuple[str, str | None]  # part and currency
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Side:
    """A snapshot's share of the question."""

    question: Question
    standing: Standing
    sums: RowPage
    terms: Sequence[Term]
    blocks: Sequence[Block]


def explain_change(
    before: Snapshot,
    now: Snapshot,
    kpi: Kpi,
    side: Side,
    period: Period,
    scope: Scope,
    *,
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
    currency: str | None = None,
    kinds: Collection[Moved] = (),
    offset: int = 0,
    limit: int | None = 100,
) -> Change:
    """Explain what became of one side of `kpi` for `period` from one snapshot to another, record by record.

    Both are asked within the same scope, filters and lens. `currency` chooses one line of an answer that has
    a line for each; `kinds` chooses records by what became of them (the sums are always of all);
    `limit=None` is for all.

    Raises:
        QuestionError: the KPI lacks a dimension of `where`.
        WarehouseError: a snapshot is not there any more.
    """
    ask = Ask(kpi=kpi, period=period, where=where or {}, lens=lens)
    sides = [_asked(one, ask, scope, side, currency) for one in (before, now)]
    then, today = sides
    chosen, cut = frozenset(kinds or Moved), Cut(offset=offset, limit=limit)
    explained = (
        _Explained({}, [], 0, "number")
        if before.path == now.path or not (then.sums.columns and today.sums.columns)
        else _explained(then, today, chosen, cut)
    )
    page = RowPage(
        columns=[
            *_COLUMNS,
            *(RowColumn(name=n, title=t, type=explained.value_type) for n, t in _AMOUNTS),
        ],
        rows=explained.rows,
        total_rows=explained.total_rows,
        totals={},
        withheld=today.sums.withheld or then.sums.withheld,
    )
    return Change(
        kpi=kpi, side=side, period=period, lens=lens, currency=currency,
        before=then.standing, now=today.standing,
        parts=_parts(then.sums, today.sums, explained.kinds), page=page, filters=today.sums.filters,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Explained:
    kinds: Mapping[_Key, Mapping[Moved, Sum]]
    rows: Sequence[Mapping[str, Any]]
    total_rows: int
    value_type: str


def _asked(snapshot: Snapshot, ask: Ask, scope: Scope, side: Side, currency: str | None) -> _Side:
    (told,) = answer_many(snapshot, [ask], scope)
    lines = [line for line in told.rows if currency is None or line.currency == currency]
    line = lines[0] if len(lines) == 1 else None  # several currencies have no number in common
    question = question_of(snapshot, ask, scope)
    question = replace(question, asked=replace(question.asked, currency=currency))
    formula = ask.kpi.side(side)
    sums = rows_behind(question, side, ask.period, Cut(limit=0))
    terms, blocks = list[Term](), list[Block]()
    if sums.columns:
        with snapshot.engine.connect() as connection:
            asking = question.asking(Facts(connection, question.today), formula)
            terms, blocks = taken_apart(asking, formula, base_span(ask.period))
    standing = Standing(
        version=snapshot.version,
        built_at=snapshot.built_at,
        closing=snapshot.closing,
        number=line.side(side) if line else None,
        reason=line.reasons.get(side) if line else None,
    )
    return _Side(question, standing, sums, terms, blocks)


def _explained(then: _Side, today: _Side, chosen: Collection[Moved], cut: Cut) -> _Explained:
    made = list(_made(then.blocks, today.blocks))
    kinds: dict[_Key, dict[Moved, Sum]] = defaultdict(dict)
    places = {term.place: term for term in (*then.terms, *today.terms)}
    found: list[_Row] = []
    in_sql = 0
    if places:
        before, now = then.question.snapshot, today.question.snapshot
        with side_by_side(before, now) as both:
            follow(both, then.terms, today.terms)
            for place, currency, kind, rows, amount in _SUMS.tuples(both.connection):
                key = (places[place].part, currency)
                _add(kinds[key], Moved(kind), int(rows), Decimal(amount))
                in_sql += int(rows) if kind in chosen else 0
            found = _page(both, places, chosen, cut)
        _name(found, now, before)
    for row in made:
        _add(kinds[row[PART], row[CURRENCY]], row["kind"], 1, row["change"])
    kept = [row for row in made if row["kind"] in chosen]
    end = None if cut.limit is None else cut.offset + cut.limit
    found += kept[max(0, cut.offset - in_sql) : None if end is None else max(0, end - in_sql)]
    types = [term.value_type for term in places.values()]
    types += [block.value_type for block in today.blocks]
    return _Explained(kinds, found, in_sql + len(kept), types[0] if types else "number")


def _add(kinds: dict[Moved, Sum], kind: Moved, rows: int, amount: Decimal) -> None:
    known = kinds.get(kind, Sum(0, ZERO))
    kinds[kind] = Sum(known.rows + rows, known.amount + amount)


def _parts(
    then: RowPage, today: RowPage, kinds: Mapping[_Key, Mapping[Moved, Sum]]
) -> list[PartChange]:
    before, now = _by_part(then), _by_part(today)
    return [
        PartChange(
            part=part,
            currency=currency,
            before=before.get((part, currency), ZERO),
            now=now.get((part, currency), ZERO),
            kinds={kind: kinds.get((part, currency), {}).get(kind, Sum(0, ZERO)) for kind in Moved},
        )
        for part, currency in dict.fromkeys([*now, *before, *kinds])
    ]


def _by_part(page: RowPage) -> dict[_Key, Decimal]:
    if page.by_currency:
        return {
            (part, currency): amount
            for currency, sums in page.by_currency.items()
            for part, amount in sums.items()
        }
    return {(part, None): amount for part, amount in page.totals.items()}


def _kind() -> ColumnElement[str]:
    """What became of a record, by what is kept of it."""
    before, now = MOVED.c.rows_before == 0, MOVED.c.rows_now == 0
    same = (MOVED.c.origin_before == MOVED.c.origin_now) & (
        func.coalesce(MOVED.c.origin_currency_before, "")
        == func.coalesce(MOVED.c.origin_currency_now, "")
    )
    return case(
        (before & (func.coalesce(SEEN.c.is_before, 0) == 0), Moved.NEW.value),
        (now & (func.coalesce(SEEN.c.is_now, 0) == 0), Moved.GONE.value),
        (before & SEEN.c.left_month.is_not(None), Moved.RE_DATED.value),
        (now & SEEN.c.new_month.is_not(None), Moved.RE_DATED.value),
        (~before & ~now & same, Moved.RE_RATED.value),
        else_=literal(Moved.CHANGED.value, String()),
    )


def _joined() -> Any:
    return MOVED.outerjoin(
        SEEN,
        (SEEN.c.place == MOVED.c.place)
        & SEEN.c.record_id.is_not_distinct_from(MOVED.c.record_id)
        & SEEN.c.identity.is_not_distinct_from(MOVED.c.identity),
    )


def _change() -> ColumnElement[Any]:
    return func.coalesce(MOVED.c.value_now, 0) - func.coalesce(MOVED.c.value_before, 0)


def _sums() -> Select[Any]:
    told = (
        select(MOVED.c.place, MOVED.c.currency, _kind().label("kind"), _change().label("change"))
        .select_from(_joined())
        .subquery("told")
    )
    keys = (told.c.place, told.c.currency, told.c.kind)
    return select(*keys, func.count(), func.sum(told.c.change)).group_by(*keys)


_SUMS = Written(_sums)


def _page(
    both: Both, places: Mapping[int, Term], chosen: Collection[Moved], cut: Cut
) -> list[_Row]:
    left, new = SEEN.c.left_month, SEEN.c.new_month
    told = (
        select(
            *(column for column in MOVED.c if not column.name.startswith("month")),
            _kind().label("kind"),
            _change().label("change"),
            func.coalesce(MOVED.c.month_before, left).label("month_before"),
            func.coalesce(MOVED.c.month_now, new).label("month_now"),
        )
        .select_from(_joined())
        .subquery("told")
    )
    query = select(told).where(told.c.kind.in_(sorted(chosen)))
    query = query.order_by(
        func.abs(told.c.change).desc(),
        *(
            told.c[name].asc().nulls_last()
            for name in ("place", "record_id", "identity", "currency")
        ),
    ).offset(cut.offset)
    if cut.limit is not None:
        query = query.limit(cut.limit)
    return [_row(row, places[row["place"]]) for row in both.connection.execute(query).mappings()]


def _row(kept: Mapping[Any, Any], term: Term) -> _Row:
    measure = term.measures[0]
    found = {
        "kind": kept["kind"],
        "measure": term.title,
        "name": kept["number"],
        "day_before": kept["day_before"],
        "day": kept["day_now"],
        "month_before": kept["month_before"],
        "month": kept["month_now"],
        "before": _exact(kept["value_before"]),
        "now": _exact(kept["value_now"]),
        "change": _exact(kept["change"]),
        PART: term.part,
        CURRENCY: kept["currency"],
        "system": measure.system,
        "record_type": measure.record.type if measure.record and kept["record_id"] else None,
        "record_id": kept["record_id"],
    }
    return found | {f"{name}_key": kept[f"{name}_key"] for name in _NAMED}


def _name(rows: Sequence[_Row], *snapshots: Snapshot) -> None:
    """Call members by their names; who is in the newer snapshot no more, by that of the older one."""
    names: dict[str, dict[Any, str]] = {name: {} for name in _NAMED}
    for one in snapshots:
        with one.engine.connect() as connection:
            for name, known in names.items():
                keys = {row[f"{name}_key"] for row in rows} - {None} - known.keys()
                known |= _members(connection, name, keys)
    for row in rows:
        for name, known in names.items():
            row[name] = known.get(row.get(f"{name}_key"))


def _members(connection: Connection, name: str, keys: set[Any]) -> dict[Any, str]:
    if not keys:
        return {}
    found = labels(connection, DIMENSIONS[name], keys)
    return {key: text for key, text in found.items() if text != NOT_ASSIGNED}


def _made(then: Sequence[Block], today: Sequence[Block]) -> Iterator[_Row]:
    """What differs among rows that are not the facts' own: months of a calendar, members of a comparison."""
    before, now = _by_identity(then), _by_identity(today)
    for key in dict.fromkeys([*now, *before]):
        old, new = before.get(key), now.get(key)
        row = new or old
        assert row is not None
        change = (new["contribution"] if new else ZERO) - (old["contribution"] if old else ZERO)
        if change:
            kind = Moved.NEW if old is None else Moved.GONE if new is None else Moved.CHANGED
            yield _made_row(row, old, new) | {"kind": kind, "change": change}


def _made_row(row: Mapping[str, Any], old: _Row | None, new: _Row | None) -> _Row:
    told = {column.name for column in _COLUMNS}
    others = [
        str(value)
        for name, value in row.items()
        if name not in told | _MADE_OF | {PART, CURRENCY, "system", "record_type", "place"}
        and value is not None
    ]
    return {
        **dict.fromkeys(told),
        **{name: row[name] for name in _NAMED if name in row},
        "measure": row["measure"],
        "name": ", ".join(others) or None,
        "month_before": old.get("month") if old else None,
        "month": new.get("month") if new else None,
        "before": old["contribution"] if old else None,
        "now": new["contribution"] if new else None,
        PART: row[PART],
        CURRENCY: row.get(CURRENCY),
        "system": row["system"],
        "record_type": None,
        "record_id": None,
    }


def _by_identity(blocks: Sequence[Block]) -> dict[Any, _Row]:
    found: dict[Any, _Row] = {}
    for block in blocks:
        for row in block.rows:
            key = tuple(sorted((k, str(v)) for k, v in row.items() if k not in _MADE_OF))
            known = found.get(key)
            total = row["contribution"] + (known["contribution"] if known else ZERO)
            found[key] = dict(row) | {"contribution": total}
    return found


def _exact(number: Any) -> Decimal | None:
    return None if number is None else Decimal(number)


def kinds_of(texts: Sequence[str]) -> list[Moved]:
    """The kinds that are asked for by name.

    Raises:
        QuestionError: there is no such kind.
    """
    known = [kind.value for kind in Moved]
    for text in texts:
        if text not in known:
            raise QuestionError(
                _(
                    "'{text}' is not a kind. Write one of: {known}.",
                    text=text,
                    known=", ".join(known),
                )
            )
    return [Moved(text) for text in texts]
