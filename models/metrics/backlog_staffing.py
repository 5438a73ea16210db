"""Whether the people are there to earn what is ordered (E2)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from ..tables.conformed import dim_project
from ..tables.sales import fct_backlog_staffing
from .kpi import CLOSING, Better, Join, Kind, Kpi, Measure, Ratio, Reason, Record, Side, Total, Unit
from .sales import BY_CONTRACT

part = fct_backlog_staffing.c
BY_STAFFING = (*BY_CONTRACT, "staffing")
STAFFED, UNSTAFFED = ("worked", "booked"), ("soft", "open")
_COVER = (
    "Hours cover a contract at their agreed, else their listed price, whatever its way of billing, and up to what is left of "
    "it: work that is done and not earned first, then what is firmly booked from today on, then what is booked tentatively "
    "(all of it, not times its probability). Contracts of one project are covered in turn. Hours without a price, and work "
    "on fixed fees that is not earned yet, cover nothing. What is ordered without a project and is no services needs "
    "nobody. Known as of today. "
)
_PARTS = "Staffed, not staffed and what needs nobody are backlog, to the cent."


def _part(key: str, title: str, system: str, *staffing: str) -> Total:
    """Backlog that is staffed in one of these ways; all of it where none is named."""
    record, of = {
        "netsuite": ("job", dim_project.c.netsuite_id),
        "suiteprojects": ("Project", dim_project.c.suiteprojects_id),
    }[system]
    measure = Measure(
        key=f"{system}_{key}",
        title=title,
        system=system,
        table=fct_backlog_staffing,
        value=part.amount_base,
        month=part.month,
        where=(
            part.system == system,
            *((part.staffing.in_(staffing),) if staffing else ()),
        ),
        since=(part.system == system,),
        joins=(Join(table=dim_project, on=dim_project.c.project_key == part.project_key),),
        dimensions={
            **{name: part[f"{name}_key"] for name in BY_CONTRACT[:-1]},
            "stream": part.stream,
            "staffing": part.staffing,
        },
        columns=(
            part.day,
            part.contract,
            part.staffing,
            part.project_key,
            part.customer_key,
            part.department_key,
            part.subsidiary_key,
            part.stream,
            part.remaining,
            part.amount,
            part.currency,
        ),
        record=Record(type=record, id=of),
    )
    return Total(terms=((1, measure),), window=CLOSING)


_kpi = partial(
    Kpi,
    record=Side.ERP,
    needs_history=True,
    source="KPI catalogue E2",
    group="E",
    compared=(),
    controls=("RC-08",),
)
_money = partial(
    _kpi,
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    by=BY_STAFFING,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    edge_cases=_COVER + _PARTS,
)


def _both(key: str, title: str, *staffing: str) -> dict[str, Total]:
    return {
        "erp": _part(key, title, "netsuite", *staffing),
        "psa": _part(key, title, "suiteprojects", *staffing),
    }


def _share(system: str) -> Ratio:
    return Ratio(
        numerator=_part("staffed", "Staffed", system, *STAFFED),
        denominator=_part("to_staff", "Backlog that people earn", system, *STAFFED, *UNSTAFFED),
        empty=Reason.NO_VALUE,
    )


BACKLOG_BY_STAFFING = _money(
    key="backlog_by_staffing",
    title="Backlog by staffing",
    question="Who will earn what is ordered?",
    definition=(
        "Backlog, cut up by the hours that cover it: worked and not earned, firmly booked, tentatively booked, by nobody; and "
        "what needs nobody."
    ),
    better=Better.HIGHER,
    **_both("by_staffing", "Backlog by staffing"),
)
STAFFED_BACKLOG = _money(
    key="staffed_backlog",
    title="Staffed backlog",
    question="How much of what is ordered have we people for?",
    definition="Backlog that is worked and not earned yet, or that hours which are firmly booked cover.",
    better=Better.HIGHER,
    **_both("staffed", "Staffed backlog", *STAFFED),
)
UNSTAFFED_BACKLOG = _money(
    key="unstaffed_backlog",
    title="Backlog not staffed",
    question="How much of what is ordered has nobody to do it?",
    definition="Backlog of services that no hours cover, or tentatively booked ones alone.",
    better=Better.LOWER,
    **_both("unstaffed", "Backlog not staffed", *UNSTAFFED),
)
STAFFED_BACKLOG_SHARE = _kpi(
    key="staffed_backlog_share",
    title="Share of backlog staffed",
    question="How far is the order book staffed?",
    definition="Staffed backlog divided by backlog that people earn, what is not staffed included.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    by=BY_CONTRACT,
    better=Better.HIGHER,
    erp=_share("netsuite"),
    psa=_share("suiteprojects"),
    tolerance=Decimal("0.01"),
    edge_cases=_COVER,
)
