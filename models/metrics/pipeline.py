"""Pipeline: what may be ordered, each deal once, as it stands and by what it is likely to bring (E4, D7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func

from ..tables.pipeline import fct_pipeline
from .bookings import BY_ORDER, ORDERED
from .kpi import (
    CLOSING,
    Basis,
    Better,
    Kind,
    Kpi,
    Measure,
    Median,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
)
from .plan import planned

deal = fct_pipeline.c
BY_DEAL = (*BY_ORDER, "stage", "close_month", "forecast_type")
NO_DEALS = NotHeld(
    why="Opportunities and estimates are kept in NetSuite; deals of SuiteProjects Pro are not read."
)
_ONCE = (
    "Open opportunities and estimates at their projected total net of tax, each deal once: an opportunity drops out "
    "where an open estimate of it is there (of several the newest counts), and both where a sales order was made of them"
)
_EDGE = (
    "An expired estimate counts until it is closed. Told at the closing rate of the running month. Known as of today: "
    "what was on offer on an earlier day is kept day by day from the first build on, in the dated records. "
)


def _deals(
    key: str,
    title: str,
    number: ColumnElement[Any] | None = deal.amount_base,
    *where: ColumnElement[bool],
    times: ColumnElement[Any] | None = None,
    unit: Unit | None = None,
) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_pipeline,
        value=number,
        times=times,
        unit=unit,
        month=deal.month,
        where=where,
        dimensions={
            **{name: deal[f"{name}_key"] for name in BY_ORDER[:-1]},
            "stream": deal.stream,
            "stage": deal.stage,
            "close_month": deal.close_text,
            "forecast_type": deal.forecast_type,
        },
        columns=(
            deal.number,
            deal.type,
            deal.stage,
            deal.probability,
            deal.expected_close,
            deal.is_stale,
            deal.forecast_type,
            deal.opened_on,
            deal.item,
            deal.stream,
            deal.project_key,
            deal.customer_key,
            deal.department_key,
            deal.subsidiary_key,
            deal.amount,
            deal.currency,
        ),
        record=Record(type="transaction", id=deal.transaction_id),
    )


def _now(measure: Measure) -> Total:
    return Total(terms=((1, measure),), window=CLOSING)


_pipeline = partial(
    Kpi,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    psa=NO_DEALS,
    record=Side.ERP,
    by=BY_DEAL,
    source="KPI catalogue E4",
    group="E",
    compared=(),
)
_money = partial(_pipeline, unit=Unit.MONEY, tolerance=Decimal("0.01"))

PIPELINE = _money(
    key="pipeline",
    title="Pipeline",
    question="How much may customers still order?",
    definition=f"{_ONCE}.",
    erp=_now(_deals("pipeline", "Open deals")),
    edge_cases=_EDGE,
)
WEIGHTED_PIPELINE = _money(
    key="weighted_pipeline",
    title="Weighted pipeline",
    question="How much are customers likely to order?",
    definition=f"{_ONCE}; times the probability that was stated.",
    erp=_now(
        _deals("weighted_pipeline", "Open deals times their probability", times=deal.probability)
    ),
    edge_cases=(
        f"{_EDGE}A deal without a probability counts for nothing and is told. A probability of 0 or 100 % stays."
    ),
)
CALIBRATED_PIPELINE = _money(
    key="calibrated_pipeline",
    title="Pipeline by win rates",
    question="How much are customers likely to order, going by what we won before?",
    definition=(
        f"{_ONCE}; times the share of decided deals that were won of those that were in its stage; where too few are "
        "known, times the probability that was stated."
    ),
    erp=_now(
        replace(
            _deals(
                "calibrated_pipeline",
                "Open deals times the win rate of their stage",
                times=func.coalesce(deal.calibrated_probability, deal.probability),
            ),
            columns=(*_deals("", "").columns, deal.calibrated_probability),
        )
    ),
    edge_cases=(
        f"{_EDGE}The win rate of a stage is of deals that were seen in it while open, and is used from 50 decided deals on, "
        "unless the thresholds say otherwise: NetSuite does not tell which stages a deal went through before the first "
        "load. The forecast goes by it."
    ),
)
PIPELINE_DEALS = _pipeline(
    key="pipeline_deals",
    title="Open deals",
    question="How many deals are open?",
    definition="Open opportunities and estimates, each deal once.",
    unit=Unit.COUNT,
    erp=_now(_deals("pipeline_deals", "Open deals", None, deal.is_head.is_(True))),
    tolerance=Decimal(0),
    edge_cases=f"{_EDGE}A deal of several lines counts in the stream and department of its largest.",
)
STALE_PIPELINE = _money(
    key="stale_pipeline",
    title="Stale pipeline",
    question="How much of the pipeline should have been decided by now?",
    definition="Pipeline whose expected close has passed, not weighted.",
    erp=_now(
        _deals(
            "stale_pipeline",
            "Open deals whose expected close has passed",
            deal.amount_base,
            deal.is_stale.is_(True),
        )
    ),
    better=Better.LOWER,
    edge_cases=(
        f"{_EDGE}In the forecast such a deal is expected this month, at a configured part of its probability."
    ),
)


def _category(key: str, title: str, question: str, *types: str) -> Kpi:
    *before, last = (name.replace("_", " ") for name in types)
    told = f"{', '.join(before)} or {last}, all of them together" if before else last
    return _money(
        key=key,
        title=title,
        question=question,
        definition=f"Open deals that sales calls {told}, not weighted.",
        erp=_now(_deals(key, title, deal.amount_base, deal.forecast_type.in_(types))),
        edge_cases=(
            f"{_EDGE}Each forecast holds the ones before it: worst case, most likely, upside, as in NetSuite's sales forecast. "
            "Pipeline by forecast type tells the deals of each type alone. They are judgement, no quantiles. An estimate without a class has that of its opportunity; what has none, or is omitted, is in none. "
            "The low and the high end of a range are not read."
        ),
    )


WORST_CASE = _category(
    "pipeline_worst_case",
    "Sales forecast, worst case",
    "How much do sales expect at the least?",
    "worst_case",
)
MOST_LIKELY = _category(
    "pipeline_most_likely",
    "Sales forecast, most likely",
    "How much do sales expect?",
    "worst_case",
    "most_likely",
)
UPSIDE = _category(
    "pipeline_upside",
    "Sales forecast, upside",
    "How much do sales expect if all goes well?",
    "worst_case",
    "most_likely",
    "upside",
)

_age = partial(
    _pipeline,
    unit=Unit.DAYS,
    kind=Kind.RATIO,
    better=Better.LOWER,
    tolerance=Decimal(1),
)
PIPELINE_AGE = _age(
    key="pipeline_age",
    title="Age of open deals",
    question="How old are our open deals?",
    definition="Days since an open deal was entered; the median.",
    erp=Median(
        measure=_deals(
            "pipeline_age",
            "Age of open deals",
            deal.age_days,
            deal.is_head.is_(True),
            unit=Unit.DAYS,
        ),
        window=CLOSING,
    ),
    edge_cases=_EDGE,
)
DAYS_IN_STAGE = _age(
    key="days_in_stage",
    title="Days in stage",
    question="How long have open deals been where they are?",
    definition="Days since an open deal came into its stage; the median.",
    erp=Median(
        measure=replace(
            _deals(
                "days_in_stage",
                "Days in stage",
                deal.stage_days,
                deal.is_head.is_(True),
                deal.stage_days.is_not(None),
                unit=Unit.DAYS,
            ),
            columns=(
                deal.number,
                deal.stage,
                deal.stage_since,
                deal.project_key,
                deal.customer_key,
                deal.department_key,
                deal.subsidiary_key,
                deal.amount,
                deal.currency,
            ),
        ),
        window=CLOSING,
    ),
    edge_cases=(
        "Only deals that were seen to come into their stage, by the versions kept since the first load: NetSuite does not "
        f"say when one did. {_EDGE}"
    ),
)

_CLOSING_THEN = replace(
    _deals("closing_pipeline", "Open deals by the month of their close"),
    month=deal.close_month,
)
PIPELINE_COVERAGE = Kpi(
    key="pipeline_coverage",
    title="Pipeline coverage",
    question="Is there enough on offer to reach the bookings that are planned?",
    definition=(
        "Pipeline expected to close in the period, not weighted, divided by planned bookings less what is booked."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=Total(terms=((1, _CLOSING_THEN),)),
        denominator=Total(terms=((1, planned("bookings")), (-1, ORDERED)), empty=Reason.NO_PLAN),
        empty=Reason.NO_PLAN,
        positive=True,
    ),
    psa=NO_DEALS,
    record=Side.ERP,
    by=BY_ORDER,
    tolerance=Decimal("0.01"),
    source="KPI catalogue D7",
    group="D",
    compared=(Basis.BENCHMARK,),
    edge_cases=(
        "A deal whose expected close has passed is expected this month. Without planned bookings, or where they are reached, "
        "there is no coverage."
    ),
)
