"""How old the data are, and what of them could not be used (H1, H2)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

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
            meta_entity.c.newest_change,
            meta_entity.c.change_minutes,
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


def _lag(side: Side) -> Formula:
    lag = _tables(
        side, "lag", "Minutes since a record of the table changed", meta_entity.c.change_minutes
    )
    told = (*lag.where, meta_entity.c.change_minutes.is_not(None))
    tables = _tables(side, "telling", "Mirrored tables that tell changes", None)
    return Ratio(
        numerator=Total(terms=((1, replace(lag, where=told)),)),
        denominator=Total(terms=((1, replace(tables, where=told)),)),
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


_of_tables = partial(
    Kpi,
    better=Better.LOWER,
    record=Side.ERP,
    by=("entity",),
    tolerance=None,  # the systems' ages and gaps are each their own
    compared=(),
    group="H",
)
_of_records = partial(
    _of_tables,
    source="KPI catalogue H2",
    edge_cases=f"{_EDGE}Each is kept with its reason and read again at the next run.",
)
DATA_AGE = _of_tables(
    key="data_age",
    title="Age of the data",
    question="How old are the numbers?",
    definition=(
        "Minutes from the moment up to which a table is mirrored to the moment the numbers were made, on average over the "
        "system's tables; by table, that table's own."
    ),
    unit=Unit.MINUTES,
    kind=Kind.RATIO,
    erp=_age(Side.ERP),
    psa=_age(Side.PSA),
    source="KPI catalogue H1",
    edge_cases=(
        f"{_EDGE}What has passed since the numbers were made is told on every page. Tables that are not mirrored do not "
        "count."
    ),
)
NEWEST_CHANGE_LAG = _of_tables(
    key="newest_change_lag",
    title="Time since the newest change",
    question="When did a record last change in the systems?",
    definition=(
        "Minutes from the newest change of any of a table's records to the moment up to which the table is mirrored, on "
        "average over the system's tables; by table, that table's own."
    ),
    unit=Unit.MINUTES,
    kind=Kind.RATIO,
    erp=_lag(Side.ERP),
    psa=_lag(Side.PSA),
    source="KPI catalogue H1",
    edge_cases=(
        f"{_EDGE}Tables that do not tell when a record changed, and those that are not mirrored, do not count. Where much "
        "is written every day, a long time means that the source stands still or that changes do not arrive."
    ),
)
RECORDS_SET_ASIDE = _of_records(
    key="records_set_aside",
    title="Records set aside",
    question="How many records could not be used?",
    definition="Records in quarantine: their content was not understood, so that no number counts them.",
    unit=Unit.COUNT,
    kind=Kind.STOCK,
    erp=_left_out(Side.ERP),
    psa=_left_out(Side.PSA),
)
RECORDS_SET_ASIDE_PCT = _of_records(
    key="records_set_aside_pct",
    title="Records set aside %",
    question="Which share of the records could not be used?",
    definition="Records in quarantine, divided by all records of the system's tables.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    erp=_left_out_share(Side.ERP),
    psa=_left_out_share(Side.PSA),
)
