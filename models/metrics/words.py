"""Formulas in words: what the handbook, the definitions and the lineage say of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement
from sqlalchemy.sql.visitors import iterate

from ..texts import Text, _, listed
from .dimensions import DIMENSIONS
from .formula import (
    Calendar,
    Concentration,
    Constant,
    Countback,
    CountOf,
    Drawn,
    Elapsed,
    Floor,
    Formula,
    Leaf,
    Median,
    NotHeld,
    Product,
    Ratio,
    Root,
    Squares,
    Sum,
    Survival,
    Total,
)
from .kpi import Kpi
from .measure import Measure
from .vocabulary import Kind, Reason, Side, Unit
from .window import Window

SYSTEMS = {Side.ERP: "NetSuite", Side.PSA: "SuiteProjects Pro"}
UNITS: Mapping[Unit, Text] = {
    Unit.MONEY: "money, in the reporting currency",
    Unit.PERCENT: "percent (stored as a fraction of six places)",
    Unit.HOURS: "hours",
    Unit.DAYS: "days",
    Unit.COUNT: "a count",
    Unit.RATE: "money for each hour or head, in the reporting currency",
    Unit.FACTOR: "a plain number",
    Unit.POINTS: "percentage points (stored as a fraction of six places)",
    Unit.MINUTES: "minutes",
}
KINDS: Mapping[Kind, Text] = {
    Kind.FLOW: "summed over the period",
    Kind.STOCK: "as of the period's last day, today in a running period",
    Kind.RATIO: "both parts summed over the period first, then divided",
}
_ELAPSED: Mapping[Calendar, Text] = {
    Calendar.MONTHS: "months of the period",
    Calendar.DAYS: "days of the period",
    Calendar.WORKDAYS: "workdays of the period",
}
REASONS = {
    Reason.NOT_HELD: "this system does not hold the number, or not by the dimension asked for",
    Reason.NO_CAPACITY: "there was no capacity to divide by",
    Reason.NO_REVENUE: "there was no revenue to divide by",
    Reason.NO_BILLINGS: "something is owed, but nothing was ever billed that it could be days of",
    Reason.NO_BOOKINGS: "there were no bookings to divide by",
    Reason.NO_COST: "there was no cost to divide by",
    Reason.NO_HOURS: "there were no hours to divide by",
    Reason.NO_VALUE: "there was no standard, budget or contract value to divide by",
    Reason.NO_PEOPLE: "there was nobody to divide by",
    Reason.NO_TARGET: "nobody had a target",
    Reason.NO_BUDGET: "there is no budget to compare with",
    Reason.BUDGET_EXHAUSTED: "as much has been spent as there was, or more",
    Reason.NO_BASELINE: "there is no baseline to compare with",
    Reason.NO_CASES: "nothing of the kind that is counted happened",
    Reason.NOT_REACHED: "less than half of it has ended so far",
    Reason.NO_PLAN: "there is no plan for the period",
    Reason.NO_HISTORY: "what it is compared with lies before the first data",
    Reason.NO_BENCHMARK: "no benchmark is configured",
    Reason.NO_DATA: "the period lies before the first or after the newest data",
    Reason.NO_RATE: "there are rows, but none bears a value: no exchange rate, or no cost",
    Reason.NO_TERM: "there are subscriptions, but none bears a term: NetSuite tells it where revenue management is on",
    Reason.HISTORY_LOADING: "the number needs more history than has been loaded so far",
    Reason.LENS_NOT_HELD: "what the number is made of is not kept in the currency asked for",
    Reason.NOT_ARCHIVED: "the closed month was kept by an earlier version, which did not hold what the number needs",
    Reason.OUT_OF_SCOPE: "the person asking may not see what the number is made of",
}


def formula(what: Formula) -> str:
    """A formula as it reads."""
    if isinstance(what, NotHeld):
        return _("not held. {why}", why=_(what.why))
    if isinstance(what, Constant):
        return f"{what.value:,}"
    if isinstance(what, Ratio):
        return _ratio(what)
    if isinstance(what, Root):
        return _("square root of {formula}", formula=_bracketed(what.of))
    if isinstance(what, Product):
        return " × ".join(_bracketed(one) for one in what.factors)
    if isinstance(what, Sum):
        return _signed([(sign, _bracketed(one)) for sign, one in what.terms])
    return _leaf(what)


def _ratio(what: Ratio) -> str:
    below = formula(what.denominator)
    if what.whole:
        titles = [_small(DIMENSIONS[name].title) for name in what.whole]
        below = _("{number}, whatever the {dimensions}", number=below, dimensions=listed(titles))
    text = f"({formula(what.numerator)}) ÷ ({below})"
    if isinstance(what.times, Elapsed):
        return f"{text} × {_leaf(what.times)}"
    return text if what.times == 1 else f"{text} × {what.times:f}"


def _leaf(what: Leaf) -> str:
    if isinstance(what, Total):
        return _total(what)
    if isinstance(what, Floor | Squares):
        return _per_member(what)
    if isinstance(what, Elapsed):
        return _windowed(_(_ELAPSED[what.unit]), what.window)
    if isinstance(what, Countback):
        balance, billings = _total(what.balance), _total(what.billings)
        return _(
            "days of {billings} that {balance} hold, at most {days}",
            billings=billings,
            balance=balance,
            days=what.limit_days,
        )
    if isinstance(what, Median):
        return _windowed(_("median of {rows}", rows=_measure(what.measure)), what.window)
    if isinstance(what, Survival):
        text = _("days after which half of {rows} have ended", rows=_measure(what.measure))
        return _windowed(text, what.window)
    if isinstance(what, Drawn):
        text = _(
            "what {share} % of the courses drawn stay within in {rows}",
            share=f"{100 * what.at:.0f}",
            rows=_measure(what.measure),
        )
        return _windowed(text, what.window)
    if isinstance(what, Concentration):
        if what.top:
            return _(
                "share of the largest {count} by {dimension} of {total}",
                count=what.top,
                dimension=what.of,
                total=_total(what.total),
            )
        return _("HHI by {dimension} of {total}", dimension=what.of, total=_total(what.total))
    return _count(what)


def _per_member(what: Floor | Squares) -> str:
    total, columns = _total(what.total), listed(what.per)
    if isinstance(what, Squares):
        return _("squares of {total}, by {columns}", total=total, columns=columns)
    return _("what is above zero of {total}, by {columns}", total=total, columns=columns)


def _count(what: CountOf) -> str:
    bounds = [
        template.format(number=f"{bound.normalize():f}")
        for template, bound in (
            (_("above {number}"), what.above),
            (_("at least {number}"), what.at_least),
            (_("below {number}"), what.below),
        )
        if bound is not None
    ]
    rows, number = listed(what.of), _bracketed(what.formula)
    if not bounds:
        return _("how many ({rows}) have any {number}", rows=rows, number=number)
    return _(
        "how many ({rows}) have {bounds} {number}", rows=rows, bounds=listed(bounds), number=number
    )


def _total(total: Total) -> str:
    """The terms as they read; NetSuite holds income as a negative, so its terms bear a minus."""
    text = _signed([(sign, _measure(measure)) for sign, measure in total.terms])
    return _windowed(text, total.window)


def _measure(measure: Measure) -> str:
    return f"{_small(measure.title)} (`{measure.table.name}`)"


def _small(title: str) -> str:
    """A heading within a formula; a translation stays as it is."""
    found = _(title)
    return found.lower() if found == title else found


def _signed(terms: list[tuple[int, str]]) -> str:
    first, *rest = (f"{'−' if sign < 0 else '+'} {text}" for sign, text in terms)
    return " ".join([first.removeprefix("+ "), *rest])


def _windowed(text: str, window: Window) -> str:
    return f"{text} {_(window.words)}" if window.words else text


def _bracketed(what: Formula) -> str:
    text = formula(what)
    simple = isinstance(what, Total) and len(what.terms) == 1
    return text if simple or isinstance(what, Constant) else f"[{text}]"


def better(kpi: Kpi) -> str:
    """Which direction is good."""
    if kpi.band is None:
        return f"{kpi.better.value} is better"
    low, high = kpi.band.low, kpi.band.high
    if low is None and high is None:
        return "neither direction is better"
    bounds = [f"from {low:f}"] if low is not None else []
    return f"good {' '.join([*bounds, *([f'to {high:f}'] if high is not None else [])])}"


def source_fields(what: Formula) -> str:
    """The columns that a side is computed from, fact by fact."""
    found: dict[str, dict[str, None]] = {}
    for measure in what.measures:
        own = found.setdefault(measure.table.name, {})
        expressions = (
            measure.value,
            measure.times,
            *measure.distinct,
            measure.month,
            *measure.where,
        )
        for expression in expressions:
            if expression is not None:
                own |= dict.fromkeys(_columns(expression))
    return "; ".join(f"`{table}`: {', '.join(names)}" for table, names in sorted(found.items()))


def rows_words(kpi: Kpi) -> str:
    """What the rows behind a number are, the side of record's first."""
    sides = sorted(Side, key=lambda side: side is not kpi.record)
    titles = (_small(one.title) for side in sides for one in kpi.side(side).measures)
    return ", ".join(dict.fromkeys(titles))


def _columns(expression: ColumnElement[Any]) -> list[str]:
    columns = (one for one in iterate(expression) if isinstance(one, Column))
    return [_full(one) for one in columns]


def _full(column: Column[Any]) -> str:
    """A column's name, with its table where that is a dimension."""
    table = column.table.name
    return f"{table}.{column.name}" if table.startswith("dim_") else column.name
