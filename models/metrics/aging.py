"""Receivables by age, and the days they stand for (F1, F2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .billing import BILLED, ERP_OPEN
from .kpi import (
    CLOSING,
    Basis,
    Better,
    Calendar,
    Elapsed,
    Formula,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Sum,
    Total,
    Unit,
    trailing,
)
from .open_items import AGE, AGES, DAYS_PAST_DUE, OVERDUE, UNAPPLIED

BY_OPEN = ("subsidiary", "department", "customer", "project")
NO_DUE_DATES = NotHeld(
    why="Due dates and applied payments are NetSuite's; SuiteProjects Pro's invoices do not tell them."
)
_OPEN = ERP_OPEN.measures[0]
_EDGE = (
    "An invoice without a due date is due on its own day. Unapplied credits and payments stand apart and are in no "
    "bucket. In the subsidiary's books at the invoice's own rate; consolidated, those at the closing rate."
)


def _aged(key: str, title: str, ages: Sequence[str]) -> Measure:
    return replace(_OPEN, key=key, title=title, where=(*_OPEN.where, AGE.in_(list(ages))))


_ALL = Total(terms=((1, _OPEN),), window=CLOSING)
INVOICES = _aged("open_invoices", "Open invoices", AGES)
LATE = _aged("overdue", "Overdue invoices", OVERDUE)
NOT_DUE = _aged("not_due", "Invoices not due", AGES[:1])
CURRENT = Total(terms=((1, NOT_DUE),), window=CLOSING)


def _kpi(
    key: str, title: str, question: str, definition: str, erp: Formula, unit: Unit, kind: Kind,
    *, better: Better = Better.LOWER, tolerance: str = "0.01", source: str = "KPI catalogue F1",
    by: tuple[str, ...] = BY_OPEN,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=better,
        erp=erp,
        psa=NO_DUE_DATES,
        record=Side.ERP,
        by=by,
        tolerance=Decimal(tolerance),
        needs_history=True,
        source=source,
        group="F",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
        edge_cases=_EDGE,
        controls=("RC-07",),
    )


OVERDUE_RECEIVABLES = _kpi(
    "overdue_receivables",
    "Overdue receivables",
    "How much should customers have paid already?",
    "Open invoices past their due date on the day, tax included.",
    Total(terms=((1, LATE),)),
    Unit.MONEY,
    Kind.STOCK,
    by=(*BY_OPEN, "age"),
)
UNAPPLIED_CREDITS = _kpi(
    "unapplied_credits",
    "Unapplied credits and payments",
    "How much did customers pay or get credited that is set against nothing?",
    "Credit memos and payments less what of them has been applied; negative.",
    Total(terms=((1, _aged("unapplied", "Unapplied credits and payments", (UNAPPLIED,))),)),
    Unit.MONEY,
    Kind.STOCK,
    better=Better.HIGHER,
)
OVERDUE_SHARE = _kpi(
    "overdue_share",
    "Overdue share",
    "What share of open invoices is past due?",
    "Overdue invoices divided by all open invoices.",
    Ratio(
        numerator=Total(terms=((1, LATE),), window=CLOSING),
        denominator=Total(terms=((1, INVOICES),), window=CLOSING),
        empty=Reason.NO_VALUE,
        positive=True,
    ),
    Unit.PERCENT,
    Kind.RATIO,
    tolerance="0.001",
)
AVERAGE_DAYS_OVERDUE = _kpi(
    "average_days_overdue",
    "Average days overdue",
    "How late are overdue invoices, by their weight?",
    "Days past due of overdue invoices, weighted by the open amount.",
    Ratio(
        numerator=Total(
            terms=((1, replace(LATE, key="overdue_days", title="Overdue by days", times=DAYS_PAST_DUE)),),
            window=CLOSING,
        ),
        denominator=Total(terms=((1, LATE),), window=CLOSING),
        empty=Reason.NO_VALUE,
    ),
    Unit.DAYS,
    Kind.RATIO,
    tolerance="0.1",
    source="KPI catalogue F2",
)  # fmt: skip

_QUARTER = trailing(3)
_DAYS = Elapsed(unit=Calendar.DAYS, window=_QUARTER)
_BILLINGS = Total(terms=((1, BILLED),), window=_QUARTER)


def _in_days(balance: Total) -> Ratio:
    return Ratio(
        numerator=balance,
        denominator=_BILLINGS,
        empty=Reason.NO_BILLINGS,
        times=_DAYS,
        positive=True,
    )


DSO_SIMPLE = _kpi(
    "dso_simple",
    "Days sales outstanding, simple",
    "How many days of billings do customers owe us, by the plain formula?",
    "Receivables divided by billings (both with tax) of the last 3 months, times their days.",
    _in_days(_ALL),
    Unit.DAYS,
    Kind.RATIO,
    tolerance="1",
    source="KPI catalogue F2",
)
DSO_BEST = _kpi(
    "dso_best_possible",
    "Best possible DSO",
    "How many days would be outstanding if everybody paid in time?",
    "Invoices not yet due divided by billings (both with tax) of the last 3 months, times their days.",
    _in_days(CURRENT),
    Unit.DAYS,
    Kind.RATIO,
    tolerance="1",
    source="KPI catalogue F2",
)
DAYS_DELINQUENT = _kpi(
    "days_delinquent",
    "Delinquent days",
    "How many days of billings are late?",
    "Days sales outstanding by the simple formula less the best possible.",
    Sum(terms=((1, _in_days(_ALL)), (-1, _in_days(CURRENT)))),
    Unit.DAYS,
    Kind.RATIO,
    tolerance="1",
    source="KPI catalogue F2",
)
