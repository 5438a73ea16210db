"""A gap in the data: how much, how many, and which share of the whole (H2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, func

from ..tables.billing import fct_invoice_line, fct_psa_invoice_line
from .kpi import (
    Better,
    Formula,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
)

BY_GAP = ("subsidiary", "department", "customer", "project")
NO_LEDGER = NotHeld(why="SuiteProjects Pro keeps no ledger.")
UNKNOWN = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Gap:
    """What is missing in one system: the measures of it, and of all there is, in the same order."""

    missing: tuple[Measure, ...]
    whole: tuple[Measure, ...]

    @property
    def found(self) -> tuple[Measure, ...]:
        """What is missing: none, where there are data and none of them lacks it."""
        pairs = zip(self.missing, self.whole, strict=True)
        return tuple(replace(one, since=whole.where) for one, whole in pairs)

    def amount(self) -> Formula:
        """How much."""
        return _total(self.found)

    def count(self) -> Formula:
        """How many."""
        return _total(tuple(_counted(one) for one in self.found))

    def share(self) -> Formula:
        """Of all there is."""
        return Ratio(
            numerator=_total(self.found), denominator=_total(self.whole), empty=Reason.NO_VALUE
        )


_Side = Gap | NotHeld


def _total(measures: tuple[Measure, ...]) -> Total:
    return Total(terms=tuple((1, one) for one in measures))


def _counted(measure: Measure) -> Measure:
    return replace(
        measure, key=f"{measure.key}_rows", value=None, lenses={}, distinct=_documents(measure)
    )


def _documents(measure: Measure) -> tuple[Column[Any], ...]:
    """What is counted: invoices by their lines; of everything else each row."""
    columns = {fct_invoice_line: "transaction_id", fct_psa_invoice_line: "invoice_id"}
    name = columns.get(measure.table)
    return () if name is None else (measure.table.c[name],)


def sized(measure: Measure, key: str, title: str, *where: ColumnElement[bool]) -> Measure:
    """A measure of amounts whatever their sign, so that a credit does not hide an invoice."""
    columns = measure.table.c
    return replace(
        measure,
        key=key,
        title=title,
        value=func.abs(columns.amount_base),
        lenses={
            Lens.TRANSACTION: (func.abs(columns.amount), columns.currency),
            Lens.SUBSIDIARY: (func.abs(columns.amount_subsidiary), columns.subsidiary_currency),
        },
        where=(*measure.where, *where),
    )


_TITLES: Mapping[str, tuple[str, str]] = {
    "amount": ("", "How much"),
    "count": ("_count", "How many"),
    "share": ("_pct", "Which share"),
}


def three(
    stem: str, title: str, asked: tuple[str, str, str], definition: str, erp: _Side, psa: _Side, *,
    record: Side, by: tuple[str, ...], edge_cases: str, unit: Unit = Unit.MONEY,
    controls: tuple[str, ...],
) -> tuple[Kpi, Kpi, Kpi]:  # fmt: skip
    """The three numbers of a gap.

    Args:
        asked: what follows "How much", "How many" and "Which share" in their questions.
    """

    def of(side: _Side, form: str) -> Formula:
        if isinstance(side, NotHeld):
            return side
        return {"amount": side.amount, "count": side.count, "share": side.share}[form]()

    def kpi(form: str, its_unit: Unit, named: str, words: str) -> Kpi:
        suffix, how = _TITLES[form]
        return Kpi(
            key=f"{stem}{suffix}",
            title=f"{title}{named}",
            question=f"{how} {asked[list(_TITLES).index(form)]}?",
            definition=f"{definition}{words}",
            unit=its_unit,
            kind=Kind.RATIO if form == "share" else Kind.FLOW,
            better=Better.LOWER,
            erp=of(erp, form),
            psa=of(psa, form),
            record=record,
            by=by,
            tolerance=Decimal("0.001") if form == "share" else Decimal(0),
            source="KPI catalogue H2",
            group="H",
            edge_cases=edge_cases,
            controls=controls,
        )

    return (
        kpi("amount", unit, "", ""),
        kpi("count", Unit.COUNT, ", count", " How many there are."),
        kpi("share", Unit.PERCENT, " %", " Divided by all of the period."),
    )


SIZE = "Amounts count whatever their sign."
