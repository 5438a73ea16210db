"""SuiteQL's functions, one by one, as DuckDB runs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from .columns import Kind
from .dates import strftime_pieces
from .grammar import invalid_query

CLOCK = "sysdate"
MOMENTS = (exp.CurrentTimestamp, exp.CurrentDate, exp.Systimestamp, exp.Localtimestamp)
TemporalTest = Callable[[exp.Expr], bool]

_TRUNCATIONS = {
    "DD": "day", "DDD": "day", "J": "day", "MM": "month", "MON": "month", "MONTH": "month",
    "RM": "month", "YYYY": "year", "YEAR": "year", "YY": "year", "Y": "year", "Q": "quarter",
    "IW": "week", "WW": "week", "D": "week", "HH": "hour", "HH24": "hour", "MI": "minute",
}  # fmt: skip
# Other functions a query may call; anything else could reach DuckDB's own.
_PLAIN = frozenset({"INSTR", "RTRIM", "LTRIM", "REPLACE", "LENGTH", "CHR", "ASCII", "MOD", "NVL"})
_TRAILING_ZEROS = r"(\.[0-9]*[1-9])0+$|\.0+$"


def now() -> exp.Expr:
    """The moment of the request in account time; bound when the query runs."""
    return exp.cast(exp.Placeholder(this=CLOCK), "timestamp")


def call(name: str, *arguments: exp.Expr | str | float) -> exp.Expr:
    """A call of one of DuckDB's functions."""
    return exp.Anonymous(this=name, expressions=[exp.convert(each) for each in arguments])


def translated(node: exp.Anonymous, temporal: TemporalTest) -> exp.Expr:
    """What DuckDB is to run in place of a function that SuiteQL names."""
    name = str(node.this).upper()
    arguments = list(node.expressions)
    if name in _RULES:
        return _RULES[name](arguments, temporal)
    if name in _PLAIN:
        return node
    raise invalid_query(f"Search error occurred: Invalid or unsupported function '{name}'")


def _to_char(arguments: list[exp.Expr], temporal: TemporalTest) -> exp.Expr:
    value = arguments[0]
    model = _text(arguments, 1)
    if temporal(value):
        pieces = strftime_pieces(model or "YYYY-MM-DD")
        parts = [
            call("quarter", value.copy())
            if piece is None
            else call("strftime", value.copy(), piece)
            for piece in pieces
        ]
        return parts[0] if len(parts) == 1 and pieces[0] is not None else call("concat", *parts)
    text = exp.cast(value, "varchar")
    if model is None or not set(model.upper()) & set("09"):
        return call("regexp_replace", text, _TRAILING_ZEROS, r"\1")
    decimals = sum(mark in "09" for mark in model.partition(".")[2])
    return exp.cast(exp.cast(value, f"decimal(38,{decimals})"), "varchar")


def _to_date(arguments: list[exp.Expr], temporal: TemporalTest) -> exp.Expr:
    if temporal(arguments[0]):
        return exp.cast(arguments[0], "timestamp")
    pieces = strftime_pieces(_text(arguments, 1) or "YYYY-MM-DD HH24:MI:SS")
    if None in pieces:
        raise invalid_query("Search error occurred: Invalid date format model")
    model = "".join(piece or "" for piece in pieces)
    value = arguments[0]
    if isinstance(value, exp.Literal):
        try:
            moment = datetime.strptime(str(value.this), model)  # noqa: DTZ007 - in session time
        except ValueError:
            raise invalid_query(
                f"Search error occurred: Invalid date value '{value.this}'"
            ) from None
        return exp.cast(exp.Literal.string(moment.isoformat(" ")), "timestamp")
    return call("strptime", exp.cast(value, "varchar"), model)


def _utc(arguments: list[exp.Expr], _: TemporalTest) -> exp.Expr:
    instant = exp.cast(arguments[0], "timestamptz")
    return call("make_timestamp", call("epoch_us", instant))


