"""How SuiteProjects Pro's XML interface answers."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption
from ..checks import answer, clocks_agree, deletions_listed, filled, xml_answers

XML_DATES = Assumption(
    key="suiteprojects__xml_dates",
    system=System.SUITEPROJECTS,
    fact=(
        "XML Date blocks, of moments and of plain dates, are in UTC and not in the account's zone"
    ),
    sure="A",
    used="`sync/clients/suiteprojects_wire.py`",
    breaks="Days shift by one at midnight; changes are missed by hours",
    checked="Compares clocks by the command `Time`",
    check=clocks_agree,
)

XML_BOUNDS = Assumption(
    key="suiteprojects__xml_bounds",
    system=System.SUITEPROJECTS,
    fact="`newer-than` and `older-than` leave out their own moment",
    sure="A",
    used="`sync/clients/suiteprojects_xml.py` asks from a second earlier",
    breaks="None: a record is sent again",
    checked="–",
)

XML_ORDER = Assumption(
    key="suiteprojects__xml_order",
    system=System.SUITEPROJECTS,
    fact=(
        '`order="id,asc"` orders by number; pages by offset then overlap by 20 records, and '
        "a page that does not begin at or before the last id is read from further back"
    ),
    sure="C, A",
    used="`sync/clients/suiteprojects_xml.py`",
    breaks='The entity stops: "does not order … by id"',
    checked="Asks",
    check=answer("suiteprojects__charge"),
)

XML_CUSTOM = Assumption(
    key="suiteprojects__xml_custom",
    system=System.SUITEPROJECTS,
    fact='`enable_custom="1"` with `_Return` returns the custom fields that are named',
    sure="D",
    used="`sync/clients/suiteprojects_wire.py`",
    breaks="Links to NetSuite are empty",
    checked="Asks; tells where the field is empty everywhere",
    check=filled("suiteprojects__invoice", "netsuite_id"),
)

XML_DELETED = Assumption(
    key="suiteprojects__xml_deleted",
    system=System.SUITEPROJECTS,
    fact=(
        '`deleted="1"` returns deleted records of every datatype, also of those read by '
        "REST, `updated` being the moment of deletion; they stay for at least 180 days"
    ),
    sure="D, A for the moment",
    used="`XmlReads.deletions`",
    breaks="Deleted records stay until the next full run",
    checked="Asks what was deleted in 30 days",
    check=deletions_listed("suiteprojects__time_entry"),
)

XML_NAMES = Assumption(
    key="suiteprojects__xml_names",
    system=System.SUITEPROJECTS,
    fact=(
        "Fields in XML spelled as listed in `sync/entities/suiteprojects/`: `workhours`, "
        "`lc_level`, `decimal_hours`, `acct_date`, `slip_stageid`, `original_invoiceid`, …"
    ),
    sure="C (2021)",
    used="`sync/entities/suiteprojects/`",
    breaks="The entity stops with status 602",
    checked="Asks",
    check=xml_answers,
)
