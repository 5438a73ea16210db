"""How the forecast has moved in a week, and by what (section 6)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from ..tables.conformed import dim_project
from ..tables.forecast import fct_forecast_move
from ..tables.projects import dim_project_method
from .forecast import PLANNED_BY
from .kpi import Better, Join, Kind, Kpi, Measure, Record, Side, Total, Unit
from .layers import BY_LAYER, NO_FORECAST
from .recognition import of_method

move = fct_forecast_move.c
_RULES = (
    "What was expected is written down once a day for each project, contract and deal, and kept for two weeks; before the "
    "first week is over there is nothing to tell. The running month and the year after it count, as far as they could be "
    "told a week ago. "
)


def _moves(key: str, title: str, stem: str) -> Measure:
    value = move[f"{stem}_base"]
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_forecast_move,
        value=value,
        month=move.month,
        where=(value != 0,),
        since=(),  # what never moved is none, not unknown
        eliminated=move.is_intercompany.is_(True),
        joins=(
            Join(table=dim_project, on=dim_project.c.project_key == move.project_key),
            of_method(move.project_key),
        ),
        dimensions={
            **{name: move[f"{name}_key"] for name in PLANNED_BY},
            "stream": move.stream,
            "contract_type": dim_project.c.contract_type,
            "project_method": dim_project_method.c.method,
            "layer": move.layer,
            "cause": move.cause,
        },
        columns=(
            move.month,
            move.layer,
            move.cause,
            move.contract,
            move.stream,
            move.project_key,
            move.customer_key,
            move.department_key,
            move.subsidiary_key,
            move.was_subsidiary,
            move.subsidiary_currency,
        ),
        record=Record(type="transaction", id=move.transaction_id),
    )


_WAS = _moves("forecast_was", "Forecast a week ago", "was")
_MOVED = _moves("forecast_moved", "Forecast, change in a week", "moved")
_kpi = partial(
    Kpi,
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    psa=NO_FORECAST,
    record=Side.ERP,
    tolerance=Decimal(1),
    compared=(),
    controls=("RC-02",),
    source="KPI catalogue D5, section 6",
    group="D",
)
FORECAST_WEEK_AGO = _kpi(
    key="forecast_week_ago",
    title="Forecast a week ago",
    question="What revenue did we expect a week ago?",
    definition="The revenue forecast of months that are not over, as it stood seven days ago.",
    erp=Total(terms=((1, _WAS),)),
    by=BY_LAYER,
    edge_cases=_RULES,
)
FORECAST_CHANGE = _kpi(
    key="forecast_change",
    title="Forecast, change in a week",
    question="How has the revenue forecast moved in a week, and by what?",
    definition="The revenue forecast less what it was seven days ago.",
    erp=Total(terms=((1, _MOVED),)),
    by=(*BY_LAYER, "cause"),
    edge_cases=(
        f"{_RULES}Each project, contract and deal moves by one cause. Won: a deal that was won, and what is new of a project "
        "or order that was not forecast before; lost: a deal that was lost, and projects of which nothing is left. Slipped: "
        "the same amount in other months, a deal whose expected close moved or has passed. Staffed: other bookings in later "
        "months. Re-estimated: another amount, probability or schedule. Worked: the running month came otherwise than planned. "
        "Exchange: the same amount at another rate. By layer: what was won moves from the pipeline to backlog, what was "
        "earned to the ledger."
    ),
)
