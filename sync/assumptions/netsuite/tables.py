"""Which tables and columns NetSuite has."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer

SMALL_TABLES = Assumption(
    key="netsuite__small_tables",
    system=System.NETSUITE,
    fact=(
        "`subsidiary`, `department`, `classification`, `location`, `accountingperiod` and `account` may not "
        "tell their changes: they are small and read whole"
    ),
    sure="C",
    used="`sync/entities/netsuite/`",
    breaks="More requests than needed: one per table and run",
    checked="Asks",
    check=answer(
        "netsuite__subsidiary",
        "netsuite__department",
        "netsuite__accountingperiod",
        "netsuite__account",
    ),
)

CURRENCY_RATE = Assumption(
    key="netsuite__currency_rate",
    system=System.NETSUITE,
    fact=(
        "Column names of `currencyrate`: `basecurrency`, `transactioncurrency`, "
        "`exchangerate`, `effectivedate`"
    ),
    sure="A",
    used="`sync/entities/netsuite/finance_rates.py`",
    breaks="The table is not mirrored, rates are missing",
    checked="Asks",
    check=answer("netsuite__currencyrate"),
)

PLANNED_REVENUE_WHOLE = Assumption(
    key="netsuite__planned_revenue_whole",
    system=System.NETSUITE,
    fact="`revenueplanplannedrevenue` has no stamp of its own and is read whole",
    sure="C",
    used="`sync/entities/netsuite/finance_revenue.py`",
    breaks="More requests than needed",
    checked="Asks",
    check=answer("netsuite__revenueplanplannedrevenue"),
)
