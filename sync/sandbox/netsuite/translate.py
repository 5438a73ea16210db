"""Turns one SuiteQL query into what DuckDB runs on the mirror's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from .builtin import builtin
from .columns import Kind
from .dates import DateFormat
from .defer import deferred
from .functions import CLOCK, MOMENTS, Temporal, call, now, translated
from .grammar import invalid_query, parse, unparsable
from .mirror import Tables
from .rownum import without_rownum
from .template import filled

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass(frozen=True, slots=True)
class Translated:
    """A query ready to run, a page at a time.

    Attributes:
        sql: without its own limit, up to the place of a page's limit.
        rest: what follows that limit.
        count: counts the rows of `sql`.
        limit: the most rows the query itself asks for.
        offset: rows the query itself skips.
        uses_clock: whether the moment of the request must be bound.
        records: alias -> the table it stands for.
    """

    sql: str
    rest: str
    count: str
    limit: int | None
    offset: int
    uses_clock: bool
    records: dict[str, str]

    def filled(self, numbers: Sequence[str]) -> Translated:
        """The same with the numbers that a template left open."""
        return replace(
            self,
            sql=filled(self.sql, numbers),
            rest=filled(self.rest, numbers),
            count=filled(self.count, numbers),
        )


class Translator:
    """Translates for one account."""

    def __init__(self, tables: Tables, date_format: DateFormat) -> None:
        self._tables = tables
        self._date_format = date_format

    def translate(self, text: str, params: Sequence[Any] = ()) -> Translated:
        """The query as DuckDB runs it, or the documented 400."""
        query = parse(text)
        _bind(query, params)
        kinds = self._kinds(query)
        _lower(query)
        _name_expressions(query)
        without_rownum(query)
        limit, offset = _own_bounds(text, query)
        self._functions(query, Temporal(kinds))
        sql, rest = deferred(query)
        query.set("order", None)
        inner = query.sql(dialect="duckdb")
        return Translated(
            sql=sql,
            rest=rest,
            count=f"SELECT COUNT(*) FROM ({inner}) AS counted",  # noqa: S608 - made by the translator
            limit=limit,
            offset=offset,
            uses_clock=f"${CLOCK}" in sql,
            records={table.alias_or_name: table.name for table in query.find_all(exp.Table)},
        )

    def _kinds(self, query: exp.Query) -> dict[str, Kind]:
        kinds: dict[str, Kind] = {}
        for table in query.find_all(exp.Table):
            name = table.name.lower()
            if table.db or not isinstance(table.this, exp.Identifier) or not name:
                raise _not_found(table.sql(dialect="oracle"))
            if not self._tables.offers(name):
                raise _not_found(table.name)
            for column, kind in self._tables.columns(name).items():
                if not kinds.get(column, Kind.EMPTY).temporal:
                    kinds[column] = kind
        return kinds

    def _functions(self, query: exp.Query, temporal: Temporal) -> None:
        # Children first, so that what a function is given is already DuckDB's.
        for node in reversed([*query.walk()]):
            replacement = self._replacement(node, temporal)
            if replacement is not None and node is not query:
                node.replace(replacement)

    def _replacement(self, node: exp.Expr, temporal: Temporal) -> exp.Expr | None:
        if isinstance(node, exp.Dot):
            return self._dotted(node)
        if isinstance(node, exp.Anonymous) and not isinstance(node.parent, exp.Dot):
            return translated(node, temporal)
        if isinstance(node, MOMENTS):
            return now()
        if isinstance(node, exp.DPipe):
            return call("concat", *(part.copy() for part in node.flatten()))
        if isinstance(node, exp.Concat):
            return call("concat", *node.expressions)
        if isinstance(node, exp.ToNumber):
            return exp.cast(node.this, "decimal(38, 12)")
        if isinstance(node, exp.Add | exp.Sub):
            return _date_arithmetic(node, temporal)
        if isinstance(node, (*_COMPARISONS, exp.Between)):
            self._date_texts(node, temporal)
        return None

    def _dotted(self, node: exp.Dot) -> exp.Expr | None:
        function = node.expression
        if node.this.name.lower() == "builtin" and isinstance(function, exp.Anonymous):
            return builtin(function, self._tables)
        raise invalid_query(f"Search error occurred: Unknown identifier '{node.sql()}'")

    def _date_texts(self, node: exp.Expr, temporal: Temporal) -> None:
        sides = [side for side in node.args.values() if isinstance(side, exp.Expr)]
        if not any(temporal(side) for side in sides):
            return
        for side in sides:
            if isinstance(side, exp.Literal) and side.is_string:
                moment = self._date_format.read(str(side.this))
                if moment is None:
                    raise invalid_query(f"Search error occurred: Invalid date value '{side.this}'")
                literal = exp.Literal.string(moment.isoformat(" "))
                side.replace(exp.cast(literal, "timestamp"))


def _bind(query: exp.Query, params: Sequence[Any]) -> None:
    marks = [node for node in query.dfs() if isinstance(node, exp.Placeholder)]
    if len(marks) != len(params):
        raise invalid_query(
            f"Search error occurred: The query has {len(marks)} parameters, {len(params)} were given."
        )
    for mark, value in zip(marks, params, strict=True):
        if isinstance(value, bool):
            value = "T" if value else "F"
        mark.replace(exp.convert(value))


def _lower(query: exp.Query) -> None:
    for identifier in query.find_all(exp.Identifier):
        identifier.set("this", identifier.name.lower())
        identifier.set("quoted", not isinstance(identifier.parent, exp.Dot))


def _name_expressions(query: exp.Query) -> None:
    for select in query.find_all(exp.Select):
        unnamed = 0
        for projection in [*select.expressions]:
            named = isinstance(projection, exp.Alias | exp.Column | exp.Star)
            if not named:
                unnamed += 1
                projection.replace(exp.alias_(projection.copy(), f"expr{unnamed}", quoted=True))


def _own_bounds(text: str, query: exp.Query) -> tuple[int | None, int]:
    limit, offset = query.args.get("limit"), query.args.get("offset")
    query.set("limit", None)
    query.set("offset", None)
    most: int | None = None
    if limit is not None:
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise unparsable(text, "FETCH")
        amount = limit.args.get("count") or limit.args.get("expression")
        most = int(amount.name) if amount is not None else 1
    return most, int(offset.expression.name) if offset is not None else 0


def _date_arithmetic(node: exp.Add | exp.Sub, temporal: Temporal) -> exp.Expr | None:
    left, right = temporal(node.left), temporal(node.right)
    if left and right:
        apart = exp.Sub(this=_epoch(node.left), expression=_epoch(node.right))
        return exp.Paren(
            this=exp.Div(this=exp.Paren(this=apart), expression=exp.Literal.number(86400))
        )
    if not left and not right:
        return None
    moment, days = (node.left, node.right) if left else (node.right, node.left)
    seconds = exp.Mul(this=exp.Paren(this=days.copy()), expression=exp.Literal.number(86400))
    length = call("to_seconds", exp.cast(exp.func("round", seconds), "bigint"))
    return type(node)(this=exp.cast(moment.copy(), "timestamp"), expression=length)


def _epoch(moment: exp.Expr) -> exp.Expr:
    return call("epoch", exp.cast(moment.copy(), "timestamp"))


def _not_found(name: str) -> Exception:
    return invalid_query(f"Search error occurred: Record '{name}' was not found.")
