"""What one system alone has, and money that no rate is known for (H2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..access import Hidden
from ..tables.billing import fct_charge, fct_invoice_line, fct_psa_invoice_line
from ..tables.maps import map_invoice
from ..tables.projects import fct_expense, fct_rev_rec
from .billing import BILLED_NET, PSA_BILLED
from .billing_timeliness import CHARGES
from .completeness import POSTED
from .finance import RECOGNITION
from .gap import BY_GAP, SIZE, UNKNOWN, Gap, sized, three
from .kpi import Better, Join, Kind, Kpi, Measure, Side, Unit
from .projects import RECEIPTS

# --- invoices that one system alone has

_ERP_TWIN = Join(
    table=map_invoice, on=map_invoice.c.netsuite_id == fct_invoice_line.c.transaction_id
)
_PSA_TWIN = Join(
    table=map_invoice, on=map_invoice.c.suiteprojects_id == fct_psa_invoice_line.c.invoice_id
)
_ERP_INVOICES = sized(
    replace(BILLED_NET, joins=(_ERP_TWIN,)),
    "project_invoices",
    "Invoices and credit memos of projects",
    fct_invoice_line.c.project_key != UNKNOWN,
)
_PSA_INVOICES = sized(
    replace(PSA_BILLED, joins=(_PSA_TWIN,)), "approved_invoices", "Approved invoices and credits"
)
INVOICES_WITHOUT_TWIN, INVOICES_WITHOUT_TWIN_COUNT, INVOICES_WITHOUT_TWIN_PCT = three(
    "invoices_without_twin",
    "Invoices without a twin",
    (
        "is invoiced in one system alone",
        "invoices are in one system alone",
        "of invoices is in one system alone",
    ),
    "NetSuite: invoices and credit memos of projects that SuiteProjects Pro does not have. SuiteProjects Pro: approved "
    "invoices and credits that NetSuite does not have. Net of tax.",
    Gap(
        missing=(
            replace(
                _ERP_INVOICES,
                key="netsuite_alone",
                title="Invoices in NetSuite alone",
                where=(*_ERP_INVOICES.where, map_invoice.c.suiteprojects_id.is_(None)),
            ),
        ),
        whole=(_ERP_INVOICES,),
    ),
    Gap(
        missing=(
            replace(
                _PSA_INVOICES,
                key="suiteprojects_alone",
                title="Invoices in SuiteProjects Pro alone",
                where=(*_PSA_INVOICES.where, map_invoice.c.netsuite_id.is_(None)),
            ),
        ),
        whole=(_PSA_INVOICES,),
    ),
    record=Side.PSA,
    by=BY_GAP,
    edge_cases=(
        f"{SIZE} Those approved last are on their way: they have a twin after the next export. Invoices without a "
        "project are NetSuite's own. Twins are found by the ids the systems store, by number, or by a person's word."
    ),
    controls=("RC-01",),
)

# --- money without a rate


def _unrated(measure: Measure, key: str, title: str) -> tuple[Measure, Measure]:
    """Rows that bear an amount and could not be told in the reporting currency, and all rows with an amount."""
    fact = measure.table.c
    whole = replace(
        measure,
        key=f"{key}_all",
        title=title,
        value=None,
        joins=(),
        dimensions={
            name: column
            for name, column in measure.dimensions.items()
            if getattr(column, "table", None) is measure.table
        },
        lenses={},
        where=(fact.amount.is_not(None),),
        hidden_by=Hidden.PERSON_COST,
    )
    untold = fact.amount_base.is_(None)
    return replace(
        whole, key=key, title=f"{title} without a rate", where=(*whole.where, untold)
    ), whole


_PARTS = tuple(
    _unrated(measure, f"unrated_{table.name}", title)
    for measure, table, title in (
        (CHARGES, fct_charge, "Charges"),
        (RECOGNITION, fct_rev_rec, "Recognition transactions"),
        (RECEIPTS, fct_expense, "Receipts"),
    )
)
_POSTINGS = _unrated(POSTED, "unrated_postings", "Postings")
_RATES = {
    Side.ERP: Gap(missing=(_POSTINGS[0],), whole=(_POSTINGS[1],)),
    Side.PSA: Gap(
        missing=tuple(missing for missing, _ in _PARTS), whole=tuple(whole for _, whole in _PARTS)
    ),
}


def _rates(key: str, title: str, question: str, definition: str, *, share: bool) -> Kpi:
    sides = {
        side: gap.share() if share else gap.amount()  # each row counts one
        for side, gap in _RATES.items()
    }
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.PERCENT if share else Unit.COUNT,
        kind=Kind.RATIO if share else Kind.FLOW,
        better=Better.LOWER,
        erp=sides[Side.ERP],
        psa=sides[Side.PSA],
        record=Side.ERP,
        by=BY_GAP,
        tolerance=Decimal(0),
        source="KPI catalogue H2",
        group="H",
        edge_cases=(
            "Such money is left out of every number in the reporting currency and is told beside it; a rate is never "
            "taken as 1. NetSuite: postings of profit and loss. SuiteProjects Pro: charges, recognition and receipts."
        ),
        controls=("RC-15",),
    )


ROWS_WITHOUT_RATE = _rates(
    "rows_without_rate",
    "Money without a rate",
    "How many amounts could not be told in the reporting currency?",
    "Rows with an amount for which no exchange rate of the period or before is known.",
    share=False,
)
ROWS_WITHOUT_RATE_PCT = _rates(
    "rows_without_rate_pct",
    "Money without a rate %",
    "Which share of amounts could not be told in the reporting currency?",
    "Rows with an amount for which no exchange rate of the period or before is known, divided by all rows with an amount.",
    share=True,
)
