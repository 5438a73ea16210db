"""How NetSuite tells its custom fields."""

from __future__ import annotations

from ...entities.entity import System
from ..assumption import Assumption

CATALOG_LINES = Assumption(
    key="netsuite__catalog_lines",
    system=System.NETSUITE,
    fact=(
        "The metadata catalog's JSON Schema of a record type marks custom fields with `x-ns-custom-field`, "
        "names them as SuiteQL does, and holds those of lines within its sublists (`items`)"
    ),
    sure="D for the record's own fields, C for sublists",
    used="`sync/clients/netsuite_fields.py`",
    breaks="Custom fields of lines (`custcol…`) are not mirrored",
    checked="Not checked: `oneview sync fields --entity netsuite__transactionline` lists what was found",
)

CATALOG_RECORDS = Assumption(
    key="netsuite__catalog_records",
    system=System.NETSUITE,
    fact=(
        "A SuiteQL table has the custom fields of the record type of its name; `transaction` and "
        "`transactionline` those of every kind of transaction, `item` those of every kind of item"
    ),
    sure="C",
    used="`sync/clients/netsuite_fields.py`, `Entity.custom`",
    breaks="Fields that the table lacks are refused once and left out, with a warning; others are not mirrored",
    checked="Not checked: `oneview sync fields` lists them",
)

CATALOG_MOMENTS = Assumption(
    key="netsuite__custom_moments",
    system=System.NETSUITE,
    fact="`SYS_EXTRACT_UTC` and `TO_CHAR` work on custom fields of date and time as on `lastmodifieddate`",
    sure="A",
    used="`sync/clients/suiteql.py`",
    breaks="The field is left out of the queries, with a warning; everything else is read",
    checked="Not checked: the warning names the field",
)

CATALOG_PERSONAL = Assumption(
    key="netsuite__catalog_personal",
    system=System.NETSUITE,
    fact="The catalog shows what the integration's role may see, so a field it loses looks like one that is gone",
    sure="D",
    used="`sync/clients/netsuite_fields.py`",
    breaks="None: in both cases the values that were read are kept and an event is recorded",
    checked="–",
)
