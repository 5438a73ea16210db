"""The revenue forecast in layers, each amount in one of them; backlog that nothing is planned for (D5, D6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import ColumnElement, case

from ..tables.conformed import dim_project
from ..tables.finance import fct_gl
from ..tables.forecast import fct_forecast
from ..tables.projects import dim_project_method
from .forecast import PLANNED_BY
from .kpi import (
    CLOSING,
    Basis,
    Better,
    Drawn,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
)
from .plan import planned_total
from .recognition import ALL_INCOME, of_method

ahead = fct_forecast.c
BY_LAYER = (*PLANNED_BY, "stream", "contract_type", "project_method", "layer")
NO_FORECAST = NotHeld(
    why="The forecast stands on both systems: the ledger and orders of one, hours and bookings of the other."
)
_RULES = (
    "Every amount is in one layer, the surer first. Hours are those of projects sold by the hour, at their agreed, else "
    "their listed price, up to a cap. A schedule is SuiteProjects Pro's, and NetSuite's where that has none. It stands "
    "as of today at the newest average rates; a month that is over has what the ledger recognised, and no more. By "
    "recognition method a project is told by the one that most of its revenue was recognised by, else by its rule. "
)
_GAP = "Hours of days that are over count when their time sheet is submitted: what people have yet to enter is in no layer. "


def _ahead(key: str, title: str, *where: ColumnElement[bool]) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_forecast,
        value=ahead.amount_base,
        month=ahead.month,
        where=where,
        joins=(
            Join(table=dim_project, on=dim_project.c.project_key == ahead.project_key),
            of_method(ahead.project_key),
        ),
        dimensions={
            **{name: ahead[f"{name}_key"] for name in PLANNED_BY},
            "stream": ahead.stream,
            "contract_type": dim_project.c.contract_type,
            "project_method": dim_project_method.c.method,
            "layer": ahead.layer,
        },
        columns=(
            ahead.month,
            ahead.layer,
            ahead.source,
            ahead.contract,
            ahead.burn,
            ahead.method,
            ahead.history_months,
            ahead.weight,
            ahead.stream,
            ahead.project_key,
            ahead.customer_key,
            ahead.department_key,
            ahead.subsidiary_key,
            ahead.amount,
            ahead.currency,
        ),
        record=Record(type="transaction", id=ahead.transaction_id),
    )


RECOGNIZED_LAYER = replace(
    ALL_INCOME,
    key="recognized_layer",
    joins=(
        Join(table=dim_project, on=dim_project.c.project_key == fct_gl.c.project_key),
        of_method(fct_gl.c.project_key),
    ),
    dimensions={
        **ALL_INCOME.dimensions,
        "contract_type": dim_project.c.contract_type,
        "project_method": dim_project_method.c.method,
        "layer": case((fct_gl.c.account_type == "Income", "actual"), else_="actual"),
    },
)

_forecast = partial(
    Kpi,
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    psa=NO_FORECAST,
    record=Side.ERP,
    by=BY_LAYER,
    tolerance=Decimal(1),
    source="KPI catalogue D5",
    group="D",
)

REVENUE_AHEAD = _ahead("revenue_ahead", "Revenue ahead")
EXPECTED = Total(terms=((-1, RECOGNIZED_LAYER), (1, REVENUE_AHEAD)))
REVENUE_FORECAST = _forecast(
    key="revenue_forecast",
    title="Revenue forecast",
    question="How much revenue do we expect, and how sure is it?",
    definition=(
        "Income postings; approved and submitted work that is not recognised; what is firmly booked or scheduled; tentative "
        "bookings times their probability; ordered value beyond these; open deals times their probability; and, from the "
        "third month ahead, what experience expects beyond all of them."
    ),
    erp=EXPECTED,
    compared=(Basis.PRIOR_YEAR, Basis.PLAN),
    plan=planned_total("revenue"),
    edge_cases=(f"{_RULES}{_GAP}It is the mean of what may come; the range is told beside it."),
    controls=("RC-02", "RC-08"),
)
_COMMITTED = Total(
    terms=(
        (-1, RECOGNIZED_LAYER),
        (1, _ahead("committed_ahead", "Committed", ahead.layer.in_(("in_flight", "booked")))),
    )
)
COMMITTED_FORECAST = _forecast(
    key="revenue_forecast_committed",
    title="Committed revenue forecast",
    question="How much of the revenue ahead is committed?",
    definition=(
        "Income postings, approved and submitted work that is not recognised, and what is firmly booked or scheduled."
    ),
    erp=_COMMITTED,
    compared=(Basis.PRIOR_YEAR, Basis.PLAN),
    plan=planned_total("revenue"),
    edge_cases=_RULES + _GAP,
    controls=("RC-02", "RC-08"),
)

FORECAST_COVERAGE = Kpi(
    key="forecast_coverage",
    title="Forecast coverage",
    question="Which share of the period's planned revenue is earned or committed?",
    definition=(
        "The committed revenue forecast (income postings, work in flight, and what is firmly booked or scheduled), divided "
        "by the revenue planned for the period."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_COMMITTED,
        denominator=planned_total("revenue"),
        empty=Reason.NO_PLAN,
        positive=True,
    ),
    psa=NotHeld(why="SuiteProjects Pro holds neither the firm's plan nor its other revenue."),
    record=Side.ERP,
    by=(*PLANNED_BY, "stream"),
    tolerance=Decimal("0.01"),
    source="KPI catalogue D7",
    group="D",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
    edge_cases=f"Without a plan there is no coverage. {_RULES}{_GAP}",
    controls=("RC-02", "RC-08"),
)

_CHANCES = replace(
    _ahead(
        "chances",
        "What may come, times its probability",
        ahead.layer.in_(("soft", "pipeline", "unidentified")),
    ),
    columns=(
        *_ahead("", "").columns,
        ahead.item,
        ahead.chance_from,
        ahead.chance_to,
        ahead.spread,
    ),
)
_SURE = Total(
    terms=(
        (-1, RECOGNIZED_LAYER),
        (1, _ahead("sure_ahead", "Sure", ahead.layer.in_(("in_flight", "booked", "backlog")))),
    )
)


def _range(percent: int, title: str, question: str, words: str) -> Kpi:
    at = Decimal(percent) / 100
    drawn = Drawn(
        measure=_CHANCES,
        item=ahead.item,
        chance=(ahead.chance_from, ahead.chance_to),
        spread=ahead.spread,
        at=at,
    )
    return _forecast(
        key=f"revenue_forecast_p{percent}",
        title=title,
        question=question,
        definition=(
            "Income postings, work in flight, what is booked or scheduled and unscheduled backlog; and what tentative "
            f"bookings, deals and what is unidentified come to at most in {words} of 5,000 courses."
        ),
        erp=Sum(terms=((1, _SURE), (1, drawn))),
        by=(*PLANNED_BY, "stream"),
        compared=(),
        edge_cases=(
            f"{_RULES}In each course a deal, and the tentative bookings of a project, come whole or not at all, by their "
            "probability; good times are good for all of them (a correlation of 0.15). The same question draws the same "
            "courses. What is unidentified is spread as widely as its tests missed, never below zero. What is surer is "
            "taken as certain: how bookings slip, how deals move on, and amounts that turn out otherwise are not drawn, so "
            "that the range of the next months is rather too narrow. Months add up to less of a range than their ranges do."
        ),
        controls=("RC-02", "RC-08"),
    )


FORECAST_LOW = _range(10, "Revenue forecast, low (P10)", "How little revenue may it be?", "a tenth")
FORECAST_MIDDLE = _range(
    50, "Revenue forecast, middle (P50)", "How much revenue is as likely exceeded as not?", "half"
)
FORECAST_HIGH = _range(
    90, "Revenue forecast, high (P90)", "How much revenue may it be at best?", "nine tenths"
)


def _layer(layer: str, title: str, question: str, definition: str, edge: str) -> Kpi:
    return _forecast(
        key=f"forecast_{layer}",
        title=title,
        question=question,
        definition=definition,
        erp=Total(terms=((1, _ahead(f"ahead_{layer}", title, ahead.layer == layer)),)),
        compared=(),
        edge_cases=_RULES + edge,
        controls=("RC-02", "RC-08"),
    )


IN_FLIGHT = _layer(
    "in_flight",
    "Revenue in flight",
    "How much work of open months is not recognised yet?",
    "Approved and submitted billable hours of months that are not closed, less what is recognised of them, and recognition "
    "that NetSuite has not posted yet.",
    f"{_GAP}Never below zero for a project and month. Recognition counts where the ledger is posted from it. ",
)
FORECAST_BOOKED = _layer(
    "booked",
    "Revenue booked or scheduled",
    "How much revenue ahead is firmly booked or scheduled?",
    "By the hour: hard bookings from today on. All else: recognition that is projected or planned and not made yet.",
    "",
)
FORECAST_SOFT = _layer(
    "soft",
    "Revenue tentatively booked",
    "How much revenue ahead hangs on tentative bookings?",
    "Tentative bookings of projects sold by the hour, from today on, times their probability.",
    "Tentative bookings of fixed fees and retainers add nothing to what is agreed. ",
)
FORECAST_BACKLOG = _layer(
    "backlog",
    "Revenue from unscheduled backlog",
    "When will orders be earned that nothing is planned for?",
    "What is ordered and left to be earned beyond work in flight, bookings and schedules, shared out evenly over the days to "
    "the end of its project.",
    "Where that end has passed, or there is none, it is shared out over the next two quarters. How earlier projects were "
    "earned is not taken over. Orders without a project count beyond what is scheduled for their customer. ",
)
FORECAST_PIPELINE = _layer(
    "pipeline",
    "Revenue from the pipeline",
    "When will deals be earned that are not won yet?",
    "Open deals times their probability; services begin as long after the close and last as long as projects do (medians), "
    "all else is earned in the month of the close.",
    "A deal whose expected close has passed is expected today at a configured part of its probability. A deal of a project "
    "that people are booked on is in these bookings. With fewer than ten projects to learn from services are earned in the "
    "month of the close. ",
)
FORECAST_UNIDENTIFIED = _layer(
    "unidentified",
    "Revenue not identified yet",
    "How much revenue ahead can nobody name yet, though experience expects it?",
    "What a statistical forecast of each practice and stream expects of a month, less all other layers of that month, times "
    "the weight of so many months ahead: nothing before the third, from there on a fifth more each month, and all of it from "
    "the seventh on, for a year. Once enough forecasts are judged the weight is learned from them.",
    "Never below zero, and never more than is lacking of all practices together. Revenue is taken per hour of capacity "
    "(services) or by month, at today's rates, up to the newest closed month, and smoothed; with two years of history its "
    "damped trend counts, with three its seasons. It is left out with less than a year, or where it missed more in tests "
    "than the same month of the year before did (statistical_mase). It is shared out over companies as the last twelve "
    "months were. A weight is learned from month ends whose forecast was written down before and whose books are closed: "
    "the share that would have missed least by squares, drawn towards the fixed one the more, the fewer these are; twelve "
    "have to be there unless the business file says otherwise. ",
)


def _standing(key: str, title: str, *where: ColumnElement[bool]) -> Total:
    measure = replace(_ahead(key, title, ahead.layer == "backlog", *where), month=ahead.as_of_month)
    return Total(terms=((1, measure),), window=CLOSING)


_stock = partial(
    _forecast,
    kind=Kind.STOCK,
    better=Better.LOWER,
    by=(*PLANNED_BY, "stream"),
    compared=(),
    source="KPI catalogue D6",
    controls=("RC-08",),
)
UNSCHEDULED_BACKLOG = _stock(
    key="unscheduled_backlog",
    title="Unscheduled backlog",
    question="How much is ordered that nothing is planned for?",
    definition="Backlog beyond work in flight, bookings and schedules.",
    erp=_standing("unscheduled_backlog", "Backlog without a plan"),
    edge_cases=f"{_RULES}Known as of today.",
)
STALE_BACKLOG = _stock(
    key="stale_backlog",
    title="Stale backlog",
    question="How much is left of projects that should have ended?",
    definition="Unscheduled backlog of projects whose end has passed.",
    erp=_standing("stale_backlog", "Backlog past its end", ahead.burn == "ended"),
    edge_cases="Finish the work, move the end, or close the order. Known as of today.",
)
