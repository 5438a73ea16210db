"""How NetSuite's answers are paged."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer, total_agrees

IDENTITY_ORDER = Assumption(
    key="netsuite__identity_order",
    system=System.NETSUITE,
    fact=(
        "A query returns rows in the order of `ORDER BY` on the identity, and a greater "
        "identity is never reused for an older record"
    ),
    sure="D",
    used="`sync/clients/netsuite.py`",
    breaks="Pages miss records; a page that does not advance stops the entity",
    checked="Asks",
    check=answer("netsuite__customer"),
)

TOTAL_RESULTS = Assumption(
    key="netsuite__total_results",
    system=System.NETSUITE,
    fact="`totalResults` counts the whole answer of the query",
    sure="D",
    used="Progress only",
    breaks="The bar is off",
    checked="Compares with a count",
    check=total_agrees("netsuite__customer"),
)

PAGE_AGREES = Assumption(
    key="netsuite__page_agrees",
    system=System.NETSUITE,
    fact="`hasMore`, `count` and `items` agree",
    sure="D",
    used="`sync/clients/netsuite.py`",
    breaks="The page is asked for again, then the entity stops",
    checked="Asks",
    check=answer("netsuite__customer"),
)
