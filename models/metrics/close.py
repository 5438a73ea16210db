"""Whether the books are closed, and what was posted once they were (H4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..access import Hidden
from ..tables.conformed import dim_period
from ..tables.finance import fct_gl
from .finance import INCOME_POSTINGS
from .kpi import TO_DATE, Better, Kind, Kpi, Measure, NotHeld, Side, Total, Unit

_NO_BOOKS = NotHeld(why="SuiteProjects Pro keeps no books; NetSuite closes them.")
_BY = ("subsidiary", "department", "customer", "project")

_OPEN = Measure(
    key="open_months",
    title="Months that are not closed",
    system="netsuite",
    table=dim_period,
    month=dim_period.c.month,
    where=(dim_period.c.is_closed.is_not(True),),
    since=(),
    dimensions={"books_month": dim_period.c.name},
    columns=(
        dim_period.c.name,
        dim_period.c.month,
        dim_period.c.starts_on,
        dim_period.c.ends_on,
        dim_period.c.year,
    ),
)
_LATE = replace(
    INCOME_POSTINGS,
    key="late_transactions",
    title="Transactions made after the close",
    value=None,
    distinct=(fct_gl.c.transaction_id, fct_gl.c.month),
    where=(fct_gl.c.is_after_close.is_(True),),
    since=(),
    hidden_by=Hidden.PERSON_COST,
)


def _kpi(
    key: str, title: str, question: str, definition: str, erp: Total, *, kind: Kind,
    by: tuple[str, ...], edge_cases: str,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.COUNT,
        kind=kind,
        better=Better.LOWER,
        erp=erp,
        psa=_NO_BOOKS,
        record=Side.ERP,
        by=by,
        tolerance=Decimal(0),
        source="KPI catalogue H4",
        group="H",
        edge_cases=edge_cases,
        controls=("RC-09",),
    )


OPEN_MONTHS = _kpi(
    "open_months",
    "Open months",
    "How many months of our books are still open?",
    "Months of NetSuite's calendar up to the end of the period that are not closed.",
    Total(terms=((1, _OPEN),), window=TO_DATE),
    kind=Kind.STOCK,
    by=("books_month",),
    edge_cases="The running month is among them. Quarters, years and adjustment periods do not count.",
)
TRANSACTIONS_AFTER_CLOSE = _kpi(
    "transactions_after_close",
    "Transactions after the close",
    "How many transactions were posted to a month after its books were closed?",
    "Posting transactions that were made on a later day than their period was closed on, by the period.",
    Total(terms=((1, _LATE),)),
    kind=Kind.FLOW,
    by=_BY,
    edge_cases=(
        "Somebody opened the period again, or may post to closed ones. A transaction that was changed and not made after "
        "the close is not seen here. A period that was closed again counts from its last close."
    ),
)
