"""How old the data are, and what of them could not be used (H1, H2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import ColumnElement

from ..tables.conformed import meta_entity
from .kpi import Better, Formula, Kind, Kpi, Measure, Ratio, Reason, Side, Total, Unit

_SYSTEMS = {Side.ERP: "netsuite", Side.PSA: "suiteprojects"}
_EDGE = "Known of the newest data only, whatever the period. "


def _tables(side: Side, key: str, title: str, value: ColumnElement[int] | None) -> Measure:
    return Measure(
        key=f"{_SYSTEMS[side]}_{key}",
        title=title,
        system=_SYSTEMS[side],
        table=meta_entity,
        value=value,
        unit=Unit.COUNT,
        month=None,
        where=(meta_entity.c.system == _SYSTEMS[side], meta_entity.c.as_of.is_not(None)),
        dimensions={"entity": meta_entity.c.entity},
        columns=(
            meta_entity.c.title,
            meta_entity.c.area,
            meta_entity.c.as_of,
            meta_entity.c.age_minutes,
            meta_entity.c.rows,
            meta_entity.c.quarantined,
        ),
    )


def _age(side: Side) -> Formula:
    aged = _tables(side, "age", "Minutes since the table was complete", meta_entity.c.age_minutes)
    return Ratio(
        numerator=Total(terms=((1, aged),)),
        denominator=Total(terms=((1, _tables(side, "tables", "Mirrored tables", None)),)),
        empty=Reason.NO_DATA,
    )


def _set_aside(side: Side) -> Measure:
    return _tables(side, "set_aside", "Records that could not be used", meta_entity.c.quarantined)


def _left_out(side: Side) -> Formula:
    return Total(terms=((1, _set_aside(side)),), empty=Reason.NO_DATA)


def _left_out_share(side: Side) -> Formula:
    mirrored = _tables(side, "mirrored", "Records that are mirrored", meta_entity.c.rows)
    aside = _set_aside(side)
    return Ratio(
        numerator=Total(terms=((1, aside),)),
        denominator=Total(terms=((1, mirrored), (1, aside))),
        empty=Reason.NO_DATA,
    )


def _kpi(
    key: str, title: str, question: str, definition: str, formula: Callable[[Side], Formula], *,
    unit: Unit, kind: Kind, catalogue: str, edge_cases: str,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=Better.LOWER,
        erp=formula(Side.ERP),
        psa=formula(Side.PSA),
        record=Side.ERP,
        by=("entity",),
        tolerance=Decimal(10**9),  # the systems' ages and gaps are each their own
        compared=(),
        source=f"KPI catalogue {catalogue}",
        group="H",
        edge_cases=_EDGE + edge_cases,
    )


DATA_AGE = _kpi(
    "data_age",
    "Age of the data, minutes",
    "How old are the numbers?",
    "Minutes from the moment up to which a table is mirrored to the moment the numbers were made, on average over the "
    "system's tables; by table, that table's own.",
    _age,
    unit=Unit.FACTOR,
    kind=Kind.RATIO,
    catalogue="H1",
    edge_cases="What has passed since the numbers were made is told on every page. Tables that are not mirrored do not count.",
)
RECORDS_SET_ASIDE = _kpi(
    "records_set_aside",
    "Records set aside",
    "How many records could not be used?",
    "Records in quarantine: their content was not understood, so that no number counts them.",
    _left_out,
    unit=Unit.COUNT,
    kind=Kind.STOCK,
    catalogue="H2",
    edge_cases="Each is kept with its reason and read again at the next run.",
)
RECORDS_SET_ASIDE_PCT = _kpi(
    "records_set_aside_pct",
    "Records set aside %",
    "Which share of the records could not be used?",
    "Records in quarantine, divided by all records of the system's tables.",
    _left_out_share,
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    catalogue="H2",
    edge_cases="Each is kept with its reason and read again at the next run.",
)