def _trunc(arguments: list[exp.Expr], temporal: TemporalTest) -> exp.Expr:
    if not temporal(arguments[0]):
        places = arguments[1] if len(arguments) > 1 else exp.Literal.number(0)
        factor = exp.Pow(this=exp.Literal.number(10), expression=places)
        scaled = exp.Paren(this=exp.Mul(this=exp.Paren(this=arguments[0]), expression=factor))
        return exp.Paren(this=exp.Div(this=call("trunc", scaled), expression=factor.copy()))
    unit = (_text(arguments, 1) or "DD").upper()
    if unit not in _TRUNCATIONS:
        raise invalid_query(f"Search error occurred: Invalid date format model '{unit}'")
    local = exp.cast(arguments[0], "timestamp")
    return call("date_trunc", _TRUNCATIONS[unit], local)


def _add_months(arguments: list[exp.Expr], _: TemporalTest) -> exp.Expr:
    start = exp.cast(arguments[0], "timestamp")
    moved = exp.Add(this=start, expression=call("to_months", exp.cast(arguments[1], "int")))
    end = exp.EQ(this=call("last_day", start.copy()), expression=exp.cast(start.copy(), "date"))
    return exp.Case(
        ifs=[exp.If(this=end, true=exp.cast(call("last_day", moved.copy()), "timestamp"))],
        default=moved,
    )


def _last_day(arguments: list[exp.Expr], _: TemporalTest) -> exp.Expr:
    return exp.cast(call("last_day", exp.cast(arguments[0], "timestamp")), "timestamp")


def _text(arguments: list[exp.Expr], at: int) -> str | None:
    if len(arguments) <= at:
        return None
    if not isinstance(arguments[at], exp.Literal):
        raise invalid_query("Search error occurred: A format model must be a text literal")
    return str(arguments[at].this)


_RULES: dict[str, Callable[[list[exp.Expr], TemporalTest], exp.Expr]] = {
    "TO_CHAR": _to_char,
    "TO_DATE": _to_date,
    "TO_TIMESTAMP": _to_date,
    "SYS_EXTRACT_UTC": _utc,
    "TRUNC": _trunc,
    "ADD_MONTHS": _add_months,
    "LAST_DAY": _last_day,
}

TEMPORAL_FUNCTIONS = frozenset(
    {"TO_DATE", "TO_TIMESTAMP", "SYS_EXTRACT_UTC", "ADD_MONTHS", "LAST_DAY", "MAKE_TIMESTAMP",
     "STRPTIME", "DATE_TRUNC", "RELATIVE_RANGES"}
)  # fmt: skip


class Temporal:
    """Tells whether an expression is a point in time, by the columns its query can see."""

    def __init__(self, kinds: dict[str, Kind]) -> None:
        self._kinds = kinds

    def __call__(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Column):
            return self._kinds.get(node.name.lower(), Kind.EMPTY).temporal
        if isinstance(node, exp.Anonymous):
            name = str(node.this).upper()
            return self(node.expressions[0]) if name == "TRUNC" else name in TEMPORAL_FUNCTIONS
        if isinstance(node, exp.Cast):
            return node.is_type("timestamp", "timestampntz", "timestamptz", "date")
        if isinstance(node, exp.Add | exp.Sub):
            return self(node.left) != self(node.right)
        inner = _inner(node)
        return isinstance(node, MOMENTS) or (inner is not None and self(inner))


def _inner(node: exp.Expr) -> exp.Expr | None:
    """The part that decides what kind of value an expression has."""
    inner: exp.Expr | None = None
    if isinstance(node, exp.Dot):
        inner = node.expression
    elif isinstance(node, exp.Case):
        inner = next(iter(node.args["ifs"])).args["true"]
    elif isinstance(node, exp.Subquery | exp.Select):
        inner = node.selects[0].unalias() if node.selects else None
    elif isinstance(node, exp.Paren | exp.Coalesce | exp.Max | exp.Min | exp.Greatest | exp.Least):
        inner = node.this
    return inner
