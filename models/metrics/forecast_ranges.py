"""The forecast as it was written down, and its range, held against the simplest forecast of all: the year before (D8)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import Column, ColumnElement

from ..tables.dated import fct_forecast_dated, fct_forecast_range_dated
from ..tables.forecast import fct_revenue_month
from .forecast_accuracy import (
    AHEAD,
    JUDGED,
    WRITTEN_DOWN,
    YEAR,
    accuracy,
    day_before,
    held_on,
    judged,
    of_closed,
    was_known,
)
from .kpi import (
    Band,
    Better,
    Constant,
    CountOf,
    Floor,
    Kind,
    Kpi,
    Measure,
    Product,
    Ratio,
    Reason,
    Sum,
    Total,
    Unit,
    Window,
)

told, bounds, came = fct_forecast_dated.c, fct_forecast_range_dated.c, fct_revenue_month.c
_BY = ("subsidiary", "department")
_CELL = ("subsidiary", "department", "month")
_SHARES = {"low_base": "0.1", "middle_base": "0.5", "high_base": "0.9"}
_EXTERNAL = "Revenue within the group does not count. "
_RANGED = (
    "Ranges are written down for each practice of each company, as the pages tell them, beside the forecast; what was "
    "written down before had none. "
)


def _came(key: str, title: str, value: Column[Decimal], *where: ColumnElement[bool]) -> Measure:
    """Of closed months, without what companies of the group earn of each other."""
    return of_closed(
        Measure(
            key=key,
            title=title,
            system="netsuite",
            table=fct_revenue_month,
            value=value,
            month=came.month,
            where=where,
            dimensions={
                "subsidiary": came.subsidiary_key,
                "department": came.department_key,
                "stream": came.stream,
            },
            columns=(came.month, came.stream, came.department_key, came.subsidiary_key),
        )
    )


def _revenue(before: int, observation: str) -> Measure:
    """What came in the months that were written down so many months before."""
    known = was_known(came.month, before, observation)
    return _came(f"came_of_{observation}_{before}", "Revenue", came.amount_base, *known)


def _year_before(before: int) -> Measure:
    known = (*was_known(came.month, before), came.year_before_base.is_not(None))
    return _came(f"year_before_{before}", "The year before", came.year_before_base, *known)


def _forecast(before: int) -> Measure:
    return of_closed(
        replace(
            judged(before),
            key=f"external_forecast_{before}",
            where=(*judged(before).where, told.is_intercompany.is_not(True)),
            eliminated=None,
        )
    )


def _bound(before: int, name: str) -> Measure:
    day = day_before(bounds.month, before)
    return of_closed(
        Measure(
            key=f"{name.removesuffix('_base')}_{before}",
            title=f"P{int(Decimal(_SHARES[name]) * 100)} {AHEAD[before]} before",
            system="netsuite",
            table=fct_forecast_range_dated,
            value=bounds[name],
            month=bounds.month,
            where=(
                held_on(fct_forecast_range_dated, day),
                *was_known(bounds.month, before, "forecast_range"),
            ),
            dimensions={"subsidiary": bounds.subsidiary_key, "department": bounds.department_key},
            columns=(bounds.month, bounds.department_key, bounds.subsidiary_key, bounds.from_day),
        )
    )


def _beyond(
    more: Measure,
    less: Measure,
    per: tuple[str, ...] = ("department", "month"),
    window: Window = YEAR,
) -> Floor:
    """By how much one exceeds the other, cell by cell."""
    total = Total(terms=((1, more), (-1, less)), window=window, empty=Reason.NO_HISTORY)
    return Floor(total=total, per=per)


def _apart(one: Measure, other: Measure, window: Window = YEAR) -> Sum:
    """How far the two lie apart, in either direction."""
    beyond = partial(_beyond, window=window)
    return Sum(terms=((1, beyond(one, other)), (1, beyond(other, one))))


def _a_month(one: Measure, other: Measure, window: Window = YEAR) -> Ratio:
    """How far the two lie apart in a month on average."""
    return Ratio(
        numerator=_apart(one, other, window),
        denominator=CountOf(formula=_beyond(one, other, window=window), of=("month",)),
        empty=Reason.NO_HISTORY,
    )


def _size(revenue: Measure) -> Sum:
    """Revenue without its sign, cell by cell."""
    terms = (
        Total(terms=((sign, revenue),), window=YEAR, empty=Reason.NO_HISTORY) for sign in (1, -1)
    )
    return Sum(terms=tuple((1, Floor(total=total, per=_CELL)) for total in terms))


def _in_sample() -> Ratio:
    """What the year before missed in a month on average, in the twelve months before those that are judged."""
    known = came.year_before_base.is_not(None)
    now = _came("in_sample", "Revenue", came.amount_base, known)
    then = _came("in_sample_before", "The year before", came.year_before_base, known)
    return _a_month(now, then, YEAR.shifted(-12, "in the 12 months before"))


def _miss(before: int) -> Ratio:
    """What the forecast missed in a month on average."""
    return _a_month(_revenue(before, "forecast"), _forecast(before))


_kpi = partial(accuracy, kind=Kind.RATIO, tolerance=Decimal("0.005"))


def _mase(before: int) -> Kpi:
    return _kpi(
        key=f"forecast_mase_{before}",
        title=f"Forecast against the year before (MASE), {AHEAD[before]} ahead",
        question=f"Is our forecast {AHEAD[before]} ahead worth more than taking the year before?",
        definition=(
            "What the forecast missed in a month on average, of the twelve months to the period's end, divided by what the "
            "same month of the year before missed on average in the twelve months before these. Below 1 it is the better "
            "of the two."
        ),
        unit=Unit.FACTOR,
        better=Better.LOWER,
        erp=Ratio(numerator=_miss(before), denominator=_in_sample(), empty=Reason.NO_HISTORY),
        edge_cases=f"{WRITTEN_DOWN}{JUDGED}{_EXTERNAL}It needs two years of revenue before the months that are judged.",
    )


def _value_added(before: int) -> Kpi:
    naive = _apart(_revenue(before, "forecast"), _year_before(before))
    missed = _apart(_revenue(before, "forecast"), _forecast(before))
    return _kpi(
        key=f"forecast_value_added_{before}",
        title=f"Value added by the forecast, {AHEAD[before]} ahead",
        question=f"How much less does our forecast {AHEAD[before]} ahead miss than the year before would?",
        definition=(
            "What the same month of the year before would have missed less what the forecast missed, divided by the former; "
            "of the twelve months to the period's end."
        ),
        unit=Unit.PERCENT,
        better=Better.HIGHER,
        erp=Ratio(
            numerator=Sum(terms=((1, naive), (-1, missed))),
            denominator=naive,
            empty=Reason.NO_HISTORY,
            positive=True,
        ),
        edge_cases=f"{WRITTEN_DOWN}{JUDGED}{_EXTERNAL}Below zero the year before was the better forecast.",
    )


def _interval(before: int) -> Kpi:
    revenue = _revenue(before, "forecast_range")
    low, high = _bound(before, "low_base"), _bound(before, "high_base")
    every = CountOf(formula=_beyond(high, revenue, _CELL), of=_CELL)
    return _kpi(
        key=f"forecast_interval_{before}",
        title=f"Months within P10 to P90, {AHEAD[before]} ahead",
        question=f"Does what comes lie within the range we told {AHEAD[before]} before?",
        definition=(
            "Months of a practice and company whose revenue came to no less than P10 and no more than P90, divided by all "
            "that a range was written down for, of the twelve months to the period's end. Eight of ten are what the range "
            "promises."
        ),
        unit=Unit.PERCENT,
        better=Better.BAND,
        band=Band(low=Decimal("0.7"), high=Decimal("0.9")),
        by=_BY,
        erp=Ratio(
            numerator=Sum(
                terms=(
                    (1, every),
                    *(
                        (-1, CountOf(formula=outside, of=_CELL, above=Decimal(0)))
                        for outside in (_beyond(low, revenue, _CELL), _beyond(revenue, high, _CELL))
                    ),
                )
            ),
            denominator=every,
            empty=Reason.NO_HISTORY,
        ),
        edge_cases=(
            f"{WRITTEN_DOWN}{_RANGED}{_EXTERNAL}Above 90 % the range is too wide to be of use, below 70 % too narrow to be "
            "trusted. What was earned where nothing was expected lies outside."
        ),
    )


def _pinball(before: int) -> Kpi:
    revenue = _revenue(before, "forecast_range")

    def loss(name: str, share: Decimal) -> tuple[tuple[int, Product], ...]:
        bound = _bound(before, name)
        return (
            (1, Product(factors=(Constant(value=share), _beyond(revenue, bound, _CELL)))),
            (1, Product(factors=(Constant(value=1 - share), _beyond(bound, revenue, _CELL)))),
        )

    losses = Sum(
        terms=tuple(term for name, share in _SHARES.items() for term in loss(name, Decimal(share)))
    )
    return _kpi(
        key=f"forecast_pinball_{before}",
        title=f"Pinball loss of the range, {AHEAD[before]} ahead",
        question=f"How good was the range we told {AHEAD[before]} before, as a whole?",
        definition=(
            "The mean of the pinball losses of P10, P50 and P90, divided by revenue: what came above a bound counts by the "
            "bound's share (10, 50 or 90 %), what came below it by the rest. Of the twelve months to the period's end."
        ),
        unit=Unit.PERCENT,
        better=Better.LOWER,
        by=_BY,
        erp=Ratio(
            numerator=losses,
            denominator=Product(factors=(Constant(value=Decimal(3)), _size(revenue))),
            empty=Reason.NO_HISTORY,
            positive=True,
        ),
        edge_cases=(
            f"{WRITTEN_DOWN}{_RANGED}{_EXTERNAL}It falls when the range gets narrower and when it meets more often. Each "
            "part of the rows is one bound's loss on one side of it, practice by practice, company by company, month by month."
        ),
    )


MASE_1, MASE_3, MASE_6 = map(_mase, AHEAD)
VALUE_ADDED_1, VALUE_ADDED_3, VALUE_ADDED_6 = map(_value_added, AHEAD)
INTERVAL_1, INTERVAL_3, INTERVAL_6 = map(_interval, AHEAD)
PINBALL_1, PINBALL_3, PINBALL_6 = map(_pinball, AHEAD)
