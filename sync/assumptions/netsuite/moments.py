"""NetSuite's dates, moments and time zone."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import signed_in, stamps_not_ahead

UTC_EXTRACT = Assumption(
    key="netsuite__utc_extract",
    system=System.NETSUITE,
    fact=(
        "`SYS_EXTRACT_UTC` works on `lastmodifieddate`, `linelastmodifieddate`, `deleteddate` "
        "and `SYSDATE`"
    ),
    sure="C",
    used="`sync/clients/suiteql.py`",
    breaks="Each query fails with status 400",
    checked="Asks; reads the clock by it",
    check=signed_in,
)

BARE_DATES = Assumption(
    key="netsuite__bare_dates",
    system=System.NETSUITE,
    fact=(
        "A bare date compares with `TO_DATE('YYYY-MM-DD', …)` at midnight and has no time of "
        "day (`trandate`)"
    ),
    sure="C",
    used="`sync/clients/suiteql.py`",
    breaks="Records of the first day of the recent window load with the history instead",
    checked="Not checked: harmless once history is loaded",
)

SESSION_ZONE = Assumption(
    key="netsuite__session_zone",
    system=System.NETSUITE,
    fact=(
        "`lastmodifieddate` is in the session's time zone; a bound one day wider than UTC covers it"
    ),
    sure="C",
    used="`sync/clients/suiteql.py`",
    breaks="Changes are missed",
    checked="Compares clocks; no record may be changed later than now",
    check=stamps_not_ahead("netsuite__customer"),
)

TRANSACTION_STAMP = Assumption(
    key="netsuite__transaction_stamp",
    system=System.NETSUITE,
    fact=(
        "`lastmodifieddate` of a transaction moves with every change of it and its lines; "
        "where only a line's own stamp moves, that counts, too"
    ),
    sure="C (both happen)",
    used="`sync/clients/suiteql.py`, children of `netsuite__transaction`",
    breaks="A changed or removed line stays as it was until the next full run",
    checked="Not checked: `oneview sync run --full` compares everything",
)
